/* piece_order.h -- all pieces of a torrent in one array, sorted by bucket, with
 * the bounds of the buckets. Does not know what a bucket means.
 * Invariants: the array is a permutation; bucket b is the places from
 * piece_order_begin(b) to piece_order_begin(b + 1). Within a bucket the order
 * is random: a piece that is moved in takes a place by lot.
 * A piece that moves to a later bucket is replaced, in the one that it leaves,
 * by that bucket's last piece: a scan from the first place on goes on where it
 * is. Owned by picker; loop thread only. A move costs O(buckets between); the
 * rest is O(1), or O(log n_buckets) for piece_order_bucket(). 8 bytes a
 * piece. */
#ifndef SWARM_PIECE_ORDER_H
#define SWARM_PIECE_ORDER_H

#include "util/rng.h"

#include <stdint.h>

struct piece_order;

/* Return an order without meaning, until piece_order_build(). rng is borrowed
 * and outlives it. O(n_pieces). */
struct piece_order *piece_order_new(uint32_t n_pieces, uint32_t n_buckets,
                                    const struct rng *rng);
void piece_order_free(struct piece_order *o);

/* Put every piece where bucket_of() says (below n_buckets; asked twice a
 * piece). O(n_pieces). */
void piece_order_build(struct piece_order *o,
                       uint32_t (*bucket_of)(const void *ctx,
                                             uint32_t piece_idx),
                       const void *ctx);
/* Move a piece to a bucket, which may be its own. */
void piece_order_move(struct piece_order *o, uint32_t piece_idx,
                      uint32_t bucket);
/* Let two pieces of one bucket change places. */
void piece_order_swap(struct piece_order *o, uint32_t place_a,
                      uint32_t place_b);

/* The first place of a bucket; for n_buckets the number of pieces. */
uint32_t piece_order_begin(const struct piece_order *o, uint32_t bucket);
uint32_t piece_order_at(const struct piece_order *o, uint32_t place);
uint32_t piece_order_bucket(const struct piece_order *o, uint32_t piece_idx);

void piece_order_check(const struct piece_order *o); /* O(n): for tests */

#endif
