#include "config.h"

#include "ui/peer_menu.h"

#include "ui/keys.h"

enum {
    MENU_W = 24,
    /* Of all columns, letters and address are always there. */
    FIRST = PEER_ROWS_CLIENT,
    N_ROWS = PEER_ROWS_N - FIRST,
    ESC = 0x1b
};

void peer_menu_open(struct peer_menu *m)
{
    m->is_open = true;
    listbox_fit(&m->rows, N_ROWS, N_ROWS);
}

void peer_menu_key(struct peer_menu *m, int key, unsigned shown)
{
    unsigned bit = 1U << (m->rows.cursor + FIRST);
    if (key == ESC || key == '\r' || key == '\n' || key == 'o' || key == 'q')
        m->is_open = false;
    else if (key == '0')
        m->columns = (struct peer_columns){0};
    else if (key == ' ' && (shown & bit) != 0) {
        m->columns.refused |= bit;
        m->columns.wanted &= ~bit;
    } else if (key == ' ') {
        m->columns.wanted |= bit;
        m->columns.refused &= ~bit;
    } else
        listbox_act(&m->rows, keys_find(KEYS_PEERS, true, key));
}

void peer_menu_draw(struct peer_menu *m, const struct draw_pane *p,
                    unsigned shown)
{
    int height = p->h < N_ROWS + 2 ? p->h : N_ROWS + 2;
    struct draw_pane box =
        draw_sub(p, 0, p->w > MENU_W ? p->w - MENU_W : 0, height, MENU_W);
    for (int y = 0; y < box.h; y++)
        draw_format(&box, y, 0, MENU_W, THEME_NORMAL, "%*s", MENU_W, "");
    draw_text(&box, 0, 1, MENU_W - 1, THEME_HEADING, "Columns");
    int n_seen = box.h > 2 ? box.h - 2 : 0;
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
    draw_text(&box, box.h - 1, 1, MENU_W - 1, THEME_DIM,
              "Space: on/off  0: reset");
}
