/* dht_stats.h -- how a DHT node stands, as a value: what a page about it shows.
 * Totals are since birth, rates over the last seconds. No pointers: it may be
 * copied and kept. Filled by dht_stats(). */
#ifndef SWARM_DHT_STATS_H
#define SWARM_DHT_STATS_H

#include "util/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dht;

enum dht_family { DHT_V4, DHT_V6, DHT_N_FAMILIES };

/* Kinds of queries; DHT_OTHER: those we do not know. */
enum dht_kind {
    DHT_PING,
    DHT_FIND_NODE,
    DHT_GET_PEERS,
    DHT_ANNOUNCE_PEER,
    DHT_GET,
    DHT_PUT,
    DHT_SAMPLE,
    DHT_OTHER,
    DHT_N_KINDS
};

enum dht_phase {
    DHT_QUEUED,    /* others run */
    DHT_WAITING,   /* no node is known yet */
    DHT_LOOKING,   /* asks ever closer nodes */
    DHT_ANNOUNCING /* tells the closest, waits for their answers */
};

enum {
    DHT_STATS_BUCKETS = 160,
    DHT_STATS_SEARCHES = 16,
    DHT_STATS_BLOCKED = 8,
    DHT_STATS_VOTES = 4
};

struct dht_stats_bucket {
    uint8_t n_good;         /* answered in the last 15 minutes */
    uint8_t n_questionable; /* heard of, or silent for longer */
    uint8_t n_bad;          /* missed answers */
    uint8_t n_spare;        /* would replace a bad one */
};

struct dht_stats_family {
    bool is_on;
    bool is_verified; /* the id fits our external address (BEP 42) */
    uint8_t id[20];
    uint32_t n_good, n_questionable, n_bad, n_spare;
    uint32_t n_verified; /* nodes whose id fits their address */
    uint32_t n_buckets;  /* the last holds all nodes closer than it */
    struct dht_stats_bucket buckets[DHT_STATS_BUCKETS];
    bool has_external;
    struct addr external; /* port 0 */
    uint32_t n_votes;     /* different addresses voted for, <= .._VOTES */
    struct {
        struct addr ip; /* port 0 */
        uint32_t n;     /* nodes that say so */
    } votes[DHT_STATS_VOTES];
    uint64_t size_estimate; /* nodes in the whole network; 0: unknown */
};

struct dht_stats_search {
    uint8_t target[20]; /* info-hash, or an item's target */
    enum dht_kind kind; /* DHT_GET_PEERS, DHT_FIND_NODE (upkeep), DHT_GET,
                           DHT_PUT */
    enum dht_phase phase;
    bool announces;
    int64_t age_ms; /* since it runs, else since it was queued */
    uint32_t n_asked, n_answered, n_failed, n_in_flight;
    uint32_t n_peers;
    uint32_t n_announced;    /* answers to announces or puts */
    uint32_t closest_prefix; /* bits that the closest answering node's id and
                                the target share */
};

struct dht_stats_traffic {
    uint64_t queries_in, queries_out;
    uint64_t replies_in, replies_out; /* to those queries */
    uint64_t errors_in, errors_out;
    uint64_t timeouts; /* of queries out */
    /* Per second, over about the last two seconds. */
    uint32_t queries_in_rate, queries_out_rate;
    uint32_t replies_in_rate, replies_out_rate;
};

struct dht_stats {
    struct dht_stats_family family[DHT_N_FAMILIES];
    struct dht_stats_traffic kind[DHT_N_KINDS];
    uint32_t n_searches, n_running; /* all; those that do not wait */
    uint32_t n_shown;               /* of searches[]: the running come first */
    struct dht_stats_search searches[DHT_STATS_SEARCHES];
    uint32_t n_in_flight; /* queries that wait for an answer */
    uint32_t n_hashes, n_stored_peers, n_items; /* stored here for others */
    uint64_t tokens_given, tokens_accepted, tokens_refused;
    uint64_t bytes_in, bytes_out; /* of datagrams' payload */
    uint32_t in_Bps, out_Bps;
    uint64_t dropped_malformed; /* datagrams that are no message */
    uint64_t dropped_limited;   /* queries over the limits */
    uint64_t dropped_forbidden; /* from addresses that are never answered */
    uint64_t dropped_unasked;   /* replies that nobody waits for */
    uint32_t n_blocked;         /* addresses not heard now */
    uint32_t n_blocked_shown;
    struct {
        struct addr ip;
        int64_t left_ms;
    } blocked[DHT_STATS_BLOCKED];
    bool is_read_only;
};

/* Copy how the node stands to out (some KiB: not for a deep stack). */
void dht_stats(struct dht *d, struct dht_stats *out, int64_t now_ms);
/* Our address as nodes agree (port 0), of a family; false: they do not. */
bool dht_stats_external(const struct dht *d, enum dht_family family,
                        struct addr *out);

#endif
