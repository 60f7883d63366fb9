#include "config.h"

#include "engine/inspect_dht.h"

#include <stdlib.h>
#include <string.h>

#include "engine/dhtnode.h"
#include "engine/quest.h"
#include "swarm/dht.h"
#include "util/xalloc.h"

_Static_assert((int)DETAIL_DHT_N_FAMILIES == (int)DHT_N_FAMILIES &&
                   (int)DETAIL_DHT_V6 == (int)DHT_V6 &&
                   (int)DETAIL_DHT_N_KINDS == (int)DHT_N_KINDS &&
                   (int)DETAIL_DHT_GET_PEERS == (int)DHT_GET_PEERS &&
                   (int)DETAIL_DHT_SAMPLE == (int)DHT_SAMPLE &&
                   (int)DETAIL_DHT_ANNOUNCING == (int)DHT_ANNOUNCING,
               "what the model calls them is what they are");
_Static_assert((int)DETAIL_DHT_MAX_BUCKETS >= (int)DHT_STATS_BUCKETS &&
                   (int)DETAIL_DHT_MAX_SEARCHES >= (int)DHT_STATS_SEARCHES &&
                   (int)DETAIL_DHT_MAX_BLOCKED >= (int)DHT_STATS_BLOCKED &&
                   (int)DETAIL_DHT_MAX_VOTES >= (int)DHT_STATS_VOTES,
               "there is room for all");

void inspect_dht_frame(const struct dhtnode *n, struct frame *f)
{
    f->dht_state = FRAME_DHT_OFF;
    if (n == NULL)
        return;
    f->n_dht_nodes = dhtnode_n_good(n);
    f->dht_state = f->n_dht_nodes > 0 ? FRAME_DHT_ON : FRAME_DHT_ALONE;
}

static void copy_family(const struct dht_stats_family *from,
                        struct detail_dht_family *to)
{
    to->is_on = from->is_on;
    memcpy(to->id, from->id, sizeof to->id);
    to->n_good = from->n_good;
    to->n_questionable = from->n_questionable;
    to->n_bad = from->n_bad;
    to->n_verified = from->n_verified;
    to->n_buckets = from->n_buckets;
    for (uint32_t i = 0; i < from->n_buckets; i++)
        to->buckets[i] =
            (struct detail_dht_bucket){.n_good = from->buckets[i].n_good,
                                       .n_questionable =
                                           from->buckets[i].n_questionable,
                                       .n_bad = from->buckets[i].n_bad,
                                       .n_spare = from->buckets[i].n_spare};
    to->is_verified = from->is_verified;
    to->has_external = from->has_external;
    to->external = from->external;
    to->n_votes = from->n_votes;
    for (uint32_t i = 0; i < from->n_votes; i++) {
        to->votes[i].ip = from->votes[i].ip;
        to->votes[i].n = from->votes[i].n;
    }
    to->size_estimate = from->size_estimate;
}

static void copy_traffic(const struct dht_stats_traffic *from,
                         struct detail_dht_traffic *to)
{
    *to = (struct detail_dht_traffic){
        .queries_in = from->queries_in,
        .queries_out = from->queries_out,
        .replies_in = from->replies_in,
        .replies_out = from->replies_out,
        .errors_in = from->errors_in,
        .errors_out = from->errors_out,
        .timeouts = from->timeouts,
        .queries_in_rate = from->queries_in_rate,
        .queries_out_rate = from->queries_out_rate,
        .replies_in_rate = from->replies_in_rate,
        .replies_out_rate = from->replies_out_rate,
    };
}

static void copy_search(const struct dht_stats_search *from,
                        struct detail_dht_search *to)
{
    *to = (struct detail_dht_search){
        .kind = (enum detail_dht_kind)from->kind,
        .phase = (enum detail_dht_phase)from->phase,
        .announces = from->announces,
        .age_ms = from->age_ms,
        .n_asked = from->n_asked,
        .n_answered = from->n_answered,
        .n_failed = from->n_failed,
        .n_in_flight = from->n_in_flight,
        .n_peers = from->n_peers,
        .n_announced = from->n_announced,
        .closest_prefix = from->closest_prefix,
    };
    memcpy(to->target, from->target, sizeof to->target);
}

static void copy_totals(const struct dht_stats *from, struct detail_dht *to)
{
    to->n_searches = from->n_searches;
    to->n_running = from->n_running;
    to->n_hashes = from->n_hashes;
    to->n_peers = from->n_stored_peers;
    to->n_items = from->n_items;
    to->bytes_in = from->bytes_in;
    to->bytes_out = from->bytes_out;
    to->in_Bps = from->in_Bps;
    to->out_Bps = from->out_Bps;
    to->dropped_malformed = from->dropped_malformed;
    to->dropped_limited = from->dropped_limited;
    to->dropped_forbidden = from->dropped_forbidden;
    to->dropped_unasked = from->dropped_unasked;
    to->n_blocked = from->n_blocked;
    to->is_read_only = from->is_read_only;
}

struct detail_dht *inspect_dht(struct dhtnode *n, int64_t now_ms)
{
    if (n == NULL)
        return NULL;
    struct dht_stats *from = xmalloc(sizeof *from);
    struct detail_dht *to = xzalloc(sizeof *to);
    dht_stats(dhtnode_dht(n), from, now_ms);
    for (int i = 0; i < DHT_N_FAMILIES; i++)
        copy_family(&from->family[i], &to->family[i]);
    for (int i = 0; i < DHT_N_KINDS; i++)
        copy_traffic(&from->kind[i], &to->kind[i]);
    copy_totals(from, to);
    to->n_shown = from->n_shown;
    for (uint32_t i = 0; i < from->n_shown; i++)
        copy_search(&from->searches[i], &to->searches[i]);
    to->n_blocked_shown = from->n_blocked_shown;
    for (uint32_t i = 0; i < from->n_blocked_shown; i++) {
        to->blocked[i].ip = from->blocked[i].ip;
        to->blocked[i].left_ms = from->blocked[i].left_ms;
    }
    to->n_quests = (uint32_t)quest_board_n(dhtnode_board(n));
    to->port = dhtnode_port(n);
    free(from);
    return to;
}
