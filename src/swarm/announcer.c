#include "config.h"

#include "swarm/announcer.h"

#include "swarm/tiers.h"
#include "swarm/tracker_entry.h"
#include "util/xalloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* States: running, when each walk waits for its next_ms or for the answer to
 * the one announce that it has in flight; and not running, when trackers that
 * know us wait to be told, or to answer, `stopped`.
 * A walk goes over all trackers, or with all_tiers over those of one tier. It
 * needs no cursor: a tracker that failed is not to be tried for 20 s or more,
 * so the next in order is the first that may be tried now. */

struct walk {
    uint32_t tier; /* with all_tiers */
    int64_t next_ms;
};

struct announcer {
    struct announcer_config config;
    struct announcer_host host;
    bool is_running;
    bool is_shuffled;
    size_t n, n_disabled;
    struct tracker_entry **entries; /* owned: n of them, and each */
    struct tiers tiers;
    size_t n_walks;
    struct walk *walks; /* owned: n_walks of them */
};

_Static_assert((int)TIERS_MAX >= (int)ANNOUNCER_MAX_TRACKERS,
               "tiers hold every tracker");

struct announcer *announcer_new(const struct announcer_config *config,
                                const struct announcer_host *host)
{
    struct announcer *a = xzalloc(sizeof *a);

    a->config = *config;
    a->host = *host;
    while (a->config.key == 0)
        a->config.key = rng_u32(config->rng);
    tiers_init(&a->tiers);
    return a;
}

void announcer_free(struct announcer *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < a->n; i++) {
        tracker_entry_fini(a->entries[i]);
        free(a->entries[i]);
    }
    free(a->entries);
    free(a->walks);
    free(a);
}

static bool in_walk(const struct announcer *a, const struct walk *w, size_t idx)
{
    return !a->config.all_tiers || a->tiers.tier_of[idx] == w->tier;
}

/* The walk that a tracker belongs to; n_walks while it has none yet. */
static size_t walk_of(const struct announcer *a, size_t idx)
{
    size_t i = 0;

    while (i < a->n_walks && !in_walk(a, &a->walks[i], idx))
        i++;
    return i;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool has_known_scheme(const char *url)
{
    static const char *const SCHEMES[] = {"udp://", "http://", "https://"};

    for (size_t i = 0; i < sizeof SCHEMES / sizeof SCHEMES[0]; i++)
        if (strncasecmp(url, SCHEMES[i], strlen(SCHEMES[i])) == 0)
            return true;
    return false;
}

static bool has_url(const struct announcer *a, const char *url, size_t len)
{
    for (size_t i = 0; i < a->n; i++)
        if (strlen(a->entries[i]->url) == len &&
            memcmp(a->entries[i]->url, url, len) == 0)
            return true;
    return false;
}

enum err announcer_add(struct announcer *a, uint32_t tier, const char *url)
{
    size_t idx = a->n;
    size_t len;

    while (is_blank(*url))
        url++;
    len = strnlen(url, TRACKER_MAX_URL + 1);
    if (len > TRACKER_MAX_URL || a->n == ANNOUNCER_MAX_TRACKERS)
        return ERR_TOO_BIG;
    while (len > 0 && is_blank(url[len - 1]))
        len--;
    if (!has_known_scheme(url))
        return ERR_UNSUPPORTED;
    if (has_url(a, url, len))
        return ERR_BUSY;
    a->entries =
        xreallocarray(a->entries, idx + 1, sizeof(struct tracker_entry *));
    a->entries[idx] = xzalloc(sizeof *a->entries[idx]);
    tracker_entry_init(a->entries[idx], url, len);
    tiers_add(&a->tiers, tier);
    a->n++;
    size_t walk = walk_of(a, idx);
    if (walk == a->n_walks) {
        a->walks = xreallocarray(a->walks, a->n_walks + 1, sizeof *a->walks);
        a->walks[a->n_walks++] = (struct walk){.tier = tier};
    } else if (a->walks[walk].next_ms == TRACKER_ENTRY_NEVER_MS)
        a->walks[walk].next_ms = 0; /* it had nobody to ask */
    return OK;
}

static bool has_tracker(const struct announcer *a, const struct walk *w)
{
    for (size_t i = 0; i < a->n; i++)
        if (in_walk(a, w, i))
            return true;
    return false;
}

void announcer_remove(struct announcer *a, size_t tracker_idx, int64_t now_ms)
{
    assert(tracker_idx < a->n);
    size_t walk = walk_of(a, tracker_idx);
    a->n_disabled -= a->entries[tracker_idx]->is_disabled;
    tracker_entry_fini(a->entries[tracker_idx]);
    free(a->entries[tracker_idx]);
    a->n--;
    memmove(a->entries + tracker_idx, a->entries + tracker_idx + 1,
            (a->n - tracker_idx) * sizeof a->entries[0]);
    tiers_remove(&a->tiers, tracker_idx);
    if (has_tracker(a, &a->walks[walk])) {
        a->walks[walk].next_ms = now_ms; /* another may be asked in its place */
        return;
    }
    a->n_walks--;
    memmove(a->walks + walk, a->walks + walk + 1,
            (a->n_walks - walk) * sizeof a->walks[0]);
}

static int64_t min_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t max_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The tracker that a walk would use at a time: the first in order that may be
 * tried then. None: ANNOUNCER_MAX_TRACKERS, and when one may in *soonest_out.
 */
static size_t first_ready(const struct announcer *a, const struct walk *w,
                          int64_t when_ms, int64_t *soonest_out)
{
    *soonest_out = TRACKER_ENTRY_NEVER_MS;
    for (size_t place = 0; place < a->n; place++) {
        size_t idx = a->tiers.order[place];
        const struct tracker_entry *e = a->entries[idx];

        if (e->is_disabled || !in_walk(a, w, idx))
            continue;
        if (e->not_before_ms <= when_ms)
            return idx;
        *soonest_out = min_of(*soonest_out, e->not_before_ms);
    }
    return ANNOUNCER_MAX_TRACKERS;
}

/* The `stopped` of a disabled one holds nobody up. */
static bool is_awaited(const struct tracker_entry *e)
{
    return e->in_flight && !e->is_disabled;
}

static bool awaits_answer(const struct announcer *a, const struct walk *w)
{
    for (size_t i = 0; i < a->n; i++)
        if (is_awaited(a->entries[i]) && in_walk(a, w, i))
            return true;
    return false;
}

static void cancel(struct announcer *a, size_t idx)
{
    if (is_awaited(a->entries[idx]))
        a->host.cancel(a->host.ctx, idx);
}

void announcer_disable(struct announcer *a, size_t tracker_idx, int64_t now_ms)
{
    assert(tracker_idx < a->n);
    struct tracker_entry *e = a->entries[tracker_idx];
    bool is_used = e->is_known || e->in_flight;

    if (e->is_disabled)
        return;
    if (a->is_running)
        cancel(a, tracker_idx);
    tracker_entry_disable(e, a->is_running, now_ms);
    a->n_disabled++;
    if (is_used) /* another is asked in its place */
        a->walks[walk_of(a, tracker_idx)].next_ms = now_ms;
}

void announcer_enable(struct announcer *a, size_t tracker_idx, int64_t now_ms)
{
    assert(tracker_idx < a->n);
    struct tracker_entry *e = a->entries[tracker_idx];

    if (!e->is_disabled)
        return;
    if (a->is_running && e->in_flight)
        a->host.cancel(a->host.ctx, tracker_idx);
    tracker_entry_enable(e, a->is_running, now_ms);
    a->n_disabled--;
    a->walks[walk_of(a, tracker_idx)].next_ms = now_ms;
}

void announcer_start(struct announcer *a, int64_t now_ms)
{
    if (a->is_running)
        return;
    if (!a->is_shuffled)
        tiers_shuffle(&a->tiers, a->config.rng);
    a->is_shuffled = true;
    for (size_t i = 0; i < a->n; i++) {
        cancel(a, i);
        tracker_entry_start(a->entries[i], now_ms);
    }
    for (size_t i = 0; i < a->n_walks; i++)
        a->walks[i].next_ms = now_ms;
    a->is_running = true;
}

void announcer_stop(struct announcer *a, int64_t now_ms)
{
    if (!a->is_running)
        return;
    for (size_t i = 0; i < a->n; i++) {
        cancel(a, i);
        tracker_entry_stop(a->entries[i], now_ms);
    }
    a->is_running = false;
}

void announcer_completed(struct announcer *a, int64_t now_ms)
{
    if (!a->is_running)
        return;
    for (size_t i = 0; i < a->n; i++) {
        tracker_entry_completed(a->entries[i]);
        if (a->entries[i]->owes_completed)
            a->walks[walk_of(a, i)].next_ms = now_ms;
    }
}

/* Bring forward what may be; the soonest announce then, NEVER: none. */
static int64_t hurry(struct announcer *a, bool user_asks, int64_t now_ms)
{
    int64_t next_ms = TRACKER_ENTRY_NEVER_MS;

    for (size_t i = 0; i < a->n; i++)
        tracker_entry_hurry(a->entries[i], user_asks, now_ms);
    for (size_t i = 0; i < a->n_walks; i++) {
        struct walk *w = &a->walks[i];
        int64_t soonest;
        size_t idx = first_ready(a, w, now_ms, &soonest);

        if (awaits_answer(a, w)) {
            next_ms = now_ms;
            continue;
        }
        if (idx < a->n) {
            const struct tracker_entry *e = a->entries[idx];

            w->next_ms = min_of(w->next_ms, tracker_entry_has_news(e)
                                                ? now_ms
                                                : max_of(now_ms, e->due_ms));
        }
        next_ms = min_of(next_ms, w->next_ms);
    }
    return next_ms;
}

void announcer_want_peers(struct announcer *a, int64_t now_ms)
{
    if (a->is_running)
        hurry(a, false, now_ms);
}

int64_t announcer_reannounce(struct announcer *a, int64_t now_ms)
{
    if (!a->is_running || a->n_disabled == a->n)
        return -1;
    for (size_t i = 0; i < a->n; i++)
        a->entries[i]->not_before_ms =
            min_of(a->entries[i]->not_before_ms, now_ms);
    return max_of(hurry(a, true, now_ms), now_ms);
}

void announcer_wake(struct announcer *a, int64_t slept_ms, int64_t at_ms,
                    int64_t now_ms)
{
    for (size_t i = 0; i < a->n; i++) {
        struct tracker_entry *e = a->entries[i];

        tracker_entry_slept(e, slept_ms);
        if (!a->is_running || e->is_disabled)
            continue;
        if (e->in_flight) {
            a->host.cancel(a->host.ctx, i);
            tracker_entry_cancelled(e, now_ms);
        }
        tracker_entry_forgive(e, at_ms);
    }
    if (!a->is_running)
        return;
    /* What a walk waited for is no more: it looks anew. */
    for (size_t i = 0; i < a->n_walks; i++)
        a->walks[i].next_ms = max_of(a->walks[i].next_ms, at_ms);
    hurry(a, true, at_ms);
}

bool announcer_is_quiet(const struct announcer *a)
{
    if (a->is_running)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->entries[i]->owes_stopped)
            return false;
    return true;
}

static void send_announce(struct announcer *a, size_t idx, int64_t now_ms)
{
    struct tracker_entry *e = a->entries[idx];
    struct announcer_totals totals = {.left = 0};
    struct announcer_request req = {.tracker_idx = idx, .url = e->url};
    enum tracker_event event;

    a->host.totals(a->host.ctx, &totals);
    event = tracker_entry_send(e, totals.is_partial_seed, now_ms);
    req.request = (struct tracker_request){
        .uploaded = totals.uploaded,
        .downloaded = totals.downloaded,
        .left = totals.left,
        .key = a->config.key,
        .port = totals.port,
        .numwant = event == TRACKER_EVENT_STOPPED ? 0 : ANNOUNCER_NUMWANT,
        .event = event,
        .tracker_id = {e->id, e->id_len},
    };
    memcpy(req.request.info_hash, a->config.info_hash, 20);
    memcpy(req.request.peer_id, a->config.peer_id, 20);
    a->host.announce(a->host.ctx, &req);
}

static void step_walk(struct announcer *a, struct walk *w, int64_t now_ms)
{
    const struct tracker_entry *e;
    int64_t soonest;
    size_t idx;

    if (w->next_ms > now_ms || awaits_answer(a, w))
        return;
    idx = first_ready(a, w, now_ms, &soonest);
    if (idx >= a->n) {
        w->next_ms = soonest;
        return;
    }
    e = a->entries[idx];
    if (!tracker_entry_has_news(e) && now_ms < e->due_ms)
        w->next_ms = e->due_ms;
    else
        send_announce(a, idx, now_ms);
}

static void tell_stopped(struct announcer *a, int64_t now_ms)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->entries[i]->owes_stopped && !a->entries[i]->in_flight)
            send_announce(a, i, now_ms);
}

static void step_scrapes(struct announcer *a, int64_t now_ms)
{
    if (a->host.scrape == NULL)
        return;
    for (size_t i = 0; i < a->n; i++) {
        struct tracker_entry *e = a->entries[i];

        if (tracker_entry_scrape_ms(e) > now_ms)
            continue;
        e->scrape_in_flight = true;
        a->host.scrape(a->host.ctx, i, e->url);
    }
}

void announcer_tick(struct announcer *a, int64_t now_ms)
{
    tell_stopped(a, now_ms);
    if (!a->is_running)
        return;
    for (size_t i = 0; i < a->n_walks; i++)
        step_walk(a, &a->walks[i], now_ms);
    step_scrapes(a, now_ms);
}

int64_t announcer_deadline_ms(const struct announcer *a)
{
    int64_t deadline_ms = TRACKER_ENTRY_NEVER_MS;

    for (size_t i = 0; i < a->n; i++) {
        const struct tracker_entry *e = a->entries[i];

        if (e->owes_stopped && !e->in_flight)
            return INT64_MIN;
        if (a->is_running && a->host.scrape != NULL)
            deadline_ms = min_of(deadline_ms, tracker_entry_scrape_ms(e));
    }
    if (!a->is_running)
        return deadline_ms;
    for (size_t i = 0; i < a->n_walks; i++)
        if (!awaits_answer(a, &a->walks[i]))
            deadline_ms = min_of(deadline_ms, a->walks[i].next_ms);
    return deadline_ms;
}

static void fail(struct announcer *a, size_t idx, const void *words,
                 size_t words_len, int64_t retry_ms, int64_t now_ms)
{
    int64_t jitter_ms = rng_below(a->config.rng, ANNOUNCER_JITTER_MS + 1);

    tracker_entry_failed(a->entries[idx], words, words_len, retry_ms, jitter_ms,
                         now_ms);
    if (!a->entries[idx]->is_disabled)
        a->walks[walk_of(a, idx)].next_ms = now_ms;
}

static void succeed(struct announcer *a, size_t idx,
                    const struct tracker_reply *reply, int64_t now_ms)
{
    struct tracker_entry *e = a->entries[idx];

    tracker_entry_succeeded(e, reply, now_ms);
    if (e->is_disabled)
        return;
    tiers_to_front(&a->tiers, idx);
    a->walks[walk_of(a, idx)].next_ms = e->owes_completed ? now_ms : e->due_ms;
}

void announcer_on_reply(struct announcer *a, size_t tracker_idx,
                        const struct tracker_reply *reply, int64_t now_ms)
{
    if (tracker_idx >= a->n || !a->entries[tracker_idx]->in_flight)
        return;
    if (reply->is_failure)
        fail(a, tracker_idx, reply->failure.bytes, reply->failure.len,
             reply->retry_ms, now_ms);
    else
        succeed(a, tracker_idx, reply, now_ms);
}

void announcer_on_failure(struct announcer *a, size_t tracker_idx,
                          const char *words, int64_t retry_ms, int64_t now_ms)
{
    if (tracker_idx < a->n && a->entries[tracker_idx]->in_flight)
        fail(a, tracker_idx, words, strlen(words), retry_ms, now_ms);
}

void announcer_on_scrape(struct announcer *a, size_t tracker_idx,
                         const struct tracker_scrape *scrape, int64_t now_ms)
{
    if (tracker_idx < a->n && a->entries[tracker_idx]->scrape_in_flight)
        tracker_entry_scraped(a->entries[tracker_idx], scrape, now_ms);
}

size_t announcer_n_trackers(const struct announcer *a)
{
    return a->n;
}

size_t announcer_n_disabled(const struct announcer *a)
{
    return a->n_disabled;
}

uint32_t announcer_key(const struct announcer *a)
{
    return a->config.key;
}

/* When the tracker is tried next, should nothing change; -1: it is not. */
static int64_t next_try_ms(const struct announcer *a, size_t idx)
{
    const struct tracker_entry *e = a->entries[idx];
    const struct walk *w = &a->walks[walk_of(a, idx)];
    int64_t soonest;

    if (!a->is_running || e->is_disabled || e->in_flight ||
        e->not_before_ms == TRACKER_ENTRY_NEVER_MS)
        return -1;
    if (first_ready(a, w, w->next_ms, &soonest) == idx)
        return w->next_ms;
    return e->n_fails > 0 ? max_of(e->not_before_ms, w->next_ms) : -1;
}

void announcer_tracker(const struct announcer *a, size_t tracker_idx,
                       struct announcer_tracker *out)
{
    const struct tracker_entry *e;

    assert(tracker_idx < a->n);
    e = a->entries[tracker_idx];
    *out = (struct announcer_tracker){
        .url = e->url,
        .tier = a->tiers.tier_of[tracker_idx],
        .place = (uint32_t)tiers_place(&a->tiers, tracker_idx),
        .state = tracker_entry_state(e),
        .last_ms = e->last_ms,
        .next_ms = next_try_ms(a, tracker_idx),
        .n_fails = e->n_fails,
        .n_seeds = e->n_seeds,
        .n_leechers = e->n_leechers,
        .n_downloaded = e->n_downloaded,
        .n_peers = e->n_peers,
        .interval_ms = e->interval_ms,
        .is_warning = e->is_warning,
    };
    memcpy(out->words, e->words, sizeof out->words);
}

size_t announcer_history(const struct announcer *a, size_t tracker_idx,
                         struct announcer_attempt *out, size_t cap)
{
    assert(tracker_idx < a->n);
    return tracker_entry_history(a->entries[tracker_idx], out, cap);
}

void announcer_swarm(const struct announcer *a, int64_t *n_seeds_out,
                     int64_t *n_leechers_out)
{
    *n_seeds_out = *n_leechers_out = -1;
    for (size_t i = 0; i < a->n; i++) {
        if (a->entries[i]->is_disabled)
            continue;
        *n_seeds_out = max_of(*n_seeds_out, a->entries[i]->n_seeds);
        *n_leechers_out = max_of(*n_leechers_out, a->entries[i]->n_leechers);
    }
}

void announcer_check(const struct announcer *a)
{
    size_t in_flight_of[ANNOUNCER_MAX_TRACKERS] = {0};
    size_t n_disabled = 0;

    assert(a->tiers.n == a->n);
    tiers_check(&a->tiers);
    for (size_t i = 0; i < a->n; i++) {
        const struct tracker_entry *e = a->entries[i];
        size_t walk = walk_of(a, i);

        tracker_entry_check(e);
        assert(walk < a->n_walks);
        in_flight_of[walk] += is_awaited(e);
        n_disabled += e->is_disabled;
        assert(!a->is_running || !e->owes_stopped || e->is_disabled);
        assert(a->is_running || e->owes_stopped || !e->in_flight);
        assert(!a->is_running || in_flight_of[walk] <= 1);
    }
    assert(a->n_disabled == n_disabled);
}
