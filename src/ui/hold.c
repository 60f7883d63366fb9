#include "config.h"

#include "ui/hold.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/moment.h"
#include "ui/reel.h"
#include "ui/torrent_acts.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    LONG_FROM_W =
        80, /* columns from which the header has the time and all keys */
    SHORT_FROM_W = 40, /* and from which it has how long ago */
    DURATION_LEN = 16
};

struct hold {
    struct reel *reel;    /* owned */
    struct event *events; /* owned: HOLD_MAX_EVENTS */
    size_t n_later;       /* of them, behind those shown */
};

struct hold *hold_new(void)
{
    struct hold *h = xzalloc(sizeof *h);
    h->reel = reel_new(REEL_MAX_BYTES);
    h->events = xcalloc(HOLD_MAX_EVENTS, sizeof *h->events);
    return h;
}

void hold_free(struct hold *h)
{
    if (h == NULL)
        return;
    reel_free(h->reel);
    free(h->events);
    free(h);
}

static void follow(const struct hold *h, struct view_world *w)
{
    w->frame = reel_shown(h->reel);
    w->latest = reel_latest(h->reel);
}

void hold_on_frame(struct hold *h, struct view_world *w, struct frame *f)
{
    reel_put(h->reel, f);
    follow(h, w);
}

/* Events. */

/* Of all that are kept, show the first n. */
static void show_events(struct hold *h, struct view_world *w, size_t n)
{
    size_t n_all = w->n_events + h->n_later;
    w->n_events_ever = w->n_events_ever - w->n_events + n;
    w->n_events = n;
    h->n_later = n_all - n;
}

static void show_events_until(struct hold *h, struct view_world *w,
                              int64_t at_ms)
{
    size_t n = w->n_events + h->n_later;
    while (n > 0 && h->events[n - 1].at_ms > at_ms)
        n--;
    show_events(h, w, n);
}

void hold_on_event(struct hold *h, struct view_world *w, const struct event *e)
{
    size_t n_all = w->n_events + h->n_later;
    w->events = h->events;
    if (n_all == HOLD_MAX_EVENTS) {
        if (w->n_events == 0)
            show_events(h, w, 1);
        n_all--;
        memmove(h->events, h->events + 1, n_all * sizeof *h->events);
        w->n_events--;
    }
    h->events[n_all] = *e;
    h->n_later++;
    if (!reel_is_held(h->reel))
        show_events(h, w, n_all + 1);
}

/* Keys. */

/* F: holds, or goes on. */
static void toggle(struct hold *h, struct view_world *w)
{
    if (reel_is_held(h->reel)) {
        reel_release(h->reel);
        show_events(h, w, w->n_events + h->n_later);
    } else
        reel_hold(h->reel);
    follow(h, w);
}

static void step(struct hold *h, struct view_world *w, int seconds)
{
    const struct reel *r = h->reel;
    if (seconds < 0)
        reel_hold(h->reel);
    if (reel_step(h->reel, seconds)) {
        follow(h, w);
        show_events_until(h, w, w->frame->now_ms);
    } else if (reel_is_held(r))
        snprintf(w->message, sizeof w->message, "%s",
                 seconds < 0 ? "nothing older was kept"
                             : "this is the newest: F goes on with it");
    else
        snprintf(w->message, sizeof w->message,
                 "the view is not held: F holds it");
}

bool hold_act(struct hold *h, struct view_world *w, enum keys_action action)
{
    static const struct {
        enum keys_action action;
        int seconds;
    } steps[] = {
        {KEYS_EARLIER, -1},       {KEYS_LATER, 1},
        {KEYS_MUCH_EARLIER, -10}, {KEYS_MUCH_LATER, 10},
        {KEYS_EARLIEST, INT_MIN}, {KEYS_LATEST, INT_MAX},
    };
    if (action == KEYS_FREEZE) {
        toggle(h, w);
        return true;
    }
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (steps[i].action != action)
            continue;
        step(h, w, steps[i].seconds);
        return true;
    }
    return false;
}

bool hold_is_on(const struct hold *h)
{
    return reel_is_held(h->reel);
}

/* Words. */

static void clock_of(const struct frame *f, char dst[MOMENT_LEN])
{
    struct moment m = {0};
    moment_follow(&m, f);
    moment_clock(&m, f->now_ms, dst);
}

void hold_words(const struct hold *h, int width, char dst[HOLD_WORDS_LEN])
{
    dst[0] = '\0';
    if (!reel_is_held(h->reel))
        return;
    char clock[MOMENT_LEN], ago[DURATION_LEN];
    clock_of(reel_shown(h->reel), clock);
    text_duration(ago, sizeof ago, reel_ago_s(h->reel));
    if (width >= LONG_FROM_W)
        snprintf(dst, HOLD_WORDS_LEN, " held %s, %s ago (,/. step, F live) ",
                 clock, ago);
    else if (width >= SHORT_FROM_W)
        snprintf(dst, HOLD_WORDS_LEN, " held %s ago, F live ", ago);
    else
        snprintf(dst, HOLD_WORDS_LEN, " held ");
}

/* Parts that are in the frame itself. */
static const uint32_t of_frame = FOCUS_ALL_HISTORY | FOCUS_DHT;

/* Which of these parts are not in a frame. */
static uint32_t missing(const struct frame *f, const struct focus *needs)
{
    const struct detail *d = f->detail;
    bool is_of_it = d != NULL && d->torrent == needs->torrent;
    uint32_t has = is_of_it ? d->focus.parts & ~of_frame : 0;
    if (f->history != NULL)
        has |= FOCUS_ALL_HISTORY;
    if (f->dht != NULL || f->dht_state == FRAME_DHT_OFF)
        has |= FOCUS_DHT;
    /* What is told of one peer is told of no other. */
    if (is_of_it && d->focus.peer != needs->peer)
        has &= ~(uint32_t)FOCUS_TRACE;
    return needs->parts & ~has;
}

void hold_settle(struct hold *h, struct view_world *w,
                 const struct focus *needs)
{
    if (!reel_is_held(h->reel) || missing(w->frame, needs) == 0)
        return;
    if (reel_settle(h->reel))
        follow(h, w);
}

bool hold_draw_lack(const struct hold *h, const struct view_world *w,
                    const struct focus *needs, uint32_t optional,
                    const struct draw_pane *p)
{
    if (!reel_is_held(h->reel))
        return false;
    /* What the latest has not either nobody could have seen. */
    uint32_t lacks =
        missing(w->frame, needs) & ~missing(w->latest, needs) & ~optional;
    if (lacks == 0)
        return false;
    char clock[MOMENT_LEN];
    clock_of(w->frame, clock);
    bool is_there = (lacks & ~of_frame) == 0 ||
                    torrent_acts_find(w, needs->torrent) != NULL;
    draw_format(p, 0, 1, p->w - 1, THEME_STRONG,
                is_there ? "of %s this was not kept:"
                         : "at %s this torrent was not there",
                clock);
    if (is_there)
        draw_text(p, 1, 1, p->w - 1, THEME_NORMAL, "nobody looked at it then");
    draw_text(p, 3, 1, p->w - 1, THEME_DIM,
              ",/. step to other moments, F: live");
    return true;
}
