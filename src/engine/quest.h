/* quest.h -- when peers of which torrent are looked for in the DHT: how often, how many
 * at once, who first. Sends nothing: searches are begun through the board's host, and
 * what comes of them is told to the board. One board a session, one quest a torrent or
 * magnet.
 * A quest is at rest, or waits for its time, or is being searched. Its next search is
 * QUEST_EVERY_MS after the last (that is also how long others remember an announce), or
 * sooner while its owner is short of peers: after 15, 30, 60, 120 and then every 300 s.
 * At most QUEST_MAX_RUNNING are searched at once, and beyond QUEST_BURST at a time one
 * is begun every QUEST_GAP_MS: thousands of torrents that start together are spread over
 * minutes, those that want peers first (three of four).
 * Owned by a session; loop thread only. O(log n) a search. Source: BEP 5. */
#ifndef ENGINE_QUEST_H
#define ENGINE_QUEST_H

#include "net/loop.h"
#include "swarm/dht.h"
#include "util/addr.h"
#include "util/err.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct quest;
struct quest_board;

enum {
    QUEST_EVERY_MS = 15 * 60 * 1000,
    QUEST_MAX_RUNNING = 12,
    QUEST_BURST = 12,
    QUEST_GAP_MS = 250,
    QUEST_SEED_WAIT_MS = 500, /* at the start, behind those that want peers */
    QUEST_MAX_PAST = 4        /* searches that are remembered */
};

/* How a board begins searches: dht_search() and dht_cancel(). */
struct quest_board_host {
    enum err (*search)(void *ctx, const uint8_t info_hash[20],
                       const struct dht_announce *announce);
    void (*cancel)(void *ctx, const uint8_t info_hash[20]);
    void *ctx; /* borrowed */
};

/* loop and rng are borrowed, host is copied. Owned by the caller. */
struct quest_board *quest_board_new(struct loop *loop, const struct rng *rng,
                                    const struct quest_board_host *host);
/* When all its quests are freed. NULL: nothing. */
void quest_board_free(struct quest_board *b);
/* What dht_host has for them. Hashes that nobody looks for are passed over. */
void quest_board_on_peers(struct quest_board *b, const uint8_t info_hash[20],
                          const struct addr *peers, size_t n);
void quest_board_on_done(struct quest_board *b, const uint8_t info_hash[20],
                         const struct dht_search_result *result);
size_t quest_board_n(const struct quest_board *b); /* that are not at rest */

/* How it stands with the owner of a quest. */
struct quest_needs {
    bool is_seed;  /* it has everything: told in announces (BEP 33) */
    bool is_short; /* it would take more peers than it knows */
};

/* A search that is over. */
struct quest_past {
    int64_t begun_ms, took_ms;
    uint32_t n_peers, n_new; /* n_new: not known before */
    uint32_t n_asked, n_answered, n_announced;
};

/* None of these may free the quest. */
struct quest_host {
    /* Peers were found: take them, and return how many were not known before. */
    size_t (*on_peers)(void *ctx, const struct addr *peers, size_t n);
    void (*needs)(void *ctx, struct quest_needs *out);
    /* A search is over. NULL: nobody wants to know. */
    void (*on_past)(void *ctx, const struct quest_past *past);
    void *ctx; /* borrowed */
};

/* A quest at rest, for a hash that the board has none for; NULL: it has one. b is
 * borrowed and outlives it, host is copied. Owned by the caller. */
struct quest *quest_new(struct quest_board *b, const uint8_t info_hash[20],
                        const struct quest_host *host);
void quest_free(struct quest *q); /* NULL: nothing */

/* Look for peers from now on, soon for the first time; does nothing while that goes
 * on. */
void quest_start(struct quest *q);
/* At rest again: what is under way is dropped. */
void quest_stop(struct quest *q);
/* Peers run short: look again as early as is of use. Cheap: may be called often. */
void quest_want_peers(struct quest *q);
/* The user asks: look again now. Nothing while at rest. */
void quest_ask_now(struct quest *q);

/* For the views. */
struct quest_status {
    bool is_started, is_running;
    int64_t begun_ms; /* of the running one */
    int64_t next_ms;  /* -1: at rest, or it runs */
    size_t n_past;    /* newest first */
    struct quest_past past[QUEST_MAX_PAST];
};
void quest_status(const struct quest *q, struct quest_status *out);

/* Assert the board's invariants: for tests. */
void quest_board_check(const struct quest_board *b);

#endif
