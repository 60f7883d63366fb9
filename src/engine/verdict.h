/* verdict.h -- what becomes of a piece that intake gave to the disk: it is had, and
 * everybody told; it is wrong, and who sent it is to blame (swarm/blame) and banned; or
 * there is no space, and it is tried again. A part of a torrent, above members and web
 * servers. Loop thread only. O(members + blocks of the piece) a piece. */
#ifndef ENGINE_VERDICT_H
#define ENGINE_VERDICT_H

#include "engine/torrent_parts.h"

/* Make what the verdict part of t needs; after intake_init(). */
void verdict_init(struct torrent *t);
/* Free it; after members_fini(), before intake_fini(). */
void verdict_fini(struct torrent *t);

/* A DISK_WRITE of ours is done: its piece is had, wrong, or has further runs to come;
 * without space it is kept and tried again. job: taken. */
void verdict_on_written(struct torrent *t, struct disk_job *job);
/* A DISK_HASH of a piece that was written in runs is done: it is had, or wrong. job:
 * taken. */
void verdict_on_hashed(struct torrent *t, struct disk_job *job);
/* Give up the writes that wait for space: when stopping. */
void verdict_drop_stalled(struct torrent *t);
/* Give back the memory of all pieces begun, which are missing again. Only when nobody
 * sends and nothing is with the disk. */
void verdict_forget(struct torrent *t);

#endif
