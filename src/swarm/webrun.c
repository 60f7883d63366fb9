#include "config.h"

#include "swarm/webrun.h"

#include <assert.h>

#include "swarm/endgame.h"

/* What is being chosen. */
struct choice {
    struct pieces *pieces;
    const struct geometry *geo;
    const struct picker_query *q;
    enum pick_reason reason;
    uint64_t left_bytes;
    struct webrun run;
};

struct block_ref webrun_block(const struct webrun *run,
                              const struct geometry *geo, uint32_t i)
{
    /* Only the last piece has fewer blocks, and nothing is behind it. */
    uint64_t at = (uint64_t)run->first.block_idx + i;
    return (struct block_ref){run->first.piece_idx +
                                  (uint32_t)(at / geo->blocks_per_piece),
                              (uint32_t)(at % geo->blocks_per_piece)};
}

int64_t webrun_find(const struct webrun *run, const struct geometry *geo,
                    struct block_ref b)
{
    int64_t i =
        ((int64_t)b.piece_idx - run->first.piece_idx) * geo->blocks_per_piece +
        (int64_t)b.block_idx - run->first.block_idx;
    return i >= 0 && i < run->n_blocks ? i : -1;
}

static uint64_t off_of(const struct geometry *geo, struct block_ref b)
{
    return geometry_piece_off(geo, b.piece_idx) + geometry_block_begin(b);
}

uint64_t webrun_off(const struct webrun *run, const struct geometry *geo)
{
    return off_of(geo, run->first);
}

uint64_t webrun_end(const struct webrun *run, const struct geometry *geo,
                    uint32_t n)
{
    if (n == 0)
        return webrun_off(run, geo);
    struct block_ref last = webrun_block(run, geo, n - 1);
    return off_of(geo, last) + geometry_block_len(geo, last);
}

static void ask(struct choice *c, struct block_ref b)
{
    uint32_t len = geometry_block_len(c->geo, b);
    pieces_ask(c->pieces, b, c->q->peer, c->reason, c->q->now_ms);
    c->left_bytes -= len < c->left_bytes ? len : c->left_bytes;
    c->run.n_blocks++;
}

/* May this block be asked for? */
static bool is_open(const struct choice *c, struct block_ref b)
{
    const struct pieces_block *blocks = pieces_blocks(c->pieces, b.piece_idx);
    return blocks == NULL || blocks[b.block_idx].state == BLOCK_FREE;
}

/* Ask for what follows in the piece of b, b included. */
static void ask_rest(struct choice *c, struct block_ref b)
{
    uint32_t n = geometry_n_blocks(c->geo, b.piece_idx);
    for (; b.block_idx < n; b.block_idx++) {
        if ((c->run.n_blocks > 0 &&
             c->left_bytes < geometry_block_len(c->geo, b)) ||
            !is_open(c, b))
            return;
        ask(c, b);
    }
}

/* A piece that nobody has begun, wanted as much as this one or more. */
static bool is_untouched(const struct choice *c, uint32_t piece_idx,
                         enum piece_priority least)
{
    return piece_idx < c->geo->n_pieces &&
           pieces_state(c->pieces, piece_idx) == PIECE_MISSING &&
           bitset_get(c->q->has, piece_idx) &&
           pieces_priority(c->pieces, piece_idx) >= least;
}

/* Does it run to the end of its last piece? */
static bool is_at_end(const struct choice *c, uint32_t *next_out)
{
    struct block_ref last = webrun_block(&c->run, c->geo, c->run.n_blocks - 1);
    *next_out = last.piece_idx + 1;
    return last.block_idx + 1 == geometry_n_blocks(c->geo, last.piece_idx);
}

static void go_on(struct choice *c)
{
    enum piece_priority priority =
        pieces_priority(c->pieces, c->run.first.piece_idx);
    uint32_t next;
    while (c->q->may_open && is_at_end(c, &next) &&
           is_untouched(c, next, priority) &&
           pieces_priority(c->pieces, next) == priority &&
           geometry_piece_len(c->geo, next) <= c->left_bytes)
        ask_rest(c, (struct block_ref){next, 0});
}

/* Would it do as well to go on behind the last run as with what the picker chose, which
 * was not begun? */
static bool is_as_good(const struct choice *c, const struct picker *picker,
                       struct block_ref picked, struct block_ref next)
{
    if (picker_is_sequential(picker) || next.piece_idx >= c->geo->n_pieces ||
        next.block_idx >= geometry_n_blocks(c->geo, next.piece_idx) ||
        pieces_n_blocks_asked(c->pieces, picked.piece_idx) != 1 ||
        pieces_n_blocks_received(c->pieces, picked.piece_idx) != 0)
        return false;
    enum piece_priority least = pieces_priority(c->pieces, picked.piece_idx);
    if (next.block_idx == 0)
        return is_untouched(c, next.piece_idx, least);
    return pieces_state(c->pieces, next.piece_idx) == PIECE_PARTIAL &&
           pieces_priority(c->pieces, next.piece_idx) >= least &&
           bitset_get(c->q->has, next.piece_idx) && is_open(c, next);
}

/* Make a run of the first choice and of those that lie before and behind it without a
 * gap, n choices in all; the others are given back. */
static void join(struct choice *c, const struct picker_choice *choices,
                 size_t n)
{
    bool is_in[ENDGAME_AT_ONCE] = {true};
    c->run = (struct webrun){.first = choices[0].block, .n_blocks = 1};
    for (size_t i = 1; i < n; i++) {
        struct block_ref b = choices[i].block;
        struct webrun before = {b, 2}; /* it and the block behind it */
        if (is_in[i])
            continue;
        if (webrun_find(&before, c->geo, c->run.first) == 1)
            c->run.first = b;
        else if (!geometry_same_block(webrun_block(&c->run, c->geo,
                                                   c->run.n_blocks),
                                      b))
            continue;
        c->run.n_blocks++;
        is_in[i] = true;
        i = 0; /* others may lie beside it */
    }
    for (size_t i = 1; i < n; i++)
        if (!is_in[i])
            pieces_unask(c->pieces, choices[i].block, c->q->peer);
}

bool webrun_pick(struct picker *picker, struct pieces *pieces,
                 const struct picker_query *query, const struct webrun *last,
                 uint64_t max_bytes, struct webrun *out)
{
    struct picker_choice choices[ENDGAME_AT_ONCE];
    size_t n = picker_next(picker, query, choices,
                           query->outlook != NULL ? ENDGAME_AT_ONCE : 1);
    if (n == 0)
        return false;
    struct picker_choice picked = choices[0];
    struct choice c = {.pieces = pieces,
                       .geo = pieces_geometry(pieces),
                       .q = query,
                       .reason = picked.reason,
                       .left_bytes = max_bytes};
    if (picked.reason == PICK_ENDGAME || picked.reason == PICK_LATE) {
        join(&c, choices, n);
        *out = c.run;
        return true;
    }
    for (size_t i = 1; i < n; i++)
        pieces_unask(pieces, choices[i].block, query->peer);
    struct block_ref first = picked.block, next = first;
    bool goes_on = false;
    if (last != NULL) {
        next = webrun_block(last, c.geo, last->n_blocks);
        goes_on = is_as_good(&c, picker, first, next);
    }
    if (goes_on) {
        pieces_unask(pieces, first, query->peer);
        c.run.first = next;
        ask_rest(&c, next);
    } else {
        uint32_t len = geometry_block_len(c.geo, first);
        c.run = (struct webrun){.first = first, .n_blocks = 1};
        c.left_bytes -= len < c.left_bytes ? len : c.left_bytes;
        ask_rest(&c, (struct block_ref){first.piece_idx, first.block_idx + 1});
    }
    go_on(&c);
    assert(c.run.n_blocks > 0);
    *out = c.run;
    return true;
}
