/* orders.h -- carries out what is asked of the torrents of a session: hands each command to
 * the part that does it (obey: what a torrent does by itself, magnets, admit, removal), has
 * the change saved, and posts why it is not done. Keeps nothing. Loop thread only. */
#ifndef ENGINE_ORDERS_H
#define ENGINE_ORDERS_H

#include "engine/steward.h"

/* Carry out a command for one torrent, or for all (torrent 0: COMMAND_PAUSE, _RESUME and
 * _VERIFY); while s is stopping nothing is done. Refusals are posted. False: the command
 * is none of these. */
bool orders_obey(struct steward *s, const struct command *c);

#endif
