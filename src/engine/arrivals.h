/* arrivals.h -- the evidence that our port can be reached: who came in and greeted (or, of
 * dhtnode's, asked without having been sent anything), by address. Addresses of private
 * networks and of this machine are counted apart: they say nothing of the world outside.
 * ARRIVALS_MAX addresses of each kind are counted, and no more. A part of overall, and
 * of dhtnode; loop thread only. O(ARRIVALS_MAX). */
#ifndef ENGINE_ARRIVALS_H
#define ENGINE_ARRIVALS_H

#include "util/addr.h"

#include <stdbool.h>
#include <stdint.h>

enum { ARRIVALS_MAX = 128 };

struct reach;

struct arrivals_kind {
    uint32_t n; /* distinct, at most ARRIVALS_MAX */
    int64_t at_ms; /* the latest; -1: never */
    struct addr seen[ARRIVALS_MAX];
};

struct arrivals {
    struct arrivals_kind far, near;
};

void arrivals_init(struct arrivals *a);
/* Somebody from there is in. */
void arrivals_note(struct arrivals *a, const struct addr *from, int64_t now_ms);
/* Its part of a frame. */
void arrivals_fill(const struct arrivals *a, struct reach *out);

#endif
