#include "config.h"

#include "ui/view_add.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef OK
#undef ERR
#include "ui/add_files.h"
#include "meta/magnet.h"
#include "ui/prompt.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    N_ORDERS = 4, /* of pieces */
    LABEL_W = 9,
    ESC = 0x1b,
    ADDED_MS = 3000, /* for which the list waits for what was added */
    CHOICES_LEN = 400,
    MAX_W = 120, /* more only puts things apart that belong together */
    WIDE_W = 72, /* below this every field has a line of its own */
    WIDE_H = 6,  /* rows of the form */
    NARROW_H = 9,
    FILES_MIN_H = 3 /* below the form, else they have all of the pane */
};

/* What the user fills in, in the order of Tab. */
enum field {
    SOURCE,
    DIR,
    START,
    ORDER,
    LABEL,
    RATIO,
    DOWN,
    UP,
    FILES,
    N_FIELDS
};

struct view_add {
    enum field at;
    struct prompt lines[N_FIELDS];     /* of those that are text */
    bool is_paused;                    /* START */
    bool is_sequential, is_first_last; /* ORDER */
    bool was_shown;
    bool adds_then; /* Enter came while the source is read: add it then */
    char source[PROMPT_MAX_LEN]; /* what is offered now */
    char choices[CHOICES_LEN];   /* of the path being completed */
    struct offer offer;          /* of this frame */
    struct add_files files;
    /* As it was drawn last. */
    int top;      /* rows of the form above the pane */
    bool is_here; /* it is one of the session's torrents already */
    int files_y;  /* where the files' heading is */
};

static bool is_text(enum field f)
{
    return f != START && f != ORDER && f != FILES;
}

static void *make(void)
{
    return xzalloc(sizeof(struct view_add));
}

static void view_add_free(void *self)
{
    struct view_add *v = self;
    add_files_fini(&v->files);
    free(v);
}

/* As it is when nothing was filled in. */
static void reset(struct view_add *v, const struct view_world *w)
{
    add_files_fini(&v->files);
    *v = (struct view_add){.was_shown = true};
    for (size_t i = 0; i < N_FIELDS; i++)
        prompt_open(&v->lines[i], "");
    prompt_open(&v->lines[DIR], w->host.dir != NULL ? w->host.dir : ".");
}

/* What is offered by now. */
static void look(struct view_add *v, struct view_world *w)
{
    w->host.offers.look(w->host.offers.ctx, &v->offer);
    add_files_show(&v->files, v->offer.meta);
    v->is_here = v->offer.meta != NULL &&
                 torrent_acts_by_hash(w, v->offer.meta->info_hash) != NULL;
}

/* Drawing. */

static enum theme_role label_role(const struct view_add *v, enum field f)
{
    return v->at == f ? THEME_CURSOR : THEME_HEADING;
}

/* A line of text at x, w cells wide with its brackets; its end is shown when it is too
 * long. */
static void draw_line(const struct view_add *v, const struct draw_pane *p,
                      int y, int x, int w, enum field f)
{
    const struct prompt *line = &v->lines[f];
    bool is_inside = v->at == f && line->n_after > 0; /* the cursor */
    char text[PROMPT_MAX_LEN + 2];
    prompt_line(line, "", text, sizeof text);
    if (!is_inside)
        snprintf(text, sizeof text, " %s", line->text);
    int room = w - 3;
    char clean[PROMPT_MAX_LEN * 3];
    text_clean(clean, sizeof clean, text + 1, strlen(text + 1));
    const char *from = clean;
    while (*from != '\0' && (int)text_width(from) > room) {
        uint32_t c;
        size_t step = text_decode((const uint8_t *)from, strlen(from), &c);
        from += step > 0 ? step : 1;
    }
    draw_text(p, y, x, 1, THEME_DIM, "[");
    int n = draw_text(p, y, x + 1, room,
                      v->at == f ? THEME_STRONG : THEME_NORMAL, from);
    if (v->at == f && !is_inside)
        draw_text(p, y, x + 1 + n, 1, THEME_CURSOR, "_");
    draw_text(p, y, x + w - 1, 1, THEME_DIM, "]");
}

static void draw_meta(const struct view_add *v, const struct draw_pane *p,
                      int y)
{
    const struct offer *o = &v->offer;
    char size[UNITS_LEN];
    bool is_other = strcmp(v->source, v->lines[SOURCE].text) != 0;
    switch (is_other && o->state == OFFER_FAILED ? OFFER_NONE : o->state) {
    case OFFER_NONE:
        draw_text(p, y, LABEL_W + 1, p->w, THEME_DIM,
                  "a path, an http(s) URL, a magnet link or an info-hash; "
                  "Enter reads it");
        return;
    case OFFER_READING:
        draw_text(p, y, LABEL_W + 1, p->w, THEME_ACTIVE,
                  v->adds_then
                      ? "reading it, to add it at once...  Esc: give up"
                      : "reading it...  Esc: give up");
        return;
    case OFFER_FAILED:
        draw_text(p, y, LABEL_W + 1, p->w - LABEL_W - 2, THEME_ALERT,
                  o->cause.text);
        return;
    case OFFER_READY:
        break;
    }
    int x = LABEL_W + 1;
    if (o->meta == NULL) {
        x += draw_text(p, y, x, p->w / 3, THEME_STRONG, o->name);
        draw_text(p, y, x, p->w - x, THEME_NORMAL,
                  v->is_paused
                      ? ": its files come later, for you to choose"
                      : ": its files come later, and are fetched at once");
        return;
    }
    units_size(size, o->meta->geo.size_bytes);
    x += draw_text(p, y, x, p->w / 2, THEME_STRONG, o->name);
    if (v->is_here)
        x += draw_text(p, y, x, p->w - x, THEME_RARE, "  is here already");
    draw_format(p, y, x, p->w - x, THEME_NORMAL,
                "  %s in %zu file%s, %u pieces, %zu tracker%s%s", size,
                v->files.n, v->files.n == 1 ? "" : "s", o->meta->geo.n_pieces,
                o->meta->n_trackers, o->meta->n_trackers == 1 ? "" : "s",
                o->meta->is_private ? ", private" : "");
}

/* Free and needed space, and what is there already. */
static void draw_folder(const struct view_add *v, const struct draw_pane *p,
                        int y)
{
    const struct offer_folder *f = &v->offer.folder;
    if (!f->is_known || v->offer.state != OFFER_READY)
        return;
    if (f->trouble.text[0] != '\0') {
        draw_text(p, y, LABEL_W + 1, p->w, THEME_ALERT, f->trouble.text);
        return;
    }
    char free_text[UNITS_LEN] = "?", need[UNITS_LEN], there[UNITS_LEN];
    uint64_t wanted = 0;
    (void)add_files_wanted(&v->files, &wanted);
    uint64_t missing =
        wanted > f->existing_bytes ? wanted - f->existing_bytes : 0;
    if (f->free_bytes != UINT64_MAX)
        units_size(free_text, f->free_bytes);
    units_size(need, missing);
    bool is_short = f->free_bytes != UINT64_MAX && f->free_bytes < missing;
    int x = LABEL_W + 1;
    if (v->offer.meta == NULL) { /* what a link needs is not known */
        draw_format(p, y, x, p->w, THEME_NORMAL, "free %s", free_text);
        return;
    }
    x += draw_format(p, y, x, p->w, is_short ? THEME_ALERT : THEME_NORMAL,
                     "free %s  need %s  %s", free_text, need,
                     is_short ? "not enough" : "ok");
    if (f->n_existing == 0)
        return;
    units_size(there, f->existing_bytes);
    draw_format(p, y, x, p->w, THEME_RARE,
                "   there already: %u file%s, %s: checked first", f->n_existing,
                f->n_existing == 1 ? "" : "s", there);
}

/* What is one of two; the cells used. */
static int draw_choice(const struct draw_pane *p, int y, int x, bool is_second,
                       const char *first, const char *second)
{
    return draw_format(p, y, x, p->w - x, THEME_NORMAL, "(%c) %s  (%c) %s",
                       is_second ? ' ' : '*', first, is_second ? '*' : ' ',
                       second);
}

/* Where the label of a field is, and how wide it and its line are; 0: all there is. */
struct place {
    enum field field;
    const char *name;
    int y, x, narrow_y, narrow_x, name_w, w;
};

static const struct place places[] = {
    {SOURCE, "source", 0, 1, 0, 1, LABEL_W, 0},
    {DIR, "save to", 2, 1, 2, 1, LABEL_W, 0},
    {START, "start", 4, 1, 4, 1, LABEL_W, 0},
    {ORDER, "order", 4, 36, 5, 1, LABEL_W, 0},
    {LABEL, "label", 5, 1, 6, 1, LABEL_W, 16},
    {RATIO, "until ratio", 5, 28, 7, 1, 12, 7},
    {DOWN, "limit D", 5, 49, 8, 1, 8, 8},
    {UP, "U", 5, 67, 8, 19, 2, 8},
};
enum { N_PLACES = sizeof places / sizeof *places };

/* What it holds comes later: then "paused" would fetch nothing at all. */
static bool is_magnet(const struct view_add *v)
{
    return v->offer.state == OFFER_READY && v->offer.meta == NULL;
}

static bool is_wide(const struct draw_pane *p)
{
    return p->w >= WIDE_W;
}

/* The form, its first row at y. */
static void draw_form(const struct view_add *v, const struct draw_pane *p,
                      int y)
{
    for (size_t i = 0; i < N_PLACES; i++) {
        const struct place *at = &places[i];
        int row = y + (is_wide(p) ? at->y : at->narrow_y);
        int x = is_wide(p) ? at->x : at->narrow_x;
        draw_text(p, row, x, at->name_w, label_role(v, at->field), at->name);
        x += at->name_w;
        if (at->field == START)
            draw_choice(p, row, x, v->is_paused, "now",
                        is_magnet(v) ? "pick files" : "paused");
        else if (at->field == ORDER)
            draw_format(p, row, x, p->w - x, THEME_NORMAL, "< %s%s >",
                        v->is_sequential ? "in order" : "rarest first",
                        v->is_first_last ? ", both ends before" : "");
        else
            draw_line(v, p, row, x, at->w > 0 ? at->w : p->w - x - 1,
                      at->field);
    }
    if (v->choices[0] != '\0')
        draw_text(p, y + 1, LABEL_W + 1, p->w - LABEL_W - 2, THEME_DIM,
                  v->choices);
    else
        draw_meta(v, p, y + 1);
    draw_folder(v, p, y + 3);
}

/* How far the form is to go up so that the field in focus, and what is said below it, is
 * in a pane of h rows. */
static int rows_above(const struct view_add *v, bool wide, int h)
{
    for (size_t i = 0; i < N_PLACES; i++) {
        bool is_noted =
            h > 1 && (places[i].field == SOURCE || places[i].field == DIR);
        int last = (wide ? places[i].y : places[i].narrow_y) + is_noted;
        if (places[i].field == v->at)
            return last >= h ? last + 1 - h : 0;
    }
    return 0;
}

static void draw_files(struct view_add *v, const struct draw_pane *p)
{
    uint64_t wanted;
    char some[UNITS_LEN], all[UNITS_LEN];
    if (p->h < 2 || v->offer.meta == NULL)
        return;
    size_t n = add_files_wanted(&v->files, &wanted);
    units_size(some, wanted);
    units_size(all, v->offer.meta->geo.size_bytes);
    draw_format(p, 0, 1, p->w - 1, label_role(v, FILES),
                "files: %zu of %zu chosen, %s of %s", n, v->files.n, some, all);
    struct draw_pane list = draw_sub(p, 1, 0, p->h - 1, p->w);
    add_files_draw(&v->files, &list, v->at == FILES);
}

static void view_add_draw(void *self, struct view_world *w,
                          const struct draw_pane *p)
{
    struct view_add *v = self;
    if (w->host.offers.begin == NULL) {
        draw_text(p, 0, 1, p->w - 1, THEME_DIM, "nothing can be added here");
        return;
    }
    if (!v->was_shown)
        reset(v, w);
    look(v, w);
    if (v->offer.state == OFFER_READY)
        w->host.offers.set_folder(w->host.offers.ctx, v->lines[DIR].text);
    struct draw_pane all = draw_sub(p, 0, 0, p->h, p->w < MAX_W ? p->w : MAX_W);
    int form_h = is_wide(p) ? WIDE_H : NARROW_H;
    bool has_both = p->h >= form_h + FILES_MIN_H;
    v->top = has_both ? 0 : rows_above(v, is_wide(p), p->h);
    v->files_y = !has_both && v->at == FILES ? 0 : form_h;
    if (v->files_y > 0)
        draw_form(v, &all, -v->top);
    if (has_both || v->files_y == 0) {
        struct draw_pane files =
            draw_sub(&all, v->files_y, 0, all.h - v->files_y, all.w);
        draw_files(v, &files);
    }
}

/* Keys. */

static void begin(struct view_add *v, struct view_world *w)
{
    snprintf(v->source, sizeof v->source, "%s", v->lines[SOURCE].text);
    if (v->source[0] == '\0')
        w->host.offers.drop(w->host.offers.ctx);
    else
        w->host.offers.begin(w->host.offers.ctx, v->source);
}

/* A rate such as "2M"; nothing and "off" are no limit. */
static bool read_limit(struct view_world *w, const char *text, uint64_t *out)
{
    *out = 0;
    if (text[0] == '\0' || strcmp(text, "off") == 0 ||
        text_parse_size(text, out))
        return true;
    snprintf(w->message, sizeof w->message,
             "a limit is a number with K, M or G, such as 500K, or off");
    return false;
}

/* A ratio such as "2" or "1.5", in thousandths; nothing is none. */
static bool read_ratio(struct view_world *w, const char *text, uint32_t *out)
{
    *out = 0;
    if (text[0] == '\0')
        return true;
    char *end;
    double ratio = strtod(text, &end);
    bool ok = text[0] >= '0' && text[0] <= '9' && *end == '\0' && ratio > 0 &&
              ratio <= 1000000;
    if (!ok)
        snprintf(w->message, sizeof w->message,
                 "a ratio is a number such as 1.5");
    else
        *out = (uint32_t)(ratio * 1000 + 0.5);
    return ok;
}

/* The list is to show it. */
static void await(struct view_world *w, const struct command_add *add)
{
    const uint8_t *hash = NULL;
    if (add->meta != NULL)
        hash = add->meta->info_hash;
    else if (add->magnet != NULL)
        hash = add->magnet->info_hash;
    if (hash == NULL)
        return;
    memcpy(w->added_hash, hash, sizeof w->added_hash);
    w->added_until_ms = w->now_ms + ADDED_MS;
}

/* Add what is offered as it was filled in. */
static void add(struct view_add *v, struct view_world *w)
{
    uint64_t down, up;
    uint32_t ratio_m;
    if (!read_limit(w, v->lines[DOWN].text, &down) ||
        !read_limit(w, v->lines[UP].text, &up) ||
        !read_ratio(w, v->lines[RATIO].text, &ratio_m))
        return;
    const uint8_t *priorities = add_files_priorities(&v->files);
    uint8_t *chosen =
        priorities != NULL ? xmemdup(priorities, v->offer.meta->n_files) : NULL;
    struct command *c =
        w->host.offers.take(w->host.offers.ctx, v->lines[DIR].text);
    if (c == NULL) {
        free(chosen);
        return;
    }
    c->add->priorities = chosen;
    c->add->chooses = is_magnet(v) && v->is_paused;
    c->add->is_paused = !is_magnet(v) && v->is_paused;
    c->add->is_sequential = v->is_sequential;
    c->add->is_first_last = v->is_first_last;
    c->add->limit_down_Bps = down;
    c->add->limit_up_Bps = up;
    c->add->seed_ratio_m = ratio_m;
    c->add->is_kept = true;
    if (v->lines[LABEL].text[0] != '\0')
        c->add->label = xstrdup(v->lines[LABEL].text);
    await(w, c->add);
    view_send(w, c);
    v->was_shown = false;
    w->go = VIEW_LIST;
}

static void on_enter(struct view_add *v, struct view_world *w)
{
    bool is_new = strcmp(v->source, v->lines[SOURCE].text) != 0 ||
                  v->offer.state == OFFER_NONE ||
                  v->offer.state == OFFER_FAILED;
    if (is_new)
        begin(v, w);
    else if (v->offer.state == OFFER_READY)
        add(v, w);
    else
        v->adds_then = true;
}

/* What was pasted is read at once: Enter then adds it. */
static void take_source(struct view_add *v, struct view_world *w)
{
    reset(v, w);
    prompt_open(&v->lines[SOURCE], w->source);
    begin(v, w);
}

static void view_add_tick(void *self, struct view_world *w)
{
    struct view_add *v = self;
    if (w->source[0] != '\0' && w->host.offers.begin != NULL)
        take_source(v, w);
    w->source[0] = '\0';
    if (!v->was_shown || !v->adds_then)
        return;
    look(v, w);
    if (v->offer.state == OFFER_READING)
        return;
    v->adds_then = false;
    if (v->offer.state == OFFER_READY)
        add(v, w);
}

static void move_to(struct view_add *v, struct view_world *w, int by)
{
    bool leaves_source = v->at == SOURCE;
    unsigned n = v->files.n > 0 ? N_FIELDS : FILES;
    v->at = (enum field)(((int)v->at + by + (int)n) % (int)n);
    v->choices[0] = '\0';
    if (leaves_source && strcmp(v->source, v->lines[SOURCE].text) != 0)
        begin(v, w);
}

/* Tab completes a path as far as it can be; where it cannot, it goes on. */
static bool complete(struct view_add *v, struct view_world *w)
{
    bool is_path = (v->at == SOURCE || v->at == DIR) &&
                   strstr(v->lines[v->at].text, "://") == NULL;
    struct prompt *line = &v->lines[v->at];
    if (!is_path || w->host.complete == NULL || line->len == 0)
        return false;
    bool had_choices = v->choices[0] != '\0';
    v->choices[0] = '\0';
    if (w->host.complete(w->host.ctx, line->text, sizeof line->text, v->choices,
                         sizeof v->choices)) {
        line->len = strlen(line->text);
        return true;
    }
    return v->choices[0] != '\0' && !had_choices &&
           strstr(v->choices, "  ") != NULL;
}

/* The four ways to order pieces, `step` on from the one chosen. */
static void next_order(struct view_add *v, unsigned step)
{
    unsigned at = (v->is_first_last ? 2u : 0) + (v->is_sequential ? 1u : 0);
    at = (at + step) % N_ORDERS;
    v->is_sequential = (at & 1) != 0;
    v->is_first_last = (at & 2) != 0;
}

static bool on_text(struct view_add *v, int key)
{
    struct prompt *line = &v->lines[v->at];
    v->choices[0] = '\0';
    if (prompt_key(line, key) != PROMPT_TYPING)
        line->is_open = true; /* a form's line does not close */
    return true;
}

static bool view_add_key(void *self, struct view_world *w, int key)
{
    struct view_add *v = self;
    if (w->host.offers.begin == NULL || key == ESC)
        return false;
    if (key == '\r' || key == '\n' || key == KEY_ENTER) {
        on_enter(v, w);
        return true;
    }
    v->adds_then = false; /* something is still to be changed */
    if (key == '\t' || key == KEY_DOWN) {
        if (v->at == FILES && key == KEY_DOWN)
            return false;
        if (key != '\t' || !complete(v, w))
            move_to(v, w, 1);
        return true;
    }
    if (key == KEY_BTAB || key == KEY_UP) {
        if (v->at == FILES && key == KEY_UP && v->files.box.cursor > 0)
            return false;
        move_to(v, w, -1);
        return true;
    }
    if (is_text(v->at))
        return on_text(v, key);
    bool toggles =
        v->at != FILES && (key == ' ' || key == KEY_LEFT || key == KEY_RIGHT);
    if (toggles && v->at == START)
        v->is_paused = !v->is_paused;
    else if (toggles)
        next_order(v, key == KEY_LEFT ? N_ORDERS - 1 : 1);
    return toggles;
}

static bool view_add_takes_text(const void *self)
{
    const struct view_add *v = self;
    return is_text(v->at);
}

static bool view_add_act(void *self, struct view_world *w,
                         enum keys_action action)
{
    struct view_add *v = self;
    if (action == KEYS_BACK && w->host.offers.begin != NULL) {
        w->host.offers.drop(w->host.offers.ctx);
        v->was_shown = false;
        return false;
    }
    return v->at == FILES && add_files_act(&v->files, action);
}

static bool view_add_click(void *self, struct view_world *w, int y, int x)
{
    struct view_add *v = self;
    (void)x;
    int row = y - v->files_y - 1;
    bool has_form = v->files_y > 0 && y < v->files_y;
    if (has_form && (y + v->top == 0 || y + v->top == 2))
        v->at = y + v->top == 0 ? SOURCE : DIR;
    else if (row >= 0 && v->files.box.top + (size_t)row < v->files.n) {
        v->at = FILES;
        listbox_go(&v->files.box, v->files.box.top + (size_t)row);
        add_files_act(&v->files, KEYS_MARK);
    } else
        return false;
    (void)w;
    return true;
}

const struct view_ops *view_add_ops(void)
{
    static const struct view_ops ops = {
        .title = "Add",
        .scope = KEYS_ADDING,
        .has_rows = true,
        .make = make,
        .free = view_add_free,
        .draw = view_add_draw,
        .tick = view_add_tick,
        .key = view_add_key,
        .act = view_add_act,
        .click = view_add_click,
        .takes_text = view_add_takes_text,
    };
    return &ops;
}
