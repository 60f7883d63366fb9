#include "config.h"

#include "ui/piece_map.h"

#include <stdio.h>

enum {
    GROUP = 16,         /* cells between two gaps */
    LABELS_FROM_W = 30, /* below, cells matter more than numbers */
    DOTS = 8,           /* pieces */
    LABEL_LEN = 12
};

static uint32_t divide_up(uint64_t a, uint32_t b)
{
    return (uint32_t)((a + b - 1) / b);
}

static int digits_of(uint32_t n)
{
    int digits = 1;
    for (; n >= 10; n /= 10)
        digits++;
    return digits;
}

/* Cells in a row that is w wide, without gaps; whole groups where two fit. */
static void fit_row(struct piece_map *m, int w)
{
    m->label_w = w >= LABELS_FROM_W ? digits_of(m->n_pieces - 1) + 2 : 0;
    int room = w - m->label_w;
    int groups = (room + 1) / (GROUP + 1);
    m->has_gaps = groups >= 2;
    int cells = m->has_gaps ? groups * GROUP : room;
    if (cells < 1)
        cells = 1;
    /* Gaps too must fit in a row of cells. */
    int most = CELLROW_MAX / (GROUP + 1) * GROUP;
    m->n_cells = (uint32_t)(cells < most ? cells : most);
}

void piece_map_fit(struct piece_map *m, uint32_t n_pieces, uint32_t cursor,
                   int h, int w)
{
    m->n_pieces = n_pieces;
    m->n_rows = h > 0 ? (uint32_t)h : 1;
    fit_row(m, w);
    uint64_t seen = (uint64_t)m->n_rows * m->n_cells;
    m->per_cell = m->zoom == PIECE_MAP_DOTS  ? DOTS
                  : m->zoom == PIECE_MAP_ONE ? 1
                  : seen < n_pieces ? (uint32_t)((n_pieces + seen - 1) / seen)
                                    : 1;
    uint32_t row = cursor / m->per_cell / m->n_cells;
    uint32_t rows = divide_up(divide_up(n_pieces, m->per_cell), m->n_cells);
    if (row < m->top)
        m->top = row;
    if (row - m->top >= m->n_rows)
        m->top = row - m->n_rows + 1;
    uint32_t last_top = rows > m->n_rows ? rows - m->n_rows : 0;
    if (m->top > last_top)
        m->top = last_top;
}

/* The pieces of the n-th cell of all; false: there are none. */
static bool cell_at(const struct piece_map *m, uint64_t n, uint32_t *first_out,
                    uint32_t *end_out)
{
    uint64_t first = n * m->per_cell, end = first + m->per_cell;
    if (first >= m->n_pieces)
        return false;
    *first_out = (uint32_t)first;
    *end_out = end < m->n_pieces ? (uint32_t)end : m->n_pieces;
    return true;
}

static struct cellrow_cell dots_of(const struct detail *d, uint32_t first,
                                   uint32_t end)
{
    struct cellrow_cell cell = {.role = THEME_HAVE};
    for (uint32_t i = first; i < end; i++)
        if (detail_piece_state(d->pieces[i]) == DETAIL_HAVE)
            cell.dots |= (uint8_t)(1u << (i - first));
    return cell;
}

/* One row; returns the cells that it takes, with gaps. */
static int make_row(const struct piece_map *m, struct piece_cells *c,
                    uint32_t row, uint32_t cursor,
                    struct cellrow_cell cells[CELLROW_MAX])
{
    int n = 0;
    for (uint32_t i = 0; i < m->n_cells; i++) {
        uint32_t first, end;
        if (!cell_at(m, (uint64_t)row * m->n_cells + i, &first, &end))
            break;
        if (m->has_gaps && i > 0 && i % GROUP == 0) {
            /* In the look of the cell before, so that the run goes on, unless that
             * would be seen on a blank. */
            uint8_t role = cells[n - 1].role;
            bool shows = role == THEME_BAR || role == THEME_OF_PEER ||
                         role == THEME_GONE || role == THEME_BAD ||
                         role == THEME_SLOW;
            cells[n++] =
                (struct cellrow_cell){.letter = ' ',
                                      .role =
                                          shows ? (uint8_t)THEME_DIM : role};
        }
        cells[n] = m->zoom == PIECE_MAP_DOTS ? dots_of(c->d, first, end)
                                             : piece_cells_next(c, first, end);
        if (cursor >= first && cursor < end)
            cells[n] = (struct cellrow_cell){.letter = '@', .role = THEME_BAR};
        n++;
    }
    return n;
}

void piece_map_draw(const struct piece_map *m, const struct draw_pane *p,
                    struct piece_cells *c, uint32_t cursor)
{
    struct cellrow_cell cells[CELLROW_MAX];
    piece_cells_begin(c);
    for (int y = 0; y < p->h; y++) {
        uint32_t row = m->top + (uint32_t)y;
        int n = make_row(m, c, row, cursor, cells);
        if (n == 0)
            return;
        if (m->label_w > 0) {
            char label[LABEL_LEN];
            snprintf(label, sizeof label, "%u", row * m->n_cells * m->per_cell);
            draw_right(p, y, 0, m->label_w - 1, THEME_DIM, label);
        }
        cellrow_draw(p, y, m->label_w, cells, n);
    }
}

bool piece_map_at(const struct piece_map *m, int y, int x, uint32_t *first_out,
                  uint32_t *end_out)
{
    int at = x - m->label_w;
    if (y < 0 || (uint32_t)y >= m->n_rows || at < 0)
        return false;
    if (m->has_gaps) {
        if (at % (GROUP + 1) == GROUP)
            return false;
        at -= at / (GROUP + 1);
    }
    if ((uint32_t)at >= m->n_cells)
        return false;
    uint64_t row = (uint64_t)m->top + (uint64_t)y;
    return cell_at(m, row * m->n_cells + (uint64_t)at, first_out, end_out);
}

bool piece_map_move(const struct piece_map *m, enum keys_action action,
                    uint32_t cursor, uint32_t *first_out, uint32_t *end_out)
{
    int64_t row = m->n_cells, n_rows = m->n_rows;
    int64_t half = (n_rows > 1 ? n_rows / 2 : 1) * row;
    int64_t last = (m->n_pieces - 1) / m->per_cell;
    int64_t at = cursor / m->per_cell;
    switch ((int)action) {
    case KEYS_LEFT:
        at--;
        break;
    case KEYS_RIGHT:
        at++;
        break;
    case KEYS_PREV:
        at -= at >= row ? row : 0;
        break;
    case KEYS_NEXT:
        at += at / row < last / row ? row : 0;
        break;
    case KEYS_HALF_PREV:
        at -= half;
        break;
    case KEYS_HALF_NEXT:
        at += half;
        break;
    case KEYS_PAGE_PREV:
        at -= n_rows * row;
        break;
    case KEYS_PAGE_NEXT:
        at += n_rows * row;
        break;
    case KEYS_FIRST:
        at = 0;
        break;
    case KEYS_LAST:
        at = last;
        break;
    default:
        return false;
    }
    at = at < 0 ? 0 : at > last ? last : at;
    return cell_at(m, (uint64_t)at, first_out, end_out);
}

void piece_map_zoom(struct piece_map *m, bool has_dots)
{
    /* Where all fit with one a cell, that zoom shows nothing else. */
    unsigned step = m->zoom == PIECE_MAP_FIT && m->per_cell == 1 ? 2 : 1;
    m->zoom = (enum piece_map_zoom)((m->zoom + step) % PIECE_MAP_N_ZOOMS);
    if (m->zoom == PIECE_MAP_DOTS && !has_dots)
        m->zoom = PIECE_MAP_FIT;
}
