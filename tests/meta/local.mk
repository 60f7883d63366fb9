# The unit tests of src/meta.
