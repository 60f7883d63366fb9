#include "config.h"

#include "ui/list_preview.h"

#include <stdio.h>
#include <string.h>

#include "ui/list_column.h"
#include "ui/plot.h"
#include "ui/units.h"
#include "ui/words.h"
#include "util/text.h"

enum {
    KNOWN_FROM_W = 100,
    SPAN_S = 60,
    STRIP_X = 7,
    STRIP_MAX_W = SPAN_S, /* a second a cell */
    STRIP_REST_W = 18     /* for the words behind it */
};

/* In one line: why it stands where it stands, or is as fast as it is. */
static void draw_why(const struct draw_pane *p, int y,
                     const struct frame_torrent *t, const struct detail *d)
{
    char text[WORDS_LEN] = "";
    words_cause(t, text);
    bool is_at_work = strchr("DS", words_letter(t)) != NULL;
    if (text[0] == '\0' && is_at_work && d != NULL)
        why_line(&d->why, text, sizeof text);
    if (text[0] != '\0')
        draw_format(p, y, 1, p->w - 1, words_role(t), "why: %s", text);
    else
        draw_format(p, y, 1, p->w - 1, THEME_DIM, "%s",
                    frame_state_name(t->state));
}

static void draw_share(const struct draw_pane *p, int y,
                       const struct frame_torrent *t)
{
    unsigned share = list_column_permille(t);
    int w = p->w - 11;
    draw_text(p, y, 1, 1, THEME_DIM, "[");
    draw_bar(p, y, 2, w, share, share);
    draw_format(p, y, 2 + w, 9, THEME_NORMAL, "] %u.%u%%", share / 10,
                share % 10);
}

/* "3 pieces with 1 source" of those wanted and not had; "" when none is rare. */
static void rarest_text(const struct detail *d, char *dst, size_t cap)
{
    const struct why_input *in = &d->why_input;
    bool is_gone = in->n_no_source > 0;
    uint32_t n = is_gone ? in->n_no_source : in->n_one_source;
    dst[0] = '\0';
    if (n > 0 && in->n_peers > 0)
        snprintf(dst, cap, " | rarest: %u with %s", n,
                 is_gone ? "no source" : "1 source");
}

static void draw_pieces(const struct draw_pane *p, int y,
                        const struct frame_torrent *t, const struct detail *d)
{
    char rarest[64] = "", flight[UNITS_LEN + 24] = "";
    if (d != NULL && !t->is_finished) {
        char size[UNITS_LEN];
        units_size(size, d->in_flight_bytes);
        snprintf(flight, sizeof flight, "  %s in flight", size);
        rarest_text(d, rarest, sizeof rarest);
    }
    int x = 1 + draw_format(p, y, 1, p->w - 1, THEME_NORMAL,
                            "pieces %u/%u%s%s | %u peer%s (%u seed%s)",
                            t->n_pieces_have, t->n_pieces, flight, rarest,
                            t->n_peers, t->n_peers == 1 ? "" : "s", t->n_seeds,
                            t->n_seeds == 1 ? "" : "s");
    if (p->w >= KNOWN_FROM_W)
        draw_format(p, y, x, p->w - x, THEME_NORMAL, ", %u known", t->n_known);
}

/* The last minute of what matters: coming, or for what is had, going. */
static void draw_strip(const struct draw_pane *p, int y,
                       const struct frame_torrent *t,
                       const struct history *history)
{
    struct history_rate rates[PLOT_PER_CELL * STRIP_MAX_W];
    uint32_t samples[PLOT_PER_CELL * STRIP_MAX_W];
    int w = p->w - STRIP_X - STRIP_REST_W;
    if (w > STRIP_MAX_W)
        w = STRIP_MAX_W;
    if (w <= 0)
        return;
    bool is_up = t->is_finished;
    size_t n = PLOT_PER_CELL * (size_t)w;
    uint32_t peak_Bps = 0;
    size_t n_known = history_columns(history, SPAN_S, rates, n);
    for (size_t i = 0; i < n; i++) {
        samples[i] = is_up ? rates[i].up_Bps : rates[i].down_Bps;
        peak_Bps = samples[i] > peak_Bps ? samples[i] : peak_Bps;
    }
    plot_strip(p, y, STRIP_X, w, is_up ? THEME_UP : THEME_DOWN,
               samples + n - n_known, n_known, 0);
    char peak[UNITS_LEN];
    units_rate(peak, peak_Bps);
    draw_text(p, y, 1, STRIP_X - 1, THEME_NORMAL, is_up ? "up" : "rate");
    draw_format(p, y, STRIP_X + w + 1, STRIP_REST_W - 1, THEME_NORMAL,
                "%ds  peak %s", SPAN_S, peak);
}

/* The last line: rates, or while there are none, what the tracker said. */
static void draw_last(const struct draw_pane *p, int y,
                      const struct frame_torrent *t, const struct detail *d)
{
    bool moves = t->rate_down_Bps > 0 || t->rate_up_Bps > 0;
    if (d != NULL && d->history != NULL && (moves || t->tracker[0] == '\0'))
        draw_strip(p, y, t, d->history);
    else
        draw_format(p, y, 1, p->w - 1, THEME_DIM, "tracker: %s",
                    words_tracker(t));
}

void list_preview_draw(const struct draw_pane *p, const struct frame_torrent *t,
                       const struct detail *d)
{
    if (p->h == 1) {
        draw_why(p, 0, t, d);
        return;
    }
    draw_glyphs(p, 0, 0, p->w, THEME_DIM, GLYPHS_HLINE);
    if (p->h == 2) {
        draw_why(p, 1, t, d);
        return;
    }
    draw_share(p, 1, t);
    draw_pieces(p, 2, t, d);
    draw_why(p, 3, t, d);
    draw_last(p, 4, t, d);
}
