/* freespace.h -- what room is left where torrents are downloaded to, for views: asked of
 * a disk worker, since it may block, when somebody looks, and every FREESPACE_EVERY_MS at
 * most. Of a session; loop thread only. */
#ifndef ENGINE_FREESPACE_H
#define ENGINE_FREESPACE_H

#include <stdbool.h>
#include <stdint.h>

struct disk_job;
struct diskq;

enum {
    FREESPACE_EVERY_MS = 5000,
    FREESPACE_MAX = 4 /* folders remembered; the longest unasked goes */
};

struct freespace_dir {
    char *path; /* owned, or NULL */
    uint64_t free_bytes;
    int64_t looked_ms; /* when somebody last wanted to know */
    int64_t asked_ms;  /* when the disk was asked last */
    bool is_asked;     /* and has not answered */
};

struct freespace {
    struct diskq *disk; /* borrowed */
    struct freespace_dir dirs[FREESPACE_MAX];
};

/* disk: borrowed; jobs given to it are DISK_SPACE, of torrent 0. NULL: nothing is ever
 * known. */
void freespace_init(struct freespace *f, struct diskq *disk);
void freespace_fini(struct freespace *f);
/* Bytes free where dir is, as of the latest answer; UINT64_MAX: not known yet. */
uint64_t freespace_of(struct freespace *f, const char *dir, int64_t now_ms);
/* A DISK_SPACE job is done: taken. */
void freespace_on_job(struct freespace *f, struct disk_job *job);

#endif
