#include "config.h"

#include "ui/piece_blocks.h"

#include <ctype.h>
#include <stdio.h>

#include "ui/piece_cells.h"
#include "util/text.h"

enum {
    LIST_BLOCKS = 32, /* cells of a row of the list, in a pane with room */
    LIST_REST_W = 20, /* what follows them */
    LIST_LEAST = 8
};

uint32_t piece_blocks_per_cell(const struct detail_active *a, int max)
{
    uint32_t cells = max > 1 ? (uint32_t)max : 1;
    return a->n_blocks > cells ? (a->n_blocks + cells - 1) / cells : 1;
}

static struct cellrow_cell asked_cell(const struct detail *d,
                                      const struct detail_block *b,
                                      uint32_t peer, int64_t now_ms)
{
    struct cellrow_cell cell = {.letter = piece_cells_peer(d, b->peer),
                                .role = THEME_ACTIVE};
    if (piece_cells_is_slow(d, b, now_ms)) {
        cell.letter = (char)tolower((unsigned char)cell.letter);
        cell.role = THEME_RARE;
    }
    if (b->n_asked > 1)
        cell.letter = b->n_asked < 10 ? (char)('0' + b->n_asked) : '+';
    if (peer != 0 && b->peer == peer)
        cell.role = THEME_BAR;
    return cell;
}

int piece_blocks_make(const struct detail *d, const struct detail_active *a,
                      uint32_t peer, int64_t now_ms, int max,
                      struct cellrow_cell *out)
{
    const struct detail_block *blocks = detail_blocks_of(d, a);
    uint32_t per_cell = piece_blocks_per_cell(a, max);
    int n = 0;
    for (uint32_t i = 0; blocks != NULL && i < a->n_blocks; i += per_cell) {
        const struct detail_block *oldest = NULL;
        uint32_t end = i + per_cell < a->n_blocks ? i + per_cell : a->n_blocks;
        uint32_t n_here = 0;
        for (uint32_t k = i; k < end; k++) {
            n_here += blocks[k].state == DETAIL_BLOCK_RECEIVED;
            if (blocks[k].state == DETAIL_BLOCK_ASKED &&
                (oldest == NULL || blocks[k].since_ms < oldest->since_ms))
                oldest = &blocks[k];
        }
        out[n++] = oldest != NULL      ? asked_cell(d, oldest, peer, now_ms)
                   : n_here == end - i ? cellrow_of('#')
                   : n_here > 0        ? cellrow_of('=')
                                       : cellrow_of('.');
    }
    return n;
}

void piece_blocks_age(char dst[16], int64_t ms)
{
    if (ms < 0)
        ms = 0;
    if (ms < 100000)
        snprintf(dst, 16, "%u.%us", (unsigned)(ms / 1000),
                 (unsigned)(ms % 1000 / 100));
    else
        text_duration(dst, 16, ms / 1000);
}

/* The first entry that is drawn. */
static size_t list_top(const struct detail *d, uint32_t cursor, int height)
{
    size_t rows = height > 0 ? (size_t)height : 1, at = 0;
    while (at < d->n_active && d->active[at].piece_idx < cursor)
        at++;
    size_t last_top = d->n_active > rows ? d->n_active - rows : 0;
    size_t top = at > rows / 2 ? at - rows / 2 : 0;
    return top < last_top ? top : last_top;
}

static void draw_entry(const struct draw_pane *p, int y, const struct detail *d,
                       const struct detail_active *a, uint32_t peer,
                       int64_t now_ms)
{
    struct cellrow_cell cells[LIST_BLOCKS];
    char age[16] = "";
    int label_w = snprintf(NULL, 0, "%u", d->n_pieces - 1) + 1;
    int room = p->w - label_w - 1 - LIST_REST_W;
    int max = room > LIST_BLOCKS  ? LIST_BLOCKS
              : room < LIST_LEAST ? LIST_LEAST
                                  : room;
    int n = piece_blocks_make(d, a, peer, now_ms, max, cells);
    cellrow_draw(p, y, label_w + 1, cells, n);
    if (a->first_ms > 0)
        piece_blocks_age(age, now_ms - a->first_ms);
    int width = a->n_blocks < (uint32_t)max ? (int)a->n_blocks : max;
    draw_format(p, y, label_w + width + 2, p->w, THEME_DIM, "%u/%u avl%u %s",
                a->n_received, a->n_blocks, a->availability, age);
}

void piece_blocks_list(const struct draw_pane *p, const struct detail *d,
                       uint32_t cursor, uint32_t peer, int64_t now_ms)
{
    size_t top = list_top(d, cursor, p->h);
    int label_w = snprintf(NULL, 0, "%u", d->n_pieces - 1) + 1;
    for (size_t i = top; i < d->n_active && (int)(i - top) < p->h; i++) {
        char label[16];
        int y = (int)(i - top);
        bool is_cursor = d->active[i].piece_idx == cursor;
        snprintf(label, sizeof label, "%u", d->active[i].piece_idx);
        draw_right(p, y, 0, label_w, is_cursor ? THEME_BAR : THEME_NORMAL,
                   label);
        draw_entry(p, y, d, &d->active[i], peer, now_ms);
    }
}

uint32_t piece_blocks_list_at(const struct detail *d, uint32_t cursor,
                              int height, int y)
{
    size_t at = list_top(d, cursor, height) + (size_t)(y < 0 ? 0 : y);
    return y >= 0 && y < height && at < d->n_active ? d->active[at].piece_idx
                                                    : FOCUS_PIECE_NONE;
}
