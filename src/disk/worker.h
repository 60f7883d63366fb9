/* worker.h -- does disk jobs: hashes, reads, writes, saves, and fills in their
 * results. Knows no queue and no threads; a job's order and fate are queue.h's.
 * A worker keeps scratch memory between jobs: WORKER_CHUNK_LEN for a piece that
 * is hashed as it is read, up to WORKER_MAX_BATCH_LEN for small ones that are
 * hashed side by side. One thread at a time uses a worker. */
#ifndef DISK_WORKER_H
#define DISK_WORKER_H

#include "disk/queue.h"

#include <stdbool.h>

enum {
    WORKER_CHUNK_LEN = 256 << 10,   /* stays in a core's own cache */
    WORKER_MAX_LANE_LEN = 1 << 20,  /* a longer piece is hashed alone */
    WORKER_MAX_BATCH_LEN = 16 << 20 /* of pieces read back together */
};

struct worker;

struct worker *worker_new(void);
void worker_free(struct worker *w); /* NULL: nothing */

/* Give the scratch memory back until it is needed again. */
void worker_rest(struct worker *w);

/* May a job that hashes share a batch with others of its kind? */
bool worker_can_batch(const struct disk_job *job);

/* Do one job, or several linked by `next`: then all DISK_WRITE or all DISK_HASH,
 * at most SHA1_MAX_LANES that worker_can_batch(), HASH ones of at most
 * WORKER_MAX_BATCH_LEN together. */
void worker_run(struct worker *w, struct disk_job *jobs);

#endif
