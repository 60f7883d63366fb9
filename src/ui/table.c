#include "config.h"

#include "ui/table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The shown column that goes first; n when none may. */
static size_t least(const struct table *t)
{
    size_t found = t->n;
    for (size_t i = 0; i < t->n; i++)
        if (t->w[i] > 0 && t->columns[i].rank > 0 &&
            (found == t->n || t->columns[i].rank > t->columns[found].rank))
            found = i;
    return found;
}

void table_fit(struct table *t, const struct table_column *columns, size_t n,
               int left, int width)
{
    assert(n > 0 && n <= TABLE_MAX_COLUMNS);
    *t = (struct table){.columns = columns, .n = n};
    int used = left;
    for (size_t i = 0; i < n; i++) {
        t->w[i] = width >= columns[i].from ? columns[i].width : 0;
        used += t->w[i] > 0 ? t->w[i] + 1 : 0;
    }
    for (size_t i = least(t); used - 1 > width && i < n; i = least(t)) {
        used -= t->w[i] + 1;
        t->w[i] = 0;
    }
    int x = left;
    for (size_t i = 0; i < n; i++) {
        t->x[i] = x;
        x += t->w[i] > 0 ? t->w[i] + 1 : 0;
    }
    int rest = width - t->x[n - 1];
    t->w[n - 1] = rest > 0 ? rest : 0;
}

void table_cell(const struct table *t, const struct draw_pane *p, int y,
                size_t column, enum theme_role role, const char *text)
{
    if (t->w[column] <= 0)
        return;
    if (t->columns[column].is_left)
        draw_text(p, y, t->x[column], t->w[column], role, text);
    else
        draw_right(p, y, t->x[column], t->w[column], role, text);
}

/* The title with its mark, the title cut where both do not fit. A mark that is a letter
 * would be read as the last one of the word: it stands apart where there is room. */
static void sorted_title(char *dst, size_t cap, const char *title,
                         const char *mark, int w)
{
    bool is_apart =
        (unsigned char)mark[0] < 0x80 && (int)strlen(title) + 2 <= w;
    int room = w - (is_apart ? 2 : 1);
    if (room > 0)
        snprintf(dst, cap, "%.*s%s%s", room, title, is_apart ? " " : "", mark);
    else
        snprintf(dst, cap, "%s", mark);
}

void table_heading(const struct table *t, const struct draw_pane *p, int y,
                   size_t sorted, bool is_inverted)
{
    for (size_t i = 0; i < t->n; i++) {
        char title[32];
        const char *mark = glyphs_text(draw_look(p->draw).level,
                                       is_inverted ? GLYPHS_UP : GLYPHS_DOWN);
        if (i == sorted)
            sorted_title(title, sizeof title, t->columns[i].title, mark,
                         t->w[i]);
        table_cell(t, p, y, i, THEME_HEADING,
                   i == sorted ? title : t->columns[i].title);
    }
}
