#include "config.h"

#include "swarm/gossip.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "swarm/peers.h"
#include "util/xalloc.h"

struct gossip {
    struct addr own; /* where it is dialled; before that is known, its remote */
    int64_t due_ms;
    int64_t heard_ms; /* -1: never */
    uint32_t n_faults;
    struct addr *told; /* owned; sorted, all different */
    size_t n_told;
    size_t told_cap;
};

struct gossip *gossip_new(const struct addr *remote, int64_t now_ms)
{
    struct gossip *g = xzalloc(sizeof *g);
    g->own = *remote;
    g->due_ms = now_ms + GOSSIP_FIRST_MS;
    g->heard_ms = -1;
    return g;
}

void gossip_free(struct gossip *g)
{
    if (g == NULL)
        return;
    free(g->told);
    free(g);
}

void gossip_set_own(struct gossip *g, const struct addr *own)
{
    g->own = *own;
}

/* From how far an address can be reached: greater is farther. */
static int reach(const struct addr *a)
{
    if (addr_is_loopback(a))
        return 0;
    return addr_is_private(a) ? 1 : 2;
}

/* May an address pass between us and the peer? */
static bool may_pass(const struct gossip *g, const struct addr *a)
{
    return reach(a) >= reach(&g->own) && !addr_eq(a, &g->own);
}

/* ---- Telling ---- */

int64_t gossip_due_ms(const struct gossip *g)
{
    return g->due_ms;
}

/* The first place in told that is not before a. */
static size_t place_of(const struct gossip *g, const struct addr *a)
{
    size_t lo = 0;
    size_t hi = g->n_told;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (addr_cmp(&g->told[mid], a) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool is_told(const struct gossip *g, const struct addr *a)
{
    size_t i = place_of(g, a);
    return i < g->n_told && addr_eq(&g->told[i], a);
}

bool gossip_next(const struct gossip *g, const struct pex_peer *others,
                 size_t n, int64_t now_ms, struct pex *out)
{
    if (now_ms < g->due_ms)
        return false;
    struct pex_peer added[PEX_MAX_PEERS];
    struct addr dropped[PEX_MAX_PEERS];
    size_t n_added = 0;
    size_t n_dropped = 0;
    for (size_t i = 0; i < n && n_added < PEX_MAX_PEERS; i++) {
        if (!is_told(g, &others[i].addr) && may_pass(g, &others[i].addr) &&
            g->n_told + n_added < GOSSIP_MAX_TOLD)
            added[n_added++] = others[i];
    }
    for (size_t i = 0, k = 0; k < g->n_told && n_dropped < PEX_MAX_PEERS; k++) {
        while (i < n && addr_cmp(&others[i].addr, &g->told[k]) < 0)
            i++;
        if (i == n || !addr_eq(&others[i].addr, &g->told[k]))
            dropped[n_dropped++] = g->told[k];
    }
    if (n_added == 0 && n_dropped == 0)
        return false;
    out->n_added = n_added;
    out->n_dropped = n_dropped;
    memcpy(out->added, added, n_added * sizeof added[0]);
    memcpy(out->dropped, dropped, n_dropped * sizeof dropped[0]);
    return true;
}

static void learn(struct gossip *g, const struct addr *a)
{
    size_t i = place_of(g, a);
    if (g->n_told == g->told_cap) {
        g->told_cap = g->told_cap == 0 ? 16 : g->told_cap * 2;
        g->told = xreallocarray(g->told, g->told_cap, sizeof *g->told);
    }
    memmove(g->told + i + 1, g->told + i, (g->n_told - i) * sizeof *g->told);
    g->told[i] = *a;
    g->n_told++;
}

static void forget(struct gossip *g, const struct addr *a)
{
    size_t i = place_of(g, a);
    g->n_told--;
    memmove(g->told + i, g->told + i + 1, (g->n_told - i) * sizeof *g->told);
}

void gossip_said(struct gossip *g, const struct pex *said, int64_t now_ms)
{
    for (size_t i = 0; i < said->n_dropped; i++)
        forget(g, &said->dropped[i]);
    for (size_t i = 0; i < said->n_added; i++)
        learn(g, &said->added[i].addr);
    g->due_ms = now_ms + GOSSIP_EVERY_MS;
}

/* ---- Listening ---- */

/* Was this culprit among the first n? */
static bool is_again(const struct pex *pex, size_t n, const struct addr *a)
{
    struct addr culprit = peers_culprit(a);
    for (size_t i = 0; i < n; i++) {
        struct addr other = peers_culprit(&pex->added[i].addr);
        if (addr_eq(&culprit, &other))
            return true;
    }
    return false;
}

static void sift(const struct gossip *g, struct pex *pex)
{
    size_t n = 0;
    for (size_t i = 0; i < pex->n_added; i++) {
        const struct addr *a = &pex->added[i].addr;
        if (may_pass(g, a) && !is_again(pex, n, a))
            pex->added[n++] = pex->added[i];
    }
    pex->n_added = n;
}

enum err gossip_hear(struct gossip *g, const uint8_t *bytes, size_t len,
                     int64_t now_ms, struct pex *out)
{
    struct pex pex;
    if (g->n_faults >= GOSSIP_MAX_FAULTS)
        return ERR_REFUSED;
    if (g->heard_ms >= 0 && now_ms - g->heard_ms < GOSSIP_HEAR_MS) {
        g->n_faults++;
        return ERR_BUSY;
    }
    enum err err = pex_parse(bytes, len, &pex);
    if (err != OK) {
        g->n_faults++;
        return err;
    }
    g->heard_ms = now_ms;
    sift(g, &pex);
    *out = pex;
    return OK;
}

size_t gossip_n_told(const struct gossip *g)
{
    return g->n_told;
}

int64_t gossip_heard_ms(const struct gossip *g)
{
    return g->heard_ms;
}

void gossip_check(const struct gossip *g)
{
    assert(g->n_told <= g->told_cap && g->n_told <= GOSSIP_MAX_TOLD);
    assert(g->n_faults <= GOSSIP_MAX_FAULTS);
    for (size_t i = 1; i < g->n_told; i++)
        assert(addr_cmp(&g->told[i - 1], &g->told[i]) < 0);
}
