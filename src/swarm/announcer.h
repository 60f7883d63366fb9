/* announcer.h -- decides when to tell which tracker what. Sends nothing,
 * resolves nothing, keeps no peers: the host carries out announces (dual stack
 * included: one request may go out over v4 and v6, and is a success when
 * either is), hands the peers of a reply to its own list, and answers each
 * request once, with announcer_on_reply() or announcer_on_failure(), never
 * from inside the host call.
 * Tiers (BEP 12): shuffled once, walked in order; one tracker is used at a
 * time, the next only when those before failed, the next tier only when a
 * whole tier did; one that answers moves to the front of its tier. With
 * all_tiers each tier is walked on its own. A disabled one keeps its place,
 * is told `stopped` if it knows us, and passed over as if it were not there.
 * Events: `started` in announces to a tracker until it answers one;
 * `completed` once, only after announcer_completed(), to trackers that knew us
 * before; `stopped` to those that have been told `started` (answered, or not
 * yet), with numwant 0; `paused` (BEP 21) in place of any but `stopped` while
 * we are a partial seed.
 * Time: next regular announce after the tracker's interval (60 s at least);
 * earlier when peers are wanted or the user asks, never before its min
 * interval; `completed` and `stopped` at any time. After a failure: the next
 * tracker at once; the failed one after 20 s, 5, 15, 30, 60, 120 min and up to
 * 60 s at random, or later when it says so.
 * Everything is sent from announcer_tick(): after any call, ask
 * announcer_deadline_ms(). A tracker's index is its own until one before it is
 * removed. Owned by a torrent; loop thread only.
 * Source: BEP 3 "trackers"; BEP 12, 21, 31, 48; back-off ladder as
 * Transmission's. Calls are O(trackers). */
#ifndef SWARM_ANNOUNCER_H
#define SWARM_ANNOUNCER_H

#include "proto/tracker.h"
#include "util/err.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct announcer;

enum {
    ANNOUNCER_MAX_TRACKERS = 128,
    ANNOUNCER_NUMWANT = 200,
    ANNOUNCER_FLOOR_MS = 60000,  /* between announces to one tracker */
    ANNOUNCER_EARLY_MS = 120000, /* early ones, when it names no minimum */
    ANNOUNCER_JITTER_MS = 60000,
    ANNOUNCER_SCRAPE_MS = 1800000, /* counts older than this are scraped */
    ANNOUNCER_HISTORY = 8,         /* attempts kept a tracker */
    ANNOUNCER_WORDS_MAX = 200
};

/* One announce to carry out. */
struct announcer_request {
    size_t tracker_idx;
    const char *url; /* borrowed: lives as long as the announcer */
    /* Its tracker_id: borrowed until return. */
    struct tracker_request request;
};

/* Numbers at the time of sending. */
struct announcer_totals {
    uint64_t uploaded, downloaded; /* since this session's start */
    uint64_t left;                 /* without metadata: a positive guess */
    uint16_t port;                 /* where we listen */
    bool is_partial_seed;          /* BEP 21: incomplete, wants nothing more */
};

struct announcer_host {
    void *ctx; /* borrowed */
    void (*totals)(void *ctx, struct announcer_totals *out);
    /* Send this announce; answer it once, later. */
    void (*announce)(void *ctx, const struct announcer_request *req);
    /* Send a scrape; answer with announcer_on_scrape(). NULL: never scrape. */
    void (*scrape)(void *ctx, size_t tracker_idx, const char *url);
    /* Give up the announce in flight to this tracker: it is not answered. */
    void (*cancel)(void *ctx, size_t tracker_idx);
};

struct announcer_config {
    uint8_t info_hash[20];
    uint8_t peer_id[20];
    uint32_t key;   /* the same for the torrent over sessions; 0: chosen here */
    bool all_tiers; /* one tracker of each tier, not of all */
    const struct rng *rng; /* borrowed */
};

struct announcer *announcer_new(const struct announcer_config *config,
                                const struct announcer_host *host);
void announcer_free(struct announcer *a);

/* Add a tracker to a tier; tiers are walked by their number. Leading and
 * trailing blanks of url are dropped. Its index is announcer_n_trackers()
 * before. ERR_UNSUPPORTED: not http, https or udp; ERR_BUSY: the URL is there
 * already; ERR_TOO_BIG: ANNOUNCER_MAX_TRACKERS or TRACKER_MAX_URL. Any time,
 * also while running (goes to the end of its tier; those added before
 * announcer_start() are shuffled then). */
enum err announcer_add(struct announcer *a, uint32_t tier,
                       const char *url) ERR_MUST_CHECK;

/* Forget a tracker, which is told nothing: whoever calls has given up what was
 * in flight to it. Those behind it have an index less by one from then on. */
void announcer_remove(struct announcer *a, size_t tracker_idx, int64_t now_ms);

/* Ask a tracker no more (whoever calls has given up a scrape in flight to it),
 * or again, as a new one in its place. Any time; twice is once. */
void announcer_disable(struct announcer *a, size_t tracker_idx, int64_t now_ms);
void announcer_enable(struct announcer *a, size_t tracker_idx, int64_t now_ms);

/* Begin to announce (again). Does nothing while running. */
void announcer_start(struct announcer *a, int64_t now_ms);
/* The last missing piece came: a true transition to complete, not found so at
 * start. */
void announcer_completed(struct announcer *a, int64_t now_ms);
/* Peers run short: announce as early as the trackers allow. */
void announcer_want_peers(struct announcer *a, int64_t now_ms);
/* The user asks: as above, and failed trackers are tried at once. Return when
 * the next announce is due (now_ms, or later for a min interval); -1 when there
 * is no tracker to ask or it is not running. */
int64_t announcer_reannounce(struct announcer *a, int64_t now_ms);
/* The machine slept for slept_ms that now_ms does not count (0: not), or its network is
 * another: what is in flight is given up, failures are forgiven but a refusal for ever,
 * and each tracker is announced to as early as it allows, not before at_ms. */
void announcer_wake(struct announcer *a, int64_t slept_ms, int64_t at_ms,
                    int64_t now_ms);
/* Tell `stopped`, and nothing after; announces in flight are cancelled. */
void announcer_stop(struct announcer *a, int64_t now_ms);
/* Is nothing to be sent and nothing in flight? Only after announcer_stop() (or
 * before _start) can this stay so. */
bool announcer_is_quiet(const struct announcer *a);

/* When to call announcer_tick(); INT64_MAX: nothing to wait for. */
int64_t announcer_deadline_ms(const struct announcer *a);
/* Send what is due. */
void announcer_tick(struct announcer *a, int64_t now_ms);

/* The tracker answered; a failure reason is a failure. Only read; answers to
 * nothing in flight are ignored. */
void announcer_on_reply(struct announcer *a, size_t tracker_idx,
                        const struct tracker_reply *reply, int64_t now_ms);
/* It did not, or not sensibly. words: why, for the user, cleaned here.
 * retry_ms: not before, 0 when it did not say, TRACKER_RETRY_NEVER. */
void announcer_on_failure(struct announcer *a, size_t tracker_idx,
                          const char *words, int64_t retry_ms, int64_t now_ms);
/* A scrape's answer; NULL: it failed. */
void announcer_on_scrape(struct announcer *a, size_t tracker_idx,
                         const struct tracker_scrape *scrape, int64_t now_ms);

/* For the user. */

enum announcer_state {
    ANNOUNCER_UNUSED,     /* not asked yet: others work, or we do not run */
    ANNOUNCER_ANNOUNCING, /* in flight */
    ANNOUNCER_WORKING,    /* answered last time */
    ANNOUNCER_FAILING,    /* did not; waits for its next try */
    ANNOUNCER_REFUSED,    /* said never to come back */
    ANNOUNCER_DISABLED
};

struct announcer_tracker {
    const char *url; /* borrowed: lives as long as the announcer */
    uint32_t tier;
    uint32_t place; /* in its tier, 0 first */
    enum announcer_state state;
    int64_t last_ms;  /* of the last answer or failure; -1: none */
    int64_t next_ms;  /* when it is next tried; -1: only if others fail */
    uint32_t n_fails; /* in a row */
    int64_t n_seeds, n_leechers, n_downloaded; /* -1: not told */
    uint32_t n_peers;                          /* in the last answer */
    int64_t interval_ms;                       /* 0: not told yet */
    bool is_warning;                 /* words are a warning, not a failure */
    char words[ANNOUNCER_WORDS_MAX]; /* clean; "" when all is well */
};

/* One past announce. */
struct announcer_attempt {
    int64_t sent_ms;
    int64_t took_ms;
    enum tracker_event event;
    bool ok;
    uint32_t n_peers;
    int64_t n_seeds, n_leechers;     /* -1: not told */
    char words[ANNOUNCER_WORDS_MAX]; /* clean: failure or warning */
};

size_t announcer_n_trackers(const struct announcer *a);
size_t announcer_n_disabled(const struct announcer *a); /* of them; O(1) */
/* tracker_idx < announcer_n_trackers(). */
void announcer_tracker(const struct announcer *a, size_t tracker_idx,
                       struct announcer_tracker *out);
/* Copy the last attempts, newest first, to out (cap slots); return how many. */
size_t announcer_history(const struct announcer *a, size_t tracker_idx,
                         struct announcer_attempt *out, size_t cap);
/* The most seeds and leechers that one not disabled told; -1: none did. */
void announcer_swarm(const struct announcer *a, int64_t *n_seeds_out,
                     int64_t *n_leechers_out);
uint32_t announcer_key(const struct announcer *a);

/* Asserts invariants: for tests. */
void announcer_check(const struct announcer *a);

#endif
