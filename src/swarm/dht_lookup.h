/* dht_lookup.h -- one iterative search in one family: whom to ask next, and
 * when enough have answered. Sends nothing, keeps no time.
 * A candidate: FRESH -> ASKED -> ANSWERED, or FAILED; LATE between when it let
 * us wait: then another is asked in its place, and its answer still counts.
 * The window is the DHT_TABLE_K closest candidates whose id fits their address
 * (BEP 42) and are neither FAILED nor LATE, with up to as many closer ones that
 * do not fit. The search is done when all in the window have answered.
 * Bounds: one candidate a net (dht_addr_same_net), DHT_LOOKUP_K named by one
 * answer, DHT_LOOKUP_MAX kept, the farthest forgotten; DHT_LOOKUP_MAX_ASKED
 * asked, however near to the target liars claim to be.
 * Owned by a search; loop thread. Source: BEP 5; Maymounkov and Mazieres 2002
 * (Kademlia). Calls are O(DHT_LOOKUP_MAX). */
#ifndef SWARM_DHT_LOOKUP_H
#define SWARM_DHT_LOOKUP_H

#include "proto/krpc.h"
#include "swarm/dht_id.h"
#include "util/addr.h"
#include "util/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DHT_LOOKUP_K = 8,
    DHT_LOOKUP_ALPHA = 4, /* asked at once, late ones not counted */
    DHT_LOOKUP_MAX = 48,
    DHT_LOOKUP_MAX_ASKED = 96
};

enum dht_lookup_state {
    DHT_LOOKUP_FRESH,
    DHT_LOOKUP_ASKED,
    DHT_LOOKUP_LATE,
    DHT_LOOKUP_ANSWERED,
    DHT_LOOKUP_FAILED
};

struct dht_lookup_node {
    uint8_t id[DHT_ID_LEN];
    struct addr addr;
    bool fits;
    enum dht_lookup_state state;
    uint8_t token_len; /* 0: it gave none */
    uint8_t token[KRPC_MAX_TOKEN];
};

struct dht_lookup;

/* Begin a search for target (20 bytes, copied) without candidates. own_id: 20
 * bytes, copied; not a candidate. */
struct dht_lookup *dht_lookup_new(const uint8_t *target, const uint8_t *own_id);
void dht_lookup_free(struct dht_lookup *l);

/* Enter a candidate; nothing when it is known, too far, or of a net that has
 * one. The address is allowed and of this family. */
void dht_lookup_add(struct dht_lookup *l, const uint8_t *id,
                    const struct addr *a);
/* The next to ask, marked ASKED, borrowed until the next change; NULL: none
 * now. */
const struct dht_lookup_node *dht_lookup_next(struct dht_lookup *l);

/* What became of one that was asked; nothing when it was forgotten. id: 20
 * bytes, as it answered: another one than it was known by makes it FAILED. */
void dht_lookup_on_answer(struct dht_lookup *l, const struct addr *a,
                          const uint8_t *id, struct span token);
void dht_lookup_on_late(struct dht_lookup *l, const struct addr *a);
void dht_lookup_on_fail(struct dht_lookup *l, const struct addr *a);

/* Has all that could be asked been? True of one without candidates. */
bool dht_lookup_is_done(const struct dht_lookup *l);
/* Copy whom to store at to out: up to cap closest ones that answered with a
 * token, those that fit their address first to count. Return how many. */
size_t dht_lookup_keepers(const struct dht_lookup *l,
                          struct dht_lookup_node *out, size_t cap);

/* Candidates; asked so far; answered; failed or late; that wait. */
uint32_t dht_lookup_n(const struct dht_lookup *l);
uint32_t dht_lookup_n_asked(const struct dht_lookup *l);
uint32_t dht_lookup_n_answered(const struct dht_lookup *l);
uint32_t dht_lookup_n_failed(const struct dht_lookup *l);
uint32_t dht_lookup_n_in_flight(const struct dht_lookup *l);
/* Bits that the closest one that answered shares with the target. */
unsigned dht_lookup_prefix(const struct dht_lookup *l);

/* Assert the invariants. */
void dht_lookup_check(const struct dht_lookup *l);

#endif
