/* torrent_jobs.h -- which part of a torrent a disk job that is done belongs to. A part of
 * a torrent. Loop thread only. */
#ifndef ENGINE_TORRENT_JOBS_H
#define ENGINE_TORRENT_JOBS_H

struct disk_job;
struct torrent;

/* Give a job (taken), which is not counted any more, to whom it is for. */
void torrent_jobs_done(struct torrent *t, struct disk_job *job);

#endif
