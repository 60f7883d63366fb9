noinst_LIBRARIES += src/net/libnet.a
src_net_libnet_a_SOURCES = \
	src/net/conn.c src/net/conn.h \
	src/net/dualsock.c src/net/dualsock.h \
	src/net/errands.c src/net/errands.h \
	src/net/http.c src/net/http.h \
	src/net/httpeasy.c \
	src/net/httpeasy.h \
	src/net/httprange.c src/net/httprange.h \
	src/net/httpreach.c src/net/httpreach.h \
	src/net/httpstream.c src/net/httpstream.h \
	src/net/httpwords.c src/net/httpwords.h \
	src/net/igd.c src/net/igd.h \
	src/net/listen.c src/net/listen.h \
	src/net/loop.c src/net/loop.h \
	src/net/mapper.c src/net/mapper.h \
	src/net/multicast.c src/net/multicast.h \
	src/net/natpmp.c src/net/natpmp.h \
	src/net/ownaddr.c src/net/ownaddr.h \
	src/net/pcp.c src/net/pcp.h \
	src/net/pcpask.c src/net/pcpask.h \
	src/net/portmap.c src/net/portmap.h \
	src/net/proxyurl.c src/net/proxyurl.h \
	src/net/resolve.c src/net/resolve.h \
	src/net/sock.c src/net/sock.h \
	src/net/sockaddr.c src/net/sockaddr.h \
	src/net/udp.c src/net/udp.h \
	src/net/wakepipe.c src/net/wakepipe.h \
	src/net/weburl.c src/net/weburl.h
