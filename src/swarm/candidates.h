/* candidates.h -- the addresses that a torrent may dial, kept in three orders:
 * by rank those that may be dialled now, by time those that may later, and by
 * worth those that may be forgotten. Decides neither what an event means for a
 * candidate (peers does) nor whether its IP is dialled too often.
 * A field that an order depends on (n_fails, priority, ready_ms, the flags) is
 * changed by the owner, who then calls candidates_place() or _set_state().
 * States as in peers.h; the idle ones are READY, WAITING and PARKED.
 * Owned by peers; loop thread only. Calls are O(log n) unless said
 * otherwise. */
#ifndef SWARM_CANDIDATES_H
#define SWARM_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/addr.h"
#include "util/heap.h"
#include "util/rng.h"

#include "swarm/keyed_hash.h"
#include "swarm/peers.h"

struct candidates;

enum candidate_state {
    CANDIDATE_READY,
    CANDIDATE_WAITING,
    CANDIDATE_DIALLING,
    CANDIDATE_CONNECTED,
    CANDIDATE_PARKED
};

struct candidate {
    struct addr addr;           /* never changes */
    enum candidate_state state; /* changed by candidates_* only */
    enum peers_source source;   /* likewise */
    uint32_t n_fails;           /* in a row */
    uint32_t priority;          /* BEP 40 */
    bool was_reached;           /* a handshake was completed, whoever dialled */
    bool is_unreachable;        /* the last attempt found nobody */
    bool is_seed;
    bool is_self;
    enum peers_crypt crypt;
    int64_t tried_ms;       /* when the last attempt or connection ended */
    int64_t ready_ms;       /* not to be dialled before; INT64_MIN: at once */
    struct heap_node order; /* of candidates */
    struct heap_node worst; /* of candidates */
    UT_hash_handle hh;      /* of candidates */
};

/* rng is used to draw a hash key, and not kept. */
struct candidates *candidates_new(const struct rng *rng);
void candidates_free(struct candidates *cs);

/* NULL when there is none; borrowed until it is forgotten. */
struct candidate *candidates_find(const struct candidates *cs,
                                  const struct addr *a);
/* Walk all: the one after c, the first after NULL; NULL at the end. */
struct candidate *candidates_next(const struct candidates *cs,
                                  const struct candidate *c);
/* Add a copy of one whose address is not there, and place it; NULL when there
 * is no room and it is no better than the worst. */
struct candidate *candidates_add(struct candidates *cs,
                                 const struct candidate *newcomer);
/* Forget an idle one. */
void candidates_forget(struct candidates *cs, struct candidate *c);

void candidates_set_state(struct candidates *cs, struct candidate *c,
                          enum candidate_state state);
/* Make it READY, WAITING or PARKED, as its fields say. */
void candidates_place(struct candidates *cs, struct candidate *c);
void candidates_set_source(struct candidates *cs, struct candidate *c,
                           enum peers_source source);
/* While seeding, seeds are PARKED. O(n). */
void candidates_set_seeding(struct candidates *cs, bool is_seeding);

bool candidates_is_idle(const struct candidate *c);
/* Has it failed too often? */
bool candidates_is_given_up(const struct candidate *c);
/* Which of two is better worth keeping? <0: a, >0: b. Never 0. O(1). */
int candidates_compare(const struct candidate *a, const struct candidate *b);

/* The best READY one, those that are due by now included; NULL when none is.
 * O(log n) amortised. */
struct candidate *candidates_best(struct candidates *cs, int64_t now_ms);
/* When candidates_best() will have one: at most now_ms when now, INT64_MAX when
 * never. O(1). */
int64_t candidates_deadline_ms(const struct candidates *cs, int64_t now_ms);

size_t candidates_count(const struct candidates *cs);
size_t candidates_n_dialable(const struct candidates *cs);

void candidates_check(const struct candidates *cs); /* for tests */

#endif
