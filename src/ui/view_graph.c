#include "config.h"

#include "ui/view_graph.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/graph_side.h"
#include "ui/graph_stack.h"
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
    KEYS_FROM_W = 60, /* below, marks are explained, not keys */
    SIDE_FROM_H = 14,
    FULL_STATS_FROM_W = 72,
    FACT_LEN = 64,
    FACT_GAP = 2,  /* between two facts */
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
    uint32_t scaled_torrent; /* whose scales those are (0: of all), and for
                                which span */
    size_t scaled_span;
    bool has_cursor;
    int64_t cursor_ms;
    bool is_all;     /* of all torrents together */
    bool is_stacked; /* by peer */
    /* As it was drawn last. */
    int left, n_cells; /* of the graph in the pane */
    struct marks marks;
    struct history_rate columns[MAX_SAMPLES];
    uint32_t samples[MAX_SAMPLES];              /* of the one that is drawn */
    struct history_rate cells[MARKS_MAX_CELLS]; /* the columns, one a cell */
    struct graph_stack stack;
};

static void *make(void)
{
    struct view_graph *v = xzalloc(sizeof *v);
    v->span = 1;
    return v;
}

static void view_graph_free(void *self)
{
    free(self);
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

/* Rates of what is shown; *h_out NULL when there are none. Returns why. */
static const char *history_of(const struct view_graph *v,
                              const struct view_world *w,
                              const struct history **h_out)
{
    const struct detail *d = view_detail(w);
    *h_out = NULL;
    if (v->is_all && w->frame != NULL)
        *h_out = w->frame->history;
    else if (d != NULL)
        *h_out = d->history;
    return d == NULL && !v->is_all ? "nothing is known of it yet"
                                   : "nothing moved yet";
}

static void draw_stats(const struct view_graph *v, const struct view_world *w,
                       const struct draw_pane *p, const struct history *h)
{
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    char down[UNITS_LEN] = "0", up[UNITS_LEN] = "0";
    if (v->is_all) {
        units_rate(down, w->frame->rate_down_Bps);
        units_rate(up, w->frame->rate_up_Bps);
    } else if (t != NULL) {
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
    char span[2 * UNITS_LEN];
    snprintf(span, sizeof span, "%sspan %s", v->is_all ? "all  " : "",
             spans[v->span].name);
    draw_right(p, 0, 0, p->w - 1, THEME_STRONG, span);
}

/* The limit that holds: the torrent's or the session's, the lower one; 0: none. */
static uint64_t lower_limit(uint64_t a, uint64_t b)
{
    return a == 0 || (b > 0 && b < a) ? b : a;
}

static uint64_t limit_of(const struct view_graph *v, const struct view_world *w,
                         bool is_up)
{
    const struct detail *d = view_detail(w);
    const struct frame *f = w->frame;
    if (v->is_all)
        return is_up ? f->limit_up_Bps : f->limit_down_Bps;
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

/* What came, by who sent it. */
static void draw_stack(struct view_graph *v, const struct detail *d,
                       const struct draw_pane *in, uint64_t top)
{
    uint32_t span_s = spans[v->span].s;
    for (int i = 0; i < v->n_cells; i++) {
        const struct history_rate *r = &v->columns[i * PLOT_PER_CELL];
        v->cells[i].down_Bps =
            (uint32_t)(((uint64_t)r[0].down_Bps + r[1].down_Bps) / 2);
    }
    graph_stack_fit(&v->stack, d->stack, d->n_stack, v->cells,
                    (size_t)v->n_cells, span_s);
    graph_stack_draw(&v->stack, in, top);
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
    uint64_t limit = limit_of(v, w, is_up);
    /* A limit that is far above would flatten what there is. */
    uint64_t most = limit > max && limit / 4 <= max ? limit : max;
    uint64_t top =
        plot_scale_fit(is_up ? &v->up : &v->down, most, w->frame->now_ms);
    int x = cursor_cell(v);
    plot_axis(p, top, is_up ? "U/s" : "D/s");
    for (int y = 0; x >= 0 && y < in.h; y++)
        draw_glyphs(&in, y, x, 1, THEME_CURSOR, GLYPHS_VLINE);
    bool is_stack = v->is_stacked && !is_up;
    plot_draw(&in,
              &(struct plot_series){.samples = v->samples,
                                    .n = is_stack ? 0 : n,
                                    .n_known = n_known,
                                    .top = top,
                                    .limit = limit,
                                    .role = is_up ? THEME_UP : THEME_DOWN});
    if (is_stack)
        draw_stack(v, view_detail(w), &in, top);
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

/* "1.8%" */
static void share_text(char dst[UNITS_LEN], uint64_t part, uint64_t whole)
{
    unsigned share = whole > 0 ? units_permille(part, whole) : 0;
    snprintf(dst, UNITS_LEN, "%u.%u%%", share / 10, share % 10);
}

/* One of the facts below the graph, where there is room for all of it. */
static void put_fact(struct draw_pane *left, int y, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void put_fact(struct draw_pane *left, int y, const char *fmt, ...)
{
    char text[FACT_LEN];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if ((int)strlen(text) > left->w) {
        left->w = 0; /* nor for those behind it: none comes and goes */
        return;
    }
    int used = draw_text(left, y, 0, left->w, THEME_DIM, text) + FACT_GAP;
    *left = draw_sub(left, 0, used, left->h, left->w - used);
}

/* What moves in vain, or beside the payload: of the span, and of all runs. */
static void draw_losses(const struct view_graph *v, const struct view_world *w,
                        struct draw_pane *left, int y, const struct history *h)
{
    struct history_stats s = history_stats(h, spans[v->span].s);
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    char share[UNITS_LEN];
    share_text(share, s.overhead_mean_Bps,
               s.overhead_mean_Bps + s.down_mean_Bps + s.up_mean_Bps);
    put_fact(left, y, "overhead %s", share);
    if (v->is_all || t == NULL)
        return;
    share_text(share, t->bytes_wasted, t->bytes_down);
    put_fact(left, y, "waste %s", share);
}

/* What may hold it back: limits, the disk, and we ourselves. */
static void draw_limits(const struct view_graph *v, const struct view_world *w,
                        const struct draw_pane *p, int y,
                        const struct history *h)
{
    const struct frame *f = w->frame;
    struct draw_pane left = draw_sub(p, 0, 1, p->h, p->w - 1);
    char down[UNITS_LEN] = "off", up[UNITS_LEN] = "off";
    if (limit_of(v, w, false) > 0)
        units_rate(down, limit_of(v, w, false));
    if (limit_of(v, w, true) > 0)
        units_rate(up, limit_of(v, w, true));
    put_fact(&left, y, "cap D %s U %s", down, up);
    if (!v->is_all) {
        const struct why_input *in = &view_detail(w)->why_input;
        put_fact(&left, y, "held D %u%% U %u%%", in->down_capped_pct,
                 in->up_capped_pct);
    }
    draw_losses(v, w, &left, y, h);
    put_fact(&left, y, "disk wait %ums", f->disk_wait_ms);
    put_fact(&left, y, "loop %ums", f->loop_ms);
    put_fact(&left, y, "disk jobs %zu", f->disk_jobs);
    put_fact(&left, y, "memory for pieces %u%%",
             f->pool_max_bytes > 0
                 ? (unsigned)(f->pool_used_bytes * 100 / f->pool_max_bytes)
                 : 0);
}

/* What there is to say when there is no cursor. */
static void draw_legend(const struct view_graph *v, const struct draw_pane *p,
                        int y)
{
    char words[GRAPH_STACK_WORDS_LEN];
    if (!v->is_stacked) {
        char legend[MARKS_LEGEND_LEN];
        marks_legend(&v->marks, legend);
        bool has_marks = legend[0] != '\0';
        bool has_keys = !has_marks || p->w >= KEYS_FROM_W;
        draw_format(p, y, 1, p->w - 1, THEME_DIM, "%s%s%s",
                    has_keys ? "h l a moment  " : "",
                    has_keys && has_marks ? "j k an event   " : "", legend);
        return;
    }
    graph_stack_words(&v->stack, v->stack.n_cells - 1, words);
    draw_format(p, y, 1, p->w - 1, THEME_NORMAL, "now from  %s",
                words[0] != '\0' ? words : "nobody");
}

/* What was at the cursor, in words. */
static void draw_cursor(const struct view_graph *v, const struct view_world *w,
                        const struct draw_pane *p, int y)
{
    int x = cursor_cell(v);
    if (x < 0) {
        draw_legend(v, p, y);
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
    char from[GRAPH_STACK_WORDS_LEN] = "";
    if (v->is_stacked)
        graph_stack_words(&v->stack, (size_t)x, from);
    if (from[0] != '\0')
        at +=
            draw_format(p, y, at, p->w - at, THEME_NORMAL, "  from  %s", from);
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
    uint32_t torrent = v->is_all ? 0 : w->torrent;
    v->left = p->w - in.w;
    v->n_cells = in.w < MARKS_MAX_CELLS ? in.w : MARKS_MAX_CELLS;
    int64_t to_ms = (h->now_s + 1) * 1000;
    int64_t span_ms = (int64_t)spans[v->span].s * 1000;
    marks_fit(&v->marks,
              (struct marks_span){to_ms - span_ms, to_ms, v->n_cells},
              w->events, w->n_events, torrent);
    if (v->scaled_torrent != torrent || v->scaled_span != v->span)
        v->down = v->up = (struct plot_scale){0};
    v->scaled_torrent = torrent;
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
    const char *why = history_of(v, w, &h);
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
        draw_limits(v, w, &main_pane, l.limits_y, h);
    if (l.cursor_y >= 0)
        draw_cursor(v, w, &main_pane, l.cursor_y);
    struct draw_pane side = draw_sub(p, 1, width + 2, p->h - 1, GRAPH_SIDE_W);
    if (has_side)
        graph_side_draw(&side, w, h, v->is_all);
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
    else if (action == KEYS_STACK) {
        v->is_stacked = !v->is_stacked;
        v->is_all = false;
        snprintf(w->message, sizeof w->message,
                 v->is_stacked ? "by peer: who moved most in the last minute"
                               : "all peers together");
    } else if (action == KEYS_ALL_TORRENTS) {
        v->is_all = !v->is_all;
        v->is_stacked = false;
        snprintf(w->message, sizeof w->message,
                 v->is_all ? "all torrents together" : "this torrent alone");
    } else
        return torrent_acts_do(w, action, &w->torrent, 1);
    return true;
}

static uint32_t view_graph_parts(const void *self)
{
    const struct view_graph *v = self;
    if (v->is_all)
        return FOCUS_ALL_HISTORY;
    return v->is_stacked ? FOCUS_HISTORY | FOCUS_STACK : FOCUS_HISTORY;
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
        .make = make,
        .free = view_graph_free,
        .draw = view_graph_draw,
        .more_parts = view_graph_parts,
        .act = view_graph_act,
        .click = view_graph_click,
    };
    return &ops;
}
