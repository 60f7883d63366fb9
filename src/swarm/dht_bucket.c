#include "config.h"

#include "swarm/dht_bucket.h"

#include <assert.h>
#include <string.h>

#include "swarm/dht_addr.h"

bool dht_bucket_is_good(const struct dht_table_node *n, int64_t now_ms)
{
    if (n->answered_ms == INT64_MIN || dht_bucket_is_bad(n))
        return false;
    int64_t last = n->answered_ms > n->heard_ms ? n->answered_ms : n->heard_ms;
    return now_ms - last < DHT_TABLE_GOOD_MS;
}

bool dht_bucket_is_bad(const struct dht_table_node *n)
{
    return n->n_fails >= DHT_TABLE_BAD;
}

struct dht_table_node *dht_bucket_find_id(struct dht_bucket *b,
                                          const uint8_t *id)
{
    for (unsigned k = 0; k < b->n_nodes; k++) {
        if (memcmp(b->nodes[k].id, id, DHT_ID_LEN) == 0)
            return &b->nodes[k];
    }
    return NULL;
}

void dht_bucket_drop_node(struct dht_bucket *b, struct dht_table_node *node)
{
    b->n_nodes--;
    *node = b->nodes[b->n_nodes];
}

void dht_bucket_drop_spare(struct dht_bucket *b, unsigned k)
{
    b->n_spares--;
    memmove(&b->spares[k], &b->spares[k + 1],
            (b->n_spares - k) * sizeof b->spares[0]);
}

bool dht_bucket_replace(struct dht_bucket *b, struct dht_table_node *node)
{
    if (b->n_spares == 0)
        return false;
    b->n_spares--;
    *node = b->spares[b->n_spares];
    return true;
}

void dht_bucket_drop_spares_of_net(struct dht_bucket *b, const struct addr *a)
{
    for (unsigned k = 0; k < b->n_spares;) {
        if (dht_addr_same_net(&b->spares[k].addr, a))
            dht_bucket_drop_spare(b, k);
        else
            k++;
    }
}

void dht_bucket_add_spare(struct dht_bucket *b, const struct dht_table_node *n)
{
    for (unsigned k = 0; k < b->n_spares; k++) {
        if (dht_addr_same_net(&b->spares[k].addr, &n->addr))
            return;
    }
    if (b->n_spares == DHT_TABLE_K)
        dht_bucket_drop_spare(b, 0);
    b->spares[b->n_spares++] = *n;
}

struct dht_table_node *dht_bucket_victim(struct dht_bucket *b,
                                         bool newcomer_fits)
{
    struct dht_table_node *worst = NULL;
    for (unsigned k = 0; k < b->n_nodes; k++) {
        struct dht_table_node *n = &b->nodes[k];
        if (dht_bucket_is_bad(n) &&
            (worst == NULL || n->n_fails > worst->n_fails))
            worst = n;
    }
    for (unsigned k = 0; worst == NULL && newcomer_fits && k < b->n_nodes;
         k++) {
        if (!b->nodes[k].fits)
            worst = &b->nodes[k];
    }
    return worst;
}

bool dht_bucket_is_net_taken(struct dht_bucket *b,
                             const struct dht_table_node *n,
                             struct dht_table_node **out)
{
    *out = NULL;
    for (unsigned k = 0; k < b->n_nodes; k++) {
        struct dht_table_node *other = &b->nodes[k];
        if (!dht_addr_same_net(&other->addr, &n->addr))
            continue;
        *out = other;
        return !dht_bucket_is_bad(other) && (other->fits || !n->fits);
    }
    return false;
}

struct dht_stats_bucket dht_bucket_count(const struct dht_bucket *b,
                                         int64_t now_ms, uint32_t *n_fitting)
{
    struct dht_stats_bucket out = {.n_spare = b->n_spares};
    for (unsigned k = 0; k < b->n_nodes; k++) {
        const struct dht_table_node *n = &b->nodes[k];
        if (dht_bucket_is_bad(n))
            out.n_bad++;
        else if (dht_bucket_is_good(n, now_ms))
            out.n_good++;
        else
            out.n_questionable++;
        *n_fitting += n->fits;
    }
    return out;
}

void dht_bucket_check(const struct dht_bucket *b)
{
    const struct dht_table_node *all[2 * DHT_TABLE_K];
    unsigned n = 0;
    assert(b->n_nodes <= DHT_TABLE_K && b->n_spares <= DHT_TABLE_K);
    for (unsigned k = 0; k < b->n_nodes; k++)
        all[n++] = &b->nodes[k];
    for (unsigned k = 0; k < b->n_spares; k++)
        all[n++] = &b->spares[k];
    for (unsigned k = 0; k < n; k++) {
        for (unsigned j = 0; j < k; j++)
            assert(!dht_addr_same_net(&all[k]->addr, &all[j]->addr));
    }
}
