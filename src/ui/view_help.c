#include "config.h"

#include "ui/view_help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/listbox.h"
#include "util/xalloc.h"

enum { KEYS_W = 18, LINE_LEN = 128 };

struct view_help {
    struct listbox rows;
};

static void *make(void)
{
    return xzalloc(sizeof(struct view_help));
}

/* All keys of a binding: "j Down". */
static void keys_text(const struct keys_binding *b, char dst[LINE_LEN])
{
    size_t n = 0;
    for (size_t i = 0; i < KEYS_MAX_ALIASES && b->keys[i] != 0; i++) {
        char name[KEYS_NAME_LEN];
        keys_name(b->keys[i], name);
        char *known = i > 0 ? strstr(dst, name) : NULL;
        if (known != NULL)
            continue; /* Enter has two codes */
        n += (size_t)snprintf(dst + n, LINE_LEN - n, "%s%s", i > 0 ? " " : "",
                              name);
    }
}

static void draw_line(const struct draw_pane *p, int y,
                      const struct keys_binding *b)
{
    char keys[LINE_LEN];
    keys_text(b, keys);
    draw_text(p, y, 1, KEYS_W - 1, THEME_KEY, keys);
    draw_text(p, y, KEYS_W + 1, p->w, THEME_NORMAL, b->note);
}

/* Rows are the bindings, with a heading and an empty row before each scope. */
static size_t walk(const struct draw_pane *p, size_t top)
{
    size_t n, row = 0;
    const struct keys_binding *table = keys_table(&n);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || table[i].scope != table[i - 1].scope) {
            row += i > 0;
            if (p != NULL && row >= top)
                draw_text(p, (int)(row - top), 1, p->w, THEME_HEADING,
                          keys_scope_name(table[i].scope));
            row++;
        }
        if (p != NULL && row >= top)
            draw_line(p, (int)(row - top), &table[i]);
        row++;
    }
    return row;
}

static void view_help_draw(void *self, struct view_world *w,
                           const struct draw_pane *p)
{
    (void)w;
    struct view_help *v = self;
    size_t height = p->h > 0 ? (size_t)p->h : 0;
    size_t n = walk(NULL, 0);
    /* Every row is a place to scroll to: the cursor is the first one shown. */
    size_t n_tops = n > height ? n - height + 1 : 1;
    listbox_fit(&v->rows, n_tops, 1);
    walk(p, v->rows.cursor);
}

static bool view_help_act(void *self, struct view_world *w,
                          enum keys_action action)
{
    (void)w;
    struct view_help *v = self;
    if (action == KEYS_PAGE_NEXT || action == KEYS_PAGE_PREV) {
        for (int i = 0; i < 10; i++)
            listbox_act(&v->rows,
                        action == KEYS_PAGE_NEXT ? KEYS_NEXT : KEYS_PREV);
        return true;
    }
    return listbox_act(&v->rows, action);
}

const struct view_ops *view_help_ops(void)
{
    static const struct view_ops ops = {
        .title = "Help",
        .scope = KEYS_HELP,
        .has_rows = true,
        .make = make,
        .free = free,
        .draw = view_help_draw,
        .act = view_help_act,
    };
    return &ops;
}
