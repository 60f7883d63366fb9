#include "config.h"

#include "swarm/dht_guard.h"

#include <stdlib.h>
#include <string.h>

#include "swarm/dht_addr.h"
#include "swarm/keyed_hash.h"
#include "util/rate.h"
#include "util/xalloc.h"

enum { MILLI = 1000, NET6_LEN = 8 };

/* Tokens of queries, in thousandths: they come by time, and go by queries. */
struct allowance {
    int64_t tokens_m; /* negative: how far beyond */
    int64_t filled_ms;
};

struct host {
    struct addr key; /* what dht_addr_same_host() compares, the rest zero */
    struct allowance queries;
    int64_t blocked_until_ms; /* 0: not */
    UT_hash_handle hh;
};

struct dht_guard {
    struct keyed_hash hash;
    struct host *hosts; /* owned; in the order in which they were heard */
    struct allowance replies;
    struct bucket bytes;
};

struct dht_guard *dht_guard_new(const struct rng *rng, uint32_t reply_Bps,
                                int64_t now_ms)
{
    struct dht_guard *g = xzalloc(sizeof *g);
    keyed_hash_init(&g->hash, rng);
    g->replies.tokens_m = (int64_t)DHT_GUARD_REPLIES_BURST * MILLI;
    g->replies.filled_ms = now_ms;
    bucket_init(&g->bytes, reply_Bps, now_ms);
    return g;
}

static void forget(struct dht_guard *g, struct host *h)
{
    HASH_DEL(g->hosts, h);
    free(h);
}

void dht_guard_free(struct dht_guard *g)
{
    if (g == NULL)
        return;
    while (g->hosts != NULL)
        forget(g, g->hosts);
    free(g);
}

static struct addr key_of(const struct addr *a)
{
    struct addr key = *a;
    if (dht_addr_is_local(a))
        return key;
    key.port = 0;
    if (!addr_is_v4(a))
        memset(key.ip + NET6_LEN, 0, sizeof key.ip - NET6_LEN);
    return key;
}

static struct host *find(struct dht_guard *g, const struct addr *key)
{
    struct host *h;
    unsigned hash = keyed_hash_of(&g->hash, key, sizeof *key);
    HASH_FIND_BYHASHVALUE(hh, g->hosts, key, sizeof *key, hash, h);
    return h;
}

static void put(struct dht_guard *g, struct host *h)
{
    unsigned hash = keyed_hash_of(&g->hash, &h->key, sizeof h->key);
    HASH_ADD_BYHASHVALUE(hh, g->hosts, key, sizeof h->key, hash, h);
}

static void fill(struct allowance *a, int per_s, int burst, int64_t now_ms)
{
    int64_t max_m = (int64_t)burst * MILLI;
    int64_t passed_ms = now_ms - a->filled_ms;
    if (passed_ms <= 0)
        return;
    a->filled_ms = now_ms;
    if (passed_ms > max_m)
        passed_ms = max_m; /* enough to fill it */
    a->tokens_m += passed_ms * per_s;
    if (a->tokens_m > max_m)
        a->tokens_m = max_m;
}

static bool is_forgettable(const struct host *h, int64_t now_ms)
{
    return now_ms >= h->blocked_until_ms &&
           now_ms - h->queries.filled_ms >= DHT_GUARD_IDLE_MS;
}

/* The host, now the one heard last; made when it is new. */
static struct host *touch(struct dht_guard *g, const struct addr *a,
                          int64_t now_ms)
{
    struct addr key = key_of(a);
    struct host *h = find(g, &key);
    if (h != NULL) {
        HASH_DEL(g->hosts, h);
        put(g, h);
        return h;
    }
    for (int i = 0; i < 2 && g->hosts != NULL; i++) {
        if (is_forgettable(g->hosts, now_ms))
            forget(g, g->hosts);
    }
    if (HASH_COUNT(g->hosts) >= DHT_GUARD_MAX)
        forget(g, g->hosts);
    h = xzalloc(sizeof *h);
    h->key = key;
    h->queries.tokens_m = (int64_t)DHT_GUARD_BURST * MILLI;
    h->queries.filled_ms = now_ms;
    put(g, h);
    return h;
}

bool dht_guard_is_blocked(struct dht_guard *g, const struct addr *a,
                          int64_t now_ms)
{
    struct addr key = key_of(a);
    struct host *h = find(g, &key);
    return h != NULL && now_ms < h->blocked_until_ms;
}

bool dht_guard_hears(struct dht_guard *g, const struct addr *a, int64_t now_ms)
{
    struct host *h = touch(g, a, now_ms);
    if (now_ms < h->blocked_until_ms)
        return false;
    fill(&h->queries, DHT_GUARD_PER_S, DHT_GUARD_BURST, now_ms);
    h->queries.tokens_m -= MILLI;
    if (h->queries.tokens_m <= -(int64_t)DHT_GUARD_BURST * MILLI) {
        h->blocked_until_ms = now_ms + DHT_GUARD_BLOCK_MS;
        h->queries.tokens_m = 0;
        return false;
    }
    if (h->queries.tokens_m < 0)
        return false;
    fill(&g->replies, DHT_GUARD_REPLIES_PER_S, DHT_GUARD_REPLIES_BURST, now_ms);
    return g->replies.tokens_m >= MILLI && bucket_avail(&g->bytes, now_ms) > 0;
}

bool dht_guard_sends(struct dht_guard *g, size_t len, int64_t now_ms)
{
    fill(&g->replies, DHT_GUARD_REPLIES_PER_S, DHT_GUARD_REPLIES_BURST, now_ms);
    if (g->replies.tokens_m < MILLI || bucket_avail(&g->bytes, now_ms) < len)
        return false;
    g->replies.tokens_m -= MILLI;
    bucket_take(&g->bytes, len, now_ms);
    return true;
}

size_t dht_guard_blocked(const struct dht_guard *g, int64_t now_ms,
                         struct addr *ips_out, int64_t *until_out, size_t cap)
{
    size_t n = 0;
    for (struct host *h = g->hosts; h != NULL; h = h->hh.next) {
        if (now_ms >= h->blocked_until_ms)
            continue;
        if (n < cap) {
            ips_out[n] = h->key;
            until_out[n] = h->blocked_until_ms;
        }
        n++;
    }
    return n;
}
