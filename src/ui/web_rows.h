/* web_rows.h -- the web servers of a torrent as lines of a pane, below its trackers. Draws
 * only; what does not fit is left out. */
#ifndef UI_WEB_ROWS_H
#define UI_WEB_ROWS_H

#include "model/detail.h"
#include "ui/draw.h"

#include <stdint.h>

/* How many lines they would like: a heading and one each; 0: there are none. */
int web_rows_height(const struct detail *d);
/* Draw them from line y of the pane on. */
void web_rows_draw(const struct draw_pane *p, int y, const struct detail *d,
                   int64_t now_ms);

#endif
