/* admit.h -- steward's part that lets torrents in: what the user adds, what was kept from
 * the last session, what could not be opened then and is tried again. How an entry is
 * opened is opening's. One that is restored and cannot be opened stays in the roster, with
 * words. Reads state files, which blocks a little. Loop thread only. */
#ifndef ENGINE_ADMIT_H
#define ENGINE_ADMIT_H

#include "engine/steward.h"

/* What is added; what it owns is taken where needed. Refusals are posted; one is what is
 * open already, which gets the trackers and peers that it lacks. */
void admit_add(struct steward *s, struct command_add *add);
/* The torrent that was removed last is here again, as it was. What came of it is posted
 * (EVENT_COMMAND, EVENT_ERROR). */
void admit_undo(struct steward *s);
/* All that was kept, in its order; before anything else is asked of s. What cannot be
 * shown is posted (EVENT_REFUSED). */
void admit_load(struct steward *s);
/* Try again to open an entry that is not. cause: why not. */
enum err admit_retry(struct steward *s, struct roster_entry *e,
                     struct cause *cause) ERR_MUST_CHECK;

#endif
