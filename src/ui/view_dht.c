#include "config.h"

#include "ui/view_dht.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/detail_dht.h"
#include "ui/dht_page.h"
#include "ui/flow.h"
#include "ui/listbox.h"
#include "ui/table.h"
#include "ui/units.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    STRIPS_FROM_H = 10, /* rows of the pane from which buckets are shown */
    BARS_FROM_H = 36,   /* a bar each */
    TOTALS_FROM_H = 8,
    TRAFFIC_FROM_H = 15, /* below the look-ups */
    BESIDE_FROM_W = 120, /* or beside them */
    TRAFFIC_W = 44
};

enum column {
    PHASE,
    ASKED,
    ANSWERED,
    FOUND,
    TOLD,
    CLOSE,
    AGE,
    NAME,
    N_COLUMNS
};

static const struct table_column columns[N_COLUMNS] = {
    [PHASE] = {"State", 7, 2, 0, true},    [ASKED] = {"Asked", 5, 5, 0, false},
    [ANSWERED] = {"Answ", 5, 3, 0, false}, [FOUND] = {"Peers", 5, 1, 0, false},
    [TOLD] = {"Told", 5, 6, 0, false},     [CLOSE] = {"Close", 5, 7, 0, false},
    [AGE] = {"Age", 6, 4, 0, false},       [NAME] = {"For", 12, 0, 0, true},
};

struct view_dht {
    struct listbox rows;
    int rows_y, rows_h; /* as drawn last */
    uint32_t torrent;   /* that the row under the cursor is for; 0: none */
};

static void *make(void)
{
    return xzalloc(sizeof(struct view_dht));
}

/* ---- Look-ups ---- */

static const struct frame_torrent *torrent_of(const struct frame *f,
                                              const uint8_t target[20])
{
    for (size_t i = 0; i < f->n_torrents; i++)
        if (memcmp(f->torrents[i]->info_hash, target, 20) == 0)
            return f->torrents[i];
    return NULL;
}

/* What it is for: a torrent, the table, or the bare target. */
static void name_of(const struct frame *f, const struct detail_dht_search *s,
                    char dst[FRAME_NAME_LEN])
{
    const struct frame_torrent *t = torrent_of(f, s->target);
    char hex[2 * sizeof s->target + 1];
    text_hex(hex, s->target, sizeof s->target);
    if (t != NULL)
        snprintf(dst, FRAME_NAME_LEN, "%s", t->name);
    else if (s->kind == DETAIL_DHT_FIND_NODE)
        snprintf(dst, FRAME_NAME_LEN, "nodes near %.8s", hex);
    else
        snprintf(dst, FRAME_NAME_LEN, "%s %s", detail_dht_kind_name(s->kind),
                 hex);
}

static void put_number(const struct draw_pane *p, const struct table *t, int y,
                       enum column column, uint32_t n)
{
    char text[UNITS_LEN];
    snprintf(text, sizeof text, "%u", n < 99999 ? n : 99999);
    table_cell(t, p, y, column, THEME_NORMAL, text);
}

static void draw_lookup(const struct draw_pane *p, const struct table *t, int y,
                        const struct frame *f,
                        const struct detail_dht_search *s, bool is_cursor)
{
    char name[FRAME_NAME_LEN], age[UNITS_LEN];
    bool is_put = s->announces || s->kind == DETAIL_DHT_PUT;
    name_of(f, s, name);
    text_duration(age, sizeof age, s->age_ms / 1000);
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    table_cell(t, p, y, PHASE,
               s->phase >= DETAIL_DHT_LOOKING ? THEME_ACTIVE : THEME_DIM,
               detail_dht_phase_name(s->phase));
    put_number(p, t, y, ASKED, s->n_asked);
    put_number(p, t, y, ANSWERED, s->n_answered);
    put_number(p, t, y, FOUND, s->n_peers);
    if (is_put)
        put_number(p, t, y, TOLD, s->n_announced);
    else
        table_cell(t, p, y, TOLD, THEME_DIM, "-");
    put_number(p, t, y, CLOSE, s->closest_prefix);
    table_cell(t, p, y, AGE, THEME_NORMAL, age);
    table_cell(t, p, y, NAME, is_cursor ? THEME_CURSOR : THEME_NORMAL, name);
}

static void draw_heading(const struct draw_pane *p, const struct detail_dht *d)
{
    draw_glyphs(p, 0, 0, p->w, THEME_DIM, GLYPHS_HLINE);
    draw_format(p, 0, 2, p->w - 4, THEME_HEADING,
                " look-ups: %u run, %u wait; %u torrent%s ", d->n_running,
                d->n_searches - d->n_running, d->n_quests,
                d->n_quests == 1 ? "" : "s");
}

static void draw_lookups(struct view_dht *v, const struct view_world *w,
                         const struct draw_pane *p, const struct detail_dht *d)
{
    struct table table;
    int height = p->h > 2 ? p->h - 2 : 0;
    listbox_fit(&v->rows, d->n_shown, (size_t)height);
    draw_heading(p, d);
    if (height == 0)
        return;
    if (d->n_shown == 0) {
        draw_text(p, 1, 1, p->w - 1, THEME_DIM, "nothing is looked for now");
        return;
    }
    table_fit(&table, columns, N_COLUMNS, 1, p->w);
    table_heading(&table, p, 1, N_COLUMNS, false);
    struct draw_pane list = draw_sub(p, 2, 0, height, p->w);
    v->rows_y = list.y;
    v->rows_h = list.h;
    for (size_t i = v->rows.top;
         i < d->n_shown && i - v->rows.top < v->rows.height; i++)
        draw_lookup(&list, &table, (int)(i - v->rows.top), w->frame,
                    &d->searches[i], i == v->rows.cursor);
    const struct frame_torrent *t =
        torrent_of(w->frame, d->searches[v->rows.cursor].target);
    v->torrent = t != NULL ? t->id : 0;
}

/* ---- The page ---- */

static void draw_nothing(const struct view_world *w, const struct draw_pane *p)
{
    bool is_off = w->frame != NULL && w->frame->dht_state == FRAME_DHT_OFF;
    struct flow f;
    flow_begin(&f, p, 0, 1);
    flow_put(&f, THEME_DIM,
             is_off ? "the DHT is not used" : "nothing is known of it yet");
    if (is_off) {
        flow_put(&f, THEME_DIM, "dht = true in the settings");
        flow_put(&f, THEME_DIM, "turns it on at the next start");
    }
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* What a part would take: nothing is drawn on no rows. */
static struct draw_pane nowhere(const struct draw_pane *p)
{
    struct draw_pane none = *p;
    none.h = 0;
    return none;
}

/* Nodes and buckets from above, totals from below; what is between them. */
static struct draw_pane draw_around(const struct draw_pane *p,
                                    const struct detail_dht *d)
{
    struct draw_pane none = nowhere(p);
    int bottom = p->h;
    if (p->h >= TOTALS_FROM_H) {
        int h = least(dht_page_totals(&none, d), p->h / 7 + 1);
        struct draw_pane totals = draw_sub(p, p->h - h, 0, h, p->w);
        dht_page_totals(&totals, d);
        bottom -= h;
    }
    struct draw_pane upper = draw_sub(p, 0, 0, bottom, p->w);
    int top = least(dht_page_nodes(&upper, d), bottom);
    if (p->h >= BARS_FROM_H) {
        int h = least(dht_page_bars(&none, d), p->h / 2);
        struct draw_pane bars = draw_sub(p, top + 1, 0, h, p->w);
        dht_page_bars(&bars, d);
        top += h + 2;
    } else if (p->h >= STRIPS_FROM_H) {
        struct draw_pane strips = draw_sub(p, top, 0, bottom - top, p->w);
        top += dht_page_strips(&strips, d);
    }
    return draw_sub(p, top, 0, bottom - top, p->w);
}

/* Beside the look-ups or below them, as there is room; what is left for these. */
static struct draw_pane draw_traffic(const struct draw_pane *p,
                                     const struct detail_dht *d, int page_h)
{
    struct draw_pane none = nowhere(p);
    if (p->w >= BESIDE_FROM_W) {
        struct draw_pane beside =
            draw_sub(p, 0, p->w - TRAFFIC_W, p->h, TRAFFIC_W);
        dht_page_traffic(&beside, d);
        return draw_sub(p, 0, 0, p->h, p->w - TRAFFIC_W - 1);
    }
    if (page_h < TRAFFIC_FROM_H)
        return *p;
    int h = least(dht_page_traffic(&none, d), p->h / 2);
    struct draw_pane below = draw_sub(p, p->h - h, 0, h, p->w);
    dht_page_traffic(&below, d);
    return draw_sub(p, 0, 0, p->h - h, p->w);
}

static void view_dht_draw(void *self, struct view_world *w,
                          const struct draw_pane *p)
{
    struct view_dht *v = self;
    const struct detail_dht *d = w->frame != NULL ? w->frame->dht : NULL;
    v->rows_h = 0;
    v->torrent = 0;
    if (d == NULL) {
        draw_nothing(w, p);
        listbox_fit(&v->rows, 0, 0);
        return;
    }
    struct draw_pane rest = draw_around(p, d);
    rest = draw_traffic(&rest, d, p->h);
    draw_lookups(v, w, &rest, d);
    v->rows_y -= p->y;
}

static bool view_dht_act(void *self, struct view_world *w,
                         enum keys_action action)
{
    struct view_dht *v = self;
    if (listbox_act(&v->rows, action))
        return true;
    if (action != KEYS_OPEN || v->torrent == 0)
        return false;
    view_select(w, v->torrent);
    w->go = VIEW_TRACKERS;
    return true;
}

static bool view_dht_click(void *self, struct view_world *w, int y, int x)
{
    (void)w;
    (void)x;
    struct view_dht *v = self;
    int row = y - v->rows_y;
    if (row < 0 || row >= v->rows_h || v->rows.top + (size_t)row >= v->rows.n)
        return false;
    listbox_go(&v->rows, v->rows.top + (size_t)row);
    return true;
}

const struct view_ops *view_dht_ops(void)
{
    static const struct view_ops ops = {
        .title = "DHT",
        .scope = KEYS_DHT,
        .has_rows = true,
        .parts = FOCUS_DHT,
        .make = make,
        .free = free,
        .draw = view_dht_draw,
        .act = view_dht_act,
        .click = view_dht_click,
    };
    return &ops;
}
