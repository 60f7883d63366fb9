/* block_tables.h -- the block tables of a torrent's begun pieces, in the order
 * of their index. Knows of blocks only what is FREE, ASKED or RECEIVED, and
 * counts them; what a piece's state is, and whether it is wanted, is for pieces
 * to say. Owned by pieces; loop thread only. Finding is O(log n), adding and
 * removing also moves up to n pointers. */
#ifndef SWARM_BLOCK_TABLES_H
#define SWARM_BLOCK_TABLES_H

#include "swarm/pieces.h"

#include <stdint.h>

struct block_tables;

/* Read it freely; only block_tables_set_free() and _set_taken() may change what
 * of its blocks is FREE. */
struct block_table {
    uint32_t n_blocks;
    uint32_t n_free;
    uint32_t n_asked;    /* kept by the caller */
    uint32_t first_free; /* n_blocks when none is */
    struct pieces_block blocks[];
};

struct block_tables *block_tables_new(void);
void block_tables_free(struct block_tables *ts);
uint32_t block_tables_count(const struct block_tables *ts);

/* The table of a piece, borrowed until it is removed; NULL when it has none. */
struct block_table *block_tables_find(const struct block_tables *ts,
                                      uint32_t piece_idx);
/* Add a table of n_blocks FREE blocks for a piece that has none. */
struct block_table *block_tables_add(struct block_tables *ts,
                                     uint32_t piece_idx, uint32_t n_blocks);
/* Remove a piece's table; no-op when it has none. */
void block_tables_remove(struct block_tables *ts, uint32_t piece_idx);
/* The first piece with a table at or after `from`; -1 when there is none. */
int64_t block_tables_next(const struct block_tables *ts, uint32_t from);

/* Make a block that is not FREE so, and forget what was known of it. */
void block_tables_set_free(struct block_table *t, uint32_t block_idx);
/* Count a block, whose state was FREE and is now set to another, as taken. O(1)
 * amortised when blocks are taken in order. */
void block_tables_set_taken(struct block_table *t, uint32_t block_idx);

/* Assert order and counts: for tests. O(blocks). */
void block_tables_check(const struct block_tables *ts);

#endif
