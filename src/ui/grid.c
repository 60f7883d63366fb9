#include "config.h"

#include "ui/grid.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

struct grid {
    int h, w;
    cchar_t *now; /* owned: h * w, row by row */
    cchar_t *was; /* owned: the same of what the window has */
    cchar_t blank;
    bool is_lost; /* the window may have something else */
};

struct grid *grid_new(void)
{
    struct grid *g = xzalloc(sizeof *g);
    setcchar(&g->blank, L" ", A_NORMAL, 0, NULL);
    g->is_lost = true;
    return g;
}

void grid_free(struct grid *g)
{
    if (g == NULL)
        return;
    free(g->now);
    free(g->was);
    free(g);
}

static size_t n_cells(const struct grid *g)
{
    return (size_t)g->h * (size_t)g->w;
}

static cchar_t *row_of(cchar_t *cells, const struct grid *g, int y)
{
    return cells + (size_t)y * (size_t)g->w;
}

/* All blank: the first row cell by cell, which the others copy. */
static void make_blank(struct grid *g)
{
    if (n_cells(g) == 0)
        return;
    for (int x = 0; x < g->w; x++)
        g->now[x] = g->blank;
    for (int y = 1; y < g->h; y++)
        memcpy(row_of(g->now, g, y), g->now, (size_t)g->w * sizeof *g->now);
}

void grid_begin(struct grid *g, int h, int w)
{
    if (h != g->h || w != g->w) {
        g->h = h;
        g->w = w;
        free(g->now);
        free(g->was);
        g->now = xcalloc(n_cells(g), sizeof *g->now);
        g->was = xcalloc(n_cells(g), sizeof *g->was);
        g->is_lost = true;
    }
    make_blank(g);
}

/* A cell that the character before it takes, too. */
static bool is_rest(const cchar_t *cell)
{
    return cell->chars[0] == 0;
}

/* Before something is put on [x, end) of a row: blank what only half of would stay. */
static void cut(struct grid *g, cchar_t *row, int x, int end)
{
    int head = x;
    if (is_rest(&row[x])) {
        while (head > 0 && is_rest(&row[head]))
            row[head--] = g->blank;
        row[head] = g->blank;
    }
    while (end < g->w && is_rest(&row[end]))
        row[end++] = g->blank;
}

void grid_put(struct grid *g, int y, int x, const cchar_t *cells, int n)
{
    if (x < 0) {
        cells -= x;
        n += x;
        x = 0;
    }
    if (n > g->w - x)
        n = g->w - x;
    if (y < 0 || y >= g->h || n <= 0)
        return;
    cchar_t *row = row_of(g->now, g, y);
    cut(g, row, x, x + n);
    memcpy(row + x, cells, (size_t)n * sizeof *cells);
}

void grid_put_wide(struct grid *g, int y, int x, const cchar_t *cell, int n)
{
    if (y < 0 || y >= g->h || x < 0 || n <= 0 || n > g->w - x)
        return;
    cchar_t *row = row_of(g->now, g, y);
    cut(g, row, x, x + n);
    row[x] = *cell;
    for (int i = 1; i < n; i++) {
        row[x + i] = *cell;
        memset(row[x + i].chars, 0, sizeof row[x + i].chars);
    }
}

void grid_tint(struct grid *g, int y, int x, int n, const cchar_t *look)
{
    if (y < 0 || y >= g->h)
        return;
    cchar_t *row = row_of(g->now, g, y);
    for (int i = x < 0 ? 0 : x; i < x + n && i < g->w; i++) {
        cchar_t cell = *look;
        memcpy(cell.chars, row[i].chars, sizeof cell.chars);
        row[i] = cell;
    }
}

void grid_forget(struct grid *g)
{
    g->is_lost = true;
}

/* How many cells from x on are of a column each. */
static int plain_run(const cchar_t *row, int x, int end)
{
    int at = x;
    while (at < end && !(at + 1 < end && is_rest(&row[at + 1])))
        at++;
    return at - x;
}

/* The cells [x, end) of a row, which has no half of a character at either end. */
static void hand_over(const cchar_t *row, int y, int x, int end, WINDOW *win)
{
    while (x < end) {
        int n = plain_run(row, x, end);
        if (n > 0)
            mvwadd_wchnstr(win, y, x, row + x, n);
        else {
            mvwadd_wch(win, y, x, &row[x]);
            for (n = 1; x + n < end && is_rest(&row[x + n]);)
                n++;
        }
        x += n;
    }
}

/* Take wide characters off [x, end) of the window: curses would blank what is put beside
 * the rests of one. */
static void take_off(struct grid *g, const cchar_t *was, int y, int x, int end,
                     WINDOW *win)
{
    bool has_rests = g->is_lost;
    for (int i = x; i < end && !has_rests; i++)
        has_rests = is_rest(&was[i]);
    for (int i = x; i < end && has_rests; i++)
        mvwadd_wchnstr(win, y, i, &g->blank, 1);
}

static bool is_same(const cchar_t *a, const cchar_t *b, size_t n)
{
    return memcmp(a, b, n * sizeof *a) == 0;
}

static void flush_row(struct grid *g, int y, WINDOW *win)
{
    cchar_t *now = row_of(g->now, g, y), *was = row_of(g->was, g, y);
    int x = 0, end = g->w;
    if (!g->is_lost && is_same(now, was, (size_t)g->w))
        return;
    if (!g->is_lost) {
        while (is_same(&now[x], &was[x], 1))
            x++;
        while (is_same(&now[end - 1], &was[end - 1], 1))
            end--;
        while (x > 0 && (is_rest(&now[x]) || is_rest(&was[x])))
            x--;
        while (end < g->w && (is_rest(&now[end]) || is_rest(&was[end])))
            end++;
    }
    take_off(g, was, y, x, end, win);
    hand_over(now, y, x, end, win);
    memcpy(was + x, now + x, (size_t)(end - x) * sizeof *now);
}

void grid_flush(struct grid *g, WINDOW *win)
{
    for (int y = 0; y < g->h; y++)
        flush_row(g, y, win);
    g->is_lost = false;
}
