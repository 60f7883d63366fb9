#include "config.h"

#include "net/dualsock.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/sock.h"
#include "net/sockaddr.h"

/* A free port of one family is taken in the other only by chance. */
enum { MAX_TRIES = 16 };

static bool set_options(int fd, int family, int type)
{
    if (family == AF_INET6 && !sock_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1))
        return false;
    /* Connections of our former self in TIME_WAIT must not keep us from its
     * port; two listeners on one port are refused all the same. */
    return type != SOCK_STREAM || sock_set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
}

/* A socket bound to `at`, or -1 with errno. */
static int open_bound(const struct addr *at, int family, int type)
{
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(at, &sa);
    int fd = sock_open(family, type);
    if (fd < 0)
        return -1;
    if (set_options(fd, family, type) &&
        bind(fd, (struct sockaddr *)&sa, len) == 0)
        return fd;
    int errnum = errno;
    close(fd);
    errno = errnum;
    return -1;
}

static struct addr address_of(const struct dualsock_config *config, int side,
                              uint16_t port)
{
    static const uint8_t any[16];
    const struct addr *local =
        side == DUALSOCK_V4 ? config->local_v4 : config->local_v6;
    struct addr a = side == DUALSOCK_V4 ? addr_v4(any, 0) : addr_v6(any, 0);
    if (local != NULL)
        a = *local;
    a.port = port;
    return a;
}

/* Does this machine simply not have that family? An address that the user named
 * and that is not here is an error. */
static bool is_family_missing(int errnum, const struct addr *named)
{
    return errnum == EAFNOSUPPORT || errnum == EPROTONOSUPPORT ||
           (errnum == EADDRNOTAVAIL && named == NULL);
}

/* Open one side at out->port, which it sets when it was 0. Return 0, or errno. */
static int open_side(const struct dualsock_config *config, int side, int type,
                     struct dualsock *out)
{
    const struct addr at = address_of(config, side, out->port);
    int fd = open_bound(&at, side == DUALSOCK_V4 ? AF_INET : AF_INET6, type);
    if (fd < 0)
        return errno;
    struct addr bound;
    if (sockaddr_of_socket(fd, &bound) != OK) {
        int errnum = errno;
        close(fd);
        return errnum;
    }
    out->fds[side] = fd;
    out->port = bound.port;
    return 0;
}

/* Open what config asks for, once. Return 0, or errno with *failed, the side. */
static int open_all(const struct dualsock_config *config, int type,
                    struct dualsock *out, int *failed)
{
    const bool wanted[DUALSOCK_N] = {config->v4, config->v6};
    const struct addr *named[DUALSOCK_N] = {config->local_v4, config->local_v6};
    int missing = 0;
    *out = (struct dualsock){.fds = {-1, -1}, .port = config->port};
    for (int side = 0; side < DUALSOCK_N; side++) {
        if (!wanted[side])
            continue;
        int errnum = open_side(config, side, type, out);
        if (errnum == 0)
            continue;
        *failed = side;
        if (!is_family_missing(errnum, named[side])) {
            dualsock_close(out);
            return errnum;
        }
        missing = errnum;
    }
    return out->fds[DUALSOCK_V4] < 0 && out->fds[DUALSOCK_V6] < 0 ? missing : 0;
}

enum err dualsock_open(const struct dualsock_config *config, int type,
                       struct dualsock *out, struct cause *cause)
{
    assert(config->v4 || config->v6);
    struct dualsock s;
    int side = DUALSOCK_V4;
    int errnum = EADDRINUSE;
    for (int i = 0; i < MAX_TRIES && errnum == EADDRINUSE; i++) {
        errnum = open_all(config, type, &s, &side);
        if (config->port != 0)
            break;
    }
    if (errnum == 0) {
        *out = s;
        return OK;
    }
    const struct addr at = address_of(config, side, config->port);
    char text[ADDR_TEXT_MAX];
    cause_set_errno(cause, errnum, "cannot use %s port %s",
                    type == SOCK_STREAM ? "TCP" : "UDP", addr_text(&at, text));
    errno = errnum;
    return errnum == EADDRINUSE ? ERR_BUSY : ERR_SYS;
}

void dualsock_close(struct dualsock *s)
{
    for (int side = 0; side < DUALSOCK_N; side++) {
        if (s->fds[side] >= 0)
            close(s->fds[side]);
        s->fds[side] = -1;
    }
}
