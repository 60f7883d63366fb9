# The unit tests of src/model.
