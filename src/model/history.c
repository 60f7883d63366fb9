#include "config.h"

#include "model/history.h"

#include <string.h>

enum { DAY_S = HISTORY_SLOTS_5M * 300, ETA_WINDOW_S = 60, ETA_RANGE_S = 20 };
static const uint64_t eta_least_Bps = 1000;

/* Where a ring lies in the slots, how many it has, and what one covers. */
static const struct {
    size_t at;
    size_t n;
    uint32_t slot_s;
} rings[HISTORY_N_RINGS] = {
    [HISTORY_1S] = {0, HISTORY_SLOTS_1S, 1},
    [HISTORY_10S] = {HISTORY_SLOTS_1S, HISTORY_SLOTS_10S, 10},
    [HISTORY_5M] = {HISTORY_SLOTS_1S + HISTORY_SLOTS_10S, HISTORY_SLOTS_5M,
                    300},
};

void history_init(struct history *h, int64_t now_s)
{
    *h = (struct history){.first_s = now_s, .now_s = now_s - 1};
}

static uint32_t mean(uint64_t sum, uint64_t n)
{
    uint64_t v = sum / n;
    return v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

/* The next second. */
static void push(struct history *h, uint64_t down_bytes, uint64_t up_bytes,
                 uint64_t overhead_bytes)
{
    h->now_s++;
    uint64_t second = (uint64_t)(h->now_s - h->first_s);
    for (size_t i = 0; i < HISTORY_N_RINGS; i++) {
        uint32_t slot_s = rings[i].slot_s;
        h->sum_down[i] += down_bytes;
        h->sum_up[i] += up_bytes;
        h->sum_overhead[i] += overhead_bytes;
        if ((second + 1) % slot_s != 0)
            continue;
        h->slots[rings[i].at + second / slot_s % rings[i].n] =
            (struct history_rate){.down_Bps = mean(h->sum_down[i], slot_s),
                                  .up_Bps = mean(h->sum_up[i], slot_s),
                                  .overhead_Bps =
                                      mean(h->sum_overhead[i], slot_s)};
        h->sum_down[i] = h->sum_up[i] = h->sum_overhead[i] = 0;
    }
}

void history_idle(struct history *h, int64_t now_s)
{
    if (now_s - h->now_s > DAY_S) {
        /* Nothing of what was is left in any ring. */
        memset(h->slots, 0, sizeof h->slots);
        memset(h->sum_down, 0, sizeof h->sum_down);
        memset(h->sum_up, 0, sizeof h->sum_up);
        memset(h->sum_overhead, 0, sizeof h->sum_overhead);
        h->now_s = now_s;
    }
    while (h->now_s < now_s)
        push(h, 0, 0, 0);
}

void history_add(struct history *h, int64_t now_s, uint64_t down_bytes,
                 uint64_t up_bytes, uint64_t overhead_bytes)
{
    if (now_s <= h->now_s)
        return;
    history_idle(h, now_s - 1);
    push(h, down_bytes, up_bytes, overhead_bytes);
}

uint32_t history_slot_s(enum history_ring ring)
{
    return rings[ring].slot_s;
}

static uint64_t seconds_of(const struct history *h)
{
    return (uint64_t)(h->now_s - h->first_s + 1);
}

size_t history_len(const struct history *h, enum history_ring ring)
{
    uint64_t n = seconds_of(h) / rings[ring].slot_s;
    return n < rings[ring].n ? (size_t)n : rings[ring].n;
}

struct history_rate history_at(const struct history *h, enum history_ring ring,
                               size_t age)
{
    uint64_t n = seconds_of(h) / rings[ring].slot_s;
    return h->slots[rings[ring].at + (n - 1 - age) % rings[ring].n];
}

/* The finest ring that holds the last span_s seconds, or all there is of them. */
static enum history_ring ring_for(const struct history *h, uint32_t span_s)
{
    uint64_t want = seconds_of(h) < span_s ? seconds_of(h) : span_s;
    if (want <= HISTORY_SLOTS_1S)
        return HISTORY_1S;
    return want <= HISTORY_SLOTS_10S * 10 ? HISTORY_10S : HISTORY_5M;
}

/* The mean over slots of the ages first..last-1, as far as there are any. */
static struct history_rate mean_of(const struct history *h,
                                   enum history_ring ring, size_t first,
                                   size_t last)
{
    uint64_t down = 0, up = 0, overhead = 0;
    size_t len = history_len(h, ring);
    if (last > len)
        last = len;
    if (first >= last)
        return (struct history_rate){0};
    for (size_t age = first; age < last; age++) {
        struct history_rate r = history_at(h, ring, age);
        down += r.down_Bps;
        up += r.up_Bps;
        overhead += r.overhead_Bps;
    }
    return (struct history_rate){.down_Bps = mean(down, last - first),
                                 .up_Bps = mean(up, last - first),
                                 .overhead_Bps = mean(overhead, last - first)};
}

size_t history_columns(const struct history *h, uint32_t span_s,
                       struct history_rate *out, size_t n)
{
    enum history_ring ring = ring_for(h, span_s);
    uint64_t slot_s = rings[ring].slot_s;
    uint64_t n_slots = seconds_of(h) / slot_s; /* ever */
    size_t len = history_len(h, ring);
    size_t n_known = 0;
    memset(out, 0, n * sizeof *out);
    if (len == 0)
        return 0;
    /* Columns are counted from the beginning, so that what one covers does not change
     * from second to second. */
    uint64_t newest = (n_slots * slot_s * n - 1) / span_s;
    for (size_t back = 0; back < n && back <= newest; back++) {
        uint64_t column = newest - back;
        uint64_t first = column * span_s / n / slot_s;
        uint64_t end = (column + 1) * span_s / n / slot_s;
        if (end <= first)
            end = first + 1;
        if (end > n_slots)
            end = n_slots;
        if (n_slots - end >= len)
            break;
        out[n - 1 - back] = mean_of(h, ring, (size_t)(n_slots - end),
                                    (size_t)(n_slots - first));
        n_known = back + 1;
    }
    return n_known;
}

struct history_stats history_stats(const struct history *h, uint32_t span_s)
{
    struct history_stats s = {0};
    enum history_ring ring = ring_for(h, span_s);
    uint64_t n = (span_s + rings[ring].slot_s - 1) / rings[ring].slot_s;
    size_t len = history_len(h, ring);
    if (n > len)
        n = len;
    for (size_t age = 0; age < n; age++) {
        struct history_rate r = history_at(h, ring, age);
        s.down_mean_Bps += r.down_Bps;
        s.up_mean_Bps += r.up_Bps;
        s.overhead_mean_Bps += r.overhead_Bps;
        if (r.down_Bps > s.down_max_Bps)
            s.down_max_Bps = r.down_Bps;
        if (r.up_Bps > s.up_max_Bps)
            s.up_max_Bps = r.up_Bps;
    }
    if (n > 0) {
        s.down_mean_Bps /= n;
        s.up_mean_Bps /= n;
        s.overhead_mean_Bps /= n;
    }
    return s;
}

/* Seconds, rounded up. */
static int64_t seconds_for(uint64_t left_bytes, uint64_t rate_Bps)
{
    uint64_t s = left_bytes / rate_Bps + (left_bytes % rate_Bps > 0 ? 1 : 0);
    return s > INT64_MAX ? INT64_MAX : (int64_t)s;
}

bool history_eta(const struct history *h, uint64_t left_bytes, int64_t *mid_s,
                 int64_t *low_s, int64_t *high_s)
{
    size_t len = history_len(h, HISTORY_1S);
    size_t n = len < ETA_WINDOW_S ? len : ETA_WINDOW_S;
    size_t part = n < ETA_RANGE_S ? n : ETA_RANGE_S;
    uint64_t mid = mean_of(h, HISTORY_1S, 0, n).down_Bps;
    if (mid < eta_least_Bps)
        return false;
    uint64_t fastest = mid, slowest = mid;
    for (size_t at = 0; at + part <= n; at++) {
        uint64_t r = mean_of(h, HISTORY_1S, at, at + part).down_Bps;
        fastest = r > fastest ? r : fastest;
        slowest = r < slowest ? r : slowest;
    }
    *mid_s = seconds_for(left_bytes, mid);
    *low_s = seconds_for(left_bytes, fastest);
    *high_s = slowest < eta_least_Bps ? -1 : seconds_for(left_bytes, slowest);
    return true;
}
