/* trackers.h -- carries one torrent's announces: the policy is the announcer's, this
 * sends what it decides, by HTTP or UDP, over IPv4 and IPv6 at once where the tracker
 * has both, and brings the answers back. An announce that goes out over two families
 * is one success when either is answered.
 * Owned by a torrent; loop thread only. Source: BEP 3, 7, 12, 15, 48. */
#ifndef ENGINE_TRACKERS_H
#define ENGINE_TRACKERS_H

#include "engine/env.h"
#include "meta/metainfo.h"
#include "swarm/announcer.h"
#include "util/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trackers;

struct trackers_host {
    void (*totals)(void *ctx, struct announcer_totals *out);
    /* A peer from a tracker. */
    void (*on_peer)(void *ctx, const struct addr *a);
    /* What a tracker said, in clean words: good or bad. */
    void (*on_words)(void *ctx, bool good, const char *words);
    void *ctx; /* borrowed */
};

/* env, meta: borrowed, outlive it. peer_id: 20 bytes. */
struct trackers *trackers_new(struct env *env, const struct metainfo *meta,
                              const uint8_t *peer_id,
                              const struct trackers_host *host);
/* Drops what is in flight. */
void trackers_free(struct trackers *t);

void trackers_start(struct trackers *t);
void trackers_stop(struct trackers *t);
/* After trackers_stop(): has everybody been told, or given up? */
bool trackers_is_quiet(const struct trackers *t);
void trackers_completed(struct trackers *t);
void trackers_want_peers(struct trackers *t);
void trackers_reannounce(struct trackers *t);

/* For the views; borrowed. */
const struct announcer *trackers_announcer(const struct trackers *t);

/* A datagram of the session's socket: true when it was for one of these exchanges. */
bool trackers_on_datagram(struct trackers *t, const struct addr *from,
                          struct span bytes);

#endif
