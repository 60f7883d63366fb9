/* finder_story.h -- what is to say of one way to find peers beside trackers: what it did
 * and what came of it, and when it does so again. Draws only. */
#ifndef UI_FINDER_STORY_H
#define UI_FINDER_STORY_H

#include "ui/moment.h"
#include "ui/units.h"
#include "ui/view.h"

/* In a pane with a line and its name on top. */
void finder_story_draw(const struct draw_pane *p, const struct view_world *w,
                       const struct moment *m, enum detail_finder_kind kind,
                       const struct detail_finder *f);
/* The state in at most 7 cells: how far it is, where that is known. */
void finder_story_state(const struct detail_finder *f, char dst[UNITS_LEN]);
enum theme_role finder_story_role(enum detail_finder_state state);

#endif
