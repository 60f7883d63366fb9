#include "config.h"

#include "swarm/dht_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "swarm/dht_addr.h"
#include "swarm/dht_bucket.h"
#include "util/bytes.h"
#include "util/xalloc.h"

struct dht_table {
    enum dht_family family;
    uint8_t id[DHT_ID_LEN];
    const struct rng *rng;      /* borrowed */
    struct dht_bucket *buckets; /* owned */
    unsigned n_buckets;         /* 1..DHT_ID_BITS */
};

static void add_bucket(struct dht_table *t, int64_t now_ms)
{
    t->buckets =
        xreallocarray(t->buckets, t->n_buckets + 1, sizeof *t->buckets);
    t->buckets[t->n_buckets] = (struct dht_bucket){.changed_ms = now_ms};
    t->n_buckets++;
}

struct dht_table *dht_table_new(enum dht_family family, const uint8_t *id,
                                const struct rng *rng)
{
    struct dht_table *t = xzalloc(sizeof *t);
    t->family = family;
    t->rng = rng;
    memcpy(t->id, id, DHT_ID_LEN);
    add_bucket(t, 0);
    return t;
}

void dht_table_free(struct dht_table *t)
{
    if (t == NULL)
        return;
    free(t->buckets);
    free(t);
}

const uint8_t *dht_table_id(const struct dht_table *t)
{
    return t->id;
}

static unsigned index_of(const struct dht_table *t, const uint8_t *id)
{
    unsigned prefix = dht_id_prefix(t->id, id);
    return prefix < t->n_buckets ? prefix : t->n_buckets - 1;
}

/* ---- Who is where ---- */

/* Where a node is: in the table, or among the spares. */
struct place {
    struct dht_bucket *bucket; /* NULL: nowhere */
    struct dht_table_node *node;
    bool is_spare;
};

static struct place find_host(const struct dht_table *t, const struct addr *a)
{
    for (unsigned i = 0; i < t->n_buckets; i++) {
        struct dht_bucket *b = &t->buckets[i];
        for (unsigned k = 0; k < b->n_nodes; k++) {
            if (dht_addr_same_host(&b->nodes[k].addr, a))
                return (struct place){b, &b->nodes[k], false};
        }
        for (unsigned k = 0; k < b->n_spares; k++) {
            if (dht_addr_same_host(&b->spares[k].addr, a))
                return (struct place){b, &b->spares[k], true};
        }
    }
    return (struct place){NULL, NULL, false};
}

static void drop(struct place at)
{
    struct dht_bucket *b = at.bucket;
    if (at.is_spare)
        dht_bucket_drop_spare(b, (unsigned)(at.node - b->spares));
    else if (!dht_bucket_replace(b, at.node))
        dht_bucket_drop_node(b, at.node);
}

/* ---- Entering ---- */

/* A full last bucket becomes two: those beyond it move on. */
static void split(struct dht_table *t, int64_t now_ms)
{
    add_bucket(t, now_ms);
    struct dht_bucket *from = &t->buckets[t->n_buckets - 2];
    struct dht_bucket *to = &t->buckets[t->n_buckets - 1];
    for (unsigned k = 0; k < from->n_nodes;) {
        if (dht_id_prefix(t->id, from->nodes[k].id) < t->n_buckets - 1) {
            k++;
            continue;
        }
        to->nodes[to->n_nodes++] = from->nodes[k];
        dht_bucket_drop_node(from, &from->nodes[k]);
    }
    for (unsigned k = 0; k < from->n_spares;) {
        if (dht_id_prefix(t->id, from->spares[k].id) < t->n_buckets - 1) {
            k++;
            continue;
        }
        if (to->n_nodes < DHT_TABLE_K)
            to->nodes[to->n_nodes++] = from->spares[k];
        else
            to->spares[to->n_spares++] = from->spares[k];
        dht_bucket_drop_spare(from, k);
    }
    while (from->n_nodes < DHT_TABLE_K && from->n_spares > 0)
        (void)dht_bucket_replace(from, &from->nodes[from->n_nodes++]);
}

/* Return whether it is among the nodes now. */
static bool enter(struct dht_table *t, const struct dht_table_node *n,
                  int64_t now_ms)
{
    struct dht_bucket *b = &t->buckets[index_of(t, n->id)];
    while (b->n_nodes == DHT_TABLE_K && b == &t->buckets[t->n_buckets - 1] &&
           t->n_buckets < DHT_ID_BITS) {
        split(t, now_ms);
        b = &t->buckets[index_of(t, n->id)];
    }
    struct dht_table_node *place;
    if (dht_bucket_is_net_taken(b, n, &place))
        return false;
    if (place == NULL && b->n_nodes < DHT_TABLE_K)
        place = &b->nodes[b->n_nodes++];
    if (place == NULL)
        place = dht_bucket_victim(b, n->fits);
    if (place == NULL) {
        dht_bucket_add_spare(b, n);
        return false;
    }
    *place = *n;
    dht_bucket_drop_spares_of_net(b, &n->addr);
    b->changed_ms = now_ms;
    return true;
}

static struct dht_table_node node_of(const uint8_t *id, const struct addr *a)
{
    struct dht_table_node n = {
        .addr = *a,
        .fits = dht_id_fits(id, a),
        .answered_ms = INT64_MIN,
        .heard_ms = INT64_MIN,
        .asked_ms = INT64_MIN,
    };
    memcpy(n.id, id, DHT_ID_LEN);
    return n;
}

static bool is_ours(const struct dht_table *t, const uint8_t *id,
                    const struct addr *a)
{
    return dht_addr_is_allowed(a) && dht_addr_family(a) == t->family &&
           memcmp(id, t->id, DHT_ID_LEN) != 0;
}

bool dht_table_on_answer(struct dht_table *t, const uint8_t *id,
                         const struct addr *a, int64_t now_ms)
{
    if (!is_ours(t, id, a))
        return false;
    struct place at = find_host(t, a);
    if (at.bucket != NULL) {
        bool is_same = memcmp(at.node->id, id, DHT_ID_LEN) == 0;
        if (is_same && addr_eq(&at.node->addr, a)) {
            at.node->answered_ms = now_ms;
            at.node->n_fails = 0;
            if (!at.is_spare)
                at.bucket->changed_ms = now_ms;
            return false;
        }
        /* Another port of a host whose node is well: one a host. */
        if (!addr_eq(&at.node->addr, a) && !dht_bucket_is_bad(at.node))
            return false;
        drop(at);
    }
    /* Whoever has that id already keeps it while it answers. */
    struct dht_bucket *b = &t->buckets[index_of(t, id)];
    struct dht_table_node *owner = dht_bucket_find_id(b, id);
    if (owner != NULL && !dht_bucket_is_bad(owner))
        return false;
    if (owner != NULL)
        dht_bucket_drop_node(b, owner);
    struct dht_table_node n = node_of(id, a);
    n.answered_ms = now_ms;
    n.asked_ms = now_ms;
    return enter(t, &n, now_ms);
}

void dht_table_load(struct dht_table *t, const uint8_t *id,
                    const struct addr *a, int64_t now_ms)
{
    if (!is_ours(t, id, a) || find_host(t, a).bucket != NULL)
        return;
    struct dht_bucket *b = &t->buckets[index_of(t, id)];
    if (dht_bucket_find_id(b, id) != NULL)
        return;
    struct dht_table_node n = node_of(id, a);
    (void)enter(t, &n, now_ms);
}

static struct place find_addr(const struct dht_table *t, const struct addr *a)
{
    struct place at = find_host(t, a);
    if (at.bucket != NULL && !addr_eq(&at.node->addr, a))
        at.bucket = NULL;
    return at;
}

bool dht_table_on_query(struct dht_table *t, const uint8_t *id,
                        const struct addr *a, int64_t now_ms)
{
    struct place at = find_addr(t, a);
    if (at.bucket == NULL || memcmp(at.node->id, id, DHT_ID_LEN) != 0)
        return false;
    at.node->heard_ms = now_ms;
    return at.node->answered_ms != INT64_MIN;
}

void dht_table_on_ask(struct dht_table *t, const struct addr *a, int64_t now_ms)
{
    struct place at = find_addr(t, a);
    if (at.bucket != NULL)
        at.node->asked_ms = now_ms;
}

void dht_table_on_fail(struct dht_table *t, const struct addr *a)
{
    struct place at = find_addr(t, a);
    if (at.bucket == NULL)
        return;
    if (at.is_spare) {
        drop(at);
        return;
    }
    if (at.node->n_fails < UINT8_MAX)
        at.node->n_fails++;
    bool is_unknown = at.node->answered_ms == INT64_MIN;
    bool is_gone = at.node->n_fails >= DHT_TABLE_GONE ||
                   (is_unknown && dht_bucket_is_bad(at.node));
    bool is_replaced =
        at.bucket->n_spares > 0 && (is_unknown || dht_bucket_is_bad(at.node));
    if (is_gone || is_replaced)
        drop(at);
}

void dht_table_forgive(struct dht_table *t)
{
    for (unsigned i = 0; i < t->n_buckets; i++) {
        struct dht_bucket *b = &t->buckets[i];
        for (unsigned k = 0; k < b->n_nodes; k++) {
            b->nodes[k].n_fails = 0;
            b->nodes[k].asked_ms = INT64_MIN;
            b->nodes[k].heard_ms = INT64_MIN;
        }
    }
}

uint32_t dht_table_weed(struct dht_table *t,
                        bool (*refuses)(void *ctx, const struct addr *a),
                        void *ctx)
{
    uint32_t n = 0;
    for (unsigned i = 0; i < t->n_buckets; i++) {
        struct dht_bucket *b = &t->buckets[i];
        for (unsigned k = b->n_spares; k-- > 0;) {
            if (refuses(ctx, &b->spares[k].addr))
                dht_bucket_drop_spare(b, k);
        }
        for (unsigned k = b->n_nodes; k-- > 0;) {
            if (!refuses(ctx, &b->nodes[k].addr))
                continue;
            drop((struct place){b, &b->nodes[k], false});
            n++;
        }
    }
    return n;
}

void dht_table_set_id(struct dht_table *t, const uint8_t *id, int64_t now_ms)
{
    struct dht_bucket *old = t->buckets;
    unsigned n_old = t->n_buckets;
    memcpy(t->id, id, DHT_ID_LEN);
    t->buckets = NULL;
    t->n_buckets = 0;
    add_bucket(t, now_ms);
    for (unsigned i = 0; i < n_old; i++) {
        for (unsigned k = 0; k < old[i].n_nodes; k++) {
            if (memcmp(old[i].nodes[k].id, id, DHT_ID_LEN) != 0)
                (void)enter(t, &old[i].nodes[k], now_ms);
        }
    }
    free(old);
}

bool dht_table_wants(const struct dht_table *t, const uint8_t *id,
                     const struct addr *a)
{
    if (!is_ours(t, id, a) || find_host(t, a).bucket != NULL)
        return false;
    struct dht_bucket *b = &t->buckets[index_of(t, id)];
    struct dht_table_node n = node_of(id, a);
    struct dht_table_node *place;
    if (dht_bucket_find_id(b, id) != NULL ||
        dht_bucket_is_net_taken(b, &n, &place))
        return false;
    return b->n_nodes < DHT_TABLE_K || b == &t->buckets[t->n_buckets - 1] ||
           dht_bucket_victim(b, n.fits) != NULL;
}

/* ---- Choosing ---- */

/* Keep out sorted, best first, at most cap. */
static size_t insert(struct dht_table_node *out, size_t n, size_t cap,
                     const struct dht_table_node *node, size_t at)
{
    if (at == cap)
        return n;
    if (n == cap)
        n--;
    memmove(&out[at + 1], &out[at], (n - at) * sizeof *out);
    out[at] = *node;
    return n + 1;
}

size_t dht_table_closest(const struct dht_table *t, const uint8_t *target,
                         bool for_others, struct dht_table_node *out,
                         size_t cap)
{
    size_t n = 0;
    for (unsigned i = 0; i < t->n_buckets; i++) {
        const struct dht_bucket *b = &t->buckets[i];
        for (unsigned k = 0; k < b->n_nodes; k++) {
            const struct dht_table_node *node = &b->nodes[k];
            if (dht_bucket_is_bad(node) ||
                (for_others &&
                 (node->n_fails > 0 || node->answered_ms == INT64_MIN)))
                continue;
            size_t at = n;
            while (at > 0 &&
                   dht_id_compare(target, node->id, out[at - 1].id) < 0)
                at--;
            n = insert(out, n, cap, node, at);
        }
    }
    return n;
}

size_t dht_table_list(const struct dht_table *t, struct dht_table_node *out,
                      size_t cap)
{
    size_t n = 0;
    for (unsigned i = 0; i < t->n_buckets; i++) {
        const struct dht_bucket *b = &t->buckets[i];
        for (unsigned k = 0; k < b->n_nodes; k++) {
            size_t at = n;
            while (at > 0 && b->nodes[k].answered_ms > out[at - 1].answered_ms)
                at--;
            n = insert(out, n, cap, &b->nodes[k], at);
        }
    }
    return n;
}

/* When a node should be asked whether it is there. */
static int64_t check_due_ms(const struct dht_table_node *n)
{
    int64_t last = n->answered_ms > n->asked_ms ? n->answered_ms : n->asked_ms;
    if (last == INT64_MIN || n->asked_ms == INT64_MIN)
        return INT64_MIN;
    if (n->n_fails > 0 || n->answered_ms == INT64_MIN)
        return n->asked_ms + ((int64_t)DHT_TABLE_RETRY_MS
                              << (n->n_fails < 3 ? n->n_fails : 3));
    return last + DHT_TABLE_CHECK_MS;
}

const struct dht_table_node *dht_table_to_check(const struct dht_table *t,
                                                int64_t now_ms)
{
    const struct dht_table_node *best = NULL;
    int64_t best_ms = now_ms;
    for (unsigned i = 0; i < t->n_buckets; i++) {
        const struct dht_bucket *b = &t->buckets[i];
        for (unsigned k = 0; k < b->n_nodes; k++) {
            int64_t due_ms = check_due_ms(&b->nodes[k]);
            if (due_ms > best_ms || (best != NULL && due_ms == best_ms))
                continue;
            best = &b->nodes[k];
            best_ms = due_ms;
        }
    }
    return best;
}

bool dht_table_to_refresh(struct dht_table *t, int64_t now_ms,
                          uint8_t *target_out)
{
    for (unsigned i = 0; i < t->n_buckets; i++) {
        struct dht_bucket *b = &t->buckets[i];
        if (now_ms - b->changed_ms < DHT_TABLE_REFRESH_MS)
            continue;
        b->changed_ms = now_ms;
        dht_id_make_near(t->rng, t->id, i, target_out);
        return true;
    }
    return false;
}

/* ---- Telling ---- */

uint32_t dht_table_n_nodes(const struct dht_table *t)
{
    uint32_t n = 0;
    for (unsigned i = 0; i < t->n_buckets; i++)
        n += t->buckets[i].n_nodes;
    return n;
}

uint32_t dht_table_n_good(const struct dht_table *t, int64_t now_ms)
{
    uint32_t n = 0;
    for (unsigned i = 0; i < t->n_buckets; i++) {
        for (unsigned k = 0; k < t->buckets[i].n_nodes; k++)
            n += dht_bucket_is_good(&t->buckets[i].nodes[k], now_ms);
    }
    return n;
}

/* The K closest nodes to us tell how dense the ids are: K in the K-th's distance
 * means so many in the whole space. */
static uint64_t estimate(const struct dht_table *t)
{
    struct dht_table_node nodes[DHT_TABLE_K];
    size_t n = dht_table_closest(t, t->id, true, nodes, DHT_TABLE_K);
    if (n < DHT_TABLE_K)
        return n;
    uint64_t far = bytes_be64(nodes[DHT_TABLE_K - 1].id) ^ bytes_be64(t->id);
    far /= DHT_TABLE_K;
    return far == 0 ? UINT64_MAX : UINT64_MAX / far;
}

void dht_table_stats(const struct dht_table *t, int64_t now_ms,
                     struct dht_stats_family *out)
{
    memcpy(out->id, t->id, DHT_ID_LEN);
    out->n_good = out->n_questionable = out->n_bad = out->n_spare = 0;
    out->n_verified = 0;
    out->n_buckets = t->n_buckets;
    for (unsigned i = 0; i < t->n_buckets; i++) {
        out->buckets[i] =
            dht_bucket_count(&t->buckets[i], now_ms, &out->n_verified);
        out->n_good += out->buckets[i].n_good;
        out->n_questionable += out->buckets[i].n_questionable;
        out->n_bad += out->buckets[i].n_bad;
        out->n_spare += out->buckets[i].n_spare;
    }
    out->size_estimate = estimate(t);
}

static void check_nodes(const struct dht_table *t, unsigned i,
                        const struct dht_table_node *nodes, unsigned n)
{
    for (unsigned k = 0; k < n; k++) {
        assert(index_of(t, nodes[k].id) == i);
        assert(is_ours(t, nodes[k].id, &nodes[k].addr));
    }
}

void dht_table_check(const struct dht_table *t)
{
    assert(t->n_buckets >= 1 && t->n_buckets <= DHT_ID_BITS);
    for (unsigned i = 0; i < t->n_buckets; i++) {
        const struct dht_bucket *b = &t->buckets[i];
        check_nodes(t, i, b->nodes, b->n_nodes);
        check_nodes(t, i, b->spares, b->n_spares);
        dht_bucket_check(b);
    }
}
