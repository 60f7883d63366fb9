/* peerlink.h -- one peer's connection from dial to close: connects, exchanges the
 * handshakes, then moves bytes between a `conn` and a `peer` within the limits. Decides
 * nothing about pieces or choking; owns the conn and the peer.
 * Dials encrypted or plain, as env->encryption and what is known of the peer say, and where
 * nothing came of that before a byte of their handshake, at once the other way, once.
 * States: DIALING (waits for the connection), GREETING (waits for their handshake),
 * TALKING (peer exists), CLOSING (conn is gone; freed at the end of the turn).
 * Reading: payload goes straight to where the peer says, what follows it to the shared
 * scratch. Sending: whatever a turn produced leaves in one writev at its end.
 * Not reading: while a limit is used up, or while piece memory is (and the disk works
 * on giving some back). Links that wait for one limit have their shares in turn.
 * Owned by a torrent's member; loop thread only. Source: BEP 3 "peer protocol". */
#ifndef ENGINE_PEERLINK_H
#define ENGINE_PEERLINK_H

#include "engine/env.h"
#include "proto/handshake.h"
#include "swarm/peer.h"
#include "swarm/peers.h"
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

/* What a link tells its torrent. Any of these may close the link; none may free it. */
struct peerlink_owner {
    /* Both handshakes are done: return the peer (owned by the link from now on), or
     * NULL to refuse, with the words in cause. theirs: borrowed for the call. */
    struct peer *(*on_greeted)(void *ctx, struct peerlink *l,
                               const struct handshake *theirs,
                               struct cause *cause);
    /* Bytes were sent: there may be room for more. */
    void (*on_sent)(void *ctx, struct peerlink *l);
    /* It ended, and is freed after this call; its peer is still there, and may be
     * taken with peerlink_take_peer(). Called once, and last. words: borrowed. */
    void (*on_closed)(void *ctx, struct peerlink *l, enum err why,
                      const char *words);
    void *ctx;           /* borrowed: outlives the link */
    struct bucket *down; /* borrowed: the torrent's limits */
    struct bucket *up;
    struct handshake hello; /* ours */
    enum peers_crypt crypt; /* which way worked with this peer: tried first */
};

/* Begin to connect to remote; owner is copied. The caller has been counted by
 * limits_may_dial(): from here on the link holds that count. *out: owned until
 * on_closed. Nobody is called from inside. ERR_SYS: no socket can be had; the count is
 * given back, errno says why. */
enum err peerlink_dial(struct env *env, const struct peerlink_owner *owner,
                       const struct addr *remote,
                       struct peerlink **out) ERR_MUST_CHECK;

/* Take over an accepted connection (counted by limits_may_accept(), which the link
 * holds from here on) whose handshake was read, and nothing after it; conn is taken,
 * owner and theirs are copied. Sends our handshake; on_greeted may be called at once,
 * before the caller has the link. Never NULL; owned until on_closed. */
struct peerlink *peerlink_accept(struct env *env,
                                 const struct peerlink_owner *owner,
                                 struct conn *conn,
                                 const struct handshake *theirs);

/* From now on it is another's: owner (copied) is told what happens. Of the same torrent
 * and peer id, when it is not closing. The peer's own host is the caller's matter,
 * and so is calling it from outside of the link's callbacks. */
void peerlink_give(struct peerlink *l, const struct peerlink_owner *owner);
/* End it: the connection and its counts go now, on_closed is called at the end of this
 * turn with these (words: clean, copied). A second call does nothing. */
void peerlink_close(struct peerlink *l, enum err why, const char *words);
/* End it at once, without on_closed, its peer too: for an owner that goes away. Not
 * from inside a callback of its own. NULL: nothing. */
void peerlink_free(struct peerlink *l);

/* Send what the peer has to say, at the end of this turn: from peer_host.on_tx. Does
 * nothing before TALKING and after closing. */
void peerlink_send_soon(struct peerlink *l);

/* Read on with all links that wait for memory: some is back, or the disk is idle. */
void peerlink_resume_paused(struct env *env);

/* The peer, borrowed; NULL before TALKING. */
struct peer *peerlink_peer(const struct peerlink *l);
/* The same, the caller's from now on (NULL: there was none): inside on_closed only. */
struct peer *peerlink_take_peer(struct peerlink *l);
/* Bytes that went over its connections so far beside payload: handshakes, messages, what
 * encryption and proxies add. Also inside on_closed, before the peer is taken. */
void peerlink_overhead(const struct peerlink *l, uint64_t *down_out,
                       uint64_t *up_out);
/* Whom it connects to; borrowed, also inside on_closed. */
const struct addr *peerlink_remote(const struct peerlink *l);
/* Was it accepted, not dialled? */
bool peerlink_is_incoming(const struct peerlink *l);
bool peerlink_is_closing(const struct peerlink *l);
/* Is it DIALING, or did it end in that state? */
bool peerlink_is_half_open(const struct peerlink *l);
/* Does it begin with an encrypted handshake; and is all that follows encrypted? Since
 * greeted. */
bool peerlink_has_crypt(const struct peerlink *l);
bool peerlink_is_encrypted(const struct peerlink *l);
/* As conn_rtt_us(); -1 while there is no connection. */
int64_t peerlink_rtt_us(const struct peerlink *l);
/* Has it a peer? */
bool peerlink_is_greeted(const struct peerlink *l);

#endif
