/* interrupt.h -- what the user's signals mean to a command that runs for long: once,
 * stop in good order; twice, end at once. INT, TERM and HUP alike; a HUP that was ignored
 * stays so, and PIPE is ignored.
 * The state is the process's own: one such command a process. */
#ifndef CMD_INTERRUPT_H
#define CMD_INTERRUPT_H

#include <stdbool.h>

/* Catch the signals; again after something else (the UI) had them. */
void interrupt_catch(void);

/* Was there one? The command is to come to its end. */
bool interrupt_came(void);

/* Does a line without its newline stand on the terminal? An end at once then writes
 * that first, so that the prompt has a line of its own. */
void interrupt_set_live_line(bool stands);

#endif
