/* look.h -- changes how the screen is drawn: colours and glyphs, by keys and by names. What
 * is chosen becomes a setting, to be kept where the user says so. */
#ifndef UI_LOOK_H
#define UI_LOOK_H

#include "ui/view.h"

#include <stdbool.h>

/* Do a key's action; false: it is not about the look. */
bool look_act(struct view_world *w, struct draw *d, enum keys_action action);
/* Do a typed command, such as "theme" with "light"; false: likewise. */
bool look_called(struct view_world *w, struct draw *d, const char *word,
                 const char *name);

#endif
