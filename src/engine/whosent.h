/* whosent.h -- who an id of pieces is, that sent something: a connected peer, one that is
 * gone, or a web server; as an address, to blame, and in words, to people. A part of a
 * torrent. Loop thread only. O(members). */
#ifndef ENGINE_WHOSENT_H
#define ENGINE_WHOSENT_H

#include "engine/torrent_parts.h"

struct provenance;

/* The address that a connection had, also one that is gone, or that stands for a web
 * server; all zero when id is PEER_ID_NONE, or one of more than SENDERS_MAX connections
 * ago. */
struct addr whosent_addr(const struct torrent *t, peer_id_t id);
/* Who sent what, in words: "12 blocks from B, 4 from 192.0.2.7:6881". */
void whosent_words(struct torrent *t, const struct provenance *p, char *dst,
                   size_t cap);

#endif
