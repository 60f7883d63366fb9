#include "config.h"

#include "ui/view_files.h"

#include <stdlib.h>

#include "ui/torrent_acts.h"
#include "util/xalloc.h"

static void *make(void)
{
    return xzalloc(1);
}

static void view_files_draw(void *self, struct view_world *w,
                            const struct draw_pane *p)
{
    (void)self;
    (void)w;
    draw_text(p, 0, 1, p->w - 1, THEME_DIM, "nothing is known of it yet");
}

static bool view_files_act(void *self, struct view_world *w,
                           enum keys_action action)
{
    (void)self;
    return torrent_acts_do(w, action, &w->torrent, 1);
}

const struct view_ops *view_files_ops(void)
{
    static const struct view_ops ops = {
        .title = "Files",
        .scope = KEYS_FILES,
        .make = make,
        .free = free,
        .draw = view_files_draw,
        .act = view_files_act,
    };
    return &ops;
}
