noinst_LIBRARIES += src/proto/libproto.a
src_proto_libproto_a_SOURCES =
