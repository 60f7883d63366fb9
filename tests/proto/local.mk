if HAVE_CHECK
check_PROGRAMS += tests/proto/test_proto
TESTS += tests/proto/test_proto
tests_proto_test_proto_CPPFLAGS = $(TEST_CPPFLAGS)
tests_proto_test_proto_LDADD = $(TEST_LIBS) $(LIBS_PROTO) $(CHECK_LIBS)
tests_proto_test_proto_SOURCES = \
	tests/proto/suites.c tests/proto/suites.h \
	tests/proto/test_extended.c \
	tests/proto/test_handshake.c \
	tests/proto/test_krpc.c \
	tests/proto/test_lsd.c \
	tests/proto/test_metadata.c \
	tests/proto/test_mse.c \
	tests/proto/test_pex.c \
	tests/proto/test_rc4.c \
	tests/proto/test_tracker.c \
	tests/proto/test_tracker_http.c \
	tests/proto/test_tracker_udp.c \
	tests/proto/test_tunnel.c \
	tests/proto/test_wire.c
endif
