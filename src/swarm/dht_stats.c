#include "config.h"

#include "swarm/dht_stats.h"

#include <string.h>

#include "swarm/dht_internal.h"
#include "swarm/dht_search.h"

enum { RATE_MIN_MS = 2000, MS_PER_S = 1000 };

static uint32_t per_second(uint64_t now, uint64_t before, int64_t ms)
{
    return (uint32_t)((now - before) * MS_PER_S / (uint64_t)ms);
}

/* Rates are made of what passed since they were made last, at least two seconds
 * ago. */
static void make_rates(struct dht *d, int64_t now_ms)
{
    int64_t ms = now_ms - d->before_ms;
    if (ms < RATE_MIN_MS)
        return;
    for (int k = 0; k < DHT_N_KINDS; k++) {
        struct dht_stats_traffic *t = &d->traffic[k];
        const struct dht_stats_traffic *old = &d->before[k];
        t->queries_in_rate = per_second(t->queries_in, old->queries_in, ms);
        t->queries_out_rate = per_second(t->queries_out, old->queries_out, ms);
        t->replies_in_rate = per_second(t->replies_in, old->replies_in, ms);
        t->replies_out_rate = per_second(t->replies_out, old->replies_out, ms);
    }
    memcpy(d->before, d->traffic, sizeof d->before);
    d->before_ms = now_ms;
}

static void describe_votes(const struct dht_votes *v,
                           struct dht_stats_family *out)
{
    out->has_external = v->has_winner;
    out->external = v->winner;
    for (size_t i = v->n; i > 0 && out->n_votes < DHT_STATS_VOTES; i--) {
        const struct addr *ip = &v->last[i - 1].ip;
        bool is_there = false;
        for (uint32_t k = 0; k < out->n_votes; k++)
            is_there |= addr_same_ip(&out->votes[k].ip, ip);
        if (is_there)
            continue;
        out->votes[out->n_votes].ip = *ip;
        out->votes[out->n_votes].n = dht_votes_of(v, ip);
        out->n_votes++;
    }
}

static void describe_blocked(const struct dht *d, struct dht_stats *out,
                             int64_t now_ms)
{
    struct addr ips[DHT_STATS_BLOCKED];
    int64_t until_ms[DHT_STATS_BLOCKED];
    size_t n =
        dht_guard_blocked(d->guard, now_ms, ips, until_ms, DHT_STATS_BLOCKED);
    out->n_blocked = (uint32_t)n;
    for (size_t i = 0; i < n && i < DHT_STATS_BLOCKED; i++) {
        out->blocked[i].ip = ips[i];
        out->blocked[i].left_ms = until_ms[i] - now_ms;
        out->n_blocked_shown++;
    }
}

void dht_stats(struct dht *d, struct dht_stats *out, int64_t now_ms)
{
    memset(out, 0, sizeof *out);
    make_rates(d, now_ms);
    memcpy(out->kind, d->traffic, sizeof out->kind);
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        const struct dht_net *net = &d->nets[f];
        struct dht_stats_family *family = &out->family[f];
        dht_table_stats(net->table, now_ms, family);
        family->is_on = net->is_on;
        describe_votes(&net->votes, family);
        family->is_verified =
            net->votes.has_winner &&
            dht_id_fits(dht_table_id(net->table), &net->votes.winner);
    }
    out->n_searches = d->searches.n;
    out->n_running = d->searches.n_running;
    out->n_shown =
        dht_search_stats(d, now_ms, out->searches, DHT_STATS_SEARCHES);
    out->n_in_flight = dht_rpc_n(d->rpc);
    out->n_hashes = dht_store_n_hashes(d->store);
    out->n_stored_peers = dht_store_n_peers(d->store);
    out->n_items = dht_items_n(d->items);
    out->tokens_given = d->tokens_given;
    out->tokens_accepted = d->tokens_accepted;
    out->tokens_refused = d->tokens_refused;
    out->bytes_in = d->in.total;
    out->bytes_out = d->sent.total;
    out->in_Bps = (uint32_t)rate_Bps(&d->in, now_ms);
    out->out_Bps = (uint32_t)rate_Bps(&d->sent, now_ms);
    out->dropped_malformed = d->dropped_malformed;
    out->dropped_limited = d->dropped_limited;
    out->dropped_forbidden = d->dropped_forbidden;
    out->dropped_unasked = d->dropped_unasked;
    describe_blocked(d, out, now_ms);
    out->is_read_only = d->config.is_read_only;
}

bool dht_stats_external(const struct dht *d, enum dht_family family,
                        struct addr *out)
{
    const struct dht_votes *votes = &d->nets[family].votes;
    if (votes->has_winner)
        *out = votes->winner;
    return votes->has_winner;
}
