/* peer_orders.h -- the blocks on order from one peer, in the order asked, and
 * those given up of late, whose answers may still come; measures how long an
 * answer takes. Decides nothing, sends nothing.
 * A block that is released is remembered among the last PEER_ORDERS_REMEMBERED
 * until its answer is seen, so that a late answer is told from one never asked
 * for. asked_ms never decreases along the queue. Owned by a peer.
 * Costs: the first on order O(1), others O(place in the queue). */
#ifndef SWARM_PEER_ORDERS_H
#define SWARM_PEER_ORDERS_H

#include "meta/geometry.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PEER_ORDERS_MAX = 512, /* on order at once */
    PEER_ORDERS_REMEMBERED = 512,
    PEER_ORDERS_NONE = -1
};

struct peer_order {
    struct block_ref block;
    int64_t asked_ms;
};

struct peer_orders {
    struct peer_order *ring; /* owned: cap slots; NULL at first */
    uint32_t cap;            /* a power of two */
    uint32_t head;
    uint32_t n;
    struct block_ref *late; /* owned: PEER_ORDERS_REMEMBERED; NULL at first */
    uint32_t late_at;       /* slot written next */
    uint32_t n_late;        /* slots in use, holes with them */
    int64_t overtaken_ms;   /* the latest asking time of an answered one */
    uint32_t n_delays;
    int64_t delay_mean; /* in 1/16 ms */
    int64_t delay_dev;  /* in 1/16 ms */
    int64_t round_ms;   /* -1: unknown */
};

void peer_orders_init(struct peer_orders *o);
void peer_orders_fini(struct peer_orders *o);

/* Append; fewer than PEER_ORDERS_MAX are on order. */
void peer_orders_push(struct peer_orders *o, struct block_ref b,
                      int64_t now_ms);
/* The i-th on order, i < n; 0 is the oldest. */
struct peer_order peer_orders_at(const struct peer_orders *o, uint32_t i);
/* The place of a block on order; PEER_ORDERS_NONE. */
int32_t peer_orders_find(const struct peer_orders *o, struct block_ref b);

/* Take out the i-th and return its block: its answer is here, now_ms, and
 * ... */
struct block_ref peer_orders_answer(struct peer_orders *o, uint32_t i,
                                    int64_t now_ms);
/* ... no answer is expected any more; */
struct block_ref peer_orders_remove(struct peer_orders *o, uint32_t i);
/* ... its answer may come late. */
struct block_ref peer_orders_release(struct peer_orders *o, uint32_t i);

/* Is this the answer to a released one? It is then forgotten. */
bool peer_orders_take_late(struct peer_orders *o, struct block_ref b);

/* Was the oldest passed over: one asked after it is already answered? */
bool peer_orders_is_overtaken(const struct peer_orders *o);
/* How long to wait for an answer: mean + 4 deviations of the delays seen (a
 * single one: 1.2 of it; none: the maximum), in [2 s,
 * PEER_REQUEST_TIMEOUT_MAX_MS]. Source: libtorrent's rule. */
int64_t peer_orders_timeout_ms(const struct peer_orders *o);
int64_t peer_orders_delay_ms(const struct peer_orders *o); /* -1: unknown */
/* The first byte of the answer to the i-th is here. */
void peer_orders_begin(struct peer_orders *o, uint32_t i, int64_t now_ms);
/* The shortest time from asking to that: little more than a round trip, of one that was
 * asked while it had nothing else to send. -1: unknown. */
int64_t peer_orders_round_ms(const struct peer_orders *o);

void peer_orders_check(const struct peer_orders *o);

#endif
