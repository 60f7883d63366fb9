/* leaving.h -- how the user leaves: once, and everything is saved; twice, and at once; or
 * so that the session goes on in the background. Keeps how far that is, asks, and sends
 * COMMAND_QUIT; what comes after that is up to whoever runs the UI.
 * Plain value, part of a screen; front end's thread. */
#ifndef UI_LEAVING_H
#define UI_LEAVING_H

#include "ui/screen.h"
#include "ui/view.h"

#include <stdbool.h>
#include <stdint.h>

struct leaving {
    enum screen_phase phase;
    int64_t since_ms; /* of SCREEN_LEAVING */
    bool detaches;    /* the session is to go on */
};

void leaving_quit(struct leaving *l, struct view_world *w, int64_t now_ms);
/* Ask whether the session is to go on; or say that it cannot. The answer is a command. */
void leaving_ask(struct view_world *w);
/* Do a typed command; false: it is not about leaving. */
bool leaving_called(struct leaving *l, struct view_world *w, const char *word,
                    int64_t now_ms);

#endif
