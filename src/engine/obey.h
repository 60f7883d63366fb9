/* obey.h -- carries out commands that a torrent can follow by itself. What concerns its
 * place among others, or the session, is orders' and the session's. Loop thread only. */
#ifndef ENGINE_OBEY_H
#define ENGINE_OBEY_H

#include "model/command.h"
#include "util/err.h"

#include <stdbool.h>

struct torrent;

/* Is it a command of this kind that obey_command() carries out? */
bool obey_knows(enum command_kind kind);
/* Carry out a command that obey_knows(). ERR_INVALID, ERR_NOT_FOUND: there is no such
 * file, piece or peer; ERR_BUSY: not now: cause has the words. */
enum err obey_command(struct torrent *t, const struct command *c,
                      struct cause *cause) ERR_MUST_CHECK;

#endif
