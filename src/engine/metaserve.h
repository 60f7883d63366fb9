/* metaserve.h -- gives the torrent's metadata to members that ask for them; not those of a
 * private torrent, which only its trackers' users are to have. What does not fit into what
 * waits to be sent to a member waits here, METASERVE_MAX pieces over all of them; beyond
 * that, and when one asks for far more than there is, they are rejected.
 * A part of a torrent. Loop thread only. Source: BEP 9, 27. */
#ifndef ENGINE_METASERVE_H
#define ENGINE_METASERVE_H

#include "engine/torrent_parts.h"

#include <stddef.h>
#include <stdint.h>

enum {
    METASERVE_MAX = 64,
    METASERVE_ROUNDS = 4 /* how often one member may have all of it */
};

void metaserve_fini(struct torrent *t);

/* What a peer is told of it in our extended handshake. */
void metaserve_configure(const struct torrent *t, struct peer_config *config);
/* m sent a message of ut_metadata. */
void metaserve_on_message(struct member *m, const uint8_t *bytes, size_t len);
/* Bytes went to m: there may be room for more. */
void metaserve_on_sent(struct member *m);
/* m goes. */
void metaserve_forget(const struct member *m);

#endif
