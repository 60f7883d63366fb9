/* terminal.h -- opens the terminal for curses and gives it back, by terminal_close() or
 * from a signal handler by terminal_rescue(). There is one terminal, so its state is
 * the one of the process; main thread, but for terminal_rescue(). */
#ifndef UI_TERMINAL_H
#define UI_TERMINAL_H

#include "util/err.h"

#include <stdbool.h>

/* Are stdin and stdout a terminal whose description is known and rich enough? */
enum err terminal_check(struct cause *cause) ERR_MUST_CHECK;
/* Hand it to curses; false when curses would not. Catches fatal signals: they give
 * the terminal back before they end the process. */
bool terminal_open(void);
void terminal_close(void);
/* Has the other end of it gone? */
bool terminal_is_gone(void);
/* Put everything back with async-signal-safe calls only; nothing when not open. */
void terminal_rescue(void);

#endif
