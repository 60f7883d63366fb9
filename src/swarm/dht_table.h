/* dht_table.h -- the nodes that one family's DHT node knows: which to keep,
 * which to ask, which to name to others. Sends nothing.
 * Bucket i holds the nodes that share exactly i leading bits with our id, the
 * last one all that share more; it splits when it is full. Each has
 * DHT_TABLE_K nodes and as many spares, which take the place of bad ones.
 * Of a node:
 *   good          answered, or has answered once and asked, in the last 15 min
 *   questionable  silent for longer, or never asked since it was loaded
 *   bad           missed DHT_TABLE_BAD answers since the last one
 * One node a host (dht_addr_same_host), one a net a bucket. A newcomer pushes
 * out a node that is bad or whose id does not fit its address where the
 * newcomer's does (BEP 42), no other. A node whose id changes, by an answer
 * from its own address, is a new one. Hearsay changes nothing.
 * Invariants: each node is in its bucket; no bucket but the last is beyond it.
 * Owned by dht; loop thread. Source: BEP 5 "routing table". Calls are O(nodes),
 * at most some hundred. */
#ifndef SWARM_DHT_TABLE_H
#define SWARM_DHT_TABLE_H

#include "swarm/dht_id.h"
#include "swarm/dht_stats.h"
#include "util/addr.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DHT_TABLE_K = 8,
    DHT_TABLE_GOOD_MS = 15 * 60 * 1000,
    DHT_TABLE_CHECK_MS = 10 * 60 * 1000, /* silent that long: ping it */
    DHT_TABLE_RETRY_MS = 20 * 1000,      /* after a missed answer */
    DHT_TABLE_REFRESH_MS = 15 * 60 * 1000, /* a bucket without change */
    DHT_TABLE_BAD = 2,
    DHT_TABLE_GONE = 30 /* missed answers: dropped without a spare, too */
};

struct dht_table_node {
    uint8_t id[DHT_ID_LEN];
    struct addr addr;
    bool fits;           /* id and address, by BEP 42 */
    uint8_t n_fails;     /* answers missed since the last one */
    int64_t answered_ms; /* INT64_MIN: never */
    int64_t heard_ms;    /* a query of its; INT64_MIN: never */
    int64_t asked_ms;    /* by us; INT64_MIN: never */
};

struct dht_table;

/* Make an empty table. id: 20 bytes, copied. rng: borrowed, outlives it. */
struct dht_table *dht_table_new(enum dht_family family, const uint8_t *id,
                                const struct rng *rng);
void dht_table_free(struct dht_table *t);

const uint8_t *dht_table_id(const struct dht_table *t);
/* Take another id: the nodes are sorted in anew, those without room go. */
void dht_table_set_id(struct dht_table *t, const uint8_t *id, int64_t now_ms);

/* A node answered: enter it, or mark it good. Return whether it is new among
 * the nodes (not the spares). */
bool dht_table_on_answer(struct dht_table *t, const uint8_t *id,
                         const struct addr *a, int64_t now_ms);
/* Enter a node kept from an earlier run, as questionable, where there is room.
 */
void dht_table_load(struct dht_table *t, const uint8_t *id,
                    const struct addr *a, int64_t now_ms);
/* A node asked us something: it is alive, if we know it. Return whether we do,
 * and it has answered us before. */
bool dht_table_on_query(struct dht_table *t, const uint8_t *id,
                        const struct addr *a, int64_t now_ms);
/* We asked; it did not answer. Nothing when it is not there. */
void dht_table_on_ask(struct dht_table *t, const struct addr *a,
                      int64_t now_ms);
void dht_table_on_fail(struct dht_table *t, const struct addr *a);
/* The network was away: count no failures so far, ask all again. */
void dht_table_forgive(struct dht_table *t);

/* Forget those that the function says are refused; return how many nodes, without
 * spares. */
uint32_t dht_table_weed(struct dht_table *t,
                        bool (*refuses)(void *ctx, const struct addr *a),
                        void *ctx);

/* Would an answer of this node enter it (not as a spare)? */
bool dht_table_wants(const struct dht_table *t, const uint8_t *id,
                     const struct addr *a);

/* Copy up to cap nodes closest to target to out, closest first; return how
 * many. for_others: those that are fit to be named, which have answered and
 * missed nothing since; else all but the bad ones. */
size_t dht_table_closest(const struct dht_table *t, const uint8_t *target,
                         bool for_others, struct dht_table_node *out,
                         size_t cap);
/* Copy up to cap nodes to out, those that answered last first. */
size_t dht_table_list(const struct dht_table *t, struct dht_table_node *out,
                      size_t cap);

/* The node that is most in need of a ping now, borrowed until the next change;
 * NULL: none. Asking it (dht_table_on_ask) makes another the next. */
const struct dht_table_node *dht_table_to_check(const struct dht_table *t,
                                                int64_t now_ms);
/* Is there a bucket that saw no change for long? Then draw a target in it, and
 * count it as refreshed. */
bool dht_table_to_refresh(struct dht_table *t, int64_t now_ms,
                          uint8_t *target_out);

/* Nodes, without spares; and the good ones of them. */
uint32_t dht_table_n_nodes(const struct dht_table *t);
uint32_t dht_table_n_good(const struct dht_table *t, int64_t now_ms);
/* Fill the counts of out: buckets, nodes, estimate. */
void dht_table_stats(const struct dht_table *t, int64_t now_ms,
                     struct dht_stats_family *out);

/* Assert the invariants. */
void dht_table_check(const struct dht_table *t);

#endif
