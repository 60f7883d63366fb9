#include "config.h"

#include "ui/view_peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/flow.h"
#include "ui/listbox.h"
#include "ui/peer_acts.h"
#include "ui/column_menu.h"
#include "ui/peer_filter.h"
#include "ui/peer_rows.h"
#include "ui/peer_table.h"
#include "ui/peer_words.h"
#include "ui/prompt.h"
#include "ui/torrent_acts.h"
#include "ui/words.h"
#include "util/xalloc.h"

enum {
    COUNTS_FROM_H = 6, /* rows from which there is a line of counts */
    SIDE_FROM_W = 120, /* cells from which the words stand beside the table */
    SIDE_MIN_W = 40,
    SIDE_MAX_W = 84
};

struct view_peers {
    struct listbox rows;
    struct peer_rows order;
    struct prompt filter;
    struct column_menu menu;  /* of columns */
    struct table_choice kept; /* order and columns, for the next start */
    bool is_recalled;         /* from the last one */
    size_t scroll;            /* columns behind the address that are left out */
    struct peer_table table;
    int rows_y;     /* of the first row when it was drawn last */
    bool has_words; /* the selected one is spelled out */
    char line[PROMPT_MAX_LEN + 32];
};

static const struct table_words sortable = {peer_table_title, PEER_ROWS_N,
                                            PEER_ROWS_CLIENT, PEER_ROWS_N};

static void *make(void)
{
    struct view_peers *v = xzalloc(sizeof *v);
    peer_rows_init(&v->order);
    /* Of all columns, letters and address are always there. */
    column_menu_init(&v->menu, PEER_ROWS_CLIENT, PEER_ROWS_N, peer_table_title);
    return v;
}

static void view_peers_free(void *self)
{
    struct view_peers *v = self;
    peer_rows_fini(&v->order);
    free(v);
}

static struct table_choice choice_of(const struct view_peers *v)
{
    return (struct table_choice){.by = v->order.by,
                                 .is_inverted = v->order.is_inverted,
                                 .columns = v->menu.choice};
}

/* Order and columns are as they were in the last start. */
static void recall(struct view_peers *v, const struct view_world *w)
{
    v->is_recalled = true;
    v->kept = choice_of(v);
    if (!view_recall(w, "peers", &sortable, &v->kept))
        return;
    v->order.by = (enum peer_rows_by)v->kept.by;
    v->order.is_inverted = v->kept.is_inverted;
    v->menu.choice = v->kept.columns;
}

static int64_t model_now(const struct view_world *w)
{
    return w->frame != NULL ? w->frame->now_ms : 0;
}

/* The rows as they are now, the cursor on the selected peer; when that one is not
 * among them, the one under the cursor is selected. */
static void arrange(struct view_peers *v, struct view_world *w, int height)
{
    peer_rows_update(&v->order, view_detail(w), v->filter.text, model_now(w));
    listbox_fit(&v->rows, v->order.n, height > 0 ? (size_t)height : 0);
    size_t row = peer_rows_row_of(&v->order, w->peer);
    if (row < v->order.n)
        listbox_go(&v->rows, row);
    else if (v->order.n > 0)
        w->peer = peer_rows_id(&v->order, v->rows.cursor);
}

/* Drawing. */

static void put_count(struct flow *f, uint32_t n, const char *one,
                      const char *several)
{
    flow_put(f, n > 0 ? THEME_NORMAL : THEME_DIM, "%u %s", n,
             n == 1 ? one : several);
}

static void draw_counts(const struct view_peers *v, const struct view_world *w,
                        const struct draw_pane *p)
{
    const struct detail *d = view_detail(w);
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    uint32_t n_seeds = 0, n_send = 0, n_get = 0, n_choke = 0, n_have = 0;
    struct flow f;
    for (size_t i = 0; i < d->n_peers; i++) {
        const struct detail_peer *peer = &d->peers[i];
        n_seeds += peer->is_seed;
        n_send += peer->rate_down_Bps > 0;
        n_get += peer->rate_up_Bps > 0;
        n_choke += peer->am_interested && peer->is_choking;
        n_have += peer->has_piece;
    }
    flow_begin(&f, p, 0, 1);
    if (v->filter.len > 0)
        flow_put(&f, THEME_STRONG, "%zu of %zu as \"%s\"", v->order.n_here,
                 d->n_peers, v->filter.text);
    else
        put_count(&f, (uint32_t)d->n_peers, "connected", "connected");
    if (w->piece_idx != FOCUS_PIECE_NONE)
        flow_put(&f, THEME_ACTIVE, "%s %u %s piece %u",
                 glyphs_text(draw_look(p->draw).level, GLYPHS_MARK), n_have,
                 n_have == 1 ? "has" : "have", w->piece_idx);
    put_count(&f, n_seeds, "seed", "seeds");
    put_count(&f, n_send, "sends to us", "send to us");
    put_count(&f, n_get, "gets from us", "get from us");
    put_count(&f, n_choke, "chokes us", "choke us");
    if (t != NULL) {
        put_count(&f, t->n_connecting, "half-open", "half-open");
        put_count(&f, t->n_known, "known", "known");
    }
}

/* What there is to say when there are no rows. */
static void draw_empty(const struct view_peers *v, const struct view_world *w,
                       const struct draw_pane *p)
{
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    char cause[WORDS_LEN] = "";
    if (t != NULL)
        words_cause(t, cause);
    if (w->torrent == 0)
        draw_text(p, 0, 1, p->w - 1, THEME_DIM, "no torrent is selected");
    else if (t == NULL)
        draw_text(p, 0, 1, p->w - 1, THEME_DIM, "that torrent is gone");
    else if (view_detail(w) == NULL)
        draw_text(p, 0, 1, p->w - 1, THEME_DIM, "nothing is known of it yet");
    else if (v->filter.len > 0)
        draw_format(p, 0, 1, p->w - 1, THEME_DIM,
                    "no peer is as \"%s\": Esc shows all", v->filter.text);
    else if (strncmp(cause, "no peers", 8) == 0)
        draw_text(p, 0, 1, p->w - 1, THEME_DIM, cause);
    else
        draw_format(p, 0, 1, p->w - 1, THEME_DIM, "no peers (%s)%s%s",
                    frame_state_name(t->state), cause[0] != '\0' ? ": " : "",
                    cause);
    const struct detail *d = view_detail(w);
    char dials[PEER_WORDS_DIALS_LEN] = "";
    if (d != NULL && v->filter.len == 0)
        peer_words_dials(dials, &d->dials);
    if (dials[0] != '\0')
        draw_format(p, 1, 1, p->w - 1, THEME_DIM, "dialled %s", dials);
}

static void draw_rows(struct view_peers *v, const struct view_world *w,
                      const struct draw_pane *p, int y)
{
    const struct detail *d = view_detail(w);
    v->table.detail = d;
    v->table.now_ms = model_now(w);
    for (size_t i = v->rows.top;
         i < v->order.n && i - v->rows.top < v->rows.height; i++, y++) {
        const struct detail_peer *peer = peer_rows_peer(&v->order, d, i);
        bool is_cursor = i == v->rows.cursor;
        if (peer != NULL)
            peer_table_draw(&v->table, p, y, peer, is_cursor);
        else
            peer_table_draw_gone(&v->table, p, y,
                                 peer_rows_gone(&v->order, d, i), is_cursor);
    }
    v->table.detail = NULL;
}

static void draw_selected(const struct view_world *w, const struct draw_pane *p)
{
    const struct detail_peer *peer = peer_acts_peer(w);
    const struct detail_gone *gone = peer_acts_gone(w);
    if (peer != NULL)
        peer_words_draw(p, view_detail(w), peer, model_now(w));
    else if (gone != NULL)
        peer_words_gone(p, gone, model_now(w));
}

/* Rows for the words below the table, a rule above them among these. */
static int foot_of(int h)
{
    return h >= 18 ? 10 : h >= 12 ? 5 : h >= 8 ? 3 : 0;
}

/* The user's, of those that there is something for. */
static struct column_choice columns_of(const struct view_peers *v,
                                       const struct view_world *w)
{
    struct column_choice c = v->menu.choice;
    const struct detail *d = view_detail(w);
    if (d == NULL || !d->has_countries)
        c.refused |= 1U << PEER_ROWS_COUNTRY;
    return c;
}

/* Cells for the words beside the table; 0: they are not there. */
static int side_of(const struct column_choice *columns, int w)
{
    if (w < SIDE_FROM_W)
        return 0;
    int side = w - 1 - peer_table_full_width(columns, true);
    if (side < SIDE_MIN_W)
        side = w - 1 - peer_table_full_width(columns, false);
    return side < SIDE_MIN_W   ? SIDE_MIN_W
           : side > SIDE_MAX_W ? SIDE_MAX_W
                               : side;
}

static void draw_table(struct view_peers *v, const struct view_world *w,
                       const struct draw_pane *p, int head)
{
    struct column_choice columns = columns_of(v, w);
    peer_table_fit(&v->table, &columns, v->scroll,
                   w->piece_idx != FOCUS_PIECE_NONE, p->w);
    if (head == 2) {
        struct draw_pane counts = draw_sub(p, 0, 0, 1, p->w);
        draw_counts(v, w, &counts);
    }
    if (head > 0)
        peer_table_heading(&v->table, p, head - 1, &v->order);
    draw_rows(v, w, p, head);
    v->rows_y = head;
}

static void view_peers_draw(void *self, struct view_world *w,
                            const struct draw_pane *p)
{
    struct view_peers *v = self;
    struct column_choice columns = columns_of(v, w);
    int side = side_of(&columns, p->w);
    int foot = side > 0 ? 0 : foot_of(p->h);
    int head = p->h >= COUNTS_FROM_H ? 2 : p->h >= 3 ? 1 : 0;
    int height = p->h - head - foot;
    if (!v->is_recalled)
        recall(v, w);
    struct table_choice now = choice_of(v);
    view_remember(w, "peers", &sortable, &now, &v->kept);
    arrange(v, w, height);
    v->has_words = side > 0 || foot > 0;
    v->rows_y = p->h;
    if (v->order.n == 0) {
        draw_empty(v, w, p);
        return;
    }
    struct draw_pane table =
        draw_sub(p, 0, 0, p->h - foot, side > 0 ? p->w - side - 1 : p->w);
    draw_table(v, w, &table, head);
    struct draw_pane words = draw_sub(p, p->h - foot, 0, foot, p->w);
    if (foot > 0) {
        draw_glyphs(&words, 0, 0, p->w, THEME_DIM, GLYPHS_HLINE);
        words = draw_sub(&words, 1, 0, foot - 1, p->w);
    } else {
        for (int y = 0; y < p->h && side > 0; y++)
            draw_glyphs(p, y, p->w - side - 1, 1, THEME_DIM, GLYPHS_VLINE);
        words = draw_sub(p, 0, p->w - side, p->h, side);
    }
    draw_selected(w, &words);
    if (v->menu.is_open)
        column_menu_draw(&v->menu, p, peer_table_shown(&v->table));
}

static uint32_t view_peers_parts(const void *self)
{
    const struct view_peers *v = self;
    return v->has_words ? FOCUS_TIMELINE : 0;
}

/* Keys. */

static bool view_peers_key(void *self, struct view_world *w, int key)
{
    struct view_peers *v = self;
    struct peer_filter terms;
    if (!v->filter.is_open)
        return false;
    if (prompt_key(&v->filter, key) == PROMPT_CANCELLED) {
        prompt_open(&v->filter, "");
        v->filter.is_open = false;
    }
    peer_filter_parse(&terms, v->filter.text);
    if (terms.error[0] != '\0')
        snprintf(w->message, sizeof w->message, "%s", terms.error);
    return true;
}

/* To another peer's row: that one is selected. */
static void select_row(const struct view_peers *v, struct view_world *w)
{
    if (v->rows.cursor < v->order.n)
        w->peer = peer_rows_id(&v->order, v->rows.cursor);
}

static bool scroll(struct view_peers *v, enum keys_action action)
{
    if (action == KEYS_RIGHT && peer_table_is_cut(&v->table))
        v->scroll++;
    else if (action == KEYS_LEFT && v->scroll > 0)
        v->scroll--;
    return true;
}

static bool on_menu(struct view_peers *v, enum keys_action action)
{
    unsigned by;
    bool takes = column_menu_act(&v->menu, action, peer_table_shown(&v->table));
    if (column_menu_take_sort(&v->menu, &by))
        peer_rows_sort(&v->order, (enum peer_rows_by)by);
    return takes;
}

static bool view_peers_act(void *self, struct view_world *w,
                           enum keys_action action)
{
    struct view_peers *v = self;
    if (v->menu.is_open)
        return on_menu(v, action);
    if (listbox_act(&v->rows, action)) {
        select_row(v, w);
        return true;
    }
    if (peer_rows_act(&v->order, action, peer_table_shown(&v->table)) ||
        peer_acts_do(w, action))
        return true;
    if (action == KEYS_LEFT || action == KEYS_RIGHT)
        return scroll(v, action);
    if (action == KEYS_FILTER)
        prompt_open(&v->filter, v->filter.text);
    else if (action == KEYS_COLUMNS)
        column_menu_open(&v->menu);
    else if (action == KEYS_SORT)
        column_menu_open_sort(&v->menu, PEER_ROWS_N, v->order.by);
    else if (action == KEYS_BACK && v->filter.len > 0) {
        prompt_open(&v->filter, "");
        v->filter.is_open = false;
    } else if (action == KEYS_OPEN || action == KEYS_TRACE)
        w->go = v->order.n > 0 ? VIEW_PEER : VIEW_STAY;
    else
        return torrent_acts_do(w, action, &w->torrent, 1);
    return true;
}

static bool view_peers_click(void *self, struct view_world *w, int y, int x)
{
    struct view_peers *v = self;
    enum peer_rows_by by = peer_table_at(&v->table, x);
    v->menu.is_open = false;
    if (v->order.n > 0 && y == v->rows_y - 1 && by < PEER_ROWS_N) {
        peer_rows_sort(&v->order, by);
        return false;
    }
    if (y < v->rows_y)
        return false;
    size_t row = v->rows.top + (size_t)(y - v->rows_y);
    if (row >= v->order.n || row >= v->rows.top + v->rows.height)
        return false;
    listbox_go(&v->rows, row);
    select_row(v, w);
    return true;
}

static const char *view_peers_prompt(void *self)
{
    struct view_peers *v = self;
    if (v->filter.is_open)
        prompt_line(&v->filter, "filter:", v->line, sizeof v->line);
    else
        return NULL;
    return v->line;
}

static enum keys_scope view_peers_scope(const void *self)
{
    const struct view_peers *v = self;
    return column_menu_scope(&v->menu, KEYS_PEERS);
}

const struct view_ops *view_peers_ops(void)
{
    static const struct view_ops ops = {
        .title = "Peers",
        .scope = KEYS_PEERS,
        .scope_now = view_peers_scope,
        .has_rows = true,
        .parts = FOCUS_PEERS,
        .make = make,
        .free = view_peers_free,
        .draw = view_peers_draw,
        .optional = FOCUS_TIMELINE,
        .more_parts = view_peers_parts,
        .key = view_peers_key,
        .act = view_peers_act,
        .click = view_peers_click,
        .prompt = view_peers_prompt,
    };
    return &ops;
}
