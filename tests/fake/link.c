#include "config.h"

#include "tests/fake/link.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "util/xalloc.h"
#include "net/loop.h"

enum { CHUNK_MAX = 64 * 1024 };

/* Something that carries one byte after the other. */
struct pipe {
    uint64_t rate_Bps; /* 0: unlimited */
    int64_t free_us;   /* when it has carried all it was given */
};

struct chunk {
    STAILQ_ENTRY(chunk) next;
    int64_t due_us; /* at the reader, or before its down pipe */
    bool carried;   /* through the reader's down pipe too */
    bool is_end;    /* of the stream; has no bytes */
    size_t len;
    size_t off; /* bytes already read */
    uint8_t bytes[];
};

/* From one end to the other. */
struct stream {
    STAILQ_HEAD(, chunk) chunks; /* owned */
    size_t queued_bytes;         /* in chunks, unread */
    size_t queue_bytes;          /* the most of it */
    int64_t latency_us;
    int64_t last_due_us; /* no chunk overtakes another */
    struct pipe own;
    struct pipe *up;   /* borrowed of the writer's host, or NULL */
    struct pipe *down; /* borrowed of the reader's host, or NULL */
    uint64_t n_written;
    uint64_t n_delivered;
};

struct cable;

/* CALLING: a dialler that knows no outcome yet. UNBORN: a listener's end before
 * the dialler has arrived there. BROKEN: failed, and not told or not closed. */
enum end_state { END_CALLING, END_UNBORN, END_OPEN, END_BROKEN, END_CLOSED };

struct end {
    struct cable *cable; /* borrowed: it holds this */
    struct end *far;     /* borrowed: the same */
    enum end_state state;
    int errnum; /* of BROKEN */
    bool told;  /* on_failed was called: nothing more may be */
    bool want_read;
    bool want_write;
    struct conn_handler handler;
    struct loop_timer event; /* when something for this end may be possible */
    struct stream out;
};

struct cable {
    struct loop *loop;    /* borrowed */
    struct end ends[2];   /* a, b */
    struct link_net *net; /* borrowed; NULL: a pair without a net */
    struct addr addr_a;
    struct addr addr_b;
    struct loop_timer dial; /* the next step of a dial */
    bool dial_arrived;      /* at the far host, at least once tried */
};

static int64_t now_us(const struct cable *cable)
{
    return loop_now_ms(cable->loop) * 1000;
}

/* Return when a pipe that gets len bytes at at_us has carried them. */
static int64_t carry(struct pipe *pipe, int64_t at_us, size_t len)
{
    if (pipe == NULL || pipe->rate_Bps == 0)
        return at_us;
    if (pipe->free_us < at_us)
        pipe->free_us = at_us;
    pipe->free_us += (int64_t)(((uint64_t)len * 1000000 + pipe->rate_Bps - 1) /
                               pipe->rate_Bps);
    return pipe->free_us;
}

static bool is_limited(const struct pipe *pipe)
{
    return pipe != NULL && pipe->rate_Bps != 0;
}

static void drop_chunks(struct stream *s)
{
    while (!STAILQ_EMPTY(&s->chunks)) {
        struct chunk *c = STAILQ_FIRST(&s->chunks);
        STAILQ_REMOVE_HEAD(&s->chunks, next);
        free(c);
    }
    s->queued_bytes = 0;
}

static struct chunk *add_chunk(struct end *end, size_t len)
{
    struct stream *s = &end->out;
    struct chunk *c = xmalloc(sizeof *c + len);
    *c = (struct chunk){.len = len, .is_end = len == 0};
    int64_t at_us = carry(s->up, now_us(end->cable), len);
    at_us = carry(&s->own, at_us, len) + s->latency_us;
    if (at_us < s->last_due_us)
        at_us = s->last_due_us;
    s->last_due_us = at_us;
    c->due_us = at_us;
    c->carried = !is_limited(s->down);
    STAILQ_INSERT_TAIL(&s->chunks, c, next);
    s->queued_bytes += len;
    return c;
}

/* The chunk that the reader of `s` may have now, or NULL. Bytes go through the
 * down pipe in the order in which they reach it, whoever sent them. */
static struct chunk *arrived(struct stream *s, int64_t at_us)
{
    struct chunk *c = STAILQ_FIRST(&s->chunks);
    if (c == NULL || c->due_us > at_us)
        return NULL;
    if (!c->carried) {
        c->due_us = carry(s->down, c->due_us, c->len);
        c->carried = true;
    }
    return c->due_us <= at_us ? c : NULL;
}

static bool has_room(const struct stream *s)
{
    /* Not for a few bytes: nor would TCP say so. */
    return s->queue_bytes - s->queued_bytes >= (s->queue_bytes + 3) / 4;
}

/* When this end has something to be told, INT64_MAX: not by itself. */
static int64_t next_event_ms(struct end *end)
{
    if (end->told || end->state == END_CLOSED || end->state == END_UNBORN ||
        end->state == END_CALLING)
        return INT64_MAX;
    int64_t now_ms = loop_now_ms(end->cable->loop);
    if (end->state == END_BROKEN || (end->want_write && has_room(&end->out)))
        return now_ms;
    const struct chunk *c = STAILQ_FIRST(&end->far->out.chunks);
    if (c == NULL || (!end->want_read && c->carried && !c->is_end))
        return INT64_MAX;
    int64_t due_ms = (c->due_us + 999) / 1000;
    return due_ms > now_ms ? due_ms : now_ms;
}

static void schedule(struct end *end)
{
    struct loop *loop = end->cable->loop;
    int64_t at_ms = next_event_ms(end);
    if (at_ms == INT64_MAX)
        loop_timer_cancel(loop, &end->event);
    else if (!loop_timer_armed(&end->event) || end->event.node.key != at_ms)
        loop_timer_arm(loop, &end->event, at_ms);
}

static void tell_failed(struct end *end, enum err why)
{
    end->told = true;
    end->handler.on_failed(end->handler.ctx, why, end->errnum);
}

static void on_event(void *ctx)
{
    struct end *end = ctx;
    const struct chunk *c = arrived(&end->far->out, now_us(end->cable));
    bool broken = end->state == END_BROKEN;
    bool over = broken || (c != NULL && c->is_end);
    if (over && !end->want_read) {
        tell_failed(end, broken ? ERR_SYS : ERR_CLOSED);
        return;
    }
    bool readable = end->want_read && (over || c != NULL);
    bool writable = end->want_write && has_room(&end->out);
    /* Before the call, which may close this end: a want that lasts is told of
     * again, in the next turn. */
    schedule(end);
    if (readable || writable)
        end->handler.on_ready(end->handler.ctx, readable, writable);
}

/* The connection's operations. */

static ssize_t fail_broken(const struct end *end, enum err *why, int *errnum)
{
    *why = ERR_SYS;
    *errnum = end->errnum;
    return -1;
}

static size_t take_from_chunk(struct chunk *c, const struct iovec *iov, int n,
                              int *i, size_t *off)
{
    size_t taken = 0;
    while (*i < n && c->off < c->len) {
        size_t len = iov[*i].iov_len - *off;
        if (len > c->len - c->off)
            len = c->len - c->off;
        if (len > 0)
            memcpy((uint8_t *)iov[*i].iov_base + *off, c->bytes + c->off, len);
        c->off += len;
        *off += len;
        taken += len;
        if (*off == iov[*i].iov_len) {
            ++*i;
            *off = 0;
        }
    }
    return taken;
}

static ssize_t end_readv(void *impl, const struct iovec *iov, int n,
                         enum err *why, int *errnum)
{
    struct end *end = impl;
    if (end->state == END_BROKEN)
        return fail_broken(end, why, errnum);
    struct stream *s = &end->far->out;
    struct chunk *c;
    size_t got = 0;
    size_t off = 0;
    int i = 0;
    while (i < n && (c = arrived(s, now_us(end->cable))) != NULL &&
           !c->is_end) {
        got += take_from_chunk(c, iov, n, &i, &off);
        if (c->off < c->len)
            break;
        STAILQ_REMOVE_HEAD(&s->chunks, next);
        free(c);
    }
    c = arrived(s, now_us(end->cable));
    if (got == 0 && c != NULL && c->is_end) {
        *why = ERR_CLOSED;
        *errnum = 0;
        return -1;
    }
    s->queued_bytes -= got;
    s->n_delivered += got;
    schedule(end->far);
    schedule(end);
    return (ssize_t)got;
}

static size_t sum_of(const struct iovec *iov, int n)
{
    size_t sum = 0;
    for (int i = 0; i < n; i++)
        sum += iov[i].iov_len;
    return sum;
}

static void put_into_chunk(struct chunk *c, const struct iovec *iov, int *i,
                           size_t *off)
{
    size_t put = 0;
    while (put < c->len) {
        size_t len = iov[*i].iov_len - *off;
        if (len > c->len - put)
            len = c->len - put;
        if (len > 0)
            memcpy(c->bytes + put, (uint8_t *)iov[*i].iov_base + *off, len);
        put += len;
        *off += len;
        if (*off == iov[*i].iov_len) {
            ++*i;
            *off = 0;
        }
    }
}

static ssize_t end_writev(void *impl, const struct iovec *iov, int n,
                          enum err *why, int *errnum)
{
    struct end *end = impl;
    struct stream *s = &end->out;
    if (end->state == END_BROKEN)
        return fail_broken(end, why, errnum);
    if (end->state == END_CALLING)
        return 0;
    const struct chunk *end_seen = arrived(&end->far->out, now_us(end->cable));
    if (end_seen != NULL && end_seen->is_end) {
        *why = ERR_SYS;
        *errnum = EPIPE;
        return -1;
    }
    size_t len = sum_of(iov, n);
    if (len > s->queue_bytes - s->queued_bytes)
        len = s->queue_bytes - s->queued_bytes;
    size_t off = 0;
    int i = 0;
    for (size_t left = len; left > 0;) {
        size_t part = left < CHUNK_MAX ? left : CHUNK_MAX;
        put_into_chunk(add_chunk(end, part), iov, &i, &off);
        left -= part;
    }
    s->n_written += len;
    if (end->far->state == END_CLOSED)
        drop_chunks(s);
    schedule(end->far);
    schedule(end);
    return (ssize_t)len;
}

static void end_want(void *impl, bool read, bool write)
{
    struct end *end = impl;
    end->want_read = read;
    end->want_write = write;
    schedule(end);
}

static void end_set_handler(void *impl, const struct conn_handler *handler)
{
    struct end *end = impl;
    end->handler = *handler;
}

static void cable_free(struct cable *cable)
{
    loop_timer_cancel(cable->loop, &cable->dial);
    for (int i = 0; i < 2; i++) {
        loop_timer_cancel(cable->loop, &cable->ends[i].event);
        drop_chunks(&cable->ends[i].out);
    }
    free(cable);
}

static void end_close(void *impl)
{
    struct end *end = impl;
    struct end *far = end->far;
    end->state = END_CLOSED;
    loop_timer_cancel(end->cable->loop, &end->event);
    if (end == &end->cable->ends[0])
        loop_timer_cancel(end->cable->loop, &end->cable->dial);
    /* One that was never answered has nobody at its far end. */
    if (far->state == END_CLOSED || far->state == END_UNBORN) {
        cable_free(end->cable);
        return;
    }
    drop_chunks(&far->out);
    if (far->state != END_BROKEN)
        add_chunk(end, 0);
    schedule(far);
}

static int64_t end_rtt_us(const void *impl)
{
    const struct end *end = impl;
    return end->state == END_OPEN ? 2 * end->out.latency_us : -1;
}

static const struct conn_ops end_ops = {
    .readv = end_readv,
    .writev = end_writev,
    .want = end_want,
    .set_handler = end_set_handler,
    .close = end_close,
    .rtt_us = end_rtt_us,
};

/* Pairs. */

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

static const struct conn_handler nobody = {.on_ready = ignore_ready,
                                           .on_failed = ignore_failed};

static void end_init(struct cable *cable, int i, enum end_state state,
                     uint64_t rate_Bps, const struct link_config *config)
{
    struct end *end = &cable->ends[i];
    end->cable = cable;
    end->far = &cable->ends[1 - i];
    end->state = state;
    end->handler = nobody;
    loop_timer_init(&end->event, on_event, end);
    STAILQ_INIT(&end->out.chunks);
    end->out.queue_bytes =
        config->queue_bytes != 0 ? config->queue_bytes : LINK_QUEUE_BYTES;
    end->out.latency_us = config->latency_ms * 1000;
    end->out.own.rate_Bps = rate_Bps;
}

static void dial_step(void *ctx);

static struct cable *cable_new(struct loop *loop,
                               const struct link_config *config,
                               enum end_state state_a, enum end_state state_b)
{
    struct cable *cable = xzalloc(sizeof *cable);
    cable->loop = loop;
    cable->addr_a = config->addr_a;
    cable->addr_b = config->addr_b;
    end_init(cable, 0, state_a, config->rate_Bps, config);
    end_init(cable, 1, state_b, config->back_Bps, config);
    loop_timer_init(&cable->dial, dial_step, cable);
    return cable;
}

void link_pair(struct loop *loop, const struct link_config *config,
               struct conn **a, struct conn **b)
{
    struct cable *cable = cable_new(loop, config, END_OPEN, END_OPEN);
    *a = conn_new(&end_ops, &cable->ends[0], &config->addr_b);
    *b = conn_new(&end_ops, &cable->ends[1], &config->addr_a);
}

static struct end *end_of(const struct conn *c)
{
    struct end *end = conn_impl(c, &end_ops);
    assert(end != NULL);
    return end;
}

void link_break(struct conn *c, int errnum)
{
    struct cable *cable = end_of(c)->cable;
    loop_timer_cancel(cable->loop, &cable->dial);
    for (int i = 0; i < 2; i++) {
        struct end *e = &cable->ends[i];
        drop_chunks(&e->out);
        if (e->state != END_OPEN && e->state != END_CALLING)
            continue;
        e->state = END_BROKEN;
        e->errnum = errnum;
        schedule(e);
    }
}

uint64_t link_n_written(const struct conn *c)
{
    return end_of(c)->out.n_written;
}

uint64_t link_n_delivered(const struct conn *c)
{
    return end_of(c)->out.n_delivered;
}

/* Networks. */

struct host {
    SLIST_ENTRY(host) next;
    struct addr ip; /* its port means nothing */
    struct link_host config;
    struct pipe up;
    struct pipe down;
};

struct place {
    SLIST_ENTRY(place) next;
    struct addr at;
    bool silent;
    link_accept_fn *fn; /* NULL: nobody listens */
    void *ctx;          /* borrowed */
};

struct link_net {
    struct loop *loop;          /* borrowed */
    SLIST_HEAD(, host) hosts;   /* owned */
    SLIST_HEAD(, place) places; /* owned */
};

struct link_net *link_net_new(struct loop *loop)
{
    struct link_net *net = xzalloc(sizeof *net);
    net->loop = loop;
    return net;
}

void link_net_free(struct link_net *net)
{
    if (net == NULL)
        return;
    while (!SLIST_EMPTY(&net->hosts)) {
        struct host *host = SLIST_FIRST(&net->hosts);
        SLIST_REMOVE_HEAD(&net->hosts, next);
        free(host);
    }
    while (!SLIST_EMPTY(&net->places)) {
        struct place *place = SLIST_FIRST(&net->places);
        SLIST_REMOVE_HEAD(&net->places, next);
        free(place);
    }
    free(net);
}

static struct host *host_at(struct link_net *net, const struct addr *ip)
{
    struct host *host;
    SLIST_FOREACH(host, &net->hosts, next)
    {
        if (addr_same_ip(&host->ip, ip))
            return host;
    }
    host = xzalloc(sizeof *host);
    host->ip = *ip;
    SLIST_INSERT_HEAD(&net->hosts, host, next);
    return host;
}

static struct place *place_at(struct link_net *net, const struct addr *at)
{
    struct place *place;
    SLIST_FOREACH(place, &net->places, next)
    {
        if (addr_eq(&place->at, at))
            return place;
    }
    place = xzalloc(sizeof *place);
    place->at = *at;
    SLIST_INSERT_HEAD(&net->places, place, next);
    return place;
}

void link_net_host(struct link_net *net, const struct addr *ip,
                   const struct link_host *config)
{
    struct host *host = host_at(net, ip);
    host->config = *config;
    host->up.rate_Bps = config->up_Bps;
    host->down.rate_Bps = config->down_Bps;
}

void link_net_listen(struct link_net *net, const struct addr *local,
                     link_accept_fn *fn, void *ctx)
{
    struct place *place = place_at(net, local);
    place->fn = fn;
    place->ctx = ctx;
}

void link_net_silence(struct link_net *net, const struct addr *remote,
                      bool silent)
{
    place_at(net, remote)->silent = silent;
}

static size_t queue_of(const struct host *host)
{
    return host->config.queue_bytes != 0 ? host->config.queue_bytes
                                         : LINK_QUEUE_BYTES;
}

static void join_host(struct end *end, struct host *mine, struct host *theirs)
{
    end->out.up = &mine->up;
    end->out.down = &theirs->down;
    end->out.queue_bytes = queue_of(mine);
}

/* The dialler is told: of success, when the listener took it in; else of its
 * refusal. The listener may have closed in the meantime. */
static void dial_outcome(struct end *a)
{
    if (a->far->state == END_UNBORN) {
        a->state = END_BROKEN;
        a->errnum = ECONNREFUSED;
        tell_failed(a, ERR_SYS);
        return;
    }
    a->state = END_OPEN;
    schedule(a);
    a->handler.on_open(a->handler.ctx);
}

static void dial_arrive(struct cable *cable)
{
    struct place *place = place_at(cable->net, &cable->addr_b);
    if (place->silent)
        return;
    struct end *b = &cable->ends[1];
    loop_timer_arm(cable->loop, &cable->dial,
                   loop_now_ms(cable->loop) + b->out.latency_us / 1000);
    if (place->fn == NULL)
        return;
    b->state = END_OPEN;
    place->fn(place->ctx, conn_new(&end_ops, b, &cable->addr_a),
              &cable->addr_a);
}

static void dial_step(void *ctx)
{
    struct cable *cable = ctx;
    if (cable->dial_arrived) {
        dial_outcome(&cable->ends[0]);
    } else {
        cable->dial_arrived = true;
        dial_arrive(cable);
    }
}

enum err link_net_dial(struct link_net *net, const struct addr *remote,
                       const struct addr *local,
                       const struct conn_handler *handler, struct conn **out)
{
    struct host *here = host_at(net, local);
    struct host *there = host_at(net, remote);
    const struct link_config config = {
        .latency_ms = here->config.latency_ms + there->config.latency_ms,
        .addr_a = *local,
        .addr_b = *remote,
    };
    struct cable *cable =
        cable_new(net->loop, &config, END_CALLING, END_UNBORN);
    cable->net = net;
    join_host(&cable->ends[0], here, there);
    join_host(&cable->ends[1], there, here);
    cable->ends[0].handler = *handler;
    loop_timer_arm(net->loop, &cable->dial,
                   loop_now_ms(net->loop) + config.latency_ms);
    *out = conn_new(&end_ops, &cable->ends[0], remote);
    return OK;
}
