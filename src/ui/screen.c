#include "config.h"

#include "ui/screen.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/keys.h"
#include "ui/units.h"
#include "ui/view.h"
#include "ui/view_help.h"
#include "ui/view_list.h"
#include "ui/view_log.h"
#include "ui/view_overview.h"
#include "ui/view_peers.h"
#include "ui/view_pieces.h"
#include "ui/view_trackers.h"
#include "util/xalloc.h"

enum {
    MESSAGE_FROM_H = 8 /* rows from which the message has its own line */
};

/* In the order of the tabs; those of one torrent come first. */
enum place {
    PLACE_OVERVIEW,
    PLACE_PIECES,
    PLACE_PEERS,
    PLACE_TRACKERS,
    PLACE_LOG,
    PLACE_LIST,
    PLACE_ALL_LOG,
    PLACE_HELP,
    N_PLACES,
    N_TABS = PLACE_LIST
};

struct screen {
    struct view_world world;
    struct frame *frame;  /* owned; what is shown */
    struct frame *later;  /* owned; came while the view is held, or NULL */
    struct event *events; /* owned: SCREEN_MAX_EVENTS */
    const struct view_ops *ops[N_PLACES];
    void *views[N_PLACES]; /* owned */
    enum place at, before_help;
    enum screen_phase phase;
    int64_t message_until_ms;
    struct focus focus; /* the latest that was sent */
    bool is_frozen, is_over, is_stale, wants_redraw;
};

struct screen *screen_new(struct screen_host host)
{
    struct screen *s = xzalloc(sizeof *s);
    s->events = xcalloc(SCREEN_MAX_EVENTS, sizeof *s->events);
    s->world.events = s->events;
    s->world.piece_idx = FOCUS_PIECE_NONE;
    s->world.send = host.send;
    s->world.ctx = host.ctx;
    s->ops[PLACE_LIST] = view_list_ops();
    s->ops[PLACE_OVERVIEW] = view_overview_ops();
    s->ops[PLACE_PIECES] = view_pieces_ops();
    s->ops[PLACE_PEERS] = view_peers_ops();
    s->ops[PLACE_TRACKERS] = view_trackers_ops();
    s->ops[PLACE_LOG] = view_log_ops();
    s->ops[PLACE_ALL_LOG] = view_log_all_ops();
    s->ops[PLACE_HELP] = view_help_ops();
    for (size_t i = 0; i < N_PLACES; i++)
        s->views[i] = s->ops[i]->make();
    s->at = PLACE_LIST;
    s->is_stale = true;
    return s;
}

void screen_free(struct screen *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < N_PLACES; i++)
        s->ops[i]->free(s->views[i]);
    frame_free(s->frame);
    frame_free(s->later);
    free(s->events);
    free(s);
}

void screen_on_frame(struct screen *s, struct frame *f)
{
    if (s->is_frozen) {
        frame_free(s->later);
        s->later = f;
        return;
    }
    frame_free(s->frame);
    s->frame = f;
    s->world.frame = f;
    s->is_stale = true;
}

static void say(struct screen *s, int64_t now_ms)
{
    s->message_until_ms = now_ms + SCREEN_MESSAGE_MS;
    s->is_stale = true;
}

void screen_on_event(struct screen *s, const struct event *e, int64_t now_ms)
{
    if (s->world.n_events == SCREEN_MAX_EVENTS) {
        memmove(s->events, s->events + 1,
                (SCREEN_MAX_EVENTS - 1) * sizeof *s->events);
        s->world.n_events--;
    }
    s->events[s->world.n_events++] = *e;
    s->is_over = s->is_over || (e->kind == EVENT_STOPPED && e->torrent == 0);
    snprintf(s->world.message, sizeof s->world.message, "%s: %s",
             event_kind_name(e->kind), e->text);
    say(s, now_ms);
}

void screen_quit(struct screen *s, int64_t now_ms)
{
    if (s->phase != SCREEN_RUNS) {
        s->phase = SCREEN_NOW;
        return;
    }
    s->phase = SCREEN_LEAVING;
    s->world.send(s->world.ctx, command_new(COMMAND_QUIT, 0));
    snprintf(s->world.message, sizeof s->world.message,
             "saving, and telling the trackers; q again: leave now");
    say(s, now_ms);
}

static void change_look(struct screen *s, struct draw *d,
                        enum keys_action action)
{
    struct draw_look look = draw_look(d);
    if (action == KEYS_GLYPHS)
        look.level = glyphs_next(look.level, look.is_utf8);
    else
        look.theme = (enum theme_kind)((look.theme + 1) % THEME_N);
    draw_set_look(d, look);
    snprintf(s->world.message, sizeof s->world.message, "%s: %s",
             action == KEYS_GLYPHS ? "glyphs" : "colours",
             action == KEYS_GLYPHS ? glyphs_level_name(look.level)
                                   : theme_name(look.theme));
}

static void go_back(struct screen *s, int64_t now_ms)
{
    if (s->at == PLACE_LIST)
        screen_quit(s, now_ms);
    else if (s->at == PLACE_HELP)
        s->at = s->before_help;
    else
        s->at = PLACE_LIST;
}

static void toggle_freeze(struct screen *s)
{
    s->is_frozen = !s->is_frozen;
    struct frame *f = s->later;
    s->later = NULL;
    if (f != NULL)
        screen_on_frame(s, f);
}

/* To another tab of the same torrent; false when this is no tab. */
static bool change_tab(struct screen *s, enum keys_action action)
{
    if (s->at >= N_TABS)
        return false;
    unsigned tab = s->at;
    if (action == KEYS_TAB_NEXT)
        tab = (tab + 1) % N_TABS;
    else if (action == KEYS_TAB_PREV)
        tab = (tab + N_TABS - 1) % N_TABS;
    else if (action >= KEYS_TAB_1 && action < KEYS_TAB_1 + N_TABS)
        tab = action - KEYS_TAB_1;
    else
        return false;
    s->at = (enum place)tab;
    return true;
}

/* What every view understands alike. */
static void act(struct screen *s, struct draw *d, enum keys_action action,
                int64_t now_ms)
{
    if (change_tab(s, action))
        return;
    if (action == KEYS_OPEN && s->world.torrent != 0)
        s->at = PLACE_OVERVIEW;
    else if (action == KEYS_BACK)
        go_back(s, now_ms);
    else if (action == KEYS_QUIT)
        screen_quit(s, now_ms);
    else if (action == KEYS_FREEZE)
        toggle_freeze(s);
    else if (action == KEYS_LOG)
        s->at = PLACE_ALL_LOG;
    else if (action == KEYS_REDRAW)
        s->wants_redraw = true;
    else if (action == KEYS_GLYPHS || action == KEYS_THEME)
        change_look(s, d, action);
    else if (action == KEYS_SHOW_HELP && s->at != PLACE_HELP) {
        s->before_help = s->at;
        s->at = PLACE_HELP;
    }
}

void screen_on_key(struct screen *s, struct draw *d, int key, int64_t now_ms)
{
    const struct view_ops *ops = s->ops[s->at];
    void *view = s->views[s->at];
    char before[VIEW_MESSAGE_LEN];
    memcpy(before, s->world.message, sizeof before);
    s->world.message[0] = '\0';
    s->is_stale = true;
    if (ops->key == NULL || !ops->key(view, &s->world, key)) {
        enum keys_action action = keys_find(ops->scope, ops->has_rows, key);
        if (action != KEYS_NOTHING &&
            (ops->act == NULL || !ops->act(view, &s->world, action)))
            act(s, d, action, now_ms);
    }
    if (s->world.message[0] != '\0')
        say(s, now_ms);
    else
        memcpy(s->world.message, before, sizeof before);
}

/* Tell the engine what is looked at, when that changed. */
static void tell_focus(struct screen *s)
{
    bool is_tab = s->at < N_TABS;
    struct focus now = {.torrent = is_tab ? s->world.torrent : 0,
                        .piece_idx =
                            is_tab ? s->world.piece_idx : FOCUS_PIECE_NONE,
                        .parts = is_tab ? s->ops[s->at]->parts : 0};
    if (now.torrent == s->focus.torrent && now.parts == s->focus.parts &&
        (now.torrent == 0 || now.piece_idx == s->focus.piece_idx))
        return;
    s->focus = now;
    struct command *c = command_new(COMMAND_FOCUS, now.torrent);
    c->focus = now;
    s->world.send(s->world.ctx, c);
}

static void draw_header(struct screen *s, const struct draw_pane *p)
{
    for (int x = 0; x < p->w; x++)
        draw_text(p, 0, x, 1, THEME_BAR, " ");
    const struct frame *f = s->frame;
    if (f == NULL) {
        draw_text(p, 0, 1, p->w, THEME_BAR, PACKAGE_NAME);
        return;
    }
    size_t n_active = 0;
    for (size_t i = 0; i < f->n_torrents; i++)
        n_active += f->torrents[i]->rate_down_Bps > 0 ||
                    f->torrents[i]->rate_up_Bps > 0;
    char down[UNITS_LEN], up[UNITS_LEN];
    units_rate(down, f->rate_down_Bps);
    units_rate(up, f->rate_up_Bps);
    int x = 1;
    if (p->w > 30)
        x += draw_text(p, 0, x, 9, THEME_BAR, PACKAGE_NAME " ");
    if (p->w > 48)
        x += draw_format(p, 0, x, p->w, THEME_BAR, " %zu act/%zu  ", n_active,
                         f->n_torrents);
    x += draw_format(p, 0, x, p->w, THEME_BAR, "D %-6s U %-6s", down, up);
    if (p->w > 60)
        draw_format(p, 0, x, p->w, THEME_BAR, "  peers %u  port %u", f->n_peers,
                    f->listen_port);
    if (s->is_frozen)
        draw_right(p, 0, 0, p->w - 1, THEME_BAR, "held: F goes on");
}

/* The tabs, in a torrent's views. */
static void draw_tabs(struct screen *s, const struct draw_pane *p)
{
    int x = 1;
    for (int i = 0; i < (int)N_TABS; i++) {
        bool here = (int)s->at == i;
        x += draw_format(p, 0, x, p->w, here ? THEME_HEADING : THEME_DIM,
                         here ? "[%d %s]" : " %d %s ", i + 1, s->ops[i]->title);
    }
}

/* The keys of this view, as many as there is room for. */
static void draw_keys(struct screen *s, const struct draw_pane *p, int y)
{
    const struct view_ops *ops = s->ops[s->at];
    const char *prompt =
        ops->prompt != NULL ? ops->prompt(s->views[s->at]) : NULL;
    if (prompt != NULL) {
        draw_text(p, y, 1, p->w - 1, THEME_STRONG, prompt);
        return;
    }
    size_t n;
    const struct keys_binding *table = keys_table(&n);
    int x = 1;
    for (size_t pass = 0; pass < 2; pass++) {
        enum keys_scope scope = pass == 0 ? ops->scope : KEYS_ANYWHERE;
        for (size_t i = 0; i < n; i++) {
            if (table[i].scope != scope || table[i].hint == NULL)
                continue;
            char name[KEYS_NAME_LEN];
            keys_name(table[i].keys[0], name);
            int wide = (int)(strlen(name) + 1 + strlen(table[i].hint));
            if (x + wide >= p->w)
                continue;
            x += draw_text(p, y, x, p->w, THEME_KEY, name) + 1;
            x += draw_text(p, y, x, p->w, THEME_DIM, table[i].hint) + 2;
        }
    }
}

void screen_draw(struct screen *s, struct draw *d, int64_t now_ms,
                 int64_t wall_s)
{
    struct draw_pane all = draw_begin(d);
    s->world.now_ms = now_ms;
    s->world.wall_s = wall_s;
    if (now_ms >= s->message_until_ms && s->phase == SCREEN_RUNS)
        s->world.message[0] = '\0';
    bool has_message = s->world.message[0] != '\0';
    int foot = all.h >= MESSAGE_FROM_H ? 2 : 1;
    int head = s->at < N_TABS ? 2 : 1;
    draw_header(s, &all);
    struct draw_pane tabs = draw_sub(&all, 1, 0, head - 1, all.w);
    draw_tabs(s, &tabs);
    struct draw_pane body = draw_sub(&all, head, 0, all.h - head - foot, all.w);
    s->ops[s->at]->draw(s->views[s->at], &s->world, &body);
    tell_focus(s);
    if (has_message)
        draw_text(&all, all.h - foot, 1, all.w - 1, THEME_STRONG,
                  s->world.message);
    if (foot == 2 || !has_message)
        draw_keys(s, &all, all.h - 1);
    s->is_stale = false;
}

bool screen_is_stale(const struct screen *s, int64_t now_ms)
{
    bool expired = s->world.message[0] != '\0' &&
                   now_ms >= s->message_until_ms && s->phase == SCREEN_RUNS;
    return s->is_stale || expired;
}

enum screen_phase screen_phase(const struct screen *s)
{
    return s->phase;
}

bool screen_is_over(const struct screen *s)
{
    return s->is_over;
}

bool screen_take_redraw(struct screen *s)
{
    bool wants = s->wants_redraw;
    s->wants_redraw = false;
    return wants;
}
