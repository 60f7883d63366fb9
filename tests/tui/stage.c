#include "config.h"

#include "tests/tui/stage.h"

#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/frames.h"
#include "ui/draw.h"

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
    command_free(c);
}

static void show(struct stage *g)
{
    screen_draw(g->screen, g->draw, g->now_ms, FRAMES_WALL_S);
}

void stage_set_up(struct stage *g, struct frame *f, int h, int w)
{
    *g = (struct stage){.now_ms = FRAMES_NOW_MS};
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    g->draw = draw_sheet_new((struct draw_look){GLYPHS_ASCII, THEME_MONO, true},
                             h, w);
    ck_assert_ptr_nonnull(g->draw);
    g->screen = screen_new(&(struct host){.send = on_send, .ctx = g});
    screen_on_frame(g->screen, f);
    show(g);
}

void stage_tear_down(struct stage *g)
{
    screen_free(g->screen);
    draw_free(g->draw);
}

void stage_key(struct stage *g, int key)
{
    screen_on_key(g->screen, g->draw, key, g->now_ms);
    show(g);
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
    show(g);
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
