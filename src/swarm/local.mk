noinst_LIBRARIES += src/swarm/libswarm.a
src_swarm_libswarm_a_SOURCES =
