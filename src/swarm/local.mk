noinst_LIBRARIES += src/swarm/libswarm.a
src_swarm_libswarm_a_SOURCES = \
	src/swarm/picker.c src/swarm/picker.h \
	src/swarm/pieces.c src/swarm/pieces.h
