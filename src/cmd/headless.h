/* headless.h -- `tessera --no-ui`: the session that lasts, without a terminal, in the
 * foreground until a signal ends it (interrupt.h); fit for a service manager, and what
 * the terminal UI leaves behind when the user detaches. See background.h.
 * Owner and thread: the subcommand's; main thread. */
#ifndef CMD_HEADLESS_H
#define CMD_HEADLESS_H

#include "cmd/lasting.h"

/* Run it, with the n torrents that are named, to its end. Return the exit status:
 * EXIT_DONE when a signal ended it in good order; what else was said on stderr. */
int headless_run(const struct lasting_config *config, int n, char **uris);

#endif
