/* tracker_story.h -- what is to say of one tracker: its past attempts and what came of
 * them, when it is asked again, and whether it alone fails. Draws only. */
#ifndef UI_TRACKER_STORY_H
#define UI_TRACKER_STORY_H

#include "ui/moment.h"
#include "ui/view.h"

/* d->trackers[idx] in a pane with a line and its URL on top. */
void tracker_story_draw(const struct draw_pane *p, const struct view_world *w,
                        const struct moment *m, const struct detail *d,
                        size_t idx);
/* The state in at most 7 cells. */
const char *tracker_story_state(enum detail_tracker_state state);

#endif
