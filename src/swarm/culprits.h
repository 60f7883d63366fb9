/* culprits.h -- what is remembered of addresses rather than of peers: who is
 * banned, and how often each was dialled lately.
 * Terms: the culprit of an address is its IP, with port 0; but of 127.0.0.1 and
 * ::1, which all that runs on this machine shares, it is IP and port. Whoever
 * uses another address of loopback does so to be told apart.
 * Bounds: CULPRITS_MAX_BANS, the oldest forgotten; dials are forgotten after
 * CULPRITS_DIALS_MS.
 * Owned by peers; loop thread only. All calls O(1). */
#ifndef SWARM_CULPRITS_H
#define SWARM_CULPRITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"
#include "util/rng.h"

struct culprits;

enum {
    CULPRITS_MAX_BANS = 1000,
    CULPRITS_MAX_DIALS = 2, /* of one culprit in CULPRITS_DIALS_MS */
    CULPRITS_DIALS_MS = 60000
};

struct addr culprits_of(const struct addr *a);

/* rng is used to draw a hash key, and not kept. */
struct culprits *culprits_new(const struct rng *rng);
void culprits_free(struct culprits *c);

/* Ban the culprit of a; no-op when it is. */
void culprits_ban(struct culprits *c, const struct addr *a);
bool culprits_is_banned(const struct culprits *c, const struct addr *a);
size_t culprits_n_banned(const struct culprits *c);

/* When the culprit of a may be dialled again; INT64_MIN: at any time. */
int64_t culprits_may_dial_ms(const struct culprits *c, const struct addr *a);
/* The culprit of a is being dialled. now_ms does not go back. */
void culprits_count_dial(struct culprits *c, const struct addr *a,
                         int64_t now_ms);
size_t culprits_n_dialled(const struct culprits *c); /* remembered */

#endif
