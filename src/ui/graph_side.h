/* graph_side.h -- numbers beside a graph where there is room: means and maxima of every
 * span, amounts and limits. Draws only. */
#ifndef UI_GRAPH_SIDE_H
#define UI_GRAPH_SIDE_H

#include "ui/view.h"

enum { GRAPH_SIDE_W = 42 };

/* h: of the selected torrent, or, is_all, of all together. */
void graph_side_draw(const struct draw_pane *p, const struct view_world *w,
                     const struct history *h, bool is_all);

#endif
