#include "config.h"

#include "ui/have_map.h"

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

static void draw_cell(const struct draw_pane *p, int y, int x,
                      enum have_map_row row, uint32_t n, uint32_t n_all)
{
    if (row == HAVE_MAP_GIVES)
        draw_text(p, y, x, 1, n > 0 ? THEME_ACTIVE : THEME_DIM,
                  n > 0 ? "*" : ".");
    else if (n == 0)
        draw_glyphs(p, y, x, 1, THEME_DIM, GLYPHS_DOT);
    else
        draw_glyphs(p, y, x, 1, n == n_all ? THEME_HAVE : THEME_PARTIAL,
                    n == n_all ? GLYPHS_FULL : GLYPHS_PART);
}

void have_map_draw(const struct draw_pane *p, int y, int x, int w,
                   enum have_map_row row, const struct detail *d)
{
    if ((row != HAVE_MAP_OURS && d->peer_has == NULL) ||
        (row != HAVE_MAP_THEIRS && d->pieces == NULL) || y >= p->h)
        return;
    uint32_t first = 0;
    for (int i = 0; i < w && first < d->n_pieces; i++) {
        uint32_t end =
            (uint32_t)(((uint64_t)i + 1) * d->n_pieces / (uint32_t)w);
        if (end <= first)
            end = first + 1;
        uint32_t n = 0;
        for (uint32_t k = first; k < end; k++)
            n += counts(d, row, k);
        draw_cell(p, y, x + i, row, n, end - first);
        first = end;
    }
}
