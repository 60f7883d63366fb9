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
/* Past attempts from row y on, at most to row `end`: the oldest first, of all n (newest
 * first) the newest that there is room for. Return the next row. */
int tracker_story_attempts(const struct draw_pane *p, int y, int end,
                           const struct moment *m,
                           const struct detail_attempt *attempts, size_t n);
/* The state in at most 7 cells. */
const char *tracker_story_state(enum detail_tracker_state state);

#endif
