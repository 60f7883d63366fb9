/* cellrow.h -- a row of cells of a map: a letter and a role each, drawn in runs of one
 * role. Letters for what is had, begun and missing are drawn by the glyphs of the level;
 * eight dots in a cell are braille, which only that level has. Keeps nothing. */
#ifndef UI_CELLROW_H
#define UI_CELLROW_H

#include "ui/draw.h"

#include <stdint.h>

enum { CELLROW_MAX = 512 }; /* cells of a row */

struct cellrow_cell {
    char letter;  /* '#', '=' and '.' are glyphs; '\0': dots */
    uint8_t role; /* enum theme_role */
    /* Of eight, the first is the lowest bit: down on the left, then down on the right. */
    uint8_t dots;
};

/* Draw n cells, at most CELLROW_MAX, from (y, x) on. */
void cellrow_draw(const struct draw_pane *p, int y, int x,
                  const struct cellrow_cell *cells, int n);
/* A cell with the role that its letter has on maps of states. */
struct cellrow_cell cellrow_of(char letter);

#endif
