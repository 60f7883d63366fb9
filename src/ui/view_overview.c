#include "config.h"

#include "ui/view_overview.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/flow.h"
#include "ui/list_column.h"
#include "ui/overview_facts.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "ui/words.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    WHY_W = 20,
    TWO_FROM_W = 160, /* two columns, each as wide as the facts are */
    LEFT_MAX_W = 90,
    SMALL_H = 14, /* below, why comes before the facts */
    NARROW_W = 64,
    STATE_MAX_H = 3, /* rows of why it is in its state */
    FEW = 3,         /* reasons that are always shown */
    AVERAGE_S = 300
};

struct view_overview {
    bool is_about_why; /* the reasons with all that may help, and no facts */
};

static void *make(void)
{
    return xzalloc(sizeof(struct view_overview));
}

/* "4.0M/s (avg 3.6M)". */
static void rate_text(char dst[3 * UNITS_LEN], uint64_t rate_Bps,
                      const struct detail *d)
{
    char rate[UNITS_LEN], average[UNITS_LEN];
    units_rate(rate, rate_Bps);
    if (d == NULL || d->history == NULL) {
        snprintf(dst, 3 * UNITS_LEN, "%s", rate);
        return;
    }
    units_size(average, history_stats(d->history, AVERAGE_S).down_mean_Bps);
    snprintf(dst, 3 * UNITS_LEN, "%s (avg %s)", rate, average);
}

/* "5m41s (4m50s-7m20s)". */
static void eta_text(char dst[4 * UNITS_LEN], const struct frame_torrent *t)
{
    char mid[UNITS_LEN], low[UNITS_LEN], high[UNITS_LEN];
    text_duration(mid, sizeof mid, t->is_finished ? -1 : t->eta_s);
    text_duration(low, sizeof low, t->eta_low_s);
    text_duration(high, sizeof high, t->eta_high_s);
    if (t->is_finished || t->eta_s < 0 || t->eta_low_s < 0 ||
        t->eta_high_s <= t->eta_low_s)
        snprintf(dst, 4 * UNITS_LEN, "%s", mid);
    else
        snprintf(dst, 4 * UNITS_LEN, "%s (%s-%s)", mid, low, high);
}

static void draw_numbers(const struct draw_pane *p, int y,
                         const struct frame_torrent *t, const struct detail *d)
{
    char have[UNITS_LEN], wanted[LIST_COLUMN_LEN], up[UNITS_LEN];
    char down[3 * UNITS_LEN], eta[4 * UNITS_LEN];
    unsigned share = list_column_permille(t);
    bool is_narrow = p->w < NARROW_W;
    units_size(wanted, t->wanted_bytes);
    units_size(have, t->wanted_bytes > t->wanted_left_bytes
                         ? t->wanted_bytes - t->wanted_left_bytes
                         : 0);
    if (!list_column_is_known(t))
        list_column_text(t, LIST_COLUMN_SIZE, wanted);
    units_rate(up, t->rate_up_Bps);
    rate_text(down, t->rate_down_Bps, is_narrow ? NULL : d);
    eta_text(eta, t);
    if (is_narrow)
        draw_format(p, y, 1, p->w - 1, THEME_NORMAL, "%c %u.%u%%  D %s  ETA %s",
                    words_letter(t), share / 10, share % 10, down, eta);
    else
        draw_format(p, y, 1, p->w - 1, THEME_NORMAL,
                    "%c %u.%u%%  %s of %s   D %s  U %s   ETA %s",
                    words_letter(t), share / 10, share % 10, have, wanted, down,
                    up, eta);
}

/* Name, numbers, bar, and why it is in an odd state; the rows used. */
static int draw_top(const struct draw_pane *p, const struct frame_torrent *t,
                    const struct detail *d)
{
    char cause[WORDS_LEN], state[WORDS_LEN];
    unsigned share = list_column_permille(t);
    words_cause(t, cause);
    words_state(t, state);
    draw_text(p, 0, 1, p->w - 1, THEME_STRONG, t->name);
    draw_numbers(p, 1, t, d);
    draw_text(p, 2, 1, 1, THEME_DIM, "[");
    draw_bar(p, 2, 2, p->w - 4, share, share);
    draw_text(p, 2, p->w - 2, 1, THEME_DIM, "]");
    bool is_plain = t->state == FRAME_DOWNLOADING || t->state == FRAME_SEEDING;
    if (cause[0] == '\0' && is_plain)
        return 3;
    if ((int)text_width(state) < p->w - 1) {
        draw_text(p, 3, 1, p->w - 1, words_role(t), state);
        return 4;
    }
    struct draw_pane some = draw_sub(p, 3, 0, STATE_MAX_H, p->w);
    struct flow f;
    flow_begin(&f, &some, 0, 1);
    flow_words(&f, words_role(t), state);
    flow_line(&f);
    return 3 + (f.y < some.h ? f.y : some.h);
}

/* One reason, with what may help below it; the rows used. p NULL: only counts. */
static int draw_reason(const struct draw_pane *p, int y, size_t i,
                       const struct why_reason *r, bool has_hint)
{
    bool limits = r->weight >= WHY_LIMITS;
    if (p == NULL)
        return 1 + has_hint;
    bool is_narrow = p->w < NARROW_W;
    enum theme_role role = limits ? THEME_NORMAL : THEME_DIM;
    int x = is_narrow ? 4 : 2 + WHY_W;
    draw_format(p, y, 2, is_narrow ? p->w - 2 : WHY_W - 1,
                limits ? THEME_STRONG : THEME_DIM, "%zu %s", i + 1, r->title);
    y += is_narrow;
    draw_text(p, y, x, p->w - x, role, r->text);
    if (has_hint)
        draw_format(p, y + 1, x, p->w - x, THEME_KEY, "-> %s", r->hint);
    return 1 + is_narrow + has_hint;
}

/* The first n reasons; the rows used. p NULL: only counts. */
static int draw_why(const struct draw_pane *p, const struct why *why, size_t n,
                    bool has_hints)
{
    int y = 1;
    if (p != NULL) {
        draw_text(p, 0, 1, p->w - 1, THEME_HEADING, "Why this speed?");
        if (n < why->n || !has_hints)
            draw_right(p, 0, 18, p->w - 19, THEME_DIM,
                       "w: all of it, and what may help");
    }
    for (size_t i = 0; i < n && i < why->n; i++) {
        const struct why_reason *r = &why->reasons[i];
        y += draw_reason(p, y, i, r, has_hints && r->hint[0] != '\0');
    }
    return y;
}

/* Where room is short: the reason that weighs most, and the facts. */
static void draw_small(const struct draw_pane *p, struct overview_facts *facts,
                       const struct why *why)
{
    int y = 0;
    if (why != NULL && why->n > 0)
        y = draw_reason(p, 0, 0, &why->reasons[0],
                        why->reasons[0].hint[0] != '\0');
    for (size_t i = 1; why != NULL && i < why->n && p->w >= NARROW_W; i++)
        y += draw_reason(p, y, i, &why->reasons[i], false);
    struct draw_pane rest = draw_sub(p, y, 0, p->h - y, p->w);
    facts->p = &rest;
    overview_facts_draw(facts);
}

/* Count their rows, and those of what is next: up to s->y. Returns the former. */
static int count_facts(struct overview_facts *s)
{
    overview_facts_draw(s);
    int facts_h = s->y;
    overview_facts_next(s);
    return facts_h;
}

/* Facts above why above what is next, with gaps and hints where there is room. */
static void draw_one_column(const struct draw_pane *p,
                            struct overview_facts *facts, const struct why *why)
{
    struct overview_facts count = *facts;
    int facts_h = count_facts(&count);
    if (count.y + 1 + FEW > p->h) {
        count = *facts;
        count.is_brief = facts->is_brief = true;
        facts_h = count_facts(&count);
    }
    int room = p->h - count.y, why_h = 0;
    size_t n = why != NULL ? why->n : 0;
    if (why != NULL) {
        /* The lighter ones give way to what is next. */
        while (n > FEW && draw_why(NULL, why, n, false) > room)
            n--;
        why_h = draw_why(NULL, why, n, true);
    }
    bool has_hints = why_h <= room;
    if (why != NULL && !has_hints)
        why_h = draw_why(NULL, why, n, false);
    int gap = room - why_h >= 3;
    struct draw_pane part = draw_sub(p, gap, 0, facts_h, p->w);
    facts->p = &part;
    overview_facts_draw(facts);
    int y = gap + facts_h + gap;
    struct draw_pane reasons = draw_sub(p, y, 0, why_h, p->w);
    if (why != NULL)
        draw_why(&reasons, why, n, has_hints);
    y += why_h + gap;
    part = draw_sub(p, y, 0, p->h - y, p->w);
    facts->y = 0;
    overview_facts_next(facts);
    overview_facts_rates(facts);
}

static void draw_two_columns(const struct draw_pane *p,
                             struct overview_facts *facts,
                             const struct why *why)
{
    int left_w = p->w / 2 < LEFT_MAX_W ? p->w / 2 : LEFT_MAX_W;
    struct draw_pane left = draw_sub(p, 1, 0, p->h - 1, left_w);
    struct draw_pane right = draw_sub(p, 1, left_w, p->h - 1, p->w - left_w);
    facts->p = &left;
    overview_facts_draw(facts);
    facts->y++;
    overview_facts_next(facts);
    overview_facts_rates(facts);
    if (why != NULL)
        draw_why(&right, why, why->n, true);
}

static void view_overview_draw(void *self, struct view_world *w,
                               const struct draw_pane *p)
{
    const struct view_overview *v = self;
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    if (t == NULL) {
        draw_text(p, 0, 1, p->w, THEME_DIM, "this torrent is gone");
        return;
    }
    const struct detail *d = view_detail(w);
    const struct why *why = d != NULL && d->why.n > 0 ? &d->why : NULL;
    struct overview_facts facts = {.f = w->frame, .t = t, .d = d};
    int top = draw_top(p, t, d);
    struct draw_pane rest = draw_sub(p, top, 0, p->h - top, p->w);
    if (v->is_about_why && why != NULL)
        draw_why(&rest, why, why->n, true);
    else if (p->h < SMALL_H)
        draw_small(&rest, &facts, why);
    else if (p->w >= TWO_FROM_W)
        draw_two_columns(&rest, &facts, why);
    else
        draw_one_column(&rest, &facts, why);
}

static bool view_overview_act(void *self, struct view_world *w,
                              enum keys_action action)
{
    struct view_overview *v = self;
    if (action == KEYS_WHY) {
        v->is_about_why = !v->is_about_why;
        return true;
    }
    return torrent_acts_do(w, action, &w->torrent, w->torrent != 0);
}

const struct view_ops *view_overview_ops(void)
{
    static const struct view_ops ops = {
        .title = "Over",
        .scope = KEYS_DETAIL,
        .parts = FOCUS_PIECES | FOCUS_HISTORY,
        .make = make,
        .free = free,
        .draw = view_overview_draw,
        .act = view_overview_act,
    };
    return &ops;
}
