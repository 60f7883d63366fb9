/* assembly.h -- where the payload of one torrent's begun pieces lies until it is
 * written. Knows no peers and no states: a block's memory is asked for, filled by
 * somebody, and reported filled.
 * A piece is assembled in runs, each one buffer of the pool: one run a piece, or,
 * where a piece is larger than ASSEMBLY_MAX_RUN, runs of that size, which go to disk
 * as each is full, so that a piece of 256 MiB does not need 256 MiB of memory.
 * A full run is taken out and becomes the memory of a disk job.
 * Owned by a torrent; loop thread only. Costs: a hash table look-up a call. */
#ifndef ENGINE_ASSEMBLY_H
#define ENGINE_ASSEMBLY_H

#include "engine/pool.h"
#include "meta/geometry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ASSEMBLY_WHOLE_MAX = 4 << 20, /* pieces up to here are one run */
    ASSEMBLY_MAX_RUN = 1 << 20    /* the runs of larger ones */
};

struct assembly;

/* A run that is full: the caller's now; give the bytes back to the pool. */
struct assembly_run {
    uint32_t piece_idx;
    uint32_t begin;
    uint32_t len;
    uint8_t *bytes;
};

/* Make one with nothing in it. geo and pool are borrowed and outlive it. Owned by the
 * caller. */
struct assembly *assembly_new(const struct geometry *geo, struct pool *pool);
/* Give all memory back to the pool, and free. NULL: nothing. */
void assembly_free(struct assembly *a);

/* Are pieces one run each, so that a full run is a whole piece? */
bool assembly_is_whole(const struct assembly *a);

/* The memory of a block, its run taken from the pool if it is not there yet:
 * geometry_block_len() bytes, borrowed until the run is taken out or the piece
 * dropped. Not for a block of a run that was taken out, unless its piece begins anew. */
uint8_t *assembly_block(struct assembly *a, struct block_ref b);

/* The block's payload is in its memory (once a block, after assembly_block()). Return
 * true, with the run in *out, when that filled its run; its bytes are the caller's. */
bool assembly_filled(struct assembly *a, struct block_ref b,
                     struct assembly_run *out);

/* Walk what is in memory, to save it: fill out with the first run at or after
 * (piece_idx, begin), still owned by the assembly; false when there is none. Which of
 * its blocks are filled is the caller's knowledge. */
bool assembly_next(const struct assembly *a, uint32_t piece_idx, uint32_t begin,
                   struct assembly_run *out);

/* Forget a piece, its runs given back; one that was not begun too. */
void assembly_drop(struct assembly *a, uint32_t piece_idx);

#endif
