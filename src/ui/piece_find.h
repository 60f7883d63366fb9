/* piece_find.h -- the next piece of some kind, from the cursor on and round again to it.
 * Pure functions. O(n_pieces). */
#ifndef UI_PIECE_FIND_H
#define UI_PIECE_FIND_H

#include "model/detail.h"

#include <stdbool.h>
#include <stdint.h>

enum piece_find_kind {
    PIECE_FIND_ACTIVE, /* begun, on order, or being checked */
    PIECE_FIND_RARE, /* of those wanted and not had one that the fewest here have */
    PIECE_FIND_BAD /* failed its hash */
};

/* The next piece of that kind after `from`, or the one before it with is_back; `from`
 * itself when it is the only one. False: there is none. d has FOCUS_PIECES. */
bool piece_find_next(const struct detail *d, enum piece_find_kind kind,
                     uint32_t from, bool is_back, uint32_t *out);
/* The first piece of first..last (both in the torrent) that is wanted and not had; else
 * the first of all. */
uint32_t piece_find_missing(const struct detail *d, uint32_t first,
                            uint32_t last);

#endif
