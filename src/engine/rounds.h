/* rounds.h -- steward's part that goes round its torrents: takes removals a step further,
 * has the old place erased of data that moved once the new one is remembered, lets charge
 * give each its turn; takes what comes back from the disk. Decides nothing of it itself.
 * Loop thread only. O(n) a round. */
#ifndef ENGINE_ROUNDS_H
#define ENGINE_ROUNDS_H

#include "engine/steward.h"

/* Look at all of them: for steward_init(), which has it called after
 * steward_look_soon(). */
void rounds_look(void *steward);
/* Once a second. */
void rounds_second(struct steward *s);
/* A job is done: taken. */
void rounds_on_job(struct steward *s, struct disk_job *job);

#endif
