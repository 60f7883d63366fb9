#include "config.h"

#include "cmd/demo_plan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The first ones; then the last two by turns. */
static const enum demo_plan_kind kinds[] = {
    DEMO_PLAN_SEED,   DEMO_PLAN_CORRUPT, DEMO_PLAN_SLOW,
    DEMO_PLAN_CHOKER, DEMO_PLAN_LEECH,   DEMO_PLAN_SEED,
};

enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

/* What each of a kind weighs in the sum of rates. */
static const unsigned weights[DEMO_PLAN_N_KINDS] = {
    [DEMO_PLAN_SEED] = 0, /* seed_weights */
    [DEMO_PLAN_CORRUPT] = 6, [DEMO_PLAN_SLOW] = 1,
    [DEMO_PLAN_CHOKER] = 6,  [DEMO_PLAN_LEECH] = 4,
};

static const unsigned seed_weights[] = {12, 8, 5, 3};

static enum demo_plan_kind kind_of(size_t i)
{
    return i < N_KINDS ? kinds[i] : kinds[N_KINDS - 2 + (i - N_KINDS) % 2];
}

static unsigned weight_of(enum demo_plan_kind kind, size_t *n_seeds)
{
    if (kind != DEMO_PLAN_SEED)
        return weights[kind];
    return seed_weights[(*n_seeds)++ %
                        (sizeof seed_weights / sizeof seed_weights[0])];
}

static void share_rate(struct demo_plan *p, uint64_t rate_Bps)
{
    uint64_t sum = 0;
    size_t n_seeds = 0;
    for (size_t i = 0; i < p->n_peers; i++)
        sum += weight_of(p->peers[i].kind, &n_seeds);
    n_seeds = 0;
    for (size_t i = 0; i < p->n_peers; i++) {
        struct demo_plan_peer *peer = &p->peers[i];
        uint64_t weight = weight_of(peer->kind, &n_seeds);
        /* 0 would be no limit at all. */
        if (rate_Bps > 0)
            peer->up_Bps = rate_Bps / sum * weight + 1;
        if (peer->kind == DEMO_PLAN_LEECH)
            peer->down_Bps = peer->up_Bps * 2;
        if (peer->kind == DEMO_PLAN_SLOW &&
            (peer->up_Bps == 0 || peer->up_Bps > DEMO_PLAN_SLOW_MAX_Bps))
            peer->up_Bps = DEMO_PLAN_SLOW_MAX_Bps;
    }
}

void demo_plan_make(struct demo_plan *out, uint64_t size_bytes, size_t n_peers,
                    uint64_t rate_Bps, bool one_address)
{
    assert(n_peers >= 1 && n_peers <= DEMO_PLAN_MAX_PEERS);
    *out = (struct demo_plan){.size_bytes = size_bytes, .n_peers = n_peers};
    uint8_t ip[4] = {127, 0, 0, 1};
    out->self = addr_v4(ip, 0);
    for (size_t i = 0; i < n_peers; i++) {
        ip[3] = one_address ? 1 : (uint8_t)(2 + i);
        out->peers[i].kind = kind_of(i);
        out->peers[i].addr = addr_v4(ip, 0);
    }
    share_rate(out, rate_Bps);
}

size_t demo_plan_count(const struct demo_plan *p, enum demo_plan_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_peers; i++)
        n += p->peers[i].kind == kind ? 1 : 0;
    return n;
}

uint64_t demo_plan_disk_bytes(const struct demo_plan *p)
{
    size_t n_copies = 2 + demo_plan_count(p, DEMO_PLAN_CORRUPT) +
                      demo_plan_count(p, DEMO_PLAN_LEECH);
    return n_copies * p->size_bytes;
}

void demo_plan_describe(const struct demo_plan *p, char *dst, size_t cap)
{
    static const struct {
        enum demo_plan_kind kind;
        const char *one, *many;
    } words[] = {
        {DEMO_PLAN_SEED, "1 seed", "seeds"},
        {DEMO_PLAN_LEECH, "1 leech", "leeches"},
        {DEMO_PLAN_SLOW, "1 that is slow", NULL},
        {DEMO_PLAN_CHOKER, "1 that chokes often", NULL},
        {DEMO_PLAN_CORRUPT, "1 whose disk spoils data", NULL},
    };
    size_t len = 0, n_told = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0] && len < cap; i++) {
        size_t n = demo_plan_count(p, words[i].kind);
        if (n == 0)
            continue;
        n_told += n;
        const char *before = len == 0               ? ""
                             : n_told == p->n_peers ? " and "
                                                    : ", ";
        len += (size_t)(n == 1 ? snprintf(dst + len, cap - len, "%s%s", before,
                                          words[i].one)
                               : snprintf(dst + len, cap - len, "%s%zu %s",
                                          before, n, words[i].many));
    }
}
