#include "config.h"

#include "ui/column_menu.h"

enum { MENU_W = 24 };

static unsigned first_of(const struct column_menu *m)
{
    return m->sorts ? 0 : m->first;
}

static size_t n_rows(const struct column_menu *m)
{
    return m->sorts ? m->n : m->end - m->first;
}

void column_menu_init(struct column_menu *m, unsigned first, unsigned end,
                      const char *(*title)(unsigned column))
{
    *m = (struct column_menu){.first = first, .end = end, .title = title};
}

void column_menu_open(struct column_menu *m)
{
    m->is_open = true;
    m->sorts = false;
    listbox_fit(&m->rows, n_rows(m), n_rows(m));
}

void column_menu_open_sort(struct column_menu *m, unsigned n, unsigned by)
{
    m->is_open = m->sorts = true;
    m->is_told = false;
    m->n = n;
    m->by = by;
    listbox_fit(&m->rows, n, n);
    listbox_go(&m->rows, by);
}

enum keys_scope column_menu_scope(const struct column_menu *m,
                                  enum keys_scope below)
{
    return !m->is_open ? below : m->sorts ? KEYS_SORT_MENU : KEYS_MENU;
}

bool column_menu_take_sort(struct column_menu *m, unsigned *by)
{
    bool was_told = m->is_told;
    m->is_told = false;
    *by = m->by;
    return was_told;
}

static bool sort_act(struct column_menu *m, enum keys_action action)
{
    if (action == KEYS_OPEN || action == KEYS_MARK) {
        m->by = (unsigned)m->rows.cursor;
        m->is_told = true;
        m->is_open = false;
    } else if (action == KEYS_BACK)
        m->is_open = false;
    else if (action == KEYS_SORT)
        listbox_go(&m->rows, (m->rows.cursor + 1) % m->n);
    else
        return listbox_act(&m->rows, action);
    return true;
}

bool column_menu_act(struct column_menu *m, enum keys_action action,
                     uint32_t shown)
{
    if (m->sorts)
        return sort_act(m, action);
    uint32_t bit = UINT32_C(1) << (m->rows.cursor + m->first);
    if (action == KEYS_BACK || action == KEYS_OPEN || action == KEYS_COLUMNS)
        m->is_open = false;
    else if (action == KEYS_RESET)
        m->choice = (struct column_choice){0};
    else if (action == KEYS_MARK && (shown & bit) != 0) {
        m->choice.refused |= bit;
        m->choice.wanted &= ~bit;
    } else if (action == KEYS_MARK) {
        m->choice.wanted |= bit;
        m->choice.refused &= ~bit;
    } else
        return listbox_act(&m->rows, action);
    return true;
}

void column_menu_draw(struct column_menu *m, const struct draw_pane *p,
                      uint32_t shown)
{
    int all = (int)n_rows(m) + 1;
    struct draw_pane box = draw_sub(p, 0, p->w > MENU_W ? p->w - MENU_W : 0,
                                    p->h < all ? p->h : all, MENU_W);
    for (int y = 0; y < box.h; y++)
        draw_format(&box, y, 0, MENU_W, THEME_NORMAL, "%*s", MENU_W, "");
    draw_text(&box, 0, 1, MENU_W - 1, THEME_HEADING,
              m->sorts ? "Sort by" : "Columns");
    int n_seen = box.h > 1 ? box.h - 1 : 0;
    listbox_fit(&m->rows, n_rows(m), (size_t)n_seen);
    for (int y = 0; y < n_seen; y++) {
        size_t row = m->rows.top + (size_t)y;
        unsigned column = (unsigned)row + first_of(m);
        bool is_cursor = row == m->rows.cursor;
        if (is_cursor)
            draw_glyphs(&box, y + 1, 1, 1, THEME_CURSOR, GLYPHS_CURSOR);
        enum theme_role role = is_cursor ? THEME_CURSOR : THEME_NORMAL;
        bool is_on = m->sorts ? column == m->by : (shown >> column & 1) != 0;
        if (m->sorts)
            draw_format(&box, y + 1, 3, MENU_W - 3, role, "(%c) %s",
                        is_on ? '*' : ' ', m->title(column));
        else
            draw_format(&box, y + 1, 3, MENU_W - 3, role, "[%c] %s",
                        is_on ? 'x' : ' ', m->title(column));
    }
}
