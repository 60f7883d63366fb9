/* dht_internal.h -- what the files of the DHT node share: the struct, and the
 * calls among them. dht.c takes datagrams and the owner's calls, dht_answer
 * answers queries, dht_search runs searches, dht_upkeep keeps the tables alive,
 * dht_wire sends. Nobody else includes it. */
#ifndef SWARM_DHT_INTERNAL_H
#define SWARM_DHT_INTERNAL_H

#include "proto/krpc.h"
#include "swarm/dht.h"
#include "swarm/dht_contacts.h"
#include "swarm/dht_guard.h"
#include "swarm/dht_items.h"
#include "swarm/dht_rpc.h"
#include "swarm/dht_store.h"
#include "swarm/dht_table.h"
#include "swarm/dht_tokens.h"
#include "swarm/dht_votes.h"
#include "util/rate.h"

enum {
    DHT_SEND_MAX = 1024, /* bytes of a datagram without an item: BEP 32 */
    DHT_MAX_NAMED = DHT_TABLE_K, /* nodes taken of one answer, a family */
    DHT_N_SAMPLES = 20           /* BEP 51 */
};

/* One family's half. */
struct dht_net {
    bool is_on;
    struct dht_table *table; /* owned */
    struct dht_votes votes;
    int64_t self_due_ms;   /* next look-up of our own id */
    int64_t self_delay_ms; /* then again after that */
};

struct dht_boot {
    struct addr addr;
    int64_t due_ms;
    int64_t delay_ms;
    bool has_answered; /* ever, as a bootstrap address */
};

struct dht_upkeep {
    struct dht_boot boots[DHT_MAX_BOOTSTRAP]; /* oldest first */
    size_t n_boots;
    int64_t due_ms;
    int64_t sweep_ms;
    int64_t strangers_ms; /* pings of strangers are paid for up to here */
};

struct dht_find;

struct dht_searches {
    struct dht_find *all; /* owned list, first come first */
    uint32_t n, n_running;
    uint32_t last_number;
    bool is_running, runs_again;   /* dht_search_run() is under way */
    int64_t starts_ms;             /* starts are paid for up to here */
    int64_t due_ms;                /* the next start */
    struct dht_search_heed *heeds; /* owned; searched lately */
    size_t n_heeds;
};

struct dht {
    struct dht_config config;
    struct dht_host host;
    struct dht_net nets[DHT_N_FAMILIES];
    struct dht_rpc *rpc; /* owned, as those below */
    struct dht_guard *guard;
    struct dht_store *store;
    struct dht_items *items;
    struct dht_tokens tokens;
    struct dht_contacts contacts;
    struct dht_searches searches;
    struct dht_upkeep upkeep;
    struct buf out; /* the datagram being written */
    int64_t now_ms; /* of the last call */
    struct rate in, sent;
    struct dht_stats_traffic traffic[DHT_N_KINDS];
    struct dht_stats_traffic before[DHT_N_KINDS]; /* to make rates of */
    int64_t before_ms;
    uint64_t tokens_given, tokens_accepted, tokens_refused;
    uint64_t dropped_malformed, dropped_limited;
    uint64_t dropped_forbidden, dropped_unasked;
    uint8_t samples[DHT_N_SAMPLES * DHT_ID_LEN]; /* told for some minutes */
    size_t n_samples;
    int64_t samples_until_ms;
};

#endif
