/* connected.h -- a torrent's connections, by remote address and by peer id.
 * Decides nothing but which of two connections that crossed each other is kept.
 * One whose place another took (is_replaced) is found by address only, until
 * it is removed.
 * Owned by peers; loop thread only. All calls O(1). */
#ifndef SWARM_CONNECTED_H
#define SWARM_CONNECTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"
#include "util/rng.h"

#include "swarm/keyed_hash.h"

struct connected;
struct candidate;

enum {
    CONNECTED_ID_LEN = 20,
    CONNECTED_CROSSING_MS = 10000 /* two this close crossed each other */
};

struct connected_peer {
    struct addr remote;
    uint8_t peer_id[CONNECTED_ID_LEN];
    bool is_incoming;
    bool is_replaced;
    int64_t since_ms;
    struct candidate *candidate; /* borrowed: outlives it; NULL: not known */
    UT_hash_handle hh;           /* of connected */
    UT_hash_handle hh_id;        /* of connected */
};

/* own_id: CONNECTED_ID_LEN bytes, copied; rng is used to draw a hash key, and
 * not kept. */
struct connected *connected_new(const uint8_t *own_id, const struct rng *rng);
void connected_free(struct connected *cs);

size_t connected_count(const struct connected *cs);
/* NULL when there is none; borrowed until it is removed. */
struct connected_peer *connected_find(const struct connected *cs,
                                      const struct addr *remote);
struct connected_peer *connected_find_id(const struct connected *cs,
                                         const uint8_t *peer_id);
/* Walk all: the one after l, the first after NULL; NULL at the end. */
struct connected_peer *connected_next(const struct connected *cs,
                                      const struct connected_peer *l);

/* Add a connection; neither its remote nor its peer_id (CONNECTED_ID_LEN bytes)
 * may be there. */
struct connected_peer *connected_add(struct connected *cs,
                                     const struct addr *remote,
                                     const uint8_t *peer_id, bool is_incoming,
                                     int64_t now_ms);
/* Give up its peer id to one that takes its place. */
void connected_set_replaced(struct connected *cs, struct connected_peer *l);
/* Forget and free it. */
void connected_remove(struct connected *cs, struct connected_peer *l);

/* Both sides dialled at once, and a new connection finds `old` there: is the
 * new one that which both sides keep, the one that the greater peer id
 * dialled? */
bool connected_is_to_replace(const struct connected *cs,
                             const struct connected_peer *old, bool is_incoming,
                             int64_t now_ms);

void connected_check(const struct connected *cs); /* for tests */

#endif
