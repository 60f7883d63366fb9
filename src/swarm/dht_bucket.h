/* dht_bucket.h -- one bucket of a DHT node's table: places for nodes, and for
 * spares that step in. Whom a newcomer may push out is decided here.
 * Invariants: nodes and spares together are of different nets
 * (dht_addr_same_net), so that each spare may become a node. Part of
 * dht_table. */
#ifndef SWARM_DHT_BUCKET_H
#define SWARM_DHT_BUCKET_H

#include "swarm/dht_stats.h"
#include "swarm/dht_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dht_bucket {
    struct dht_table_node nodes[DHT_TABLE_K];
    struct dht_table_node spares[DHT_TABLE_K]; /* answered longest ago first */
    uint8_t n_nodes, n_spares;
    int64_t changed_ms;
};

/* What a node is: see dht_table.h. */
bool dht_bucket_is_good(const struct dht_table_node *n, int64_t now_ms);
bool dht_bucket_is_bad(const struct dht_table_node *n);

/* The node, no spare, with this id (20 bytes); NULL: none. */
struct dht_table_node *dht_bucket_find_id(struct dht_bucket *b,
                                          const uint8_t *id);
/* Take a node out, or the k-th spare; others take their places. */
void dht_bucket_drop_node(struct dht_bucket *b, struct dht_table_node *node);
void dht_bucket_drop_spare(struct dht_bucket *b, unsigned k);
/* Let the spare that answered last take the place of node; false: no spare. */
bool dht_bucket_replace(struct dht_bucket *b, struct dht_table_node *node);
/* Forget the spares of a's net, before a node of it enters. */
void dht_bucket_drop_spares_of_net(struct dht_bucket *b, const struct addr *a);
/* Keep a newcomer, of a net that no node is of, as a spare: the oldest makes
 * room. Nothing when a spare is of its net. */
void dht_bucket_add_spare(struct dht_bucket *b, const struct dht_table_node *n);

/* The node that a newcomer may push out, or NULL: the worst of the bad ones,
 * else one whose id does not fit where the newcomer's does. */
struct dht_table_node *dht_bucket_victim(struct dht_bucket *b,
                                         bool newcomer_fits);
/* Does a node of the newcomer's net stand in its way? *out: one that may be
 * pushed out to make way, when it does not; NULL: there is none of that net. */
bool dht_bucket_is_net_taken(struct dht_bucket *b,
                             const struct dht_table_node *n,
                             struct dht_table_node **out);

/* Count what is in it; adds to *n_fitting the nodes that fit their address. */
struct dht_stats_bucket dht_bucket_count(const struct dht_bucket *b,
                                         int64_t now_ms, uint32_t *n_fitting);
/* Assert the invariants. */
void dht_bucket_check(const struct dht_bucket *b);

#endif
