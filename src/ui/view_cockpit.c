#include "config.h"

#include "ui/view_cockpit.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/box.h"
#include "ui/view_graph.h"
#include "ui/view_list.h"
#include "ui/view_log.h"
#include "ui/view_overview.h"
#include "ui/view_peers.h"
#include "ui/view_pieces.h"
#include "ui/why_pane.h"
#include "util/xalloc.h"

enum {
    SCREEN_W = 160, /* that it needs */
    SCREEN_H = 40,
    CHROME_H = 3,    /* of the screen, around the pane */
    UPPER_PCT = 27,  /* of the height, likewise the lower row */
    NARROW_PCT = 42, /* of the width: list and why */
    WIDE_PCT = 60    /* the map */
};

/* In the order in which Tab goes; the last stands in for all where there is too little
 * room. */
enum pane { LIST, GRAPH, PIECES, PEERS, WHY, LOG, OVERVIEW, N_PANES };
enum { N_BOXES = OVERVIEW };

static const struct {
    const char *title;
    const struct view_ops *(*ops)(void);
    enum view_place place;   /* where it is alone */
    enum keys_action action; /* that gives it the focus */
} panes[N_PANES] = {
    [LIST] = {"torrents", view_list_ops, VIEW_LIST, KEYS_NOTHING},
    [GRAPH] = {"6 graph", view_graph_ops, VIEW_GRAPH, KEYS_TAB_6},
    [PIECES] = {"2 pieces", view_pieces_ops, VIEW_PIECES, KEYS_TAB_2},
    [PEERS] = {"3 peers", view_peers_ops, VIEW_PEERS, KEYS_TAB_3},
    [WHY] = {"1 why this speed", why_pane_ops, VIEW_OVERVIEW, KEYS_TAB_1},
    [LOG] = {"7 log", view_log_ops, VIEW_LOG, KEYS_TAB_7},
    [OVERVIEW] = {"", view_overview_ops, VIEW_OVERVIEW, KEYS_NOTHING},
};

struct view_cockpit {
    void *views[N_PANES]; /* owned */
    /* As drawn last, relative to the cockpit's pane; without their boxes. */
    struct draw_pane drawn[N_PANES];
    enum pane focus;
    bool is_small; /* only the overview is there */
};

static void *make(void)
{
    struct view_cockpit *v = xzalloc(sizeof *v);
    for (size_t i = 0; i < N_PANES; i++)
        v->views[i] = panes[i].ops()->make();
    return v;
}

static void view_cockpit_free(void *self)
{
    struct view_cockpit *v = self;
    for (size_t i = 0; i < N_PANES; i++)
        panes[i].ops()->free(v->views[i]);
    free(v);
}

/* The pane that keys go to. */
static enum pane focus_of(const struct view_cockpit *v)
{
    return v->is_small ? OVERVIEW : v->focus;
}

/* Drawing. */

static void draw_pane(struct view_cockpit *v, struct view_world *w,
                      const struct draw_pane *p, enum pane pane, int y, int x,
                      int height, int width)
{
    bool has_focus = v->focus == pane;
    struct draw_pane box = draw_sub(p, y, x, height, width);
    struct draw_pane in = box_draw(&box, panes[pane].title, has_focus);
    if (has_focus)
        box_foot(&box, " Tab 1-7 another  Enter alone  c leaves ");
    panes[pane].ops()->draw(v->views[pane], w, &in);
    v->drawn[pane] = in;
    v->drawn[pane].y -= p->y;
    v->drawn[pane].x -= p->x;
}

static void draw_small(struct view_cockpit *v, struct view_world *w,
                       const struct draw_pane *p)
{
    int said = p->h > 3 ? 1 : 0;
    if (said > 0)
        draw_format(p, 0, 1, p->w - 1, THEME_RARE,
                    "all at once needs a screen of %dx%d, this one is %dx%d",
                    SCREEN_W, SCREEN_H, p->w, p->h + CHROME_H);
    struct draw_pane rest = draw_sub(p, said, 0, p->h - said, p->w);
    panes[OVERVIEW].ops()->draw(v->views[OVERVIEW], w, &rest);
    v->drawn[OVERVIEW] = rest;
    v->drawn[OVERVIEW].y = said;
    v->drawn[OVERVIEW].x = 0;
}

static void view_cockpit_draw(void *self, struct view_world *w,
                              const struct draw_pane *p)
{
    struct view_cockpit *v = self;
    for (size_t i = 0; i < N_PANES; i++)
        v->drawn[i] = (struct draw_pane){0};
    v->is_small = p->w < SCREEN_W || p->h < SCREEN_H - CHROME_H;
    if (v->is_small) {
        draw_small(v, w, p);
        return;
    }
    int upper = p->h * UPPER_PCT / 100;
    int middle = p->h - 2 * upper;
    int narrow = p->w * NARROW_PCT / 100, wide = p->w * WIDE_PCT / 100;
    int low_y = upper + middle;
    /* The list first: it settles which torrent is selected. */
    draw_pane(v, w, p, LIST, 0, 0, upper, narrow);
    draw_pane(v, w, p, GRAPH, 0, narrow, upper, p->w - narrow);
    draw_pane(v, w, p, PIECES, upper, 0, middle, wide);
    draw_pane(v, w, p, PEERS, upper, wide, middle, p->w - wide);
    draw_pane(v, w, p, WHY, low_y, 0, upper, narrow);
    draw_pane(v, w, p, LOG, low_y, narrow, upper, p->w - narrow);
}

static uint32_t view_cockpit_parts(const void *self)
{
    const struct view_cockpit *v = self;
    uint32_t parts = 0;
    for (size_t i = 0; i < N_PANES; i++) {
        const struct view_ops *ops = panes[i].ops();
        if (v->is_small != (i == OVERVIEW))
            continue;
        parts |= ops->parts;
        if (ops->more_parts != NULL)
            parts |= ops->more_parts(v->views[i]);
    }
    return parts;
}

/* Keys and the mouse. */

static enum keys_scope view_cockpit_scope(const void *self)
{
    const struct view_cockpit *v = self;
    const struct view_ops *ops = panes[focus_of(v)].ops();
    return ops->scope_now != NULL ? ops->scope_now(v->views[focus_of(v)])
                                  : ops->scope;
}

/* The focus to a pane by its number; to its place where it has no pane here. */
static bool go_to(struct view_cockpit *v, struct view_world *w,
                  enum keys_action action)
{
    if (action < KEYS_TAB_1 || action > KEYS_TAB_7)
        return false;
    for (size_t i = 0; i < N_PANES; i++)
        if (panes[i].action == action && !v->is_small) {
            v->focus = (enum pane)i;
            return true;
        }
    w->go = (enum view_place)(action - KEYS_TAB_1);
    return true;
}

/* Does a menu over the pane in focus have the keys? */
static bool is_in_menu(const struct view_cockpit *v)
{
    enum keys_scope scope = view_cockpit_scope(v);
    return scope == KEYS_MENU || scope == KEYS_SORT_MENU;
}

static bool view_cockpit_key(void *self, struct view_world *w, int key)
{
    struct view_cockpit *v = self;
    const struct view_ops *ops = panes[focus_of(v)].ops();
    if (ops->key != NULL && ops->key(v->views[focus_of(v)], w, key))
        return true;
    if (is_in_menu(v))
        return false;
    enum keys_action action = keys_find(KEYS_PANES, false, key);
    if (go_to(v, w, action))
        return true;
    switch ((int)action) {
    case KEYS_TAB_NEXT:
        v->focus = (v->focus + 1) % N_BOXES;
        return true;
    case KEYS_TAB_PREV:
        v->focus = (v->focus + N_BOXES - 1) % N_BOXES;
        return true;
    case KEYS_OPEN:
        w->go = panes[focus_of(v)].place;
        return true;
    case KEYS_COCKPIT:
        w->go = VIEW_BACK;
        return true;
    default:
        return false;
    }
}

static bool view_cockpit_act(void *self, struct view_world *w,
                             enum keys_action action)
{
    struct view_cockpit *v = self;
    const struct view_ops *ops = panes[focus_of(v)].ops();
    if (action == KEYS_OPEN && !is_in_menu(v)) {
        w->go = panes[focus_of(v)].place;
        return true;
    }
    return ops->act != NULL && ops->act(v->views[focus_of(v)], w, action);
}

static bool view_cockpit_click(void *self, struct view_world *w, int y, int x)
{
    struct view_cockpit *v = self;
    for (size_t i = 0; i < N_PANES; i++) {
        const struct view_ops *ops = panes[i].ops();
        const struct draw_pane *p = &v->drawn[i];
        /* Its box is of it, too. */
        if (y < p->y - 1 || y > p->y + p->h || x < p->x - 1 ||
            x > p->x + p->w || p->h == 0)
            continue;
        if (i < N_BOXES)
            v->focus = (enum pane)i;
        return ops->click != NULL &&
               ops->click(v->views[i], w, y - p->y, x - p->x);
    }
    return false;
}

static const char *view_cockpit_prompt(void *self)
{
    struct view_cockpit *v = self;
    const struct view_ops *ops = panes[focus_of(v)].ops();
    return ops->prompt != NULL ? ops->prompt(v->views[focus_of(v)]) : NULL;
}

const struct view_ops *view_cockpit_ops(void)
{
    static const struct view_ops ops = {
        .title = "Cockpit",
        .scope = KEYS_PANES,
        .scope_now = view_cockpit_scope,
        .has_rows = true,
        .make = make,
        .free = view_cockpit_free,
        .draw = view_cockpit_draw,
        .optional = FOCUS_TIMELINE | FOCUS_FILES,
        .more_parts = view_cockpit_parts,
        .key = view_cockpit_key,
        .act = view_cockpit_act,
        .click = view_cockpit_click,
        .prompt = view_cockpit_prompt,
    };
    return &ops;
}
