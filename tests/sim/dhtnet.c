#include "config.h"

#include "tests/sim/dhtnet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/heap.h"
#include "util/xalloc.h"

enum {
    PORT = 6881,
    LATENCY_MIN_MS = 10,
    LATENCY_MAX_MS = 150,
    HEARD_MAX = 64, /* whom a node behind a NAT asked lately */
    TABLE_FACTOR = 4
};

struct member {
    struct heap_node timer; /* first: a node is its member */
    enum dhtnet_kind kind;
    struct addr addr;
    bool is_read_only;
    struct dht *dht; /* owned; NULL where there is no node */
    struct dhtnet *net;
    struct dhtnet_seen seen;
    uint64_t n_sent, bytes_sent;
    struct addr *asked; /* owned; a ring */
    size_t n_asked;
};

struct packet {
    struct heap_node due; /* first */
    struct addr from, to;
    size_t len;
    uint8_t bytes[];
};

struct dhtnet {
    uint64_t seed;
    struct rng rng;
    struct member *members; /* owned */
    size_t n, cap;
    uint32_t *places; /* hash table of numbers + 1, by address */
    size_t n_places;
    struct heap packets, timers;
    int64_t now_ms;
    uint32_t loss;
    size_t max_len;
    dhtnet_script *script;
};

/* ---- Addresses ---- */

static size_t place_of(const struct dhtnet *net, const struct addr *a)
{
    uint64_t h = 14695981039346656037u;
    const uint8_t *p = (const uint8_t *)a;
    for (size_t i = 0; i < sizeof *a; i++)
        h = (h ^ p[i]) * 1099511628211u;
    size_t at = (size_t)(h % net->n_places);
    while (net->places[at] != 0 &&
           !addr_eq(&net->members[net->places[at] - 1].addr, a))
        at = (at + 1) % net->n_places;
    return at;
}

static struct member *member_at(struct dhtnet *net, const struct addr *a)
{
    uint32_t number = net->places[place_of(net, a)];
    return number == 0 ? NULL : &net->members[number - 1];
}

/* ---- What a node asks of the outside ---- */

static void remember_asked(struct member *m, const struct addr *to)
{
    if (m->kind != DHTNET_NAT)
        return;
    if (m->asked == NULL)
        m->asked = xcalloc(HEARD_MAX, sizeof *m->asked);
    m->asked[m->n_asked++ % HEARD_MAX] = *to;
}

static void on_send(void *ctx, const struct addr *to, const uint8_t *bytes,
                    size_t len)
{
    struct member *m = ctx;
    m->n_sent++;
    m->bytes_sent += len;
    if (len > m->net->max_len)
        m->net->max_len = len;
    remember_asked(m, to);
    dhtnet_send(m->net, &m->addr, to, bytes, len);
}

static void on_peers(void *ctx, const uint8_t *info_hash,
                     const struct addr *peers, size_t n)
{
    struct member *m = ctx;
    (void)info_hash;
    if (m->seen.first_peer_ms < 0)
        m->seen.first_peer_ms = m->net->now_ms;
    m->seen.n_peers += n;
    m->seen.peer = peers[n - 1];
}

static void on_search_done(void *ctx, const uint8_t *info_hash,
                           const struct dht_search_result *result)
{
    struct member *m = ctx;
    (void)info_hash;
    m->seen.n_done++;
    m->seen.done_ms = m->net->now_ms;
    m->seen.result = *result;
}

static void on_external(void *ctx, const struct addr *ip)
{
    struct member *m = ctx;
    (void)ip;
    m->seen.n_external++;
}

static void on_item(void *ctx, const uint8_t *target,
                    const struct dht_item *item)
{
    struct member *m = ctx;
    (void)target;
    m->seen.item_done = true;
    m->seen.has_item = item != NULL;
    if (item == NULL)
        return;
    m->seen.item_len = item->value.len;
    m->seen.item_seq = item->seq;
    memcpy(m->seen.item, item->value.p, item->value.len);
}

static void on_put_done(void *ctx, const uint8_t *target, unsigned n_stored)
{
    struct member *m = ctx;
    (void)target;
    m->seen.n_put = (int)n_stored;
}

static void begin(struct dhtnet *net, struct member *m)
{
    const struct dht_config config = {
        .rng = net->rng,
        .has_v4 = addr_is_v4(&m->addr),
        .has_v6 = !addr_is_v4(&m->addr),
        .is_read_only = m->is_read_only,
        .port = PORT,
        .has_implied_port = true,
    };
    const struct dht_host host = {
        .send = on_send,
        .on_peers = on_peers,
        .on_search_done = on_search_done,
        .on_external = on_external,
        .on_item = on_item,
        .on_put_done = on_put_done,
        .ctx = m,
    };
    m->dht = dht_new(&config, &host, net->now_ms);
}

/* ---- Members ---- */

struct dhtnet *dhtnet_new(size_t cap, uint64_t seed)
{
    struct dhtnet *net = xzalloc(sizeof *net);
    net->seed = seed;
    net->rng = rng_seeded(&net->seed);
    net->cap = cap;
    net->members = xcalloc(cap, sizeof *net->members);
    net->n_places = TABLE_FACTOR * cap + 1;
    net->places = xcalloc(net->n_places, sizeof *net->places);
    heap_init(&net->packets);
    heap_init(&net->timers);
    net->now_ms = 1000000;
    return net;
}

void dhtnet_free(struct dhtnet *net)
{
    struct heap_node *node;
    while ((node = heap_min(&net->packets)) != NULL) {
        heap_remove(&net->packets, node);
        free(node);
    }
    for (size_t i = 0; i < net->n; i++) {
        dht_free(net->members[i].dht);
        free(net->members[i].asked);
    }
    heap_fini(&net->packets);
    heap_fini(&net->timers);
    free(net->members);
    free(net->places);
    free(net);
}

size_t dhtnet_add_at(struct dhtnet *net, enum dhtnet_kind kind,
                     const struct addr *a, bool is_read_only)
{
    size_t i = net->n++;
    struct member *m = &net->members[i];
    assert(i < net->cap);
    *m = (struct member){
        .kind = kind,
        .addr = *a,
        .is_read_only = is_read_only,
        .net = net,
        .seen = {.first_peer_ms = -1, .done_ms = -1, .n_put = -1},
    };
    net->places[place_of(net, a)] = (uint32_t)i + 1;
    if (kind == DHTNET_NODE || kind == DHTNET_NAT)
        begin(net, m);
    dhtnet_touch(net, i);
    return i;
}

size_t dhtnet_add(struct dhtnet *net, enum dhtnet_kind kind, bool is_v6,
                  bool is_read_only)
{
    uint8_t hi = (uint8_t)(net->n >> 16);
    uint8_t mid = (uint8_t)(net->n >> 8);
    uint8_t low = (uint8_t)net->n;
    struct addr v4 =
        addr_v4((const uint8_t[]){(uint8_t)(20 + hi), mid, low, 7}, PORT);
    struct addr v6 =
        addr_v6((const uint8_t[16]){0x2a, 0, hi, mid, low, 1, 2, 3, [15] = 7},
                PORT);
    return dhtnet_add_at(net, kind, is_v6 ? &v6 : &v4, is_read_only);
}

void dhtnet_turn(struct dhtnet *net, size_t i, enum dhtnet_kind kind)
{
    net->members[i].kind = kind;
    dhtnet_touch(net, i);
}

void dhtnet_restart(struct dhtnet *net, size_t i)
{
    struct member *m = &net->members[i];
    struct buf state;
    buf_init(&state, DHT_MAX_STATE);
    enum err err = dht_save(m->dht, &state);
    assert(err == OK);
    dht_free(m->dht);
    begin(net, m);
    err = dht_load(m->dht, buf_bytes(&state), state.len, net->now_ms);
    assert(err == OK);
    buf_fini(&state);
    m->seen =
        (struct dhtnet_seen){.first_peer_ms = -1, .done_ms = -1, .n_put = -1};
    dhtnet_touch(net, i);
}

struct dht *dhtnet_node(struct dhtnet *net, size_t i)
{
    return net->members[i].dht;
}

struct dhtnet_seen *dhtnet_seen(struct dhtnet *net, size_t i)
{
    return &net->members[i].seen;
}

const struct addr *dhtnet_addr(const struct dhtnet *net, size_t i)
{
    return &net->members[i].addr;
}

struct rng *dhtnet_rng(struct dhtnet *net)
{
    return &net->rng;
}

int64_t dhtnet_now_ms(const struct dhtnet *net)
{
    return net->now_ms;
}

void dhtnet_touch(struct dhtnet *net, size_t i)
{
    struct member *m = &net->members[i];
    bool lives = m->kind == DHTNET_NODE || m->kind == DHTNET_NAT;
    int64_t due_ms = lives ? dht_deadline_ms(m->dht) : INT64_MAX;
    heap_remove(&net->timers, &m->timer);
    if (due_ms != INT64_MAX)
        heap_push(&net->timers, &m->timer, due_ms);
}

/* ---- Datagrams ---- */

void dhtnet_set_script(struct dhtnet *net, dhtnet_script *script)
{
    net->script = script;
}

void dhtnet_set_loss(struct dhtnet *net, uint32_t per_mille)
{
    net->loss = per_mille;
}

void dhtnet_send(struct dhtnet *net, const struct addr *from,
                 const struct addr *to, const uint8_t *bytes, size_t len)
{
    int64_t latency_ms =
        LATENCY_MIN_MS +
        (int64_t)rng_below(&net->rng, LATENCY_MAX_MS - LATENCY_MIN_MS);
    if (net->loss > 0 && rng_below(&net->rng, 1000) < net->loss)
        return;
    struct packet *p = xmalloc(sizeof *p + len);
    p->due = (struct heap_node){0};
    p->from = *from;
    p->to = *to;
    p->len = len;
    memcpy(p->bytes, bytes, len);
    heap_push(&net->packets, &p->due, net->now_ms + latency_ms);
}

static bool has_asked(const struct member *m, const struct addr *a)
{
    size_t n = m->n_asked < HEARD_MAX ? m->n_asked : HEARD_MAX;
    for (size_t i = 0; i < n; i++) {
        if (addr_eq(&m->asked[i], a))
            return true;
    }
    return false;
}

static void deliver(struct dhtnet *net, const struct packet *p)
{
    struct member *m = member_at(net, &p->to);
    if (m == NULL || m->kind == DHTNET_DEAD ||
        (m->kind == DHTNET_NAT && !has_asked(m, &p->from)))
        return;
    size_t i = (size_t)(m - net->members);
    if (m->kind == DHTNET_SCRIPT) {
        net->script(net, i, &p->from, p->bytes, p->len);
        return;
    }
    (void)dht_rx(m->dht, &p->from, p->bytes, p->len, net->now_ms);
    dhtnet_touch(net, i);
}

/* ---- Time ---- */

static int64_t key_of(const struct heap *h)
{
    struct heap_node *node = heap_min(h);
    return node == NULL ? INT64_MAX : node->key;
}

static void turn(struct dhtnet *net)
{
    struct heap_node *node;
    if (key_of(&net->packets) <= net->now_ms) {
        node = heap_min(&net->packets);
        heap_remove(&net->packets, node);
        deliver(net, (struct packet *)(void *)node);
        free(node);
        return;
    }
    struct member *m = (struct member *)(void *)heap_min(&net->timers);
    dht_step(m->dht, net->now_ms);
    dhtnet_touch(net, (size_t)(m - net->members));
}

void dhtnet_run_until(struct dhtnet *net, const size_t *count, size_t at_least,
                      int64_t ms)
{
    int64_t end_ms = net->now_ms + ms;
    while (count == NULL || *count < at_least) {
        int64_t packet_ms = key_of(&net->packets);
        int64_t timer_ms = key_of(&net->timers);
        int64_t next_ms = packet_ms < timer_ms ? packet_ms : timer_ms;
        if (next_ms > end_ms) {
            net->now_ms = end_ms;
            return;
        }
        if (next_ms > net->now_ms)
            net->now_ms = next_ms;
        turn(net);
    }
}

void dhtnet_run(struct dhtnet *net, int64_t ms)
{
    dhtnet_run_until(net, NULL, 0, ms);
}

void dhtnet_join_all(struct dhtnet *net, int64_t gap_ms)
{
    for (size_t i = 1; i < net->n; i++) {
        struct member *m = &net->members[i];
        if (m->dht == NULL)
            continue;
        size_t with = rng_below(&net->rng, (uint32_t)i);
        while (with > 0 && net->members[with].kind != DHTNET_NODE)
            with--;
        dht_add_bootstrap(m->dht, &net->members[with].addr, net->now_ms);
        dhtnet_touch(net, i);
        dhtnet_run(net, gap_ms);
    }
}

uint64_t dhtnet_bytes_from(const struct dhtnet *net, size_t i)
{
    return net->members[i].bytes_sent;
}

uint64_t dhtnet_n_from(const struct dhtnet *net, size_t i)
{
    return net->members[i].n_sent;
}

size_t dhtnet_max_len(const struct dhtnet *net)
{
    return net->max_len;
}

void dhtnet_check(struct dhtnet *net)
{
    for (size_t i = 0; i < net->n; i++) {
        if (net->members[i].dht != NULL)
            dht_check(net->members[i].dht);
    }
}
