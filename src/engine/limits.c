#include "config.h"

#include "engine/limits.h"

#include <assert.h>
#include <stdio.h>
#include <sys/resource.h>

#include "swarm/choker.h"
#include "util/text.h"

/* What is left for connections of so many descriptors: files, trackers and the rest
 * need some too. */
uint32_t limits_conns_for(uint64_t n_descriptors)
{
    enum { OTHERS = 20, LEAST = 4 };
    uint64_t n = n_descriptors > OTHERS ? n_descriptors - OTHERS : 0;
    n = n / 10 * 8 + n % 10 * 8 / 10;
    if (n < LEAST)
        return LEAST;
    return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

/* Ask the system for enough descriptors for so many connections; return for how many
 * there are enough. */
static uint32_t conns_to_be_had(uint32_t n_conns)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur == RLIM_INFINITY ||
        limits_conns_for(r.rlim_cur) >= n_conns)
        return n_conns;
    rlim_t before = r.rlim_cur;
    rlim_t wanted = (rlim_t)n_conns / 8 * 10 + 40;
    r.rlim_cur = r.rlim_max != RLIM_INFINITY && r.rlim_max < wanted ? r.rlim_max
                                                                    : wanted;
    if (setrlimit(RLIMIT_NOFILE, &r) != 0)
        r.rlim_cur = before;
    uint32_t n = limits_conns_for(r.rlim_cur);
    return n < n_conns ? n : n_conns;
}

void limits_init(struct limits *l, uint32_t max_conns, uint64_t down_Bps,
                 uint64_t up_Bps, int64_t now_ms)
{
    *l = (struct limits){0};
    l->max_conns =
        conns_to_be_had(max_conns > 0 ? max_conns : LIMITS_MAX_CONNS);
    bucket_init(&l->down, down_Bps, now_ms);
    bucket_init(&l->up, up_Bps, now_ms);
    l->dial_tokens_m = LIMITS_DIAL_BURST * 1000;
    l->dial_filled_ms = now_ms;
}

void limits_words(uint64_t down_Bps, uint64_t up_Bps,
                  char dst[LIMITS_WORDS_LEN])
{
    char down[16] = "off", up[16] = "off";
    if (down_Bps > 0)
        text_rate(down, sizeof down, down_Bps);
    if (up_Bps > 0)
        text_rate(up, sizeof up, up_Bps);
    snprintf(dst, LIMITS_WORDS_LEN, "D %s  U %s", down, up);
}

static void fill_dials(struct limits *l, int64_t most_m, int64_t now_ms)
{
    l->dial_tokens_m += (now_ms - l->dial_filled_ms) * LIMITS_DIALS_PER_S;
    l->dial_filled_ms = now_ms;
    if (l->dial_tokens_m > most_m)
        l->dial_tokens_m = most_m;
}

void limits_brace(struct limits *l, int64_t now_ms)
{
    fill_dials(l, (LIMITS_DIAL_BURST - LIMITS_DIALS_PER_S) * 1000, now_ms);
}

bool limits_may_dial(struct limits *l, int64_t now_ms)
{
    if (l->n_conns >= l->max_conns || l->n_half_open >= LIMITS_MAX_HALF_OPEN)
        return false;
    fill_dials(l, LIMITS_DIAL_BURST * 1000, now_ms);
    if (l->dial_tokens_m < 1000)
        return false;
    l->dial_tokens_m -= 1000;
    l->n_conns++;
    l->n_half_open++;
    return true;
}

bool limits_may_accept(struct limits *l)
{
    if (l->n_conns >= l->max_conns)
        return false;
    l->n_conns++;
    return true;
}

uint32_t limits_slots(const struct limits *l, uint32_t n_by_rate)
{
    if (l->has_slots)
        return l->n_slots < CHOKER_MAX_SLOTS ? l->n_slots : CHOKER_MAX_SLOTS;
    return n_by_rate > CHOKER_SLOTS ? n_by_rate : CHOKER_SLOTS;
}

void limits_on_up(struct limits *l)
{
    assert(l->n_half_open > 0);
    l->n_half_open--;
}

void limits_on_redial(struct limits *l)
{
    assert(l->n_half_open < l->n_conns);
    l->n_half_open++;
}

void limits_on_closed(struct limits *l, bool half_open)
{
    assert(l->n_conns > 0);
    l->n_conns--;
    if (half_open) {
        assert(l->n_half_open > 0);
        l->n_half_open--;
    }
}
