/* background.h -- the session that goes on without a terminal (headless.h), one at a
 * time of a state folder: how the terminal UI starts it when the user detaches, and
 * takes it over at its start, by ending it.
 * While it runs it holds the file `background` of the state folder (disk/tenure), by
 * which it is found. Who starts it hands over, in the environment (TESSERA_DETACHED),
 * settings that are in no file; its stderr is a pipe back until it is ready, which it
 * says by a NUL there: what it wrote before is why it is not, or a warning.
 * What is wrong is said on stderr, as from `command`. Owner and thread: the subcommand's;
 * main thread. */
#ifndef CMD_BACKGROUND_H
#define CMD_BACKGROUND_H

#include "cmd/opt.h"
#include "cmd/settings.h"

#include <stdbool.h>

enum { BACKGROUND_END_MS = 30000 /* how long one that was told to end may take */ };

struct tenure;

/* ---- Its own side ---- */

/* Hold the place. *out: owned, tenure_release() it when the session has ended. Return an
 * exit status: when it is not EXIT_DONE, the cause was said. */
int background_hold(const struct opt_command *command, struct tenure **out);
/* Take what was handed over, if anything was, as settings. */
void background_take_settings(struct settings *s);
/* Say that the session runs to who started it, and nothing more from then on; false:
 * nobody waits for that. Once, after background_take_settings(). */
bool background_say_ready(void);

/* ---- The terminal UI's side ---- */

/* Have the session in the background end, if there is one, and wait for it. Return an
 * exit status: EXIT_DONE when there is none any more. */
int background_take_over(const struct opt_command *command);

/* Start it: this program (program: its argv[0]) with --no-ui and these n options; extra:
 * settings that are in no file, as a file has them. Wait until it is ready, and say which
 * process it is; else return an exit status other than EXIT_DONE, and why was said. */
int background_start(const struct opt_command *command, const char *program,
                     char *const *options, int n, const char *extra);

#endif
