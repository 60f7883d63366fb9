#include "config.h"

#include "ui/list_preview.h"

#include <string.h>

#include "ui/list_order.h"
#include "ui/units.h"
#include "ui/words.h"
#include "util/text.h"

/* In one line: why it stands where it stands. */
static void draw_why(const struct draw_pane *p, int y,
                     const struct frame_torrent *t)
{
    char cause[WORDS_LEN];
    words_cause(t, cause);
    if (cause[0] != '\0')
        draw_format(p, y, 1, p->w - 1, words_role(t), "why: %s", cause);
    else
        draw_format(p, y, 1, p->w - 1, THEME_DIM, "%s",
                    frame_state_name(t->state));
}

static void draw_share(const struct draw_pane *p, int y,
                       const struct frame_torrent *t)
{
    unsigned share = list_order_permille(t);
    int w = p->w - 11;
    draw_text(p, y, 1, 1, THEME_DIM, "[");
    draw_bar(p, y, 2, w, share, share);
    draw_format(p, y, 2 + w, 9, THEME_NORMAL, "] %u.%u%%", share / 10,
                share % 10);
}

static void draw_amounts(const struct draw_pane *p, int y,
                         const struct frame_torrent *t)
{
    char down[UNITS_LEN], up[UNITS_LEN], have[UNITS_LEN], wanted[UNITS_LEN];
    units_size(down, t->bytes_down);
    units_size(up, t->bytes_up);
    units_size(wanted, t->wanted_bytes);
    units_size(have, t->wanted_bytes - t->wanted_left_bytes);
    draw_format(p, y, 1, p->w - 1, THEME_NORMAL,
                "%s of %s   pieces %u/%u   received %s  sent %s   hash fails "
                "%u",
                have, wanted, t->n_pieces_have, t->n_pieces, down, up,
                t->n_hash_fails);
}

static void draw_swarm(const struct draw_pane *p, int y,
                       const struct frame_torrent *t)
{
    draw_format(p, y, 1, p->w - 1, THEME_NORMAL,
                "peers %u (%u seeds)  connecting %u  known %u  banned %u",
                t->n_peers, t->n_seeds, t->n_connecting, t->n_known,
                t->n_banned);
}

void list_preview_draw(const struct draw_pane *p, const struct frame_torrent *t)
{
    if (p->h == 1) {
        draw_why(p, 0, t);
        return;
    }
    draw_glyphs(p, 0, 0, p->w, THEME_DIM, GLYPHS_HLINE);
    if (p->h == 2) {
        draw_why(p, 1, t);
        return;
    }
    draw_share(p, 1, t);
    draw_amounts(p, 2, t);
    draw_swarm(p, 3, t);
    draw_why(p, 4, t);
    draw_format(p, 5, 1, p->w - 1, THEME_DIM, "tracker: %s",
                t->tracker[0] != '\0' ? t->tracker
                : t->n_trackers > 0   ? "not asked yet"
                                      : "none");
}
