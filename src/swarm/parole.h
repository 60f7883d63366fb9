/* parole.h -- pieces that failed their hash: each is kept for one peer at a time,
 * so that the next attempt proves something whichever way it ends, to blame.
 * Picks nothing, blames nobody. Shared with whoever sent the wrong block, a
 * piece could fail for ever.
 * A piece is kept for the peer that is at it while that one gets on with it: it
 * was asked, or answered, within PAROLE_QUIET_MS, and its first block is not
 * older than PAROLE_MAX_MS. A value of the picker's; loop thread only. */
#ifndef SWARM_PAROLE_H
#define SWARM_PAROLE_H

#include "swarm/pieces.h"
#include "util/bitset.h"

#include <stdbool.h>
#include <stdint.h>

enum { PAROLE_QUIET_MS = 10000, PAROLE_MAX_MS = 120000 };

struct parole {
    struct bitset *set; /* owned; n_pieces bits; NULL while none ever was */
};

void parole_init(struct parole *p); /* none is */
void parole_fini(struct parole *p);

/* Put a piece of n_pieces on parole, or let it go. */
void parole_begin(struct parole *p, uint32_t n_pieces, uint32_t piece_idx);
void parole_end(struct parole *p, uint32_t piece_idx);

/* Is this piece kept from a peer now, for another? O(1) when it is not on
 * parole, else O(blocks of the piece). */
bool parole_keeps(const struct parole *p, const struct pieces *pieces,
                  uint32_t piece_idx, peer_id_t from, int64_t now_ms);

#endif
