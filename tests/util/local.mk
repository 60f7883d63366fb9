# The unit tests of src/util.
