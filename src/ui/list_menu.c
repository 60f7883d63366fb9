#include "config.h"

#include "ui/list_menu.h"

#include <string.h>

enum {
    LEFT = 2, /* after cursor and mark */
    MENU_W = 24,
    /* Of all columns, state and name are always there. */
    N_ROWS = LIST_COLUMN_NAME - LIST_COLUMN_DONE
};

void list_menu_init(struct list_menu *m)
{
    *m = (struct list_menu){0};
    memcpy(m->columns, list_column_table(), sizeof m->columns);
}

void list_menu_fit(struct list_menu *m, struct table *t, int width)
{
    memcpy(m->columns, list_column_table(), sizeof m->columns);
    for (unsigned i = 0; i < LIST_COLUMN_N; i++) {
        if (m->refused >> i & 1)
            m->columns[i].width = 0;
        if (m->wanted >> i & 1) {
            m->columns[i].from = 0;
            m->columns[i].rank = 1;
        }
    }
    table_fit(t, m->columns, LIST_COLUMN_N, LEFT, width);
}

uint32_t list_menu_shown(const struct table *t)
{
    uint32_t shown = 0;
    for (unsigned i = 0; i < t->n; i++)
        shown |= t->w[i] > 0 ? UINT32_C(1) << i : 0;
    return shown;
}

void list_menu_open(struct list_menu *m)
{
    m->is_open = true;
    listbox_fit(&m->rows, N_ROWS, N_ROWS);
}

bool list_menu_act(struct list_menu *m, enum keys_action action, uint32_t shown)
{
    uint32_t bit = UINT32_C(1) << (m->rows.cursor + LIST_COLUMN_DONE);
    if (action == KEYS_BACK || action == KEYS_OPEN || action == KEYS_COLUMNS)
        m->is_open = false;
    else if (action == KEYS_RESET)
        m->wanted = m->refused = 0;
    else if (action == KEYS_MARK && (shown & bit) != 0) {
        m->refused |= bit;
        m->wanted &= ~bit;
    } else if (action == KEYS_MARK) {
        m->wanted |= bit;
        m->refused &= ~bit;
    } else
        return listbox_act(&m->rows, action);
    return true;
}

void list_menu_draw(struct list_menu *m, const struct draw_pane *p,
                    uint32_t shown)
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
        size_t column = row + LIST_COLUMN_DONE;
        bool is_cursor = row == m->rows.cursor;
        if (is_cursor)
            draw_glyphs(&box, y + 1, 1, 1, THEME_CURSOR, GLYPHS_CURSOR);
        draw_format(&box, y + 1, 3, MENU_W - 3,
                    is_cursor ? THEME_CURSOR : THEME_NORMAL, "[%c] %s",
                    shown >> column & 1 ? 'x' : ' ', m->columns[column].title);
    }
}
