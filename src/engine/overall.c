#include "config.h"

#include "engine/overall.h"

#include <stdlib.h>

#include "disk/queue.h"
#include "model/history.h"
#include "util/xalloc.h"

void overall_init(struct overall *o, struct diskq *disk)
{
    *o = (struct overall){.last_incoming_ms = -1};
    arrivals_init(&o->arrivals);
    rate_init(&o->disk_write);
    rate_init(&o->disk_read);
    freespace_init(&o->space, disk);
}

void overall_fini(struct overall *o)
{
    freespace_fini(&o->space);
    free(o->history);
    o->history = NULL;
}

void overall_moved(struct overall *o, uint64_t down, uint64_t up,
                   uint64_t overhead)
{
    o->moved_down += down;
    o->moved_up += up;
    o->moved_overhead += overhead;
}

void overall_second(struct overall *o, int64_t now_s)
{
    bool has_payload = o->moved_down > 0 || o->moved_up > 0;
    if (!has_payload && (o->moved_overhead == 0 || o->history == NULL))
        return;
    if (o->history == NULL) {
        o->history = xmalloc(sizeof *o->history);
        history_init(o->history, now_s);
    }
    history_add(o->history, now_s, o->moved_down, o->moved_up,
                o->moved_overhead);
    o->moved_down = o->moved_up = o->moved_overhead = 0;
}

void overall_on_job(struct overall *o, const struct disk_job *job)
{
    int64_t wait_us = job->started_us - job->queued_us;
    if (wait_us > o->disk_wait_us)
        o->disk_wait_us = wait_us;
}

uint32_t overall_take_disk_wait_ms(struct overall *o)
{
    int64_t ms = o->disk_wait_us / 1000;
    o->disk_wait_us = 0;
    return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

struct history *overall_history(struct overall *o, int64_t now_s)
{
    if (o->history == NULL)
        return NULL;
    history_idle(o->history, now_s - 1);
    return xmemdup(o->history, sizeof *o->history);
}
