/* tui.h -- the terminal: sets it up, runs the frame loop, and gives it back as it was,
 * also after a fatal signal. Everything that is shown is screen.h's.
 * The loop wakes for a key at once, and for news four times a second, ten times soon
 * after a key, once when nothing moves; it draws only when something changed, and only
 * when the terminal has taken what was drawn before. While curses has the terminal,
 * what is written to stderr is kept, and shown afterwards. When the terminal goes away
 * (SIGHUP, end of input) the session is ended in good order.
 * Signals: SIGINT counts as ^C, the second one leaves at once; SIGTERM and SIGHUP end
 * in good order; SIGTSTP stops the process where a shell can continue it.
 * Thread: the main one; one at a time. */
#ifndef UI_TUI_H
#define UI_TUI_H

#include "model/bridge.h"
#include "ui/host.h"
#include "ui/prefs.h"
#include "util/err.h"

/* Is there a terminal that curses can draw on? ERR_UNSUPPORTED, ERR_NOT_FOUND: the
 * cause says what is missing and what to do. */
enum err tui_check(struct cause *cause) ERR_MUST_CHECK;

enum tui_outcome {
    TUI_STOPPED,  /* the session has */
    TUI_DETACHED, /* the same, but the user wants it to go on in the background */
    TUI_NOT_AWAITED /* the user would not wait for that */
};

/* Show the session behind the bridge until it has stopped. host is copied; prefs:
 * borrowed. */
enum tui_outcome tui_run(struct bridge *bridge, const struct host *host,
                         const struct tui_prefs *prefs);

#endif
