/* detail_tracker.h -- the trackers of the torrent in focus, and what they said: a part
 * of a detail. Strings are clean. */
#ifndef MODEL_DETAIL_TRACKER_H
#define MODEL_DETAIL_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum detail_tracker_state {
    DETAIL_TRACKER_UNUSED,     /* not asked yet: others work, or we do not run */
    DETAIL_TRACKER_ANNOUNCING, /* in flight */
    DETAIL_TRACKER_WORKING,
    DETAIL_TRACKER_FAILING,    /* waits for its next try */
    DETAIL_TRACKER_REFUSED,    /* said never to come back */
    DETAIL_TRACKER_DISABLED    /* by the user */
};

enum {
    DETAIL_TRACKER_WORDS = 200,
    DETAIL_TRACKER_URL = 256, /* longer ones are cut */
    DETAIL_ATTEMPTS = 8
};

/* One past announce. */
struct detail_attempt {
    int64_t sent_ms;
    int64_t took_ms;
    const char *event; /* "started", ""; static */
    bool ok;
    uint32_t n_peers;
    int64_t n_seeds, n_leechers; /* -1: not told */
    char words[DETAIL_TRACKER_WORDS];
};

struct detail_tracker {
    char url[DETAIL_TRACKER_URL];
    uint32_t tier, place;
    enum detail_tracker_state state;
    int64_t last_ms; /* -1: none */
    int64_t next_ms; /* -1: only when others fail */
    uint32_t n_fails;
    int64_t n_seeds, n_leechers, n_downloaded; /* -1: not told */
    uint32_t n_peers;    /* in its last answer */
    int64_t interval_ms; /* 0: not told */
    bool is_warning;     /* words are a warning */
    char words[DETAIL_TRACKER_WORDS];
    size_t n_attempts;   /* newest first */
    struct detail_attempt attempts[DETAIL_ATTEMPTS];
};

/* "working" */
const char *detail_tracker_state_name(enum detail_tracker_state state);

#endif
