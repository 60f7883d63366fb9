#include "config.h"

#include "ui/view_pieces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/piece_blocks.h"
#include "ui/piece_cells.h"
#include "ui/piece_find.h"
#include "ui/piece_inspector.h"
#include "ui/piece_map.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "util/xalloc.h"

enum {
    SIDE_FROM_W =
        120, /* cells from which the piece is described beside the map */
    SIDE_LEAST_W = 46,
    SIDE_MOST_W = 70,
    SIDE_LIST_LEAST_H = 4,
    COUNTS_FROM_H = 4, /* rows from which there is more than the map */
    MODE_FROM_H = 8,
    FOOT_FROM_H = 10, /* and something on the piece */
    FOOT_FULL_FROM_H = 18,
    FOOT_H = 3,
    FOOT_FULL_H = 7
};

struct view_pieces {
    struct piece_map map;
    enum piece_cells_mode mode;
    bool hides_peer;         /* the selected peer's pieces are not marked */
    struct filetable *files; /* one reference, or NULL: not known yet */
    uint32_t files_of;       /* which torrent's */
    struct draw_pane cells;  /* where the map was drawn last */
    struct draw_pane list;   /* and the pieces under way; of no cells: not */
    int top, left;           /* the corner of the whole, on the screen */
};

static void *make(void)
{
    return xzalloc(sizeof(struct view_pieces));
}

static void view_pieces_free(void *self)
{
    struct view_pieces *v = self;
    filetable_unref(v->files);
    free(v);
}

static const struct detail *detail_of(const struct view_world *w)
{
    const struct detail *d = view_detail(w);
    return d != NULL && d->pieces != NULL && d->n_pieces > 0 ? d : NULL;
}

/* Files never change: they are asked for once, and kept. */
static void keep_files(struct view_pieces *v, const struct view_world *w,
                       const struct detail *d)
{
    if (v->files_of != w->torrent) {
        filetable_unref(v->files);
        v->files = NULL;
        v->files_of = w->torrent;
    }
    if (v->files == NULL && d != NULL && d->filetable != NULL)
        v->files = filetable_ref(d->filetable);
}

static uint32_t more_parts(const void *self)
{
    const struct view_pieces *v = self;
    uint32_t parts = piece_cells_parts(v->mode) & ~(uint32_t)FOCUS_FILES;
    return parts | (v->files == NULL ? FOCUS_FILES : 0u);
}

static void draw_counts(const struct draw_pane *p, const struct detail *d)
{
    char size[UNITS_LEN];
    unsigned share = units_permille(d->n_state[DETAIL_HAVE], d->n_pieces);
    units_size(size, d->piece_len);
    int x = 1;
    x += draw_format(p, 0, x, p->w - x, THEME_NORMAL,
                     "have %u/%u %u.%u%%  active %u  verify %u  rare(1) %u  "
                     "gone(0) %u",
                     d->n_state[DETAIL_HAVE], d->n_pieces, share / 10,
                     share % 10, d->n_state[DETAIL_ACTIVE],
                     d->n_state[DETAIL_CHECKING], d->n_one_source,
                     d->n_no_source);
    if (d->n_bad > 0)
        x += draw_format(p, 0, x, p->w - x, THEME_BAD, "  bad %u", d->n_bad);
    if (d->piece_len > 0)
        draw_format(p, 0, x, p->w - x, THEME_DIM, "  %s x %u blk", size,
                    d->blocks_per_piece);
}

/* The peer whose pieces are marked; NULL: none. */
static const struct detail_peer *marked_peer(const struct view_pieces *v,
                                             const struct view_world *w,
                                             const struct detail *d)
{
    return v->hides_peer || w->peer == 0 || d->focus.peer != w->peer ||
                   d->peer_has == NULL
               ? NULL
               : detail_peer_by_id(d, w->peer);
}

static void draw_mode(const struct draw_pane *p, int y,
                      const struct view_pieces *v, const struct view_world *w,
                      const struct detail *d)
{
    int x = 1;
    const struct detail_peer *peer = marked_peer(v, w, d);
    x += draw_format(p, y, x, p->w - x, THEME_HEADING, "%-8s",
                     piece_cells_name(v->mode));
    if (v->map.zoom == PIECE_MAP_DOTS)
        x +=
            draw_format(p, y, x, p->w - x, THEME_DIM, "  had: 8 pieces a cell");
    else
        x +=
            draw_format(p, y, x, p->w - x, THEME_DIM, "  %s1 cell = %u piece%s",
                        v->map.zoom == PIECE_MAP_FIT ? "fit: " : "",
                        v->map.per_cell, v->map.per_cell == 1 ? "" : "s");
    if (peer != NULL) {
        char letters[4];
        detail_peer_letters(peer->slot, letters);
        x += draw_text(p, y, x, p->w - x, THEME_NORMAL, "  ");
        x += draw_format(p, y, x, p->w - x, THEME_OF_PEER, "%s has", letters);
        x += draw_format(p, y, x, p->w - x, THEME_DIM, " %u that we lack",
                         peer->n_gives);
    }
    if (d->n_next > 0) {
        struct draw_pane rest = draw_sub(p, y, x + 1, 1, p->w - x - 1);
        piece_inspector_next(&rest, 0, d);
    }
}

static void draw_map(struct view_pieces *v, const struct view_world *w,
                     const struct detail *d, const struct draw_pane *p)
{
    const struct detail_peer *peer = marked_peer(v, w, d);
    struct piece_cells cells = {.mode = v->mode,
                                .d = d,
                                .files = v->files,
                                .file_idx = w->file_idx,
                                .peer = peer != NULL ? peer->id : 0,
                                .now_ms = w->frame->now_ms};
    v->cells = *p;
    piece_map_draw(&v->map, p, &cells, w->piece_idx);
}

/* The piece, and below it all that are under way. */
static void draw_side(struct view_pieces *v, const struct view_world *w,
                      const struct detail *d, const struct draw_pane *p)
{
    int list_h = (int)(d->n_active < INT16_MAX ? d->n_active : INT16_MAX) + 1;
    int most = p->h / 2 > SIDE_LIST_LEAST_H ? p->h / 2 : SIDE_LIST_LEAST_H;
    list_h = d->n_active == 0 ? 0 : list_h < most ? list_h : most;
    struct draw_pane words = draw_sub(p, 0, 0, p->h - list_h, p->w);
    piece_inspector_draw(&words, w, d, v->files);
    draw_format(p, p->h - list_h, 1, p->w - 1, THEME_HEADING,
                "%zu under way: blocks, how many here, copies, age",
                d->n_active);
    v->list = draw_sub(p, p->h - list_h + 1, 0, list_h - 1, p->w);
    piece_blocks_list(&v->list, d, w->piece_idx, w->peer, w->frame->now_ms);
}

static int side_width(int w)
{
    int side = w * 7 / 20;
    return side < SIDE_LEAST_W  ? SIDE_LEAST_W
           : side > SIDE_MOST_W ? SIDE_MOST_W
                                : side;
}

/* The map between the lines above and below it; `foot` rows are on the piece. */
static void draw_main(struct view_pieces *v, const struct view_world *w,
                      const struct detail *d, const struct draw_pane *p,
                      int foot)
{
    int head = p->h >= MODE_FROM_H ? 2 : p->h >= COUNTS_FROM_H ? 1 : 0;
    int legend = p->h >= MODE_FROM_H ? 1 : 0;
    int height = p->h - head - legend - foot;
    struct draw_pane map = draw_sub(p, head, 0, height, p->w);
    piece_map_fit(&v->map, d->n_pieces, w->piece_idx, map.h, map.w);
    if (head > 0)
        draw_counts(p, d);
    if (head > 1)
        draw_mode(p, 1, v, w, d);
    draw_map(v, w, d, &map);
    if (legend > 0)
        draw_text(p, head + height, 1, p->w - 1, THEME_DIM,
                  v->map.zoom == PIECE_MAP_DOTS
                      ? "a dot is a piece that is had, down and then across"
                      : piece_cells_legend(v->mode));
    struct draw_pane words = draw_sub(p, p->h - foot, 0, foot, p->w);
    if (foot > 0)
        piece_inspector_draw(&words, w, d, v->files);
}

static void view_pieces_draw(void *self, struct view_world *w,
                             const struct draw_pane *p)
{
    struct view_pieces *v = self;
    const struct detail *d = detail_of(w);
    keep_files(v, w, view_detail(w));
    v->list = draw_sub(p, 0, 0, 0, 0);
    v->top = p->y;
    v->left = p->x;
    if (d == NULL) {
        v->cells = v->list;
        draw_text(p, 0, 1, p->w - 1, THEME_DIM, "nothing is known of it yet");
        return;
    }
    if (w->piece_idx == FOCUS_PIECE_NONE)
        w->piece_idx = 0;
    if (w->piece_idx >= d->n_pieces)
        w->piece_idx = d->n_pieces - 1;
    if (p->w >= SIDE_FROM_W) {
        int side = side_width(p->w);
        struct draw_pane left = draw_sub(p, 0, 0, p->h, p->w - side - 1);
        struct draw_pane right = draw_sub(p, 0, p->w - side, p->h, side);
        draw_main(v, w, d, &left, 0);
        draw_side(v, w, d, &right);
        return;
    }
    int foot = p->h >= FOOT_FULL_FROM_H ? FOOT_FULL_H
               : p->h >= FOOT_FROM_H    ? FOOT_H
                                        : 0;
    draw_main(v, w, d, p, foot);
}

/* What keys do. */

/* To a cell: to the piece in it that gives it its letter. */
static void go_to_cell(const struct view_pieces *v, struct view_world *w,
                       const struct detail *d, uint32_t first, uint32_t end)
{
    w->piece_idx = v->map.zoom == PIECE_MAP_FIT
                       ? piece_cells_telling(d, first, end)
                       : first;
}

static void find(struct view_world *w, const struct detail *d,
                 enum keys_action action)
{
    static const struct {
        enum keys_action action;
        enum piece_find_kind kind;
        bool is_back;
        const char *none;
    } finds[] = {
        {KEYS_NEXT_MATCH, PIECE_FIND_ACTIVE, false, "no piece is under way"},
        {KEYS_PREV_MATCH, PIECE_FIND_ACTIVE, true, "no piece is under way"},
        {KEYS_NEXT_RARE, PIECE_FIND_RARE, false, "no piece is wanted"},
        {KEYS_NEXT_BAD, PIECE_FIND_BAD, false, "no piece failed its hash"},
    };
    for (size_t i = 0; i < sizeof finds / sizeof *finds; i++)
        if (finds[i].action == action &&
            !piece_find_next(d, finds[i].kind, w->piece_idx, finds[i].is_back,
                             &w->piece_idx))
            snprintf(w->message, sizeof w->message, "%s", finds[i].none);
}

static void go_to_number(struct view_world *w, struct ask *a, int key)
{
    const struct detail *d = detail_of(w);
    char *end;
    (void)key;
    unsigned long n = strtoul(a->line.text, &end, 10);
    if (d == NULL || a->line.text[0] < '0' || a->line.text[0] > '9' ||
        *end != '\0' || n >= d->n_pieces) {
        snprintf(w->message, sizeof w->message,
                 "there is no piece \"%.40s\": 0 to %u", a->line.text,
                 d != NULL ? d->n_pieces - 1 : 0);
        ask_again(a);
    } else
        w->piece_idx = (uint32_t)n;
}

static void go_to_file(const struct view_pieces *v, struct view_world *w)
{
    uint32_t n_more;
    const struct filetable_file *f =
        piece_inspector_file(v->files, w->piece_idx, &n_more);
    if (f == NULL) {
        snprintf(w->message, sizeof w->message, "its file is not known yet");
        return;
    }
    w->file_idx = (uint32_t)(f - v->files->files);
    w->go = VIEW_FILES;
}

static void raise_piece(struct view_world *w, const struct detail *d)
{
    if (!piece_cells_lacks(d, w->piece_idx)) {
        snprintf(w->message, sizeof w->message, "piece %u is %s", w->piece_idx,
                 detail_piece_state(d->pieces[w->piece_idx]) == DETAIL_HAVE
                     ? "here already"
                     : "not wanted: its file is skipped");
        return;
    }
    struct command *c = command_new(COMMAND_RAISE, w->torrent);
    c->piece_idx = w->piece_idx;
    view_send(w, c);
    snprintf(w->message, sizeof w->message, "piece %u before all others",
             w->piece_idx);
}

/* What needs no piece; false: it is none of that. */
static bool on_look(struct view_pieces *v, struct view_world *w,
                    enum keys_action action)
{
    if (action == KEYS_MODE)
        v->mode = (enum piece_cells_mode)((v->mode + 1) % PIECE_CELLS_N_MODES);
    else if (action == KEYS_ZOOM)
        piece_map_zoom(&v->map,
                       v->cells.draw != NULL &&
                           draw_look(v->cells.draw).level == GLYPHS_BRAILLE);
    else if (action == KEYS_MARK) {
        v->hides_peer = !v->hides_peer;
        if (w->peer == 0)
            snprintf(w->message, sizeof w->message,
                     "no peer is selected: 3 has them");
    } else if (action == KEYS_GOTO)
        ask_line(&w->ask, "to piece", "", go_to_number);
    else
        return false;
    return true;
}

static bool view_pieces_act(void *self, struct view_world *w,
                            enum keys_action action)
{
    struct view_pieces *v = self;
    const struct detail *d = detail_of(w);
    bool finds = action == KEYS_NEXT_MATCH || action == KEYS_PREV_MATCH ||
                 action == KEYS_NEXT_RARE || action == KEYS_NEXT_BAD;
    bool acts =
        action == KEYS_FILE || action == KEYS_RAISE || action == KEYS_OPEN;
    bool moves = action >= KEYS_NEXT && action <= KEYS_RIGHT;
    uint32_t first, end;
    if (on_look(v, w, action))
        return true;
    if (!finds && !acts && !moves)
        return torrent_acts_do(w, action, &w->torrent, 1);
    if (d == NULL || w->piece_idx >= d->n_pieces || v->map.n_pieces == 0)
        return true;
    if (finds)
        find(w, d, action);
    else if (action == KEYS_FILE)
        go_to_file(v, w);
    else if (action == KEYS_RAISE)
        raise_piece(w, d);
    else if (action == KEYS_OPEN)
        w->go = VIEW_PEERS;
    else if (piece_map_move(&v->map, action, w->piece_idx, &first, &end) &&
             end <= d->n_pieces &&
             (w->piece_idx < first || w->piece_idx >= end ||
              action == KEYS_FIRST || action == KEYS_LAST))
        go_to_cell(v, w, d, first, end);
    return true;
}

static bool view_pieces_click(void *self, struct view_world *w, int y, int x)
{
    struct view_pieces *v = self;
    const struct detail *d = detail_of(w);
    uint32_t first, end;
    if (d == NULL || v->map.n_pieces != d->n_pieces)
        return false;
    int list_y = y + v->top - v->list.y, list_x = x + v->left - v->list.x;
    if (list_x >= 0 && list_x < v->list.w) {
        uint32_t at = piece_blocks_list_at(d, w->piece_idx, v->list.h, list_y);
        if (at == FOCUS_PIECE_NONE)
            return false;
        w->piece_idx = at;
        return true;
    }
    if (!piece_map_at(&v->map, y + v->top - v->cells.y,
                      x + v->left - v->cells.x, &first, &end))
        return false;
    go_to_cell(v, w, d, first, end);
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
        .free = view_pieces_free,
        .draw = view_pieces_draw,
        .optional = FOCUS_FILES,
        .more_parts = more_parts,
        .act = view_pieces_act,
        .click = view_pieces_click,
    };
    return &ops;
}
