if HAVE_CHECK
tests_libharness_a_SOURCES += \
	tests/fake/link.c tests/fake/link.h \
	tests/fake/web.c tests/fake/web.h \
	tests/fake/world.c tests/fake/world.h

check_PROGRAMS += tests/net/test_net
TESTS += tests/net/test_net
tests_net_test_net_CPPFLAGS = $(TEST_CPPFLAGS)
tests_net_test_net_LDADD = $(TEST_LIBS) $(LIBS_NET) $(CHECK_LIBS)
tests_net_test_net_SOURCES = tests/net/suites.c tests/net/suites.h \
	tests/net/test_conn.c \
	tests/net/test_dualsock.c \
	tests/net/test_errands.c \
	tests/net/test_http.c \
	tests/net/test_httprange.c \
	tests/net/test_httpstream.c \
	tests/net/test_httpwords.c \
	tests/net/test_link.c \
	tests/net/test_listen.c \
	tests/net/test_loop.c \
	tests/net/test_mapper.c \
	tests/net/test_multicast.c \
	tests/net/test_ownaddr.c \
	tests/net/test_pcp.c \
	tests/net/test_pcpask.c \
	tests/net/test_portmap.c \
	tests/net/test_proxyurl.c \
	tests/net/test_resolve.c \
	tests/net/test_sock.c \
	tests/net/test_sockaddr.c \
	tests/net/test_udp.c \
	tests/net/test_wakepipe.c \
	tests/net/test_weburl.c \
	tests/net/turns.c tests/net/turns.h
endif
