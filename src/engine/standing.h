/* standing.h -- how a torrent stands, for who decides whose turn it is: what of that is
 * known at once. Changes nothing. Loop thread only. O(1). */
#ifndef ENGINE_STANDING_H
#define ENGINE_STANDING_H

#include <stdbool.h>
#include <stdint.h>

struct torrent;

struct standing {
    bool is_checking; /* not known yet how much it has */
    bool is_moving;
    bool is_running;
    bool is_failed;
    bool is_finished; /* every wanted piece is had */
    uint64_t bytes_down, bytes_up; /* payload, of all runs */
    uint64_t wanted_bytes;
    int64_t seconds_seed; /* of all runs */
};

struct standing standing_of(const struct torrent *t);

#endif
