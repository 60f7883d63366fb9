#include "config.h"

#include "swarm/piece_order.h"

#include <assert.h>
#include <stdlib.h>

#include "util/xalloc.h"

struct piece_order {
    const struct rng *rng; /* borrowed: outlives the order */
    uint32_t n_pieces;
    uint32_t n_buckets;
    uint32_t *order;  /* owned: the piece at each place */
    uint32_t *pos;    /* owned: the place of each piece */
    uint32_t *bounds; /* owned: first place of each bucket, and the end */
};

struct piece_order *piece_order_new(uint32_t n_pieces, uint32_t n_buckets,
                                    const struct rng *rng)
{
    struct piece_order *o = xzalloc(sizeof *o);
    o->rng = rng;
    o->n_pieces = n_pieces;
    o->n_buckets = n_buckets;
    o->order = xcalloc(n_pieces, sizeof *o->order);
    o->pos = xcalloc(n_pieces, sizeof *o->pos);
    o->bounds = xcalloc((size_t)n_buckets + 1, sizeof *o->bounds);
    for (uint32_t i = 0; i < n_pieces; i++) {
        uint32_t j = rng_below(rng, i + 1);
        o->order[i] = o->order[j];
        o->order[j] = i;
    }
    return o;
}

void piece_order_free(struct piece_order *o)
{
    if (o == NULL)
        return;
    free(o->order);
    free(o->pos);
    free(o->bounds);
    free(o);
}

/* A counting sort, which keeps the random order within each bucket. */
void piece_order_build(struct piece_order *o,
                       uint32_t (*bucket_of)(const void *ctx,
                                             uint32_t piece_idx),
                       const void *ctx)
{
    uint32_t *next = xcalloc(o->n_buckets, sizeof *next);
    for (uint32_t i = 0; i < o->n_pieces; i++)
        next[bucket_of(ctx, i)]++;
    uint32_t sum = 0;
    for (uint32_t b = 0; b < o->n_buckets; b++) {
        o->bounds[b] = sum;
        sum += next[b];
        next[b] = o->bounds[b];
    }
    o->bounds[o->n_buckets] = sum;
    for (uint32_t i = 0; i < o->n_pieces; i++) {
        uint32_t piece_idx = o->order[i];
        o->pos[piece_idx] = next[bucket_of(ctx, piece_idx)]++;
    }
    for (uint32_t i = 0; i < o->n_pieces; i++)
        o->order[o->pos[i]] = i;
    free(next);
}

uint32_t piece_order_begin(const struct piece_order *o, uint32_t bucket)
{
    return o->bounds[bucket];
}

uint32_t piece_order_at(const struct piece_order *o, uint32_t place)
{
    return o->order[place];
}

/* The last bucket that begins at or before the piece's place. */
uint32_t piece_order_bucket(const struct piece_order *o, uint32_t piece_idx)
{
    uint32_t lo = 0;
    uint32_t hi = o->n_buckets;
    while (hi - lo > 1) {
        uint32_t mid = (lo + hi) / 2;
        if (o->bounds[mid] <= o->pos[piece_idx])
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

void piece_order_swap(struct piece_order *o, uint32_t place_a, uint32_t place_b)
{
    uint32_t a = o->order[place_a];
    uint32_t b = o->order[place_b];
    o->order[place_a] = b;
    o->order[place_b] = a;
    o->pos[b] = place_a;
    o->pos[a] = place_b;
}

/* Across each bound a piece changes places with the outermost of its bucket. */
void piece_order_move(struct piece_order *o, uint32_t piece_idx,
                      uint32_t bucket)
{
    uint32_t from = piece_order_bucket(o, piece_idx);
    if (from == bucket)
        return;
    for (; from < bucket; from++) {
        o->bounds[from + 1]--;
        piece_order_swap(o, o->pos[piece_idx], o->bounds[from + 1]);
    }
    for (; from > bucket; from--) {
        piece_order_swap(o, o->pos[piece_idx], o->bounds[from]);
        o->bounds[from]++;
    }
    uint32_t len = o->bounds[bucket + 1] - o->bounds[bucket];
    piece_order_swap(o, o->pos[piece_idx],
                     o->bounds[bucket] + rng_below(o->rng, len));
}

void piece_order_check(const struct piece_order *o)
{
    assert(o->bounds[0] == 0 && o->bounds[o->n_buckets] == o->n_pieces);
    for (uint32_t b = 0; b < o->n_buckets; b++)
        assert(o->bounds[b] <= o->bounds[b + 1]);
    for (uint32_t i = 0; i < o->n_pieces; i++)
        assert(o->order[i] < o->n_pieces && o->pos[o->order[i]] == i);
}
