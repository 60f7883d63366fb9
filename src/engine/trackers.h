/* trackers.h -- carries one torrent's announces: the policy is the announcer's, this
 * sends what it decides, each as a tracker_call, and brings the answers back. An
 * announce that goes out over two families is one success when either is answered.
 * Owned by a torrent; loop thread only. Source: BEP 3, 7, 12, 15, 48. */
#ifndef ENGINE_TRACKERS_H
#define ENGINE_TRACKERS_H

#include "engine/env.h"
#include "meta/magnet.h"
#include "meta/metainfo.h"
#include "swarm/announcer.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trackers;

/* None of these may free the trackers. */
struct trackers_host {
    /* Fill in the numbers that an announce tells. */
    void (*totals)(void *ctx, struct announcer_totals *out);
    /* A peer from a tracker. */
    void (*on_peer)(void *ctx, const struct addr *a);
    /* What a tracker said, in clean words: good or bad. */
    void (*on_words)(void *ctx, bool good, const char *words);
    /* What trackers_stop() began is done: everybody was told, or given up. Once, never
     * inside trackers_stop(), and not when that had nobody to tell. */
    void (*on_quiet)(void *ctx);
    void *ctx; /* borrowed */
};

/* Make those of meta's trackers whose URLs can be one. env is borrowed and outlives it;
 * meta is only read; peer_id: 20 bytes, copied; host is copied. Owned by the caller. */
struct trackers *trackers_new(struct env *env, const struct metainfo *meta,
                              const uint8_t *peer_id,
                              const struct trackers_host *host);
/* The same of a magnet's: of each at once, since nobody knows which are alive. */
struct trackers *trackers_new_for_magnet(struct env *env,
                                         const struct magnet *magnet,
                                         const uint8_t *peer_id,
                                         const struct trackers_host *host);
/* From now on they are another's, who knows what the torrent holds: tell host instead. */
void trackers_give(struct trackers *t, bool is_private,
                   const struct trackers_host *host);
/* Drop what is in flight, tell nobody, and free. NULL: nothing. */
void trackers_free(struct trackers *t);

/* Begin to announce, `started` first. Does nothing while that goes on. */
void trackers_start(struct trackers *t);
/* Tell `stopped` to those who know us, each within TRACKER_CALL_STOP_MS, and nothing
 * after; what else is in flight is dropped. */
void trackers_stop(struct trackers *t);
/* After trackers_stop(): has everybody been told, or been given up? */
bool trackers_is_quiet(const struct trackers *t);
/* The last missing piece came (was not just found at the start): tell it. */
void trackers_completed(struct trackers *t);
/* Peers run short: announce as early as the trackers allow. */
void trackers_want_peers(struct trackers *t);
/* Others are refused by their address (the IP filter) now: if one was, failed ones are
 * tried at once. */
void trackers_reconsider(struct trackers *t);
/* The user asks: the same, and failed ones are tried at once. Return how long it will be
 * until then, in milliseconds: they may want us to wait; -1: there is none to ask. */
int64_t trackers_reannounce(struct trackers *t);

/* As announcer_wake(), delay_ms from now. */
void trackers_wake(struct trackers *t, int64_t slept_ms, int64_t delay_ms);

/* For the views; borrowed. */
const struct announcer *trackers_announcer(const struct trackers *t);

/* One more, in a tier behind the others: asked when these fail. announcer_add() says
 * what may be wrong with url. */
enum err trackers_add(struct trackers *t, const char *url) ERR_MUST_CHECK;
/* One of them by its URL, as announcer_tracker() has it or as it is shown: as
 * announcer_tracker() has it, borrowed; NULL: there is none. */
const char *trackers_find(const struct trackers *t, const char *url);
/* Ask one as a new one again (enable), or no more: then what is in flight to it is given
 * up, and if it knows us, it is told `stopped`. url: as announcer_tracker() has it.
 * ERR_NOT_FOUND. */
enum err trackers_enable(struct trackers *t, const char *url,
                         bool enable) ERR_MUST_CHECK;
/* What the one said that answered or failed last, of those that are asked, as on_words has
 * it; "": none did. */
void trackers_words(const struct trackers *t, struct cause *out);
/* One less; it is told nothing. url: as announcer_tracker() has it. ERR_NOT_FOUND. */
enum err trackers_remove(struct trackers *t, const char *url) ERR_MUST_CHECK;

/* Give a datagram of the session's socket to whom it is for, of those who wait for one. */
void trackers_take_datagram(struct env *env, const struct addr *from,
                            struct span bytes);
/* A datagram came to the session's socket. Was it for one of these? */
bool trackers_on_datagram(struct trackers *t, const struct addr *from,
                          struct span bytes);

/* The port to be told them (announcer_totals). They take no 0: behind a proxy, where
 * nobody can come in, it is "discard", which tells nothing of us. */
uint16_t trackers_announced_port(const struct env *env);

#endif
