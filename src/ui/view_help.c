#include "config.h"

#include "ui/view_help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cmdline.h"
#include "ui/legend.h"
#include "ui/listbox.h"
#include "ui/prompt.h"
#include "util/fold.h"
#include "util/xalloc.h"

enum { KEYS_W = 18, LINE_LEN = 128 };

struct view_help {
    struct listbox rows; /* every row is a place to scroll to */
    struct prompt filter;
    enum keys_scope from; /* as it was drawn last */
    char line[PROMPT_MAX_LEN + 16];
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

/* A walk over all rows, which draws those from `top` on; p NULL: only counts. */
struct walk {
    const struct draw_pane *p;
    const char *filter;
    size_t top;
    size_t row;
    bool has_heading; /* of the group that rows are of now */
};

/* A group begins, when any of its rows is shown. */
static void heading(struct walk *at, const char *title, const char *mark)
{
    if (at->has_heading)
        return;
    at->has_heading = true;
    at->row += at->row > 0;
    if (at->p != NULL && at->row >= at->top)
        draw_format(at->p, (int)(at->row - at->top), 1, at->p->w, THEME_HEADING,
                    "%s%s", title, mark);
    at->row++;
}

static void line(struct walk *at, const char *left, const char *note)
{
    if (at->p != NULL && at->row >= at->top) {
        int y = (int)(at->row - at->top);
        draw_text(at->p, y, 1, KEYS_W - 1, THEME_KEY, left);
        draw_text(at->p, y, KEYS_W + 1, at->p->w, THEME_NORMAL, note);
    }
    at->row++;
}

static void walk_scope(struct walk *at, enum keys_scope scope, bool is_here)
{
    size_t n;
    const struct keys_binding *table = keys_table(&n);
    at->has_heading = false;
    for (size_t i = 0; i < n; i++) {
        char keys[LINE_LEN];
        if (table[i].scope != scope)
            continue;
        keys_text(&table[i], keys);
        if (!fold_has(table[i].note, at->filter) &&
            !fold_has(keys, at->filter) &&
            !fold_has(keys_scope_name(scope), at->filter))
            continue;
        heading(at, keys_scope_name(scope), is_here ? "  <- you are here" : "");
        line(at, keys, table[i].note);
    }
}

/* What letters and terms mean in the view that help was asked for in, or elsewhere. */
static void walk_legend(struct walk *at, enum keys_scope from, bool is_here)
{
    for (unsigned s = 0; s < LEGEND_N; s++) {
        enum keys_scope scope;
        struct legend_row row;
        const char *title = legend_title((enum legend_section)s, &scope);
        at->has_heading = false;
        for (size_t i = 0; (scope == from) == is_here &&
                           legend_row((enum legend_section)s, i, &row);
             i++) {
            if (!fold_has(row.sign, at->filter) &&
                !fold_has(row.note, at->filter) && !fold_has(title, at->filter))
                continue;
            heading(at, title, "");
            line(at, row.sign, row.note);
        }
    }
}

static void walk_commands(struct walk *at)
{
    const char *usage, *note;
    at->has_heading = false;
    for (size_t i = 0; (usage = cmdline_usage(i, &note)) != NULL; i++) {
        if (!fold_has(usage, at->filter) && !fold_has(note, at->filter))
            continue;
        heading(at, "Commands, after :", "");
        line(at, usage, note);
    }
}

/* Where help was asked for comes first, then what holds there too, what it shows, and
 * then the rest. */
static size_t walk(const struct view_help *v, const struct draw_pane *p)
{
    struct walk at = {.p = p, .filter = v->filter.text, .top = v->rows.cursor};
    enum keys_scope from = v->from;
    walk_scope(&at, from, true);
    for (unsigned s = KEYS_N_SCOPES;
         s-- > 0;) /* what is inner comes later there */
        if (s != from && keys_holds_in((enum keys_scope)s, from))
            walk_scope(&at, (enum keys_scope)s, false);
    walk_legend(&at, from, true);
    for (unsigned s = 0; s < KEYS_N_SCOPES; s++)
        if (s != from && !keys_holds_in((enum keys_scope)s, from))
            walk_scope(&at, (enum keys_scope)s, false);
    walk_legend(&at, from, false);
    walk_commands(&at);
    return at.row;
}

static void view_help_draw(void *self, struct view_world *w,
                           const struct draw_pane *p)
{
    struct view_help *v = self;
    if (v->from != w->help_from) {
        v->from = w->help_from;
        v->rows.cursor = 0;
    }
    size_t height = p->h > 0 ? (size_t)p->h : 0;
    size_t n = walk(v, NULL);
    size_t n_tops = n > height ? n - height + 1 : 1;
    listbox_fit(&v->rows, n_tops, 1);
    if (n == 0)
        draw_format(p, 0, 1, p->w, THEME_DIM,
                    "nothing is about \"%s\": Esc shows all", v->filter.text);
    walk(v, p);
}

static void set_filter(struct view_help *v, const char *text)
{
    prompt_open(&v->filter, text);
    v->filter.is_open = false;
    v->rows.cursor = 0;
}

static bool view_help_key(void *self, struct view_world *w, int key)
{
    (void)w;
    struct view_help *v = self;
    if (!v->filter.is_open)
        return false;
    if (prompt_key(&v->filter, key) == PROMPT_CANCELLED)
        set_filter(v, "");
    v->rows.cursor = 0;
    return true;
}

static bool view_help_act(void *self, struct view_world *w,
                          enum keys_action action)
{
    (void)w;
    struct view_help *v = self;
    if (action == KEYS_FILTER) {
        prompt_open(&v->filter, v->filter.text);
        return true;
    }
    if (action == KEYS_BACK && v->filter.len > 0) {
        set_filter(v, "");
        return true;
    }
    if (action == KEYS_PAGE_NEXT || action == KEYS_PAGE_PREV) {
        for (int i = 0; i < 10; i++)
            listbox_act(&v->rows,
                        action == KEYS_PAGE_NEXT ? KEYS_NEXT : KEYS_PREV);
        return true;
    }
    return listbox_act(&v->rows, action);
}

static const char *view_help_prompt(void *self)
{
    struct view_help *v = self;
    if (!v->filter.is_open)
        return NULL;
    prompt_line(&v->filter, "find:", v->line, sizeof v->line);
    return v->line;
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
        .key = view_help_key,
        .act = view_help_act,
        .prompt = view_help_prompt,
    };
    return &ops;
}
