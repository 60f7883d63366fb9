#include "config.h"

#include "swarm/peer_ask.h"

#include "swarm/peer_parts.h"
#include "swarm/peer_tx.h"
#include "swarm/endgame.h"
#include "util/log.h"

#include <assert.h>

enum {
    PICK_AT_ONCE = 64,    /* blocks asked of the host in one call */
    REFILL_PART = 8,      /* refill when this part of the depth is free */
    UNCHOKE_MIN_MS = 1000 /* an unchoke sooner after one is answered later */
};

static bool is_receiving(const struct peer *p, struct block_ref b)
{
    return p->in.state == PEER_RX_BLOCK && geometry_same_block(p->in.block, b);
}

static struct peer_request request_for(const struct peer *p, struct block_ref b)
{
    return (struct peer_request){b.piece_idx, geometry_block_begin(b),
                                 geometry_block_len(p->config.geo, b)};
}

/* Filling. */

/* One at a time while it does not deliver what it has on order already. */
static uint32_t wanted_depth(const struct peer *p)
{
    return p->is_stalled ? 1 : p->pipe.depth;
}

static bool may_ask(const struct peer *p)
{
    if (p->is_asking || p->fault != OK || !p->am_interested || p->is_held)
        return false;
    if (p->is_choking && p->n_allowed == 0)
        return false;
    return p->now_ms >= p->pause_ms;
}

static void ask(struct peer *p, struct block_ref b)
{
    if (!p->is_waiting) {
        p->is_waiting = true;
        p->wait_ms = p->now_ms;
    }
    peer_orders_push(&p->orders, b, p->now_ms);
    struct peer_request r = request_for(p, b);
    peer_tx_request(p, WIRE_REQUEST, &r);
}

void peer_ask_fill(struct peer *p)
{
    if (!may_ask(p))
        return;
    p->retry_ms = 0;
    p->is_asking = true;
    bool more = true;
    while (more && p->orders.n < wanted_depth(p)) {
        struct block_ref blocks[PICK_AT_ONCE];
        size_t cap = wanted_depth(p) - p->orders.n;
        if (cap > PICK_AT_ONCE)
            cap = PICK_AT_ONCE;
        size_t n = p->host.pick(p->host.ctx, p, blocks, cap);
        assert(n <= cap);
        for (size_t i = 0; i < n; i++)
            ask(p, blocks[i]);
        more = n == cap;
    }
    p->is_asking = false;
}

/* A request a block is a system call and a search a block: ask in runs, as
 * far as what is still on order keeps the other side busy. */
static void refill(struct peer *p)
{
    uint32_t depth = wanted_depth(p);
    if (p->orders.n < depth && depth - p->orders.n > depth / REFILL_PART)
        peer_ask_fill(p);
}

/* Releasing. */

static void release_at(struct peer *p, uint32_t i, enum peer_release why)
{
    struct block_ref b = peer_orders_at(&p->orders, i).block;
    bool is_here = is_receiving(p, b) && p->in.is_live;
    if (is_here)
        p->in.is_live = false;
    if (is_here || why == PEER_RELEASE_REJECTED)
        peer_orders_remove(&p->orders, i);
    else
        peer_orders_release(&p->orders, i);
    /* Only its own silence leaves us waiting with nothing on order. */
    if (p->orders.n == 0 && why != PEER_RELEASE_TIMEOUT)
        p->is_waiting = false;
    if (p->orders.n == 0)
        pace_pause(&p->pace);
    p->host.on_release(p->host.ctx, p, b, why);
}

/* Release all from the i-th on. */
static void release_from(struct peer *p, uint32_t i, enum peer_release why)
{
    bool was_asking = p->is_asking;
    p->is_asking = true;
    while (p->orders.n > i)
        release_at(p, i, why);
    p->is_asking = was_asking;
}

/* Let go of the memory of the block being received; the rest is thrown away. */
static void drop_receiving(struct peer *p)
{
    p->bytes_wasted += p->in.got;
    p->in.mem = NULL;
    p->host.on_block_dropped(p->host.ctx, p, p->in.block);
}

void peer_ask_cancel(struct peer *p, struct block_ref b)
{
    bool is_here = is_receiving(p, b);
    if (is_here && p->in.mem != NULL)
        drop_receiving(p);
    int32_t i = peer_orders_find(&p->orders, b);
    if (i == PEER_ORDERS_NONE)
        return;
    if (!is_here || !p->in.is_live) {
        struct peer_request r = request_for(p, b);
        peer_tx_request(p, WIRE_CANCEL, &r);
    }
    release_at(p, (uint32_t)i, PEER_RELEASE_CANCELLED);
}

/* Answers. */

enum err peer_ask_begin(struct peer *p, struct block_ref b)
{
    int32_t i = peer_orders_find(&p->orders, b);
    if (i == PEER_ORDERS_NONE && !peer_orders_take_late(&p->orders, b))
        return peer_fail(p, ERR_PROTO_STATE,
                         "sent a block that was not asked for");
    bool is_live = i != PEER_ORDERS_NONE;
    if (is_live)
        peer_orders_begin(&p->orders, (uint32_t)i, p->now_ms);
    p->in.state = PEER_RX_BLOCK;
    p->in.block = b;
    p->in.left = geometry_block_len(p->config.geo, b);
    p->in.got = 0;
    p->in.since_ms = p->now_ms;
    p->in.is_live = is_live;
    p->in.mem = NULL;
    uint8_t *mem = p->host.block_memory(p->host.ctx, p, b, !is_live);
    p->in.mem = mem;
    if (mem == NULL && is_live) {
        i = peer_orders_find(&p->orders, b);
        if (i != PEER_ORDERS_NONE)
            release_at(p, (uint32_t)i, PEER_RELEASE_CANCELLED);
    }
    return OK;
}

void peer_ask_payload(struct peer *p, size_t n)
{
    assert(p->in.state == PEER_RX_BLOCK && n <= p->in.left);
    p->in.left -= n;
    p->in.got += n;
    if (p->in.mem == NULL)
        p->bytes_wasted += n;
    rate_add(&p->down, n, p->now_ms);
    p->wait_ms = p->now_ms;
    p->timed_out_ms = p->now_ms;
    p->is_stalled = false;
}

void peer_ask_done(struct peer *p)
{
    struct block_ref b = p->in.block;
    bool is_kept = p->in.mem != NULL;
    p->in.mem = NULL;
    p->last_block_ms = p->now_ms;
    p->n_rejects = 0;
    int32_t i = PEER_ORDERS_NONE;
    if (p->in.is_live)
        i = peer_orders_find(&p->orders, b);
    if (i != PEER_ORDERS_NONE)
        peer_orders_answer(&p->orders, (uint32_t)i, p->now_ms);
    if (p->orders.n == 0)
        p->is_waiting = false;
    pace_on_block(&p->pace, (uint32_t)p->in.got, p->orders.n > 0, p->now_ms);
    if (peer_pipe_on_block(&p->pipe, (uint32_t)p->in.got, p->now_ms))
        peer_pipe_size(&p->pipe, rate_Bps(&p->down, p->now_ms), p->now_ms);
    if (is_kept)
        p->host.on_block(p->host.ctx, p, b);
    refill(p);
}

/* Events. */

void peer_ask_on_choke(struct peer *p)
{
    p->is_choking = true;
    p->choked_ms = p->now_ms;
    p->is_waiting = false;
    /* BEP 6: each is still answered or rejected; else all are dropped. */
    if (!p->config.fast)
        release_from(p, 0, PEER_RELEASE_CHOKED);
    p->host.on_choke(p->host.ctx, p);
}

/* Each choke and unchoke costs it ten bytes, and us a queue of requests. */
static void slow_down_flapping(struct peer *p)
{
    if (p->was_unchoked && p->now_ms - p->unchoked_ms < UNCHOKE_MIN_MS) {
        if (p->pause_ms < p->now_ms + UNCHOKE_MIN_MS)
            p->pause_ms = p->now_ms + UNCHOKE_MIN_MS;
        p->retry_ms = p->pause_ms;
    }
    p->was_unchoked = true;
    p->unchoked_ms = p->now_ms;
}

void peer_ask_on_unchoke(struct peer *p)
{
    slow_down_flapping(p);
    p->is_choking = false;
    p->is_waiting = p->orders.n > 0;
    p->is_stalled = false;
    p->wait_ms = p->now_ms;
    p->timed_out_ms = p->now_ms;
    peer_pipe_on_unchoke(&p->pipe);
    p->host.on_choke(p->host.ctx, p);
    peer_ask_fill(p);
}

/* It will not give this piece while it chokes us, whatever it said before. */
static void disallow(struct peer *p, uint32_t piece_idx)
{
    for (uint32_t i = 0; i < p->n_allowed; i++) {
        if (p->allowed[i] == piece_idx) {
            p->allowed[i] = p->allowed[--p->n_allowed];
            return;
        }
    }
}

void peer_ask_on_reject(struct peer *p, struct block_ref b)
{
    int32_t i = peer_orders_find(&p->orders, b);
    if (i == PEER_ORDERS_NONE) {
        /* Of a released one, or of none: some clients reject what they have
         * answered already. */
        peer_orders_take_late(&p->orders, b);
        return;
    }
    bool crossed_choke =
        p->is_choking &&
        peer_orders_at(&p->orders, (uint32_t)i).asked_ms <= p->choked_ms;
    if (p->is_choking && !crossed_choke)
        disallow(p, b.piece_idx);
    if (!crossed_choke && ++p->n_rejects > PEER_MAX_REJECTS) {
        p->n_rejects = 0;
        p->pause_ms = p->now_ms + PEER_REJECT_PAUSE_MS;
    }
    p->retry_ms = p->now_ms + PEER_REJECT_RETRY_MS;
    if (p->retry_ms < p->pause_ms)
        p->retry_ms = p->pause_ms;
    p->is_asking = true; /* asking again at once would go round in circles */
    release_at(p, (uint32_t)i, PEER_RELEASE_REJECTED);
    p->is_asking = false;
}

/* What to expect. */

/* Of the first on order it may have sent a part. */
static uint64_t bytes_here(const struct peer *p)
{
    if (p->orders.n == 0 || p->in.state != PEER_RX_BLOCK || !p->in.is_live)
        return 0;
    return p->in.got;
}

struct outlook peer_ask_outlook(const struct peer *p, int64_t now_ms)
{
    uint64_t bytes = (uint64_t)p->orders.n * GEOMETRY_BLOCK_LEN;
    struct outlook o =
        outlook_of(now_ms, peer_orders_round_ms(&p->orders),
                   pace_Bps(&p->pace, now_ms), bytes - bytes_here(p));
    int64_t since_ms = p->wait_ms;
    if (p->is_held)
        return o;
    if (p->orders.n > 0) {
        int64_t answer_ms = peer_orders_at(&p->orders, 0).asked_ms + o.round_ms;
        since_ms = answer_ms > since_ms ? answer_ms : since_ms;
    }
    if (p->orders.n > 0 || p->is_stalled)
        outlook_is_silent(&o, since_ms, GEOMETRY_BLOCK_LEN - bytes_here(p));
    if (p->is_choking || p->pipe.is_snubbed)
        o.lag_ms = OUTLOOK_NEVER_MS;
    return o;
}

void peer_ask_tell(const struct peer *p, struct endgame *e, int64_t now_ms)
{
    struct outlook o = peer_ask_outlook(p, now_ms);
    uint64_t here = bytes_here(p);
    for (uint32_t i = 0; i < p->orders.n; i++) {
        struct peer_order order = peer_orders_at(&p->orders, i);
        uint64_t end = ((uint64_t)i + 1) * GEOMETRY_BLOCK_LEN - here;
        int64_t due_ms = outlook_due_ms(&o, order.asked_ms, end);
        endgame_tell(e, order.block, p->config.id, due_ms, outlook_stop_ms(&o));
    }
}

/* Time. */

/* When the oldest request is given up. */
static int64_t order_deadline_ms(const struct peer *p)
{
    struct peer_order o = peer_orders_at(&p->orders, 0);
    int64_t timeout_ms = peer_orders_timeout_ms(&p->orders);
    if (p->is_choking && o.asked_ms <= p->choked_ms)
        return p->choked_ms + timeout_ms;
    if (is_receiving(p, o.block) && p->in.is_live)
        return p->in.since_ms + PEER_REQUEST_TIMEOUT_MAX_MS;
    if (!peer_orders_is_overtaken(&p->orders) && o.asked_ms < p->timed_out_ms)
        return p->timed_out_ms + timeout_ms;
    return o.asked_ms + timeout_ms;
}

static int64_t snub_deadline_ms(const struct peer *p)
{
    if (!p->is_waiting || p->is_choking || p->pipe.is_snubbed)
        return INT64_MAX;
    return p->wait_ms + PEER_SNUB_MS;
}

int64_t peer_ask_deadline_ms(const struct peer *p)
{
    int64_t at = p->retry_ms != 0 ? p->retry_ms : INT64_MAX;
    if (p->is_held)
        return INT64_MAX;
    if (p->orders.n > 0) {
        int64_t order = order_deadline_ms(p);
        at = order < at ? order : at;
    }
    int64_t snub = snub_deadline_ms(p);
    return snub < at ? snub : at;
}

static void snub(struct peer *p)
{
    log_write(LOG_PEER, LOG_DEBUG, "peer %u: snubs us, %u requests released",
              (unsigned int)p->config.id, (unsigned int)p->orders.n);
    peer_pipe_on_snub(&p->pipe);
    release_from(p, p->orders.n > 0 ? 1 : 0, PEER_RELEASE_TIMEOUT);
}

static void time_out_oldest(struct peer *p)
{
    bool is_choked_one =
        p->is_choking && peer_orders_at(&p->orders, 0).asked_ms <= p->choked_ms;
    if (!is_choked_one && !peer_orders_is_overtaken(&p->orders)) {
        p->timed_out_ms = p->now_ms;
        p->is_stalled = true;
    }
    p->is_asking = true;
    release_at(p, 0,
               is_choked_one ? PEER_RELEASE_CHOKED : PEER_RELEASE_TIMEOUT);
    p->is_asking = false;
}

void peer_ask_tick(struct peer *p)
{
    if (p->is_held)
        return;
    if (snub_deadline_ms(p) <= p->now_ms)
        snub(p);
    while (p->orders.n > 0 && order_deadline_ms(p) <= p->now_ms)
        time_out_oldest(p);
    if (p->retry_ms != 0 && p->retry_ms <= p->now_ms)
        p->retry_ms = 0;
    if (p->retry_ms == 0)
        refill(p);
}

void peer_ask_close(struct peer *p)
{
    p->is_asking = true;
    if (p->in.state == PEER_RX_BLOCK && p->in.mem != NULL)
        drop_receiving(p);
    release_from(p, 0, PEER_RELEASE_CLOSED);
}
