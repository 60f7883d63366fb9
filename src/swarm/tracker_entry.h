/* tracker_entry.h -- one tracker as announcer knows it: what it has been told
 * and is still to be told, when it may be asked again, what it said. Sends
 * nothing and knows no other tracker: which one is asked is announcer's.
 * Told: unknown -> (first announce answered) -> known -> (stopped) -> unknown.
 * A known one may owe `completed`. One announce is in flight at a time.
 * Times: not_before_ms after a failure (back-off), due_ms of the next announce
 * without an event after a success.
 * Open struct for reading; change it by calls only. Loop thread only.
 * Source: BEP 3 (events), BEP 21, BEP 31; back-off ladder as Transmission's. */
#ifndef SWARM_TRACKER_ENTRY_H
#define SWARM_TRACKER_ENTRY_H

#include "proto/tracker.h"
#include "swarm/announcer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACKER_ENTRY_NEVER_MS INT64_MAX

struct tracker_entry {
    char *url; /* owned */
    bool can_scrape;
    bool is_disabled; /* it owes no more than a `stopped` */

    bool is_known;       /* it answered an announce since the last stopped */
    bool owes_completed; /* it is to be told `completed` */
    bool owes_stopped;   /* it is to be told `stopped`; until answered */
    bool in_flight;
    enum tracker_event event; /* of the announce in flight, or the last */
    int64_t sent_ms;

    uint32_t n_fails;      /* in a row */
    int64_t not_before_ms; /* or TRACKER_ENTRY_NEVER_MS */
    int64_t due_ms;
    unsigned n_early;        /* early announces in a row */
    int64_t last_ms;         /* of an answer or failure; -1: none */
    int64_t last_ok_ms;      /* of an answer; -1: none */
    int64_t interval_ms;     /* 0: not told yet */
    int64_t min_interval_ms; /* 0: not told */
    bool scrape_in_flight;
    int64_t next_scrape_ms;

    int64_t n_seeds, n_leechers, n_downloaded; /* -1: not told */
    uint32_t n_peers;
    bool is_warning;
    char words[ANNOUNCER_WORDS_MAX];
    uint16_t id_len;
    uint8_t id[TRACKER_MAX_ID];
    size_t n_attempts; /* of all time */
    /* Owned: a ring of ANNOUNCER_HISTORY; as many places as there are attempts, or
     * all. */
    struct announcer_attempt *attempts;
};

/* url_len bytes of url are copied. */
void tracker_entry_init(struct tracker_entry *e, const char *url,
                        size_t url_len);
void tracker_entry_fini(struct tracker_entry *e);

/* The torrent starts: past failures are forgotten. Nothing to a disabled one, as what
 * comes next. */
void tracker_entry_start(struct tracker_entry *e, int64_t now_ms);
/* The torrent stops. What is in flight counts as heard, and was cancelled. */
void tracker_entry_stop(struct tracker_entry *e, int64_t now_ms);
/* The torrent became complete. One that is unknown is not told: it will hear
 * `started` with nothing left. */
void tracker_entry_completed(struct tracker_entry *e);
/* The user wants it asked no more, or again. While the torrent runs that is a stop of this
 * one tracker, and a start as one that does not know us. */
void tracker_entry_disable(struct tracker_entry *e, bool is_running,
                           int64_t now_ms);
void tracker_entry_enable(struct tracker_entry *e, bool is_running,
                          int64_t now_ms);
/* What is in flight was cancelled. */
void tracker_entry_cancelled(struct tracker_entry *e, int64_t now_ms);

/* Must it be told something whatever its interval? */
bool tracker_entry_has_news(const struct tracker_entry *e);
/* Bring the next announce forward: as early as is polite when peers run short,
 * or, when the user asks, as early as the tracker allows. */
void tracker_entry_hurry(struct tracker_entry *e, bool user_asks,
                         int64_t now_ms);

/* So much time passed that the clock does not count: its last answer is longer ago, but no
 * longer than the clock goes back. */
void tracker_entry_slept(struct tracker_entry *e, int64_t slept_ms);
/* What failed may have been the network's fault: it may be tried from at_ms on, unless it
 * said never to come back. */
void tracker_entry_forgive(struct tracker_entry *e, int64_t at_ms);

/* An announce goes out: note it, and return its event. */
enum tracker_event tracker_entry_send(struct tracker_entry *e,
                                      bool is_partial_seed, int64_t now_ms);
/* It was answered (not by a failure). */
void tracker_entry_succeeded(struct tracker_entry *e,
                             const struct tracker_reply *reply, int64_t now_ms);
/* It failed. words: words_len bytes, may be dirty; retry_ms as BEP 31 says, 0,
 * or TRACKER_RETRY_NEVER; jitter_ms is added to the back-off. */
void tracker_entry_failed(struct tracker_entry *e, const void *words,
                          size_t words_len, int64_t retry_ms, int64_t jitter_ms,
                          int64_t now_ms);

/* When its numbers are to be scraped; TRACKER_ENTRY_NEVER_MS: not now. */
int64_t tracker_entry_scrape_ms(const struct tracker_entry *e);
void tracker_entry_scraped(struct tracker_entry *e,
                           const struct tracker_scrape *scrape, int64_t now_ms);

enum announcer_state tracker_entry_state(const struct tracker_entry *e);
/* The last attempts, newest first: as announcer_history(). */
size_t tracker_entry_history(const struct tracker_entry *e,
                             struct announcer_attempt *out, size_t cap);

void tracker_entry_check(const struct tracker_entry *e); /* for tests */

#endif
