#include "config.h"

#include "ui/limits.h"

#include <stdio.h>

#include "ui/units.h"
#include "ui/view.h"

enum { ALT_SHARE = 10, KIB = 1024 };

static const uint64_t alt_least_Bps = 10 * KIB;
/* Where steps begin when there was no limit and nothing moves. */
static const uint64_t first_Bps = UINT64_C(10) * KIB * KIB;

static const uint32_t steps_kiBps[] = {
    10,       20,        50,        100,       200,        300,      500,
    KIB,      2 * KIB,   3 * KIB,   5 * KIB,   10 * KIB,   20 * KIB, 30 * KIB,
    50 * KIB, 100 * KIB, 200 * KIB, 500 * KIB, 1024 * KIB,
};
enum { N_STEPS = sizeof steps_kiBps / sizeof *steps_kiBps };

static uint64_t step_at(size_t i)
{
    return (uint64_t)steps_kiBps[i] * KIB;
}

/* The greatest step below `than`; the least when there is none. */
static uint64_t step_below(uint64_t than)
{
    size_t i = N_STEPS - 1;
    while (i > 0 && step_at(i) >= than)
        i--;
    return step_at(i);
}

/* From no limit, the first step is just below what goes through now. */
static uint64_t less(uint64_t limit_Bps, uint64_t rate_Bps)
{
    if (limit_Bps > 0)
        return step_below(limit_Bps);
    return rate_Bps > 0 ? step_below(rate_Bps) : first_Bps;
}

/* Beyond the last step there is no limit. */
static uint64_t more(uint64_t limit_Bps)
{
    size_t i = 0;
    while (i < N_STEPS && step_at(i) <= limit_Bps)
        i++;
    return limit_Bps > 0 && i < N_STEPS ? step_at(i) : 0;
}

struct limits_pair limits_now(const struct view_world *w)
{
    if (w->now_ms < w->limits.sent_until_ms)
        return w->limits.sent;
    const struct frame *f = view_latest(w);
    struct limits_pair none = {0};
    return f == NULL ? none
                     : (struct limits_pair){.down_Bps = f->limit_down_Bps,
                                            .up_Bps = f->limit_up_Bps};
}

/* "2.0M/s" or "no limit". */
static void pair_words(struct limits_pair pair, char down[UNITS_LEN],
                       char up[UNITS_LEN])
{
    units_rate(down, pair.down_Bps);
    units_rate(up, pair.up_Bps);
    if (pair.down_Bps == 0)
        snprintf(down, UNITS_LEN, "no limit");
    if (pair.up_Bps == 0)
        snprintf(up, UNITS_LEN, "no limit");
}

static void set_rate(struct view_world *w, const char *key, uint64_t rate_Bps)
{
    char text[UNITS_LEN + 8];
    snprintf(text, sizeof text, "%llu", (unsigned long long)rate_Bps);
    view_set(w, key, text);
}

void limits_set(struct view_world *w, struct limits_pair pair)
{
    struct command *c = command_new(COMMAND_LIMITS, 0);
    c->limits = (struct command_limits){.has_down = true,
                                        .has_up = true,
                                        .down_Bps = pair.down_Bps,
                                        .up_Bps = pair.up_Bps};
    view_send(w, c);
    struct limits *l = &w->limits;
    l->sent = pair;
    l->sent_until_ms = w->now_ms + LIMITS_SETTLE_MS;
    if (l->is_alt) {
        l->alt = pair;
        l->has_alt = true;
    }
    set_rate(w, l->is_alt ? "alt-down" : "down", pair.down_Bps);
    set_rate(w, l->is_alt ? "alt-up" : "up", pair.up_Bps);
    char down[UNITS_LEN], up[UNITS_LEN];
    pair_words(pair, down, up);
    snprintf(w->message, sizeof w->message,
             "all torrents together%s: down %s, up %s",
             l->is_alt ? ", alternative limits" : "", down, up);
}

/* A tenth of a limit, or of what goes through without one. */
static uint64_t tenth(uint64_t limit_Bps, uint64_t rate_Bps)
{
    uint64_t share = (limit_Bps > 0 ? limit_Bps : rate_Bps) / ALT_SHARE;
    return share > alt_least_Bps ? share : alt_least_Bps;
}

static void toggle_alt(struct view_world *w)
{
    struct limits *l = &w->limits;
    struct limits_pair now = limits_now(w);
    if (l->is_alt) {
        l->is_alt = false;
        limits_set(w, l->normal);
        return;
    }
    l->normal = now;
    const struct frame *f = view_latest(w);
    if (!l->has_alt && f != NULL) {
        l->alt.down_Bps = tenth(now.down_Bps, f->rate_down_Bps);
        l->alt.up_Bps = tenth(now.up_Bps, f->rate_up_Bps);
    }
    l->is_alt = true;
    limits_set(w, l->alt);
}

bool limits_act(struct view_world *w, enum keys_action action)
{
    struct limits_pair pair = limits_now(w);
    const struct frame *f = view_latest(w);
    if (action == KEYS_DOWN_LESS)
        pair.down_Bps = less(pair.down_Bps, f != NULL ? f->rate_down_Bps : 0);
    else if (action == KEYS_DOWN_MORE)
        pair.down_Bps = more(pair.down_Bps);
    else if (action == KEYS_UP_LESS)
        pair.up_Bps = less(pair.up_Bps, f != NULL ? f->rate_up_Bps : 0);
    else if (action == KEYS_UP_MORE)
        pair.up_Bps = more(pair.up_Bps);
    else if (action == KEYS_ALT_LIMITS) {
        toggle_alt(w);
        return true;
    } else
        return false;
    limits_set(w, pair);
    return true;
}
