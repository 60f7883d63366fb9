/* hold.h -- what of all that came the user sees: the latest, or while the view is held a
 * moment of the last ten minutes (ui/reel), with the events up to it. Sets in the world
 * frame, latest and events; says in words which moment it is, and what was not kept of
 * it: of the torrent that was open then what its tabs show, of others nothing.
 * Events: the newest HOLD_MAX_EVENTS. Owner and thread: the front end's. */
#ifndef UI_HOLD_H
#define UI_HOLD_H

#include "ui/view.h"

#include <stdbool.h>

enum { HOLD_MAX_EVENTS = 1000, HOLD_WORDS_LEN = 64 };

struct hold;

struct hold *hold_new(void);
void hold_free(struct hold *h); /* NULL: nothing */

/* A new frame, taken; and an event. */
void hold_on_frame(struct hold *h, struct view_world *w, struct frame *f);
void hold_on_event(struct hold *h, struct view_world *w, const struct event *e);
/* Hold, go on, or step to another moment; false: the action is none of these. */
bool hold_act(struct hold *h, struct view_world *w, enum keys_action action);
bool hold_is_on(const struct hold *h);
/* Which moment is shown, and the keys, for a header of this width; "" while not held. */
void hold_words(const struct hold *h, int width, char dst[HOLD_WORDS_LEN]);
/* While held: where what is shown has not all that a view needs (view_focus()), show the
 * moment of the same second that was kept. Once a second the engine is asked for what
 * all tabs show, in other frames for what is looked at. */
void hold_settle(struct hold *h, struct view_world *w,
                 const struct focus *needs);
/* While held: say in the pane that nothing is kept of what a view is about, when it was
 * not looked at then, though it is by now; false, and nothing drawn: it is there.
 * needs: what the view looks at (view_focus()), `optional` of its parts being such that
 * it does without. */
bool hold_draw_lack(const struct hold *h, const struct view_world *w,
                    const struct focus *needs, uint32_t optional,
                    const struct draw_pane *p);

#endif
