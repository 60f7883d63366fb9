/* piece_map.h -- where pieces stand on a map of cells: how many a cell has, which rows
 * are to be seen, where the cursor goes. Draws the cells that piece_cells makes, with
 * the number of each row's first piece, in groups of 16 where two of those fit.
 * Knows nothing of what cells say. Plain value; front end's thread.
 * Invariant after piece_map_fit(): the cursor's row is to be seen; per_cell, n_cells
 * (of a row) and n_rows are at least 1. */
#ifndef UI_PIECE_MAP_H
#define UI_PIECE_MAP_H

#include "ui/keys.h"
#include "ui/piece_cells.h"

#include <stdbool.h>
#include <stdint.h>

enum piece_map_zoom {
    PIECE_MAP_FIT,  /* all pieces, as many a cell as that takes */
    PIECE_MAP_ONE,  /* one piece a cell, and rows scroll */
    PIECE_MAP_DOTS, /* eight, a dot each: those that are had */
    PIECE_MAP_N_ZOOMS
};

struct piece_map {
    enum piece_map_zoom zoom;
    uint32_t n_pieces;
    uint32_t per_cell;
    uint32_t n_cells; /* of a row */
    uint32_t n_rows;  /* that can be seen */
    uint32_t top;     /* the first row that is */
    int label_w;      /* cells before the map; 0: no numbers */
    bool has_gaps;    /* between groups */
};

/* Lay out n_pieces (at least 1) in h by w cells, so that the cursor is seen. */
void piece_map_fit(struct piece_map *m, uint32_t n_pieces, uint32_t cursor,
                   int h, int w);
/* Draw what is to be seen. The walk of c begins here. */
void piece_map_draw(const struct piece_map *m, const struct draw_pane *p,
                    struct piece_cells *c, uint32_t cursor);
/* Which pieces a cell of the pane has; false: none. */
bool piece_map_at(const struct piece_map *m, int y, int x, uint32_t *first_out,
                  uint32_t *end_out);
/* Which pieces the cell has that the cursor goes to from a piece; false when the action
 * moves nothing. The two may be where it is. */
bool piece_map_move(const struct piece_map *m, enum keys_action action,
                    uint32_t cursor, uint32_t *first_out, uint32_t *end_out);
/* The next zoom that shows something else. */
void piece_map_zoom(struct piece_map *m, bool has_dots);

#endif
