#include "config.h"

#include "ui/have_map.h"

#include "ui/cellrow.h"

static bool is_theirs(const struct detail *d, uint32_t i)
{
    return (d->peer_has[i / 8] >> (7 - i % 8) & 1) != 0;
}

static bool counts(const struct detail *d, enum have_map_row row, uint32_t i)
{
    if (row == HAVE_MAP_THEIRS)
        return is_theirs(d, i);
    enum detail_piece state = detail_piece_state(d->pieces[i]);
    if (row == HAVE_MAP_OURS)
        return state == DETAIL_HAVE;
    return is_theirs(d, i) && state != DETAIL_HAVE &&
           state != DETAIL_CHECKING && state != DETAIL_UNWANTED;
}

static struct cellrow_cell cell_of(enum have_map_row row, uint32_t n,
                                   uint32_t n_all)
{
    if (row == HAVE_MAP_GIVES && n > 0)
        return (struct cellrow_cell){.letter = '*', .role = THEME_ACTIVE};
    return cellrow_of(n == 0 ? '.' : n == n_all ? '#' : '=');
}

void have_map_draw(const struct draw_pane *p, int y, int x, int w,
                   enum have_map_row row, const struct detail *d)
{
    struct cellrow_cell cells[CELLROW_MAX];
    if ((row != HAVE_MAP_OURS && d->peer_has == NULL) ||
        (row != HAVE_MAP_THEIRS && d->pieces == NULL) || y >= p->h)
        return;
    if (w > CELLROW_MAX)
        w = CELLROW_MAX;
    uint32_t first = 0;
    int n_cells = 0;
    while (n_cells < w && first < d->n_pieces) {
        uint32_t end =
            (uint32_t)(((uint64_t)n_cells + 1) * d->n_pieces / (uint32_t)w);
        if (end <= first)
            end = first + 1;
        uint32_t n = 0;
        for (uint32_t k = first; k < end; k++)
            n += counts(d, row, k);
        cells[n_cells++] = cell_of(row, n, end - first);
        first = end;
    }
    cellrow_draw(p, y, x, cells, n_cells);
}
