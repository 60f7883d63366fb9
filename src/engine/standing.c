#include "config.h"

#include "engine/standing.h"

#include "engine/torrent_parts.h"

struct standing standing_of(const struct torrent *t)
{
    int64_t seconds_down;
    struct standing s = {
        .is_checking = t->state == TORRENT_CHECKING,
        .is_moving = t->move_to != NULL,
        .is_running = torrent_is_running(t),
        .is_failed = t->state == TORRENT_FAILED,
        .is_finished = pieces_is_finished(t->pieces),
        .bytes_down = t->bytes_down_before + t->down.total,
        .bytes_up = t->bytes_up_before + t->up.total,
        .wanted_bytes = pieces_bytes_wanted(t->pieces),
    };
    torrent_seconds(t, &seconds_down, &s.seconds_seed);
    return s;
}
