#include "config.h"

#include "ui/view_graph.h"

#include <stdlib.h>

#include "ui/torrent_acts.h"
#include "util/xalloc.h"

static void *make(void)
{
    return xzalloc(1);
}

static void view_graph_draw(void *self, struct view_world *w,
                            const struct draw_pane *p)
{
    (void)self;
    (void)w;
    draw_text(p, 0, 1, p->w - 1, THEME_DIM, "nothing is known of it yet");
}

static bool view_graph_act(void *self, struct view_world *w,
                           enum keys_action action)
{
    (void)self;
    return torrent_acts_do(w, action, &w->torrent, 1);
}

const struct view_ops *view_graph_ops(void)
{
    static const struct view_ops ops = {
        .title = "Graph",
        .scope = KEYS_GRAPH,
        .make = make,
        .free = free,
        .draw = view_graph_draw,
        .act = view_graph_act,
    };
    return &ops;
}
