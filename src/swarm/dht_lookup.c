#include "config.h"

#include "swarm/dht_lookup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "swarm/dht_addr.h"
#include "util/xalloc.h"

/* States of a candidate: see the header. ASKED and LATE wait for an answer or a
 * time-out, which the owner tells; the others for nothing. */

struct dht_lookup {
    uint8_t target[DHT_ID_LEN];
    uint8_t own_id[DHT_ID_LEN];
    struct dht_lookup_node *nodes; /* owned; closest first */
    size_t n, cap;
    uint32_t n_asked, n_answered, n_failed;
};

struct dht_lookup *dht_lookup_new(const uint8_t *target, const uint8_t *own_id)
{
    struct dht_lookup *l = xzalloc(sizeof *l);
    memcpy(l->target, target, DHT_ID_LEN);
    memcpy(l->own_id, own_id, DHT_ID_LEN);
    return l;
}

void dht_lookup_free(struct dht_lookup *l)
{
    if (l == NULL)
        return;
    free(l->nodes);
    free(l);
}

static struct dht_lookup_node *find(const struct dht_lookup *l,
                                    const struct addr *a)
{
    for (size_t i = 0; i < l->n; i++) {
        if (addr_eq(&l->nodes[i].addr, a))
            return &l->nodes[i];
    }
    return NULL;
}

static void take_out(struct dht_lookup *l, size_t i)
{
    l->n--;
    memmove(&l->nodes[i], &l->nodes[i + 1], (l->n - i) * sizeof *l->nodes);
}

/* Does one stand in the newcomer's way: the same id, or of the same net? One of
 * the net that was not asked yet makes way where it does not fit its address. */
static bool is_taken(struct dht_lookup *l, const uint8_t *id,
                     const struct addr *a, bool fits)
{
    for (size_t i = 0; i < l->n; i++) {
        struct dht_lookup_node *n = &l->nodes[i];
        if (memcmp(n->id, id, DHT_ID_LEN) == 0)
            return true;
        if (!dht_addr_same_net(&n->addr, a))
            continue;
        if (n->state != DHT_LOOKUP_FRESH || n->fits || !fits)
            return true;
        take_out(l, i);
        return false;
    }
    return false;
}

/* Make room for one at place `at` by forgetting the farthest that does not wait
 * for an answer; false when that would be the newcomer. */
static bool make_room(struct dht_lookup *l, size_t *at)
{
    if (l->n < DHT_LOOKUP_MAX)
        return true;
    for (size_t i = l->n; i > *at; i--) {
        enum dht_lookup_state state = l->nodes[i - 1].state;
        if (state == DHT_LOOKUP_ASKED || state == DHT_LOOKUP_LATE)
            continue;
        take_out(l, i - 1);
        return true;
    }
    return false;
}

void dht_lookup_add(struct dht_lookup *l, const uint8_t *id,
                    const struct addr *a)
{
    bool fits = dht_id_fits(id, a);
    if (memcmp(id, l->own_id, DHT_ID_LEN) == 0 || is_taken(l, id, a, fits))
        return;
    size_t at = l->n;
    while (at > 0 && dht_id_compare(l->target, id, l->nodes[at - 1].id) < 0)
        at--;
    if (!make_room(l, &at))
        return;
    if (l->n == l->cap) {
        l->cap = l->cap == 0 ? DHT_LOOKUP_K : 2 * l->cap;
        l->nodes = xreallocarray(l->nodes, l->cap, sizeof *l->nodes);
    }
    memmove(&l->nodes[at + 1], &l->nodes[at], (l->n - at) * sizeof *l->nodes);
    l->nodes[at] = (struct dht_lookup_node){.addr = *a, .fits = fits};
    memcpy(l->nodes[at].id, id, DHT_ID_LEN);
    l->n++;
}

/* Walks the candidates of the window, closest first. */
struct window {
    size_t at;
    unsigned n_fitting, n_others;
};

static struct dht_lookup_node *next_in_window(const struct dht_lookup *l,
                                              struct window *w)
{
    while (w->at < l->n && w->n_fitting < DHT_LOOKUP_K) {
        struct dht_lookup_node *n = &l->nodes[w->at++];
        if (n->state == DHT_LOOKUP_FAILED || n->state == DHT_LOOKUP_LATE)
            continue;
        if (!n->fits && w->n_others == DHT_LOOKUP_K)
            continue;
        if (n->fits)
            w->n_fitting++;
        else
            w->n_others++;
        return n;
    }
    return NULL;
}

const struct dht_lookup_node *dht_lookup_next(struct dht_lookup *l)
{
    struct window w = {0, 0, 0};
    struct dht_lookup_node *n, *fresh = NULL;
    unsigned n_waiting = 0;
    if (l->n_asked >= DHT_LOOKUP_MAX_ASKED)
        return NULL;
    for (size_t i = 0; i < l->n; i++)
        n_waiting += l->nodes[i].state == DHT_LOOKUP_ASKED;
    while (fresh == NULL && (n = next_in_window(l, &w)) != NULL) {
        if (n->state == DHT_LOOKUP_FRESH)
            fresh = n;
    }
    if (fresh == NULL || n_waiting >= DHT_LOOKUP_ALPHA)
        return NULL;
    fresh->state = DHT_LOOKUP_ASKED;
    l->n_asked++;
    return fresh;
}

bool dht_lookup_is_done(const struct dht_lookup *l)
{
    struct window w = {0, 0, 0};
    struct dht_lookup_node *n;
    bool may_ask = l->n_asked < DHT_LOOKUP_MAX_ASKED;
    while ((n = next_in_window(l, &w)) != NULL) {
        if (n->state == DHT_LOOKUP_ASKED)
            return false;
        if (n->state == DHT_LOOKUP_FRESH && may_ask)
            return false;
    }
    return true;
}

static bool is_awaited(const struct dht_lookup_node *n)
{
    return n != NULL &&
           (n->state == DHT_LOOKUP_ASKED || n->state == DHT_LOOKUP_LATE);
}

void dht_lookup_on_answer(struct dht_lookup *l, const struct addr *a,
                          const uint8_t *id, struct span token)
{
    struct dht_lookup_node *n = find(l, a);
    if (!is_awaited(n))
        return;
    if (memcmp(n->id, id, DHT_ID_LEN) != 0) {
        dht_lookup_on_fail(l, a);
        return;
    }
    if (n->state == DHT_LOOKUP_LATE)
        l->n_failed--;
    n->state = DHT_LOOKUP_ANSWERED;
    l->n_answered++;
    if (token.len == 0 || token.len > sizeof n->token)
        return;
    n->token_len = (uint8_t)token.len;
    memcpy(n->token, token.p, token.len);
}

void dht_lookup_on_late(struct dht_lookup *l, const struct addr *a)
{
    struct dht_lookup_node *n = find(l, a);
    if (n == NULL || n->state != DHT_LOOKUP_ASKED)
        return;
    n->state = DHT_LOOKUP_LATE;
    l->n_failed++;
}

void dht_lookup_on_fail(struct dht_lookup *l, const struct addr *a)
{
    struct dht_lookup_node *n = find(l, a);
    if (!is_awaited(n))
        return;
    if (n->state == DHT_LOOKUP_ASKED)
        l->n_failed++;
    n->state = DHT_LOOKUP_FAILED;
}

static bool is_keeper(const struct dht_lookup_node *n)
{
    return n->state == DHT_LOOKUP_ANSWERED && n->token_len > 0;
}

/* Liars near the target may not fill all places: those that do not fit their
 * address get half of them, or what the others leave. */
size_t dht_lookup_keepers(const struct dht_lookup *l,
                          struct dht_lookup_node *out, size_t cap)
{
    size_t n_fitting = 0;
    for (size_t i = 0; i < l->n; i++)
        n_fitting += is_keeper(&l->nodes[i]) && l->nodes[i].fits;
    size_t n_others = n_fitting < cap / 2 ? cap - n_fitting : cap / 2;
    size_t n = 0;
    for (size_t i = 0; i < l->n && n < cap; i++) {
        const struct dht_lookup_node *node = &l->nodes[i];
        if (!is_keeper(node) || (!node->fits && n_others == 0))
            continue;
        n_others -= !node->fits;
        out[n++] = *node;
    }
    return n;
}

uint32_t dht_lookup_n(const struct dht_lookup *l)
{
    return (uint32_t)l->n;
}

uint32_t dht_lookup_n_asked(const struct dht_lookup *l)
{
    return l->n_asked;
}

uint32_t dht_lookup_n_answered(const struct dht_lookup *l)
{
    return l->n_answered;
}

uint32_t dht_lookup_n_failed(const struct dht_lookup *l)
{
    return l->n_failed;
}

uint32_t dht_lookup_n_in_flight(const struct dht_lookup *l)
{
    return l->n_asked - l->n_answered - l->n_failed;
}

unsigned dht_lookup_prefix(const struct dht_lookup *l)
{
    for (size_t i = 0; i < l->n; i++) {
        if (l->nodes[i].state == DHT_LOOKUP_ANSWERED)
            return dht_id_prefix(l->target, l->nodes[i].id);
    }
    return 0;
}

void dht_lookup_check(const struct dht_lookup *l)
{
    assert(l->n <= DHT_LOOKUP_MAX && l->n_asked <= DHT_LOOKUP_MAX_ASKED);
    assert(l->n_answered + l->n_failed <= l->n_asked);
    for (size_t i = 1; i < l->n; i++)
        assert(dht_id_compare(l->target, l->nodes[i - 1].id, l->nodes[i].id) <
               0);
}
