/* history.h -- how fast a torrent went, kept in three rings, fed from one sample a
 * second: 5 minutes of seconds, an hour of 10 s, a day of 5 min; a coarse slot is the
 * mean of its seconds.
 * Seconds that nobody told are zero: an idle torrent needs no feeding.
 * Time is whole seconds of the engine's clock (ms / 1000), so that a late or a missing
 * sample moves nothing.
 * Plain values without pointers: copied whole into a detail. Costs: O(1) a sample;
 * reading, O(slots read). */
#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum history_ring {
    HISTORY_1S,  /* 300 slots: 5 minutes */
    HISTORY_10S, /* 360 slots: an hour */
    HISTORY_5M,  /* 288 slots: a day */
    HISTORY_N_RINGS
};

enum {
    HISTORY_SLOTS_1S = 300,
    HISTORY_SLOTS_10S = 360,
    HISTORY_SLOTS_5M = 288,
    HISTORY_SLOTS = HISTORY_SLOTS_1S + HISTORY_SLOTS_10S + HISTORY_SLOTS_5M
};

struct history_rate {
    uint32_t down_Bps; /* payload; saturating */
    uint32_t up_Bps;
    uint32_t overhead_Bps; /* beside payload, both ways */
};

struct history {
    int64_t first_s; /* the second it begins with */
    int64_t now_s;   /* the latest that is whole; first_s - 1: none yet */
    struct history_rate slots[HISTORY_SLOTS]; /* the rings, one by one */
    uint64_t sum_down[HISTORY_N_RINGS];       /* of the coarse slot begun */
    uint64_t sum_up[HISTORY_N_RINGS];
    uint64_t sum_overhead[HISTORY_N_RINGS];
};

/* Begin with nothing; now_s is the first second that may be told. */
void history_init(struct history *h, int64_t now_s);
/* In second now_s so many bytes moved: payload, and beside it. Seconds between the
 * latest and this one were idle; a second not after the latest is ignored. */
void history_add(struct history *h, int64_t now_s, uint64_t down_bytes,
                 uint64_t up_bytes, uint64_t overhead_bytes);
/* All seconds up to now_s were idle. */
void history_idle(struct history *h, int64_t now_s);

/* Seconds that one slot covers: 1, 10, 300. */
uint32_t history_slot_s(enum history_ring ring);
/* How many slots of it are filled. */
size_t history_len(const struct history *h, enum history_ring ring);
/* The slot `age` back from the latest whole one (0: that one); age < history_len(). */
struct history_rate history_at(const struct history *h, enum history_ring ring,
                               size_t age);

/* The span_s seconds up to now resampled to n columns, oldest first: each the mean of
 * what it covers, from the finest ring that reaches so far. They move by whole columns
 * as time goes on, so the last one may cover less than the others. Columns before the
 * history began are 0; return how many at the end are not. span_s, n >= 1. */
size_t history_columns(const struct history *h, uint32_t span_s,
                       struct history_rate *out, size_t n);

struct history_stats {
    uint64_t down_mean_Bps, down_max_Bps;
    uint64_t up_mean_Bps, up_max_Bps;
    uint64_t overhead_mean_Bps; /* of both ways */
};
/* Over the span_s seconds up to now, or what there is of it. */
struct history_stats history_stats(const struct history *h, uint32_t span_s);

/* When left_bytes will have come, judged by the last minute: the middle, and a range
 * from its fastest and slowest 20 s; high_s -1 when those were under 1000 bytes a
 * second. False, nothing written, while the whole minute is. */
bool history_eta(const struct history *h, uint64_t left_bytes, int64_t *mid_s,
                 int64_t *low_s, int64_t *high_s);

#endif
