#include "config.h"

#include "ui/view_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ui/listbox.h"
#include "ui/peer_acts.h"
#include "ui/peer_page.h"
#include "ui/peer_trace.h"
#include "ui/prompt.h"
#include "ui/torrent_acts.h"
#include "util/fold.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    TIME_W = 13,       /* "06:12:41.203 " */
    SIDE_FROM_W = 140, /* cells from which the messages stand beside the rest */
    MESSAGE_W = 80,    /* what they take there at least, in a wider one half */
    SIDE_FROM_H = 20,  /* and rows */
    TRACE_MIN_H = 4,   /* rows that are left to messages below the rest */
    CLOCK_STEP_MS =
        2000 /* by which the time of day was set anew, not read late */
};

struct view_peer {
    struct peer_page page;
    enum peer_trace_show show;
    struct listbox rows;
    uint16_t shown[DETAIL_MAX_TRACE]; /* messages that the filter takes */
    size_t n_shown;
    bool is_held;    /* the cursor stays on a message; else on the latest */
    uint64_t held;   /* its number, counted from the first of all */
    uint64_t n_lost; /* number of the first that is kept */
    int64_t wall_ms; /* milliseconds since 1970 at the model's 0; 0: unknown */
    struct prompt find;
    int rows_y, rows_x;
    char line[PROMPT_MAX_LEN + 32];
};

_Static_assert(DETAIL_MAX_TRACE <= UINT16_MAX, "an index is 16 bits");

static void *make(void)
{
    return xzalloc(sizeof(struct view_peer));
}

/* The detail, when it has the messages of the selected peer. */
static const struct detail *traced(const struct view_world *w)
{
    const struct detail *d = view_detail(w);
    return d != NULL && d->focus.peer == w->peer ? d : NULL;
}

/* Another peer: begin anew, with what was chosen kept. */
static void begin(struct view_peer *v)
{
    v->is_held = false;
    v->n_shown = 0;
    v->n_lost = 0;
    v->rows = (struct listbox){0};
}

/* The frame's time of day is in whole seconds, its clock finer: the greatest difference
 * seen is the true one, so that a message's time stays what it was. */
static void set_clock(struct view_peer *v, const struct frame *f)
{
    int64_t seen_ms = f->now_wall * 1000 - f->now_ms;
    if (v->wall_ms == 0 || seen_ms > v->wall_ms ||
        v->wall_ms - seen_ms > CLOCK_STEP_MS)
        v->wall_ms = seen_ms;
}

/* Choose messages, the cursor on the one that is held, or the latest. */
static void arrange(struct view_peer *v, const struct detail *d, int height)
{
    size_t was = v->rows.cursor, row = 0;
    v->n_shown = 0;
    v->n_lost = d != NULL ? d->n_trace_lost : 0;
    for (size_t i = 0; d != NULL && i < d->n_trace && i < DETAIL_MAX_TRACE; i++)
        if (peer_trace_is_shown(&d->trace[i], v->show)) {
            row += v->n_lost + i < v->held;
            v->shown[v->n_shown++] = (uint16_t)i;
        }
    listbox_fit(&v->rows, v->n_shown, height > 0 ? (size_t)height : 0);
    /* Those before it fell out: it moves up among the rest, not on the screen. */
    if (v->is_held && row < was)
        v->rows.top -= was - row < v->rows.top ? was - row : v->rows.top;
    listbox_go(&v->rows, v->is_held ? row : v->n_shown);
}

/* The cursor was moved: hold it there; on the last one it follows. */
static void hold(struct view_peer *v)
{
    v->is_held = v->n_shown > 0 && v->rows.cursor + 1 < v->n_shown;
    if (v->is_held)
        v->held = v->n_lost + v->shown[v->rows.cursor];
}

/* Drawing. */

static void draw_time(const struct draw_pane *p, int y, int64_t at_ms)
{
    char text[32] = "", when[TIME_W + 24];
    time_t at = (time_t)(at_ms / 1000);
    struct tm tm;
    if (localtime_r(&at, &tm) != NULL)
        strftime(text, sizeof text, "%H:%M:%S", &tm);
    snprintf(when, sizeof when, "%s.%03u", text, (unsigned)(at_ms % 1000));
    draw_text(p, y, 1, TIME_W, THEME_DIM, when);
}

static void draw_message(const struct view_peer *v, const struct draw_pane *p,
                         int y, const struct detail_trace *e, bool is_cursor)
{
    char text[PEER_TRACE_LINE_LEN];
    peer_trace_line(e, text);
    bool is_found = v->find.len > 0 && fold_has(text, v->find.text);
    if (is_cursor && v->is_held)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    draw_time(p, y, v->wall_ms + e->at_ms);
    int n = draw_text(p, y, 1 + TIME_W, p->w, peer_trace_role(e), text);
    if (is_found)
        draw_tint(p, y, 1 + TIME_W, n, THEME_BAR);
}

static void draw_trace(struct view_peer *v, const struct draw_pane *p,
                       const struct detail *d)
{
    char lost[40] = "";
    arrange(v, d, p->h - 1);
    if (d != NULL && d->n_trace_lost > 0)
        snprintf(lost, sizeof lost, "  %llu messages lost",
                 (unsigned long long)d->n_trace_lost);
    draw_glyphs(p, 0, 0, p->w, THEME_DIM, GLYPHS_HLINE);
    draw_format(p, 0, 2, p->w - 2, THEME_NORMAL, " messages: %s (t)  %s%s%s%s ",
                peer_trace_show_name(v->show),
                v->is_held ? "held (G follows)" : "following", lost,
                v->find.len > 0 ? "  /" : "", v->find.text);
    if (v->n_shown == 0)
        draw_text(p, 1, 1, p->w - 1, THEME_DIM,
                  "none yet: they are kept from now on");
    for (size_t i = v->rows.top;
         i < v->n_shown && i - v->rows.top < v->rows.height; i++)
        draw_message(v, p, 1 + (int)(i - v->rows.top), &d->trace[v->shown[i]],
                     i == v->rows.cursor);
}

static void view_peer_draw(void *self, struct view_world *w,
                           const struct draw_pane *p)
{
    struct view_peer *v = self;
    const struct detail *d = view_detail(w);
    const struct detail_gone *gone = peer_acts_gone(w);
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    if (v->page.id != w->peer)
        begin(v);
    peer_page_look(&v->page, d, w->peer);
    v->rows_y = p->h;
    if (d == NULL || w->peer == 0 || (!v->page.is_seen && gone == NULL)) {
        draw_text(p, 0, 1, p->w - 1, THEME_DIM,
                  w->peer == 0 ? "no peer is selected"
                               : "nothing is known of that peer");
        return;
    }
    set_clock(v, w->frame);
    bool is_beside = p->w >= SIDE_FROM_W && p->h >= SIDE_FROM_H;
    int left = !is_beside             ? p->w
               : p->w < 2 * MESSAGE_W ? p->w - MESSAGE_W
                                      : p->w / 2;
    struct draw_pane facts =
        draw_sub(p, 0, 0, is_beside ? p->h : p->h - TRACE_MIN_H, left);
    int y = peer_page_draw(&v->page, &facts, d, gone, t != NULL ? t->name : "",
                           w->frame->now_ms);
    int x = is_beside ? left + 1 : 0;
    for (int i = 0; i < p->h && is_beside; i++)
        draw_glyphs(p, i, x - 1, 1, THEME_DIM, GLYPHS_VLINE);
    y = is_beside ? 0 : y;
    struct draw_pane trace = draw_sub(p, y, x, p->h - y, p->w - x);
    draw_trace(v, &trace, traced(w));
    v->rows_y = y + 1;
    v->rows_x = x;
}

/* Keys. */

/* To the next message (or the one before) with what is searched for in it, from the
 * cursor on; with `here`, its own may be it. */
static bool find(struct view_peer *v, const struct view_world *w, bool back,
                 bool here)
{
    const struct detail *d = traced(w);
    size_t i = v->rows.cursor;
    while (d != NULL && v->find.len > 0) {
        char text[PEER_TRACE_LINE_LEN];
        if (!here && (back ? i-- == 0 : ++i >= v->n_shown))
            break;
        if (i >= v->n_shown || v->shown[i] >= d->n_trace)
            break;
        here = false;
        peer_trace_line(&d->trace[v->shown[i]], text);
        if (!fold_has(text, v->find.text))
            continue;
        listbox_go(&v->rows, i);
        hold(v);
        return true;
    }
    return false;
}

static void find_and_say(struct view_peer *v, struct view_world *w, bool back)
{
    if (v->find.len == 0)
        snprintf(w->message, sizeof w->message, "/ begins a search");
    else if (!find(v, w, back, false))
        snprintf(w->message, sizeof w->message, "no message %s has \"%.100s\"",
                 back ? "before it" : "after it", v->find.text);
}

/* Search as it is typed: backwards from the latest, where one looks first. */
static bool view_peer_key(void *self, struct view_world *w, int key)
{
    struct view_peer *v = self;
    if (!v->find.is_open)
        return false;
    enum prompt_result result = prompt_key(&v->find, key);
    if (result == PROMPT_CANCELLED) {
        prompt_open(&v->find, "");
        v->find.is_open = false;
    } else if (!find(v, w, true, true) && !find(v, w, false, false) &&
               result == PROMPT_DONE)
        snprintf(w->message, sizeof w->message, "no message has \"%.100s\"",
                 v->find.text);
    return true;
}

/* The peer that came before or after this one. */
static void go_to_other(struct view_world *w, bool next)
{
    const struct detail *d = view_detail(w);
    const struct detail_peer *found = NULL;
    for (size_t i = 0; d != NULL && i < d->n_peers; i++) {
        const struct detail_peer *p = &d->peers[i];
        if (next ? p->id > w->peer && found == NULL : p->id < w->peer)
            found = p;
    }
    if (found != NULL)
        w->peer = found->id;
    else
        snprintf(w->message, sizeof w->message, "no peer came %s it",
                 next ? "after" : "before");
}

static void save(const struct view_peer *v, struct view_world *w)
{
    const struct detail *d = traced(w);
    char name[ADDR_TEXT_MAX + 32], address[ADDR_TEXT_MAX], hash[9];
    char *path = NULL;
    struct cause cause;
    size_t len;
    if (d == NULL || d->n_trace == 0 || w->host.save == NULL) {
        snprintf(w->message, sizeof w->message, "%s",
                 w->host.save == NULL ? "nothing can be saved here"
                                      : "there are no messages to save");
        return;
    }
    const struct detail_gone *gone = peer_acts_gone(w);
    const struct addr *addr = v->page.is_seen ? &v->page.peer.addr
                              : gone != NULL  ? &gone->addr
                                              : NULL;
    if (addr == NULL)
        return;
    addr_text(addr, address);
    text_hex(hash, d->info_hash, 4);
    for (char *c = address; *c != '\0'; c++)
        if (strchr("0123456789abcdef.", *c) == NULL)
            *c = '-';
    snprintf(name, sizeof name, "trace-%s-%s.jsonl", hash, address);
    char *text = peer_trace_json(d, addr, v->wall_ms, &len);
    if (w->host.save(w->host.ctx, name, text, len, &path, &cause) == OK)
        snprintf(w->message, sizeof w->message, "%zu message%s in %s",
                 d->n_trace, d->n_trace == 1 ? "" : "s", path);
    else
        snprintf(w->message, sizeof w->message, "not saved: %s", cause.text);
    free(path);
    free(text);
}

static void leave_search(struct view_peer *v)
{
    prompt_open(&v->find, "");
    v->find.is_open = false;
}

static bool view_peer_act(void *self, struct view_world *w,
                          enum keys_action action)
{
    struct view_peer *v = self;
    if (listbox_act(&v->rows, action)) {
        hold(v);
        return true;
    }
    if (peer_acts_do(w, action))
        return true;
    if (action == KEYS_SORT_LEFT || action == KEYS_SORT_RIGHT)
        go_to_other(w, action == KEYS_SORT_RIGHT);
    else if (action == KEYS_TRACE)
        v->show = (enum peer_trace_show)((v->show + 1) % PEER_TRACE_N);
    else if (action == KEYS_FILTER)
        prompt_open(&v->find, "");
    else if (action == KEYS_NEXT_MATCH || action == KEYS_PREV_MATCH)
        find_and_say(v, w, action == KEYS_PREV_MATCH);
    else if (action == KEYS_SAVE)
        save(v, w);
    else if (action == KEYS_BACK && v->find.len > 0)
        leave_search(v);
    else if (action != KEYS_OPEN)
        return torrent_acts_do(w, action, &w->torrent, 1);
    return true;
}

static bool view_peer_click(void *self, struct view_world *w, int y, int x)
{
    struct view_peer *v = self;
    (void)w;
    if (y < v->rows_y || x < v->rows_x)
        return false;
    size_t row = v->rows.top + (size_t)(y - v->rows_y);
    if (row >= v->n_shown)
        return false;
    listbox_go(&v->rows, row);
    hold(v);
    return true;
}

static const char *view_peer_prompt(void *self)
{
    struct view_peer *v = self;
    if (!v->find.is_open)
        return NULL;
    prompt_line(&v->find, "find:", v->line, sizeof v->line);
    return v->line;
}

const struct view_ops *view_peer_ops(void)
{
    static const struct view_ops ops = {
        .title = "Peer",
        .scope = KEYS_PEER,
        .has_rows = true,
        .parts = FOCUS_PEERS | FOCUS_TIMELINE | FOCUS_TRACE | FOCUS_PIECES,
        .make = make,
        .free = free,
        .draw = view_peer_draw,
        .key = view_peer_key,
        .act = view_peer_act,
        .click = view_peer_click,
        .prompt = view_peer_prompt,
    };
    return &ops;
}
