#include "config.h"

#include "util/rate.h"

#include <stdbool.h>
#include <string.h>

void rate_init(struct rate *r)
{
    *r = (struct rate){.started_ms = -1};
}

/* Begin as many new slots as time has passed; the window's oldest fall out. */
static void advance(struct rate *r, int64_t now_ms)
{
    int64_t n = (now_ms - r->slot_start_ms) / RATE_SLOT_MS;
    if (n <= 0)
        return;
    r->slot_start_ms += n * RATE_SLOT_MS;
    if (n >= RATE_SLOTS) {
        memset(r->slots, 0, sizeof r->slots);
        return;
    }
    for (; n > 0; n--) {
        r->slot = (r->slot + 1) % RATE_SLOTS;
        r->slots[r->slot] = 0;
    }
}

void rate_add(struct rate *r, uint64_t len, int64_t now_ms)
{
    if (len == 0)
        return;
    if (r->started_ms < 0) {
        r->started_ms = now_ms;
        r->slot_start_ms = now_ms;
    }
    advance(r, now_ms);
    r->total += len;
    uint32_t *slot = &r->slots[r->slot];
    *slot = len > UINT32_MAX - *slot ? UINT32_MAX : *slot + (uint32_t)len;
}

uint64_t rate_Bps(struct rate *r, int64_t now_ms)
{
    if (r->started_ms < 0)
        return 0;
    advance(r, now_ms);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < RATE_SLOTS; i++)
        sum += r->slots[i];

    int64_t in_slot_ms =
        now_ms > r->slot_start_ms ? now_ms - r->slot_start_ms : 0;
    int64_t window_ms = (RATE_SLOTS - 1) * RATE_SLOT_MS + in_slot_ms;
    int64_t age_ms = now_ms - r->started_ms;
    if (window_ms > age_ms)
        window_ms = age_ms;
    if (window_ms < RATE_SLOT_MS)
        window_ms = RATE_SLOT_MS;
    return sum * 1000 / (uint64_t)window_ms;
}

enum {
    BURST_MS = 250,
    BURST_MIN_LEN = 16 * 1024 /* one block */
};

static const int64_t LIMIT_MAX_Bps = INT64_C(1000000000000);
static const int64_t DEBT_MAX_mB = INT64_MAX / 4;

static int64_t burst_mB(const struct bucket *b)
{
    int64_t burst = (int64_t)b->limit_Bps * BURST_MS;
    int64_t least = (int64_t)BURST_MIN_LEN * 1000;
    return burst > least ? burst : least;
}

/* limit_Bps times milliseconds is thousandths of a byte, without a rest. The
 * product is made only where it stays below the burst. */
static void refill(struct bucket *b, int64_t now_ms)
{
    int64_t passed_ms = now_ms - b->filled_ms;
    if (passed_ms <= 0)
        return;
    b->filled_ms = now_ms;
    int64_t limit = (int64_t)b->limit_Bps;
    int64_t missing_mB = burst_mB(b) - b->tokens_mB;
    if (passed_ms > missing_mB / limit)
        b->tokens_mB += missing_mB;
    else
        b->tokens_mB += passed_ms * limit;
}

void bucket_init(struct bucket *b, uint64_t limit_Bps, int64_t now_ms)
{
    *b = (struct bucket){.limit_Bps = BUCKET_UNLIMITED};
    bucket_set_limit(b, limit_Bps, now_ms);
}

void bucket_set_limit(struct bucket *b, uint64_t limit_Bps, int64_t now_ms)
{
    bool was_limited = b->limit_Bps != BUCKET_UNLIMITED;
    if (was_limited)
        refill(b, now_ms);
    b->limit_Bps = limit_Bps > (uint64_t)LIMIT_MAX_Bps ? (uint64_t)LIMIT_MAX_Bps
                                                       : limit_Bps;
    b->filled_ms = now_ms;
    if (!was_limited || b->tokens_mB > burst_mB(b))
        b->tokens_mB = burst_mB(b);
}

uint64_t bucket_avail(struct bucket *b, int64_t now_ms)
{
    if (b->limit_Bps == BUCKET_UNLIMITED)
        return UINT64_MAX;
    refill(b, now_ms);
    return b->tokens_mB > 0 ? (uint64_t)b->tokens_mB / 1000 : 0;
}

void bucket_take(struct bucket *b, uint64_t len, int64_t now_ms)
{
    if (b->limit_Bps == BUCKET_UNLIMITED)
        return;
    refill(b, now_ms);
    int64_t most_mB = b->tokens_mB + DEBT_MAX_mB;
    if (len > (uint64_t)most_mB / 1000)
        b->tokens_mB = -DEBT_MAX_mB;
    else
        b->tokens_mB -= (int64_t)len * 1000;
}

int64_t bucket_wait_ms(struct bucket *b, uint64_t want, int64_t now_ms)
{
    if (b->limit_Bps == BUCKET_UNLIMITED)
        return 0;
    refill(b, now_ms);
    int64_t want_mB = burst_mB(b);
    if (want < (uint64_t)want_mB / 1000)
        want_mB = (int64_t)want * 1000;
    int64_t missing_mB = want_mB - b->tokens_mB;
    if (missing_mB <= 0)
        return 0;
    int64_t limit = (int64_t)b->limit_Bps;
    return missing_mB / limit + (missing_mB % limit != 0);
}
