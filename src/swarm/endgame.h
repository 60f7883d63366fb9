/* endgame.h -- finds, when no wanted block is FREE, those that are worth asking
 * of another peer too. Marks nothing: picker does.
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

/* Write up to cap blocks (at most PICKER_ENDGAME_BLOCKS) of wanted pieces that
 * are ASKED of others and that the query's peer has to out; return how many.
 * O(blocks of begun pieces). */
size_t endgame_find(const struct pieces *pieces,
                    const struct parole *parole,
                    const struct picker_query *query, struct block_ref *out,
                    size_t cap);

#endif
