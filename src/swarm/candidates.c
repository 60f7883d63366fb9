#include "config.h"

#include "swarm/candidates.h"

#include <assert.h>
#include <stdlib.h>

#include "util/xalloc.h"

struct candidates {
    struct keyed_hash hash;
    bool is_seeding;
    struct candidate *all; /* owned: hash table, and each */
    size_t n_of_source[PEERS_N_SOURCES];
    struct heap ready;                  /* by dial_rank() */
    struct heap waiting;                /* by ready_ms */
    struct heap worst[PEERS_N_SOURCES]; /* the idle ones, by keep_rank() */
};

static unsigned hash_of(const struct candidates *cs, const struct addr *a)
{
    return keyed_hash_of(&cs->hash, a, sizeof *a);
}

static struct candidate *of_order(struct heap_node *node)
{
    char *p = (char *)node - offsetof(struct candidate, order);
    return (struct candidate *)(void *)p;
}

static struct candidate *of_worst(struct heap_node *node)
{
    char *p = (char *)node - offsetof(struct candidate, worst);
    return (struct candidate *)(void *)p;
}

/* Order of dialling: least first. */
static int64_t dial_rank(const struct candidate *c)
{
    return (int64_t)c->n_fails << 40 |
           (int64_t)(UINT32_MAX - c->priority) << 8 | c->source;
}

/* Worth of keeping: least first to go. */
static int64_t keep_rank(const struct candidate *c)
{
    return -((int64_t)c->n_fails << 40 | (int64_t)c->source << 32 |
             (int64_t)(UINT32_MAX - c->priority));
}

struct candidates *candidates_new(const struct rng *rng)
{
    struct candidates *cs = xzalloc(sizeof *cs);
    keyed_hash_init(&cs->hash, rng);
    heap_init(&cs->ready);
    heap_init(&cs->waiting);
    for (size_t i = 0; i < PEERS_N_SOURCES; i++)
        heap_init(&cs->worst[i]);
    return cs;
}

void candidates_free(struct candidates *cs)
{
    if (cs == NULL)
        return;
    heap_fini(&cs->ready);
    heap_fini(&cs->waiting);
    for (size_t i = 0; i < PEERS_N_SOURCES; i++)
        heap_fini(&cs->worst[i]);
    struct candidate *c, *next;
    HASH_ITER(hh, cs->all, c, next)
    {
        HASH_DEL(cs->all, c);
        free(c);
    }
    free(cs);
}

struct candidate *candidates_find(const struct candidates *cs,
                                  const struct addr *a)
{
    struct candidate *c;
    HASH_FIND_BYHASHVALUE(hh, cs->all, a, sizeof *a, hash_of(cs, a), c);
    return c;
}

struct candidate *candidates_next(const struct candidates *cs,
                                  const struct candidate *c)
{
    return c == NULL ? cs->all : c->hh.next;
}

bool candidates_is_idle(const struct candidate *c)
{
    return c->state != CANDIDATE_DIALLING && c->state != CANDIDATE_CONNECTED;
}

bool candidates_is_given_up(const struct candidate *c)
{
    uint32_t max = c->was_reached ? PEERS_MAX_FAILS_REACHED : PEERS_MAX_FAILS;
    return c->source != PEERS_USER && c->n_fails >= max;
}

int candidates_compare(const struct candidate *a, const struct candidate *b)
{
    if (a->was_reached != b->was_reached)
        return a->was_reached ? -1 : 1;
    int64_t rank_a = keep_rank(a);
    int64_t rank_b = keep_rank(b);
    if (rank_a != rank_b)
        return rank_a > rank_b ? -1 : 1;
    return addr_cmp(&a->addr, &b->addr);
}

static void take_out(struct candidates *cs, struct candidate *c)
{
    bool is_ready = c->state == CANDIDATE_READY;
    heap_remove(is_ready ? &cs->ready : &cs->waiting, &c->order);
    heap_remove(&cs->worst[c->source], &c->worst);
}

void candidates_set_state(struct candidates *cs, struct candidate *c,
                          enum candidate_state state)
{
    take_out(cs, c);
    c->state = state;
    if (state == CANDIDATE_READY)
        heap_push(&cs->ready, &c->order, dial_rank(c));
    else if (state == CANDIDATE_WAITING)
        heap_push(&cs->waiting, &c->order, c->ready_ms);
    if (candidates_is_idle(c))
        heap_push(&cs->worst[c->source], &c->worst, keep_rank(c));
}

void candidates_place(struct candidates *cs, struct candidate *c)
{
    if (c->is_self || candidates_is_given_up(c) ||
        (c->is_seed && cs->is_seeding))
        candidates_set_state(cs, c, CANDIDATE_PARKED);
    else if (c->ready_ms == INT64_MIN)
        candidates_set_state(cs, c, CANDIDATE_READY);
    else
        candidates_set_state(cs, c, CANDIDATE_WAITING);
}

void candidates_forget(struct candidates *cs, struct candidate *c)
{
    assert(candidates_is_idle(c));
    take_out(cs, c);
    cs->n_of_source[c->source]--;
    HASH_DEL(cs->all, c);
    free(c);
}

void candidates_set_source(struct candidates *cs, struct candidate *c,
                           enum peers_source source)
{
    take_out(cs, c);
    cs->n_of_source[c->source]--;
    c->source = source;
    cs->n_of_source[source]++;
    if (candidates_is_idle(c))
        candidates_place(cs, c);
}

void candidates_set_seeding(struct candidates *cs, bool is_seeding)
{
    if (cs->is_seeding == is_seeding)
        return;
    cs->is_seeding = is_seeding;
    struct candidate *c, *next;
    HASH_ITER(hh, cs->all, c, next)
    {
        if (c->is_seed && candidates_is_idle(c))
            candidates_place(cs, c);
    }
}

/* Make room for a newcomer by forgetting the worst; false when that is no
 * worse. */
static bool make_room(struct candidates *cs, const struct candidate *newcomer)
{
    struct heap_node *worst = NULL;
    enum peers_source source = newcomer->source;
    if (source != PEERS_USER &&
        cs->n_of_source[source] >= PEERS_MAX_OF_SOURCE) {
        worst = heap_min(&cs->worst[source]);
    } else if (HASH_COUNT(cs->all) < PEERS_MAX) {
        return true;
    } else {
        for (size_t i = 0; i < PEERS_N_SOURCES; i++) {
            struct heap_node *node = heap_min(&cs->worst[i]);
            if (node != NULL && (worst == NULL || node->key < worst->key))
                worst = node;
        }
    }
    if (worst == NULL || worst->key >= keep_rank(newcomer))
        return false;
    candidates_forget(cs, of_worst(worst));
    return true;
}

struct candidate *candidates_add(struct candidates *cs,
                                 const struct candidate *newcomer)
{
    if (!make_room(cs, newcomer))
        return NULL;
    struct candidate *c = xmemdup(newcomer, sizeof *newcomer);
    HASH_ADD_BYHASHVALUE(hh, cs->all, addr, sizeof c->addr,
                         hash_of(cs, &c->addr), c);
    cs->n_of_source[c->source]++;
    candidates_place(cs, c);
    return c;
}

struct candidate *candidates_best(struct candidates *cs, int64_t now_ms)
{
    struct heap_node *node;
    while ((node = heap_min(&cs->waiting)) != NULL && node->key <= now_ms)
        candidates_set_state(cs, of_order(node), CANDIDATE_READY);
    node = heap_min(&cs->ready);
    return node == NULL ? NULL : of_order(node);
}

int64_t candidates_deadline_ms(const struct candidates *cs, int64_t now_ms)
{
    if (heap_min(&cs->ready) != NULL)
        return now_ms;
    const struct heap_node *node = heap_min(&cs->waiting);
    return node == NULL ? INT64_MAX : node->key;
}

size_t candidates_count(const struct candidates *cs)
{
    return HASH_COUNT(cs->all);
}

size_t candidates_n_dialable(const struct candidates *cs)
{
    return cs->ready.n + cs->waiting.n;
}

static void check_one(const struct candidate *c)
{
    bool is_ready = c->state == CANDIDATE_READY;
    bool is_waiting = c->state == CANDIDATE_WAITING;
    assert(heap_contains(&c->order) == (is_ready || is_waiting));
    assert(heap_contains(&c->worst) == candidates_is_idle(c));
    assert(!is_ready || c->order.key == dial_rank(c));
    assert(!is_waiting || c->order.key == c->ready_ms);
    assert(!candidates_is_idle(c) || c->worst.key == keep_rank(c));
    assert(!(is_ready || is_waiting) ||
           !(c->is_self || candidates_is_given_up(c)));
}

void candidates_check(const struct candidates *cs)
{
    size_t n[PEERS_N_SOURCES] = {0};
    size_t n_ready = 0, n_waiting = 0;
    for (const struct candidate *c = cs->all; c != NULL; c = c->hh.next) {
        check_one(c);
        n[c->source]++;
        n_ready += c->state == CANDIDATE_READY;
        n_waiting += c->state == CANDIDATE_WAITING;
        assert(candidates_find(cs, &c->addr) == c);
    }
    assert(n_ready == cs->ready.n && n_waiting == cs->waiting.n);
    for (size_t i = 0; i < PEERS_N_SOURCES; i++)
        assert(n[i] == cs->n_of_source[i]);
    assert(HASH_COUNT(cs->all) <= PEERS_MAX);
}
