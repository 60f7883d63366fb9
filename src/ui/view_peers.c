#include "config.h"

#include "ui/view_peers.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/listbox.h"
#include "ui/table.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "util/addr.h"
#include "util/xalloc.h"

enum {
    CELLS_X = 1,
    WORDS_H = 3, /* rows on the peer under the cursor */
    WORDS_FROM_H = 9
};

enum column {
    ID,
    ADDRESS,
    CLIENT,
    SOURCE,
    FLAGS,
    DONE,
    DOWN,
    UP,
    ON_ORDER,
    DELAY,
    NOW,
    N_COLUMNS
};

static const struct table_column columns[N_COLUMNS] = {
    [ID] = {"Id", 3, 0, 0, true},
    [ADDRESS] = {"Address", 21, 0, 0, true},
    [CLIENT] = {"Client", 10, 3, 0, true},
    [SOURCE] = {"Src", 3, 6, 0, true},
    [FLAGS] = {"Flags", 7, 1, 0, true},
    [DONE] = {"Done", 4, 4, 0, false},
    [DOWN] = {"Down", 6, 0, 0, false},
    [UP] = {"Up", 6, 5, 0, false},
    [ON_ORDER] = {"Req", 7, 2, 0, false},
    [DELAY] = {"ms", 5, 7, 0, false},
    [NOW] = {"Now", 7, 0, 0, true},
};

struct view_peers {
    struct listbox rows;
};

static void *make(void)
{
    return xzalloc(sizeof(struct view_peers));
}

static void now_text(const struct detail_peer *peer, char *dst, size_t cap)
{
    if (peer->is_snubbed)
        snprintf(dst, cap, "silent");
    else if (peer->gets_block)
        snprintf(dst, cap, "%u.%x", peer->now_piece_idx, peer->now_block_idx);
    else
        snprintf(dst, cap, "%s",
                 peer->is_choking && peer->am_interested ? "choked" : "");
}

static void draw_peer(const struct draw_pane *p, const struct table *t, int y,
                      const struct detail *d, const struct detail_peer *peer,
                      bool is_cursor)
{
    char text[ADDR_TEXT_MAX], letters[4], flags[DETAIL_FLAGS_LEN];
    enum theme_role role = is_cursor ? THEME_CURSOR : THEME_NORMAL;
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    table_cell(t, p, y, ID, role, detail_peer_letters(peer->slot, letters));
    addr_text(&peer->addr, text);
    table_cell(t, p, y, ADDRESS, role, text);
    table_cell(t, p, y, CLIENT, role, peer->client);
    snprintf(text, sizeof text, "%c%c",
             detail_peer_source_letter((enum detail_source)peer->source),
             peer->is_incoming ? 'i' : 'o');
    table_cell(t, p, y, SOURCE, THEME_DIM, text);
    detail_peer_flags(peer, flags);
    table_cell(t, p, y, FLAGS, role, flags);
    snprintf(text, sizeof text, "%u%%",
             units_permille(peer->n_pieces, d->n_pieces) / 10);
    table_cell(t, p, y, DONE, role, text);
    units_rate(text, peer->rate_down_Bps);
    table_cell(t, p, y, DOWN, peer->rate_down_Bps > 0 ? THEME_DOWN : THEME_DIM,
               text);
    units_rate(text, peer->rate_up_Bps);
    table_cell(t, p, y, UP, peer->rate_up_Bps > 0 ? THEME_UP : THEME_DIM, text);
    snprintf(text, sizeof text, "%u/%u", peer->n_outstanding % 1000,
             peer->depth % 1000);
    table_cell(t, p, y, ON_ORDER, role, text);
    if (peer->request_delay_ms >= 0) {
        snprintf(text, sizeof text, "%u",
                 (unsigned)(peer->request_delay_ms % 100000));
        table_cell(t, p, y, DELAY, THEME_DIM, text);
    }
    now_text(peer, text, sizeof text);
    table_cell(t, p, y, NOW, THEME_DIM, text);
}

/* The flags in words, and what it gave. */
static void draw_words(const struct draw_pane *p,
                       const struct detail_peer *peer)
{
    char down[UNITS_LEN], up[UNITS_LEN], address[ADDR_TEXT_MAX];
    addr_text(&peer->addr, address);
    draw_format(p, 0, 1, p->w - 1, THEME_STRONG, "%s  %s", address,
                peer->client);
    draw_format(p, 1, 1, p->w - 1, THEME_NORMAL,
                "they %s us, %s; we %s them, %s; %s, by %s",
                peer->is_choking ? "choke" : "serve",
                peer->is_interested ? "want ours" : "want nothing",
                peer->am_choking      ? "choke"
                : peer->is_optimistic ? "try"
                                      : "serve",
                peer->am_interested ? "want theirs" : "want nothing",
                peer->is_encrypted ? "encrypted" : "plain",
                detail_peer_source_name((enum detail_source)peer->source));
    units_size(down, peer->bytes_down);
    units_size(up, peer->bytes_up);
    draw_format(p, 2, 1, p->w - 1, THEME_NORMAL,
                "in %s  out %s  has %u that we lack, %u alone  late %u  "
                "refused %u  bad %u",
                down, up, peer->n_gives, peer->n_unique, peer->n_timeouts,
                peer->n_rejects, peer->n_bad);
}

static void view_peers_draw(void *self, struct view_world *w,
                            const struct draw_pane *p)
{
    struct view_peers *v = self;
    const struct detail *d = view_detail(w);
    int foot = p->h >= WORDS_FROM_H ? WORDS_H : 0;
    int height = p->h - 1 - foot;
    listbox_fit(&v->rows, d != NULL ? d->n_peers : 0,
                height > 0 ? (size_t)height : 0);
    if (d == NULL || d->n_peers == 0) {
        draw_text(p, 0, 1, p->w - 1, THEME_DIM,
                  d == NULL ? "nothing is known of it yet" : "no peers");
        return;
    }
    struct table table;
    table_fit(&table, columns, N_COLUMNS, CELLS_X, p->w);
    table_heading(&table, p, 0, N_COLUMNS, false);
    struct draw_pane list = draw_sub(p, 1, 0, height, p->w);
    for (size_t i = v->rows.top;
         i < d->n_peers && i - v->rows.top < v->rows.height; i++)
        draw_peer(&list, &table, (int)(i - v->rows.top), d, &d->peers[i],
                  i == v->rows.cursor);
    struct draw_pane words = draw_sub(p, p->h - foot, 0, foot, p->w);
    draw_words(&words, &d->peers[v->rows.cursor]);
}

static bool view_peers_act(void *self, struct view_world *w,
                           enum keys_action action)
{
    struct view_peers *v = self;
    return listbox_act(&v->rows, action) ||
           torrent_acts_do(w, action, &w->torrent, 1);
}

const struct view_ops *view_peers_ops(void)
{
    static const struct view_ops ops = {
        .title = "Peers",
        .scope = KEYS_PEERS,
        .has_rows = true,
        .parts = FOCUS_PEERS,
        .make = make,
        .free = free,
        .draw = view_peers_draw,
        .act = view_peers_act,
    };
    return &ops;
}
