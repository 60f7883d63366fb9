# The unit tests of src/proto.
