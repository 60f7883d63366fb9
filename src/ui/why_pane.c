#include "config.h"

#include "ui/why_pane.h"

#include <stdlib.h>

#include "ui/torrent_acts.h"
#include "ui/words.h"
#include "util/xalloc.h"

enum { TITLE_W = 18, TEXT_X = 3 + TITLE_W };

static void *make(void)
{
    return xzalloc(1); /* it has no state of its own */
}

static void draw_reason(const struct draw_pane *p, int y, size_t number,
                        const struct why_reason *r)
{
    bool limits = r->weight >= WHY_LIMITS;
    draw_format(p, y, 0, TITLE_W + 2, limits ? THEME_STRONG : THEME_DIM,
                "%zu %s", number, r->title);
    draw_text(p, y, TEXT_X, p->w - TEXT_X, limits ? THEME_NORMAL : THEME_DIM,
              r->text);
}

static void draw_reasons(const struct draw_pane *p, const struct why *why)
{
    size_t n_hints = 0;
    for (size_t i = 0; i < why->n; i++)
        n_hints += why->reasons[i].hint[0] != '\0';
    bool has_room = (int)(why->n + n_hints) <= p->h;
    int y = 0;
    for (size_t i = 0; i < why->n; i++) {
        const struct why_reason *r = &why->reasons[i];
        draw_reason(p, y++, i + 1, r);
        if (has_room && r->hint[0] != '\0')
            draw_text(p, y++, TEXT_X, p->w - TEXT_X, THEME_DIM, r->hint);
    }
}

static void why_pane_draw(void *self, struct view_world *w,
                          const struct draw_pane *p)
{
    (void)self;
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    const struct detail *d = view_detail(w);
    if (t == NULL)
        return;
    char state[WORDS_LEN];
    words_state(t, state);
    draw_format(p, 0, 1, p->w - 1, words_role(t), "%c %s", words_letter(t),
                state);
    struct draw_pane rest = draw_sub(p, 1, 1, p->h - 1, p->w - 1);
    if (d != NULL)
        draw_reasons(&rest, &d->why);
}

static bool why_pane_act(void *self, struct view_world *w,
                         enum keys_action action)
{
    (void)self;
    return torrent_acts_do(w, action, &w->torrent, 1);
}

const struct view_ops *why_pane_ops(void)
{
    static const struct view_ops ops = {
        .title = "Why",
        .scope = KEYS_DETAIL,
        .make = make,
        .free = free,
        .draw = why_pane_draw,
        .act = why_pane_act,
    };
    return &ops;
}
