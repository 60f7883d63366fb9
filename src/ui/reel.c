#include "config.h"

#include "ui/reel.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "model/frame.h"
#include "ui/still.h"
#include "util/xalloc.h"

enum { SECOND_MS = 1000, MAX_STILLS = REEL_SPAN_S + 1 };

struct reel {
    size_t max_bytes, bytes;
    struct frame *latest; /* owned */
    struct frame *shown;  /* owned, unless it is the latest; NULL: not held */
    size_t n;
    struct still *stills[MAX_STILLS]; /* owned; the oldest first */
};

struct reel *reel_new(size_t max_bytes)
{
    struct reel *r = xzalloc(sizeof *r);
    r->max_bytes = max_bytes;
    return r;
}

void reel_free(struct reel *r)
{
    if (r == NULL)
        return;
    reel_release(r);
    frame_free(r->latest);
    for (size_t i = 0; i < r->n; i++)
        still_free(r->stills[i]);
    free(r);
}

static int64_t second_of(int64_t at_ms)
{
    return at_ms / SECOND_MS;
}

int64_t reel_at_ms(const struct reel *r, size_t i)
{
    assert(i < r->n);
    return still_at_ms(r->stills[i]);
}

/* Take out the i-th. */
static void drop(struct reel *r, size_t i)
{
    struct still *out = r->stills[i];
    r->bytes -= still_bytes(out);
    if (i > 0) {
        struct still *older = r->stills[i - 1];
        r->bytes -= still_bytes(older);
        /* Those older than the newest lean on it: it goes last. */
        assert(i + 1 < r->n);
        still_bridge(&r->stills[i - 1], r->n - (i - 1));
        r->bytes += still_bytes(older);
    }
    still_free(out);
    r->n--;
    memmove(&r->stills[i], &r->stills[i + 1],
            (r->n - i) * sizeof(struct still *));
}

/* Which is missed least: the gap that it leaves is the smallest share of its age. */
static size_t least_missed(const struct reel *r)
{
    size_t least = 0;
    int64_t least_gap = INT64_MAX, least_age = 1;
    int64_t newest_ms = reel_at_ms(r, r->n - 1);
    for (size_t i = 1; i + 1 < r->n; i++) {
        int64_t gap = reel_at_ms(r, i + 1) - reel_at_ms(r, i - 1);
        int64_t age = newest_ms - reel_at_ms(r, i);
        /* gap / age < least_gap / least_age; both are below ten minutes. */
        if (least == 0 || gap * least_age < least_gap * age) {
            least = i;
            least_gap = gap;
            least_age = age;
        }
    }
    return least;
}

/* Make of a frame, which is taken, the newest moment. */
static void keep(struct reel *r, struct frame *f)
{
    struct still *newest = still_new(f);
    int64_t now_ms = still_at_ms(newest);
    if (r->n > 0) {
        struct still *before = r->stills[r->n - 1];
        r->bytes -= still_bytes(before);
        still_pack(before, newest);
        r->bytes += still_bytes(before);
    }
    while (r->n > 0 &&
           second_of(now_ms) - second_of(reel_at_ms(r, 0)) >= REEL_SPAN_S)
        drop(r, 0);
    assert(r->n < MAX_STILLS);
    r->stills[r->n++] = newest;
    r->bytes += still_bytes(newest);
    while (r->n > 0 && r->bytes > r->max_bytes)
        drop(r, r->n > 2 ? least_missed(r) : 0);
}

static bool is_wanted(const struct reel *r, const struct frame *f)
{
    return r->n == 0 ||
           second_of(f->now_ms) > second_of(reel_at_ms(r, r->n - 1));
}

void reel_put(struct reel *r, struct frame *f)
{
    struct frame *before = r->latest;
    r->latest = f;
    if (before == NULL || before == r->shown)
        return; /* what is shown has its owner already */
    if (is_wanted(r, before))
        keep(r, before);
    else
        frame_free(before);
}

const struct frame *reel_latest(const struct reel *r)
{
    return r->latest;
}

const struct frame *reel_shown(const struct reel *r)
{
    return r->shown != NULL ? r->shown : r->latest;
}

static void show(struct reel *r, struct frame *f)
{
    if (r->shown != r->latest)
        frame_free(r->shown);
    r->shown = f;
}

void reel_hold(struct reel *r)
{
    if (r->shown == NULL)
        r->shown = r->latest;
}

void reel_release(struct reel *r)
{
    show(r, NULL);
}

bool reel_is_held(const struct reel *r)
{
    return r->shown != NULL;
}

static bool step_back(struct reel *r, int64_t from_s, int64_t to_s)
{
    size_t i = r->n;
    while (i > 0 && second_of(reel_at_ms(r, i - 1)) > to_s)
        i--;
    i = i > 0 ? i - 1 : 0;
    if (r->n == 0 || second_of(reel_at_ms(r, i)) >= from_s)
        return false;
    show(r, still_frame(&r->stills[i], r->n - i));
    return true;
}

static bool step_on(struct reel *r, int64_t to_s)
{
    size_t i = 0;
    while (i < r->n && second_of(reel_at_ms(r, i)) < to_s)
        i++;
    if (i == r->n && r->shown == r->latest)
        return false;
    show(r, i < r->n ? still_frame(&r->stills[i], r->n - i) : r->latest);
    return true;
}

bool reel_settle(struct reel *r)
{
    if (r->shown == NULL)
        return false;
    int64_t shown_ms = r->shown->now_ms;
    size_t i = r->n;
    while (i > 0 && reel_at_ms(r, i - 1) >= shown_ms)
        i--;
    if (i == 0 || second_of(reel_at_ms(r, i - 1)) != second_of(shown_ms))
        return false;
    show(r, still_frame(&r->stills[i - 1], r->n - (i - 1)));
    return true;
}

bool reel_step(struct reel *r, int seconds)
{
    if (r->shown == NULL)
        return false;
    int64_t from_s = second_of(r->shown->now_ms);
    return seconds < 0 ? step_back(r, from_s, from_s + seconds)
                       : step_on(r, from_s + seconds);
}

int64_t reel_ago_s(const struct reel *r)
{
    if (r->shown == NULL)
        return 0;
    return (r->latest->now_ms - r->shown->now_ms) / SECOND_MS;
}

size_t reel_n(const struct reel *r)
{
    return r->n;
}

size_t reel_bytes(const struct reel *r)
{
    return r->bytes;
}
