/* trackset.h -- steward's part that changes which trackers an open entry has, be it a
 * magnet or a torrent, as its user wants it: one more, one less, one not asked; and has it
 * so again at the next start. Whom of them to ask, and when, is trackers'. Owns nothing.
 * Loop thread only. O(trackers of the entry). */
#ifndef ENGINE_TRACKSET_H
#define ENGINE_TRACKSET_H

#include "engine/roster.h"
#include "util/err.h"

#include <stdbool.h>

/* All that its user changed of what its torrent or link names: an entry that was opened. */
void trackset_apply(struct roster_entry *e);

/* What follows is for the next start too; *is_kept_out false: not that, for there are too
 * many. cause: why not at all. ERR_NOT_FOUND: that entry is not open, or has no such
 * tracker. */

/* One more, in a tier behind the others. ERR_UNSUPPORTED, ERR_INVALID, ERR_TOO_BIG, ERR_BUSY
 * (it is there). */
enum err trackset_add(struct roster_entry *e, const char *url,
                      bool *is_kept_out, struct cause *cause) ERR_MUST_CHECK;
/* One less. url: as it was given, or as it is shown. */
enum err trackset_remove(struct roster_entry *e, const char *url,
                         bool *is_kept_out, struct cause *cause) ERR_MUST_CHECK;
/* One is asked again as a new one (enable), or no more; it stays. url: likewise. */
enum err trackset_enable(struct roster_entry *e, const char *url, bool enable,
                         bool *is_kept_out, struct cause *cause) ERR_MUST_CHECK;

#endif
