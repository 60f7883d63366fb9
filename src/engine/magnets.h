/* magnets.h -- carries out what is asked of a magnet while its metadata are not here. An
 * entry with a seeker is a magnet: `torrent` and `meta` are NULL; opening makes one, and
 * a torrent of it. Loop thread only. */
#ifndef ENGINE_MAGNETS_H
#define ENGINE_MAGNETS_H

#include "engine/steward.h"

/* Of an entry with a seeker: carry out what else than a torrent's own is asked of it.
 * cause: why not. */
enum err magnets_obey(struct steward *s, struct roster_entry *e,
                      const struct command *c,
                      struct cause *cause) ERR_MUST_CHECK;
/* Seek, or rest when it is paused by its settings, or s or e is about to end. */
void magnets_look(struct steward *s, struct roster_entry *e);

#endif
