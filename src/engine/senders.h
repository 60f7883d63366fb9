/* senders.h -- remembers the address of each connection of a torrent by its id, also
 * when it is closed: a piece may turn out wrong later, and who sent it is to be found.
 * Ids count from 1, each one more than the last; SENDERS_MAX of them are kept. Holds
 * nothing before the first. A part of a torrent; loop thread only. */
#ifndef ENGINE_SENDERS_H
#define ENGINE_SENDERS_H

#include "swarm/pieces.h"
#include "util/addr.h"

#include <stdint.h>

enum { SENDERS_MAX = 4096 };

/* All zero: nobody is known. */
struct senders {
    struct addr *ring; /* owned: by id, of n places */
    uint32_t n;        /* 0, then a power of two up to SENDERS_MAX */
};

void senders_fini(struct senders *s);
void senders_remember(struct senders *s, peer_id_t id, const struct addr *a);
/* The address of a connection; port 0: forgotten, or PEER_ID_NONE. latest: the greatest
 * id that was given. */
struct addr senders_addr(const struct senders *s, peer_id_t id,
                         peer_id_t latest);

#endif
