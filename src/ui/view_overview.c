#include "config.h"

#include "ui/view_overview.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ui/list_column.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "ui/words.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { LABEL_W = 10, WHY_W = 20 };

/* A row with its label; the next row's y. */
static int row(const struct draw_pane *p, int y, const char *label,
               const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static int row(const struct draw_pane *p, int y, const char *label,
               const char *fmt, ...)
{
    char text[WORDS_LEN];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    draw_text(p, y, 1, LABEL_W, THEME_HEADING, label);
    draw_text(p, y, 1 + LABEL_W, p->w, THEME_NORMAL, text);
    return y + 1;
}

static void *make(void)
{
    return xzalloc(1); /* it has no state of its own */
}

static int draw_top(const struct draw_pane *p, const struct frame_torrent *t)
{
    char have[UNITS_LEN], wanted[UNITS_LEN], down[UNITS_LEN], up[UNITS_LEN];
    char eta[UNITS_LEN], cause[WORDS_LEN];
    unsigned share = list_column_permille(t);
    units_size(wanted, t->wanted_bytes);
    units_size(have, t->wanted_bytes - t->wanted_left_bytes);
    units_rate(down, t->rate_down_Bps);
    units_rate(up, t->rate_up_Bps);
    text_duration(eta, sizeof eta, t->eta_s);
    words_cause(t, cause);
    int y = 0;
    draw_text(p, y++, 1, p->w - 1, THEME_STRONG, t->name);
    draw_format(p, y++, 1, p->w - 1, THEME_NORMAL,
                "%c %u.%u%%  %s of %s   D %s   U %s   ETA %s", words_letter(t),
                share / 10, share % 10, have, wanted, down, up, eta);
    draw_text(p, y, 1, 1, THEME_DIM, "[");
    draw_bar(p, y, 2, p->w - 4, share, share);
    draw_text(p, y++, p->w - 2, 1, THEME_DIM, "]");
    if (cause[0] != '\0')
        draw_format(p, y, 1, p->w - 1, words_role(t), "%s: %s",
                    frame_state_name(t->state), cause);
    else
        draw_text(p, y, 1, p->w - 1, THEME_DIM, frame_state_name(t->state));
    return y + 2;
}

static void draw_why(const struct draw_pane *p, int y, const struct why *why)
{
    draw_text(p, y++, 1, p->w - 1, THEME_HEADING, "Why this speed?");
    for (size_t i = 0; i < why->n; i++) {
        const struct why_reason *r = &why->reasons[i];
        bool limits = r->weight >= WHY_LIMITS;
        draw_format(p, y, 2, WHY_W - 1, limits ? THEME_STRONG : THEME_DIM,
                    "%zu %s", i + 1, r->title);
        draw_text(p, y++, 2 + WHY_W, p->w, limits ? THEME_NORMAL : THEME_DIM,
                  r->text);
    }
}

static void draw_detail(const struct draw_pane *p, int y,
                        const struct detail *d)
{
    char down[UNITS_LEN] = "off", up[UNITS_LEN] = "off", flight[UNITS_LEN];
    if (d->limit_down_Bps > 0)
        units_rate(down, d->limit_down_Bps);
    if (d->limit_up_Bps > 0)
        units_rate(up, d->limit_up_Bps);
    units_size(flight, d->in_flight_bytes);
    y = row(p, y, "Limits",
            "D %s  U %s  upload slots %u (%u used)   in flight %s", down, up,
            d->n_slots, d->n_slots_used, flight);
    if (d->dir != NULL)
        y = row(p, y, "Folder", "%s", d->dir);
    draw_why(p, y + 1, &d->why);
}

static void view_overview_draw(void *self, struct view_world *w,
                               const struct draw_pane *p)
{
    (void)self;
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    if (t == NULL) {
        draw_text(p, 0, 1, p->w, THEME_DIM, "this torrent is gone");
        return;
    }
    char a[UNITS_LEN], b[UNITS_LEN], c[UNITS_LEN], d[UNITS_LEN];
    char hash[2 * sizeof t->info_hash + 1];
    int y = draw_top(p, t);
    units_size(a, t->size_bytes);
    units_size(b, t->have_bytes);
    units_size(c, t->bytes_wasted);
    y = row(p, y, "Data", "all %s  have %s  wasted %s", a, b, c);
    y = row(p, y, "Pieces", "%u/%u   %u hash fails", t->n_pieces_have,
            t->n_pieces, t->n_hash_fails);
    y = row(p, y, "Swarm",
            "%u connected (%u seeds)  +%u half-open  %u known  %u banned",
            t->n_peers, t->n_seeds, t->n_connecting, t->n_known, t->n_banned);
    units_size(a, t->bytes_down);
    units_size(b, t->bytes_up);
    units_size(c, t->bytes_down_run);
    units_size(d, t->bytes_up_run);
    y = row(p, y, "Moved", "down %s  up %s   this run: down %s  up %s", a, b, c,
            d);
    units_ratio(a, t->bytes_up, t->have_bytes);
    text_duration(b, sizeof b, t->seconds_seed);
    y = row(p, y, "Ratio", "%s   seeded %s", a, b);
    y = row(p, y, "Tracker", "%s",
            t->tracker[0] != '\0' ? t->tracker
            : t->n_trackers > 0   ? "not asked yet"
                                  : "none");
    text_hex(hash, t->info_hash, sizeof t->info_hash);
    y = row(p, y, "Hash", "%s", hash);
    if (w->frame->detail != NULL && w->frame->detail->torrent == t->id)
        draw_detail(p, y, w->frame->detail);
}

static bool view_overview_act(void *self, struct view_world *w,
                              enum keys_action action)
{
    (void)self;
    return torrent_acts_do(w, action, &w->torrent, 1);
}

const struct view_ops *view_overview_ops(void)
{
    static const struct view_ops ops = {
        .title = "Over",
        .scope = KEYS_DETAIL,
        .make = make,
        .free = free,
        .draw = view_overview_draw,
        .act = view_overview_act,
    };
    return &ops;
}
