#include "config.h"

#include "ui/view_pieces.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/piece_cells.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "util/xalloc.h"

enum {
    LABEL_W = 8,
    GROUP = 16,      /* cells between two gaps */
    INSPECTOR_H = 4, /* rows below the map */
    MAP_FROM_H = 10, /* rows of the pane from which there is an inspector */
    MAX_BLOCKS = 512 /* drawn of a piece; a wider screen is not known */
};

struct view_pieces {
    uint32_t cursor; /* a piece */
    uint32_t per_cell, per_row;
};

static void *make(void)
{
    struct view_pieces *v = xzalloc(sizeof *v);
    v->per_cell = v->per_row = 1;
    return v;
}

static const struct detail *detail_of(const struct view_world *w)
{
    const struct detail *d = view_detail(w);
    return d != NULL && d->pieces != NULL && d->n_pieces > 0 ? d : NULL;
}

static void draw_counts(const struct draw_pane *p, const struct detail *d,
                        const struct view_pieces *v)
{
    unsigned share = units_permille(d->n_state[DETAIL_HAVE], d->n_pieces);
    draw_format(p, 0, 1, p->w - 1, THEME_NORMAL,
                "have %u/%u %u.%u%%  active %u  verify %u  rare(1) %u  "
                "gone(0) %u",
                d->n_state[DETAIL_HAVE], d->n_pieces, share / 10, share % 10,
                d->n_state[DETAIL_ACTIVE], d->n_state[DETAIL_CHECKING],
                d->n_one_source, d->n_no_source);
    draw_format(p, 1, 1, p->w - 1, THEME_DIM, "state of pieces   1 cell = %u",
                v->per_cell);
}

/* Cells in a row that is w wide: whole groups when there is room for one. */
static uint32_t cells_in(int w)
{
    int groups = (w - LABEL_W + 1) / (GROUP + 1);
    if (groups > 0)
        return (uint32_t)groups * GROUP;
    return w > LABEL_W ? (uint32_t)(w - LABEL_W) : 1;
}

/* Fit all pieces into rows of cells. */
static void measure(struct view_pieces *v, uint32_t n_pieces, int w, int h)
{
    uint32_t cells = cells_in(w), rows = h > 0 ? (uint32_t)h : 1;
    uint64_t all = (uint64_t)cells * rows;
    v->per_cell = (uint32_t)((n_pieces + all - 1) / all);
    v->per_row = cells * v->per_cell;
}

static void draw_map(const struct draw_pane *p, const struct detail *d,
                     const struct view_pieces *v)
{
    for (int y = 0; y < p->h; y++) {
        uint64_t first = (uint64_t)y * v->per_row;
        if (first >= d->n_pieces)
            return;
        char label[UNITS_LEN];
        snprintf(label, sizeof label, "%u", (unsigned)first);
        draw_right(p, y, 0, LABEL_W - 1, THEME_DIM, label);
        for (uint32_t i = 0; i * v->per_cell < v->per_row; i++) {
            uint64_t at = first + (uint64_t)i * v->per_cell;
            if (at >= d->n_pieces)
                break;
            uint64_t end = at + v->per_cell;
            if (end > d->n_pieces)
                end = d->n_pieces;
            int x = LABEL_W + (int)(i + i / GROUP);
            piece_cells_draw(p, y, x,
                             piece_cells_letter(d, (uint32_t)at,
                                                (uint32_t)end));
            if (v->cursor >= at && v->cursor < end)
                draw_text(p, y, x, 1, THEME_BAR, "@");
        }
    }
}

static const char *state_words(uint8_t piece)
{
    static const char *const words[DETAIL_N_STATES] = {
        [DETAIL_MISSING] = "missing", [DETAIL_PARTIAL] = "begun",
        [DETAIL_ACTIVE] = "on order", [DETAIL_CHECKING] = "being checked",
        [DETAIL_HAVE] = "had",        [DETAIL_UNWANTED] = "not wanted",
    };
    enum detail_piece state = detail_piece_state(piece);
    return state < DETAIL_N_STATES ? words[state] : "?";
}

/* Each block: '#' here, '.' free, and the letter of the peer that was asked. */
static void draw_blocks(const struct draw_pane *p, int y,
                        const struct detail *d, const struct detail_active *a)
{
    const struct detail_block *blocks = detail_blocks_of(d, a);
    char text[MAX_BLOCKS + 1];
    uint32_t n = a->n_blocks < MAX_BLOCKS ? a->n_blocks : MAX_BLOCKS;
    if (blocks == NULL)
        return;
    for (uint32_t i = 0; i < n; i++) {
        const struct detail_peer *peer = detail_peer_by_id(d, blocks[i].peer);
        char letters[4] = "?";
        if (peer != NULL)
            detail_peer_letters(peer->slot, letters);
        text[i] = blocks[i].state == DETAIL_BLOCK_RECEIVED ? '#'
                  : blocks[i].state == DETAIL_BLOCK_FREE   ? '.'
                                                           : letters[0];
    }
    text[n] = '\0';
    draw_format(p, y, 1, p->w - 1, THEME_NORMAL, "blocks %s", text);
}

static void draw_inspector(const struct draw_pane *p, const struct detail *d,
                           uint32_t piece)
{
    draw_text(p, 0, 1, p->w - 1, THEME_DIM,
              "#have =part *active obegun .missing 1rare !gone xbad -skipped");
    int x = 1;
    x += draw_format(p, 1, x, p->w - x, THEME_STRONG, "piece %u", piece);
    x += draw_format(p, 1, x, p->w - x, THEME_NORMAL, "  %s",
                     state_words(d->pieces[piece]));
    if (d->availability != NULL)
        x += draw_format(p, 1, x, p->w - x, THEME_NORMAL, "  %u here have it",
                         d->availability[piece]);
    const struct detail_active *a = detail_active_at(d, piece);
    if (a == NULL)
        return;
    draw_format(p, 1, x, p->w - x, THEME_NORMAL,
                "  %u/%u blocks here, %u on order", a->n_received, a->n_blocks,
                a->n_asked);
    draw_blocks(p, 2, d, a);
}

static void view_pieces_draw(void *self, struct view_world *w,
                             const struct draw_pane *p)
{
    struct view_pieces *v = self;
    const struct detail *d = detail_of(w);
    if (d == NULL) {
        draw_text(p, 0, 1, p->w - 1, THEME_DIM, "nothing is known of it yet");
        return;
    }
    if (v->cursor >= d->n_pieces)
        v->cursor = d->n_pieces - 1;
    w->piece_idx = v->cursor;
    int foot = p->h >= MAP_FROM_H ? INSPECTOR_H : 0;
    struct draw_pane map = draw_sub(p, 2, 0, p->h - 2 - foot, p->w);
    measure(v, d->n_pieces, map.w, map.h);
    draw_counts(p, d, v);
    draw_map(&map, d, v);
    struct draw_pane inspector =
        draw_sub(p, p->h - foot + 1, 0, foot - 1, p->w);
    draw_inspector(&inspector, d, v->cursor);
}

/* By how many pieces an action moves the cursor. */
static int64_t step_of(const struct view_pieces *v, enum keys_action action)
{
    switch ((int)action) {
    case KEYS_LEFT:
        return -(int64_t)v->per_cell;
    case KEYS_RIGHT:
        return v->per_cell;
    case KEYS_PREV:
        return -(int64_t)v->per_row;
    case KEYS_NEXT:
        return v->per_row;
    case KEYS_FIRST:
        return INT32_MIN;
    case KEYS_LAST:
        return INT32_MAX;
    default:
        return 0;
    }
}

static bool view_pieces_act(void *self, struct view_world *w,
                            enum keys_action action)
{
    struct view_pieces *v = self;
    const struct detail *d = detail_of(w);
    int64_t step = step_of(v, action);
    if (step == 0)
        return torrent_acts_do(w, action, &w->torrent, 1);
    if (d == NULL)
        return true;
    int64_t at = (int64_t)v->cursor + step;
    int64_t last = (int64_t)d->n_pieces - 1;
    v->cursor = (uint32_t)(at < 0 ? 0 : at > last ? last : at);
    w->piece_idx = v->cursor;
    return true;
}

const struct view_ops *view_pieces_ops(void)
{
    static const struct view_ops ops = {
        .title = "Pieces",
        .scope = KEYS_PIECES,
        .has_rows = true,
        .parts = FOCUS_PIECES | FOCUS_ACTIVE | FOCUS_PEERS,
        .make = make,
        .free = free,
        .draw = view_pieces_draw,
        .act = view_pieces_act,
    };
    return &ops;
}
