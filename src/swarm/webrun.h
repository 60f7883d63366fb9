/* webrun.h -- decides which run of blocks to ask a web seed for next: many in a row, since
 * a range costs a round trip however long it is. Sends nothing; marks in pieces what it
 * chose, as the picker does, whose order it follows for where a run begins.
 * A run is blocks that follow one another in the torrent: the rest of a piece, and whole
 * pieces behind it that nobody has begun and that are wanted as much, up to a length. Where
 * the picker has no better than a piece not begun, the run goes on where the last one
 * ended, so that runs stay long. Of blocks that others were asked for, too, it is what
 * follows one another among those that the picker finds worth it.
 * Loop thread only. Cost: the picker's, and O(blocks of the run). */
#ifndef SWARM_WEBRUN_H
#define SWARM_WEBRUN_H

#include "swarm/picker.h"
#include "swarm/pieces.h"

#include <stdbool.h>
#include <stdint.h>

struct webrun {
    struct block_ref first;
    uint32_t n_blocks;
};

/* Choose a run of at most max_bytes (but at least one block), all its blocks asked of
 * query->peer. last: the run that it may go on from, NULL: none. False: there is nothing to
 * ask for. */
bool webrun_pick(struct picker *picker, struct pieces *pieces,
                 const struct picker_query *query, const struct webrun *last,
                 uint64_t max_bytes, struct webrun *out);

/* The i-th block of a run; with i == n_blocks the place behind it, which the torrent need
 * not have. O(1). */
struct block_ref webrun_block(const struct webrun *run,
                              const struct geometry *geo, uint32_t i);
/* Which block of the run it is, -1: none. O(1). */
int64_t webrun_find(const struct webrun *run, const struct geometry *geo,
                    struct block_ref b);
/* Where in the torrent the run begins, and where its first n blocks end. */
uint64_t webrun_off(const struct webrun *run, const struct geometry *geo);
uint64_t webrun_end(const struct webrun *run, const struct geometry *geo,
                    uint32_t n);

#endif
