/* obey.h -- carries out commands that a torrent can follow by itself. What concerns its
 * place among others, or the session, is orders' and the session's. Loop thread only. */
#ifndef ENGINE_OBEY_H
#define ENGINE_OBEY_H

#include "model/command.h"
#include "util/err.h"

struct torrent;

/* Carry it out: one of COMMAND_PEER, _REANNOUNCE, _PAUSE, _RESUME, _VERIFY, _LIMITS,
 * _PRIORITY, _SEQUENTIAL, _FIRST_LAST, _RAISE, _KICK, _BAN. ERR_INVALID, ERR_NOT_FOUND: there is no such file,
 * piece or peer: cause has the words. */
enum err obey_command(struct torrent *t, const struct command *c,
                      struct cause *cause) ERR_MUST_CHECK;

#endif
