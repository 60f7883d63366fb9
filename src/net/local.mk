noinst_LIBRARIES += src/net/libnet.a
src_net_libnet_a_SOURCES = \
	src/net/conn.h \
	src/net/dualsock.h \
	src/net/http.h \
	src/net/listen.h \
	src/net/loop.h \
	src/net/resolve.h \
	src/net/sockaddr.h \
	src/net/udp.h
