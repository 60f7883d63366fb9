/* detail_dht.h -- how the session's node of the DHT stands at one moment: what a page
 * about it shows. Plain values, part of a frame, and there only when it is asked for
 * (FOCUS_DHT). Totals are of this run, rates of the last seconds. */
#ifndef MODEL_DETAIL_DHT_H
#define MODEL_DETAIL_DHT_H

#include "util/addr.h"

#include <stdbool.h>
#include <stdint.h>

enum { DETAIL_DHT_V4, DETAIL_DHT_V6, DETAIL_DHT_N_FAMILIES };

/* Kinds of queries. */
enum detail_dht_kind {
    DETAIL_DHT_PING,
    DETAIL_DHT_FIND_NODE,
    DETAIL_DHT_GET_PEERS,
    DETAIL_DHT_ANNOUNCE_PEER,
    DETAIL_DHT_GET,
    DETAIL_DHT_PUT,
    DETAIL_DHT_SAMPLE,
    DETAIL_DHT_OTHER,
    DETAIL_DHT_N_KINDS
};

enum detail_dht_phase {
    DETAIL_DHT_QUEUED,    /* others run */
    DETAIL_DHT_WAITING,   /* no node is known yet */
    DETAIL_DHT_LOOKING,   /* asks ever closer nodes */
    DETAIL_DHT_ANNOUNCING /* tells the closest */
};

enum {
    DETAIL_DHT_MAX_BUCKETS = 160,
    DETAIL_DHT_MAX_SEARCHES = 16,
    DETAIL_DHT_MAX_BLOCKED = 8,
    DETAIL_DHT_MAX_VOTES = 4
};

struct detail_dht_bucket {
    uint8_t n_good, n_questionable, n_bad;
    uint8_t n_spare; /* would replace a bad one */
};

struct detail_dht_family {
    bool is_on;
    uint8_t id[20];
    uint32_t n_good, n_questionable, n_bad;
    uint32_t n_verified; /* nodes whose id fits their address (BEP 42) */
    uint32_t n_buckets;  /* the last holds all nodes closer than it */
    struct detail_dht_bucket buckets[DETAIL_DHT_MAX_BUCKETS];
    bool is_verified; /* our id fits our address */
    bool has_external;
    struct addr external; /* as nodes agree; port 0 */
    uint32_t n_votes;     /* most votes first; not in order of anything else */
    struct {
        struct addr ip;
        uint32_t n;
    } votes[DETAIL_DHT_MAX_VOTES];
    uint64_t size_estimate; /* nodes in the whole network; 0: unknown */
};

struct detail_dht_search {
    uint8_t target[20]; /* an info-hash, an item's target, or an id near ours */
    enum detail_dht_kind kind;
    enum detail_dht_phase phase;
    bool announces;
    int64_t age_ms;
    uint32_t n_asked, n_answered, n_failed, n_in_flight;
    uint32_t n_peers, n_announced;
    uint32_t closest_prefix; /* bits that the closest node that answered shares
                                with the target */
};

struct detail_dht_traffic {
    uint64_t queries_in, queries_out, replies_in, replies_out;
    uint64_t errors_in, errors_out, timeouts;
    uint32_t queries_in_rate, queries_out_rate; /* a second */
    uint32_t replies_in_rate, replies_out_rate;
};

struct detail_dht {
    struct detail_dht_family family[DETAIL_DHT_N_FAMILIES];
    struct detail_dht_traffic kind[DETAIL_DHT_N_KINDS];
    uint32_t n_searches, n_running; /* all; those that do not wait */
    uint32_t n_shown;               /* in searches[] */
    struct detail_dht_search searches[DETAIL_DHT_MAX_SEARCHES];
    uint32_t n_hashes, n_peers, n_items; /* kept here for others */
    uint32_t n_quests;                   /* torrents that use it */
    uint64_t bytes_in, bytes_out;
    uint32_t in_Bps, out_Bps;
    uint64_t dropped_malformed, dropped_limited, dropped_forbidden,
        dropped_unasked;
    uint32_t n_blocked; /* addresses that are not heard now */
    uint32_t n_blocked_shown;
    struct {
        struct addr ip;
        int64_t left_ms;
    } blocked[DETAIL_DHT_MAX_BLOCKED];
    bool is_read_only;
    uint16_t port; /* of our datagrams */
};

/* "get_peers", as BEP 5 calls it. */
const char *detail_dht_kind_name(enum detail_dht_kind kind);
/* "looking" */
const char *detail_dht_phase_name(enum detail_dht_phase phase);

#endif
