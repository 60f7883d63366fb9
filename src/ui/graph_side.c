#include "config.h"

#include "ui/graph_side.h"

#include <stdio.h>

#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "util/text.h"

static const struct {
    const char *name;
    uint32_t s;
} spans[] = {{" 1 m", 60}, {" 5 m", 300}, {" 1 h", 3600}, {"24 h", 86400}};
enum { N_SPANS = sizeof spans / sizeof spans[0] };

static int draw_spans(const struct draw_pane *p, int y, const struct history *h)
{
    draw_text(p, y++, 0, p->w, THEME_HEADING,
              "span    D mean    max   U mean    max");
    for (size_t i = 0; i < N_SPANS; i++) {
        struct history_stats s = history_stats(h, spans[i].s);
        char a[UNITS_LEN], b[UNITS_LEN], c[UNITS_LEN], d[UNITS_LEN];
        units_rate(a, s.down_mean_Bps);
        units_size(b, s.down_max_Bps);
        units_rate(c, s.up_mean_Bps);
        units_size(d, s.up_max_Bps);
        draw_format(p, y++, 0, p->w, THEME_NORMAL, "%s  %8s %6s %8s %6s",
                    spans[i].name, a, b, c, d);
    }
    return y + 1;
}

static int draw_amounts(const struct draw_pane *p, int y,
                        const struct frame_torrent *t)
{
    char down[UNITS_LEN], up[UNITS_LEN], ratio[UNITS_LEN];
    units_size(down, t->bytes_down_run);
    units_size(up, t->bytes_up_run);
    draw_format(p, y++, 0, p->w, THEME_NORMAL, "this run   D %-5s  U %s", down,
                up);
    units_size(down, t->bytes_down);
    units_size(up, t->bytes_up);
    units_ratio(ratio, t->bytes_up, t->have_bytes);
    draw_format(p, y++, 0, p->w, THEME_NORMAL,
                "in all     D %-5s  U %-5s  ratio %s", down, up, ratio);
    units_size(down, t->bytes_overhead_down);
    units_size(up, t->bytes_overhead_up);
    draw_format(p, y++, 0, p->w, THEME_NORMAL, "overhead   D %-5s  U %s", down,
                up);
    units_size(down, t->bytes_wasted);
    draw_format(p, y++, 0, p->w, THEME_NORMAL,
                "wasted     %s, %u piece%s failed", down, t->n_hash_fails,
                t->n_hash_fails == 1 ? "" : "s");
    return y + 1;
}

/* Of all torrents. */
static int draw_sums(const struct draw_pane *p, int y, const struct frame *f)
{
    char down[UNITS_LEN], up[UNITS_LEN];
    units_size(down, f->bytes_down_run);
    units_size(up, f->bytes_up_run);
    draw_format(p, y++, 0, p->w, THEME_NORMAL, "this run   D %-5s  U %s", down,
                up);
    units_rate(down, f->disk_write_Bps);
    units_rate(up, f->disk_read_Bps);
    draw_format(p, y++, 0, p->w, THEME_NORMAL, "disk       write %-6s read %s",
                down, up);
    draw_format(p, y++, 0, p->w, THEME_NORMAL,
                "torrents   %zu with %u peer%s, %u half-open", f->n_torrents,
                f->n_peers, f->n_peers == 1 ? "" : "s", f->n_half_open);
    return y + 1;
}

static void limit_text(char dst[UNITS_LEN], uint64_t limit_Bps)
{
    units_rate(dst, limit_Bps);
    if (limit_Bps == 0)
        snprintf(dst, UNITS_LEN, "off");
}

static void draw_pair(const struct draw_pane *p, int y, const char *name,
                      uint64_t limit_down_Bps, uint64_t limit_up_Bps)
{
    char down[UNITS_LEN], up[UNITS_LEN];
    limit_text(down, limit_down_Bps);
    limit_text(up, limit_up_Bps);
    draw_format(p, y, 0, p->w, THEME_NORMAL, "%-10s D %-6s U %s", name, down,
                up);
}

static int draw_limits(const struct draw_pane *p, int y, const struct frame *f,
                       const struct detail *d)
{
    draw_pair(p, y++, "limits", d->limit_down_Bps, d->limit_up_Bps);
    draw_pair(p, y++, "  of all", f->limit_down_Bps, f->limit_up_Bps);
    draw_format(p, y++, 0, p->w, THEME_NORMAL,
                "held back  D %u%%  U %u%% of 16 s",
                d->why_input.down_capped_pct, d->why_input.up_capped_pct);
    return y + 1;
}

void graph_side_draw(const struct draw_pane *p, const struct view_world *w,
                     const struct history *h, bool is_all)
{
    const struct detail *d = view_detail(w);
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    int y = draw_spans(p, 0, h);
    if (is_all) {
        y = draw_sums(p, y, w->frame);
        draw_pair(p, y, "limits", w->frame->limit_down_Bps,
                  w->frame->limit_up_Bps);
        return;
    }
    if (t != NULL)
        y = draw_amounts(p, y, t);
    if (d == NULL)
        return;
    y = draw_limits(p, y, w->frame, d);
    draw_text(p, y, 0, p->w, THEME_HEADING, "why this speed");
    for (size_t i = 0; i < d->why.n; i++)
        draw_text(p, ++y, 0, p->w,
                  d->why.reasons[i].weight >= WHY_LIMITS ? THEME_STRONG
                                                         : THEME_DIM,
                  d->why.reasons[i].title);
}
