/* webseed.h -- how one web server is to be treated: how many requests at once, how long
 * each, when again after an error, when never again. Fetches nothing, knows no URL, no
 * pieces, no clock.
 *   READY    may be asked
 *   RESTING  failed: not before retry_ms
 *   DROPPED  wrong data, or nothing to be had there: never again
 * One request at a time until the first block came, and of a server that ignores ranges;
 * then three, or as many as it bore without error. A request is what the server sends in
 * 10 s, 4 MiB at most: a slow one holds little up. An error after some blocks is followed
 * by a short rest, one without any by 30 s, doubled each time, an hour at most; the
 * server's own wish counts when it is longer.
 * A value; loop thread only. All O(1). */
#ifndef SWARM_WEBSEED_H
#define SWARM_WEBSEED_H

#include "swarm/pace.h"
#include "util/err.h"
#include "util/rate.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WEBSEED_MAX_ACTIVE = 3,
    WEBSEED_MIN_RUN = 64 << 10, /* bytes of a request; likewise below */
    WEBSEED_FIRST_RUN = 1 << 20,
    WEBSEED_MAX_RUN = 4 << 20,
    WEBSEED_RANGELESS_RUN = 16 << 20,
    WEBSEED_RUN_S = 10,
    WEBSEED_STALL_MS = 20 * 1000, /* without a byte: it is given up */
    WEBSEED_LATE_S = 30, /* to its end at its pace: of more the tail is taken back */
    WEBSEED_SHORT_REST_MS = 2 * 1000,
    WEBSEED_REST_MS = 30 * 1000,
    WEBSEED_MAX_REST_MS = 60 * 60 * 1000
};

enum webseed_state { WEBSEED_READY, WEBSEED_RESTING, WEBSEED_DROPPED };

struct webseed {
    enum webseed_state state;
    int64_t retry_ms; /* RESTING: when it is over */
    uint32_t n_fails; /* in a row, without a block between */
    uint32_t n_active, max_active;
    bool is_proven;        /* a block came since the last error */
    bool is_rangeless;     /* it sends files only whole */
    struct rate rate;      /* payload */
    struct pace pace;
    int64_t last_block_ms; /* 0: none ever */
    struct cause words;    /* of the latest error, clean; "" when all is well */
};

void webseed_init(struct webseed *w);
/* May one more request begin? A rest that is over ends here. */
bool webseed_may_begin(struct webseed *w, int64_t now_ms);
/* How many bytes the next request is to be, at most. */
uint64_t webseed_run_bytes(struct webseed *w, int64_t now_ms);
/* A request begins; a block of it came; it ended well, or was ended by us. */
void webseed_on_begin(struct webseed *w);
void webseed_on_block(struct webseed *w, uint32_t len, int64_t now_ms);
void webseed_on_end(struct webseed *w);
/* A request failed. had_blocks: some of it came; wish_s: how long it is to be left alone by
 * its own words, 0: not told; words: clean, copied. */
void webseed_on_failed(struct webseed *w, bool had_blocks, int64_t wish_s,
                       const char *words, int64_t now_ms);
/* What it rested for is over: it is ready, and its failures are forgotten. */
void webseed_wake(struct webseed *w);
/* It ignores ranges: one request at a time, and long ones. */
void webseed_on_rangeless(struct webseed *w);
/* Never again. words: why; clean, copied. */
void webseed_drop(struct webseed *w, const char *words);
/* When it is to be looked at again; INT64_MAX: it waits for nothing. */
int64_t webseed_deadline_ms(const struct webseed *w);

/* How many of n_left blocks, the next of which is on its way, a request should keep that
 * got got_bytes in took_ms: fewer than n_left when it would take too long. */
uint32_t webseed_keep(uint32_t n_left, uint64_t got_bytes, int64_t took_ms);

/* Assert its invariants: for tests. */
void webseed_check(const struct webseed *w);

#endif
