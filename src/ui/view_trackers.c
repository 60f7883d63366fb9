#include "config.h"

#include "ui/view_trackers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/finder_story.h"
#include "ui/listbox.h"
#include "ui/reach_lines.h"
#include "ui/table.h"
#include "ui/torrent_acts.h"
#include "ui/tracker_story.h"
#include "ui/units.h"
#include "ui/web_rows.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    CELLS_X = 1,
    STORY_FROM_H = 8, /* rows of the pane from which the story is below */
    STORY_MIN_H = 6,
    BESIDE_FROM_W = 150 /* columns from which it is beside */
};

enum column {
    TIER,
    URL,
    STATE,
    LAST,
    NEXT,
    SEEDS,
    LEECHERS,
    PEERS,
    NEW, /* where something else than trackers finds peers */
    N_COLUMNS
};

static const struct table_column columns[N_COLUMNS] = {
    [TIER] = {"Tier", 4, 5, 0, false},      [URL] = {"Tracker", 12, 0, 0, true},
    [STATE] = {"State", 7, 0, 0, true},     [LAST] = {"Last", 6, 4, 0, false},
    [NEXT] = {"Next", 6, 1, 0, false},      [SEEDS] = {"Seed", 5, 2, 0, false},
    [LEECHERS] = {"Leech", 5, 3, 0, false}, [PEERS] = {"Peers", 5, 0, 0, false},
    [NEW] = {"New", 5, 6, 0, false},
};

struct view_trackers {
    struct listbox rows;
    struct moment moment;
    int rows_h;                   /* as drawn last */
    char url[DETAIL_TRACKER_URL]; /* of the selected one; "" */
};

static void *make(void)
{
    return xzalloc(sizeof(struct view_trackers));
}

/* What finds peers beside the trackers, as far as it has a row: in their order. */
static size_t find_finders(const struct detail *d,
                           enum detail_finder_kind out[DETAIL_N_FINDERS])
{
    size_t n = 0;
    for (int i = 0; i < DETAIL_N_FINDERS; i++)
        if (d->finders[i].state != DETAIL_FINDER_NONE)
            out[n++] = (enum detail_finder_kind)i;
    return n;
}

static size_t count_rows(const struct detail *d)
{
    enum detail_finder_kind finders[DETAIL_N_FINDERS];
    return d->n_trackers + find_finders(d, finders);
}

/* What is left over goes to the URL. */
static void fit(struct table *t, size_t n_columns, int width)
{
    table_fit(t, columns, n_columns, CELLS_X, width);
    size_t last = n_columns - 1;
    while (t->w[last] == 0)
        last--;
    int more = t->w[last] - columns[last].width;
    if (more <= 0)
        return;
    t->w[last] -= more;
    t->w[URL] += more;
    for (size_t i = URL + 1; i < n_columns; i++)
        t->x[i] += more;
}

static void draw_span(const struct table *t, const struct draw_pane *p, int y,
                      enum column column, int64_t ms)
{
    char text[UNITS_LEN] = "-";
    if (ms >= 0)
        text_duration(text, sizeof text, ms / 1000);
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
    if (state == DETAIL_TRACKER_DISABLED)
        return THEME_DIM;
    return state == DETAIL_TRACKER_WORKING ? THEME_HAVE : THEME_NORMAL;
}

static void draw_tracker(const struct draw_pane *p, const struct table *t,
                         int y, int64_t now_ms, const struct detail_tracker *k,
                         bool is_cursor)
{
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    draw_count(t, p, y, TIER, (int64_t)k->tier + 1);
    table_cell(t, p, y, URL, is_cursor ? THEME_CURSOR : THEME_NORMAL, k->url);
    table_cell(t, p, y, STATE, role_of(k->state),
               tracker_story_state(k->state));
    draw_span(t, p, y, LAST, k->last_ms < 0 ? -1 : now_ms - k->last_ms);
    int64_t until_ms = k->next_ms > now_ms ? k->next_ms - now_ms : 0;
    draw_span(t, p, y, NEXT, k->next_ms < 0 ? -1 : until_ms);
    draw_count(t, p, y, SEEDS, k->n_seeds);
    draw_count(t, p, y, LEECHERS, k->n_leechers);
    bool has_told = k->state != DETAIL_TRACKER_UNUSED &&
                    k->state != DETAIL_TRACKER_DISABLED;
    draw_count(t, p, y, PEERS, has_told ? (int64_t)k->n_peers : -1);
}

static void draw_finder(const struct draw_pane *p, const struct table *t, int y,
                        int64_t now_ms, enum detail_finder_kind kind,
                        const struct detail_finder *f, bool is_cursor)
{
    char name[DETAIL_FINDER_WORDS + 8], state[UNITS_LEN];
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    snprintf(name, sizeof name, "%s  %s", detail_finder_name(kind), f->words);
    finder_story_state(f, state);
    draw_count(t, p, y, TIER, -1);
    table_cell(t, p, y, URL, is_cursor ? THEME_CURSOR : THEME_NORMAL, name);
    table_cell(t, p, y, STATE, finder_story_role(f->state), state);
    draw_span(t, p, y, LAST, f->last_ms < 0 ? -1 : now_ms - f->last_ms);
    int64_t until_ms = f->next_ms > now_ms ? f->next_ms - now_ms : 0;
    draw_span(t, p, y, NEXT, f->next_ms < 0 ? -1 : until_ms);
    draw_count(t, p, y, SEEDS, -1);
    draw_count(t, p, y, LEECHERS, -1);
    draw_count(t, p, y, PEERS, f->n_peers);
    draw_count(t, p, y, NEW, f->n_new);
}

/* Where the peers that are here were heard of. */
static void draw_sources(const struct draw_pane *p, int y,
                         const struct detail *d)
{
    int x = 1 + draw_text(p, y, 1, p->w - 1, THEME_DIM, "peers here by");
    bool any = false;
    for (int i = 0; i < DETAIL_N_SOURCES; i++) {
        if (d->n_by_source[i] == 0)
            continue;
        x += draw_format(p, y, x, p->w - x, THEME_NORMAL, "  %s %u",
                         detail_peer_source_name((enum detail_source)i),
                         d->n_by_source[i]);
        any = true;
    }
    if (!any)
        draw_text(p, y, x, p->w - x, THEME_DIM, "  none: nobody is here");
}

/* How high the story below is, of a pane: what the rows do not need. */
static int story_h(const struct draw_pane *p, const struct detail *d, size_t n)
{
    if (p->h < STORY_FROM_H)
        return 0;
    int rest = p->h - 2 - (n < 99 ? (int)n : 99) - web_rows_height(d);
    int least = d->n_webs > 0 ? STORY_MIN_H : p->h / 2;
    int h = rest > least ? rest : least;
    if (h > DETAIL_ATTEMPTS + 5)
        h = DETAIL_ATTEMPTS + 5;
    return h < STORY_MIN_H ? p->h / 2 : h;
}

static void draw_rows(struct view_trackers *v, const struct view_world *w,
                      const struct draw_pane *p, const struct detail *d)
{
    struct table table;
    enum detail_finder_kind finders[DETAIL_N_FINDERS];
    size_t n_finders = find_finders(d, finders);
    size_t n = d->n_trackers + n_finders;
    bool has_sources = p->h > (int)n + 1;
    int height = p->h - 1 - (has_sources ? 1 : 0);
    listbox_fit(&v->rows, n, height > 0 ? (size_t)height : 0);
    size_t n_columns = n_finders > 0 ? N_COLUMNS : NEW;
    fit(&table, n_columns, p->w);
    table_heading(&table, p, 0, n_columns, false);
    struct draw_pane list = draw_sub(p, 1, 0, height, p->w);
    v->rows_h = list.h;
    for (size_t i = v->rows.top; i < n && i - v->rows.top < v->rows.height;
         i++) {
        int y = (int)(i - v->rows.top);
        bool is_cursor = i == v->rows.cursor;
        if (i < d->n_trackers)
            draw_tracker(&list, &table, y, w->frame->now_ms, &d->trackers[i],
                         is_cursor);
        else {
            enum detail_finder_kind kind = finders[i - d->n_trackers];
            draw_finder(&list, &table, y, w->frame->now_ms, kind,
                        &d->finders[kind], is_cursor);
        }
    }
    if (!has_sources)
        return;
    draw_sources(p, (int)n + 1, d);
    web_rows_draw(p, (int)n + 2, d, w->frame->now_ms);
}

/* The selected one is what is under the cursor. */
static void select_tracker(struct view_trackers *v, const struct detail *d)
{
    size_t at = v->rows.cursor;
    bool is_one = d != NULL && at < d->n_trackers;
    snprintf(v->url, sizeof v->url, "%s", is_one ? d->trackers[at].url : "");
}

/* Of what is under the cursor. */
static void draw_story(const struct view_trackers *v,
                       const struct view_world *w, const struct draw_pane *p,
                       const struct detail *d)
{
    enum detail_finder_kind finders[DETAIL_N_FINDERS];
    size_t at = v->rows.cursor;
    if (at < d->n_trackers) {
        tracker_story_draw(p, w, &v->moment, d, at);
        return;
    }
    find_finders(d, finders);
    enum detail_finder_kind kind = finders[at - d->n_trackers];
    finder_story_draw(p, w, &v->moment, kind, &d->finders[kind]);
}

static void view_trackers_draw(void *self, struct view_world *w,
                               const struct draw_pane *whole)
{
    struct view_trackers *v = self;
    const struct detail *d = view_detail(w);
    struct draw_pane above = reach_lines_draw(whole, w->frame);
    const struct draw_pane *p = &above;
    size_t n = d != NULL ? count_rows(d) : 0;
    v->rows_h = 0;
    select_tracker(v, NULL);
    moment_follow(&v->moment, w->frame);
    if (n == 0) {
        draw_text(p, 0, 1, p->w - 1, THEME_DIM,
                  d == NULL ? "nothing is known of it yet"
                            : "it names no tracker: a adds one");
        if (d != NULL) {
            draw_sources(p, 1, d);
            web_rows_draw(p, 2, d, w->frame->now_ms);
        }
        listbox_fit(&v->rows, 0, 0);
        return;
    }
    bool beside = p->w >= BESIDE_FROM_W && p->h >= STORY_MIN_H;
    int below_h = beside ? 0 : story_h(p, d, n);
    int rows_w = beside ? p->w / 2 : p->w;
    struct draw_pane rows = draw_sub(p, 0, 0, p->h - below_h, rows_w);
    struct draw_pane story =
        beside ? draw_sub(p, 0, rows_w + 1, p->h, p->w - rows_w - 1)
               : draw_sub(p, p->h - below_h, 0, below_h, p->w);
    draw_rows(v, w, &rows, d);
    select_tracker(v, d);
    draw_story(v, w, &story, d);
}

/* What keys do. */

static void send_url(struct view_world *w, enum command_kind kind, bool flag,
                     const char *url)
{
    struct command *c = command_new(kind, w->torrent);
    c->flag = flag;
    c->text = xstrdup(url);
    view_send(w, c);
}

/* Does it begin as a tracker's URL does? The engine looks closer. */
static bool is_url(const char *text)
{
    static const char *const schemes[] = {"udp://", "http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strncmp(text, schemes[i], strlen(schemes[i])) == 0 &&
            text[strlen(schemes[i])] != '\0')
            return true;
    return false;
}

static void on_add(struct view_world *w, struct ask *a, int key)
{
    (void)key;
    const char *url = a->line.text;
    if (!is_url(url)) {
        snprintf(w->message, sizeof w->message,
                 "not a tracker: it begins with udp://, http:// or https://");
        ask_again(a);
        return;
    }
    send_url(w, COMMAND_TRACKER, false, url);
    snprintf(w->message, sizeof w->message, "asked to add %.400s", url);
}

static void on_remove(struct view_world *w, struct ask *a, int key)
{
    (void)key;
    send_url(w, COMMAND_UNTRACK, false, a->line.text);
    snprintf(w->message, sizeof w->message, "asked to remove %.400s",
             a->line.text);
}

static void ask_to_remove(const struct view_trackers *v, struct view_world *w)
{
    char question[ASK_QUESTION_LEN];
    snprintf(question, sizeof question, "never ask %.140s again? y: yes",
             v->url);
    ask_key(&w->ask, question, "y", on_remove);
    /* No line is asked for: its text keeps which one it is about. */
    snprintf(w->ask.line.text, sizeof w->ask.line.text, "%s", v->url);
}

/* As the latest frame has it: what is held may be long ago. */
static void switch_tracker(const struct view_trackers *v, struct view_world *w)
{
    const struct detail *d = view_detail_in(w, view_latest(w));
    size_t n = d != NULL ? d->n_trackers : 0, i = 0;
    while (i < n && strcmp(d->trackers[i].url, v->url) != 0)
        i++;
    if (i == n) {
        snprintf(w->message, sizeof w->message,
                 "that tracker is not there any more");
        return;
    }
    bool enable = d->trackers[i].state == DETAIL_TRACKER_DISABLED;
    snprintf(w->message, sizeof w->message, "asked to %s %.400s",
             enable ? "enable" : "disable", v->url);
    send_url(w, COMMAND_ENABLE, enable, v->url);
}

/* What is no tracker is not the torrent's to switch. */
static void tell_switch(const struct view_trackers *v, struct view_world *w)
{
    static const char *const settings[DETAIL_N_FINDERS] = {
        [DETAIL_FINDER_DHT] = "dht",
        [DETAIL_FINDER_PEX] = "pex",
        [DETAIL_FINDER_LSD] = "lsd",
    };
    enum detail_finder_kind finders[DETAIL_N_FINDERS];
    const struct detail *d = view_detail(w);
    size_t n = d != NULL ? find_finders(d, finders) : 0;
    size_t at = v->rows.cursor;
    if (d == NULL || at < d->n_trackers || at - d->n_trackers >= n) {
        snprintf(w->message, sizeof w->message, "there is no tracker here");
        return;
    }
    enum detail_finder_kind kind = finders[at - d->n_trackers];
    if (d->is_private)
        snprintf(w->message, sizeof w->message,
                 "a private torrent: it asks its trackers alone");
    else
        snprintf(w->message, sizeof w->message,
                 "%s is on or off for all torrents together: the setting %s",
                 detail_finder_name(kind), settings[kind]);
}

static bool view_trackers_act(void *self, struct view_world *w,
                              enum keys_action action)
{
    struct view_trackers *v = self;
    if (listbox_act(&v->rows, action)) {
        /* The next key may come before the next frame. */
        select_tracker(v, view_detail(w));
        return true;
    }
    if (action == KEYS_ADD_TRACKER && w->torrent != 0)
        ask_line(&w->ask, "tracker to add:", "", on_add);
    else if (action == KEYS_REMOVE_TRACKER && v->url[0] != '\0')
        ask_to_remove(v, w);
    else if (action == KEYS_SWITCH_TRACKER && v->url[0] != '\0')
        switch_tracker(v, w);
    else if (action == KEYS_SWITCH_TRACKER)
        tell_switch(v, w);
    else if (action == KEYS_COPY && v->url[0] != '\0') {
        snprintf(w->copy, sizeof w->copy, "%s", v->url);
        snprintf(w->message, sizeof w->message, "its URL is copied");
    } else if (action == KEYS_REMOVE_TRACKER || action == KEYS_COPY)
        snprintf(w->message, sizeof w->message, "this row is no tracker");
    else
        return torrent_acts_do(w, action, &w->torrent, 1);
    return true;
}

static bool view_trackers_click(void *self, struct view_world *w, int y, int x)
{
    (void)x;
    struct view_trackers *v = self;
    if (y < 1 || y > v->rows_h || v->rows.top + (size_t)y > v->rows.n)
        return false;
    listbox_go(&v->rows, v->rows.top + (size_t)(y - 1));
    select_tracker(v, view_detail(w));
    return true;
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
        .click = view_trackers_click,
    };
    return &ops;
}
