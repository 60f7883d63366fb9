/* seeker.h -- gets the metadata of a magnet from peers: finds those by its trackers, by the
 * addresses that the link or the user names, and by whatever else calls
 * seeker_add_peers(); connects to them; and has metadata_fetch decide whom to ask for
 * what. Beside that exactsource fetches the .torrent that the link names: who comes first
 * ends the other. Knows nothing of files and pieces: what its peers say of those is
 * kept by them. When the metadata are there, the host makes a torrent of them, and the
 * peers, the open connections and the trackers go over to that: nobody is connected to
 * twice. States: RUNNING, or at rest (before seeker_start(), after seeker_stop()).
 * Owned by an entry of the roster; loop thread only. Source: BEP 9, 10. */
#ifndef ENGINE_SEEKER_H
#define ENGINE_SEEKER_H

#include "engine/env.h"
#include "meta/magnet.h"
#include "proto/handshake.h"
#include "swarm/peers.h"
#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seeker;
struct torrent;
struct torrent_config;

struct seeker_host {
    /* The metadata are there: len bytes, borrowed for the call, whose SHA-1 is the
     * info-hash. Called once, from the loop; the seeker may be freed inside. */
    void (*on_found)(void *ctx, const uint8_t *bytes, size_t len);
    /* It has come to rest after seeker_stop(). */
    void (*on_quiet)(void *ctx);
    void *ctx; /* borrowed */
};

struct seeker_config {
    uint32_t id;           /* of the entry: for events */
    struct magnet *magnet; /* taken */
    uint32_t max_peers;    /* 0: LIMITS_MAX_CONNS_TORRENT */
    struct seeker_host host;
};

/* Make one, at rest. env is borrowed and outlives it. Owned by the caller. */
struct seeker *seeker_new(struct env *env, const struct seeker_config *config);
/* Drop everything at once, and free. NULL: nothing. */
void seeker_free(struct seeker *s);

void seeker_start(struct seeker *s);
/* Close the connections and tell the trackers; what came of the metadata is kept. */
void seeker_stop(struct seeker *s);
/* Wait for the trackers no more: it is quiet. */
void seeker_stop_now(struct seeker *s);
bool seeker_is_running(const struct seeker *s);
/* Is it at rest, and have the trackers been told? */
bool seeker_is_quiet(const struct seeker *s);

const struct magnet *seeker_magnet(const struct seeker *s); /* borrowed */

/* Peers of this torrent, heard of by source. */
void seeker_add_peers(struct seeker *s, const struct addr *addrs, size_t n,
                      enum peers_source source);
/* As torrent_accept(). */
void seeker_accept(struct seeker *s, struct conn *conn,
                   const struct handshake *theirs);
/* The IP filter changed: ask trackers again that it had. */
void seeker_reconsider(struct seeker *s);
/* The network failed it: as rouse_lose() and rouse_ask(). */
void seeker_lose(struct seeker *s, bool v4, bool v6, const char *words);
void seeker_wake(struct seeker *s, int64_t slept_ms, int64_t delay_ms);
/* Ask the trackers again, and say how that stands. */
void seeker_reannounce(struct seeker *s);
/* Close a connection, and ban it. ERR_NOT_FOUND: there is no such peer. */
enum err seeker_send_away(struct seeker *s, uint32_t peer,
                          bool bans) ERR_MUST_CHECK;

/* The torrent is private: send away, and forget, whom neither a tracker nor the user
 * named. */
void seeker_go_private(struct seeker *s);
/* Leave peers, trackers and peer id to a torrent to be made with this configuration; what
 * is left is for seeker_hand_over() and seeker_free(). Where that torrent is not to run
 * at once, connections end here. */
void seeker_leave(struct seeker *s, struct torrent_config *config);
/* After that: give the connections to that torrent. */
void seeker_hand_over(struct seeker *s, struct torrent *t);

#endif
