#include "config.h"

#include "engine/inspect_pieces.h"

#include <stdlib.h>
#include <string.h>

#include "engine/watch.h"
#include "util/xalloc.h"

_Static_assert((int)DETAIL_PICK_N == (int)PICK_N_REASONS &&
                   (int)DETAIL_PICK_LATE == (int)PICK_LATE &&
                   (int)DETAIL_PICK_RAREST == (int)PICK_RAREST &&
                   (int)DETAIL_BLOCK_ASKED == (int)BLOCK_ASKED &&
                   (int)DETAIL_BLOCK_RECEIVED == (int)BLOCK_RECEIVED,
               "what the model calls them is what they are");

/* The state of a piece as views know it. */
static uint8_t piece_of(const struct torrent *t, uint32_t i)
{
    uint8_t state = DETAIL_MISSING;
    switch (pieces_state(t->pieces, i)) {
    case PIECE_MISSING:
        break;
    case PIECE_PARTIAL:
        state = pieces_n_blocks_asked(t->pieces, i) > 0 ? DETAIL_ACTIVE
                                                        : DETAIL_PARTIAL;
        break;
    case PIECE_COMPLETE:
        state = DETAIL_CHECKING;
        break;
    case PIECE_HAVE:
        state = DETAIL_HAVE;
        break;
    case PIECE_UNWANTED:
        state = DETAIL_UNWANTED;
        break;
    }
    const struct bitset *bad = t->watch->bad;
    unsigned priority = (unsigned)pieces_priority(t->pieces, i);
    return (uint8_t)(state |
                     (bad != NULL && bitset_get(bad, i) ? DETAIL_BAD : 0u) |
                     priority << DETAIL_PRIORITY_SHIFT);
}

static uint8_t availability_of(const struct torrent *t, uint32_t i)
{
    uint32_t a = pieces_availability(t->pieces, i);
    return a > UINT8_MAX ? UINT8_MAX : (uint8_t)a;
}

/* A wanted piece that is not had: is it among the rarest so far? */
static void note_rare(struct detail *d, uint32_t i)
{
    uint8_t a = d->availability[i];
    d->n_no_source += a == 0;
    d->n_one_source += a == 1;
    if (a < d->availability_min) {
        d->availability_min = a;
        d->n_rare = 0;
    }
    if (a == d->availability_min && d->n_rare < DETAIL_MAX_RARE)
        d->rare[d->n_rare++] = i;
}

/* Would a be begun before b? Equals: by index, which is not what lots would say. */
static bool is_sooner(const struct detail *d, uint32_t a, uint32_t b)
{
    uint8_t pa = d->pieces[a] & DETAIL_PRIORITY_MASK;
    uint8_t pb = d->pieces[b] & DETAIL_PRIORITY_MASK;
    if (pa != pb)
        return pa > pb;
    return !d->is_sequential && d->availability[a] < d->availability[b];
}

/* A piece that somebody has and that is not begun: is it among the next? */
static void note_next(struct detail *d, uint32_t i)
{
    uint32_t at = d->n_next;
    while (at > 0 && is_sooner(d, i, d->next[at - 1]))
        at--;
    if (at == DETAIL_MAX_NEXT)
        return;
    if (d->n_next < DETAIL_MAX_NEXT)
        d->n_next++;
    for (uint32_t k = d->n_next - 1; k > at; k--)
        d->next[k] = d->next[k - 1];
    d->next[at] = i;
}

/* Who would be asked for these: a peer that has room asks for the next one that the other
 * side has, and those that send most have room most often. */
static void note_whom(struct torrent *t, struct detail *d)
{
    uint64_t most_Bps[DETAIL_MAX_NEXT];
    int64_t now_ms = loop_now_ms(t->env->loop);
    for (struct member *m = t->members; m != NULL && d->n_next > 0;
         m = m->next) {
        struct peer_status s;
        if (m->peer == NULL || peerlink_is_closing(m->link))
            continue;
        peer_status(m->peer, now_ms, &s);
        for (uint32_t i = 0; i < d->n_next && !s.is_choking; i++)
            if (bitset_get(peer_has(m->peer), d->next[i]) &&
                (d->next_peer[i] == 0 || s.rate_down_Bps > most_Bps[i])) {
                d->next_peer[i] = m->id;
                most_Bps[i] = s.rate_down_Bps;
            }
    }
}

void inspect_pieces(struct torrent *t, struct detail *d)
{
    uint32_t n = t->geo->n_pieces;
    /* The first few are drawn by lot: nobody knows which. */
    bool by_rarity = picker_is_sequential(t->picker) ||
                     pieces_n_have(t->pieces) >= PICKER_RANDOM_FIRST_PIECES;
    d->pieces = xmalloc(n);
    d->availability = xmalloc(n);
    d->availability_min = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++) {
        uint8_t piece = d->pieces[i] = piece_of(t, i);
        d->availability[i] = availability_of(t, i);
        enum detail_piece state = detail_piece_state(piece);
        d->n_state[state]++;
        d->n_bad += (piece & DETAIL_BAD) != 0;
        if (state == DETAIL_HAVE || state == DETAIL_UNWANTED)
            continue;
        note_rare(d, i);
        if (by_rarity && state == DETAIL_MISSING && d->availability[i] > 0)
            note_next(d, i);
    }
    if (d->availability_min == UINT32_MAX)
        d->availability_min = 0;
    note_whom(t, d);
}

/* What is under way. */

static void copy_table(struct detail *d, struct detail_active *a,
                       const struct pieces_block *blocks)
{
    if (a->n_blocks > DETAIL_MAX_BLOCKS - d->n_blocks) {
        a->table = DETAIL_NO_TABLE;
        return;
    }
    a->table = (uint32_t)d->n_blocks;
    for (uint32_t i = 0; i < a->n_blocks; i++)
        d->blocks[d->n_blocks++] =
            (struct detail_block){.state = blocks[i].state,
                                  .reason = blocks[i].reason,
                                  .n_asked = blocks[i].n_asked,
                                  .peer = blocks[i].peer,
                                  .since_ms = blocks[i].since_ms};
}

static void sum_up(struct detail_active *a, const struct pieces_block *blocks)
{
    for (uint32_t i = 0; i < a->n_blocks; i++) {
        const struct pieces_block *b = &blocks[i];
        if (b->state == BLOCK_FREE)
            continue;
        if (a->first_ms == 0 || b->since_ms < a->first_ms)
            a->first_ms = b->since_ms;
        if (b->state == BLOCK_RECEIVED && b->since_ms > a->last_ms)
            a->last_ms = b->since_ms;
    }
}

static void add_active(struct torrent *t, struct detail *d, uint32_t i)
{
    const struct pieces_block *blocks = pieces_blocks(t->pieces, i);
    struct detail_active *a = &d->active[d->n_active++];
    *a = (struct detail_active){
        .piece_idx = i,
        .n_blocks = geometry_n_blocks(t->geo, i),
        .n_received = pieces_n_blocks_received(t->pieces, i),
        .n_asked = pieces_n_blocks_asked(t->pieces, i),
        .piece = piece_of(t, i),
        .availability = availability_of(t, i),
    };
    sum_up(a, blocks);
    copy_table(d, a, blocks);
}

/* Does the walk stop short of the piece in focus, which has a table? */
static bool leaves_out(const struct torrent *t, const struct detail *d,
                       uint32_t i)
{
    uint32_t focus = d->focus.piece_idx;
    return d->n_active == DETAIL_MAX_ACTIVE - 1 && focus < t->geo->n_pieces &&
           i < focus && pieces_blocks(t->pieces, focus) != NULL;
}

void inspect_pieces_active(struct torrent *t, struct detail *d)
{
    size_t n = 0, n_blocks = 0;
    for (int64_t i = pieces_next_partial(t->pieces, 0);
         i >= 0 && n < DETAIL_MAX_ACTIVE;
         i = pieces_next_partial(t->pieces, (uint32_t)i + 1)) {
        n++;
        n_blocks += t->geo->blocks_per_piece;
    }
    if (n_blocks > DETAIL_MAX_BLOCKS)
        n_blocks = DETAIL_MAX_BLOCKS;
    d->active = xcalloc(n, sizeof *d->active);
    d->blocks = xcalloc(n_blocks, sizeof *d->blocks);
    for (int64_t i = pieces_next_partial(t->pieces, 0);
         i >= 0 && d->n_active < n;
         i = pieces_next_partial(t->pieces, (uint32_t)i + 1)) {
        if (leaves_out(t, d, (uint32_t)i))
            i = d->focus.piece_idx;
        add_active(t, d, (uint32_t)i);
    }
}

/* Files. */

/* How many bytes of piece i lie in the file. */
static uint64_t overlap(const struct torrent *t, const struct filetable_file *f,
                        uint32_t i)
{
    uint64_t from = geometry_piece_off(t->geo, i);
    uint64_t to = from + geometry_piece_len(t->geo, i);
    if (from < f->off)
        from = f->off;
    if (to > f->off + f->size_bytes)
        to = f->off + f->size_bytes;
    return to - from;
}

static void look_at_file(const struct torrent *t,
                         const struct filetable_file *f,
                         struct detail_file *out)
{
    const struct bitset *have = pieces_have(t->pieces);
    bool is_contiguous = true;
    if (f->size_bytes == 0) {
        out->has_first = out->has_last = true;
        return;
    }
    out->has_first = bitset_get(have, f->first_piece);
    out->has_last = bitset_get(have, f->last_piece);
    for (uint32_t i = f->first_piece; i <= f->last_piece; i++) {
        if (!bitset_get(have, i)) {
            is_contiguous = false;
            continue;
        }
        uint64_t n = overlap(t, f, i);
        out->done_bytes += n;
        if (is_contiguous)
            out->contiguous_bytes += n;
    }
}

void inspect_pieces_files(struct torrent *t, struct detail *d)
{
    struct watch *w = t->watch;
    if (w->files == NULL)
        w->files = filetable_new(t->meta);
    d->filetable = filetable_ref(w->files);
    d->files = xcalloc(w->files->n_files, sizeof *d->files);
    for (size_t i = 0; i < w->files->n_files; i++) {
        d->files[i].priority = t->file_priorities[i];
        look_at_file(t, &w->files->files[i], &d->files[i]);
    }
}

/* Sources and ages. */

void inspect_pieces_origins(struct torrent *t, struct detail *d)
{
    const struct watch *w = t->watch;
    uint32_t n = t->geo->n_pieces;
    uint32_t now_s = (uint32_t)(loop_now_ms(t->env->loop) / 1000);
    const struct bitset *have = pieces_have(t->pieces);
    if ((d->focus.parts & FOCUS_SOURCES) != 0) {
        d->sources = xcalloc(n, sizeof *d->sources);
        for (uint32_t i = 0; w->sources != NULL && i < n; i++)
            d->sources[i] = bitset_get(have, i) ? w->sources[i] : 0;
    }
    if ((d->focus.parts & FOCUS_AGES) != 0) {
        d->ages_s = xcalloc(n, sizeof *d->ages_s);
        for (uint32_t i = 0; i < n; i++)
            d->ages_s[i] =
                w->came_s != NULL && w->came_s[i] > 0 && bitset_get(have, i)
                    ? now_s + 1 - w->came_s[i]
                    : UINT32_MAX;
    }
}
