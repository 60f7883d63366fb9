/* have_map.h -- a peer's pieces in a row of cells, beside ours. Pure functions; O(pieces)
 * a row. */
#ifndef UI_HAVE_MAP_H
#define UI_HAVE_MAP_H

#include "model/detail.h"
#include "ui/draw.h"

enum have_map_row {
    HAVE_MAP_THEIRS, /* what it has; d has the peer in focus */
    HAVE_MAP_OURS,   /* what we have; d has FOCUS_PIECES */
    HAVE_MAP_GIVES   /* what it has and we want; both */
};

/* Draw w cells (at most CELLROW_MAX): full, some, none; of HAVE_MAP_GIVES '*' where
 * there is any. Nothing when d has not what it needs. */
void have_map_draw(const struct draw_pane *p, int y, int x, int w,
                   enum have_map_row row, const struct detail *d);

#endif
