#include "config.h"

#include "ui/file_rows.h"

#include <stdio.h>
#include <string.h>

#include "ui/file_orders.h"
#include "ui/piece_cells.h"
#include "ui/table.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "util/text.h"

enum {
    CELLS_X = 3, /* after cursor and mark */
    MAP_CELLS = 8,
    MAP_WIDE_CELLS = 32,
    MAP_WIDE_FROM_W = 160,
    INDENT = 2,
    INDENT_FROM_W = 30 /* cells of the name; below, 1 */
};

enum column { PRIORITY, DONE, SIZE, LEFT, ETA, MAP, NAME, N_COLUMNS };

static const struct table_column columns[N_COLUMNS] = {
    [PRIORITY] = {"Pri", 5, 2, 0, true}, [DONE] = {"Done", 6, 1, 0, false},
    [SIZE] = {"Size", 5, 3, 0, false},   [LEFT] = {"Left", 5, 4, 0, false},
    [ETA] = {"ETA", 6, 5, 0, false},     [MAP] = {"Map", MAP_CELLS, 6, 0, true},
    [NAME] = {"Name", 12, 0, 0, true},
};

static void draw_map(const struct draw_pane *p, int y, const struct table *t,
                     const struct detail *d, struct piece_cells *pieces,
                     const struct file_node *n)
{
    struct cellrow_cell cells[MAP_WIDE_CELLS];
    int width = t->w[MAP];
    if (width <= 0 || !n->has_pieces)
        return;
    if (d->pieces == NULL || n->last_piece >= d->n_pieces ||
        !file_tree_is_run(n)) {
        unsigned share = units_permille(n->done_bytes, n->size_bytes);
        draw_bar(p, y, t->x[MAP], width, share, share);
        return;
    }
    uint64_t count = (uint64_t)n->last_piece - n->first_piece + 1;
    for (int i = 0; i < width; i++) {
        uint32_t first =
            n->first_piece + (uint32_t)(count * (unsigned)i / (unsigned)width);
        uint32_t end = n->first_piece +
                       (uint32_t)(count * ((unsigned)i + 1) / (unsigned)width);
        cells[i] =
            piece_cells_next(pieces, first, end > first ? end : first + 1);
    }
    cellrow_draw(p, y, t->x[MAP], cells, width);
}

static void draw_name(const struct draw_pane *p, int y, const struct table *t,
                      const struct file_node *n, bool is_cursor)
{
    int step = t->w[NAME] >= INDENT_FROM_W ? INDENT : 1;
    int x =
        t->x[NAME] + (int)(n->depth < INT16_MAX ? n->depth : INT16_MAX) * step;
    /* However deep it is, most of the name is seen. */
    int most = t->x[NAME] + t->w[NAME] / 4;
    x = x < most ? x : most;
    bool is_folder = n->file_idx == FILE_TREE_NONE;
    enum theme_role role = is_cursor      ? THEME_CURSOR
                           : n->most == 0 ? THEME_DIM
                                          : THEME_NORMAL;
    if (is_folder)
        draw_glyphs(p, y, x, 1, role, n->is_open ? GLYPHS_OPEN : GLYPHS_SHUT);
    x += 2;
    x += draw_format(p, y, x, p->w - x, role, is_folder ? "%.*s/" : "%.*s",
                     (int)n->name_len, n->name);
    if (is_folder)
        draw_format(p, y, x, p->w - x, THEME_DIM, "  (%u file%s)", n->n_files,
                    n->n_files == 1 ? "" : "s");
}

static void draw_priority(const struct draw_pane *p, int y,
                          const struct table *t, const struct file_node *n)
{
    bool is_mixed = n->least != n->most;
    enum theme_role role = is_mixed || n->least == 2 ? THEME_NORMAL
                           : n->least == 3           ? THEME_ACTIVE
                                                     : THEME_DIM;
    table_cell(t, p, y, PRIORITY, role,
               is_mixed ? "mixed" : file_orders_name(n->least));
}

/* The time until it is all there: what comes before it and itself, at the torrent's
 * speed. */
static void eta_text(const struct file_tree *tree, const struct file_node *n,
                     const struct frame_torrent *f, char dst[UNITS_LEN])
{
    bool is_here = n->done_bytes >= n->size_bytes;
    if (is_here || n->need_bytes == 0 || tree->left_bytes == 0 || f == NULL ||
        f->eta_s < 0) {
        snprintf(dst, UNITS_LEN, "%s", is_here ? "done" : "--");
        return;
    }
    double share = (double)n->need_bytes / (double)tree->left_bytes;
    text_duration(dst, UNITS_LEN, (int64_t)((double)f->eta_s * share + 0.5));
}

static void draw_row(const struct draw_pane *p, int y, const struct table *t,
                     const struct file_node *n, const char *eta, bool is_cursor)
{
    char text[UNITS_LEN];
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    if (n->n_marked > 0)
        draw_glyphs(p, y, 1, 1, THEME_STRONG,
                    n->n_marked == n->n_files ? GLYPHS_MARK : GLYPHS_DOT);
    draw_priority(p, y, t, n);
    unsigned share = units_permille(n->done_bytes, n->size_bytes);
    snprintf(text, sizeof text, "%u.%u", share / 10, share % 10);
    table_cell(t, p, y, DONE, THEME_NORMAL, text);
    units_size(text, n->size_bytes);
    table_cell(t, p, y, SIZE, THEME_NORMAL, text);
    units_size(text, n->left_bytes);
    bool is_skipped = n->most == 0 && n->done_bytes < n->size_bytes;
    table_cell(t, p, y, LEFT, THEME_NORMAL, is_skipped ? "--" : text);
    table_cell(t, p, y, ETA, THEME_NORMAL, eta);
    draw_name(p, y, t, n, is_cursor);
}

void file_rows_draw(const struct draw_pane *p, const struct view_world *w,
                    const struct detail *d, const struct file_tree *tree,
                    const struct listbox *rows, bool has_heading)
{
    struct table_column fitted[N_COLUMNS];
    struct table table;
    memcpy(fitted, columns, sizeof fitted);
    if (p->w >= MAP_WIDE_FROM_W)
        fitted[MAP].width = MAP_WIDE_CELLS;
    table_fit(&table, fitted, N_COLUMNS, CELLS_X, p->w);
    if (has_heading)
        table_heading(&table, p, 0, N_COLUMNS, false);
    const struct frame_torrent *f = torrent_acts_find(w, w->torrent);
    struct piece_cells pieces = {.mode = PIECE_CELLS_STATE,
                                 .d = d,
                                 .now_ms = w->frame->now_ms};
    piece_cells_begin(&pieces);
    for (size_t i = rows->top; i < tree->n_rows && i - rows->top < rows->height;
         i++) {
        char eta[UNITS_LEN];
        int y = (int)(i - rows->top) + (has_heading ? 1 : 0);
        const struct file_node *n = &tree->nodes[tree->rows[i]];
        eta_text(tree, n, f, eta);
        draw_row(p, y, &table, n, eta, i == rows->cursor);
        draw_map(p, y, &table, d, &pieces, n);
    }
}
