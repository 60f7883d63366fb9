/* endgame.h -- finds, when no wanted block is FREE, those that are worth asking
 * of another peer too; and, when a reader waits, those that are late. Marks nothing: picker does.
 * Order: fewest copies on order first, then the longest-waiting; never more
 * than PICKER_MAX_COPIES copies, never two to one peer; nothing of a piece that
 * is on parole and kept for another.
 * Used by picker; loop thread only. Source: Cohen 2003. */
#ifndef SWARM_ENDGAME_H
#define SWARM_ENDGAME_H

#include <stddef.h>

#include "swarm/parole.h"
#include "swarm/picker.h"
#include "swarm/pieces.h"
#include "swarm/streaming.h"

enum { ENDGAME_LATE_PIECES = 64 };

/* Write up to cap blocks (at most PICKER_ENDGAME_BLOCKS) of wanted pieces that
 * are ASKED of others and that the query's peer has to out; return how many.
 * O(blocks of begun pieces). */
size_t endgame_find(const struct pieces *pieces, const struct parole *parole,
                    const struct picker_query *query, struct block_ref *out,
                    size_t cap);

/* The same of late blocks of the pieces that a walk goes through, those asked of
 * nobody else first; ENDGAME_LATE_PIECES are looked at. */
size_t endgame_find_late(const struct parole *parole,
                         const struct picker_query *query,
                         struct streaming_walk *walk, struct block_ref *out,
                         size_t cap);

#endif
