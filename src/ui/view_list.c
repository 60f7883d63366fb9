#include "config.h"

#include "ui/view_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/idset.h"
#include "ui/list_column.h"
#include "ui/list_filter.h"
#include "ui/cmdline.h"
#include "ui/column_menu.h"
#include "ui/list_order.h"
#include "ui/list_preview.h"
#include "ui/list_rows.h"
#include "ui/listbox.h"
#include "ui/prompt.h"
#include "ui/table.h"
#include "ui/torrent_acts.h"
#include "util/xalloc.h"

enum {
    COMPACT_W = 40,
    COMPACT_H = 8, /* of the pane; below there are no headings */
    PREVIEW_FROM_H = 14,
    NAME_HEADING_W = 6 /* "Name" and a mark */
};

struct view_list {
    struct listbox rows;
    struct list_order order;
    struct idset marks;
    /* The torrent that a range begins with; 0: none is open. */
    uint32_t range_from;
    struct prompt filter;
    struct list_filter terms; /* as read from it */
    struct column_menu menu;
    struct table_column columns[LIST_COLUMN_N]; /* as chosen there */
    struct table_choice kept; /* order and columns, for the next start */
    bool is_recalled;         /* from the last one */
    struct table table;       /* as it was drawn last */
    int head_h;               /* likewise: rows above the first torrent */
    int preview_h;
    bool has_no_preview;
    char line[PROMPT_MAX_LEN + 16];
};

static const char *column_word(unsigned c)
{
    return list_column_word((enum list_column)c);
}

static const struct table_words sortable = {column_word, LIST_COLUMN_N,
                                            LIST_COLUMN_DONE, LIST_COLUMN_NAME};

static const char *menu_title(unsigned c)
{
    return c == LIST_COLUMN_STATE ? "State" : list_column_title(c);
}

static void *make(void)
{
    struct view_list *v = xzalloc(sizeof *v);
    list_order_init(&v->order);
    /* Of all columns, state and name are always there. */
    column_menu_init(&v->menu, LIST_COLUMN_DONE, LIST_COLUMN_NAME, menu_title);
    list_column_fit(&v->menu.choice, 0, v->columns, &v->table, 0);
    return v;
}

static void view_list_free(void *self)
{
    struct view_list *v = self;
    list_order_fini(&v->order);
    idset_fini(&v->marks);
    free(v);
}

static struct table_choice choice_of(const struct view_list *v)
{
    return (struct table_choice){.by = v->order.by,
                                 .is_inverted = v->order.is_inverted,
                                 .columns = v->menu.choice};
}

/* Order and columns are as they were in the last start. */
static void recall(struct view_list *v, const struct view_world *w)
{
    v->is_recalled = true;
    v->kept = choice_of(v);
    if (!view_recall(w, "list", &sortable, &v->kept))
        return;
    v->order.by = (enum list_column)v->kept.by;
    v->order.is_inverted = v->kept.is_inverted;
    v->order.is_stale = true;
    v->menu.choice = v->kept.columns;
}

/* Marks. */

/* Forget marked torrents that are gone. */
static void drop_gone(struct view_list *v, const struct frame *f)
{
    size_t n_there = 0;
    for (size_t i = 0; i < f->n_torrents && v->marks.n > 0; i++)
        n_there += idset_has(&v->marks, f->torrents[i]->id);
    if (n_there == v->marks.n)
        return;
    struct idset kept = {0};
    for (size_t i = 0; i < f->n_torrents; i++)
        if (idset_has(&v->marks, f->torrents[i]->id))
            idset_add(&kept, f->torrents[i]->id);
    idset_fini(&v->marks);
    v->marks = kept;
}

/* The rows from the beginning of an open range to the cursor; none: first > last. */
static void range_rows(const struct view_list *v, size_t *first, size_t *last)
{
    size_t row = v->range_from != 0
                     ? list_order_row_of(&v->order, v->range_from)
                     : v->order.n;
    *first = 1;
    *last = 0;
    if (row == v->order.n)
        return;
    *first = row < v->rows.cursor ? row : v->rows.cursor;
    *last = row < v->rows.cursor ? v->rows.cursor : row;
}

/* The range becomes marks. */
static void close_range(struct view_list *v)
{
    size_t first, last;
    range_rows(v, &first, &last);
    for (size_t i = first; i <= last; i++)
        idset_add(&v->marks, list_order_id(&v->order, i));
    v->range_from = 0;
}

/* The marked torrents, or the one under the cursor; the count. *ids is borrowed, and
 * rises. */
static size_t targets(struct view_list *v, struct view_world *w,
                      const uint32_t **ids)
{
    close_range(v);
    *ids = v->marks.n > 0 ? v->marks.ids : &w->torrent;
    return v->marks.n > 0 ? v->marks.n : w->torrent != 0 ? 1 : 0;
}

static void mark_shown(struct view_list *v, bool invert)
{
    for (size_t i = 0; i < v->order.n; i++) {
        uint32_t id = list_order_id(&v->order, i);
        if (invert)
            idset_toggle(&v->marks, id);
        else
            idset_add(&v->marks, id);
    }
}

/* Drawing. */

/* Whoever added a torrent wants to see that one. */
static void select_added(struct view_world *w)
{
    const struct frame_torrent *t = w->now_ms < w->added_until_ms
                                        ? torrent_acts_by_hash(w, w->added_hash)
                                        : NULL;
    if (t == NULL)
        return;
    view_select(w, t->id);
    w->added_until_ms = 0;
}

/* Order the frame's torrents, and keep the cursor on the selected one. */
static void arrange(struct view_list *v, struct view_world *w, size_t height)
{
    list_order_update(&v->order, w->frame, &v->terms, w->now_ms);
    if (w->frame != NULL)
        drop_gone(v, view_latest(w));
    select_added(w);
    size_t row = list_order_row_of(&v->order, w->torrent);
    if (row < v->order.n)
        v->rows.cursor = row;
    listbox_fit(&v->rows, v->order.n, height);
    view_select(w,
                v->order.n > 0 ? list_order_id(&v->order, v->rows.cursor) : 0);
}

/* What there is to say when there are no rows. */
static void draw_empty(const struct view_list *v, const struct view_world *w,
                       const struct draw_pane *p)
{
    if (w->frame == NULL)
        draw_text(p, 0, 2, p->w, THEME_DIM, "starting...");
    else if (w->frame->n_torrents == 0)
        draw_text(p, 0, 2, p->w, THEME_DIM, "no torrents yet: a adds one");
    else
        draw_format(p, 0, 2, p->w, THEME_DIM,
                    "none is like \"%s\": Esc shows all", v->filter.text);
}

/* At the right of the headings: how many are marked, and how many a filter left. */
static void draw_counts(const struct view_list *v, const struct view_world *w,
                        const struct draw_pane *p)
{
    char shown[48] = "", marked[32] = "";
    size_t n_all = w->frame != NULL ? w->frame->n_torrents : 0;
    if (v->terms.n > 0)
        snprintf(shown, sizeof shown, " %zu of %zu shown", v->order.n, n_all);
    if (v->marks.n > 0)
        snprintf(marked, sizeof marked, " %zu marked", v->marks.n);
    int x = v->table.x[LIST_COLUMN_NAME] + NAME_HEADING_W + 1;
    draw_format(p, 0, x, p->w - x, THEME_STRONG, "%s%s", shown, marked);
}

static void draw_heading(const struct view_list *v, const struct draw_pane *p)
{
    table_heading(&v->table, p, 0, v->order.by, v->order.is_inverted);
    int by = (int)v->order.by;
    if (v->table.w[by] > 0)
        draw_tint(p, 0, v->table.x[by],
                  by == LIST_COLUMN_NAME ? NAME_HEADING_W : v->table.w[by],
                  THEME_BAR);
}

static void draw_rows(const struct view_list *v, const struct draw_pane *p,
                      bool is_compact)
{
    size_t first, last;
    range_rows(v, &first, &last);
    for (size_t i = v->rows.top;
         i < v->order.n && i - v->rows.top < v->rows.height; i++) {
        const struct frame_torrent *t = list_order_at(&v->order, i);
        bool is_marked =
            idset_has(&v->marks, t->id) || (i >= first && i <= last);
        int y = (int)(i - v->rows.top);
        if (is_compact)
            list_rows_compact(p, y, t, i == v->rows.cursor, is_marked);
        else
            list_rows_draw(p, &v->table, y, t, i == v->rows.cursor, is_marked);
    }
}

static int preview_height(const struct view_list *v, const struct draw_pane *p,
                          bool is_compact)
{
    if (v->has_no_preview)
        return 0;
    if (is_compact)
        return p->h > 4 ? 1 : 0;
    return p->h < PREVIEW_FROM_H ? 2 : LIST_PREVIEW_H;
}

static void view_list_draw(void *self, struct view_world *w,
                           const struct draw_pane *p)
{
    struct view_list *v = self;
    bool is_compact = p->w <= COMPACT_W || p->h < COMPACT_H;
    if (!v->is_recalled)
        recall(v, w);
    struct table_choice now = choice_of(v);
    view_remember(w, "list", &sortable, &now, &v->kept);
    v->preview_h = preview_height(v, p, is_compact);
    v->head_h = is_compact ? 0 : 1;
    int height = p->h - v->head_h - v->preview_h;
    arrange(v, w, height > 0 ? (size_t)height : 0);
    list_column_fit(&v->menu.choice, list_column_empty(w->frame), v->columns,
                    &v->table, p->w);
    if (!is_compact) {
        draw_heading(v, p);
        draw_counts(v, w, p);
    }
    struct draw_pane list = draw_sub(p, v->head_h, 0, height, p->w);
    if (v->order.n == 0)
        draw_empty(v, w, &list);
    draw_rows(v, &list, is_compact);
    struct draw_pane preview =
        draw_sub(p, v->head_h + height, 0, v->preview_h, p->w);
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    if (t != NULL)
        list_preview_draw(&preview, t, view_detail(w));
    if (v->menu.is_open)
        column_menu_draw(&v->menu, p, list_column_shown(&v->table));
}

/* Rates, and with any of these parts the reasons for them. */
static uint32_t view_list_more_parts(const void *self)
{
    const struct view_list *v = self;
    return v->preview_h > 0 ? FOCUS_HISTORY : 0;
}

/* Keys. */

/* What is typed holds at once; what is wrong with it is said. */
static void read_filter(struct view_list *v, struct view_world *w)
{
    list_filter_read(&v->terms, v->filter.text);
    if (v->terms.error[0] != '\0')
        snprintf(w->message, sizeof w->message, "%s", v->terms.error);
}

static void set_filter(struct view_list *v, struct view_world *w,
                       const char *text)
{
    prompt_open(&v->filter, text);
    v->filter.is_open = false;
    read_filter(v, w);
}

static bool view_list_key(void *self, struct view_world *w, int key)
{
    struct view_list *v = self;
    if (!v->filter.is_open)
        return false;
    if (prompt_key(&v->filter, key) == PROMPT_CANCELLED)
        set_filter(v, w, "");
    read_filter(v, w);
    return true;
}

/* After the cursor moved: the row's torrent is the selected one. */
static void select_row(const struct view_list *v, struct view_world *w)
{
    if (v->rows.cursor < v->order.n)
        view_select(w, list_order_id(&v->order, v->rows.cursor));
}

static bool on_mark(struct view_list *v, struct view_world *w,
                    enum keys_action action)
{
    if (action == KEYS_MARK_RANGE) {
        bool was_open = v->range_from != 0;
        close_range(v);
        v->range_from = was_open ? 0 : w->torrent;
        return true;
    }
    bool is_one = action == KEYS_MARK;
    if (!is_one && action != KEYS_MARK_ALL && action != KEYS_MARK_INVERT &&
        action != KEYS_UNMARK)
        return false;
    bool had_range = v->range_from != 0;
    close_range(v);
    if (action == KEYS_UNMARK)
        idset_clear(&v->marks);
    else if (!is_one)
        mark_shown(v, action == KEYS_MARK_INVERT);
    else if (v->order.n > 0 && !had_range) {
        idset_toggle(&v->marks, w->torrent);
        listbox_act(&v->rows, KEYS_NEXT);
        select_row(v, w);
    }
    return true;
}

/* One step back of what the list itself has open; false: nothing is. */
static bool step_back(struct view_list *v, struct view_world *w)
{
    if (v->range_from != 0)
        v->range_from = 0;
    else if (v->filter.len > 0)
        set_filter(v, w, "");
    else
        return false;
    return true;
}

/* Does the selected one wait for its files to be chosen? */
static bool awaits_choice(const struct view_world *w)
{
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    return t != NULL && t->state == FRAME_PAUSED &&
           strcmp(t->cause, FRAME_CHOOSE_FILES) == 0;
}

static bool on_menu(struct view_list *v, enum keys_action action)
{
    unsigned by;
    bool takes =
        column_menu_act(&v->menu, action, list_column_shown(&v->table));
    if (column_menu_take_sort(&v->menu, &by))
        list_order_set(&v->order, (enum list_column)by);
    return takes;
}

static bool view_list_act(void *self, struct view_world *w,
                          enum keys_action action)
{
    struct view_list *v = self;
    if (w->frame == NULL)
        return false;
    if (v->menu.is_open)
        return on_menu(v, action);
    if (listbox_act(&v->rows, action)) {
        select_row(v, w);
        return true;
    }
    if (list_order_act(&v->order, action, list_column_shown(&v->table)) ||
        on_mark(v, w, action))
        return true;
    if (action == KEYS_BACK)
        return step_back(v, w);
    if (action == KEYS_FILTER)
        prompt_open(&v->filter, v->filter.text);
    else if (action == KEYS_COLUMNS)
        column_menu_open(&v->menu);
    else if (action == KEYS_SORT)
        column_menu_open_sort(&v->menu, LIST_COLUMN_N, v->order.by);
    else if (action == KEYS_PREVIEW)
        v->has_no_preview = !v->has_no_preview;
    else if (action == KEYS_OPEN && awaits_choice(w))
        w->go = VIEW_FILES;
    else if (action == KEYS_OPEN || action == KEYS_WHY)
        return false;
    else {
        const uint32_t *ids;
        size_t n = targets(v, w, &ids);
        if (action != KEYS_COMMAND)
            return torrent_acts_do(w, action, ids, n);
        cmdline_open(w, ids, n);
    }
    return true;
}

static bool sort_by(struct view_list *v, struct view_world *w, const char *word)
{
    for (unsigned i = 0; i < LIST_COLUMN_N; i++) {
        if (strcmp(list_column_word((enum list_column)i), word) != 0)
            continue;
        list_order_set(&v->order, (enum list_column)i);
        return true;
    }
    snprintf(w->message, sizeof w->message,
             "no column is called \"%.40s\": Tab shows them", word);
    return true;
}

static bool go_to(struct view_list *v, struct view_world *w, const char *number)
{
    char *end;
    unsigned long row = strtoul(number, &end, 10);
    if (*end != '\0' || row == 0 || row > v->order.n) {
        snprintf(w->message, sizeof w->message, "no row %.20s: there are %zu",
                 number, v->order.n);
        return true;
    }
    listbox_go(&v->rows, row - 1);
    select_row(v, w);
    return true;
}

static bool view_list_command(void *self, struct view_world *w,
                              const char *word, const char *args)
{
    struct view_list *v = self;
    if (strcmp(word, "sort") == 0)
        return sort_by(v, w, args);
    if (strcmp(word, "goto") == 0)
        return go_to(v, w, args);
    if (strcmp(word, "filter") != 0)
        return false;
    set_filter(v, w, args);
    return true;
}

/* The column whose heading is at cell x; LIST_COLUMN_N: none. */
static enum list_column column_at(const struct table *t, int x)
{
    for (unsigned i = 0; i < LIST_COLUMN_N; i++)
        if (t->w[i] > 0 && x >= t->x[i] && x < t->x[i] + t->w[i])
            return (enum list_column)i;
    return LIST_COLUMN_N;
}

static bool view_list_click(void *self, struct view_world *w, int y, int x)
{
    struct view_list *v = self;
    if (v->menu.is_open) {
        v->menu.is_open = false;
        return false;
    }
    if (y < v->head_h) {
        enum list_column c = column_at(&v->table, x);
        if (c < LIST_COLUMN_N)
            list_order_set(&v->order, c);
        return false;
    }
    size_t row = v->rows.top + (size_t)(y - v->head_h);
    if (row >= v->order.n || (size_t)(y - v->head_h) >= v->rows.height)
        return false;
    listbox_go(&v->rows, row);
    select_row(v, w);
    return true;
}

static const char *view_list_prompt(void *self)
{
    struct view_list *v = self;
    if (!v->filter.is_open)
        return NULL;
    prompt_line(&v->filter, "filter:", v->line, sizeof v->line);
    return v->line;
}

static enum keys_scope view_list_scope(const void *self)
{
    const struct view_list *v = self;
    return column_menu_scope(&v->menu, KEYS_LIST);
}

const struct view_ops *view_list_ops(void)
{
    static const struct view_ops ops = {
        .title = "List",
        .scope = KEYS_LIST,
        .scope_now = view_list_scope,
        .has_rows = true,
        .make = make,
        .free = view_list_free,
        .draw = view_list_draw,
        .optional = FOCUS_HISTORY,
        .more_parts = view_list_more_parts,
        .key = view_list_key,
        .act = view_list_act,
        .command = view_list_command,
        .click = view_list_click,
        .prompt = view_list_prompt,
    };
    return &ops;
}
