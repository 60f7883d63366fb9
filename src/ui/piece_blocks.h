/* piece_blocks.h -- the blocks of pieces under way as rows of cells: '#' is here, '.'
 * nobody is asked, a letter: that peer is, in lower case when it is slow or silent; a
 * digit: so many are (endgame). Of several blocks in a cell the longest wait wins, and
 * '=' is some of them here. Pure but for drawing; keeps nothing. */
#ifndef UI_PIECE_BLOCKS_H
#define UI_PIECE_BLOCKS_H

#include "model/detail.h"
#include "ui/cellrow.h"

#include <stdint.h>

/* The blocks of a piece in at most `max` cells (1..CELLROW_MAX); those on order with
 * `peer` (0: none) stand out. Return how many cells; 0 when its table was left out. */
int piece_blocks_make(const struct detail *d, const struct detail_active *a,
                      uint32_t peer, int64_t now_ms, int max,
                      struct cellrow_cell *out);
/* How many blocks such a cell has. */
uint32_t piece_blocks_per_cell(const struct detail_active *a, int max);
/* Draw all pieces under way, a row each, scrolled so that the cursor's piece, or where
 * it would be, is seen. */
void piece_blocks_list(const struct draw_pane *p, const struct detail *d,
                       uint32_t cursor, uint32_t peer, int64_t now_ms);
/* The piece that such a list shows in row y; FOCUS_PIECE_NONE: none. */
uint32_t piece_blocks_list_at(const struct detail *d, uint32_t cursor,
                              int height, int y);
/* "6.1s", and from 100 s on as text_duration(); dst of 16 bytes. Negative: "0.0s". */
void piece_blocks_age(char dst[16], int64_t ms);

#endif
