#include "config.h"

#include "ui/view_graph.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/graph_side.h"
#include "ui/marks.h"
#include "ui/moment.h"
#include "ui/plot.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    MAX_SAMPLES = MARKS_MAX_CELLS * PLOT_PER_CELL,
    SIDE_FROM_W = 120,
    SIDE_FROM_H = 14,
    FULL_STATS_FROM_W = 72,
    TICK_CELLS = 9 /* at least, between two times below the axis */
};

static const struct {
    const char *name;
    uint32_t s;
} spans[] = {{"1m", 60}, {"5m", 300}, {"1h", 3600}, {"24h", 86400}};
enum { N_SPANS = sizeof spans / sizeof spans[0] };

struct view_graph {
    size_t span;
    struct moment moment;
    struct plot_scale down, up;
    uint32_t scaled_torrent; /* whose scales those are, and for which span */
    size_t scaled_span;
    bool has_cursor;
    int64_t cursor_ms;
    /* As it was drawn last. */
    int left, n_cells; /* of the graph in the pane */
    struct marks marks;
    struct history_rate columns[MAX_SAMPLES];
    uint32_t samples[MAX_SAMPLES]; /* of the one that is drawn */
};

static void *make(void)
{
    struct view_graph *v = xzalloc(sizeof *v);
    v->span = 1;
    return v;
}

/* Which rows of a pane are for what; -1: not there. */
struct layout {
    int down_y, down_h, up_y, up_h;
    int times_y, marks_y, limits_y, cursor_y;
};

static struct layout lay_out(int h)
{
    struct layout l = {.down_y = 1, .times_y = -1, .marks_y = -1};
    l.cursor_y = h >= 6 ? --h : -1;
    l.limits_y = h >= 14 ? --h : -1;
    if (h >= 9)
        l.marks_y = --h;
    if (h >= 8)
        l.times_y = --h;
    int rest = h > 1 ? h - 1 : 0;
    l.down_h = rest >= 6 ? rest * 2 / 3 : rest;
    l.up_y = l.down_y + l.down_h;
    l.up_h = rest - l.down_h;
    return l;
}

/* Rates of the selected torrent; *h_out NULL when there are none. Returns why. */
static const char *history_of(const struct view_world *w,
                              const struct history **h_out)
{
    const struct detail *d = view_detail(w);
    *h_out = d != NULL ? d->history : NULL;
    return d == NULL ? "nothing is known of it yet" : "nothing moved yet";
}

static void draw_stats(const struct view_graph *v, const struct view_world *w,
                       const struct draw_pane *p, const struct history *h)
{
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    char down[UNITS_LEN] = "0", up[UNITS_LEN] = "0";
    if (t != NULL) {
        units_rate(down, t->rate_down_Bps);
        units_rate(up, t->rate_up_Bps);
    }
    struct history_stats s = history_stats(h, spans[v->span].s);
    char down_mean[UNITS_LEN], down_max[UNITS_LEN];
    char up_mean[UNITS_LEN], up_max[UNITS_LEN];
    units_size(down_mean, s.down_mean_Bps);
    units_size(down_max, s.down_max_Bps);
    units_size(up_mean, s.up_mean_Bps);
    units_size(up_max, s.up_max_Bps);
    int end = p->w - 10;
    if (p->w < FULL_STATS_FROM_W) {
        draw_format(p, 0, 1, end, THEME_NORMAL, "D %-6s  U %-6s", down, up);
        draw_right(p, 0, 0, p->w - 1, THEME_STRONG, spans[v->span].name);
        return;
    }
    draw_format(p, 0, 1, end, THEME_NORMAL,
                "D %-6s avg %-4s max %-4s    U %-6s avg %-4s max %-4s", down,
                down_mean, down_max, up, up_mean, up_max);
    char span[UNITS_LEN];
    snprintf(span, sizeof span, "span %s", spans[v->span].name);
    draw_right(p, 0, 0, p->w - 1, THEME_STRONG, span);
}

/* The limit that holds: the torrent's or the session's, the lower one; 0: none. */
static uint64_t lower_limit(uint64_t a, uint64_t b)
{
    return a == 0 || (b > 0 && b < a) ? b : a;
}

static uint64_t limit_of(const struct view_world *w, bool is_up)
{
    const struct detail *d = view_detail(w);
    const struct frame *f = w->frame;
    if (is_up)
        return lower_limit(d->limit_up_Bps, f->limit_up_Bps);
    return lower_limit(d->limit_down_Bps, f->limit_down_Bps);
}

/* The cell of the graph that the cursor is at; -1: none. */
static int cursor_cell(const struct view_graph *v)
{
    const struct marks_span *s = &v->marks.span;
    if (!v->has_cursor || v->cursor_ms < s->from_ms ||
        v->cursor_ms >= s->to_ms || s->w <= 0)
        return -1;
    return (int)((v->cursor_ms - s->from_ms) * s->w / (s->to_ms - s->from_ms));
}

/* One of the two graphs, in a pane with its axis. */
static void draw_graph(struct view_graph *v, const struct view_world *w,
                       const struct draw_pane *p, bool is_up, size_t n_known)
{
    struct draw_pane in = plot_inside(p);
    size_t n = (size_t)v->n_cells * PLOT_PER_CELL;
    uint32_t max = 0;
    for (size_t i = 0; i < n; i++) {
        v->samples[i] = is_up ? v->columns[i].up_Bps : v->columns[i].down_Bps;
        max = v->samples[i] > max ? v->samples[i] : max;
    }
    uint64_t limit = limit_of(w, is_up);
    /* A limit that is far above would flatten what there is. */
    uint64_t most = limit > max && limit / 4 <= max ? limit : max;
    uint64_t top =
        plot_scale_fit(is_up ? &v->up : &v->down, most, w->frame->now_ms);
    int x = cursor_cell(v);
    plot_axis(p, top, is_up ? "U/s" : "D/s");
    for (int y = 0; x >= 0 && y < in.h; y++)
        draw_glyphs(&in, y, x, 1, THEME_CURSOR, GLYPHS_VLINE);
    plot_draw(&in,
              &(struct plot_series){.samples = v->samples,
                                    .n = n,
                                    .n_known = n_known,
                                    .top = top,
                                    .limit = limit,
                                    .role = is_up ? THEME_UP : THEME_DOWN});
    for (int y = 0; x >= 0 && y < in.h; y++)
        draw_tint(&in, y, x, 1, THEME_BAR);
    if (x >= 0 && in.h < p->h)
        draw_text(p, in.h, v->left + x, 1, THEME_BAR, "^");
}

/* 90 -> "-1m30". */
static void tick_text(uint32_t ago_s, char dst[UNITS_LEN])
{
    if (ago_s == 0)
        snprintf(dst, UNITS_LEN, "now");
    else if (ago_s % 3600 == 0)
        snprintf(dst, UNITS_LEN, "-%uh", ago_s / 3600);
    else if (ago_s % 60 == 0)
        snprintf(dst, UNITS_LEN, "-%um", ago_s / 60);
    else if (ago_s > 60)
        snprintf(dst, UNITS_LEN, "-%um%02u", ago_s / 60, ago_s % 60);
    else
        snprintf(dst, UNITS_LEN, "-%us", ago_s);
}

/* How long ago, below the axis, at even distances. */
static void draw_times(const struct view_graph *v, const struct draw_pane *p,
                       int y)
{
    static const uint32_t steps[] = {5,    10,    15,    30,    60,
                                     300,  600,   900,   1800,  3600,
                                     7200, 14400, 21600, 43200, 86400};
    enum { N = sizeof steps / sizeof steps[0] };
    uint32_t span_s = spans[v->span].s;
    size_t i = 0;
    while (i + 1 < N &&
           (uint64_t)steps[i] * (unsigned)v->n_cells / span_s < TICK_CELLS)
        i++;
    for (uint32_t ago_s = 0; ago_s <= span_s; ago_s += steps[i]) {
        char text[UNITS_LEN];
        tick_text(ago_s, text);
        int x = v->n_cells - 1 -
                (int)((uint64_t)ago_s * (unsigned)v->n_cells / span_s);
        if (ago_s == 0)
            draw_right(p, y, v->left, v->n_cells, THEME_DIM, text);
        else
            draw_text(p, y, v->left + (x > 0 ? x : 0), TICK_CELLS - 1,
                      THEME_DIM, text);
    }
}

static void draw_limits(const struct view_world *w, const struct draw_pane *p,
                        int y)
{
    const struct detail *d = view_detail(w);
    char down[UNITS_LEN] = "off", up[UNITS_LEN] = "off";
    if (limit_of(w, false) > 0)
        units_rate(down, limit_of(w, false));
    if (limit_of(w, true) > 0)
        units_rate(up, limit_of(w, true));
    draw_format(p, y, 1, p->w - 1, THEME_DIM,
                "limits D %s U %s   held back D %u%% U %u%%   wasted %u%%   "
                "disk jobs %u   memory for pieces %u%%",
                down, up, d->why_input.down_capped_pct,
                d->why_input.up_capped_pct, d->why_input.wasted_pct,
                d->why_input.n_disk_jobs, d->why_input.pool_used_pct);
}

/* What was at the cursor, in words; without one, what the marks mean. */
static void draw_cursor(const struct view_graph *v, const struct view_world *w,
                        const struct draw_pane *p, int y)
{
    int x = cursor_cell(v);
    if (x < 0) {
        draw_format(p, y, 1, p->w - 1, THEME_DIM, "%s", marks_legend());
        return;
    }
    char when[MOMENT_LEN], ago[UNITS_LEN], down[UNITS_LEN], up[UNITS_LEN];
    const struct history_rate *r = &v->columns[x * PLOT_PER_CELL];
    moment_clock(&v->moment, v->cursor_ms, when);
    text_duration(ago, sizeof ago, (w->frame->now_ms - v->cursor_ms) / 1000);
    units_rate(down, ((uint64_t)r[0].down_Bps + r[1].down_Bps) / 2);
    units_rate(up, ((uint64_t)r[0].up_Bps + r[1].up_Bps) / 2);
    int at = 1 + draw_format(p, y, 1, p->w - 1, THEME_STRONG,
                             "%s, %s ago: D %-6s U %-6s", when, ago, down, up);
    const struct event *e = marks_at(&v->marks, x);
    if (e != NULL)
        draw_format(p, y, at + 2, p->w - at - 2, THEME_NORMAL, "^%c %s: %s",
                    marks_letter(e->kind), event_kind_name(e->kind), e->text);
}

/* Read the history into columns for a pane; how many samples are known. */
static size_t sample(struct view_graph *v, const struct view_world *w,
                     const struct draw_pane *p, const struct history *h)
{
    struct draw_pane in = plot_inside(p);
    v->left = p->w - in.w;
    v->n_cells = in.w < MARKS_MAX_CELLS ? in.w : MARKS_MAX_CELLS;
    int64_t to_ms = (h->now_s + 1) * 1000;
    int64_t span_ms = (int64_t)spans[v->span].s * 1000;
    marks_fit(&v->marks,
              (struct marks_span){to_ms - span_ms, to_ms, v->n_cells},
              w->events, w->n_events, w->torrent);
    if (v->scaled_torrent != w->torrent || v->scaled_span != v->span)
        v->down = v->up = (struct plot_scale){0};
    v->scaled_torrent = w->torrent;
    v->scaled_span = v->span;
    if (v->n_cells == 0)
        return 0;
    return history_columns(h, spans[v->span].s, v->columns,
                           (size_t)v->n_cells * PLOT_PER_CELL);
}

static void view_graph_draw(void *self, struct view_world *w,
                            const struct draw_pane *p)
{
    struct view_graph *v = self;
    const struct history *h;
    const char *why = history_of(w, &h);
    v->marks.span.w = 0;
    moment_follow(&v->moment, w->frame);
    if (h == NULL) {
        draw_text(p, 0, 1, p->w - 1, THEME_DIM, why);
        return;
    }
    bool has_side = p->w >= SIDE_FROM_W && p->h >= SIDE_FROM_H;
    int width = has_side ? p->w - GRAPH_SIDE_W - 2 : p->w;
    struct draw_pane main_pane = draw_sub(p, 0, 0, p->h, width);
    struct layout l = lay_out(p->h);
    struct draw_pane down = draw_sub(&main_pane, l.down_y, 0, l.down_h, width);
    struct draw_pane up = draw_sub(&main_pane, l.up_y, 0, l.up_h, width);
    size_t n_known = sample(v, w, &down, h);
    draw_stats(v, w, &main_pane, h);
    draw_graph(v, w, &down, false, n_known);
    draw_graph(v, w, &up, true, n_known);
    if (l.times_y >= 0)
        draw_times(v, &main_pane, l.times_y);
    struct draw_pane marks =
        draw_sub(&main_pane, l.marks_y, v->left, 1, v->n_cells);
    if (l.marks_y >= 0)
        marks_draw(&v->marks, &marks, 0);
    if (l.limits_y >= 0)
        draw_limits(w, &main_pane, l.limits_y);
    if (l.cursor_y >= 0)
        draw_cursor(v, w, &main_pane, l.cursor_y);
    struct draw_pane side = draw_sub(p, 1, width + 2, p->h - 1, GRAPH_SIDE_W);
    if (has_side)
        graph_side_draw(&side, w, h);
}

/* The cursor to a cell; beyond the last there is none. */
static void put_cursor(struct view_graph *v, int x)
{
    const struct marks_span *s = &v->marks.span;
    v->has_cursor = x < s->w;
    if (x < 0)
        x = 0;
    if (v->has_cursor)
        v->cursor_ms =
            s->from_ms + (2 * x + 1) * (s->to_ms - s->from_ms) / (2 * s->w);
}

static bool move_cursor(struct view_graph *v, enum keys_action action)
{
    int w = v->marks.span.w;
    int x = cursor_cell(v);
    int at = x >= 0 ? x : w;
    int event = marks_next(&v->marks, at, action == KEYS_NEXT ? 1 : -1);
    switch ((int)action) {
    case KEYS_LEFT:
        put_cursor(v, at - 1);
        return true;
    case KEYS_RIGHT:
        put_cursor(v, at + 1);
        return true;
    case KEYS_PAGE_PREV:
    case KEYS_HALF_PREV:
        put_cursor(v, at - w / 8);
        return true;
    case KEYS_PAGE_NEXT:
    case KEYS_HALF_NEXT:
        put_cursor(v, at + w / 8);
        return true;
    case KEYS_FIRST:
        put_cursor(v, 0);
        return true;
    case KEYS_LAST:
        v->has_cursor = false;
        return true;
    case KEYS_NEXT:
    case KEYS_PREV:
        if (event >= 0)
            put_cursor(v, event);
        return true;
    default:
        return false;
    }
}

static bool view_graph_act(void *self, struct view_world *w,
                           enum keys_action action)
{
    struct view_graph *v = self;
    if (v->marks.span.w > 0 && move_cursor(v, action))
        return true;
    if (action == KEYS_SPAN_NEXT)
        v->span = (v->span + 1) % N_SPANS;
    else if (action == KEYS_SPAN_PREV)
        v->span = (v->span + N_SPANS - 1) % N_SPANS;
    else if (action == KEYS_STACK)
        snprintf(w->message, sizeof w->message,
                 "rates by peer are not kept here");
    else if (action == KEYS_ALL_TORRENTS)
        snprintf(w->message, sizeof w->message,
                 "rates of all torrents together are not kept here");
    else
        return torrent_acts_do(w, action, &w->torrent, 1);
    return true;
}

static bool view_graph_click(void *self, struct view_world *w, int y, int x)
{
    (void)w;
    struct view_graph *v = self;
    if (y < 1 || x < v->left || x >= v->left + v->marks.span.w)
        return false;
    put_cursor(v, x - v->left);
    return true;
}

const struct view_ops *view_graph_ops(void)
{
    static const struct view_ops ops = {
        .title = "Graph",
        .scope = KEYS_GRAPH,
        .has_rows = true,
        .parts = FOCUS_HISTORY,
        .make = make,
        .free = free,
        .draw = view_graph_draw,
        .act = view_graph_act,
        .click = view_graph_click,
    };
    return &ops;
}
