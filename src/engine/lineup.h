/* lineup.h -- decides whose turn it is when fewer torrents may be active than there are:
 * looks at all of them in queue order, and says of each whether it runs or waits. Starts
 * and stops nothing, keeps nothing.
 * A torrent takes a place while it runs, downloading or seeding, each kind on its own.
 * No place is taken by what is out (paused, failed, leaving, being checked), forced, or
 * idle: an idle one goes on, but the next may run beside it.
 * Owner and thread: plain values; loop thread. O(n). */
#ifndef ENGINE_LINEUP_H
#define ENGINE_LINEUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lineup_bounds {
    uint32_t max_down, max_seeds; /* 0: no bound */
};

struct lineup_item {
    /* Asked. */
    bool is_out;  /* cannot run now, or does not want to */
    bool is_seed; /* has all that it wants */
    bool is_forced;
    bool is_idle; /* it runs, and nothing came or went for long */
    /* Decided, unless it is out. */
    bool waits;
};

/* How many run that take a place. */
struct lineup_count {
    uint32_t n_down, n_seeds;
};

/* items: n of them, first in the queue first. */
struct lineup_count lineup_decide(struct lineup_item *items, size_t n,
                                  const struct lineup_bounds *bounds);

#endif
