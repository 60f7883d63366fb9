/* obey.h -- carries out commands that concern one torrent. Those that concern the session
 * (adding, removing, quitting, the focus) are the session's. Loop thread only. */
#ifndef ENGINE_OBEY_H
#define ENGINE_OBEY_H

#include "model/command.h"
#include "util/err.h"

#include <stdbool.h>

struct torrent;

/* Is it for one torrent alone? */
bool obey_knows(enum command_kind kind);
/* Carry it out; obey_knows() its kind. ERR_INVALID, ERR_NOT_FOUND: there is no such file,
 * piece or peer: cause has the words. */
enum err obey_command(struct torrent *t, const struct command *c,
                      struct cause *cause) ERR_MUST_CHECK;

#endif
