# The unit tests of src/engine.
