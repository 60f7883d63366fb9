#include "config.h"

#include "engine/limits.h"

#include <assert.h>
#include <sys/resource.h>

static uint32_t conns_for_descriptors(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur == RLIM_INFINITY)
        return LIMITS_MAX_CONNS;
    uint64_t fds = r.rlim_cur > 40 ? (uint64_t)r.rlim_cur - 20 : 20;
    uint64_t n = fds * 8 / 10;
    return n < LIMITS_MAX_CONNS ? (uint32_t)n : LIMITS_MAX_CONNS;
}

void limits_init(struct limits *l, uint32_t max_conns, uint64_t down_Bps,
                 uint64_t up_Bps, int64_t now_ms)
{
    *l = (struct limits){0};
    l->max_conns = max_conns > 0 ? max_conns : conns_for_descriptors();
    bucket_init(&l->down, down_Bps, now_ms);
    bucket_init(&l->up, up_Bps, now_ms);
    l->dial_tokens_m = LIMITS_DIAL_BURST * 1000;
    l->dial_filled_ms = now_ms;
}

bool limits_may_dial(struct limits *l, int64_t now_ms)
{
    if (l->n_conns >= l->max_conns || l->n_half_open >= LIMITS_MAX_HALF_OPEN)
        return false;
    int64_t gained = (now_ms - l->dial_filled_ms) * LIMITS_DIALS_PER_S;
    l->dial_filled_ms = now_ms;
    l->dial_tokens_m += gained;
    if (l->dial_tokens_m > LIMITS_DIAL_BURST * 1000)
        l->dial_tokens_m = LIMITS_DIAL_BURST * 1000;
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

void limits_on_up(struct limits *l)
{
    assert(l->n_half_open > 0);
    l->n_half_open--;
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
