#include "config.h"

#include "tests/tui/stage.h"

#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meta/magnet.h"
#include "tests/tui/frames.h"
#include "ui/draw.h"

static void note_add(struct stage_sent *sent, const struct command_add *a)
{
    sent->is_paused = a->is_paused;
    sent->is_sequential = a->is_sequential;
    sent->is_first_last = a->is_first_last;
    sent->is_kept = a->is_kept;
    sent->down_Bps = a->limit_down_Bps;
    sent->up_Bps = a->limit_up_Bps;
    sent->seed_ratio_m = a->seed_ratio_m;
    if (a->label != NULL)
        snprintf(sent->label, sizeof sent->label, "%s", a->label);
    memset(sent->priorities, 9, sizeof sent->priorities);
    if (a->priorities != NULL)
        memcpy(sent->priorities, a->priorities, STAGE_N_FILES);
}

static void on_send(void *ctx, struct command *c)
{
    struct stage *g = ctx;
    ck_assert_uint_lt(g->n_sent, STAGE_MAX_SENT);
    if (c->kind == COMMAND_FOCUS)
        g->focus = c->focus;
    struct stage_sent *sent = &g->sent[g->n_sent++];
    *sent = (struct stage_sent){.kind = c->kind,
                                .torrent = c->torrent,
                                .flag = c->flag,
                                .peer = c->peer,
                                .piece_idx = c->piece_idx,
                                .first_file = c->first_file,
                                .n_files = c->n_files,
                                .priority = c->priority,
                                .delta = c->delta,
                                .limits = c->limits};
    if (c->text != NULL)
        snprintf(sent->text, sizeof sent->text, "%s", c->text);
    if (c->add != NULL)
        note_add(sent, c->add);
    command_free(c);
}

/* The host, as far as it offers torrents: it has one, `offer`. */

static void offer_begin(void *ctx, const char *source)
{
    struct stage *g = ctx;
    snprintf(g->source, sizeof g->source, "%s", source);
}

static void offer_set_folder(void *ctx, const char *dir)
{
    struct stage *g = ctx;
    snprintf(g->dir, sizeof g->dir, "%s", dir);
}

static void offer_look(void *ctx, struct offer *out)
{
    struct stage *g = ctx;
    *out = g->offer;
}

static struct command *offer_take(void *ctx, const char *dir)
{
    struct stage *g = ctx;
    if (g->offer.state != OFFER_READY)
        return NULL;
    offer_set_folder(g, dir);
    g->offer.state = OFFER_NONE;
    g->offer.meta = NULL;
    struct command *c = command_new(COMMAND_ADD, 0);
    if (magnet_is_meant(g->source))
        ck_assert_int_eq(magnet_parse(g->source, &c->add->magnet, NULL), OK);
    return c;
}

static enum err on_open(void *ctx, const char *path, struct cause *cause)
{
    struct stage *g = ctx;
    (void)cause;
    snprintf(g->opened, sizeof g->opened, "%s", path);
    return OK;
}

static const char *recall(void *ctx, const char *table)
{
    struct stage *g = ctx;
    const char *line = g->kept[strcmp(table, "peers") == 0];
    return line[0] != '\0' ? line : NULL;
}

static void remember(void *ctx, const char *table, const char *line)
{
    struct stage *g = ctx;
    snprintf(g->kept[strcmp(table, "peers") == 0], sizeof g->kept[0], "%s",
             line);
}

static void offer_drop(void *ctx)
{
    struct stage *g = ctx;
    g->n_dropped++;
}

static enum err on_save(void *ctx, const char *name, const char *text,
                        size_t len, char **path_out, struct cause *cause)
{
    struct stage *g = ctx;
    if (g->save_fails) {
        cause_set(cause, "disk is full");
        return ERR_NO_SPACE;
    }
    ck_assert_uint_eq(strlen(text), len);
    snprintf(g->saved_name, sizeof g->saved_name, "%s", name);
    free(g->saved);
    g->saved = strdup(text);
    *path_out = strdup("/saved");
    return OK;
}

/* There are two folders: /srv/dl and /srv/old. */
static bool complete(void *ctx, char *path, size_t cap, char *choices,
                     size_t n_choices)
{
    (void)ctx;
    static const char folder[] = "/srv/";
    bool is_short = strlen(path) < strlen(folder);
    if (is_short && strncmp(path, folder, strlen(path)) == 0) {
        snprintf(path, cap, "%s", folder);
        return true;
    }
    snprintf(choices, n_choices, "%s",
             strcmp(path, folder) == 0 ? "/srv/dl  /srv/old" : "");
    return false;
}

/* There is one setting that is known, and any can be set but "nonsense". */

static enum err on_set(void *ctx, const char *key, const char *value,
                       struct cause *cause)
{
    struct stage *g = ctx;
    if (strcmp(key, "nonsense") == 0) {
        cause_set(cause, "no such key");
        return ERR_NOT_FOUND;
    }
    snprintf(g->set, sizeof g->set, "%s=%s", key, value);
    return OK;
}

static const char *setting(void *ctx, size_t i, char **value_out)
{
    (void)ctx;
    if (i == 0 && value_out != NULL)
        *value_out = strdup("4");
    return i == 0 ? "slots" : NULL;
}

static enum err on_keep(void *ctx, size_t *n_out, char **path_out,
                        struct cause *cause)
{
    (void)ctx;
    (void)cause;
    *n_out = 3;
    *path_out = strdup("/etc/conf");
    return OK;
}

void stage_show(struct stage *g)
{
    screen_draw(g->screen, g->draw, g->now_ms, FRAMES_WALL_S);
}

static void make_screen(struct stage *g, bool saves)
{
    g->screen = screen_new(&(struct host){
        .send = on_send,
        .save = saves ? on_save : NULL,
        .open = saves ? on_open : NULL,
        .recall = recall,
        .remember = remember,
        .complete = complete,
        .set = on_set,
        .setting = setting,
        .keep = on_keep,
        .can_detach = !g->is_tied,
        .ctx = g,
        .offers = {.begin = offer_begin,
                   .set_folder = offer_set_folder,
                   .look = offer_look,
                   .take = offer_take,
                   .drop = offer_drop,
                   .ctx = g},
        .dir = "/srv/dl",
    });
}

static void set_up(struct stage *g, struct frame *f, int h, int w, bool saves)
{
    *g = (struct stage){.now_ms = FRAMES_NOW_MS};
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    g->draw =
        draw_sheet_new((struct draw_look){GLYPHS_ASCII, THEME_MONO, true, 0}, h,
                       w);
    ck_assert_ptr_nonnull(g->draw);
    make_screen(g, saves);
    screen_on_frame(g->screen, f);
    stage_show(g);
    g->n_sent = 0;
}

size_t stage_n_asked(const struct stage *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n_sent; i++)
        n += g->sent[i].kind != COMMAND_FOCUS;
    return n;
}

const struct stage_sent *stage_asked(const struct stage *g, size_t i)
{
    for (size_t at = 0; at < g->n_sent; at++)
        if (g->sent[at].kind != COMMAND_FOCUS && i-- == 0)
            return &g->sent[at];
    ck_abort_msg("so many commands were not sent");
    return NULL;
}

void stage_set_up(struct stage *g, struct frame *f, int h, int w)
{
    set_up(g, f, h, w, false);
}

void stage_set_up_saving(struct stage *g, struct frame *f, int h, int w)
{
    set_up(g, f, h, w, true);
}

void stage_start_again(struct stage *g, struct frame *f)
{
    screen_free(g->screen);
    make_screen(g, false);
    screen_on_frame(g->screen, f);
    stage_show(g);
}

void stage_tear_down(struct stage *g)
{
    screen_free(g->screen);
    draw_free(g->draw);
    free(g->saved);
}

void stage_key(struct stage *g, int key)
{
    screen_on_key(g->screen, g->draw, key, g->now_ms);
    stage_show(g);
}

void stage_press(struct stage *g, const char *keys)
{
    for (; *keys != '\0'; keys++)
        stage_key(g, *keys);
}

void stage_mouse(struct stage *g, enum screen_mouse_kind kind, int y, int x)
{
    struct screen_mouse m = {kind, y, x};
    screen_on_mouse(g->screen, g->draw, &m, g->now_ms);
    stage_show(g);
}

bool stage_shows(struct stage *g, const char *text)
{
    char *all = draw_snapshot(g->draw, false);
    bool found = strstr(all, text) != NULL;
    free(all);
    return found;
}

char *stage_row(struct stage *g, int y)
{
    char *all = draw_snapshot(g->draw, false);
    const char *at = all;
    for (; y > 0; y--)
        at = strchr(at, '\n') + 1;
    char *row = strndup(at, strcspn(at, "\n"));
    free(all);
    return row;
}
