#include "config.h"

#include "ui/view_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ui/listbox.h"
#include "ui/torrent_acts.h"
#include "util/xalloc.h"

enum { KIND_W = 12, TIME_W = 9 };

struct view_log {
    struct listbox rows;
    bool is_all;
};

static void *make(void)
{
    return xzalloc(sizeof(struct view_log));
}

static void *make_all(void)
{
    struct view_log *v = make();
    v->is_all = true;
    return v;
}

static enum theme_role role_of(enum event_kind kind)
{
    static const enum theme_role roles[EVENT_N_KINDS] = {
        [EVENT_REFUSED] = THEME_ALERT,   [EVENT_FINISHED] = THEME_HAVE,
        [EVENT_HASH_FAILED] = THEME_BAD, [EVENT_BANNED] = THEME_BAD,
        [EVENT_DISK] = THEME_ALERT,      [EVENT_ERROR] = THEME_ALERT,
    };
    return roles[kind];
}

static bool is_shown(const struct view_log *v, const struct view_world *w,
                     const struct event *e)
{
    return v->is_all || e->torrent == w->torrent;
}

static void draw_event(const struct draw_pane *p, int y,
                       const struct view_world *w, const struct event *e)
{
    char when[TIME_W + 1] = "";
    struct tm tm;
    int64_t age_ms = w->now_ms > e->at_ms ? w->now_ms - e->at_ms : 0;
    time_t at = (time_t)(w->wall_s - age_ms / 1000);
    if (localtime_r(&at, &tm) != NULL)
        strftime(when, sizeof when, "%H:%M:%S", &tm);
    draw_text(p, y, 1, TIME_W, THEME_DIM, when);
    draw_text(p, y, 1 + TIME_W, KIND_W, role_of(e->kind),
              event_kind_name(e->kind));
    draw_text(p, y, 1 + TIME_W + KIND_W, p->w, THEME_NORMAL, e->text);
}

static void view_log_draw(void *self, struct view_world *w,
                          const struct draw_pane *p)
{
    struct view_log *v = self;
    size_t n = 0;
    for (size_t i = 0; i < w->n_events; i++)
        n += is_shown(v, w, &w->events[i]);
    size_t height = p->h > 0 ? (size_t)p->h : 0;
    listbox_fit(&v->rows, n > height ? n - height + 1 : 1, 1);
    if (n == 0)
        draw_text(p, 0, 1, p->w, THEME_DIM, "nothing happened yet");
    size_t skip = v->rows.cursor;
    int y = 0;
    for (size_t i = w->n_events; i-- > 0 && y < p->h;) {
        if (!is_shown(v, w, &w->events[i]))
            continue;
        if (skip > 0)
            skip--;
        else
            draw_event(p, y++, w, &w->events[i]);
    }
}

static bool view_log_act(void *self, struct view_world *w,
                         enum keys_action action)
{
    struct view_log *v = self;
    return listbox_act(&v->rows, action) ||
           (!v->is_all && torrent_acts_do(w, action, &w->torrent, 1));
}

const struct view_ops *view_log_ops(void)
{
    static const struct view_ops ops = {
        .title = "Log",
        .scope = KEYS_EVENTS,
        .has_rows = true,
        .make = make,
        .free = free,
        .draw = view_log_draw,
        .act = view_log_act,
    };
    return &ops;
}

const struct view_ops *view_log_all_ops(void)
{
    static const struct view_ops ops = {
        .title = "Log",
        .scope = KEYS_HELP,
        .has_rows = true,
        .make = make_all,
        .free = free,
        .draw = view_log_draw,
        .act = view_log_act,
    };
    return &ops;
}
