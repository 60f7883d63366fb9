#include "config.h"

#include "swarm/peers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "swarm/candidates.h"
#include "swarm/culprits.h"
#include "swarm/connected.h"

_Static_assert((int)PEERS_ID_LEN == (int)CONNECTED_ID_LEN, "one id");

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
static const uint32_t fails_max = 255;

/* Our address in one family. */
struct self {
    bool is_known;
    struct addr addr;
};

struct peers {
    uint8_t own_id[PEERS_ID_LEN];
    struct self self_v4;
    struct self self_v6;
    struct candidates *candidates; /* owned */
    struct connected *connected;   /* owned; their candidates are CONNECTED */
    struct culprits *culprits;     /* owned */
    struct peers_tally tally;
    bool is_private;
    bool (*is_refused)(void *ctx, const struct addr *a); /* NULL: nobody is */
    void *filter;                                        /* its ctx, borrowed */
};

struct peers *peers_new(const uint8_t *own_id, const struct rng *rng)
{
    struct peers *p = xzalloc(sizeof *p);
    memcpy(p->own_id, own_id, PEERS_ID_LEN);
    p->candidates = candidates_new(rng);
    p->connected = connected_new(own_id, rng);
    p->culprits = culprits_new(rng);
    return p;
}

void peers_free(struct peers *p)
{
    if (p == NULL)
        return;
    connected_free(p->connected);
    candidates_free(p->candidates);
    culprits_free(p->culprits);
    free(p);
}

/* ---- Candidates ---- */

static uint32_t priority_of(const struct peers *p, const struct addr *a)
{
    const struct self *self = addr_is_v4(a) ? &p->self_v4 : &p->self_v6;
    return self->is_known ? addr_priority(&self->addr, a) : 0;
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
    if (c->n_fails < fails_max)
        c->n_fails++;
    c->tried_ms = now_ms;
    wait_by_ladder(c);
}

static void forgive(struct peers *p, struct candidate *c)
{
    if (c->n_fails == 0 || !candidates_is_idle(c))
        return;
    c->n_fails--;
    c->is_unreachable = false;
    wait_by_ladder(c);
    candidates_place(p->candidates, c);
}

bool peers_is_private_source(enum peers_source source)
{
    return source != PEERS_LSD && source != PEERS_PEX && source != PEERS_DHT;
}

/* A candidate is not dialled or connected any more: to its place, or forgotten
 * when it was banned meanwhile, or is nobody's business here. */
static void come_back(struct peers *p, struct candidate *c)
{
    candidates_place(p->candidates, c);
    if (peers_is_banned(p, &c->addr) ||
        (p->is_private && !peers_is_private_source(c->source)))
        candidates_forget(p->candidates, c);
}

void peers_set_filter(struct peers *p,
                      bool (*is_refused)(void *ctx, const struct addr *a),
                      void *ctx)
{
    p->is_refused = is_refused;
    p->filter = ctx;
}

static bool is_refused(const struct peers *p, const struct addr *a)
{
    return p->is_refused != NULL && p->is_refused(p->filter, a);
}

enum peers_added peers_add(struct peers *p, const struct addr *a,
                           enum peers_source source, int64_t now_ms)
{
    if (!addr_is_dialable(a) || peers_is_banned(p, a) || is_refused(p, a) ||
        (p->is_private && !peers_is_private_source(source)))
        return PEERS_REFUSED;
    struct candidate *c = candidates_find(p->candidates, a);
    if (c != NULL) {
        if (source < c->source)
            candidates_set_source(p->candidates, c, source);
        if (source == PEERS_USER || source == PEERS_TRACKER ||
            source == PEERS_LSD)
            forgive(p, c);
        return PEERS_KNOWN;
    }
    struct candidate newcomer = {.addr = *a,
                                 .state = CANDIDATE_PARKED,
                                 .source = source,
                                 .priority = priority_of(p, a),
                                 .tried_ms = now_ms,
                                 .ready_ms = INT64_MIN};
    c = candidates_add(p->candidates, &newcomer);
    return c == NULL ? PEERS_REFUSED : PEERS_NEW;
}

enum peers_source peers_source(const struct peers *p, const struct addr *a)
{
    const struct candidate *c = candidates_find(p->candidates, a);
    return c == NULL ? PEERS_INCOMING : c->source;
}

void peers_set_private(struct peers *p)
{
    struct candidate *next = candidates_next(p->candidates, NULL);
    p->is_private = true;
    while (next != NULL) {
        struct candidate *c = next;
        next = candidates_next(p->candidates, c);
        if (candidates_is_idle(c) && !peers_is_private_source(c->source))
            candidates_forget(p->candidates, c);
    }
}

void peers_set_self(struct peers *p, const struct addr *self)
{
    struct self *kept = addr_is_v4(self) ? &p->self_v4 : &p->self_v6;
    if (kept->is_known && addr_eq(&kept->addr, self))
        return;
    *kept = (struct self){true, *self};
    struct candidate *c = NULL;
    while ((c = candidates_next(p->candidates, c)) != NULL) {
        c->priority = priority_of(p, &c->addr);
        candidates_set_state(p->candidates, c, c->state);
    }
}

void peers_set_seeding(struct peers *p, bool is_seeding)
{
    candidates_set_seeding(p->candidates, is_seeding);
}

void peers_set_seed(struct peers *p, const struct addr *a, bool is_seed)
{
    struct candidate *c = candidates_find(p->candidates, a);
    if (c == NULL) {
        const struct connected_peer *l = connected_find(p->connected, a);
        c = l == NULL ? NULL : l->candidate;
    }
    if (c == NULL || c->is_seed == is_seed)
        return;
    c->is_seed = is_seed;
    if (candidates_is_idle(c))
        candidates_place(p->candidates, c);
}

void peers_set_crypt(struct peers *p, const struct addr *a,
                     enum peers_crypt crypt)
{
    struct candidate *c = candidates_find(p->candidates, a);
    if (c != NULL)
        c->crypt = crypt;
}

enum peers_crypt peers_crypt(const struct peers *p, const struct addr *a)
{
    const struct candidate *c = candidates_find(p->candidates, a);
    return c != NULL ? c->crypt : PEERS_CRYPT_UNKNOWN;
}

/* ---- Dialling ---- */

bool peers_next_to_dial(struct peers *p, int64_t now_ms, struct addr *out)
{
    struct candidate *c;
    while ((c = candidates_best(p->candidates, now_ms)) != NULL) {
        if (is_refused(p, &c->addr)) {
            candidates_forget(p->candidates, c);
            continue;
        }
        int64_t allowed_ms = culprits_may_dial_ms(p->culprits, &c->addr);
        if (allowed_ms <= now_ms) {
            culprits_count_dial(p->culprits, &c->addr, now_ms);
            candidates_set_state(p->candidates, c, CANDIDATE_DIALLING);
            p->tally.n_dialled++;
            *out = c->addr;
            return true;
        }
        c->ready_ms = allowed_ms;
        candidates_set_state(p->candidates, c, CANDIDATE_WAITING);
    }
    return false;
}

int64_t peers_deadline_ms(const struct peers *p, int64_t now_ms)
{
    return candidates_deadline_ms(p->candidates, now_ms);
}

void peers_on_failed(struct peers *p, const struct addr *a, enum peers_fail why,
                     int64_t now_ms)
{
    struct candidate *c = candidates_find(p->candidates, a);
    if (c == NULL || c->state != CANDIDATE_DIALLING)
        return;
    p->tally.n_failed[why]++;
    c->is_unreachable = why != PEERS_NO_HANDSHAKE && !c->was_reached;
    count_failure(c, now_ms);
    come_back(p, c);
}

/* ---- Connections ---- */

static void bind(struct peers *p, struct connected_peer *l, struct candidate *c)
{
    l->candidate = c;
    c->was_reached = true;
    c->is_unreachable = false;
    candidates_set_state(p->candidates, c, CANDIDATE_CONNECTED);
}

/* A dialled candidate turned out to be a peer that we have: if it is where that
 * connection came from, it is its listening address. */
static void on_duplicate(struct peers *p, struct candidate *c,
                         struct connected_peer *l, int64_t now_ms)
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

static void replace(struct peers *p, struct connected_peer *old,
                    struct connected_peer *l, struct candidate *dialled)
{
    struct candidate *c = old->candidate;
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
    if (connected_find(p->connected, remote) != NULL)
        return PEERS_DUPLICATE;
    const struct connected_peer *old = connected_find_id(p->connected, peer_id);
    if (old == NULL)
        return PEERS_WELCOME;
    return connected_is_to_replace(p->connected, old, is_incoming, now_ms)
               ? PEERS_REPLACES
               : PEERS_DUPLICATE;
}

enum peers_verdict peers_on_connected(struct peers *p,
                                      const struct addr *remote,
                                      const uint8_t *peer_id, bool is_incoming,
                                      int64_t now_ms, struct addr *old_out)
{
    struct candidate *c =
        is_incoming ? NULL : candidates_find(p->candidates, remote);
    if (c != NULL && c->state != CANDIDATE_DIALLING)
        c = NULL;
    enum peers_verdict verdict = judge(p, remote, peer_id, is_incoming, now_ms);
    struct connected_peer *old = connected_find_id(p->connected, peer_id);
    struct connected_peer *l = NULL;
    switch (verdict) {
    case PEERS_SELF:
    case PEERS_BANNED:
        if (c != NULL) {
            c->is_self = verdict == PEERS_SELF;
            come_back(p, c);
        }
        break;
    case PEERS_DUPLICATE:
        if (c != NULL)
            on_duplicate(p, c,
                         old != NULL ? old
                                     : connected_find(p->connected, remote),
                         now_ms);
        break;
    case PEERS_REPLACES:
        *old_out = old->remote;
        connected_set_replaced(p->connected, old);
        l = connected_add(p->connected, remote, peer_id, is_incoming, now_ms);
        replace(p, old, l, c);
        break;
    case PEERS_WELCOME:
        l = connected_add(p->connected, remote, peer_id, is_incoming, now_ms);
        if (c != NULL)
            bind(p, l, c);
        break;
    }
    if (l != NULL && is_incoming)
        p->tally.n_came++;
    else if (l != NULL)
        p->tally.n_greeted++;
    return verdict;
}

void peers_on_listen_port(struct peers *p, const struct addr *remote,
                          uint16_t port, int64_t now_ms)
{
    struct connected_peer *l = connected_find(p->connected, remote);
    if (l == NULL || !l->is_incoming || l->is_replaced || port == 0 ||
        l->candidate != NULL)
        return;
    struct addr listening = *remote;
    listening.port = port;
    (void)peers_add(p, &listening, PEERS_INCOMING, now_ms);
    struct candidate *c = candidates_find(p->candidates, &listening);
    if (c != NULL && candidates_is_idle(c))
        bind(p, l, c);
}

void peers_on_closed(struct peers *p, const struct addr *remote,
                     bool was_useful, int64_t now_ms)
{
    struct connected_peer *l = connected_find(p->connected, remote);
    if (l == NULL)
        return;
    struct candidate *c = l->candidate;
    connected_remove(p->connected, l);
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

void peers_forgive_all(struct peers *p)
{
    struct candidate *c = NULL;
    while ((c = candidates_next(p->candidates, c)) != NULL) {
        if (!candidates_is_idle(c) ||
            (candidates_is_given_up(c) && !c->was_reached))
            continue;
        c->n_fails = 0;
        c->is_unreachable = false;
        c->ready_ms = INT64_MIN;
        candidates_place(p->candidates, c);
    }
}

/* ---- Bans ---- */

struct addr peers_culprit(const struct addr *a)
{
    return culprits_of(a);
}

bool peers_is_banned(const struct peers *p, const struct addr *a)
{
    return culprits_is_banned(p->culprits, a);
}

void peers_ban(struct peers *p, const struct addr *a)
{
    culprits_ban(p->culprits, a);
    struct candidate *next = candidates_next(p->candidates, NULL);
    while (next != NULL) {
        struct candidate *c = next;
        next = candidates_next(p->candidates, c);
        if (candidates_is_idle(c) && peers_is_banned(p, &c->addr))
            candidates_forget(p->candidates, c);
    }
}

/* ---- Questions ---- */

struct peers_tally peers_tally(const struct peers *p)
{
    return p->tally;
}

size_t peers_n_known(const struct peers *p)
{
    return candidates_count(p->candidates);
}

size_t peers_n_dialable(const struct peers *p)
{
    return candidates_n_dialable(p->candidates);
}

size_t peers_n_connected(const struct peers *p)
{
    return connected_count(p->connected);
}

size_t peers_n_banned(const struct peers *p)
{
    return culprits_n_banned(p->culprits);
}

static int compare_worth(const void *a, const void *b)
{
    const struct candidate *const *x = a;
    const struct candidate *const *y = b;
    return candidates_compare(*x, *y);
}

size_t peers_list(const struct peers *p, struct addr *out, size_t cap)
{
    const struct candidate **sorted =
        xcalloc(candidates_count(p->candidates), sizeof *sorted);
    const struct candidate *c = NULL;
    size_t n = 0;
    while ((c = candidates_next(p->candidates, c)) != NULL) {
        if (!c->is_self && !candidates_is_given_up(c))
            sorted[n++] = c;
    }
    qsort(sorted, n, sizeof *sorted, compare_worth);
    if (n > cap)
        n = cap;
    for (size_t i = 0; i < n; i++)
        out[i] = sorted[i]->addr;
    free(sorted);
    return n;
}

void peers_check(const struct peers *p)
{
    size_t n_connected = 0;
    candidates_check(p->candidates);
    connected_check(p->connected);
    const struct candidate *c = NULL;
    while ((c = candidates_next(p->candidates, c)) != NULL) {
        n_connected += c->state == CANDIDATE_CONNECTED;
        assert(!candidates_is_idle(c) || !peers_is_banned(p, &c->addr));
    }
    const struct connected_peer *l = NULL;
    while ((l = connected_next(p->connected, l)) != NULL) {
        if (l->candidate == NULL)
            continue;
        assert(l->candidate->state == CANDIDATE_CONNECTED && !l->is_replaced);
        n_connected--;
    }
    assert(n_connected == 0);
}
