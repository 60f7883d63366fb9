#include "config.h"

#include "net/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/sockaddr.h"

bool sock_prepare(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
           fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

int64_t sock_rtt_us(int fd)
{
#if defined(TCP_INFO)
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
        info.tcpi_rtt > 0)
        return (int64_t)info.tcpi_rtt;
#elif defined(TCP_CONNECTION_INFO)
    struct tcp_connection_info info = {0};
    socklen_t len = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_CONNECTION_INFO, &info, &len) == 0 &&
        info.tcpi_srtt > 0)
        return (int64_t)info.tcpi_srtt * 1000;
#else
    (void)fd;
#endif
    return -1;
}

bool sock_set(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

#ifndef SOCK_NONBLOCK
static int prepared_or_closed(int fd)
{
    if (fd < 0 || sock_prepare(fd))
        return fd;
    int errnum = errno;
    close(fd);
    errno = errnum;
    return -1;
}
#endif

int sock_open(int family, int type)
{
#ifdef SOCK_NONBLOCK
    int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
    int fd = prepared_or_closed(socket(family, type, 0));
#endif
#ifdef SO_NOSIGPIPE
    if (fd >= 0)
        (void)sock_set(fd, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
    return fd;
}

static bool bind_to(int fd, const struct addr *local)
{
    if (local == NULL)
        return true;
    struct sockaddr_storage sa;
    struct addr from = *local;
    from.port = 0;
    socklen_t len = sockaddr_from_addr(&from, &sa);
    return bind(fd, (struct sockaddr *)&sa, len) == 0;
}

int sock_open_to(const struct addr *to, const struct addr *local,
                 struct addr *own)
{
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(to, &sa);
    int fd = sock_open(sockaddr_family(to), SOCK_DGRAM);
    if (fd < 0)
        return -1;
    if (bind_to(fd, local) && connect(fd, (struct sockaddr *)&sa, len) == 0 &&
        sockaddr_of_socket(fd, own) == OK)
        return fd;
    int errnum = errno;
    close(fd);
    errno = errnum;
    return -1;
}

int sock_accept(int fd, struct addr *remote)
{
    struct sockaddr_storage sa;
    socklen_t len = sizeof sa;
    memset(&sa, 0, sizeof sa);
#if defined HAVE_ACCEPT4 && defined SOCK_NONBLOCK
    int accepted =
        accept4(fd, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
    int accepted = prepared_or_closed(accept(fd, (struct sockaddr *)&sa, &len));
#endif
    if (accepted >= 0 && sockaddr_to_addr(&sa, len, remote) != OK)
        memset(remote, 0, sizeof *remote);
    return accepted;
}

int sock_take_error(int fd)
{
    int errnum = 0;
    socklen_t len = sizeof errnum;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &errnum, &len) != 0)
        return errno;
    return errnum;
}
