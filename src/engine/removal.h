/* removal.h -- steward's part that takes torrents away: stop, tell the trackers, forget
 * the state files, delete the data if that is asked, say what was done. The state files
 * go first: what is half deleted does not come back at the next start; what was in them
 * is put aside, for admit_undo(). Only files that
 * the torrent names are deleted, and none that another torrent here has as well.
 * Loop thread only; the disk's jobs do the work. */
#ifndef ENGINE_REMOVAL_H
#define ENGINE_REMOVAL_H

#include "engine/steward.h"

struct haul;

/* Begin, with one that stays so far and whose lock is ours. */
void removal_begin(struct steward *s, struct roster_entry *e, bool erases);
/* Go on with one that is to be removed, as far as it can be; e may be gone then. */
void removal_step(struct steward *s, struct roster_entry *e);

/* Have h, of the files of e, leave alone what other torrents have there, too. */
void removal_spare(const struct steward *s, const struct roster_entry *e,
                   struct haul *h);

#endif
