#include "config.h"

#include "ui/screen.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/chrome.h"
#include "ui/hold.h"
#include "ui/keys.h"
#include "ui/leaving.h"
#include "ui/look.h"
#include "ui/notice.h"
#include "ui/paste.h"
#include "ui/prompt.h"
#include "ui/torrent_acts.h"
#include "ui/view.h"
#include "ui/view_add.h"
#include "ui/view_cockpit.h"
#include "ui/view_dht.h"
#include "ui/view_files.h"
#include "ui/view_graph.h"
#include "ui/view_help.h"
#include "ui/view_list.h"
#include "ui/view_log.h"
#include "ui/view_overview.h"
#include "ui/view_peer.h"
#include "ui/view_peers.h"
#include "ui/view_pieces.h"
#include "ui/view_trackers.h"
#include "ui/words.h"
#include "util/xalloc.h"

enum {
    MESSAGE_FROM_H = 8, /* rows from which the message has its own line */
    WHEEL_ROWS = 3,
    MAX_BEFORE = 8 /* places to go back to */
};

struct screen {
    struct view_world world;
    struct hold *hold; /* owned: frames and events, and which are shown */
    const struct view_ops *ops[VIEW_N_PLACES];
    void *views[VIEW_N_PLACES]; /* owned */
    const char *titles[VIEW_N_TABS];
    enum view_place at;
    enum view_place before[MAX_BEFORE]; /* the latest last */
    size_t n_before;
    struct draw_pane body; /* as it was drawn last */
    struct chrome_hints hints;
    struct leaving leaving;
    struct notice notice;
    struct focus focus; /* the latest that was sent */
    bool is_over, is_stale;
    uint32_t interval_ms; /* between frames; 0: the default */
    bool wants_redraw, wants_suspend, wants_mouse;
    bool has_copy;
};

struct screen *screen_new(const struct host *host)
{
    struct screen *s = xzalloc(sizeof *s);
    s->hold = hold_new();
    s->world.piece_idx = FOCUS_PIECE_NONE;
    s->world.file_idx = VIEW_NO_FILE;
    s->world.go = VIEW_STAY;
    s->world.host = *host;
    s->ops[VIEW_LIST] = view_list_ops();
    s->ops[VIEW_OVERVIEW] = view_overview_ops();
    s->ops[VIEW_PIECES] = view_pieces_ops();
    s->ops[VIEW_PEERS] = view_peers_ops();
    s->ops[VIEW_PEER] = view_peer_ops();
    s->ops[VIEW_FILES] = view_files_ops();
    s->ops[VIEW_TRACKERS] = view_trackers_ops();
    s->ops[VIEW_GRAPH] = view_graph_ops();
    s->ops[VIEW_LOG] = view_log_ops();
    s->ops[VIEW_ALL_LOG] = view_log_all_ops();
    s->ops[VIEW_COCKPIT] = view_cockpit_ops();
    s->ops[VIEW_HELP] = view_help_ops();
    s->ops[VIEW_ADD] = view_add_ops();
    s->ops[VIEW_DHT] = view_dht_ops();
    for (size_t i = 0; i < VIEW_N_PLACES; i++)
        if (s->ops[i] != NULL)
            s->views[i] = s->ops[i]->make();
    for (size_t i = 0; i < VIEW_N_TABS; i++)
        s->titles[i] = s->ops[i]->title;
    s->at = VIEW_LIST;
    s->is_stale = true;
    return s;
}

void screen_free(struct screen *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < VIEW_N_PLACES; i++)
        if (s->ops[i] != NULL)
            s->ops[i]->free(s->views[i]);
    ask_fini(&s->world.ask);
    hold_free(s->hold);
    free(s);
}

void screen_on_frame(struct screen *s, struct frame *f)
{
    hold_on_frame(s->hold, &s->world, f);
    s->is_stale = true; /* also while it is held: how long ago that was */
}

void screen_say(struct screen *s, const char *words, int64_t now_ms)
{
    snprintf(s->world.message, sizeof s->world.message, "%s", words);
    notice_answer(&s->notice, now_ms);
    s->is_stale = true;
}

void screen_on_event(struct screen *s, const struct event *e, int64_t now_ms)
{
    hold_on_event(s->hold, &s->world, e);
    s->is_over = s->is_over || (e->kind == EVENT_STOPPED && e->torrent == 0);
    s->is_stale = true;
    bool is_named = s->at < VIEW_N_TABS;
    notice_on_event(&s->notice, &s->world, e, is_named ? s->world.torrent : 0,
                    now_ms);
}

void screen_quit(struct screen *s, int64_t now_ms)
{
    leaving_quit(&s->leaving, &s->world, now_ms);
    s->is_stale = true;
}

static void set_mouse(struct screen *s, bool wants)
{
    s->wants_mouse = wants;
    view_set(&s->world, "mouse", wants ? "true" : "false");
    snprintf(s->world.message, sizeof s->world.message, "mouse: %s",
             wants ? "on; Shift selects text" : "off");
}

/* Going from place to place. */

/* To another place. A tab replaces a tab, so that one key leads back to the list. */
static void go(struct screen *s, enum view_place to)
{
    if (to == s->at || s->ops[to] == NULL)
        return;
    bool replaces = s->at < VIEW_N_TABS && to < VIEW_N_TABS;
    if (to == VIEW_LIST)
        s->n_before = 0;
    else if (!replaces) {
        if (s->n_before == MAX_BEFORE)
            memmove(s->before, s->before + 1,
                    --s->n_before * sizeof *s->before);
        s->before[s->n_before++] = s->at;
    }
    if (to == VIEW_HELP)
        s->world.help_from = s->ops[s->at]->scope;
    s->at = to;
}

static void go_back(struct screen *s)
{
    if (s->at != VIEW_LIST)
        s->at = s->n_before > 0 ? s->before[--s->n_before] : VIEW_LIST;
    else
        snprintf(s->world.message, sizeof s->world.message,
                 "from the list, q leaves");
}

/* To another tab of the same torrent; false when this is no tab. */
static bool change_tab(struct screen *s, enum keys_action action)
{
    if (s->at >= VIEW_N_TABS)
        return false;
    unsigned tab = s->at;
    if (action == KEYS_TAB_NEXT)
        tab = (tab + 1) % VIEW_N_TABS;
    else if (action == KEYS_TAB_PREV)
        tab = (tab + VIEW_N_TABS - 1) % VIEW_N_TABS;
    else if (action >= KEYS_TAB_1 && action < KEYS_TAB_1 + VIEW_N_TABS)
        tab = action - KEYS_TAB_1;
    else
        return false;
    go(s, (enum view_place)tab);
    return true;
}

/* What every view understands alike. */
static void act(struct screen *s, struct draw *d, enum keys_action action,
                int64_t now_ms)
{
    static const struct {
        enum keys_action action;
        enum view_place to;
    } ways[] = {
        {KEYS_LOG, VIEW_ALL_LOG},  {KEYS_SHOW_HELP, VIEW_HELP},
        {KEYS_WHY, VIEW_OVERVIEW}, {KEYS_OPEN, VIEW_OVERVIEW},
        {KEYS_ADD, VIEW_ADD},      {KEYS_COCKPIT, VIEW_COCKPIT},
        {KEYS_SHOW_DHT, VIEW_DHT},
    };
    if (change_tab(s, action) || limits_act(&s->world, action) ||
        hold_act(s->hold, &s->world, action))
        return;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i].action == action &&
            (ways[i].to >= VIEW_N_TABS || s->world.torrent != 0))
            go(s, ways[i].to);
    bool is_home = s->at == VIEW_LIST;
    if (action == KEYS_BACK || (action == KEYS_LEAVE && !is_home))
        go_back(s);
    else if (action == KEYS_QUIT || action == KEYS_LEAVE)
        screen_quit(s, now_ms);
    else if (action == KEYS_DETACH)
        leaving_ask(&s->world);
    else if (action == KEYS_REDRAW)
        s->wants_redraw = true;
    else if (action == KEYS_SUSPEND)
        s->wants_suspend = true;
    else if (action == KEYS_MOUSE)
        set_mouse(s, !s->wants_mouse);
    else if (action == KEYS_COMMAND)
        cmdline_open(&s->world, &s->world.torrent, s->world.torrent != 0);
    else
        look_act(&s->world, d, action);
}

/* Typed commands. */

/* The mouse by words; false: it is not about that. */
static bool run_mouse(struct screen *s, const char *word, const char *args)
{
    if (strcmp(word, "mouse") != 0)
        return false;
    if (strcmp(args, "on") == 0 || strcmp(args, "off") == 0)
        set_mouse(s, strcmp(args, "on") == 0);
    else
        snprintf(s->world.message, sizeof s->world.message,
                 "the mouse is on or off");
    return true;
}

static void run_command(struct screen *s, struct draw *d, int64_t now_ms)
{
    char words[CMDLINE_LEN];
    memcpy(words, s->world.command, sizeof words);
    s->world.command[0] = '\0';
    const char *args = cmdline_split(words);
    const struct view_ops *list = s->ops[VIEW_LIST];
    if (!leaving_called(&s->leaving, &s->world, words, now_ms) &&
        !run_mouse(s, words, args) && !look_called(&s->world, d, words, args))
        list->command(s->views[VIEW_LIST], &s->world, words, args);
}

/* Keys and the mouse. */

/* Which keys hold where the user is. */
static enum keys_scope scope_of(const struct screen *s)
{
    const struct view_ops *ops = s->ops[s->at];
    return ops->scope_now != NULL ? ops->scope_now(s->views[s->at])
                                  : ops->scope;
}

static void lay_hints(struct screen *s, int width)
{
    enum keys_scope scope = scope_of(s);
    bool leaves = s->at == VIEW_LIST && scope == KEYS_LIST;
    enum chrome_mode mode = leaves ? CHROME_LEAVES : CHROME_PLAIN;
    if (view_takes_text(&s->world, s->ops[s->at], s->views[s->at]))
        mode = CHROME_TYPES;
    chrome_lay_hints(&s->hints, scope, mode, width);
}

static void do_action(struct screen *s, struct draw *d, enum keys_action action,
                      int64_t now_ms)
{
    const struct view_ops *ops = s->ops[s->at];
    if (action == KEYS_NOTHING)
        return;
    enum keys_action told = action == KEYS_LEAVE ? KEYS_BACK : action;
    if (ops->act == NULL || !ops->act(s->views[s->at], &s->world, told))
        act(s, d, action, now_ms);
}

static void do_key(struct screen *s, struct draw *d, int key, int64_t now_ms)
{
    const struct view_ops *ops = s->ops[s->at];
    if (ask_take(&s->world.ask, &s->world, key))
        return;
    if (ops->key == NULL || !ops->key(s->views[s->at], &s->world, key))
        do_action(s, d, keys_find(scope_of(s), ops->has_rows, key), now_ms);
}

static void do_click(struct screen *s, struct draw *d,
                     const struct screen_mouse *m, int64_t now_ms)
{
    const struct view_ops *ops = s->ops[s->at];
    const struct draw_pane *body = &s->body;
    int y = m->y - body->y, x = m->x - body->x;
    bool is_tabs = s->at < VIEW_N_TABS && m->y == body->y - 1;
    if (is_tabs) {
        enum view_place tab = chrome_tab_at(s->titles, s->at, s->body.w, m->x);
        if (tab != VIEW_STAY)
            go(s, tab);
    } else if (y >= body->h) {
        lay_hints(s, body->w);
        int key = chrome_key_at(&s->hints, m->x);
        if (key != 0 && m->kind == SCREEN_CLICK)
            do_key(s, d, key, now_ms);
    } else if (y >= 0 && ops->click != NULL &&
               ops->click(s->views[s->at], &s->world, y, x) &&
               m->kind == SCREEN_DOUBLE_CLICK)
        do_action(s, d, KEYS_OPEN, now_ms);
}

static void do_mouse(struct screen *s, struct draw *d,
                     const struct screen_mouse *m, int64_t now_ms)
{
    /* A question is answered by keys: a click elsewhere is no answer. */
    if (s->world.ask.is_open)
        return;
    if (m->kind == SCREEN_CLICK || m->kind == SCREEN_DOUBLE_CLICK) {
        do_click(s, d, m, now_ms);
        return;
    }
    for (int i = 0; i < WHEEL_ROWS; i++)
        do_action(s, d, m->kind == SCREEN_WHEEL_UP ? KEYS_PREV : KEYS_NEXT,
                  now_ms);
}

/* Before and after what the user did: what views said and asked for meanwhile. */
static void begin_input(struct screen *s)
{
    notice_begin(&s->notice, &s->world);
    s->world.copy[0] = '\0';
    s->is_stale = true;
}

static void end_input(struct screen *s, struct draw *d, bool is_typing,
                      int64_t now_ms)
{
    if (s->world.command[0] != '\0')
        run_command(s, d, now_ms);
    notice_end(&s->notice, &s->world, is_typing, now_ms);
    s->has_copy = s->world.copy[0] != '\0';
    if (s->world.go == VIEW_BACK)
        go_back(s);
    else if (s->world.go != VIEW_STAY)
        go(s, s->world.go);
    s->world.go = VIEW_STAY;
}

void screen_on_key(struct screen *s, struct draw *d, int key, int64_t now_ms)
{
    bool is_typing = !s->world.ask.is_open &&
                     view_takes_text(&s->world, s->ops[s->at], s->views[s->at]);
    begin_input(s);
    do_key(s, d, key, now_ms);
    end_input(s, d, is_typing, now_ms);
}

void screen_on_mouse(struct screen *s, struct draw *d,
                     const struct screen_mouse *m, int64_t now_ms)
{
    begin_input(s);
    do_mouse(s, d, m, now_ms);
    end_input(s, d, false, now_ms);
}

void screen_on_paste(struct screen *s, struct draw *d, const struct paste *p,
                     int64_t now_ms)
{
    begin_input(s);
    if (view_takes_text(&s->world, s->ops[s->at], s->views[s->at])) {
        for (size_t i = 0; i < p->n; i++)
            do_key(s, d, p->keys[i], now_ms);
    } else if (!s->world.ask.is_open && paste_offer(p, &s->world))
        do_action(s, d, KEYS_ADD, now_ms);
    end_input(s, d, false, now_ms);
}

/* What a view waited for may have come. */
static void wait_on(struct screen *s, struct draw *d, int64_t now_ms)
{
    const struct view_ops *ops = s->ops[s->at];
    if (ops->tick == NULL)
        return;
    begin_input(s);
    ops->tick(s->views[s->at], &s->world);
    end_input(s, d, false, now_ms);
}

/* Drawing. */

static struct focus focus_of(const struct screen *s)
{
    bool is_of_torrent = s->at < VIEW_N_TABS || s->at == VIEW_COCKPIT;
    return view_focus(&s->world, s->ops[s->at], s->views[s->at], is_of_torrent);
}

/* Tell the engine what is looked at, when that changed. */
static void tell_focus(struct screen *s)
{
    struct focus now = focus_of(s);
    now.interval_ms = s->interval_ms;
    bool is_same =
        now.torrent == s->focus.torrent && now.parts == s->focus.parts &&
        now.parts_each_s == s->focus.parts_each_s &&
        (now.torrent == 0 ||
         (now.peer == s->focus.peer && now.piece_idx == s->focus.piece_idx));
    if (is_same)
        return;
    s->focus = now;
    struct command *c = command_new(COMMAND_FOCUS, now.torrent);
    c->focus = now;
    view_send(&s->world, c);
}

/* The last line: a question, what a view is asking, or the keys. */
static void draw_last(struct screen *s, const struct draw_pane *p, int y)
{
    const struct view_ops *ops = s->ops[s->at];
    const char *prompt =
        ops->prompt != NULL ? ops->prompt(s->views[s->at]) : NULL;
    char words[ASK_LINE_LEN];
    if (s->world.ask.is_open) {
        ask_words(&s->world.ask, words);
        prompt = words;
    }
    if (prompt != NULL && (!s->world.ask.is_open || s->world.ask.wants_line))
        prompt = prompt_tail(prompt, p->w - 2);
    if (prompt != NULL)
        draw_text(p, y, 1, p->w - 1, THEME_STRONG, prompt);
    else {
        lay_hints(s, p->w);
        chrome_keys(p, y, &s->hints);
    }
}

/* What the tabs are about; the overview says it itself. */
static const char *torrent_name(const struct screen *s)
{
    const struct frame_torrent *t =
        s->at == VIEW_OVERVIEW ? NULL
                               : torrent_acts_find(&s->world, s->world.torrent);
    return t != NULL ? t->name : "";
}

/* The view, or that it was not seen at the moment that is held. */
static void draw_body(struct screen *s)
{
    const struct view_ops *ops = s->ops[s->at];
    struct focus needs = focus_of(s);
    hold_settle(s->hold, &s->world, &needs);
    if (!hold_draw_lack(s->hold, &s->world, &needs, ops->optional, &s->body))
        ops->draw(s->views[s->at], &s->world, &s->body);
}

void screen_draw(struct screen *s, struct draw *d, int64_t now_ms,
                 int64_t wall_s)
{
    struct draw_pane all = draw_begin(d);
    s->world.now_ms = now_ms;
    s->world.wall_s = wall_s;
    wait_on(s, d, now_ms);
    if (s->leaving.phase == SCREEN_RUNS)
        notice_tick(&s->notice, &s->world, now_ms);
    if (s->leaving.phase == SCREEN_LEAVING)
        words_leaving(s->world.latest, now_ms - s->leaving.since_ms,
                      s->world.message);
    bool has_message = s->world.message[0] != '\0';
    int foot = all.h >= MESSAGE_FROM_H ? 2 : 1;
    int head = s->at < VIEW_N_TABS ? 2 : 1;
    char held[HOLD_WORDS_LEN];
    hold_words(s->hold, all.w, held);
    chrome_header(&all, &s->world, held);
    if (head == 2) {
        struct draw_pane tabs = draw_sub(&all, 1, 0, 1, all.w);
        chrome_tabs(&tabs, s->titles, s->at, torrent_name(s));
    }
    s->body = draw_sub(&all, head, 0, all.h - head - foot, all.w);
    draw_body(s);
    tell_focus(s);
    bool asks = s->world.ask.is_open;
    if (has_message && (foot == 2 || !asks))
        draw_text(&all, all.h - foot, 1, all.w - 1, THEME_STRONG,
                  s->world.message);
    if (foot == 2 || !has_message || asks)
        draw_last(s, &all, all.h - 1);
    s->is_stale = false;
}

bool screen_is_stale(const struct screen *s, int64_t now_ms)
{
    return s->is_stale || (s->leaving.phase == SCREEN_RUNS &&
                           notice_is_due(&s->notice, &s->world, now_ms));
}

enum screen_phase screen_phase(const struct screen *s)
{
    return s->leaving.phase;
}

bool screen_detaches(const struct screen *s)
{
    return s->leaving.detaches;
}

bool screen_is_over(const struct screen *s)
{
    return s->is_over;
}

bool screen_wants_mouse(const struct screen *s)
{
    return s->wants_mouse;
}

void screen_set_prefs(struct screen *s, const struct tui_prefs *prefs)
{
    s->wants_mouse = prefs->mouse;
    s->interval_ms = prefs->frame_ms;
    s->world.removes_at_once = !prefs->asks_remove;
    s->world.limits.alt = prefs->alt;
    s->world.limits.has_alt = prefs->alt.down_Bps > 0 || prefs->alt.up_Bps > 0;
}

/* What it was, and false from now on. */
static bool take(bool *flag)
{
    bool was = *flag;
    *flag = false;
    return was;
}

bool screen_take_redraw(struct screen *s)
{
    return take(&s->wants_redraw);
}

bool screen_take_suspend(struct screen *s)
{
    return take(&s->wants_suspend);
}

const char *screen_take_copy(struct screen *s)
{
    return take(&s->has_copy) ? s->world.copy : NULL;
}
