#include "config.h"

#include "ui/plot.h"

#include <string.h>

#include "ui/units.h"

enum { RUN_CELLS = 128, GLYPH_LEN = 4 };
static const uint64_t KiB = 1024;

uint64_t plot_round(uint64_t v)
{
    static const uint64_t steps[] = {1,  2,  3,   5,   10,  20,
                                     30, 50, 100, 200, 300, 500};
    enum { N = sizeof steps / sizeof steps[0] };
    for (uint64_t unit = KiB;; unit *= KiB) {
        for (size_t i = 0; i < N; i++)
            if (steps[i] * unit >= v)
                return steps[i] * unit;
        if (unit > UINT64_MAX / KiB / KiB)
            return UINT64_MAX;
    }
}

uint64_t plot_scale_fit(struct plot_scale *s, uint64_t max, int64_t now_ms)
{
    uint64_t need = plot_round(max);
    if (need >= s->top) {
        *s = (struct plot_scale){.top = need};
        return need;
    }
    if (s->lower_ms == 0)
        *s = (struct plot_scale){.top = s->top,
                                 .enough = need,
                                 .lower_ms = now_ms};
    if (need > s->enough)
        s->enough = need;
    if (now_ms - s->lower_ms >= PLOT_HOLD_MS)
        *s = (struct plot_scale){.top = s->enough};
    return s->top;
}

/* How high a value stands, of `steps` in all; any value at least one. */
static unsigned height_of(uint64_t v, uint64_t top, unsigned steps)
{
    if (v >= top)
        return steps;
    return 1 + (unsigned)((double)v * (steps - 1) / (double)top);
}

/* A sample and its height, by its distance from the newest. */
struct point {
    uint32_t value;
    unsigned height;
};

static struct point point_at(const struct plot_series *s, size_t age,
                             unsigned steps)
{
    if (age >= s->n || age >= s->n_known)
        return (struct point){0};
    uint32_t v = s->samples[s->n - 1 - age];
    return (struct point){v, height_of(v, s->top, steps)};
}

/* What of a height lies in the row whose lower edge is at `base`. */
static unsigned part(unsigned height, unsigned base)
{
    unsigned above = height > base ? height - base : 0;
    return above < GLYPHS_STEPS ? above : GLYPHS_STEPS;
}

/* Cells of one role beside each other, drawn as one text. */
struct run {
    const struct draw_pane *p; /* borrowed */
    int y, x;                  /* where it begins */
    int n;
    size_t len;
    enum theme_role role;
    char text[RUN_CELLS * GLYPH_LEN];
};

static void flush(struct run *r)
{
    if (r->n > 0)
        draw_text(r->p, r->y, r->x, r->n, r->role, r->text);
    r->n = 0;
    r->len = 0;
}

static void add(struct run *r, int x, enum theme_role role, const char *glyph)
{
    if (r->n > 0 &&
        (role != r->role || x != r->x + r->n || r->n == RUN_CELLS - 1))
        flush(r);
    if (r->n == 0) {
        r->x = x;
        r->role = role;
    }
    size_t len = strlen(glyph);
    memcpy(r->text + r->len, glyph, len + 1);
    r->len += len;
    r->n++;
}

static void draw_row(const struct draw_pane *p, int y,
                     const struct plot_series *s, unsigned steps)
{
    enum glyphs_level level = draw_look(p->draw).level;
    unsigned base = (unsigned)(p->h - 1 - y) * GLYPHS_STEPS;
    struct run run = {.p = p, .y = y};
    for (int x = 0; x < p->w; x++) {
        size_t age = (size_t)(p->w - 1 - x) * PLOT_PER_CELL;
        struct point left = point_at(s, age + 1, steps);
        struct point right = point_at(s, age, steps);
        unsigned a = part(left.height, base), b = part(right.height, base);
        bool is_idle = left.value == 0 && right.value == 0;
        if (a + b > 0)
            add(&run, x, is_idle ? THEME_DIM : s->role,
                glyphs_pair(level, a, b));
    }
    flush(&run);
}

void plot_draw(const struct draw_pane *p, const struct plot_series *s)
{
    if (p->h <= 0 || p->w <= 0)
        return;
    unsigned steps = (unsigned)p->h * GLYPHS_STEPS;
    if (s->limit > 0 && s->limit <= s->top) {
        unsigned at = (height_of(s->limit, s->top, steps) - 1) / GLYPHS_STEPS;
        draw_glyphs(p, p->h - 1 - (int)at, 0, p->w, THEME_DIM, GLYPHS_HLINE);
    }
    for (int y = 0; y < p->h; y++)
        draw_row(p, y, s, steps);
}

/* The layer that fills the cell at this height of a column; n: none. */
static size_t layer_at(const struct plot_layer *layers, size_t n, size_t at,
                       unsigned cells, uint64_t top, unsigned height)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += layers[i].samples[at];
        unsigned full =
            sum > 0 ? height_of(sum > top ? top : sum, top, cells) : 0;
        if (full > height)
            return i;
    }
    return n;
}

void plot_stack(const struct draw_pane *p, const struct plot_layer *layers,
                size_t n, size_t n_samples, uint64_t top)
{
    for (int y = 0; y < p->h; y++) {
        struct run run = {.p = p, .y = y};
        for (int x = 0; x < p->w; x++) {
            size_t age = (size_t)(p->w - 1 - x);
            if (age >= n_samples)
                continue;
            size_t i = layer_at(layers, n, n_samples - 1 - age, (unsigned)p->h,
                                top, (unsigned)(p->h - 1 - y));
            if (i < n)
                add(&run, x, layers[i].role,
                    (const char[]){layers[i].letter, '\0'});
        }
        flush(&run);
    }
}

struct draw_pane plot_inside(const struct draw_pane *p)
{
    int left = p->w >= PLOT_AXIS_FROM_W ? PLOT_AXIS_W : 0;
    int below = p->h >= PLOT_LINE_FROM_H ? 1 : 0;
    return draw_sub(p, 0, left, p->h - below, p->w - left);
}

void plot_axis(const struct draw_pane *p, uint64_t top, const char *unit)
{
    struct draw_pane in = plot_inside(p);
    int left = p->w - in.w;
    if (in.h < p->h) {
        draw_glyphs(p, in.h, left, in.w, THEME_DIM, GLYPHS_HLINE);
        draw_right(p, in.h, 0, left - 2, THEME_DIM, unit);
        if (left > 0)
            draw_glyphs(p, in.h, left - 1, 1, THEME_DIM, GLYPHS_CORNER);
    }
    if (left == 0)
        return;
    char text[UNITS_LEN];
    for (int y = 0; y < in.h; y++)
        draw_glyphs(p, y, left - 1, 1, THEME_DIM, GLYPHS_VLINE);
    units_size(text, top);
    draw_right(p, 0, 0, left - 1, THEME_DIM, text);
    units_size(text, top / 2);
    if (in.h >= 6)
        draw_right(p, in.h / 2, 0, left - 1, THEME_DIM, text);
    if (in.h >= 2)
        draw_right(p, in.h - 1, 0, left - 1, THEME_DIM, "0");
}

void plot_strip(const struct draw_pane *p, int y, int x, int w,
                enum theme_role role, const uint32_t *samples, size_t n,
                uint64_t max)
{
    struct draw_pane row = draw_sub(p, y, x, 1, w);
    size_t shown = (size_t)row.w * PLOT_PER_CELL;
    for (size_t age = 0; max == 0 && age < shown && age < n; age++)
        if (samples[n - 1 - age] > max)
            max = samples[n - 1 - age];
    plot_draw(&row, &(struct plot_series){.samples = samples,
                                          .n = n,
                                          .n_known = n,
                                          .top = max > 0 ? max : 1,
                                          .role = role});
}
