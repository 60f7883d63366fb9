/* piece_cells.h -- what one cell of the map of pieces says of the pieces in it: the worst
 * wins, so that nothing that matters is lost by looking from afar. Letters, of which
 * those that are bars are drawn by glyphs. Pure functions. */
#ifndef UI_PIECE_CELLS_H
#define UI_PIECE_CELLS_H

#include "model/detail.h"
#include "ui/draw.h"

#include <stdint.h>

/* The letter for pieces first..end-1 (at least one): '!' wanted, and nobody here has it;
 * 'x' failed its hash; '1' one peer has it; '*' on order; 'o' begun; '.' missing; '='
 * some are had; '#' all are had; '-' not wanted. d has FOCUS_PIECES. */
char piece_cells_letter(const struct detail *d, uint32_t first, uint32_t end);
/* Draw the cell of a letter. */
void piece_cells_draw(const struct draw_pane *p, int y, int x, char letter);

#endif
