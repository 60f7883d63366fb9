/* logging.h -- where the log of a run goes: to stderr, or to a file, with the time.
 * Owner and thread: the subcommand's; begun before there are others. */
#ifndef CMD_LOGGING_H
#define CMD_LOGGING_H

#include "cmd/opt.h"
#include "cmd/settings.h"

#include <stdbool.h>

/* Begin as the settings say; verbose (0, 1, 2 and more) adds to their topics. Return
 * false when the topics or the file are of no use, which was said as from `command`. */
bool logging_begin(const struct opt_command *command, const struct settings *s,
                   unsigned verbose);
void logging_end(void);

#endif
