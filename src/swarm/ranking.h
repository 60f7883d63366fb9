/* ranking.h -- pieces by rank, the least first: a heap that is filled, ordered once, and
 * emptied, for the length of one search. Owned by picker; loop thread only. Adding is
 * O(1) amortised, ordering O(n), taking O(log n). */
#ifndef SWARM_RANKING_H
#define SWARM_RANKING_H

#include <stdint.h>

struct ranking {
    uint64_t *heap; /* owned: rank << 32 | piece */
    uint32_t n;
    uint32_t cap;
};

/* Begin empty, from zeroed memory or after another search. */
void ranking_reset(struct ranking *r);
void ranking_fini(struct ranking *r);
void ranking_add(struct ranking *r, uint32_t rank, uint32_t piece_idx);
/* All are there: before the first is taken. */
void ranking_order(struct ranking *r);
/* The one of the least rank, of equals the least index; n > 0. */
uint32_t ranking_take(struct ranking *r);

#endif
