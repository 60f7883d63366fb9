noinst_LIBRARIES += src/proto/libproto.a
src_proto_libproto_a_SOURCES = \
	src/proto/handshake.c src/proto/handshake.h \
	src/proto/wire.c src/proto/wire.h
