/* rounds.h -- steward's part that goes round its torrents: takes removals a step further,
 * has the old place erased of data that moved once the new one is remembered, lets charge
 * give each its turn; takes what comes back from the disk. Decides nothing of it itself.
 * Loop thread only. O(n) a round. */
#ifndef ENGINE_ROUNDS_H
#define ENGINE_ROUNDS_H

#include "engine/steward.h"

enum { ROUNDS_ASK_GAP_MS = 20 };

/* Look at all of them: for steward_init(), which has it called after
 * steward_look_soon(). */
void rounds_look(void *steward);
/* Once a second. */
void rounds_second(struct steward *s);
/* The network failed them: close the connections of these families, of all torrents. words:
 * why, for the log; clean, copied. */
void rounds_lose(struct steward *s, bool v4, bool v6, const char *words);
/* Have all ask for peers anew: those they know at once, trackers as soon as they allow, one
 * torrent's each ROUNDS_ASK_GAP_MS. slept_ms: what the loop's clock did not count. */
void rounds_ask(struct steward *s, int64_t slept_ms);
/* A job is done: taken. */
void rounds_on_job(struct steward *s, struct disk_job *job);

#endif
