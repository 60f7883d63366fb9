#include "config.h"

#include "swarm/culprits.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "swarm/keyed_hash.h"

_Static_assert(sizeof(struct addr) == 18, "hashed and compared as bytes");

struct ban {
    struct addr culprit;
    UT_hash_handle hh; /* oldest first */
};

struct dials {
    struct addr culprit;
    int64_t at_ms[CULPRITS_MAX_DIALS]; /* oldest first */
    uint32_t n;
    UT_hash_handle hh; /* in the order of the latest */
};

struct culprits {
    struct keyed_hash hash;
    struct ban *bans;    /* owned: hash table, and each */
    struct dials *dials; /* owned: hash table, and each */
};

static bool is_shared(const struct addr *a)
{
    static const uint8_t v4[4] = {127, 0, 0, 1};
    static const uint8_t v6[16] = {[15] = 1};
    const struct addr shared_v4 = addr_v4(v4, 0), shared_v6 = addr_v6(v6, 0);
    return addr_same_ip(a, &shared_v4) || addr_same_ip(a, &shared_v6);
}

struct addr culprits_of(const struct addr *a)
{
    struct addr culprit = *a;
    if (!is_shared(a))
        culprit.port = 0;
    return culprit;
}

struct culprits *culprits_new(const struct rng *rng)
{
    struct culprits *c = xzalloc(sizeof *c);
    keyed_hash_init(&c->hash, rng);
    return c;
}

void culprits_free(struct culprits *c)
{
    if (c == NULL)
        return;
    struct ban *b, *next_ban;
    HASH_ITER(hh, c->bans, b, next_ban)
    {
        HASH_DEL(c->bans, b);
        free(b);
    }
    struct dials *d, *next;
    HASH_ITER(hh, c->dials, d, next)
    {
        HASH_DEL(c->dials, d);
        free(d);
    }
    free(c);
}

static unsigned hash_of(const struct culprits *c, const struct addr *culprit)
{
    return keyed_hash_of(&c->hash, culprit, sizeof *culprit);
}

static struct ban *find_ban(const struct culprits *c,
                            const struct addr *culprit)
{
    struct ban *b;
    HASH_FIND_BYHASHVALUE(hh, c->bans, culprit, sizeof *culprit,
                          hash_of(c, culprit), b);
    return b;
}

static struct dials *find_dials(const struct culprits *c,
                                const struct addr *culprit)
{
    struct dials *d;
    HASH_FIND_BYHASHVALUE(hh, c->dials, culprit, sizeof *culprit,
                          hash_of(c, culprit), d);
    return d;
}

void culprits_ban(struct culprits *c, const struct addr *a)
{
    struct addr culprit = culprits_of(a);
    if (find_ban(c, &culprit) != NULL)
        return;
    if (HASH_COUNT(c->bans) == CULPRITS_MAX_BANS) {
        struct ban *oldest = c->bans;
        HASH_DEL(c->bans, oldest);
        free(oldest);
    }
    struct ban *b = xzalloc(sizeof *b);
    b->culprit = culprit;
    HASH_ADD_BYHASHVALUE(hh, c->bans, culprit, sizeof b->culprit,
                         hash_of(c, &culprit), b);
}

bool culprits_is_banned(const struct culprits *c, const struct addr *a)
{
    struct addr culprit = culprits_of(a);
    return find_ban(c, &culprit) != NULL;
}

size_t culprits_n_banned(const struct culprits *c)
{
    return HASH_COUNT(c->bans);
}

int64_t culprits_may_dial_ms(const struct culprits *c, const struct addr *a)
{
    struct addr culprit = culprits_of(a);
    const struct dials *d = find_dials(c, &culprit);
    if (d == NULL || d->n < CULPRITS_MAX_DIALS)
        return INT64_MIN;
    return d->at_ms[0] + CULPRITS_DIALS_MS;
}

static void forget_old_dials(struct culprits *c, int64_t now_ms)
{
    struct dials *d, *next;
    HASH_ITER(hh, c->dials, d, next)
    {
        if (now_ms - d->at_ms[d->n - 1] < CULPRITS_DIALS_MS)
            return;
        HASH_DEL(c->dials, d);
        free(d);
    }
}

void culprits_count_dial(struct culprits *c, const struct addr *a,
                         int64_t now_ms)
{
    forget_old_dials(c, now_ms);
    struct addr culprit = culprits_of(a);
    struct dials *d = find_dials(c, &culprit);
    if (d != NULL) {
        HASH_DEL(c->dials, d);
    } else {
        d = xzalloc(sizeof *d);
        d->culprit = culprit;
    }
    if (d->n == CULPRITS_MAX_DIALS) {
        memmove(&d->at_ms[0], &d->at_ms[1],
                (CULPRITS_MAX_DIALS - 1) * sizeof d->at_ms[0]);
        d->n--;
    }
    d->at_ms[d->n++] = now_ms;
    HASH_ADD_BYHASHVALUE(hh, c->dials, culprit, sizeof d->culprit,
                         hash_of(c, &culprit), d);
}

size_t culprits_n_dialled(const struct culprits *c)
{
    return HASH_COUNT(c->dials);
}
