# The unit tests of src/swarm.
