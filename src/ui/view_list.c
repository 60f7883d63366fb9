#include "config.h"

#include "ui/view_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/idset.h"
#include "ui/list_order.h"
#include "ui/list_preview.h"
#include "ui/listbox.h"
#include "ui/prompt.h"
#include "ui/table.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "ui/words.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    STATE_X = 2,
    CELLS_X = 4, /* after cursor, mark and state */
    COMPACT_W = 40,
    COMPACT_H = 8, /* of the pane; below there are no headings */
    PREVIEW_FROM_H = 14
};

static const struct table_column columns[LIST_ORDER_N] = {
    [LIST_ORDER_DONE] = {"Done%", 6, 0, 0, false},
    [LIST_ORDER_SIZE] = {"Size", 5, 3, 0, false},
    [LIST_ORDER_DOWN] = {"Down", 7, 0, 0, false},
    [LIST_ORDER_UP] = {"Up", 7, 5, 0, false},
    [LIST_ORDER_ETA] = {"ETA", 7, 2, 0, false},
    [LIST_ORDER_RATIO] = {"Ratio", 6, 6, 0, false},
    [LIST_ORDER_PEERS] = {"Pr/Sd", 7, 4, 0, false},
    [LIST_ORDER_NAME] = {"Name", 12, 0, 0, true},
};

struct view_list {
    struct listbox rows;
    struct list_order order;
    struct idset marks;
    struct prompt filter;
    struct prompt remove; /* open: asks r, D or Esc */
    char line[PROMPT_MAX_LEN + 80];
    bool has_no_preview;
};

static void *make(void)
{
    struct view_list *v = xzalloc(sizeof *v);
    list_order_init(&v->order);
    return v;
}

static void view_list_free(void *self)
{
    struct view_list *v = self;
    list_order_fini(&v->order);
    idset_fini(&v->marks);
    free(v);
}

/* Order the frame's torrents, and keep the cursor on the selected one. */
static void arrange(struct view_list *v, struct view_world *w, size_t height)
{
    list_order_update(&v->order, w->frame,
                      v->filter.is_open || v->filter.len > 0 ? v->filter.text
                                                             : "");
    size_t row = list_order_row_of(&v->order, w->frame, w->torrent);
    if (row < v->order.n)
        v->rows.cursor = row;
    listbox_fit(&v->rows, v->order.n, height);
    w->torrent = v->order.n > 0
                     ? w->frame->torrents[v->order.rows[v->rows.cursor]]->id
                     : 0;
}

static void cell_text(const struct frame_torrent *t, enum list_order_by by,
                      char dst[UNITS_LEN])
{
    dst[0] = '\0';
    switch (by) {
    case LIST_ORDER_DONE: {
        unsigned share = list_order_permille(t);
        snprintf(dst, UNITS_LEN, "%u.%u", share / 10, share % 10);
        return;
    }
    case LIST_ORDER_SIZE:
        units_size(dst, t->wanted_bytes);
        return;
    case LIST_ORDER_DOWN:
        units_rate(dst, t->rate_down_Bps);
        return;
    case LIST_ORDER_UP:
        units_rate(dst, t->rate_up_Bps);
        return;
    case LIST_ORDER_ETA:
        text_duration(dst, UNITS_LEN, t->is_finished ? -1 : t->eta_s);
        return;
    case LIST_ORDER_RATIO:
        units_ratio(dst, t->bytes_up, t->have_bytes);
        return;
    case LIST_ORDER_PEERS:
        snprintf(dst, UNITS_LEN, "%u/%u", t->n_peers % 10000,
                 t->n_seeds % 10000);
        return;
    case LIST_ORDER_NAME:
    case LIST_ORDER_N:
        return;
    }
}

static enum theme_role cell_role(const struct frame_torrent *t,
                                 enum list_order_by by)
{
    if (by == LIST_ORDER_DOWN && t->rate_down_Bps > 0)
        return THEME_DOWN;
    if (by == LIST_ORDER_UP && t->rate_up_Bps > 0)
        return THEME_UP;
    return by == LIST_ORDER_DOWN || by == LIST_ORDER_UP ? THEME_DIM
                                                        : THEME_NORMAL;
}

/* The name, and in brackets why it is in its state. */
static void name_text(const struct frame_torrent *t, char *dst, size_t cap)
{
    char cause[WORDS_LEN];
    words_cause(t, cause);
    bool odd = strchr("!EC", words_letter(t)) != NULL && cause[0] != '\0';
    snprintf(dst, cap, odd ? "%s (%s)" : "%s", t->name, cause);
}

static void draw_row(const struct view_list *v, const struct draw_pane *p,
                     const struct table *table, int y,
                     const struct frame_torrent *t, bool is_cursor)
{
    char state[2] = {words_letter(t), '\0'};
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    if (idset_has(&v->marks, t->id))
        draw_glyphs(p, y, 1, 1, THEME_STRONG, GLYPHS_MARK);
    draw_text(p, y, STATE_X, 1, words_role(t), state);
    for (size_t i = 0; i < LIST_ORDER_NAME; i++) {
        char text[UNITS_LEN];
        cell_text(t, (enum list_order_by)i, text);
        table_cell(table, p, y, i, cell_role(t, (enum list_order_by)i), text);
    }
    char name[FRAME_NAME_LEN + WORDS_LEN + 4];
    name_text(t, name, sizeof name);
    table_cell(table, p, y, LIST_ORDER_NAME,
               is_cursor ? THEME_CURSOR : THEME_NORMAL, name);
}

/* What there is to say when there are no rows. */
static void draw_empty(const struct view_list *v, const struct view_world *w,
                       const struct draw_pane *p, int y)
{
    if (w->frame == NULL)
        draw_text(p, y, 2, p->w, THEME_DIM, "starting...");
    else if (w->frame->n_torrents == 0)
        draw_text(p, y, 2, p->w, THEME_DIM,
                  "no torrents: start tessera with a .torrent file");
    else
        draw_format(p, y, 2, p->w, THEME_DIM,
                    "no name has \"%s\" in it: Esc shows all", v->filter.text);
}

static void view_list_draw(void *self, struct view_world *w,
                           const struct draw_pane *p)
{
    struct view_list *v = self;
    bool is_compact = p->w <= COMPACT_W || p->h < COMPACT_H;
    int preview_h = is_compact              ? (p->h > 4 ? 1 : 0)
                    : v->has_no_preview     ? 0
                    : p->h < PREVIEW_FROM_H ? 2
                                            : LIST_PREVIEW_H;
    int top = is_compact ? 0 : 1;
    int height = p->h - top - preview_h;
    arrange(v, w, height > 0 ? (size_t)height : 0);
    struct table table;
    table_fit(&table, columns, LIST_ORDER_N, CELLS_X, p->w);
    if (!is_compact) {
        draw_text(p, 0, STATE_X, 1, THEME_HEADING, "S");
        table_heading(&table, p, 0, v->order.by, v->order.is_inverted);
    }
    struct draw_pane list = draw_sub(p, top, 0, height, p->w);
    if (v->order.n == 0)
        draw_empty(v, w, &list, 0);
    for (size_t i = v->rows.top;
         i < v->order.n && i - v->rows.top < v->rows.height; i++)
        draw_row(v, &list, &table, (int)(i - v->rows.top),
                 w->frame->torrents[v->order.rows[i]], i == v->rows.cursor);
    struct draw_pane preview = draw_sub(p, top + height, 0, preview_h, p->w);
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    if (t != NULL)
        list_preview_draw(&preview, t);
}

/* The marked torrents, or the one under the cursor; the count. ids is borrowed. */
static size_t targets(struct view_list *v, struct view_world *w,
                      const uint32_t **ids)
{
    if (v->marks.n > 0) {
        *ids = v->marks.ids;
        return v->marks.n;
    }
    *ids = &w->torrent;
    return w->torrent != 0 ? 1 : 0;
}

static bool view_list_key(void *self, struct view_world *w, int key)
{
    struct view_list *v = self;
    if (v->filter.is_open) {
        if (prompt_key(&v->filter, key) == PROMPT_CANCELLED)
            prompt_open(&v->filter, ""), v->filter.is_open = false;
        return true;
    }
    if (!v->remove.is_open)
        return false;
    v->remove.is_open = false;
    if (key != 'r' && key != 'D')
        return true;
    const uint32_t *ids;
    size_t n = targets(v, w, &ids);
    for (size_t i = 0; i < n; i++) {
        struct command *c = command_new(COMMAND_REMOVE, ids[i]);
        c->flag = key == 'D';
        view_send(w, c);
    }
    idset_clear(&v->marks);
    return true;
}

static void mark_shown(struct view_list *v, const struct frame *f, bool invert)
{
    for (size_t i = 0; i < v->order.n; i++) {
        uint32_t id = f->torrents[v->order.rows[i]]->id;
        if (invert || !idset_has(&v->marks, id))
            idset_toggle(&v->marks, id);
    }
}

static bool on_mark(struct view_list *v, struct view_world *w,
                    enum keys_action action)
{
    if (v->order.n == 0 || w->frame == NULL)
        return false;
    if (action == KEYS_MARK) {
        idset_toggle(&v->marks, w->torrent);
        listbox_act(&v->rows, KEYS_NEXT);
    } else if (action == KEYS_UNMARK)
        idset_clear(&v->marks);
    else
        mark_shown(v, w->frame, action == KEYS_MARK_INVERT);
    return true;
}

/* After the cursor moved: the row's torrent is the selected one. */
static void select_row(const struct view_list *v, struct view_world *w)
{
    if (w->frame != NULL && v->rows.cursor < v->order.n &&
        v->order.rows[v->rows.cursor] < w->frame->n_torrents)
        w->torrent = w->frame->torrents[v->order.rows[v->rows.cursor]]->id;
}

static bool view_list_act(void *self, struct view_world *w,
                          enum keys_action action)
{
    struct view_list *v = self;
    const uint32_t *ids;
    size_t n = targets(v, w, &ids);
    if (listbox_act(&v->rows, action)) {
        select_row(v, w);
        return true;
    }
    if (list_order_act(&v->order, action))
        return true;
    if (action == KEYS_MARK || action == KEYS_MARK_ALL ||
        action == KEYS_MARK_INVERT || action == KEYS_UNMARK) {
        bool done = on_mark(v, w, action);
        select_row(v, w);
        return done;
    }
    if (action == KEYS_FILTER)
        prompt_open(&v->filter, v->filter.text);
    else if (action == KEYS_PREVIEW)
        v->has_no_preview = !v->has_no_preview;
    else if (action == KEYS_REMOVE && n > 0)
        prompt_open(&v->remove, "");
    else if (action == KEYS_BACK && v->filter.len > 0) {
        prompt_open(&v->filter, "");
        v->filter.is_open = false;
    } else
        return torrent_acts_do(w, action, ids, n);
    return true;
}

static const char *view_list_prompt(void *self)
{
    struct view_list *v = self;
    if (v->filter.is_open)
        snprintf(v->line, sizeof v->line, "filter: %s_", v->filter.text);
    else if (v->remove.is_open)
        snprintf(v->line, sizeof v->line,
                 "remove %zu? r: keep the data  D: delete the data too  "
                 "other keys: no",
                 v->marks.n > 0 ? v->marks.n : 1);
    else
        return NULL;
    return v->line;
}

const struct view_ops *view_list_ops(void)
{
    static const struct view_ops ops = {
        .title = "List",
        .scope = KEYS_LIST,
        .has_rows = true,
        .make = make,
        .free = view_list_free,
        .draw = view_list_draw,
        .key = view_list_key,
        .act = view_list_act,
        .prompt = view_list_prompt,
    };
    return &ops;
}
