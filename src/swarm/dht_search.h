/* dht_search.h -- the searches of a DHT node: of peers, of items, of nodes for
 * the upkeep. Each has a look-up (dht_lookup) a family. Part of dht.
 * Phases of a search:
 *   QUEUED      waits until fewer than DHT_RUNNING_SEARCHES run and its start
 *               is paid for: one a second, four where many nodes are known, so
 *               that a small network's nodes are not flooded
 *   WAITING     no node is known, or none answered: goes on with the next that
 *               does
 *   LOOKING     asks ever closer nodes
 *   ANNOUNCING  announces, or puts, at the closest; ends when all have answered
 *               or are late
 * What is stored here counts as an answer of our own. An info-hash is heeded
 * for half an hour: who announces himself for it to us is told to the owner. */
#ifndef SWARM_DHT_SEARCH_H
#define SWARM_DHT_SEARCH_H

#include "swarm/dht_internal.h"

enum {
    DHT_SEARCH_HEED_MS = 30 * 60 * 1000,
    DHT_SEARCH_MAX_TOLD = 2000, /* peers a search */
    DHT_SEARCH_MANY_NODES = 64,
    DHT_SEARCH_BURST = 8 /* starts at once */
};

/* What to search. All borrowed. */
struct dht_search_plan {
    enum dht_kind kind;    /* GET_PEERS, FIND_NODE, GET, PUT */
    const uint8_t *target; /* 20 bytes */
    struct dht_announce announce;
    const struct dht_items_item *item; /* PUT: what; GET: key and salt; NULL */
    const int64_t *cas;                /* PUT: or NULL */
};

/* Begin a search, or change one of the same kind and target that goes on.
 * ERR_TOO_BIG: DHT_MAX_SEARCHES are there. */
enum err dht_search_begin(struct dht *d, const struct dht_search_plan *plan,
                          int64_t now_ms) ERR_MUST_CHECK;
/* End one without a word. */
void dht_search_cancel(struct dht *d, enum dht_kind kind,
                       const uint8_t *target);
/* Is a search of this kind there? */
bool dht_search_has(const struct dht *d, enum dht_kind kind);

/* What became of a call whose search is not 0. reply NULL: it was refused. */
void dht_search_on_answer(struct dht *d, const struct dht_rpc_call *call,
                          const struct krpc_msg *reply);
void dht_search_on_late(struct dht *d, const struct dht_rpc_call *call);
void dht_search_on_fail(struct dht *d, const struct dht_rpc_call *call);
/* A node was met, or named by one that we asked to begin with: searches that
 * go on may ask it. */
void dht_search_offer(struct dht *d, const uint8_t *id, const struct addr *a);
/* A node answered: searches that wait for one may begin. */
void dht_search_wake(struct dht *d);
/* A peer announced itself to us: tell the owner if he searched for that. */
void dht_search_on_announced(struct dht *d, const uint8_t *info_hash,
                             const struct addr *peer, int64_t now_ms);

/* Do what the searches can do now. */
void dht_search_run(struct dht *d, int64_t now_ms);
/* When a queued search may start; INT64_MAX: none waits for that. */
int64_t dht_search_deadline_ms(const struct dht *d);
/* Describe up to cap searches, the running first; return how many. */
uint32_t dht_search_stats(const struct dht *d, int64_t now_ms,
                          struct dht_stats_search *out, uint32_t cap);
void dht_search_free_all(struct dht *d);
void dht_search_check(const struct dht *d);

#endif
