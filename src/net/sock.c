#include "config.h"

#include "net/sock.h"

#include <errno.h>
#include <fcntl.h>
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
