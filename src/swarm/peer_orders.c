#include "config.h"

#include "swarm/peer_orders.h"

#include "swarm/peer.h"
#include "util/xalloc.h"

#include <assert.h>
#include <stdlib.h>

enum { RING_MIN = 16, TIMEOUT_MIN_MS = 2000, DELAY_UNIT = 16 };

/* Marks a remembered slot whose answer was seen; no piece has this index. */
static const uint32_t HOLE = UINT32_MAX;

_Static_assert((int)PEER_ORDERS_MAX >= (int)PEER_MAX_OUTSTANDING, "all fit");
_Static_assert((PEER_ORDERS_MAX & (PEER_ORDERS_MAX - 1)) == 0, "a power of 2");

static struct peer_order *slot(const struct peer_orders *o, uint32_t i)
{
    return &o->ring[(o->head + i) & (o->cap - 1)];
}

void peer_orders_init(struct peer_orders *o)
{
    *o = (struct peer_orders){.overtaken_ms = INT64_MIN, .round_ms = -1};
}

void peer_orders_fini(struct peer_orders *o)
{
    free(o->ring);
    free(o->late);
    peer_orders_init(o);
}

static void grow(struct peer_orders *o)
{
    uint32_t cap = o->cap == 0 ? RING_MIN : o->cap * 2;
    struct peer_order *ring = xcalloc(cap, sizeof *ring);
    for (uint32_t i = 0; i < o->n; i++)
        ring[i] = *slot(o, i);
    free(o->ring);
    o->ring = ring;
    o->cap = cap;
    o->head = 0;
}

void peer_orders_push(struct peer_orders *o, struct block_ref b, int64_t now_ms)
{
    assert(o->n < PEER_ORDERS_MAX);
    if (o->n == o->cap)
        grow(o);
    o->n++;
    *slot(o, o->n - 1) = (struct peer_order){.block = b, .asked_ms = now_ms};
}

struct peer_order peer_orders_at(const struct peer_orders *o, uint32_t i)
{
    assert(i < o->n);
    return *slot(o, i);
}

int32_t peer_orders_find(const struct peer_orders *o, struct block_ref b)
{
    for (uint32_t i = 0; i < o->n; i++) {
        if (geometry_same_block(slot(o, i)->block, b))
            return (int32_t)i;
    }
    return PEER_ORDERS_NONE;
}

struct block_ref peer_orders_remove(struct peer_orders *o, uint32_t i)
{
    assert(i < o->n);
    struct block_ref b = slot(o, i)->block;
    /* Answers come nearly in order: what is before i is the shorter side. */
    for (uint32_t k = i; k > 0; k--)
        *slot(o, k) = *slot(o, k - 1);
    o->head = (o->head + 1) & (o->cap - 1);
    o->n--;
    return b;
}

static void measure(struct peer_orders *o, int64_t delay_ms)
{
    int64_t delay = delay_ms * DELAY_UNIT;
    if (o->n_delays == 0) {
        o->delay_mean = delay;
        o->delay_dev = 0;
    } else {
        int64_t off = delay - o->delay_mean;
        o->delay_mean += off / 8;
        o->delay_dev += ((off < 0 ? -off : off) - o->delay_dev) / 4;
    }
    if (o->n_delays < UINT32_MAX)
        o->n_delays++;
}

struct block_ref peer_orders_answer(struct peer_orders *o, uint32_t i,
                                    int64_t now_ms)
{
    int64_t asked_ms = peer_orders_at(o, i).asked_ms;
    if (asked_ms > o->overtaken_ms)
        o->overtaken_ms = asked_ms;
    measure(o, now_ms - asked_ms);
    return peer_orders_remove(o, i);
}

struct block_ref peer_orders_release(struct peer_orders *o, uint32_t i)
{
    struct block_ref b = peer_orders_remove(o, i);
    if (o->late == NULL)
        o->late = xcalloc(PEER_ORDERS_REMEMBERED, sizeof *o->late);
    o->late[o->late_at] = b;
    o->late_at = (o->late_at + 1) % PEER_ORDERS_REMEMBERED;
    if (o->n_late < PEER_ORDERS_REMEMBERED)
        o->n_late++;
    return b;
}

bool peer_orders_take_late(struct peer_orders *o, struct block_ref b)
{
    for (uint32_t i = 0; i < o->n_late; i++) {
        if (geometry_same_block(o->late[i], b)) {
            o->late[i].piece_idx = HOLE;
            return true;
        }
    }
    return false;
}

bool peer_orders_is_overtaken(const struct peer_orders *o)
{
    return o->n > 0 && slot(o, 0)->asked_ms < o->overtaken_ms;
}

int64_t peer_orders_timeout_ms(const struct peer_orders *o)
{
    int64_t ms = PEER_REQUEST_TIMEOUT_MAX_MS;
    if (o->n_delays == 1)
        ms = o->delay_mean * 6 / (5 * DELAY_UNIT);
    else if (o->n_delays > 1)
        ms = (o->delay_mean + 4 * o->delay_dev) / DELAY_UNIT;
    if (ms < TIMEOUT_MIN_MS)
        return TIMEOUT_MIN_MS;
    if (ms > PEER_REQUEST_TIMEOUT_MAX_MS)
        return PEER_REQUEST_TIMEOUT_MAX_MS;
    return ms;
}

int64_t peer_orders_delay_ms(const struct peer_orders *o)
{
    return o->n_delays == 0 ? -1 : o->delay_mean / DELAY_UNIT;
}

void peer_orders_begin(struct peer_orders *o, uint32_t i, int64_t now_ms)
{
    int64_t ms = now_ms - peer_orders_at(o, i).asked_ms;
    if (o->round_ms < 0 || ms < o->round_ms)
        o->round_ms = ms;
}

int64_t peer_orders_round_ms(const struct peer_orders *o)
{
    return o->round_ms;
}

void peer_orders_check(const struct peer_orders *o)
{
    assert(o->n <= o->cap && o->cap <= PEER_ORDERS_MAX);
    assert((o->cap & (o->cap - 1)) == 0);
    assert(o->n_late <= PEER_ORDERS_REMEMBERED);
    for (uint32_t i = 0; i < o->n; i++) {
        assert(i == 0 || slot(o, i - 1)->asked_ms <= slot(o, i)->asked_ms);
        assert(peer_orders_find(o, slot(o, i)->block) == (int32_t)i);
    }
}
