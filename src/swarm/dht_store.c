#include "config.h"

#include "swarm/dht_store.h"

#include <stdlib.h>
#include <string.h>

#include "swarm/dht_addr.h"
#include "swarm/dht_id.h"
#include "swarm/keyed_hash.h"
#include "util/hash.h"
#include "util/xalloc.h"

enum { MS_PER_S = 1000, CAP_STEP = 4 };

/* Thousands are kept: no byte in vain. */
struct peer {
    struct addr addr;
    uint16_t is_seed;
    uint32_t until_s; /* in whole seconds, rounded up */
};

_Static_assert(sizeof(struct peer) == 24, "the header says what it takes");

struct entry {
    uint8_t info_hash[DHT_ID_LEN];
    struct peer *peers; /* owned; announced longest ago first */
    uint16_t n, cap;    /* cap: n rounded up, lest those that left take room */
    UT_hash_handle hh;
};

struct dht_store {
    const struct rng *rng; /* borrowed */
    struct keyed_hash hash;
    struct entry *entries; /* owned; in order of the last announce */
    uint32_t n_peers;
};

struct dht_store *dht_store_new(const struct rng *rng)
{
    struct dht_store *s = xzalloc(sizeof *s);
    s->rng = rng;
    keyed_hash_init(&s->hash, rng);
    return s;
}

static void forget(struct dht_store *s, struct entry *e)
{
    HASH_DEL(s->entries, e);
    s->n_peers -= e->n;
    free(e->peers);
    free(e);
}

void dht_store_free(struct dht_store *s)
{
    if (s == NULL)
        return;
    while (s->entries != NULL)
        forget(s, s->entries);
    free(s);
}

static void add_entry(struct dht_store *s, struct entry *e)
{
    unsigned hash = keyed_hash_of(&s->hash, e->info_hash, DHT_ID_LEN);
    HASH_ADD_BYHASHVALUE(hh, s->entries, info_hash, DHT_ID_LEN, hash, e);
}

static void fit(struct entry *e)
{
    unsigned cap = (e->n + CAP_STEP - 1u) / CAP_STEP * CAP_STEP;
    if (cap == e->cap)
        return;
    e->cap = (uint16_t)cap;
    e->peers = xreallocarray(e->peers, cap, sizeof *e->peers);
}

static void drop_peer(struct dht_store *s, struct entry *e, unsigned i)
{
    e->n--;
    s->n_peers--;
    memmove(&e->peers[i], &e->peers[i + 1], (e->n - i) * sizeof *e->peers);
    fit(e);
}

static bool is_over(const struct peer *p, int64_t now_ms)
{
    return (int64_t)p->until_s * MS_PER_S <= now_ms;
}

/* The entry, without what is too old; NULL when nothing is left. */
static struct entry *find(struct dht_store *s, const uint8_t *info_hash,
                          int64_t now_ms)
{
    struct entry *e;
    unsigned hash = keyed_hash_of(&s->hash, info_hash, DHT_ID_LEN);
    HASH_FIND_BYHASHVALUE(hh, s->entries, info_hash, DHT_ID_LEN, hash, e);
    if (e == NULL)
        return NULL;
    while (e->n > 0 && is_over(&e->peers[0], now_ms))
        drop_peer(s, e, 0);
    if (e->n > 0)
        return e;
    forget(s, e);
    return NULL;
}

static void make_room(struct dht_store *s)
{
    struct entry *fewest = s->entries;
    if (HASH_COUNT(s->entries) < DHT_STORE_HASHES)
        return;
    for (struct entry *e = s->entries; e != NULL; e = e->hh.next) {
        if (e->n < fewest->n)
            fewest = e;
    }
    forget(s, fewest);
}

/* Of the hash with the most peers, so of one that can spare it. */
static void drop_one_of_most(struct dht_store *s)
{
    struct entry *most = s->entries;
    for (struct entry *e = s->entries; e != NULL; e = e->hh.next) {
        if (e->n > most->n)
            most = e;
    }
    drop_peer(s, most, 0);
}

static void add_peer(struct dht_store *s, struct entry *e,
                     const struct addr *peer, bool is_seed, int64_t now_ms)
{
    int64_t until_ms = now_ms + DHT_STORE_KEEP_MS;
    unsigned at = e->n++;
    fit(e);
    e->peers[at] =
        (struct peer){*peer, is_seed,
                      (uint32_t)((until_ms + MS_PER_S - 1) / MS_PER_S)};
    s->n_peers++;
}

void dht_store_put(struct dht_store *s, const uint8_t *info_hash,
                   const struct addr *peer, bool is_seed, int64_t now_ms)
{
    struct entry *e = find(s, info_hash, now_ms);
    if (e == NULL) {
        make_room(s);
        e = xzalloc(sizeof *e);
        memcpy(e->info_hash, info_hash, DHT_ID_LEN);
    } else {
        HASH_DEL(s->entries, e);
    }
    add_entry(s, e);
    for (unsigned i = 0; i < e->n; i++) {
        if (dht_addr_same_host(&e->peers[i].addr, peer)) {
            drop_peer(s, e, i);
            break;
        }
    }
    if (e->n == DHT_STORE_PEERS)
        drop_peer(s, e, 0);
    else if (s->n_peers == DHT_STORE_ALL_PEERS)
        drop_one_of_most(s);
    add_peer(s, e, peer, is_seed, now_ms);
}

/* Each of those seen so far is in out with the same chance. */
size_t dht_store_get(struct dht_store *s, const uint8_t *info_hash,
                     enum dht_family family, bool no_seed, struct addr *out,
                     size_t cap, int64_t now_ms)
{
    struct entry *e = find(s, info_hash, now_ms);
    uint32_t n_seen = 0;
    for (unsigned i = 0; e != NULL && i < e->n; i++) {
        const struct peer *p = &e->peers[i];
        if (dht_addr_family(&p->addr) != family || (no_seed && p->is_seed != 0))
            continue;
        uint32_t at = n_seen++;
        if (at >= cap)
            at = rng_below(s->rng, n_seen);
        if (at < cap)
            out[at] = p->addr;
    }
    return n_seen < cap ? n_seen : cap;
}

static void bloom_add(uint8_t *bloom, const struct addr *a)
{
    uint8_t hash[SHA1_LEN];
    bool is_v4 = addr_is_v4(a);
    hash_sha1(is_v4 ? a->ip + 12 : a->ip, is_v4 ? 4 : 16, hash);
    for (int i = 0; i < 4; i += 2) {
        unsigned bit =
            (hash[i] | (unsigned)hash[i + 1] << 8) % (8 * KRPC_BLOOM_LEN);
        bloom[bit / 8] |= (uint8_t)(1u << bit % 8);
    }
}

bool dht_store_bloom(struct dht_store *s, const uint8_t *info_hash,
                     uint8_t *seeds_out, uint8_t *peers_out, int64_t now_ms)
{
    struct entry *e = find(s, info_hash, now_ms);
    if (e == NULL)
        return false;
    memset(seeds_out, 0, KRPC_BLOOM_LEN);
    memset(peers_out, 0, KRPC_BLOOM_LEN);
    for (unsigned i = 0; i < e->n; i++)
        bloom_add(e->peers[i].is_seed != 0 ? seeds_out : peers_out,
                  &e->peers[i].addr);
    return true;
}

size_t dht_store_sample(const struct dht_store *s, uint8_t *out, size_t cap)
{
    uint32_t n_seen = 0;
    for (struct entry *e = s->entries; e != NULL; e = e->hh.next) {
        uint32_t at = n_seen++;
        if (at >= cap)
            at = rng_below(s->rng, n_seen);
        if (at < cap)
            memcpy(out + at * DHT_ID_LEN, e->info_hash, DHT_ID_LEN);
    }
    return n_seen < cap ? n_seen : cap;
}

void dht_store_sweep(struct dht_store *s, int64_t now_ms)
{
    struct entry *e, *next;
    HASH_ITER(hh, s->entries, e, next)
    {
        (void)find(s, e->info_hash, now_ms);
    }
}

uint32_t dht_store_n_hashes(const struct dht_store *s)
{
    return HASH_COUNT(s->entries);
}

uint32_t dht_store_n_peers(const struct dht_store *s)
{
    return s->n_peers;
}
