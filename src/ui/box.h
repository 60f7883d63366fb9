/* box.h -- a frame of lines about a pane, with a title. Draws only. */
#ifndef UI_BOX_H
#define UI_BOX_H

#include "ui/draw.h"

#include <stdbool.h>

/* Draw it on the pane's edge; one that has the focus has its title in brackets. Returns
 * what is inside, which may be nothing. */
struct draw_pane box_draw(const struct draw_pane *p, const char *title,
                          bool has_focus);
/* Put words into its lower line, on the right. */
void box_foot(const struct draw_pane *p, const char *words);

#endif
