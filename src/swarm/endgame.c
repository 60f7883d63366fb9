#include "config.h"

#include "swarm/endgame.h"

#include <stdlib.h>

#include "swarm/outlook.h"
#include "util/xalloc.h"

/* ---- What is on order ---- */

void endgame_init(struct endgame *e)
{
    *e = (struct endgame){.orders = NULL};
}

void endgame_fini(struct endgame *e)
{
    free(e->orders);
    endgame_init(e);
}

void endgame_tell(struct endgame *e, struct block_ref b, peer_id_t peer,
                  int64_t due_ms, int64_t stop_ms)
{
    if (e->n == e->cap) {
        e->cap = e->cap == 0 ? 64 : e->cap * 2;
        e->orders = xreallocarray(e->orders, e->cap, sizeof *e->orders);
    }
    e->orders[e->n++] = (struct endgame_order){.block = b,
                                               .peer = peer,
                                               .due_ms = due_ms,
                                               .by_ms = due_ms - stop_ms};
}

static int by_block(const void *a, const void *b)
{
    const struct endgame_order *x = a, *y = b;
    if (x->block.piece_idx != y->block.piece_idx)
        return x->block.piece_idx < y->block.piece_idx ? -1 : 1;
    if (x->block.block_idx != y->block.block_idx)
        return x->block.block_idx < y->block.block_idx ? -1 : 1;
    return x->due_ms < y->due_ms ? -1 : x->due_ms > y->due_ms;
}

/* The latest first; ties in an order that does not depend on who was told first. */
static int by_time(const void *a, const void *b)
{
    const struct endgame_order *x = a, *y = b;
    if (x->due_ms != y->due_ms)
        return x->due_ms > y->due_ms ? -1 : 1;
    return -by_block(a, b);
}

/* Of those on order with several keep one, as it is where it comes from first. */
static void merge(struct endgame *e, uint32_t from)
{
    uint32_t n = from;
    qsort(&e->orders[from], e->n - from, sizeof *e->orders, by_block);
    for (uint32_t i = from; i < e->n; i++)
        if (n == from ||
            !geometry_same_block(e->orders[n - 1].block, e->orders[i].block)) {
            e->orders[n] = e->orders[i];
            e->orders[n++].peer = PEER_ID_NONE;
        }
    e->n = n;
}

static void swap(struct endgame_order *a, struct endgame_order *b)
{
    struct endgame_order c = *a;
    *a = *b;
    *b = c;
}

/* Note how many each was asked of; what is asked of several goes last, and is merged. */
static void sort(struct endgame *e, const struct pieces *pieces)
{
    uint32_t n_single = 0;
    for (uint32_t i = 0; i < e->n; i++) {
        struct endgame_order *o = &e->orders[i];
        const struct pieces_block *blocks =
            pieces_blocks(pieces, o->block.piece_idx);
        if (blocks != NULL)
            o->n_asked = blocks[o->block.block_idx].n_asked;
        if (o->n_asked <= 1)
            swap(o, &e->orders[n_single++]);
    }
    if (n_single < e->n)
        merge(e, n_single);
    if (e->n > 0)
        qsort(e->orders, e->n, sizeof *e->orders, by_time);
}

static void refresh(struct endgame *e, const struct pieces *pieces,
                    bool is_early, int64_t now_ms)
{
    int64_t fresh_ms = (is_early ? ENDGAME_FRESH_EARLY_MS : ENDGAME_FRESH_MS) +
                       e->n / ENDGAME_PER_MS;
    if (e->is_told && now_ms - e->told_ms < fresh_ms)
        return;
    e->n = 0;
    e->teller.tell(e->teller.ctx, e);
    sort(e, pieces);
    e->told_ms = now_ms;
    e->is_told = true;
}

/* ---- Choosing ---- */

/* Is it still as it was told, and this peer to be asked for it? */
static bool is_open_to(const struct endgame_order *o,
                       const struct pieces *pieces, const struct parole *parole,
                       const struct picker_query *q, uint8_t max_copies)
{
    uint32_t piece_idx = o->block.piece_idx;
    if (o->peer == q->peer || !bitset_get(q->has, piece_idx) ||
        pieces_state(pieces, piece_idx) != PIECE_PARTIAL)
        return false;
    const struct pieces_block *b =
        &pieces_blocks(pieces, piece_idx)[o->block.block_idx];
    return b->state == BLOCK_ASKED && b->n_asked == o->n_asked &&
           b->n_asked < max_copies && !q->is_asked(q->ctx, o->block) &&
           !parole_keeps(parole, pieces, piece_idx, q->peer, q->now_ms);
}

static bool may_risk(const struct endgame *e, const struct pieces *pieces)
{
    uint64_t n =
        pieces_bytes_wanted(pieces) / GEOMETRY_BLOCK_LEN / ENDGAME_RISK_PART;
    return e->n_risked < (n > ENDGAME_RISK_BLOCKS ? n : ENDGAME_RISK_BLOCKS);
}

size_t endgame_find(struct endgame *e, const struct pieces *pieces,
                    const struct parole *parole,
                    const struct picker_query *query, bool is_early,
                    struct block_ref *out, size_t cap)
{
    const struct outlook *look = query->outlook;
    uint64_t more = 0;
    size_t n = 0;
    bool is_careful = is_early || query->is_careful;
    size_t most = query->is_frugal ? 1 : ENDGAME_AT_ONCE;
    cap = cap < most ? cap : most;
    if (cap == 0 || look == NULL || e->teller.tell == NULL ||
        (query->is_frugal && !query->is_idle) || !outlook_has_room(look, 0))
        return 0;
    refresh(e, pieces, is_early, query->now_ms);
    for (uint32_t i = 0; i < e->n && n < cap && outlook_has_room(look, more);
         i++) {
        const struct endgame_order *o = &e->orders[i];
        int64_t in_ms =
            outlook_next_ms(look, more + GEOMETRY_BLOCK_LEN) - query->now_ms;
        if (is_careful)
            in_ms *= 2;
        if (is_early)
            in_ms += ENDGAME_EARLY_MS;
        bool is_risk = o->by_ms - query->now_ms <= in_ms;
        if (o->due_ms - query->now_ms <
            in_ms + in_ms / ENDGAME_DOUBT_PART + ENDGAME_GAIN_MS)
            break;
        uint8_t max_copies = o->due_ms - query->now_ms - in_ms < ENDGAME_LONG_MS
                                 ? PICKER_MAX_COPIES
                                 : 2 * PICKER_MAX_COPIES;
        if ((is_risk && (is_careful || !may_risk(e, pieces))) ||
            !is_open_to(o, pieces, parole, query, max_copies))
            continue;
        e->n_risked += is_risk;
        out[n++] = o->block;
        more += GEOMETRY_BLOCK_LEN;
    }
    return n;
}

/* ---- What is late ---- */

struct busy {
    struct block_ref block;
    uint8_t n_asked;
    int64_t since_ms;
};

/* The best found so far, best first. */
struct found {
    struct busy best[PICKER_LATE_BLOCKS];
    size_t n;
    size_t cap;
};

static bool is_before(const struct busy *a, const struct busy *b)
{
    if (a->n_asked != b->n_asked)
        return a->n_asked < b->n_asked;
    return a->since_ms < b->since_ms;
}

static void offer(struct found *f, const struct busy *busy)
{
    if (f->n == f->cap && !is_before(busy, &f->best[f->n - 1]))
        return;
    size_t i = f->n < f->cap ? f->n++ : f->n - 1;
    for (; i > 0 && is_before(busy, &f->best[i - 1]); i--)
        f->best[i] = f->best[i - 1];
    f->best[i] = *busy;
}

/* Those that are late, each copy more by another late_ms. */
static void offer_blocks(struct found *f, const struct pieces *pieces,
                         const struct picker_query *q, uint32_t piece_idx)
{
    const struct pieces_block *blocks = pieces_blocks(pieces, piece_idx);
    uint32_t n = geometry_n_blocks(pieces_geometry(pieces), piece_idx);
    for (uint32_t i = 0; i < n; i++) {
        struct busy busy = {{piece_idx, i},
                            blocks[i].n_asked,
                            blocks[i].since_ms};
        if (blocks[i].state == BLOCK_ASKED &&
            busy.since_ms + q->stream.late_ms * busy.n_asked <= q->now_ms &&
            blocks[i].n_asked < PICKER_MAX_COPIES &&
            !q->is_asked(q->ctx, busy.block))
            offer(f, &busy);
    }
}

size_t endgame_find_late(const struct parole *parole,
                         const struct picker_query *query,
                         struct streaming_walk *walk, struct block_ref *out,
                         size_t cap)
{
    const struct pieces *pieces = walk->pieces;
    struct found f = {.n = 0, .cap = cap};
    uint32_t piece_idx;
    if (f.cap > PICKER_LATE_BLOCKS)
        f.cap = PICKER_LATE_BLOCKS;
    for (int i = 0; i < ENDGAME_LATE_PIECES && f.n < f.cap &&
                    streaming_next(walk, &piece_idx);
         i++) {
        if (bitset_get(query->has, piece_idx) &&
            pieces_state(pieces, piece_idx) == PIECE_PARTIAL &&
            !parole_keeps(parole, pieces, piece_idx, query->peer,
                          query->now_ms))
            offer_blocks(&f, pieces, query, piece_idx);
    }
    for (size_t i = 0; i < f.n; i++)
        out[i] = f.best[i].block;
    return f.n;
}
