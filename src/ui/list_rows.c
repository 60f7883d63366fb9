#include "config.h"

#include "ui/list_rows.h"

#include <stdio.h>

#include "ui/list_column.h"
#include "ui/units.h"
#include "ui/words.h"
#include "util/text.h"

/* Cells of a compact row. */
enum {
    STATE_X = 1,
    DONE_X = 2,
    DONE_W = 4,
    MARK_X = 6,
    RATE_X = 7,
    RATE_W = 5,
    ETA_X = 13,
    ETA_W = 6,
    RATE_FROM = 24, /* cells of the pane */
    ETA_FROM = 34
};

void list_rows_draw(const struct draw_pane *p, const struct table *table, int y,
                    const struct frame_torrent *t, bool is_cursor,
                    bool is_marked)
{
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    if (is_marked)
        draw_glyphs(p, y, 1, 1, THEME_STRONG, GLYPHS_MARK);
    for (unsigned i = 0; i < LIST_COLUMN_NAME; i++) {
        char text[LIST_COLUMN_LEN];
        enum list_column c = (enum list_column)i;
        if (table->w[i] <= 0)
            continue;
        list_column_text(t, c, text);
        table_cell(table, p, y, i, list_column_role(t, c), text);
    }
    char name[LIST_COLUMN_NAME_LEN];
    list_column_name(t, name);
    table_cell(table, p, y, LIST_COLUMN_NAME,
               is_cursor ? THEME_CURSOR : THEME_NORMAL, name);
}

/* What comes, or with nothing coming, what goes: "^102k". */
static void draw_rate(const struct draw_pane *p, int y,
                      const struct frame_torrent *t)
{
    char size[UNITS_LEN], text[UNITS_LEN + 1];
    bool is_up = t->rate_down_Bps == 0 && t->rate_up_Bps > 0;
    units_size(size, is_up ? t->rate_up_Bps : t->rate_down_Bps);
    snprintf(text, sizeof text, "%s%s", is_up ? "^" : "", size);
    draw_right(p, y, RATE_X, RATE_W,
               is_up                  ? THEME_UP
               : t->rate_down_Bps > 0 ? THEME_DOWN
                                      : THEME_DIM,
               text);
}

void list_rows_compact(const struct draw_pane *p, int y,
                       const struct frame_torrent *t, bool is_cursor,
                       bool is_marked)
{
    char text[UNITS_LEN];
    char state[2] = {words_letter(t), '\0'};
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    draw_text(p, y, STATE_X, 1, words_role(t), state);
    snprintf(text, sizeof text, "%u%%", list_column_permille(t) / 10);
    draw_right(p, y, DONE_X, DONE_W, THEME_NORMAL, text);
    if (is_marked)
        draw_glyphs(p, y, MARK_X, 1, THEME_STRONG, GLYPHS_MARK);
    int x = RATE_X;
    if (p->w >= RATE_FROM) {
        draw_rate(p, y, t);
        x = ETA_X;
    }
    if (p->w >= ETA_FROM) {
        text_duration(text, sizeof text, t->is_finished ? -1 : t->eta_s);
        draw_right(p, y, ETA_X, ETA_W, THEME_NORMAL, text);
        x = ETA_X + ETA_W + 1;
    }
    char name[LIST_COLUMN_NAME_LEN];
    list_column_name(t, name);
    draw_text(p, y, x, p->w - x, is_cursor ? THEME_CURSOR : THEME_NORMAL, name);
}
