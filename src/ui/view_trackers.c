#include "config.h"

#include "ui/view_trackers.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/listbox.h"
#include "ui/table.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    CELLS_X = 1,
    ATTEMPTS_FROM_H = 8 /* rows of the pane from which attempts are shown */
};

enum column { TIER, STATE, LAST, NEXT, SEEDS, LEECHERS, PEERS, URL, N_COLUMNS };

static const struct table_column columns[N_COLUMNS] = {
    [TIER] = {"Tier", 4, 5, 0, false},   [STATE] = {"State", 10, 0, 0, true},
    [LAST] = {"Last", 6, 4, 0, false},   [NEXT] = {"Next", 6, 1, 0, false},
    [SEEDS] = {"Seed", 5, 2, 0, false},  [LEECHERS] = {"Leech", 5, 3, 0, false},
    [PEERS] = {"Peers", 5, 2, 0, false}, [URL] = {"Tracker", 12, 0, 0, true},
};

struct view_trackers {
    struct listbox rows;
};

static void *make(void)
{
    return xzalloc(sizeof(struct view_trackers));
}

static void draw_span(const struct table *t, const struct draw_pane *p, int y,
                      enum column column, int64_t ms)
{
    char text[UNITS_LEN];
    text_duration(text, sizeof text, ms < 0 ? -1 : ms / 1000);
    table_cell(t, p, y, column, THEME_NORMAL, text);
}

static void draw_count(const struct table *t, const struct draw_pane *p, int y,
                       enum column column, int64_t n)
{
    char text[UNITS_LEN] = "-";
    if (n >= 0)
        snprintf(text, sizeof text, "%lld", (long long)(n > 99999 ? 99999 : n));
    table_cell(t, p, y, column, THEME_NORMAL, text);
}

static enum theme_role role_of(enum detail_tracker_state state)
{
    if (state == DETAIL_TRACKER_FAILING || state == DETAIL_TRACKER_REFUSED)
        return THEME_ALERT;
    return state == DETAIL_TRACKER_WORKING ? THEME_HAVE : THEME_NORMAL;
}

static void draw_tracker(const struct draw_pane *p, const struct table *t,
                         int y, int64_t now_ms, const struct detail_tracker *k,
                         bool is_cursor)
{
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    draw_count(t, p, y, TIER, (int64_t)k->tier + 1);
    table_cell(t, p, y, STATE, role_of(k->state),
               detail_tracker_state_name(k->state));
    draw_span(t, p, y, LAST, k->last_ms < 0 ? -1 : now_ms - k->last_ms);
    int64_t until_ms = k->next_ms > now_ms ? k->next_ms - now_ms : 0;
    draw_span(t, p, y, NEXT, k->next_ms < 0 ? -1 : until_ms);
    draw_count(t, p, y, SEEDS, k->n_seeds);
    draw_count(t, p, y, LEECHERS, k->n_leechers);
    draw_count(t, p, y, PEERS, k->n_peers);
    table_cell(t, p, y, URL, is_cursor ? THEME_CURSOR : THEME_NORMAL, k->url);
}

static void draw_attempts(const struct draw_pane *p, int64_t now_ms,
                          const struct detail_tracker *k)
{
    draw_glyphs(p, 0, 0, p->w, THEME_DIM, GLYPHS_HLINE);
    if (k->n_attempts == 0)
        draw_text(p, 1, 1, p->w - 1, THEME_DIM, "not asked yet");
    for (size_t i = 0; i < k->n_attempts; i++) {
        const struct detail_attempt *a = &k->attempts[i];
        char age[UNITS_LEN];
        text_duration(age, sizeof age, (now_ms - a->sent_ms) / 1000);
        draw_format(p, (int)i + 1, 1, p->w - 1,
                    a->ok ? THEME_NORMAL : THEME_ALERT,
                    "%6s ago  %-9s %s  (%.1f s)", age,
                    a->event != NULL ? a->event : "", a->words,
                    (double)a->took_ms / 1000);
    }
}

static void view_trackers_draw(void *self, struct view_world *w,
                               const struct draw_pane *p)
{
    struct view_trackers *v = self;
    const struct detail *d = view_detail(w);
    int foot = p->h >= ATTEMPTS_FROM_H ? p->h / 2 : 0;
    int height = p->h - 1 - foot;
    listbox_fit(&v->rows, d != NULL ? d->n_trackers : 0,
                height > 0 ? (size_t)height : 0);
    if (d == NULL || d->n_trackers == 0) {
        draw_text(p, 0, 1, p->w - 1, THEME_DIM,
                  d == NULL ? "nothing is known of it yet"
                            : "it names no tracker");
        return;
    }
    struct table table;
    table_fit(&table, columns, N_COLUMNS, CELLS_X, p->w);
    table_heading(&table, p, 0, N_COLUMNS, false);
    struct draw_pane list = draw_sub(p, 1, 0, height, p->w);
    for (size_t i = v->rows.top;
         i < d->n_trackers && i - v->rows.top < v->rows.height; i++)
        draw_tracker(&list, &table, (int)(i - v->rows.top), w->frame->now_ms,
                     &d->trackers[i], i == v->rows.cursor);
    struct draw_pane attempts = draw_sub(p, p->h - foot, 0, foot, p->w);
    draw_attempts(&attempts, w->frame->now_ms, &d->trackers[v->rows.cursor]);
}

static bool view_trackers_act(void *self, struct view_world *w,
                              enum keys_action action)
{
    struct view_trackers *v = self;
    return listbox_act(&v->rows, action) ||
           torrent_acts_do(w, action, &w->torrent, 1);
}

const struct view_ops *view_trackers_ops(void)
{
    static const struct view_ops ops = {
        .title = "Trk",
        .scope = KEYS_TRACKERS,
        .has_rows = true,
        .parts = FOCUS_TRACKERS,
        .make = make,
        .free = free,
        .draw = view_trackers_draw,
        .act = view_trackers_act,
    };
    return &ops;
}
