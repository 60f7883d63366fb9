/* peerlink.h -- one peer's connection from dial to close: connects, exchanges the
 * handshakes, then moves bytes between a `conn` and a `peer` within the limits. Decides
 * nothing about pieces or choking; owns the conn and the peer.
 * States: DIALING (waits for the connection), GREETING (waits for their handshake),
 * TALKING (peer exists), CLOSING (conn is gone; freed at the end of the turn).
 * Reading: payload goes straight to where the peer says, what follows it to the shared
 * scratch. Sending: whatever a turn produced leaves in one writev at its end.
 * Not reading: while a limit is used up, or while piece memory is (and the disk works
 * on giving some back). Loop thread only. */
#ifndef ENGINE_PEERLINK_H
#define ENGINE_PEERLINK_H

#include "engine/env.h"
#include "proto/handshake.h"
#include "swarm/peer.h"
#include "util/err.h"
#include "util/rate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PEERLINK_CONNECT_TIMEOUT_MS = 10000,
    PEERLINK_GREET_TIMEOUT_MS = 10000,
    PEERLINK_READS_PER_TURN = 4
};

struct peerlink;

/* What a link tells its torrent. */
struct peerlink_owner {
    /* Both handshakes are done: return the peer (owned by the link from now on), or
     * NULL to refuse, with the words in cause. */
    struct peer *(*on_greeted)(void *ctx, struct peerlink *l,
                               const struct handshake *theirs,
                               struct cause *cause);
    /* Bytes were sent: there may be room for more. */
    void (*on_sent)(void *ctx, struct peerlink *l);
    /* It ended, and is freed after this call; its peer is still there, and may be
     * taken with peerlink_take_peer(). */
    void (*on_closed)(void *ctx, struct peerlink *l, enum err why,
                      const char *words);
    void *ctx;           /* borrowed: outlives the link */
    struct bucket *down; /* borrowed: the torrent's limits */
    struct bucket *up;
    struct handshake hello; /* ours */
};

/* Dial. The link has been counted by limits_may_dial(). ERR_SYS: no socket (and the
 * count is taken back). */
enum err peerlink_dial(struct env *env, const struct peerlink_owner *owner,
                   const struct addr *remote, struct peerlink **out) ERR_MUST_CHECK;

/* Take over an accepted connection (counted by limits_may_accept()) whose handshake was
 * read, and nothing after it. Answers; on_greeted may be called at once. */
struct peerlink *peerlink_accept(struct env *env, const struct peerlink_owner *owner,
                         struct conn *conn, const struct handshake *theirs);

/* End it: on_closed is called at the end of this turn with these. words: clean. */
void peerlink_close(struct peerlink *l, enum err why, const char *words);
/* End it at once, without on_closed: for an owner that goes away. */
void peerlink_free(struct peerlink *l);

/* The peer has something to send: from peer_host.on_tx. */
void peerlink_send_soon(struct peerlink *l);

/* Memory is back: read on with those that waited for it. */
void peerlink_resume_paused(struct env *env);

struct peer *peerlink_peer(const struct peerlink *l); /* NULL before TALKING */
/* The same, the caller's from now on: inside on_closed only. */
struct peer *peerlink_take_peer(struct peerlink *l);
const struct addr *peerlink_remote(const struct peerlink *l);
bool peerlink_is_incoming(const struct peerlink *l);
bool peerlink_is_closing(const struct peerlink *l);
bool peerlink_is_half_open(const struct peerlink *l); /* DIALING */
bool peerlink_is_greeted(const struct peerlink *l);

#endif
