/* spawn.h -- starts a program from its words, by no shell: with standard streams on
 * /dev/null, signals and descriptors as for a fresh program, and in a process group of
 * its own, which the terminal's keys do not reach. Waits for nothing: the caller reaps.
 * Source: posix_spawn(3). Any thread. */
#ifndef CMD_SPAWN_H
#define CMD_SPAWN_H

#include "cmd/opt.h"

#include <sys/types.h>

/* Start words (one or more; the first is looked for in PATH), with `last` behind them
 * unless it is NULL. env NULL: our own. *pid_out on success. Return 0 or an errno
 * value. */
int spawn_program(const struct opt_list *words, const char *last, char **env,
                  pid_t *pid_out);

/* Start argv (NULL ends it, as env) as the leader of a session of its own, without a
 * terminal, whose end would end it; what it says on stderr goes to err_fd. *pid_out and
 * the result as above. */
int spawn_session(char *const *argv, char *const *env, int err_fd,
                  pid_t *pid_out);

#endif
