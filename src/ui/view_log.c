#include "config.h"

#include "ui/view_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/log_rows.h"
#include "ui/moment.h"
#include "ui/prompt.h"
#include "ui/torrent_acts.h"
#include "util/buf.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    TIME_W = 9,
    KIND_W = 8,
    NAME_W = 20,
    NAME_FROM_W = 72,
    ROWS_Y = 1,
    FOOT_FROM_H = 8,
    FOOT_MAX_H = 4,     /* with its line */
    MAX_SAVED = 1 << 20 /* bytes */
};

struct view_log {
    struct log_rows rows;
    struct moment moment;
    struct prompt filter;
    char line[PROMPT_MAX_LEN + 16];
    bool is_all;
};

static void *make(void)
{
    return xzalloc(sizeof(struct view_log));
}

static void *make_all(void)
{
    struct view_log *v = make();
    v->is_all = v->rows.is_all = true;
    return v;
}

static void view_log_free(void *self)
{
    struct view_log *v = self;
    log_rows_fini(&v->rows);
    free(v);
}

/* At most KIND_W - 1 cells. */
static const char *kind_word(enum event_kind kind)
{
    switch ((int)kind) {
    case EVENT_FINISHED:
        return "done";
    case EVENT_HASH_FAILED:
        return "hash";
    case EVENT_PEER:
        return "conn";
    default:
        return event_kind_name(kind);
    }
}

static enum theme_role role_of(const struct event *e)
{
    if (e->kind == EVENT_FINISHED)
        return THEME_HAVE;
    if (e->kind == EVENT_HASH_FAILED || e->kind == EVENT_BANNED)
        return THEME_BAD;
    return log_rows_is_bad(e) ? THEME_ALERT : THEME_NORMAL;
}

/* Which torrent it is of; "#7" of one that is gone, "" of none. */
static void name_text(const struct view_world *w, const struct event *e,
                      char dst[FRAME_NAME_LEN])
{
    const struct frame_torrent *t = torrent_acts_find(w, e->torrent);
    dst[0] = '\0';
    if (t != NULL)
        snprintf(dst, FRAME_NAME_LEN, "%s", t->name);
    else if (e->torrent != 0)
        snprintf(dst, FRAME_NAME_LEN, "#%u", e->torrent);
}

/* Drawing. */

static void draw_state(const struct view_log *v, const struct draw_pane *p)
{
    static const char letters[LOG_ROWS_N_TOPICS + 1] = "cpbtndx";
    static const char *const levels[LOG_ROWS_N_LEVELS] = {"all", "matters",
                                                          "bad"};
    char topics[LOG_ROWS_N_TOPICS + 1];
    for (size_t i = 0; i <= LOG_ROWS_N_TOPICS; i++)
        topics[i] = (v->rows.hidden & 1u << i) != 0 ? '-' : letters[i];
    int x = 1;
    x += draw_format(p, 0, x, p->w - x, THEME_DIM, "topics %s  level %s  ",
                     topics, levels[v->rows.level]);
    if (v->filter.len > 0)
        x += draw_format(p, 0, x, p->w - x - 12, THEME_STRONG, "/%s  ",
                         v->filter.text);
    x += draw_format(p, 0, x, p->w - x - 12, THEME_DIM, "%zu of %zu",
                     v->rows.box.n, v->rows.n_of);
    if (x + 12 < p->w)
        draw_right(p, 0, x, p->w - 1 - x, THEME_STRONG,
                   v->rows.holds ? "follow off" : "follow ON");
}

static void draw_event(const struct view_log *v, const struct view_world *w,
                       const struct draw_pane *p, int y, size_t row)
{
    const struct event *e = log_rows_at(&v->rows, w, row);
    bool is_cursor = row == v->rows.box.cursor;
    char when[MOMENT_LEN];
    int x = 1;
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    moment_clock(&v->moment, e->at_ms, when);
    draw_text(p, y, x, TIME_W, THEME_DIM, when);
    x += TIME_W;
    draw_text(p, y, x, KIND_W - 1, role_of(e), kind_word(e->kind));
    x += KIND_W;
    if (v->is_all && p->w >= NAME_FROM_W) {
        char name[FRAME_NAME_LEN];
        name_text(w, e, name);
        draw_text(p, y, x, NAME_W, THEME_DIM, name);
        x += NAME_W + 1;
    }
    enum theme_role role = log_rows_is_bad(e) ? role_of(e) : THEME_NORMAL;
    draw_text(p, y, x, p->w - x, is_cursor ? THEME_CURSOR : role, e->text);
}

/* The length in bytes of what of a clean text fits in w cells, at a space where there
 * is one. */
static size_t line_len(const char *text, int w)
{
    size_t len = strlen(text), used = 0, space = 0;
    while (used < len) {
        uint32_t c;
        size_t step = text_decode((const uint8_t *)text + used, len - used, &c);
        char head[EVENT_TEXT_LEN];
        snprintf(head, sizeof head, "%.*s", (int)(used + step), text);
        if (step == 0 || (int)text_width(head) > w)
            return space > 0 ? space : used;
        if (c == ' ')
            space = used + 1;
        used += step;
    }
    return used;
}

/* All of the selected event's words, below, when its row is too short for them. */
static void draw_foot(const struct view_log *v, const struct view_world *w,
                      const struct draw_pane *p)
{
    const struct event *e = log_rows_at(&v->rows, w, v->rows.box.cursor);
    draw_glyphs(p, 0, 0, p->w, THEME_DIM, GLYPHS_HLINE);
    if (e == NULL || p->w < 8)
        return;
    char clean[EVENT_TEXT_LEN], line[EVENT_TEXT_LEN];
    text_clean(clean, sizeof clean, e->text, strlen(e->text));
    const char *rest = clean;
    for (int y = 1; y < p->h && *rest != '\0'; y++) {
        size_t len = line_len(rest, p->w - 2);
        if (len == 0)
            break;
        snprintf(line, sizeof line, "%.*s", (int)len, rest);
        draw_text(p, y, 1, p->w - 1, THEME_NORMAL, line);
        rest += len;
    }
}

/* Rows that the selected event's words need below: with its row they are all seen. */
static int foot_h(const struct view_log *v, const struct view_world *w,
                  const struct draw_pane *p)
{
    const struct event *e = log_rows_at(&v->rows, w, v->rows.box.cursor);
    int used = 1 + TIME_W + KIND_W;
    if (v->is_all && p->w >= NAME_FROM_W)
        used += NAME_W + 1;
    if (e == NULL || p->h < FOOT_FROM_H || p->w < 8)
        return 0;
    int cells = (int)text_width(e->text);
    if (cells <= p->w - used)
        return 0;
    int h = 1 + cells / (p->w - 2) + 1;
    return h < FOOT_MAX_H ? h : FOOT_MAX_H;
}

static void view_log_draw(void *self, struct view_world *w,
                          const struct draw_pane *p)
{
    struct view_log *v = self;
    int top = p->h > 2 ? ROWS_Y : 0;
    size_t height = p->h > top ? (size_t)(p->h - top) : 0;
    moment_follow(&v->moment, w->frame);
    log_rows_fit(&v->rows, w, v->filter.text, height);
    int foot = foot_h(v, w, p);
    if (foot > 0)
        log_rows_fit(&v->rows, w, v->filter.text, height - (size_t)foot);
    if (top > 0)
        draw_state(v, p);
    if (v->rows.box.n == 0)
        draw_text(p, top, 1, p->w - 1, THEME_DIM,
                  v->rows.n_of == 0 ? "nothing happened yet"
                                    : "nothing of this kind: 0 shows all");
    const struct listbox *box = &v->rows.box;
    for (size_t i = 0; i < box->height && box->top + i < box->n; i++)
        draw_event(v, w, p, top + (int)i, box->top + i);
    struct draw_pane below = draw_sub(p, p->h - foot, 0, foot, p->w);
    if (foot > 0)
        draw_foot(v, w, &below);
}

/* What keys do. */

/* One event as a line, its time and torrent with it. */
static void line_text(const struct view_log *v, const struct view_world *w,
                      const struct event *e, char *dst, size_t cap)
{
    char when[MOMENT_LEN], name[FRAME_NAME_LEN] = "";
    moment_clock(&v->moment, e->at_ms, when);
    if (v->is_all)
        name_text(w, e, name);
    snprintf(dst, cap, "%s %-11s %s%s%s", when, event_kind_name(e->kind), name,
             name[0] != '\0' ? ": " : "", e->text);
}

static void copy_line(struct view_log *v, struct view_world *w)
{
    const struct event *e = log_rows_at(&v->rows, w, v->rows.box.cursor);
    if (e == NULL)
        return;
    line_text(v, w, e, w->copy, sizeof w->copy);
    snprintf(w->message, sizeof w->message, "the line is copied");
}

/* Write what is shown to a file, the oldest first. */
static void save(struct view_log *v, struct view_world *w)
{
    if (w->host.save == NULL) {
        snprintf(w->message, sizeof w->message, "nothing can be saved here");
        return;
    }
    struct buf text;
    buf_init(&text, MAX_SAVED);
    for (size_t row = v->rows.box.n; row-- > 0;) {
        char line[EVENT_TEXT_LEN + FRAME_NAME_LEN + 32];
        const struct event *e = log_rows_at(&v->rows, w, row);
        if (e == NULL)
            continue;
        line_text(v, w, e, line, sizeof line);
        if (buf_printf(&text, "%s\n", line) != OK)
            break;
    }
    char *path = NULL;
    struct cause cause;
    enum err err =
        w->host.save(w->host.ctx, "log.txt", (char *)buf_bytes(&text), text.len,
                     &path, &cause);
    snprintf(w->message, sizeof w->message,
             err == OK ? "%zu line%s in %s" : "%zu line%s not saved: %s",
             v->rows.box.n, v->rows.box.n == 1 ? "" : "s",
             err == OK ? path : cause.text);
    free(path);
    buf_fini(&text);
}

/* Where Enter leads: the torrent of an event of all; its peer or its piece. */
static bool open_event(struct view_log *v, struct view_world *w)
{
    const struct event *e = log_rows_at(&v->rows, w, v->rows.box.cursor);
    if (e == NULL)
        return true;
    if (v->is_all) {
        if (torrent_acts_find(w, e->torrent) == NULL)
            return true;
        view_select(w, e->torrent);
        w->go = VIEW_LOG;
    } else if (e->kind == EVENT_PIECE || e->kind == EVENT_HASH_FAILED) {
        w->piece_idx = e->piece_idx;
        w->go = VIEW_PIECES;
    } else if (e->peer != 0) {
        w->peer = e->peer;
        w->go = VIEW_PEERS;
    }
    return true;
}

static bool set_topics(struct view_log *v, enum keys_action action)
{
    static const struct {
        enum keys_action action;
        enum log_rows_topic topic;
    } topics[] = {
        {KEYS_TOPIC_CHOKE, LOG_ROWS_CHOKE},
        {KEYS_TOPIC_PIECE, LOG_ROWS_PIECE},
        {KEYS_TOPIC_HASH, LOG_ROWS_HASH},
        {KEYS_TOPIC_TRACKER, LOG_ROWS_TRACKER},
        {KEYS_TOPIC_PEER, LOG_ROWS_PEER},
        {KEYS_TOPIC_DISK, LOG_ROWS_DISK},
        {KEYS_TOPIC_GENERAL, LOG_ROWS_GENERAL},
    };
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++)
        if (topics[i].action == action) {
            v->rows.hidden ^= 1u << topics[i].topic;
            return true;
        }
    return false;
}

static void show_all(struct view_log *v)
{
    v->rows.hidden = 0;
    v->rows.level = LOG_ROWS_ALL;
    prompt_open(&v->filter, "");
    v->filter.is_open = false;
}

static bool view_log_act(void *self, struct view_world *w,
                         enum keys_action action)
{
    struct view_log *v = self;
    if (log_rows_move(&v->rows, action) || set_topics(v, action))
        return true;
    if (action == KEYS_TOPIC_ALL || (action == KEYS_BACK && v->filter.len > 0))
        show_all(v);
    else if (action == KEYS_FOLLOW)
        v->rows.holds = !v->rows.holds;
    else if (action == KEYS_LEVEL)
        v->rows.level = (v->rows.level + 1) % LOG_ROWS_N_LEVELS;
    else if (action == KEYS_FILTER)
        prompt_open(&v->filter, v->filter.text);
    else if (action == KEYS_COPY)
        copy_line(v, w);
    else if (action == KEYS_SAVE)
        save(v, w);
    else if (action == KEYS_OPEN)
        return open_event(v, w);
    else
        return !v->is_all && torrent_acts_do(w, action, &w->torrent, 1);
    return true;
}

static bool view_log_key(void *self, struct view_world *w, int key)
{
    (void)w;
    struct view_log *v = self;
    if (!v->filter.is_open)
        return false;
    if (prompt_key(&v->filter, key) == PROMPT_CANCELLED) {
        prompt_open(&v->filter, "");
        v->filter.is_open = false;
    }
    return true;
}

static bool view_log_click(void *self, struct view_world *w, int y, int x)
{
    (void)w;
    (void)x;
    struct view_log *v = self;
    const struct listbox *box = &v->rows.box;
    if (y < ROWS_Y || (size_t)(y - ROWS_Y) >= box->height ||
        box->top + (size_t)(y - ROWS_Y) >= box->n)
        return false;
    log_rows_go(&v->rows, box->top + (size_t)(y - ROWS_Y));
    return true;
}

static const char *view_log_prompt(void *self)
{
    struct view_log *v = self;
    if (!v->filter.is_open)
        return NULL;
    prompt_line(&v->filter, "filter:", v->line, sizeof v->line);
    return v->line;
}

const struct view_ops *view_log_ops(void)
{
    static const struct view_ops ops = {
        .title = "Log",
        .scope = KEYS_EVENTS,
        .has_rows = true,
        .make = make,
        .free = view_log_free,
        .draw = view_log_draw,
        .key = view_log_key,
        .act = view_log_act,
        .click = view_log_click,
        .prompt = view_log_prompt,
    };
    return &ops;
}

const struct view_ops *view_log_all_ops(void)
{
    static const struct view_ops ops = {
        .title = "Log",
        .scope = KEYS_ALL_EVENTS,
        .has_rows = true,
        .make = make_all,
        .free = view_log_free,
        .draw = view_log_draw,
        .key = view_log_key,
        .act = view_log_act,
        .click = view_log_click,
        .prompt = view_log_prompt,
    };
    return &ops;
}
