/* checkup.h -- what is on disk, and what is remembered of it: looks at the files at the
 * start, hashes what is in doubt, brings back pieces that were begun; saves the resume
 * state while running and at the end. A part of a torrent. Loop thread only.
 * Saving is: sync the data, look at the files' sizes and times, write the record; so it
 * is never more truthful than the data. */
#ifndef ENGINE_CHECKUP_H
#define ENGINE_CHECKUP_H

#include "engine/torrent_parts.h"

/* The tag of the jobs that verify submits by itself. */
static const uint64_t CHECKUP_TAG_VERIFY = UINT64_MAX;

/* Make what the checkup part of t needs; asks nothing of the disk yet. */
void checkup_init(struct torrent *t);
/* Begin CHECKING: load what is remembered, and look at the files. In the end it calls
 * traffic_run() or traffic_fail(). */
void checkup_start(struct torrent *t);
/* Free it; no job of the torrent may be with the disk any more. */
void checkup_fini(struct torrent *t);
/* Is something being hashed? */
bool checkup_is_busy(const struct torrent *t);

/* Have the files made that are to be there at once: those without bytes, and, where space
 * is reserved, those that are wanted. */
void checkup_prepare(struct torrent *t);
/* Remember, within seconds; a call more changes nothing. */
void checkup_save_soon(struct torrent *t);
/* Remember now and for the last time, blocks of begun pieces too. Does nothing where
 * nothing is remembered, or when called again. */
void checkup_save_last(struct torrent *t);

/* The files are the same in folder `dir` from now on: what is remembered of them holds
 * there, too. Only at rest. False: nothing is remembered, or cannot be; else it is being
 * saved, and checkup_on_saved() is next. */
bool checkup_rehome(struct torrent *t, const char *dir);

/* Jobs that are done, each of the kind in its name; job: taken. */
void checkup_on_stat(struct torrent *t, struct disk_job *job);
void checkup_on_verify_job(struct torrent *t, struct disk_job *job);
void checkup_on_prepared(struct torrent *t, struct disk_job *job);
void checkup_on_restored(struct torrent *t, struct disk_job *job);
void checkup_on_synced(struct torrent *t, struct disk_job *job);
void checkup_on_saved(struct torrent *t, struct disk_job *job);

#endif
