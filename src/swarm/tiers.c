#include "config.h"

#include "swarm/tiers.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

void tiers_init(struct tiers *t)
{
    *t = (struct tiers){.n = 0};
}

static uint32_t tier_at(const struct tiers *t, size_t place)
{
    return t->tier_of[t->order[place]];
}

/* The first place whose tier is not below this one. */
static size_t tier_start(const struct tiers *t, uint32_t tier)
{
    size_t place = 0;

    while (place < t->n && tier_at(t, place) < tier)
        place++;
    return place;
}

static size_t tier_end(const struct tiers *t, uint32_t tier)
{
    size_t place = tier_start(t, tier);

    while (place < t->n && tier_at(t, place) == tier)
        place++;
    return place;
}

static size_t find(const struct tiers *t, size_t idx)
{
    size_t place = 0;

    assert(idx < t->n);
    while (t->order[place] != idx)
        place++;
    return place;
}

void tiers_add(struct tiers *t, uint32_t tier)
{
    size_t place = tier_end(t, tier);

    assert(t->n < TIERS_MAX);
    memmove(t->order + place + 1, t->order + place,
            (t->n - place) * sizeof t->order[0]);
    t->order[place] = (uint16_t)t->n;
    t->tier_of[t->n] = tier;
    t->n++;
}

void tiers_remove(struct tiers *t, size_t idx)
{
    size_t place = find(t, idx);

    t->n--;
    memmove(t->order + place, t->order + place + 1,
            (t->n - place) * sizeof t->order[0]);
    memmove(t->tier_of + idx, t->tier_of + idx + 1,
            (t->n - idx) * sizeof t->tier_of[0]);
    for (place = 0; place < t->n; place++)
        if (t->order[place] > idx)
            t->order[place]--;
}

void tiers_shuffle(struct tiers *t, const struct rng *rng)
{
    for (size_t start = 0; start < t->n;) {
        size_t end = tier_end(t, tier_at(t, start));

        for (size_t last = end - 1; last > start; last--) {
            size_t other = start + rng_below(rng, (uint32_t)(last - start + 1));
            uint16_t idx = t->order[last];

            t->order[last] = t->order[other];
            t->order[other] = idx;
        }
        start = end;
    }
}

void tiers_to_front(struct tiers *t, size_t idx)
{
    size_t place = find(t, idx);
    size_t start = tier_start(t, t->tier_of[idx]);

    memmove(t->order + start + 1, t->order + start,
            (place - start) * sizeof t->order[0]);
    t->order[start] = (uint16_t)idx;
}

size_t tiers_place(const struct tiers *t, size_t idx)
{
    return find(t, idx) - tier_start(t, t->tier_of[idx]);
}

void tiers_check(const struct tiers *t)
{
    bool seen[TIERS_MAX] = {false};

    for (size_t place = 0; place < t->n; place++) {
        assert(t->order[place] < t->n && !seen[t->order[place]]);
        seen[t->order[place]] = true;
        if (place > 0)
            assert(tier_at(t, place - 1) <= tier_at(t, place));
    }
}
