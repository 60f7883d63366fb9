/* dht_find.h -- one search of a DHT node: what it asks, what it takes of the
 * answers, whom it stores at. When it goes on is dht_search's. Part of dht. */
#ifndef SWARM_DHT_FIND_H
#define SWARM_DHT_FIND_H

#include "swarm/dht_internal.h"
#include "swarm/dht_lookup.h"
#include "swarm/dht_search.h"

struct dht_find {
    struct dht_find *next;
    uint32_t number;
    uint8_t target[DHT_ID_LEN];
    enum dht_kind kind;
    enum dht_phase phase;
    struct dht_announce announce;
    bool is_over;    /* freed at the end of the run */
    bool wakes;      /* WAITING: a node answered */
    bool has_enough; /* an immutable item came: no need to ask on */
    int64_t begun_ms;
    struct dht_lookup *lookups[DHT_N_FAMILIES]; /* owned; NULL: not looked */
    uint32_t n_asked, n_answered;               /* when the looking ended */
    uint32_t n_storing, n_stored; /* announces and puts under way, and taken */
    uint32_t n_peers;
    struct addr *told; /* owned, in order: peers that the owner knows */
    uint32_t n_told, told_cap;
    /* Of an item: to put, or the best that came. */
    struct dht_items_item item; /* value owned; key, sig and salt lie here: */
    uint8_t key[KRPC_KEY_LEN];
    uint8_t sig[KRPC_SIG_LEN];
    uint8_t salt[DHT_ITEMS_SALT];
    bool has_cas;
    int64_t cas;
};

/* Make a QUEUED search. */
struct dht_find *dht_find_new(struct dht *d, const struct dht_search_plan *plan,
                              int64_t now_ms);
void dht_find_free(struct dht_find *s);

/* Take what we store ourselves. */
void dht_find_at_home(struct dht *d, struct dht_find *s, int64_t now_ms);
/* Ask a node; false when it could not be sent. */
bool dht_find_ask(struct dht *d, struct dht_find *s, const struct addr *a,
                  int64_t now_ms);
/* Take peers or an item out of an answer; or the nodes that it names. */
void dht_find_take(struct dht *d, struct dht_find *s, const struct addr *from,
                   const struct krpc_msg *reply);
void dht_find_take_nodes(struct dht_find *s, const struct addr *from,
                         const struct krpc_msg *reply);
/* Announce or put, if that is wanted, at the closest that answered. */
void dht_find_store(struct dht *d, struct dht_find *s, int64_t now_ms);

/* Tell the owner peers that he does not know from this search yet. */
void dht_find_tell(struct dht *d, struct dht_find *s, const struct addr *peers,
                   size_t n);
/* Tell the owner what a get found. */
void dht_find_tell_item(struct dht *d, const struct dht_find *s);

#endif
