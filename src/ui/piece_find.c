#include "config.h"

#include "ui/piece_find.h"

#include "ui/piece_cells.h"

static bool is_rare(const struct detail *d, uint32_t i, uint8_t least)
{
    return piece_cells_lacks(d, i) && d->availability[i] == least;
}

static uint8_t least_of(const struct detail *d)
{
    uint8_t least = UINT8_MAX;
    for (uint32_t i = 0; i < d->n_pieces; i++)
        if (piece_cells_lacks(d, i) && d->availability[i] < least)
            least = d->availability[i];
    return least;
}

static bool is_it(const struct detail *d, enum piece_find_kind kind, uint32_t i,
                  uint8_t least)
{
    enum detail_piece state = detail_piece_state(d->pieces[i]);
    switch (kind) {
    case PIECE_FIND_ACTIVE:
        return state == DETAIL_PARTIAL || state == DETAIL_ACTIVE ||
               state == DETAIL_CHECKING;
    case PIECE_FIND_RARE:
        return is_rare(d, i, least);
    case PIECE_FIND_BAD:
        return (d->pieces[i] & DETAIL_BAD) != 0;
    }
    return false;
}

bool piece_find_next(const struct detail *d, enum piece_find_kind kind,
                     uint32_t from, bool is_back, uint32_t *out)
{
    if (kind == PIECE_FIND_RARE && d->availability == NULL)
        return false;
    uint8_t least = kind == PIECE_FIND_RARE ? least_of(d) : 0;
    uint32_t i = from;
    for (uint32_t k = 0; k < d->n_pieces; k++) {
        if (is_back)
            i = i == 0 ? d->n_pieces - 1 : i - 1;
        else
            i = i + 1 >= d->n_pieces ? 0 : i + 1;
        if (is_it(d, kind, i, least)) {
            *out = i;
            return true;
        }
    }
    return false;
}

uint32_t piece_find_missing(const struct detail *d, uint32_t first,
                            uint32_t last)
{
    for (uint32_t i = first; d->pieces != NULL && i <= last && i < d->n_pieces;
         i++)
        if (piece_cells_lacks(d, i))
            return i;
    return first;
}
