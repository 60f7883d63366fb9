#include "config.h"

#include "ui/peer_menu.h"

enum {
    MENU_W = 24,
    /* Of all columns, letters and address are always there. */
    FIRST = PEER_ROWS_CLIENT,
    N_ROWS = PEER_ROWS_N - FIRST
};

void peer_menu_open(struct peer_menu *m)
{
    m->is_open = true;
    listbox_fit(&m->rows, N_ROWS, N_ROWS);
}

bool peer_menu_act(struct peer_menu *m, enum keys_action action, unsigned shown)
{
    unsigned bit = 1U << (m->rows.cursor + FIRST);
    if (action == KEYS_BACK || action == KEYS_OPEN || action == KEYS_COLUMNS)
        m->is_open = false;
    else if (action == KEYS_RESET)
        m->columns = (struct peer_columns){0};
    else if (action == KEYS_MARK && (shown & bit) != 0) {
        m->columns.refused |= bit;
        m->columns.wanted &= ~bit;
    } else if (action == KEYS_MARK) {
        m->columns.wanted |= bit;
        m->columns.refused &= ~bit;
    } else
        return listbox_act(&m->rows, action);
    return true;
}

void peer_menu_draw(struct peer_menu *m, const struct draw_pane *p,
                    unsigned shown)
{
    int height = p->h < N_ROWS + 1 ? p->h : N_ROWS + 1;
    struct draw_pane box =
        draw_sub(p, 0, p->w > MENU_W ? p->w - MENU_W : 0, height, MENU_W);
    for (int y = 0; y < box.h; y++)
        draw_format(&box, y, 0, MENU_W, THEME_NORMAL, "%*s", MENU_W, "");
    draw_text(&box, 0, 1, MENU_W - 1, THEME_HEADING, "Columns");
    int n_seen = box.h > 1 ? box.h - 1 : 0;
    listbox_fit(&m->rows, N_ROWS, (size_t)n_seen);
    for (int y = 0; y < n_seen; y++) {
        size_t row = m->rows.top + (size_t)y;
        bool is_cursor = row == m->rows.cursor;
        if (is_cursor)
            draw_glyphs(&box, y + 1, 1, 1, THEME_CURSOR, GLYPHS_CURSOR);
        draw_format(&box, y + 1, 3, MENU_W - 3,
                    is_cursor ? THEME_CURSOR : THEME_NORMAL, "[%c] %s",
                    (shown >> (row + FIRST) & 1) != 0 ? 'x' : ' ',
                    peer_table_title((enum peer_rows_by)(row + FIRST)));
    }
}
