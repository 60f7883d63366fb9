/* rate.h -- how fast bytes move, and how fast they may.
 * `rate` is a moving average over a few seconds, fed with byte counts and read
 * at any time; `bucket` is a token bucket for limits. Time is passed in. */
#ifndef UTIL_RATE_H
#define UTIL_RATE_H

#include <stdint.h>

enum { RATE_SLOT_MS = 250, RATE_SLOTS = 20 }; /* a window of 5 s */

struct rate {
    uint64_t total;     /* bytes since birth */
    int64_t started_ms; /* of the first byte; -1 before */
    int64_t slot_start_ms;
    uint32_t slot;              /* index of the slot being filled */
    uint32_t slots[RATE_SLOTS]; /* bytes, saturating */
};

/* Begin with nothing counted. */
void rate_init(struct rate *r);
/* Count len bytes that moved now. */
void rate_add(struct rate *r, uint64_t len, int64_t now_ms);
/* Bytes a second over the window, or over the time since the first byte while
 * that is shorter (at least one slot). */
uint64_t rate_Bps(struct rate *r, int64_t now_ms);

enum { BUCKET_UNLIMITED = 0 };

/* Tokens are bytes; the burst is what the limit gives in 250 ms, at least
 * 16 KiB. Limits above 10^12 and debts above 2^51 bytes count as these. */
struct bucket {
    uint64_t limit_Bps; /* 0: unlimited */
    int64_t tokens_mB;  /* in thousandths of a byte; negative: a debt */
    int64_t filled_ms;
};

/* Begin full. */
void bucket_init(struct bucket *b, uint64_t limit_Bps, int64_t now_ms);
/* Change the limit from now on: a debt stays, tokens above the new burst are
 * lost; one that was unlimited begins full. */
void bucket_set_limit(struct bucket *b, uint64_t limit_Bps, int64_t now_ms);
/* How many bytes may move now; UINT64_MAX when unlimited. */
uint64_t bucket_avail(struct bucket *b, int64_t now_ms);
/* Take len bytes, also beyond what is there: the debt is waited for. */
void bucket_take(struct bucket *b, uint64_t len, int64_t now_ms);
/* Milliseconds, rounded up, until `want` bytes (at most the burst) are there;
 * 0 when they are. */
int64_t bucket_wait_ms(struct bucket *b, uint64_t want, int64_t now_ms);

#endif
