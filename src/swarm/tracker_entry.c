#include "config.h"

#include "swarm/tracker_entry.h"

#include "proto/tracker_http.h"
#include "util/text.h"
#include "util/xalloc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_EARLY = 8 /* the wait has passed every interval long before */ };

static int64_t min_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t max_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void tracker_entry_init(struct tracker_entry *e, const char *url,
                        size_t url_len)
{
    *e = (struct tracker_entry){
        .url = xstrndup(url, url_len),
        .last_ms = -1,
        .last_ok_ms = -1,
        .n_seeds = -1,
        .n_leechers = -1,
        .n_downloaded = -1,
    };
    /* BEP 15 has a scrape of its own, whatever the path. */
    e->can_scrape = strncasecmp(e->url, "udp://", 6) == 0 ||
                    tracker_http_can_scrape(e->url);
}

void tracker_entry_fini(struct tracker_entry *e)
{
    free(e->url);
    free(e->attempts);
    e->url = NULL;
    e->attempts = NULL;
}

static void remember(struct tracker_entry *e, bool ok, const char *words,
                     int64_t now_ms)
{
    if (e->n_attempts < ANNOUNCER_HISTORY)
        e->attempts =
            xreallocarray(e->attempts, e->n_attempts + 1, sizeof *e->attempts);
    struct announcer_attempt *at =
        &e->attempts[e->n_attempts++ % ANNOUNCER_HISTORY];

    *at = (struct announcer_attempt){
        .sent_ms = e->sent_ms,
        .took_ms = now_ms - e->sent_ms,
        .event = e->event,
        .ok = ok,
        .n_peers = ok ? e->n_peers : 0,
        .n_seeds = ok ? e->n_seeds : -1,
        .n_leechers = ok ? e->n_leechers : -1,
    };
    snprintf(at->words, sizeof at->words, "%s", words);
}

void tracker_entry_cancelled(struct tracker_entry *e, int64_t now_ms)
{
    e->in_flight = false;
    /* A tracker that does not know us will hear `started` with nothing left. */
    e->owes_completed = e->owes_completed && e->is_known;
    remember(e, false, "cancelled", now_ms);
}

void tracker_entry_start(struct tracker_entry *e, int64_t now_ms)
{
    if (e->is_disabled)
        return;
    /* A `stopped` in flight may have been heard already. */
    if (e->in_flight) {
        tracker_entry_cancelled(e, now_ms);
        e->is_known = false;
    }
    e->owes_stopped = false;
    e->n_fails = 0;
    e->not_before_ms = now_ms;
    e->n_early = 0;
    e->scrape_in_flight = false;
    e->next_scrape_ms = now_ms;
}

void tracker_entry_stop(struct tracker_entry *e, int64_t now_ms)
{
    if (e->is_disabled)
        return;
    e->owes_stopped = e->is_known || e->in_flight;
    e->owes_completed = false;
    if (e->in_flight)
        tracker_entry_cancelled(e, now_ms);
}

void tracker_entry_completed(struct tracker_entry *e)
{
    e->owes_completed = !e->is_disabled && (e->is_known || e->in_flight);
}

void tracker_entry_disable(struct tracker_entry *e, bool is_running,
                           int64_t now_ms)
{
    if (is_running)
        tracker_entry_stop(e, now_ms);
    e->is_disabled = true;
    e->scrape_in_flight = false;
}

void tracker_entry_enable(struct tracker_entry *e, bool is_running,
                          int64_t now_ms)
{
    e->is_disabled = false;
    if (!is_running)
        return;
    tracker_entry_start(e, now_ms);
    e->is_known = false;
}

bool tracker_entry_has_news(const struct tracker_entry *e)
{
    return !e->is_known || e->owes_completed;
}

void tracker_entry_hurry(struct tracker_entry *e, bool user_asks,
                         int64_t now_ms)
{
    int64_t wait_ms = e->min_interval_ms;

    if (e->last_ok_ms < 0)
        return;
    /* A tracker that names no minimum is not to see us every two minutes for
     * as long as peers are few: the wait doubles, up to its interval. */
    if (wait_ms == 0 && !user_asks)
        wait_ms =
            min_of((int64_t)ANNOUNCER_EARLY_MS << e->n_early, e->interval_ms);
    wait_ms = max_of(wait_ms, ANNOUNCER_FLOOR_MS);
    e->due_ms = min_of(e->due_ms, max_of(now_ms, e->last_ok_ms + wait_ms));
}

void tracker_entry_slept(struct tracker_entry *e, int64_t slept_ms)
{
    int64_t by_ms = min_of(slept_ms, e->last_ok_ms);

    if (e->last_ok_ms < 0)
        return;
    e->due_ms -= by_ms;
    e->last_ms -= by_ms;
    e->last_ok_ms -= by_ms;
}

void tracker_entry_forgive(struct tracker_entry *e, int64_t at_ms)
{
    if (e->not_before_ms != TRACKER_ENTRY_NEVER_MS)
        e->not_before_ms = min_of(e->not_before_ms, at_ms);
}

static enum tracker_event choose_event(const struct tracker_entry *e,
                                       bool is_partial_seed)
{
    if (e->owes_stopped)
        return TRACKER_EVENT_STOPPED;
    if (is_partial_seed)
        return TRACKER_EVENT_PAUSED;
    if (!e->is_known)
        return TRACKER_EVENT_STARTED;
    return e->owes_completed ? TRACKER_EVENT_COMPLETED : TRACKER_EVENT_NONE;
}

enum tracker_event tracker_entry_send(struct tracker_entry *e,
                                      bool is_partial_seed, int64_t now_ms)
{
    e->event = choose_event(e, is_partial_seed);
    if (e->last_ok_ms < 0 || now_ms >= e->last_ok_ms + e->interval_ms)
        e->n_early = 0;
    else if (e->n_early < MAX_EARLY)
        e->n_early++;
    e->in_flight = true;
    e->sent_ms = now_ms;
    return e->event;
}

static void take_numbers(struct tracker_entry *e,
                         const struct tracker_reply *reply, int64_t now_ms)
{
    e->interval_ms = max_of(reply->interval_ms, ANNOUNCER_FLOOR_MS);
    e->min_interval_ms = reply->min_interval_ms;
    e->n_peers = (uint32_t)reply->n_peers;
    if (reply->tracker_id_len > 0) {
        e->id_len = reply->tracker_id_len;
        memcpy(e->id, reply->tracker_id, e->id_len);
    }
    if (reply->n_downloaded >= 0)
        e->n_downloaded = reply->n_downloaded;
    if (reply->n_seeds < 0 || reply->n_leechers < 0)
        return;
    e->n_seeds = reply->n_seeds;
    e->n_leechers = reply->n_leechers;
    e->next_scrape_ms = now_ms + ANNOUNCER_SCRAPE_MS;
}

/* Any answer to `stopped` is the end of it, a failure too. */
static bool end_stopped(struct tracker_entry *e)
{
    if (!e->owes_stopped)
        return false;
    e->owes_stopped = false;
    e->is_known = false;
    return true;
}

void tracker_entry_succeeded(struct tracker_entry *e,
                             const struct tracker_reply *reply, int64_t now_ms)
{
    e->words[0] = '\0';
    e->is_warning = reply->warning.len > 0;
    if (e->is_warning)
        text_clean(e->words, sizeof e->words, reply->warning.bytes,
                   reply->warning.len);
    take_numbers(e, reply, now_ms);
    e->in_flight = false;
    e->last_ms = e->last_ok_ms = now_ms;
    e->n_fails = 0;
    e->not_before_ms = now_ms;
    e->due_ms = now_ms + max_of(e->interval_ms, e->min_interval_ms);
    remember(e, true, e->words, now_ms);
    if (end_stopped(e))
        return;
    e->is_known = true;
    if (e->event == TRACKER_EVENT_COMPLETED)
        e->owes_completed = false;
}

static int64_t back_off_ms(uint32_t n_fails)
{
    static const int64_t LADDER_S[] = {20, 300, 900, 1800, 3600, 7200};
    enum { N_STEPS = sizeof LADDER_S / sizeof LADDER_S[0] };

    return LADDER_S[n_fails <= N_STEPS ? n_fails - 1 : N_STEPS - 1] * 1000;
}

void tracker_entry_failed(struct tracker_entry *e, const void *words,
                          size_t words_len, int64_t retry_ms, int64_t jitter_ms,
                          int64_t now_ms)
{
    int64_t wait_ms;

    if (words_len > 0)
        text_clean(e->words, sizeof e->words, words, words_len);
    else
        snprintf(e->words, sizeof e->words, "failed without a reason");
    e->is_warning = false;
    e->in_flight = false;
    e->last_ms = now_ms;
    e->n_fails++;
    remember(e, false, e->words, now_ms);
    if (end_stopped(e))
        return;
    /* A tracker that does not know us will hear `started` with nothing left. */
    e->owes_completed = e->owes_completed && e->is_known;
    wait_ms = max_of(back_off_ms(e->n_fails) + jitter_ms, retry_ms);
    e->not_before_ms = retry_ms == TRACKER_RETRY_NEVER ? TRACKER_ENTRY_NEVER_MS
                                                       : now_ms + wait_ms;
}

int64_t tracker_entry_scrape_ms(const struct tracker_entry *e)
{
    if (!e->can_scrape || e->is_disabled || !e->is_known || e->n_fails > 0 ||
        e->in_flight || e->scrape_in_flight)
        return TRACKER_ENTRY_NEVER_MS;
    return e->next_scrape_ms;
}

void tracker_entry_scraped(struct tracker_entry *e,
                           const struct tracker_scrape *scrape, int64_t now_ms)
{
    e->scrape_in_flight = false;
    e->next_scrape_ms = now_ms + ANNOUNCER_SCRAPE_MS;
    if (scrape == NULL)
        return;
    e->n_seeds = scrape->n_seeds;
    e->n_leechers = scrape->n_leechers;
    e->n_downloaded = scrape->n_downloaded;
}

enum announcer_state tracker_entry_state(const struct tracker_entry *e)
{
    if (e->is_disabled)
        return ANNOUNCER_DISABLED;
    if (e->in_flight)
        return ANNOUNCER_ANNOUNCING;
    if (e->not_before_ms == TRACKER_ENTRY_NEVER_MS)
        return ANNOUNCER_REFUSED;
    if (e->n_fails > 0)
        return ANNOUNCER_FAILING;
    return e->last_ok_ms >= 0 ? ANNOUNCER_WORKING : ANNOUNCER_UNUSED;
}

size_t tracker_entry_history(const struct tracker_entry *e,
                             struct announcer_attempt *out, size_t cap)
{
    size_t n = 0;

    for (; n < cap && n < e->n_attempts && n < ANNOUNCER_HISTORY; n++)
        out[n] = e->attempts[(e->n_attempts - 1 - n) % ANNOUNCER_HISTORY];
    return n;
}

void tracker_entry_check(const struct tracker_entry *e)
{
    assert(!e->owes_completed || e->is_known || e->in_flight);
    assert(!e->owes_completed || !e->owes_stopped);
    assert(!e->is_disabled || !e->in_flight || e->owes_stopped);
    assert(!e->is_disabled || !e->owes_completed);
    assert(e->n_fails > 0 || e->not_before_ms != TRACKER_ENTRY_NEVER_MS);
    assert(e->interval_ms == 0 || e->interval_ms >= ANNOUNCER_FLOOR_MS);
    assert((e->last_ok_ms < 0) == (e->interval_ms == 0));
    assert(e->last_ok_ms <= e->last_ms);
    assert(e->last_ok_ms < 0 ||
           e->due_ms >= e->last_ok_ms + ANNOUNCER_FLOOR_MS);
}
