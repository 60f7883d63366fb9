noinst_LIBRARIES += src/proto/libproto.a
src_proto_libproto_a_SOURCES = \
	src/proto/extended.c src/proto/extended.h \
	src/proto/handshake.c src/proto/handshake.h \
	src/proto/krpc.c src/proto/krpc.h \
	src/proto/lsd.c src/proto/lsd.h \
	src/proto/metadata.c src/proto/metadata.h \
	src/proto/mse.c src/proto/mse.h \
	src/proto/pex.c src/proto/pex.h \
	src/proto/rc4.c src/proto/rc4.h \
	src/proto/tracker.c src/proto/tracker.h \
	src/proto/tracker_http.c src/proto/tracker_http.h \
	src/proto/tracker_udp.c src/proto/tracker_udp.h \
	src/proto/tunnel.c src/proto/tunnel.h \
	src/proto/wire.c src/proto/wire.h
