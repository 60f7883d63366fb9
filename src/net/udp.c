#include "config.h"

#include "net/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#ifdef __linux__
/* Its types need those of <time.h>. */
#include <time.h>
#include <linux/errqueue.h>
#endif

#include "util/xalloc.h"
#include "net/loop.h"
#include "net/sock.h"
#include "net/sockaddr.h"

struct udp_side {
    struct udp *u;         /* borrowed: it holds this */
    struct loop_fd *watch; /* owned; NULL: no such family */
    int fd;                /* borrowed of u->socks */
};

struct udp {
    struct loop *loop; /* borrowed */
    struct dualsock socks;
    struct udp_side sides[DUALSOCK_N];
    struct udp_handler handler;
    uint8_t *scratch; /* owned, UDP_MAX_LEN */
    bool in_callback;
    bool freed; /* while in a callback: the memory goes when it returns */
};

/* The user may free the socket in a callback: return whether it still is. */
static bool tell_datagram(struct udp *u, const struct addr *from, size_t len)
{
    u->in_callback = true;
    u->handler.on_datagram(u->handler.ctx, from,
                           (struct span){.p = u->scratch, .len = len});
    u->in_callback = false;
    return !u->freed;
}

/* Errors that ICMP brought, each with the destination it is about. Linux hands
 * them out one by one, and counts none as the next call's. */
#ifdef IP_RECVERR

static bool tell_unreachable(struct udp *u, const struct addr *to, int errnum)
{
    if (u->handler.on_unreachable == NULL)
        return true;
    u->in_callback = true;
    u->handler.on_unreachable(u->handler.ctx, to, errnum);
    u->in_callback = false;
    return !u->freed;
}

static void ask_for_errors(int fd, int side)
{
    if (side == DUALSOCK_V4)
        (void)sock_set(fd, IPPROTO_IP, IP_RECVERR, 1);
    else
        (void)sock_set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
}

static int errno_in(struct msghdr *msg)
{
    struct cmsghdr *c;
    for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
        bool is_error =
            (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
            (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR);
        struct sock_extended_err e;
        if (!is_error || c->cmsg_len < CMSG_LEN(sizeof e))
            continue;
        memcpy(&e, CMSG_DATA(c), sizeof e);
        return (int)e.ee_errno;
    }
    return 0;
}

/* Take one error; return false when none waits. */
static bool take_error(struct udp_side *side, struct addr *to, int *errnum)
{
    struct sockaddr_storage sa;
    union {
        struct cmsghdr align;
        uint8_t bytes[512];
    } control;
    uint8_t echo[1]; /* of our datagram: not needed */
    struct iovec iov = {.iov_base = echo, .iov_len = sizeof echo};
    struct msghdr msg = {.msg_name = &sa,
                         .msg_namelen = sizeof sa,
                         .msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = control.bytes,
                         .msg_controllen = sizeof control.bytes};
    if (recvmsg(side->fd, &msg, MSG_ERRQUEUE) < 0)
        return false;
    *errnum = errno_in(&msg);
    if (sockaddr_to_addr(&sa, msg.msg_namelen, to) != OK)
        *errnum = 0;
    return true;
}

static bool run_errors(struct udp_side *side)
{
    struct addr to;
    int errnum;
    for (int i = 0; i < UDP_RECV_MAX && take_error(side, &to, &errnum); i++) {
        if (errnum != 0 && !tell_unreachable(side->u, &to, errnum))
            return false;
    }
    return true;
}

#else

static void ask_for_errors(int fd, int side)
{
    (void)fd;
    (void)side;
}

static bool run_errors(struct udp_side *side)
{
    (void)side;
    return true;
}

#endif

/* Return false when the socket was freed. */
static bool run_datagrams(struct udp_side *side)
{
    struct udp *u = side->u;
    for (int i = 0; i < UDP_RECV_MAX; i++) {
        struct sockaddr_storage sa;
        socklen_t sa_len = sizeof sa;
        struct addr from;
        ssize_t n = recvfrom(side->fd, u->scratch, UDP_MAX_LEN, 0,
                             (struct sockaddr *)&sa, &sa_len);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        /* Else it is an error of an earlier datagram, now taken off. */
        if (n >= 0 && sockaddr_to_addr(&sa, sa_len, &from) == OK &&
            !tell_datagram(u, &from, (size_t)n))
            return false;
    }
    return true;
}

static void udp_destroy(struct udp *u)
{
    free(u->scratch);
    free(u);
}

static void side_on_ready(void *ctx, unsigned ready)
{
    struct udp_side *side = ctx;
    bool alive = true;
    if ((ready & LOOP_FAIL) != 0) {
        alive = run_errors(side);
        if (alive)
            (void)sock_take_error(side->fd);
    }
    if (!alive || !run_datagrams(side))
        udp_destroy(side->u);
}

enum err udp_new(struct loop *loop, const struct dualsock_config *config,
                 const struct udp_handler *handler, struct udp **out,
                 struct cause *cause)
{
    struct dualsock socks;
    enum err err = dualsock_open(config, SOCK_DGRAM, &socks, cause);
    if (err != OK)
        return err;
    struct udp *u = xzalloc(sizeof *u);
    *u = (struct udp){.loop = loop, .socks = socks, .handler = *handler};
    u->scratch = xmalloc(UDP_MAX_LEN);
    for (int i = 0; i < DUALSOCK_N; i++) {
        struct udp_side *side = &u->sides[i];
        *side = (struct udp_side){.u = u, .fd = socks.fds[i]};
        if (side->fd < 0)
            continue;
        ask_for_errors(side->fd, i);
        side->watch =
            loop_fd_add(loop, side->fd, LOOP_READ, side_on_ready, side);
    }
    *out = u;
    return OK;
}

void udp_free(struct udp *u)
{
    if (u == NULL)
        return;
    for (int i = 0; i < DUALSOCK_N; i++) {
        loop_fd_remove(u->loop, u->sides[i].watch);
        u->sides[i].watch = NULL;
    }
    dualsock_close(&u->socks);
    u->freed = true;
    if (!u->in_callback)
        udp_destroy(u);
}

uint16_t udp_port(const struct udp *u)
{
    return u->socks.port;
}

bool udp_has_v4(const struct udp *u)
{
    return u->socks.fds[DUALSOCK_V4] >= 0;
}

bool udp_has_v6(const struct udp *u)
{
    return u->socks.fds[DUALSOCK_V6] >= 0;
}

static enum err send_once(int fd, const struct addr *to, const void *p,
                          size_t len)
{
    struct sockaddr_storage sa;
    socklen_t sa_len = sockaddr_from_addr(to, &sa);
    if (sendto(fd, p, len, 0, (struct sockaddr *)&sa, sa_len) >= 0)
        return OK;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
        return ERR_AGAIN;
    return errno == EMSGSIZE ? ERR_TOO_BIG : ERR_SYS;
}

enum err udp_send(struct udp *u, const struct addr *to, const void *p,
                  size_t len)
{
    int fd = u->socks.fds[addr_is_v4(to) ? DUALSOCK_V4 : DUALSOCK_V6];
    if (fd < 0)
        return ERR_UNSUPPORTED;
    enum err err = send_once(fd, to, p, len);
    /* The error may be that of a datagram before this one, and is gone now. */
    return err == ERR_SYS ? send_once(fd, to, p, len) : err;
}
