#include "config.h"

#include "net/conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/xalloc.h"
#include "net/loop.h"
#include "net/sock.h"
#include "net/sockaddr.h"

struct conn {
    const struct conn_ops *ops; /* borrowed: static */
    void *impl;                 /* owned, freed by ops->close */
    uint64_t n_read, n_written;
    struct addr remote;
};

struct conn *conn_new(const struct conn_ops *ops, void *impl,
                      const struct addr *remote)
{
    struct conn *c = xmalloc(sizeof *c);
    *c = (struct conn){.ops = ops, .impl = impl, .remote = *remote};
    return c;
}

void *conn_impl(const struct conn *c, const struct conn_ops *ops)
{
    return c->ops == ops ? c->impl : NULL;
}

void conn_set_handler(struct conn *c, const struct conn_handler *handler)
{
    c->ops->set_handler(c->impl, handler);
}

void conn_want(struct conn *c, bool read, bool write)
{
    c->ops->want(c->impl, read, write);
}

ssize_t conn_readv(struct conn *c, const struct iovec *iov, int n,
                   enum err *why, int *errnum)
{
    ssize_t got = c->ops->readv(c->impl, iov, n, why, errnum);
    c->n_read += got > 0 ? (uint64_t)got : 0;
    return got;
}

ssize_t conn_writev(struct conn *c, const struct iovec *iov, int n,
                    enum err *why, int *errnum)
{
    ssize_t sent = c->ops->writev(c->impl, iov, n, why, errnum);
    c->n_written += sent > 0 ? (uint64_t)sent : 0;
    return sent;
}

void conn_moved(const struct conn *c, uint64_t *in_out, uint64_t *out_out)
{
    const struct conn *bottom = c;
    while (bottom != NULL && bottom->ops->beneath != NULL)
        bottom = bottom->ops->beneath(bottom->impl);
    *in_out = bottom != NULL ? bottom->n_read : 0;
    *out_out = bottom != NULL ? bottom->n_written : 0;
}

int64_t conn_rtt_us(const struct conn *c)
{
    const struct conn *at = c;
    while (at != NULL && at->ops->rtt_us == NULL)
        at = at->ops->beneath != NULL ? at->ops->beneath(at->impl) : NULL;
    return at != NULL ? at->ops->rtt_us(at->impl) : -1;
}

const struct addr *conn_remote(const struct conn *c)
{
    return &c->remote;
}

void conn_close(struct conn *c)
{
    if (c == NULL)
        return;
    c->ops->close(c->impl);
    free(c);
}

/* TCP. DIALLING waits for the socket to become writable; DOOMED for the end of the
 * turn, to tell a failure that connect() returned at once; OPEN for what is
 * wanted; FAILED for nothing but tcp_close(). */

enum tcp_state { TCP_DIALLING, TCP_DOOMED, TCP_OPEN, TCP_FAILED };

struct tcp {
    struct loop *loop;     /* borrowed: outlives its connections */
    struct loop_fd *watch; /* owned; NULL when DOOMED or FAILED */
    int fd;                /* owned */
    enum tcp_state state;
    int doom; /* errno of connect() when DOOMED */
    bool want_read;
    bool want_write;
    struct conn_handler handler;
};

static void ignore_open(void *ctx)
{
    (void)ctx;
}

static void ignore_ready(void *ctx, bool readable, bool writable)
{
    (void)ctx;
    (void)readable;
    (void)writable;
}

static void ignore_failed(void *ctx, enum err why, int errnum)
{
    (void)ctx;
    (void)why;
    (void)errnum;
}

struct conn_handler conn_nobody(void)
{
    return (struct conn_handler){.on_open = ignore_open,
                                 .on_ready = ignore_ready,
                                 .on_failed = ignore_failed};
}

static enum err why_of(int errnum)
{
    if (errnum == 0)
        return ERR_CLOSED;
    return errnum == ETIMEDOUT ? ERR_TIMEOUT : ERR_SYS;
}

static unsigned wanted(const struct tcp *t)
{
    return (t->want_read ? LOOP_READ : 0U) | (t->want_write ? LOOP_WRITE : 0U);
}

/* The last thing a caller may do: the user may close in on_failed. */
static void tcp_fail(struct tcp *t, int errnum)
{
    t->state = TCP_FAILED;
    loop_fd_remove(t->loop, t->watch);
    t->watch = NULL;
    t->handler.on_failed(t->handler.ctx, why_of(errnum), errnum);
}

static void tcp_on_doom(void *ctx)
{
    struct tcp *t = ctx;
    tcp_fail(t, t->doom);
}

static void tcp_on_dialled(struct tcp *t, unsigned ready)
{
    int errnum = sock_take_error(t->fd);
    if (errnum != 0 || (ready & LOOP_WRITE) == 0) {
        tcp_fail(t, errnum);
        return;
    }
    t->state = TCP_OPEN;
    loop_fd_want(t->loop, t->watch, wanted(t));
    t->handler.on_open(t->handler.ctx);
}

static void tcp_on_event(void *ctx, unsigned ready)
{
    struct tcp *t = ctx;
    if (t->state == TCP_DIALLING) {
        tcp_on_dialled(t, ready);
        return;
    }
    bool failed = (ready & LOOP_FAIL) != 0;
    if (failed && !t->want_read) {
        tcp_fail(t, sock_take_error(t->fd));
        return;
    }
    /* A reader finds out by reading, after the bytes that still wait. */
    t->handler.on_ready(t->handler.ctx, failed || (ready & LOOP_READ) != 0,
                        (ready & LOOP_WRITE) != 0);
}

/* What a call that moved no bytes means: 0 would block, -1 failed. */
static ssize_t tcp_no_bytes(enum err *why, int *errnum)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return 0;
    *errnum = errno;
    *why = why_of(errno);
    return -1;
}

static ssize_t tcp_readv(void *impl, const struct iovec *iov, int n,
                         enum err *why, int *errnum)
{
    const struct tcp *t = impl;
    ssize_t got;
    do
        got = readv(t->fd, iov, n);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        return got;
    if (got < 0)
        return tcp_no_bytes(why, errnum);
    *why = ERR_CLOSED;
    *errnum = 0;
    return -1;
}

static ssize_t tcp_writev(void *impl, const struct iovec *iov, int n,
                          enum err *why, int *errnum)
{
    const struct tcp *t = impl;
    struct msghdr msg = {.msg_iov = (struct iovec *)iov};
    msg.msg_iovlen = (size_t)n;
    int flags = 0;
#ifdef MSG_NOSIGNAL
    flags = MSG_NOSIGNAL;
#endif
    ssize_t put;
    do
        put = sendmsg(t->fd, &msg, flags);
    while (put < 0 && errno == EINTR);
    return put >= 0 ? put : tcp_no_bytes(why, errnum);
}

static void tcp_want(void *impl, bool read, bool write)
{
    struct tcp *t = impl;
    t->want_read = read;
    t->want_write = write;
    if (t->state == TCP_OPEN)
        loop_fd_want(t->loop, t->watch, wanted(t));
}

static void tcp_set_handler(void *impl, const struct conn_handler *handler)
{
    struct tcp *t = impl;
    t->handler = *handler;
}

static void tcp_close(void *impl)
{
    struct tcp *t = impl;
    loop_fd_remove(t->loop, t->watch);
    if (t->state == TCP_DOOMED)
        loop_defer_cancel(t->loop, t);
    close(t->fd);
    free(t);
}

static int64_t tcp_rtt_us(const void *impl)
{
    const struct tcp *t = impl;
    return t->state == TCP_OPEN ? sock_rtt_us(t->fd) : -1;
}

static const struct conn_ops tcp_ops = {
    .readv = tcp_readv,
    .writev = tcp_writev,
    .want = tcp_want,
    .set_handler = tcp_set_handler,
    .close = tcp_close,
    .rtt_us = tcp_rtt_us,
};

static struct tcp *tcp_new(struct loop *loop, int fd, enum tcp_state state,
                           const struct conn_handler *handler)
{
    struct tcp *t = xzalloc(sizeof *t);
    *t = (struct tcp){.loop = loop,
                      .fd = fd,
                      .state = state,
                      .handler = *handler};
    /* Refused where it means nothing (a local socket); worth no failure. */
    (void)sock_set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    return t;
}

static bool bind_local(int fd, const struct addr *local)
{
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(local, &sa);
#ifdef IP_BIND_ADDRESS_NO_PORT
    /* The port is then chosen when connecting, from many more. */
    if (local->port == 0)
        (void)sock_set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
#endif
    return bind(fd, (struct sockaddr *)&sa, len) == 0;
}

/* Begin to connect. Return 0 when it is under way, or done; else errno. */
static int start_connect(int fd, const struct addr *remote)
{
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(remote, &sa);
    if (connect(fd, (struct sockaddr *)&sa, len) == 0)
        return 0;
    /* Interrupted, it goes on like one under way. */
    return errno == EINPROGRESS || errno == EINTR ? 0 : errno;
}

enum err conn_dial_tcp(struct loop *loop, const struct addr *remote,
                       const struct addr *local,
                       const struct conn_handler *handler, struct conn **out)
{
    int family = sockaddr_family(remote);
    if (local != NULL && sockaddr_family(local) != family)
        return ERR_INVALID;
    int fd = sock_open(family, SOCK_STREAM);
    if (fd < 0)
        return ERR_SYS;
    if (local != NULL && !bind_local(fd, local)) {
        int errnum = errno;
        close(fd);
        errno = errnum;
        return ERR_SYS;
    }
    struct tcp *t = tcp_new(loop, fd, TCP_DIALLING, handler);
    t->doom = start_connect(fd, remote);
    if (t->doom == 0) {
        t->watch = loop_fd_add(loop, fd, LOOP_WRITE, tcp_on_event, t);
    } else {
        t->state = TCP_DOOMED;
        loop_defer(loop, tcp_on_doom, t);
    }
    *out = conn_new(&tcp_ops, t, remote);
    return OK;
}

enum err conn_adopt_tcp(struct loop *loop, int fd, const struct addr *remote,
                        struct conn **out)
{
    if (!sock_prepare(fd)) {
        int errnum = errno;
        close(fd);
        errno = errnum;
        return ERR_SYS;
    }
#ifdef SO_NOSIGPIPE
    (void)sock_set(fd, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
    struct conn_handler nobody = conn_nobody();
    struct tcp *t = tcp_new(loop, fd, TCP_OPEN, &nobody);
    t->watch = loop_fd_add(loop, fd, 0, tcp_on_event, t);
    *out = conn_new(&tcp_ops, t, remote);
    return OK;
}
