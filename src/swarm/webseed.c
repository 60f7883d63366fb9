#include "config.h"

#include "swarm/webseed.h"

#include <assert.h>

#include "meta/geometry.h"

enum { JUDGE_AFTER_MS = 5000 }; /* a request's pace is not known before */

void webseed_init(struct webseed *w)
{
    *w = (struct webseed){.state = WEBSEED_READY,
                          .max_active = WEBSEED_MAX_ACTIVE};
    rate_init(&w->rate);
}

bool webseed_may_begin(struct webseed *w, int64_t now_ms)
{
    if (w->state == WEBSEED_RESTING && now_ms >= w->retry_ms)
        w->state = WEBSEED_READY;
    uint32_t max = w->is_proven && !w->is_rangeless ? w->max_active : 1;
    return w->state == WEBSEED_READY && w->n_active < max;
}

uint64_t webseed_run_bytes(struct webseed *w, int64_t now_ms)
{
    if (w->is_rangeless)
        return WEBSEED_RANGELESS_RUN;
    if (!w->is_proven)
        return WEBSEED_FIRST_RUN;
    uint64_t bytes =
        rate_Bps(&w->rate, now_ms) * WEBSEED_RUN_S / (w->n_active + 1);
    if (bytes < WEBSEED_MIN_RUN)
        return WEBSEED_MIN_RUN;
    return bytes < WEBSEED_MAX_RUN ? bytes : WEBSEED_MAX_RUN;
}

void webseed_on_begin(struct webseed *w)
{
    assert(w->state == WEBSEED_READY);
    w->n_active++;
}

void webseed_on_block(struct webseed *w, uint32_t len, int64_t now_ms)
{
    rate_add(&w->rate, len, now_ms);
    pace_on_block(&w->pace, len, true, now_ms);
    w->last_block_ms = now_ms;
    w->is_proven = true;
    w->n_fails = 0;
}

void webseed_on_end(struct webseed *w)
{
    assert(w->n_active > 0);
    w->n_active--;
    if (w->n_active == 0)
        pace_pause(&w->pace);
    if (w->state == WEBSEED_READY && w->is_proven)
        w->words.text[0] = '\0';
}

static int64_t rest_ms(const struct webseed *w, int64_t wish_s)
{
    int64_t ms = WEBSEED_SHORT_REST_MS;
    if (w->n_fails > 0) {
        ms = WEBSEED_REST_MS;
        for (uint32_t i = 1; i < w->n_fails && ms < WEBSEED_MAX_REST_MS; i++)
            ms *= 2;
    }
    if (wish_s > WEBSEED_MAX_REST_MS / 1000)
        wish_s = WEBSEED_MAX_REST_MS / 1000;
    if (wish_s * 1000 > ms)
        ms = wish_s * 1000;
    return ms < WEBSEED_MAX_REST_MS ? ms : WEBSEED_MAX_REST_MS;
}

void webseed_on_failed(struct webseed *w, bool had_blocks, int64_t wish_s,
                       const char *words, int64_t now_ms)
{
    assert(w->n_active > 0);
    w->n_active--;
    if (w->n_active == 0)
        pace_pause(&w->pace);
    if (w->state == WEBSEED_DROPPED)
        return;
    cause_set(&w->words, "%s", words);
    if (w->n_active > 0 && !had_blocks) {
        /* It serves the others: so many it bears. */
        w->max_active = w->n_active;
        return;
    }
    if (!had_blocks) {
        w->n_fails++;
        w->is_proven = false;
    }
    w->state = WEBSEED_RESTING;
    w->retry_ms = now_ms + rest_ms(w, wish_s);
}

void webseed_wake(struct webseed *w)
{
    if (w->state != WEBSEED_RESTING)
        return;
    w->state = WEBSEED_READY;
    w->n_fails = 0;
}

void webseed_on_rangeless(struct webseed *w)
{
    w->is_rangeless = true;
}

void webseed_drop(struct webseed *w, const char *words)
{
    w->state = WEBSEED_DROPPED;
    cause_set(&w->words, "%s", words);
}

int64_t webseed_deadline_ms(const struct webseed *w)
{
    return w->state == WEBSEED_RESTING ? w->retry_ms : INT64_MAX;
}

uint32_t webseed_keep(uint32_t n_left, uint64_t got_bytes, int64_t took_ms)
{
    if (took_ms < JUDGE_AFTER_MS)
        return n_left;
    uint64_t rate_Bps = got_bytes * 1000 / (uint64_t)took_ms;
    if ((uint64_t)n_left * GEOMETRY_BLOCK_LEN <= rate_Bps * WEBSEED_LATE_S)
        return n_left;
    uint64_t n = rate_Bps * WEBSEED_RUN_S / GEOMETRY_BLOCK_LEN;
    if (n == 0)
        n = 1;
    return n < n_left ? (uint32_t)n : n_left;
}

void webseed_check(const struct webseed *w)
{
    assert(w->n_active <= WEBSEED_MAX_ACTIVE);
    assert(w->max_active >= 1 && w->max_active <= WEBSEED_MAX_ACTIVE);
    assert(w->state != WEBSEED_RESTING || w->words.text[0] != '\0');
    assert(w->state != WEBSEED_DROPPED || w->words.text[0] != '\0');
}
