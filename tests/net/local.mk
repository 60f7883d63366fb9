# The unit tests of src/net.
