#include "config.h"

#include "engine/lineup.h"

struct lineup_count lineup_decide(struct lineup_item *items, size_t n,
                                  const struct lineup_bounds *bounds)
{
    struct lineup_count count = {0, 0};
    for (size_t i = 0; i < n; i++) {
        struct lineup_item *item = &items[i];
        uint32_t max = item->is_seed ? bounds->max_seeds : bounds->max_down;
        uint32_t *taken = item->is_seed ? &count.n_seeds : &count.n_down;
        bool is_free = item->is_forced || item->is_idle;
        item->waits = false;
        if (item->is_out || is_free)
            continue;
        item->waits = max > 0 && *taken >= max;
        *taken += !item->waits;
    }
    return count;
}
