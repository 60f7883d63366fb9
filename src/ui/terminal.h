/* terminal.h -- opens the terminal for curses and gives it back: by terminal_close(),
 * while the process is stopped, or from a signal handler by terminal_rescue(). Its
 * settings are then what they were.
 * curses writes to a file, and from there terminal_commit() hands its bytes to an
 * outlet: so nothing here waits for a slow terminal, and a frame that is late is not
 * drawn at all. Also what curses does not know: title, clipboard, frames at once.
 * Signals: SIGWINCH, SIGTSTP, SIGCONT and fatal ones are caught between open and
 * close. There is one terminal, so its state is the one of the process; main thread,
 * but for terminal_rescue(). */
#ifndef UI_TERMINAL_H
#define UI_TERMINAL_H

#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

enum terminal_stop {
    TERMINAL_RUNS,    /* nobody asked for a stop */
    TERMINAL_STOPPED, /* it was stopped, and goes on */
    TERMINAL_NO_JOBS  /* asked, but nobody could have it go on: it was not */
};

/* Are stdin and stdout a terminal whose description is known and rich enough? */
enum err terminal_check(struct cause *cause) ERR_MUST_CHECK;
/* Hand it to curses; false when curses would not. */
bool terminal_open(void);
void terminal_close(void);
/* Put everything back with async-signal-safe calls only; nothing when not open. */
void terminal_rescue(void);

/* Wait for a key, at most wait_ms, writing what waits to be written. True: curses can
 * be asked for one. */
bool terminal_wait(int wait_ms);
/* Has the other end of it gone? */
bool terminal_is_gone(void);
/* Has it taken all there was: is it time for a frame? */
bool terminal_is_clear(void);
/* Send what curses wrote: a frame, or sequences. */
void terminal_commit(void);
/* All bytes sent so far. */
uint64_t terminal_n_written(void);

/* Do what signals asked for since the last call. True: all is to be drawn anew, with
 * the size that it has now. */
bool terminal_refit(void);
/* Stop this process and those of its job, as ^Z does. */
void terminal_ask_stop(void);
/* Stop the process when SIGTSTP asked for it, the terminal given back meanwhile. */
enum terminal_stop terminal_take_stop(void);
/* Is it the shell's now, because this process goes on in the background? It is not
 * touched then; terminal_refit() takes it again when it is ours. */
bool terminal_is_away(void);

/* Have the mouse reported to curses, or not: then text can be selected. */
void terminal_set_mouse(bool on);
/* Name the window; where that cannot be done, nothing. text: our own words. */
void terminal_set_title(const char *text);
/* Offer text, cleaned, to the clipboard of the terminal; false: it is not one that
 * takes it, or the text is empty or too long. */
bool terminal_copy(const char *text);

#endif
