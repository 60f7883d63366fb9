#include "config.h"

#include "net/listen.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/log.h"
#include "util/xalloc.h"
#include "net/loop.h"
#include "net/sock.h"

struct listen_side {
    struct listen *l;      /* borrowed: it holds this */
    struct loop_fd *watch; /* owned; NULL: no such family, or pausing */
    int fd;                /* borrowed of l->socks */
};

struct listen {
    struct loop *loop; /* borrowed */
    struct dualsock socks;
    struct listen_side sides[DUALSOCK_N];
    struct loop_timer pause;
    int spare_fd; /* owned; -1 when it could not be had again */
    uint64_t n_refused;
    listen_fn *fn;
    void *ctx; /* borrowed */
};

static void side_on_ready(void *ctx, unsigned ready);

static void watch_all(void *ctx)
{
    struct listen *l = ctx;
    for (int i = 0; i < DUALSOCK_N; i++) {
        struct listen_side *side = &l->sides[i];
        if (side->fd >= 0 && side->watch == NULL)
            side->watch =
                loop_fd_add(l->loop, side->fd, LOOP_READ, side_on_ready, side);
    }
}

static void unwatch_all(struct listen *l)
{
    for (int i = 0; i < DUALSOCK_N; i++) {
        loop_fd_remove(l->loop, l->sides[i].watch);
        l->sides[i].watch = NULL;
    }
}

static void rest(struct listen *l, int errnum)
{
    struct cause cause;
    cause_set_errno(&cause, errnum, "cannot accept connections for %d ms",
                    LISTEN_PAUSE_MS);
    log_write(LOG_NET, LOG_WARN, "%s", cause.text);
    unwatch_all(l);
    loop_timer_arm(l->loop, &l->pause, loop_now_ms(l->loop) + LISTEN_PAUSE_MS);
}

static void open_spare(struct listen *l)
{
    if (l->spare_fd < 0)
        l->spare_fd = sock_open(AF_UNIX, SOCK_STREAM);
}

/* Each connection closed leaves its descriptor to the next. */
static void refuse_waiting(struct listen *l, int listening_fd)
{
    if (l->spare_fd < 0)
        return;
    close(l->spare_fd);
    l->spare_fd = -1;
    for (int i = 0; i < LISTEN_ACCEPT_MAX; i++) {
        struct addr remote;
        int fd = sock_accept(listening_fd, &remote);
        if (fd < 0)
            break;
        close(fd);
        l->n_refused++;
    }
    open_spare(l);
}

enum accept_failure { ACCEPT_NONE_LEFT, ACCEPT_SKIP, ACCEPT_NO_FD, ACCEPT_BAD };

static enum accept_failure failure_of(int errnum)
{
    switch (errnum) {
    case EAGAIN:
#if EWOULDBLOCK != EAGAIN
    case EWOULDBLOCK:
#endif
        return ACCEPT_NONE_LEFT;
    /* accept() passes on what happened to the connection, accept(2). */
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENOPROTOOPT:
        return ACCEPT_SKIP;
    case EMFILE:
    case ENFILE:
        return ACCEPT_NO_FD;
    default:
        return ACCEPT_BAD;
    }
}

/* Deal with a failed accept(); return whether to go on accepting. */
static bool go_on_after(struct listen_side *side, int errnum)
{
    switch (failure_of(errnum)) {
    case ACCEPT_NONE_LEFT:
        return false;
    case ACCEPT_SKIP:
        return true;
    case ACCEPT_NO_FD:
        refuse_waiting(side->l, side->fd);
        break;
    case ACCEPT_BAD:
        break;
    }
    rest(side->l, errnum);
    return false;
}

static void side_on_ready(void *ctx, unsigned ready)
{
    struct listen_side *side = ctx;
    struct listen *l = side->l;
    if ((ready & LOOP_FAIL) != 0) {
        rest(l, sock_take_error(side->fd));
        return;
    }
    open_spare(l);
    for (int i = 0; i < LISTEN_ACCEPT_MAX; i++) {
        struct addr remote;
        int fd = sock_accept(side->fd, &remote);
        if (fd >= 0)
            l->fn(l->ctx, fd, &remote);
        else if (!go_on_after(side, errno))
            return;
    }
}

static enum err start_listening(struct listen *l, struct cause *cause)
{
    for (int i = 0; i < DUALSOCK_N; i++) {
        l->sides[i] = (struct listen_side){.l = l, .fd = l->socks.fds[i]};
        if (l->sides[i].fd < 0 || listen(l->sides[i].fd, LISTEN_BACKLOG) == 0)
            continue;
        int errnum = errno;
        cause_set_errno(cause, errnum, "cannot listen on TCP port %u",
                        (unsigned)l->socks.port);
        return errnum == EADDRINUSE ? ERR_BUSY : ERR_SYS;
    }
    return OK;
}

enum err listen_new(struct loop *loop, const struct dualsock_config *config,
                    listen_fn *fn, void *ctx, struct listen **out,
                    struct cause *cause)
{
    struct dualsock socks;
    enum err err = dualsock_open(config, SOCK_STREAM, &socks, cause);
    if (err != OK)
        return err;
    struct listen *l = xzalloc(sizeof *l);
    *l = (struct listen){
        .loop = loop, .socks = socks, .spare_fd = -1, .fn = fn, .ctx = ctx};
    loop_timer_init(&l->pause, watch_all, l);
    err = start_listening(l, cause);
    if (err != OK) {
        listen_free(l);
        return err;
    }
    open_spare(l);
    watch_all(l);
    *out = l;
    return OK;
}

void listen_free(struct listen *l)
{
    if (l == NULL)
        return;
    unwatch_all(l);
    loop_timer_cancel(l->loop, &l->pause);
    dualsock_close(&l->socks);
    if (l->spare_fd >= 0)
        close(l->spare_fd);
    free(l);
}

uint16_t listen_port(const struct listen *l)
{
    return l->socks.port;
}

bool listen_has_v4(const struct listen *l)
{
    return l->socks.fds[DUALSOCK_V4] >= 0;
}

bool listen_has_v6(const struct listen *l)
{
    return l->socks.fds[DUALSOCK_V6] >= 0;
}

uint64_t listen_n_refused(const struct listen *l)
{
    return l->n_refused;
}
