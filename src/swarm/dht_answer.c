#include "config.h"

#include "swarm/dht_answer.h"

#include <string.h>

#include "swarm/dht_addr.h"
#include "swarm/dht_search.h"
#include "swarm/dht_wire.h"

enum {
    NODES_LEN = DHT_TABLE_K * KRPC_NODE4_LEN,
    NODES6_LEN = DHT_TABLE_K * KRPC_NODE6_LEN,
    MAX_VALUES = 100,
    VALUES_LEN = 8 + MAX_VALUES * 21, /* "18:" and an IPv6 peer each */
    FIXED_LEN = 160, /* of a reply, without what is counted below */
    VALUE4_LEN = 8,  /* "6:" and the peer */
    VALUE6_LEN = 21,
    SAMPLES_MS = 5 * 60 * 1000
};

/* A query being answered. */
struct asked {
    const struct addr *from;
    const struct krpc_msg *query;
    bool is_known;
    int64_t now_ms;
};

/* What a reply borrows while it is made. */
struct parts {
    uint8_t nodes[NODES_LEN];
    uint8_t nodes6[NODES6_LEN];
    uint8_t token[DHT_TOKENS_LEN];
    uint8_t blooms[2][KRPC_BLOOM_LEN];
    struct buf values;
};

static size_t max_len(const struct asked *q)
{
    return q->is_known ? DHT_SEND_MAX : DHT_ANSWER_STRANGER;
}

static void refuse(struct dht *d, const struct asked *q, int code,
                   const char *text)
{
    dht_wire_refuse(d, q->from, q->query, code, text, q->now_ms);
}

static void reply(struct dht *d, const struct asked *q, struct krpc_msg *r)
{
    dht_wire_reply(d, q->from, q->query, r, max_len(q), q->now_ms);
}

/* Write up to n nodes closest to the target to out. Local ones are told to local
 * askers alone: they mean nothing, or harm, elsewhere. */
static size_t put_nodes(const struct dht *d, const struct asked *q,
                        enum dht_family family, size_t n, uint8_t *out)
{
    struct dht_table_node nodes[2 * DHT_TABLE_K];
    size_t n_nodes = dht_table_closest(d->nets[family].table, q->query->target,
                                       true, nodes, 2 * DHT_TABLE_K);
    size_t len = 0;
    for (size_t i = 0; i < n_nodes && n > 0; i++) {
        if (!dht_addr_may_name(q->from, &nodes[i].addr) ||
            addr_eq(&nodes[i].addr, q->from))
            continue;
        len += krpc_put_node(out + len, nodes[i].id, &nodes[i].addr);
        n--;
    }
    return len;
}

/* The nodes of the families that are wanted; else of the query's (BEP 32). */
static void add_nodes(const struct dht *d, const struct asked *q,
                      struct parts *p, struct krpc_msg *r)
{
    bool has_wish = q->query->wants_v4 || q->query->wants_v6;
    bool is_v4 = dht_addr_family(q->from) == DHT_V4;
    bool v4 = has_wish ? q->query->wants_v4 : is_v4;
    bool v6 = has_wish ? q->query->wants_v6 : !is_v4;
    size_t n = v4 && v6 && !q->is_known ? DHT_TABLE_K / 2 : DHT_TABLE_K;
    if (v4)
        r->nodes =
            (struct span){p->nodes, put_nodes(d, q, DHT_V4, n, p->nodes)};
    if (v6)
        r->nodes6 =
            (struct span){p->nodes6, put_nodes(d, q, DHT_V6, n, p->nodes6)};
}

static void add_token(struct dht *d, const struct asked *q, struct parts *p,
                      struct krpc_msg *r)
{
    dht_tokens_make(&d->tokens, q->from, q->query->target, p->token, q->now_ms);
    r->token = (struct span){p->token, sizeof p->token};
    d->tokens_given++;
}

static void on_ping(struct dht *d, const struct asked *q)
{
    struct krpc_msg r = {.type = KRPC_REPLY};
    reply(d, q, &r);
}

static void on_find_node(struct dht *d, const struct asked *q)
{
    struct parts p;
    struct krpc_msg r = {.type = KRPC_REPLY};
    add_nodes(d, q, &p, &r);
    reply(d, q, &r);
}

/* ---- Peers ---- */

/* As many peers as there is room for, of the family of the query. */
static void add_values(struct dht *d, const struct asked *q, struct parts *p,
                       struct krpc_msg *r)
{
    struct addr peers[MAX_VALUES];
    enum dht_family family = dht_addr_family(q->from);
    size_t used = FIXED_LEN + r->nodes.len + r->nodes6.len +
                  r->bloom_seeds.len + r->bloom_peers.len;
    size_t each = family == DHT_V4 ? VALUE4_LEN : VALUE6_LEN;
    size_t cap = used < max_len(q) ? (max_len(q) - used) / each : 0;
    size_t n =
        dht_store_get(d->store, q->query->target, family, q->query->no_seed,
                      peers, cap < MAX_VALUES ? cap : MAX_VALUES, q->now_ms);
    size_t n_told = 0;
    for (size_t i = 0; i < n; i++) {
        if (dht_addr_is_local(q->from) || !dht_addr_is_local(&peers[i]))
            peers[n_told++] = peers[i];
    }
    if (n_told > 0 && krpc_put_values(peers, n_told, &p->values) == OK)
        r->values = (struct span){buf_bytes(&p->values), p->values.len};
}

static void on_get_peers(struct dht *d, const struct asked *q)
{
    struct parts p;
    struct krpc_msg r = {.type = KRPC_REPLY};
    buf_init(&p.values, VALUES_LEN);
    add_token(d, q, &p, &r);
    add_nodes(d, q, &p, &r);
    if (q->query->wants_scrape && q->is_known &&
        dht_store_bloom(d->store, q->query->target, p.blooms[0], p.blooms[1],
                        q->now_ms)) {
        r.bloom_seeds = (struct span){p.blooms[0], KRPC_BLOOM_LEN};
        r.bloom_peers = (struct span){p.blooms[1], KRPC_BLOOM_LEN};
        r.nodes6.len = 0; /* no room: BEP 33 */
    }
    add_values(d, q, &p, &r);
    reply(d, q, &r);
    buf_fini(&p.values);
}

static bool has_token(struct dht *d, const struct asked *q,
                      const uint8_t *target)
{
    bool is_good = dht_tokens_is_good(&d->tokens, q->from, target,
                                      q->query->token, q->now_ms);
    if (is_good)
        d->tokens_accepted++;
    else
        d->tokens_refused++;
    return is_good;
}

static void on_announce(struct dht *d, const struct asked *q)
{
    struct krpc_msg r = {.type = KRPC_REPLY};
    struct addr peer = *q->from;
    if (!q->query->has_implied_port)
        peer.port = q->query->port;
    if (peer.port == 0) {
        refuse(d, q, KRPC_PROTOCOL, "invalid port");
        return;
    }
    if (!has_token(d, q, q->query->target)) {
        refuse(d, q, KRPC_PROTOCOL, "invalid token");
        return;
    }
    dht_store_put(d->store, q->query->target, &peer, q->query->is_seed,
                  q->now_ms);
    reply(d, q, &r);
    dht_search_on_announced(d, q->query->target, &peer, q->now_ms);
}

/* ---- Items ---- */

static void on_get(struct dht *d, const struct asked *q)
{
    struct parts p;
    struct krpc_msg r = {.type = KRPC_REPLY};
    struct dht_items_item item;
    size_t len = max_len(q);
    add_token(d, q, &p, &r);
    add_nodes(d, q, &p, &r);
    if (dht_items_get(d->items, q->query->target, q->now_ms, &item)) {
        bool is_mutable = item.key != NULL;
        r.has_seq = is_mutable;
        r.seq = item.seq;
        if (!is_mutable || !q->query->has_seq || item.seq > q->query->seq) {
            r.value = item.value;
            r.key = item.key;
            r.sig = item.sig;
            len = DHT_MAX_DATAGRAM;
        }
    }
    dht_wire_reply(d, q->from, q->query, &r, len, q->now_ms);
}

static void on_put(struct dht *d, const struct asked *q)
{
    struct krpc_msg r = {.type = KRPC_REPLY};
    uint8_t target[DHT_ID_LEN];
    const struct dht_items_item item = {
        .value = q->query->value,
        .key = q->query->key,
        .sig = q->query->sig,
        .salt = q->query->salt,
        .seq = q->query->seq,
    };
    if (item.salt.len > DHT_ITEMS_SALT) {
        refuse(d, q, KRPC_SALT_TOO_BIG, "salt is too big");
        return;
    }
    if (item.value.len > DHT_ITEMS_VALUE) {
        refuse(d, q, KRPC_VALUE_TOO_BIG, "value is too big");
        return;
    }
    dht_items_target(&item, target);
    if (item.value.len == 0 || !has_token(d, q, target)) {
        refuse(d, q, KRPC_PROTOCOL, "invalid token or value");
        return;
    }
    const int64_t *cas = q->query->has_cas ? &q->query->cas : NULL;
    int code = dht_items_put(d->items, &item, cas, q->now_ms);
    if (code != 0)
        refuse(d, q, code, "item refused");
    else
        reply(d, q, &r);
}

/* The same samples for some minutes, so that asking often tells no more. */
static void on_sample(struct dht *d, const struct asked *q)
{
    struct parts p;
    struct krpc_msg r = {.type = KRPC_REPLY, .has_samples = true};
    add_nodes(d, q, &p, &r);
    if (q->now_ms >= d->samples_until_ms) {
        d->n_samples = dht_store_sample(d->store, d->samples, DHT_N_SAMPLES);
        d->samples_until_ms = q->now_ms + SAMPLES_MS;
    }
    size_t n = d->n_samples;
    if (!q->is_known && n > DHT_N_SAMPLES / 4)
        n = DHT_N_SAMPLES / 4;
    r.samples = (struct span){d->samples, n * DHT_ID_LEN};
    r.n_stored = dht_store_n_hashes(d->store);
    r.interval_s = (d->samples_until_ms - q->now_ms + 999) / 1000;
    reply(d, q, &r);
}

static void on_unknown(struct dht *d, const struct asked *q)
{
    if (q->query->target != NULL)
        on_find_node(d, q);
    else
        refuse(d, q, KRPC_METHOD_UNKNOWN, "unknown method");
}

/* Who answers a method, and whether it needs a target. */
static const struct {
    void (*answer)(struct dht *d, const struct asked *q);
    bool needs_target;
} methods[KRPC_N_METHODS] = {
    [KRPC_PING] = {on_ping, false},
    [KRPC_FIND_NODE] = {on_find_node, true},
    [KRPC_GET_PEERS] = {on_get_peers, true},
    [KRPC_ANNOUNCE_PEER] = {on_announce, true},
    [KRPC_GET] = {on_get, true},
    [KRPC_PUT] = {on_put, false},
    [KRPC_SAMPLE_INFOHASHES] = {on_sample, true},
    [KRPC_UNKNOWN] = {on_unknown, false},
};

void dht_answer(struct dht *d, const struct addr *from,
                const struct krpc_msg *query, bool is_known, int64_t now_ms)
{
    const struct asked q = {from, query, is_known, now_ms};
    if (methods[query->method].needs_target && query->target == NULL)
        refuse(d, &q, KRPC_PROTOCOL, "missing argument");
    else
        methods[query->method].answer(d, &q);
}
