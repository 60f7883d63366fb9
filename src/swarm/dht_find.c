#include "config.h"

#include "swarm/dht_find.h"

#include <stdlib.h>
#include <string.h>

#include "swarm/dht_addr.h"
#include "swarm/dht_wire.h"
#include "util/xalloc.h"

enum { AT_ONCE = 100 }; /* peers told by one call */

/* ---- Life ---- */

static void keep_value(struct dht_find *s, struct span value)
{
    free((void *)(uintptr_t)s->item.value.p);
    s->item.value = (struct span){xmemdup(value.p, value.len), value.len};
}

static void keep_item(struct dht_find *s, const struct dht_items_item *item)
{
    if (item->key != NULL) {
        memcpy(s->key, item->key, KRPC_KEY_LEN);
        s->item.key = s->key;
    }
    if (item->salt.len > 0) {
        memcpy(s->salt, item->salt.p, item->salt.len);
        s->item.salt = (struct span){s->salt, item->salt.len};
    }
    if (item->sig != NULL) {
        memcpy(s->sig, item->sig, KRPC_SIG_LEN);
        s->item.sig = s->sig;
    }
    s->item.seq = item->seq;
    if (item->value.len > 0)
        keep_value(s, item->value);
}

struct dht_find *dht_find_new(struct dht *d, const struct dht_search_plan *plan,
                              int64_t now_ms)
{
    struct dht_find *s = xzalloc(sizeof *s);
    (void)d;
    memcpy(s->target, plan->target, DHT_ID_LEN);
    s->kind = plan->kind;
    s->phase = DHT_QUEUED;
    s->announce = plan->announce;
    s->begun_ms = now_ms;
    if (plan->item != NULL)
        keep_item(s, plan->item);
    if (plan->cas != NULL) {
        s->has_cas = true;
        s->cas = *plan->cas;
    }
    return s;
}

void dht_find_free(struct dht_find *s)
{
    free(s->told);
    for (int f = 0; f < DHT_N_FAMILIES; f++)
        dht_lookup_free(s->lookups[f]);
    free((void *)(uintptr_t)s->item.value.p);
    free(s);
}

/* ---- Peers ---- */

/* The first place in told that is not before a. */
static uint32_t told_place(const struct dht_find *s, const struct addr *a)
{
    uint32_t lo = 0, hi = s->n_told;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (addr_cmp(&s->told[mid], a) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool is_news(struct dht_find *s, const struct addr *peer)
{
    uint32_t at = told_place(s, peer);
    if (s->n_told >= DHT_SEARCH_MAX_TOLD ||
        (at < s->n_told && addr_eq(&s->told[at], peer)))
        return false;
    if (s->n_told == s->told_cap) {
        s->told_cap = s->told_cap == 0 ? 8 : 2 * s->told_cap;
        s->told = xreallocarray(s->told, s->told_cap, sizeof *s->told);
    }
    memmove(s->told + at + 1, s->told + at, (s->n_told - at) * sizeof *s->told);
    s->told[at] = *peer;
    s->n_told++;
    return true;
}

void dht_find_tell(struct dht *d, struct dht_find *s, const struct addr *peers,
                   size_t n)
{
    struct addr news[AT_ONCE];
    size_t n_news = 0;
    for (size_t i = 0; i < n && n_news < AT_ONCE; i++) {
        if (is_news(s, &peers[i]))
            news[n_news++] = peers[i];
    }
    s->n_peers += (uint32_t)n_news;
    if (n_news > 0 && d->host.on_peers != NULL)
        d->host.on_peers(d->host.ctx, s->target, news, n_news);
}

static void take_peers(struct dht *d, struct dht_find *s,
                       const struct addr *from, struct span values)
{
    struct addr peers[AT_ONCE];
    size_t n = 0;
    struct addr peer;
    while (n < AT_ONCE && krpc_next_value(&values, &peer)) {
        if (addr_is_dialable(&peer) &&
            (dht_addr_is_local(from) || !dht_addr_is_local(&peer)))
            peers[n++] = peer;
    }
    dht_find_tell(d, s, peers, n);
}

/* ---- Items ---- */

/* The item that came is the one asked for, and newer than the last? A mutable
 * one is known by its key, which its target proves; its salt is ours. */
static void take_item(struct dht_find *s, const struct dht_items_item *item)
{
    struct dht_items_item whole = *item;
    whole.salt = s->item.salt;
    if (s->kind != DHT_GET || whole.value.len == 0 ||
        !dht_items_is_genuine(&whole, s->target))
        return;
    if (whole.key == NULL)
        s->has_enough = true;
    else if (s->item.value.len > 0 && whole.seq <= s->item.seq)
        return;
    keep_item(s, &whole);
}

void dht_find_tell_item(struct dht *d, const struct dht_find *s)
{
    const struct dht_item item = {s->item.value, s->item.key, s->item.seq};
    if (d->host.on_item == NULL)
        return;
    d->host.on_item(d->host.ctx, s->target,
                    s->item.value.len > 0 ? &item : NULL);
}

void dht_find_at_home(struct dht *d, struct dht_find *s, int64_t now_ms)
{
    struct addr peers[AT_ONCE];
    struct dht_items_item item;
    for (int f = 0; s->kind == DHT_GET_PEERS && f < DHT_N_FAMILIES; f++) {
        size_t n = dht_store_get(d->store, s->target, (enum dht_family)f, false,
                                 peers, AT_ONCE, now_ms);
        dht_find_tell(d, s, peers, n);
    }
    if (s->kind == DHT_GET && dht_items_get(d->items, s->target, now_ms, &item))
        take_item(s, &item);
}

/* ---- Asking ---- */

static enum krpc_method method_of(enum dht_kind kind)
{
    switch (kind) {
    case DHT_GET_PEERS:
        return KRPC_GET_PEERS;
    case DHT_GET:
    case DHT_PUT: /* a put begins with getting tokens */
        return KRPC_GET;
    case DHT_PING:
    case DHT_FIND_NODE:
    case DHT_ANNOUNCE_PEER:
    case DHT_SAMPLE:
    case DHT_OTHER:
    case DHT_N_KINDS:
        break;
    }
    return KRPC_FIND_NODE;
}

bool dht_find_ask(struct dht *d, struct dht_find *s, const struct addr *a,
                  int64_t now_ms)
{
    struct dht_rpc_call call = {
        .addr = *a,
        .purpose = DHT_RPC_LOOK,
        .search = s->number,
    };
    struct krpc_msg query = {
        .method = method_of(s->kind),
        .target = s->target,
    };
    return dht_wire_ask(d, &query, &call, now_ms);
}

void dht_find_take_nodes(struct dht_find *s, const struct addr *from,
                         const struct krpc_msg *reply)
{
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        struct span nodes = f == DHT_V4 ? reply->nodes : reply->nodes6;
        const uint8_t *id;
        struct addr a;
        for (int i = 0; i < DHT_MAX_NAMED && s->lookups[f] != NULL &&
                        krpc_next_node(&nodes, f == DHT_V6, &id, &a);
             i++) {
            if (dht_addr_may_name(from, &a) &&
                dht_addr_family(&a) == (enum dht_family)f)
                dht_lookup_add(s->lookups[f], id, &a);
        }
    }
}

void dht_find_take(struct dht *d, struct dht_find *s, const struct addr *from,
                   const struct krpc_msg *reply)
{
    const struct dht_items_item item = {
        .value = reply->value,
        .key = reply->key,
        .sig = reply->sig,
        .seq = reply->seq,
    };
    if (s->kind == DHT_GET_PEERS)
        take_peers(d, s, from, reply->values);
    else
        take_item(s, &item);
}

/* ---- Storing ---- */

static void fill_store(const struct dht *d, const struct dht_find *s,
                       struct krpc_msg *query)
{
    if (s->kind == DHT_GET_PEERS) {
        query->method = KRPC_ANNOUNCE_PEER;
        query->target = s->target;
        query->port = d->config.port;
        query->has_implied_port = d->config.has_implied_port;
        query->is_seed = s->announce.is_seed;
        return;
    }
    query->method = KRPC_PUT;
    query->value = s->item.value;
    query->key = s->item.key;
    query->sig = s->item.sig;
    query->salt = s->item.salt;
    query->has_seq = s->item.key != NULL;
    query->seq = s->item.seq;
    query->has_cas = s->has_cas;
    query->cas = s->cas;
}

void dht_find_store(struct dht *d, struct dht_find *s, int64_t now_ms)
{
    bool announces = s->kind == DHT_GET_PEERS && s->announce.is_wanted &&
                     d->config.port != 0;
    if (!announces && s->kind != DHT_PUT)
        return;
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        struct dht_lookup_node nodes[DHT_TABLE_K];
        if (s->lookups[f] == NULL)
            continue;
        size_t n = dht_lookup_keepers(s->lookups[f], nodes, DHT_TABLE_K);
        for (size_t i = 0; i < n; i++) {
            struct dht_rpc_call call = {
                .addr = nodes[i].addr,
                .purpose = DHT_RPC_STORE,
                .search = s->number,
            };
            struct krpc_msg query = {
                .token = {nodes[i].token, nodes[i].token_len},
            };
            fill_store(d, s, &query);
            s->n_storing += dht_wire_ask(d, &query, &call, now_ms);
        }
    }
}
