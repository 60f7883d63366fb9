# The unit tests of src/disk.
