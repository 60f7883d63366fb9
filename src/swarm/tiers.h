/* tiers.h -- in which order trackers are tried: by tier, and in a tier by
 * place. Knows indices only; whether one answers is for announcer to say.
 * Each index 0..n-1 is in `order` once; tiers ascend along it. Open struct, but
 * change it by calls only. Loop thread only.
 * Source: BEP 12, "Order of Processing". Calls are O(n). */
#ifndef SWARM_TIERS_H
#define SWARM_TIERS_H

#include "util/rng.h"

#include <stddef.h>
#include <stdint.h>

enum { TIERS_MAX = 128 };

struct tiers {
    size_t n;
    uint16_t order[TIERS_MAX];   /* index at each place */
    uint32_t tier_of[TIERS_MAX]; /* tier of each index */
};

void tiers_init(struct tiers *t);
/* Add index n at the end of a tier; n < TIERS_MAX. */
void tiers_add(struct tiers *t, uint32_t tier);
/* Take an index out; those above it are less by one from then on. */
void tiers_remove(struct tiers *t, size_t idx);
/* Shuffle each tier within itself. */
void tiers_shuffle(struct tiers *t, const struct rng *rng);
/* Move an index to the front of its tier; the others keep their order. */
void tiers_to_front(struct tiers *t, size_t idx);
/* The place of an index in its tier, 0 first. */
size_t tiers_place(const struct tiers *t, size_t idx);

void tiers_check(const struct tiers *t); /* asserts its order: for tests */

#endif
