/* acquaint.h -- what the peer of a member is to know of the torrent: told at its birth, or
 * later, where it is older than the torrent (a seeker's, handed over). A part of a torrent.
 * Loop thread only. */
#ifndef ENGINE_ACQUAINT_H
#define ENGINE_ACQUAINT_H

#include "engine/torrent_parts.h"

/* For a peer of m, connected by l; what their handshake said is left open. */
struct peer_config acquaint_config(const struct member *m,
                                   const struct peerlink *l);
/* m was given a link of a seeker: settle its peer, if it has one already. */
void acquaint_adopt(struct member *m);
/* Checking is over: tell those that were here all along what was found. O(members *
 * pieces). */
void acquaint_tell(struct torrent *t);

#endif
