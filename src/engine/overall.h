/* overall.h -- numbers of a whole session that only views ask for, kept by its torrents
 * as they go. An open struct; the session outlives its torrents. Loop thread only. */
#ifndef ENGINE_OVERALL_H
#define ENGINE_OVERALL_H

#include "util/rate.h"

#include <stdint.h>

struct overall {
    int64_t last_incoming_ms; /* somebody connected to us and greeted; -1: never */
    struct rate disk_write, disk_read; /* bytes that workers moved */
};

static inline void overall_init(struct overall *o)
{
    o->last_incoming_ms = -1;
    rate_init(&o->disk_write);
    rate_init(&o->disk_read);
}

#endif
