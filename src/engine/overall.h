/* overall.h -- numbers of a whole session that only views ask for, kept by its torrents
 * as they go: rates over a day, how the disk keeps up, what room is left. An open
 * struct; the session outlives its torrents. Loop thread only. */
#ifndef ENGINE_OVERALL_H
#define ENGINE_OVERALL_H

#include "engine/arrivals.h"
#include "engine/freespace.h"
#include "util/rate.h"

#include <stdint.h>

struct disk_job;
struct diskq;
struct history;

struct overall {
    /* Somebody connected to us and greeted; -1: never. */
    int64_t last_incoming_ms;
    struct arrivals arrivals;
    struct rate disk_write, disk_read; /* bytes that workers moved */
    struct freespace space;
    uint64_t moved_down, moved_up; /* payload of all torrents, in this second */
    uint64_t moved_overhead;       /* and what came and went beside it */
    struct history *history;       /* owned; NULL: nothing has moved yet */
    /* The longest that a job waited, since it was asked. */
    int64_t disk_wait_us;
};

/* disk: borrowed; NULL: there are no answers about room (simulations). */
void overall_init(struct overall *o, struct diskq *disk);
void overall_fini(struct overall *o);
/* So much payload of a torrent moved, and so much else, both ways. */
void overall_moved(struct overall *o, uint64_t down, uint64_t up,
                   uint64_t overhead);
/* Second now_s is over. */
void overall_second(struct overall *o, int64_t now_s);
/* A job is done, of whomever. */
void overall_on_job(struct overall *o, const struct disk_job *job);
/* The longest wait of a job for its worker since the last call, in ms. */
uint32_t overall_take_disk_wait_ms(struct overall *o);
/* A copy for a frame; NULL: nothing has moved yet. Owned by the caller. */
struct history *overall_history(struct overall *o, int64_t now_s);

#endif
