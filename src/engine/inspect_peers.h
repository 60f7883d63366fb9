/* inspect_peers.h -- the parts of a detail that are about peers. As inspect.h. */
#ifndef ENGINE_INSPECT_PEERS_H
#define ENGINE_INSPECT_PEERS_H

#include "engine/torrent_parts.h"
#include "model/detail.h"

/* The table, who left, and what only one of them has. */
void inspect_peers(struct torrent *t, struct detail *d);
/* What a peer itself knows of its connection. */
void inspect_peers_status(struct detail_peer *p, const struct peer_status *s);
/* Of the peer in focus. */
void inspect_peers_timeline(struct torrent *t, struct detail *d);
void inspect_peers_trace(struct torrent *t, struct detail *d);
/* Of those who moved most in the last minute. O(members * 60). */
void inspect_peers_stack(struct torrent *t, struct detail *d);
/* Where those connected now were heard of; without FOCUS_PEERS too. */
void inspect_peers_sources(struct torrent *t, struct detail *d);

#endif
