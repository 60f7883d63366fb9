#include "config.h"

#include "swarm/peers.h"

#include "util/heap.h"
#include "util/xalloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

_Static_assert(sizeof(struct addr) == 18, "hashed and compared as bytes");

/* Steps of the reconnect ladder: by failures in a row; two steps further for
 * one that was never reached. */
static const int64_t ladder_ms[] = {0,          10 * 1000,  2 * 60000,
                                    15 * 60000, 30 * 60000, 60 * 60000,
                                    120 * 60000};
enum {
    LADDER_LAST = 6,
    LADDER_UNREACHABLE = 2,
    LADDER_USER_LAST = 2, /* whom the user named is tried every 2 minutes */
    LADDER_DUPLICATE = 3  /* another address of a peer that we have */
};

enum state { READY, WAITING, DIALLING, CONNECTED, PARKED };

struct candidate {
    struct addr addr;
    enum state state;
    enum peers_source source;
    uint32_t n_fails;    /* in a row */
    uint32_t priority;   /* BEP 40 */
    bool was_reached;    /* a handshake was completed, whoever dialled */
    bool is_unreachable; /* the last attempt found nobody */
    bool is_seed;
    bool is_self;
    int64_t tried_ms;       /* when the last attempt or connection ended */
    int64_t ready_ms;       /* not to be dialled before */
    struct heap_node order; /* in ready or waiting, by state */
    struct heap_node worst; /* in worst[source], unless DIALLING or CONNECTED */
    UT_hash_handle hh;
};

struct link {
    struct addr remote;
    uint8_t peer_id[PEERS_ID_LEN];
    bool is_incoming;
    bool is_replaced; /* not in by_id any more */
    int64_t since_ms;
    struct candidate *candidate; /* borrowed: outlives the link; may be NULL */
    UT_hash_handle hh;
    UT_hash_handle hh_id;
};

struct ban {
    struct addr culprit;
    UT_hash_handle hh; /* oldest first */
};

/* When a culprit was last dialled. */
struct dials {
    struct addr culprit;
    int64_t at_ms[PEERS_DIALS_PER_IP]; /* oldest first */
    uint32_t n;
    UT_hash_handle hh; /* in the order of the latest */
};

struct peers {
    uint8_t own_id[PEERS_ID_LEN];
    uint8_t key[crypto_shorthash_KEYBYTES];
    struct addr self_v4; /* port 0: not known */
    struct addr self_v6;
    bool is_seeding;
    struct candidate *candidates; /* owned: hash table, and each */
    size_t n_of_source[PEERS_N_SOURCES];
    struct heap ready;                  /* by rank */
    struct heap waiting;                /* by ready_ms */
    struct heap worst[PEERS_N_SOURCES]; /* worst first */
    struct link *links;  /* owned: hash table by remote, and each */
    struct link *by_id;  /* the same by peer id */
    struct ban *bans;    /* owned: hash table, and each */
    struct dials *dials; /* owned: hash table, and each */
};

struct addr peers_culprit(const struct addr *a)
{
    struct addr culprit = *a;
    if (!addr_is_loopback(a))
        culprit.port = 0;
    return culprit;
}

static unsigned hash_of(const struct peers *p, const void *bytes, size_t len)
{
    uint8_t out[crypto_shorthash_BYTES];
    unsigned hash;
    crypto_shorthash(out, bytes, len, p->key);
    memcpy(&hash, out, sizeof(hash));
    return hash;
}

static unsigned addr_hash(const struct peers *p, const struct addr *a)
{
    return hash_of(p, a, sizeof(*a));
}

struct peers *peers_new(const uint8_t *own_id, const struct rng *rng)
{
    struct peers *p = xzalloc(sizeof(*p));
    memcpy(p->own_id, own_id, PEERS_ID_LEN);
    rng_bytes(rng, p->key, sizeof(p->key));
    heap_init(&p->ready);
    heap_init(&p->waiting);
    for (size_t i = 0; i < PEERS_N_SOURCES; i++)
        heap_init(&p->worst[i]);
    return p;
}

void peers_free(struct peers *p)
{
    if (p == NULL)
        return;
    heap_fini(&p->ready);
    heap_fini(&p->waiting);
    for (size_t i = 0; i < PEERS_N_SOURCES; i++)
        heap_fini(&p->worst[i]);
    struct link *l, *next_link;
    HASH_CLEAR(hh_id, p->by_id);
    HASH_ITER(hh, p->links, l, next_link)
    {
        HASH_DEL(p->links, l);
        free(l);
    }
    struct candidate *c, *next;
    HASH_ITER(hh, p->candidates, c, next)
    {
        HASH_DEL(p->candidates, c);
        free(c);
    }
    struct ban *b, *next_ban;
    HASH_ITER(hh, p->bans, b, next_ban)
    {
        HASH_DEL(p->bans, b);
        free(b);
    }
    struct dials *d, *next_dials;
    HASH_ITER(hh, p->dials, d, next_dials)
    {
        HASH_DEL(p->dials, d);
        free(d);
    }
    free(p);
}

/* ---- Candidates ---- */

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

static struct candidate *find(const struct peers *p, const struct addr *a)
{
    struct candidate *c;
    HASH_FIND_BYHASHVALUE(hh, p->candidates, a, sizeof(*a), addr_hash(p, a), c);
    return c;
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

static bool is_given_up(const struct candidate *c)
{
    uint32_t max = c->was_reached ? PEERS_MAX_FAILS_REACHED : PEERS_MAX_FAILS;
    return c->source != PEERS_USER && c->n_fails >= max;
}

static bool is_idle(enum state state)
{
    return state != DIALLING && state != CONNECTED;
}

static void take_out(struct peers *p, struct candidate *c)
{
    heap_remove(c->state == READY ? &p->ready : &p->waiting, &c->order);
    heap_remove(&p->worst[c->source], &c->worst);
}

static void set_state(struct peers *p, struct candidate *c, enum state state)
{
    take_out(p, c);
    c->state = state;
    if (state == READY)
        heap_push(&p->ready, &c->order, dial_rank(c));
    else if (state == WAITING)
        heap_push(&p->waiting, &c->order, c->ready_ms);
    if (is_idle(state))
        heap_push(&p->worst[c->source], &c->worst, keep_rank(c));
}

/* Put an idle candidate where it belongs; WAITING ones become READY when
 * due. */
static void place(struct peers *p, struct candidate *c)
{
    if (c->is_self || is_given_up(c) || (c->is_seed && p->is_seeding))
        set_state(p, c, PARKED);
    else if (c->ready_ms == INT64_MIN)
        set_state(p, c, READY);
    else
        set_state(p, c, WAITING);
}

static void forget(struct peers *p, struct candidate *c)
{
    assert(is_idle(c->state));
    take_out(p, c);
    p->n_of_source[c->source]--;
    HASH_DEL(p->candidates, c);
    free(c);
}

static uint32_t priority_of(const struct peers *p, const struct addr *a)
{
    const struct addr *self = addr_is_v4(a) ? &p->self_v4 : &p->self_v6;
    return self->port == 0 ? 0 : addr_priority(self, a);
}

static void wait_by_ladder(struct candidate *c)
{
    uint32_t step = c->n_fails;
    if (c->is_unreachable)
        step += LADDER_UNREACHABLE;
    uint32_t last = c->source == PEERS_USER ? LADDER_USER_LAST : LADDER_LAST;
    c->ready_ms = c->tried_ms + ladder_ms[step < last ? step : last];
}

/* An attempt or a connection ended in vain. */
static void count_failure(struct candidate *c, int64_t now_ms)
{
    if (c->n_fails < UINT8_MAX)
        c->n_fails++;
    c->tried_ms = now_ms;
    wait_by_ladder(c);
}

static void forgive(struct peers *p, struct candidate *c)
{
    if (c->n_fails == 0 || !is_idle(c->state))
        return;
    c->n_fails--;
    c->is_unreachable = false;
    wait_by_ladder(c);
    place(p, c);
}

static void set_source(struct peers *p, struct candidate *c,
                       enum peers_source source)
{
    bool was_idle = is_idle(c->state);
    take_out(p, c);
    p->n_of_source[c->source]--;
    c->source = source;
    p->n_of_source[source]++;
    if (was_idle)
        place(p, c);
}

/* Make room for a newcomer by forgetting the worst; false when that is no
 * worse. */
static bool make_room(struct peers *p, const struct candidate *newcomer)
{
    struct heap_node *worst = NULL;
    enum peers_source source = newcomer->source;
    if (source != PEERS_USER && p->n_of_source[source] >= PEERS_MAX_OF_SOURCE) {
        worst = heap_min(&p->worst[source]);
    } else if (HASH_COUNT(p->candidates) < PEERS_MAX) {
        return true;
    } else {
        for (size_t i = 0; i < PEERS_N_SOURCES; i++) {
            struct heap_node *node = heap_min(&p->worst[i]);
            if (node != NULL && (worst == NULL || node->key < worst->key))
                worst = node;
        }
    }
    if (worst == NULL || worst->key >= keep_rank(newcomer))
        return false;
    forget(p, of_worst(worst));
    return true;
}

enum peers_added peers_add(struct peers *p, const struct addr *a,
                           enum peers_source source, int64_t now_ms)
{
    if (!addr_is_dialable(a) || peers_is_banned(p, a))
        return PEERS_REFUSED;
    struct candidate *c = find(p, a);
    if (c != NULL) {
        if (source < c->source)
            set_source(p, c, source);
        if (source == PEERS_USER || source == PEERS_TRACKER ||
            source == PEERS_LSD)
            forgive(p, c);
        return PEERS_KNOWN;
    }
    struct candidate newcomer = {.addr = *a,
                                 .state = PARKED,
                                 .source = source,
                                 .priority = priority_of(p, a),
                                 .tried_ms = now_ms,
                                 .ready_ms = INT64_MIN};
    if (!make_room(p, &newcomer))
        return PEERS_REFUSED;
    c = xmemdup(&newcomer, sizeof(newcomer));
    HASH_ADD_BYHASHVALUE(hh, p->candidates, addr, sizeof(c->addr),
                         addr_hash(p, a), c);
    p->n_of_source[source]++;
    place(p, c);
    return PEERS_NEW;
}

void peers_set_self(struct peers *p, const struct addr *self)
{
    struct addr *kept = addr_is_v4(self) ? &p->self_v4 : &p->self_v6;
    if (addr_eq(kept, self))
        return;
    *kept = *self;
    struct candidate *c, *next;
    HASH_ITER(hh, p->candidates, c, next)
    {
        c->priority = priority_of(p, &c->addr);
        set_state(p, c, c->state);
    }
}

void peers_set_seeding(struct peers *p, bool is_seeding)
{
    if (p->is_seeding == is_seeding)
        return;
    p->is_seeding = is_seeding;
    struct candidate *c, *next;
    HASH_ITER(hh, p->candidates, c, next)
    {
        if (c->is_seed && is_idle(c->state))
            place(p, c);
    }
}

void peers_set_seed(struct peers *p, const struct addr *a, bool is_seed)
{
    const struct link *l = NULL;
    struct candidate *c = find(p, a);
    if (c == NULL) {
        HASH_FIND_BYHASHVALUE(hh, p->links, a, sizeof(*a), addr_hash(p, a), l);
        c = l == NULL ? NULL : l->candidate;
    }
    if (c == NULL || c->is_seed == is_seed)
        return;
    c->is_seed = is_seed;
    if (is_idle(c->state))
        place(p, c);
}

/* ---- Dialling ---- */

static void forget_old_dials(struct peers *p, int64_t now_ms)
{
    struct dials *d, *next;
    HASH_ITER(hh, p->dials, d, next)
    {
        if (now_ms - d->at_ms[d->n - 1] < PEERS_DIALS_MS)
            return;
        HASH_DEL(p->dials, d);
        free(d);
    }
}

/* When one of this address may be dialled again; at most now_ms when now. */
static int64_t dial_ms(const struct peers *p, const struct addr *a)
{
    const struct dials *d;
    struct addr culprit = peers_culprit(a);
    HASH_FIND_BYHASHVALUE(hh, p->dials, &culprit, sizeof(culprit),
                          addr_hash(p, &culprit), d);
    if (d == NULL || d->n < PEERS_DIALS_PER_IP)
        return INT64_MIN;
    return d->at_ms[0] + PEERS_DIALS_MS;
}

static void count_dial(struct peers *p, const struct addr *a, int64_t now_ms)
{
    struct dials *d;
    struct addr culprit = peers_culprit(a);
    unsigned hash = addr_hash(p, &culprit);
    HASH_FIND_BYHASHVALUE(hh, p->dials, &culprit, sizeof(culprit), hash, d);
    if (d != NULL) {
        HASH_DEL(p->dials, d);
    } else {
        d = xzalloc(sizeof(*d));
        d->culprit = culprit;
    }
    if (d->n == PEERS_DIALS_PER_IP) {
        memmove(&d->at_ms[0], &d->at_ms[1], (d->n - 1) * sizeof(d->at_ms[0]));
        d->n--;
    }
    d->at_ms[d->n++] = now_ms;
    HASH_ADD_BYHASHVALUE(hh, p->dials, culprit, sizeof(d->culprit), hash, d);
}

bool peers_next_to_dial(struct peers *p, int64_t now_ms, struct addr *out)
{
    struct heap_node *node;
    forget_old_dials(p, now_ms);
    while ((node = heap_min(&p->waiting)) != NULL && node->key <= now_ms)
        set_state(p, of_order(node), READY);
    while ((node = heap_min(&p->ready)) != NULL) {
        struct candidate *c = of_order(node);
        int64_t allowed_ms = dial_ms(p, &c->addr);
        if (allowed_ms <= now_ms) {
            count_dial(p, &c->addr, now_ms);
            set_state(p, c, DIALLING);
            *out = c->addr;
            return true;
        }
        c->ready_ms = allowed_ms;
        set_state(p, c, WAITING);
    }
    return false;
}

int64_t peers_deadline_ms(const struct peers *p, int64_t now_ms)
{
    if (heap_min(&p->ready) != NULL)
        return now_ms;
    const struct heap_node *node = heap_min(&p->waiting);
    return node == NULL ? INT64_MAX : node->key;
}

/* Forget a candidate that is banned by now, else put it in its place. */
static void come_back(struct peers *p, struct candidate *c)
{
    if (peers_is_banned(p, &c->addr)) {
        set_state(p, c, PARKED);
        forget(p, c);
    } else {
        place(p, c);
    }
}

void peers_on_failed(struct peers *p, const struct addr *a, enum peers_fail why,
                     int64_t now_ms)
{
    struct candidate *c = find(p, a);
    if (c == NULL || c->state != DIALLING)
        return;
    c->is_unreachable = why == PEERS_UNREACHABLE && !c->was_reached;
    count_failure(c, now_ms);
    come_back(p, c);
}

/* ---- Connections ---- */

static struct link *find_link(const struct peers *p, const struct addr *remote)
{
    struct link *l;
    HASH_FIND_BYHASHVALUE(hh, p->links, remote, sizeof(*remote),
                          addr_hash(p, remote), l);
    return l;
}

static struct link *find_id(const struct peers *p, const uint8_t *peer_id)
{
    struct link *l;
    HASH_FIND_BYHASHVALUE(hh_id, p->by_id, peer_id, PEERS_ID_LEN,
                          hash_of(p, peer_id, PEERS_ID_LEN), l);
    return l;
}

static void bind(struct peers *p, struct link *l, struct candidate *c)
{
    l->candidate = c;
    c->was_reached = true;
    c->is_unreachable = false;
    set_state(p, c, CONNECTED);
}

static struct link *link_add(struct peers *p, const struct addr *remote,
                             const uint8_t *peer_id, bool is_incoming,
                             int64_t now_ms)
{
    struct link *l = xzalloc(sizeof(*l));
    l->remote = *remote;
    l->is_incoming = is_incoming;
    l->since_ms = now_ms;
    memcpy(l->peer_id, peer_id, PEERS_ID_LEN);
    HASH_ADD_BYHASHVALUE(hh, p->links, remote, sizeof(l->remote),
                         addr_hash(p, remote), l);
    HASH_ADD_BYHASHVALUE(hh_id, p->by_id, peer_id, PEERS_ID_LEN,
                         hash_of(p, peer_id, PEERS_ID_LEN), l);
    return l;
}

/* Both dialled at once: is the new connection the one that both sides keep? */
static bool is_to_replace(const struct peers *p, const struct link *old,
                          bool is_incoming, int64_t now_ms)
{
    bool is_ours_greater = memcmp(p->own_id, old->peer_id, PEERS_ID_LEN) > 0;
    return old->is_incoming != is_incoming &&
           now_ms - old->since_ms < PEERS_SIMULTANEOUS_MS &&
           is_ours_greater == !is_incoming;
}

/* A dialled candidate turned out to be a peer that we have: if it is where that
 * connection came from, it is its listening address. */
static void on_duplicate(struct peers *p, struct candidate *c, struct link *l,
                         int64_t now_ms)
{
    if (l->candidate == NULL && addr_same_ip(&l->remote, &c->addr)) {
        bind(p, l, c);
        return;
    }
    c->was_reached = true;
    c->tried_ms = now_ms;
    c->ready_ms = now_ms + ladder_ms[LADDER_DUPLICATE];
    come_back(p, c);
}

static void replace(struct peers *p, struct link *old, struct link *l,
                    struct candidate *dialled)
{
    struct candidate *c = old->candidate;
    old->is_replaced = true;
    old->candidate = NULL;
    if (dialled == NULL)
        l->candidate = c;
    else
        bind(p, l, dialled);
    if (c != NULL && l->candidate != c)
        come_back(p, c);
}

static enum peers_verdict judge(const struct peers *p,
                                const struct addr *remote,
                                const uint8_t *peer_id, bool is_incoming,
                                int64_t now_ms)
{
    if (memcmp(peer_id, p->own_id, PEERS_ID_LEN) == 0)
        return PEERS_SELF;
    if (peers_is_banned(p, remote))
        return PEERS_BANNED;
    if (find_link(p, remote) != NULL)
        return PEERS_DUPLICATE;
    const struct link *old = find_id(p, peer_id);
    if (old == NULL)
        return PEERS_WELCOME;
    return is_to_replace(p, old, is_incoming, now_ms) ? PEERS_REPLACES
                                                      : PEERS_DUPLICATE;
}

enum peers_verdict peers_on_connected(struct peers *p,
                                      const struct addr *remote,
                                      const uint8_t *peer_id, bool is_incoming,
                                      int64_t now_ms, struct addr *old_out)
{
    struct candidate *c = is_incoming ? NULL : find(p, remote);
    if (c != NULL && c->state != DIALLING)
        c = NULL;
    enum peers_verdict verdict = judge(p, remote, peer_id, is_incoming, now_ms);
    struct link *old = find_id(p, peer_id);
    struct link *l = NULL;
    switch (verdict) {
    case PEERS_SELF:
        if (c != NULL) {
            c->is_self = true;
            come_back(p, c);
        }
        break;
    case PEERS_BANNED:
        if (c != NULL)
            come_back(p, c);
        break;
    case PEERS_DUPLICATE:
        if (c != NULL)
            on_duplicate(p, c, old != NULL ? old : find_link(p, remote),
                         now_ms);
        break;
    case PEERS_REPLACES:
        *old_out = old->remote;
        HASH_DELETE(hh_id, p->by_id, old);
        l = link_add(p, remote, peer_id, is_incoming, now_ms);
        replace(p, old, l, c);
        break;
    case PEERS_WELCOME:
        l = link_add(p, remote, peer_id, is_incoming, now_ms);
        if (c != NULL)
            bind(p, l, c);
        break;
    }
    return verdict;
}

void peers_on_listen_port(struct peers *p, const struct addr *remote,
                          uint16_t port, int64_t now_ms)
{
    struct link *l = find_link(p, remote);
    if (l == NULL || !l->is_incoming || l->is_replaced || port == 0 ||
        l->candidate != NULL)
        return;
    struct addr listening = *remote;
    listening.port = port;
    (void)peers_add(p, &listening, PEERS_INCOMING, now_ms);
    struct candidate *c = find(p, &listening);
    if (c != NULL && is_idle(c->state))
        bind(p, l, c);
}

void peers_on_closed(struct peers *p, const struct addr *remote,
                     bool was_useful, int64_t now_ms)
{
    struct link *l = find_link(p, remote);
    if (l == NULL)
        return;
    struct candidate *c = l->candidate;
    if (!l->is_replaced)
        HASH_DELETE(hh_id, p->by_id, l);
    HASH_DEL(p->links, l);
    free(l);
    if (c == NULL)
        return;
    if (was_useful) {
        c->n_fails = 0;
        c->tried_ms = now_ms;
        c->ready_ms = now_ms + PEERS_USEFUL_WAIT_MS;
    } else {
        count_failure(c, now_ms);
    }
    come_back(p, c);
}

/* ---- Bans ---- */

bool peers_is_banned(const struct peers *p, const struct addr *a)
{
    const struct ban *b;
    struct addr culprit = peers_culprit(a);
    HASH_FIND_BYHASHVALUE(hh, p->bans, &culprit, sizeof(culprit),
                          addr_hash(p, &culprit), b);
    return b != NULL;
}

void peers_ban(struct peers *p, const struct addr *a)
{
    if (peers_is_banned(p, a))
        return;
    if (HASH_COUNT(p->bans) == PEERS_MAX_BANS) {
        struct ban *oldest = p->bans;
        HASH_DEL(p->bans, oldest);
        free(oldest);
    }
    struct ban *b = xzalloc(sizeof(*b));
    b->culprit = peers_culprit(a);
    HASH_ADD_BYHASHVALUE(hh, p->bans, culprit, sizeof(b->culprit),
                         addr_hash(p, &b->culprit), b);
    struct candidate *c, *next;
    HASH_ITER(hh, p->candidates, c, next)
    {
        struct addr culprit = peers_culprit(&c->addr);
        if (is_idle(c->state) && addr_eq(&culprit, &b->culprit))
            forget(p, c);
    }
}

/* ---- Questions ---- */

bool peers_is_connected(const struct peers *p, const struct addr *remote)
{
    return find_link(p, remote) != NULL;
}

size_t peers_n_known(const struct peers *p)
{
    return HASH_COUNT(p->candidates);
}

size_t peers_n_dialable(const struct peers *p)
{
    return p->ready.n + p->waiting.n;
}

size_t peers_n_connected(const struct peers *p)
{
    return HASH_COUNT(p->links);
}

size_t peers_n_banned(const struct peers *p)
{
    return HASH_COUNT(p->bans);
}

static int compare_worth(const void *a, const void *b)
{
    const struct candidate *x = *(const struct candidate *const *)a;
    const struct candidate *y = *(const struct candidate *const *)b;
    if (x->was_reached != y->was_reached)
        return x->was_reached ? -1 : 1;
    int64_t rank_x = keep_rank(x);
    int64_t rank_y = keep_rank(y);
    if (rank_x != rank_y)
        return rank_x > rank_y ? -1 : 1;
    return addr_cmp(&x->addr, &y->addr);
}

size_t peers_list(const struct peers *p, struct addr *out, size_t cap)
{
    const struct candidate **sorted =
        xcalloc(HASH_COUNT(p->candidates), sizeof(*sorted));
    const struct candidate *c, *next;
    size_t n = 0;
    HASH_ITER(hh, p->candidates, c, next)
    {
        if (!c->is_self && !is_given_up(c))
            sorted[n++] = c;
    }
    qsort(sorted, n, sizeof(*sorted), compare_worth);
    if (n > cap)
        n = cap;
    for (size_t i = 0; i < n; i++)
        out[i] = sorted[i]->addr;
    free(sorted);
    return n;
}

static void check_candidate(const struct candidate *c)
{
    bool is_ordered = c->state == READY || c->state == WAITING;
    assert(heap_contains(&c->order) == is_ordered);
    assert(heap_contains(&c->worst) == is_idle(c->state));
    assert(c->state != READY || c->order.key == dial_rank(c));
    assert(c->state != WAITING || c->order.key == c->ready_ms);
    assert(!is_idle(c->state) || c->worst.key == keep_rank(c));
    assert(!(is_ordered && (c->is_self || is_given_up(c))));
}

void peers_check(const struct peers *p)
{
    size_t n[PEERS_N_SOURCES] = {0};
    size_t n_ready = 0, n_waiting = 0, n_bound = 0, n_connected = 0;
    const struct candidate *c, *next;
    HASH_ITER(hh, p->candidates, c, next)
    {
        check_candidate(c);
        n[c->source]++;
        n_ready += c->state == READY;
        n_waiting += c->state == WAITING;
        n_connected += c->state == CONNECTED;
        assert(!is_idle(c->state) || !peers_is_banned(p, &c->addr));
    }
    const struct link *l, *next_link;
    size_t n_replaced = 0;
    HASH_ITER(hh, p->links, l, next_link)
    {
        assert(l->candidate == NULL || l->candidate->state == CONNECTED);
        n_bound += l->candidate != NULL;
        n_replaced += l->is_replaced;
        assert(l->is_replaced || find_id(p, l->peer_id) == l);
    }
    assert(n_bound == n_connected);
    assert(HASH_CNT(hh_id, p->by_id) + n_replaced == HASH_COUNT(p->links));
    assert(n_ready == p->ready.n && n_waiting == p->waiting.n);
    for (size_t i = 0; i < PEERS_N_SOURCES; i++)
        assert(n[i] == p->n_of_source[i]);
    assert(HASH_COUNT(p->candidates) <= PEERS_MAX);
    assert(HASH_COUNT(p->bans) <= PEERS_MAX_BANS);
}
