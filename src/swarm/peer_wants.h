/* peer_wants.h -- what one peer asked of us and waits for: requests, not data,
 * oldest first. Bounds nothing (its caller does), answers nothing. Owned by a
 * peer. Costs: push, pop, at O(1); remove and sift O(n). */
#ifndef SWARM_PEER_WANTS_H
#define SWARM_PEER_WANTS_H

#include "swarm/peer.h"

#include <stdbool.h>
#include <stddef.h>

struct peer_wants {
    struct peer_request *ring; /* owned: cap slots; NULL at first */
    size_t cap;                /* a power of two */
    size_t head;
    size_t n;
};

/* Is this request to be taken out? */
typedef bool peer_wants_drop(void *ctx, const struct peer_request *r);

void peer_wants_init(struct peer_wants *w);
void peer_wants_fini(struct peer_wants *w);
void peer_wants_push(struct peer_wants *w, const struct peer_request *r);
/* Take out the oldest; n > 0. */
struct peer_request peer_wants_pop(struct peer_wants *w);
struct peer_request peer_wants_at(const struct peer_wants *w, size_t i);
/* Take out the oldest that equals r; false: there is none. */
bool peer_wants_remove(struct peer_wants *w, const struct peer_request *r);
/* Ask `drop` about each, oldest first, and take out those it says. */
void peer_wants_sift(struct peer_wants *w, peer_wants_drop *drop, void *ctx);

bool peer_wants_same(const struct peer_request *a,
                     const struct peer_request *b);

#endif
