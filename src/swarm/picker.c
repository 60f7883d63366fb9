#include "config.h"

#include "swarm/picker.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "swarm/endgame.h"
#include "swarm/parole.h"
#include "swarm/piece_order.h"
#include "swarm/ranking.h"
#include "swarm/streaming.h"

/* The buckets of one priority, and of all. A piece leaves MISSING to the right
 * only, so that a scan of a MISSING bucket can go on where a piece was
 * taken. */
enum {
    N_AVAILABILITIES = 256, /* more is as common as 255 */
    CLASS_LEFT = N_AVAILABILITIES,
    CLASS_SHARED,
    CLASS_LEN,
    N_CLASSES = 3,
    BUCKET_OUT = N_CLASSES * CLASS_LEN,
    N_BUCKETS
};

enum {
    N_AFFINITIES = 1024, /* a power of two; peers beyond share places */
    RANDOM_LOOKS = 64,   /* of a scan, in random order; then in placed order */
    LOOKS_BEFORE_WALK = 2048,
    LOOK_LATE_MS = 250 /* after a look that found nothing */
};

struct affinity {
    peer_id_t peer;
    uint32_t piece_idx;
};

struct picker {
    struct pieces *pieces; /* borrowed: outlives the picker */
    struct rng rng;        /* over rng_state: quick, and need not be strong */
    uint64_t rng_state;
    bool is_sequential;
    bool is_dirty; /* order is to be built before it is used */
    uint32_t n_pieces;
    struct piece_order *order; /* owned; NULL before the first build */
    uint32_t front[N_CLASSES]; /* none of that class that lacks is before it */
    int64_t look_late_ms;      /* not before */
    struct parole parole;
    struct endgame endgame;
    struct ranking ranking; /* of one stage */
    /* Owned: the piece each peer is at; NULL before the first pick. */
    struct affinity *affinities;
};

/* One call of picker_next(). */
struct call {
    struct picker *p;
    const struct picker_query *q;
    struct picker_choice *out;
    size_t cap;
    size_t n;
    uint64_t lead_blocks; /* sequential: FREE ones to leave to others */
    uint32_t beyond;      /* sequential: the window ends before this piece */
    bool is_seed;
    bool joins_early; /* stage 4 is on */
};

/* Where the search of one class for pieces not begun has got to. */
struct scan {
    uint32_t class_base;
    uint32_t bucket;
    uint32_t at;
    uint32_t n_looks;
    bool is_walk; /* the rest is in the heap */
};

/* ---- The order ---- */

static uint32_t class_base(enum piece_priority priority)
{
    return (uint32_t)(PIECE_HIGH - priority) * CLASS_LEN;
}

static uint32_t availability(const struct picker *p, uint32_t piece_idx)
{
    return pieces_availability(p->pieces, piece_idx) -
           pieces_n_seeds(p->pieces);
}

/* Where a piece belongs by what pieces says of it now. */
static uint32_t bucket_of(const void *ctx, uint32_t piece_idx)
{
    const struct picker *p = ctx;
    uint32_t base = class_base(pieces_priority(p->pieces, piece_idx));
    uint32_t n = 0;
    switch (pieces_state(p->pieces, piece_idx)) {
    case PIECE_MISSING:
        n = availability(p, piece_idx);
        return base + (n < N_AVAILABILITIES ? n : N_AVAILABILITIES - 1);
    case PIECE_PARTIAL:
        if (pieces_first_free(p->pieces, piece_idx) < 0)
            return BUCKET_OUT;
        n = pieces_n_blocks_asked(p->pieces, piece_idx);
        return base + (n == 0 ? CLASS_LEFT : CLASS_SHARED);
    case PIECE_COMPLETE:
    case PIECE_HAVE:
    case PIECE_UNWANTED:
        break;
    }
    return BUCKET_OUT;
}

static void on_change(void *ctx, uint32_t piece_idx)
{
    struct picker *p = ctx;
    enum piece_state state = pieces_state(p->pieces, piece_idx);
    if (state == PIECE_HAVE)
        parole_end(&p->parole, piece_idx);
    if (p->is_dirty)
        return;
    if (state != PIECE_HAVE && state != PIECE_UNWANTED) {
        enum piece_priority priority = pieces_priority(p->pieces, piece_idx);
        uint32_t *front = &p->front[PIECE_HIGH - priority];
        if (piece_idx < *front)
            *front = piece_idx;
    }
    piece_order_move(p->order, piece_idx, bucket_of(p, piece_idx));
}

static void on_many(void *ctx)
{
    struct picker *p = ctx;
    p->is_dirty = true;
}

static void build(struct picker *p)
{
    if (p->order == NULL)
        p->order = piece_order_new(p->n_pieces, N_BUCKETS, &p->rng);
    piece_order_build(p->order, bucket_of, p);
    memset(p->front, 0, sizeof(p->front));
    p->is_dirty = false;
}

struct picker *picker_new(struct pieces *pieces, const struct rng *rng)
{
    struct picker *p = xzalloc(sizeof(*p));
    p->pieces = pieces;
    p->rng_state = rng_u64(rng);
    p->rng = rng_seeded(&p->rng_state);
    p->is_dirty = true;
    p->n_pieces = pieces_geometry(pieces)->n_pieces;
    struct pieces_observer observer = {on_change, on_many, p};
    pieces_observe(pieces, &observer);
    return p;
}

void picker_free(struct picker *p)
{
    if (p == NULL)
        return;
    pieces_observe(p->pieces, NULL);
    parole_fini(&p->parole);
    endgame_fini(&p->endgame);
    free(p->affinities);
    ranking_fini(&p->ranking);
    piece_order_free(p->order);
    free(p);
}

void picker_set_teller(struct picker *p, const struct picker_teller *teller)
{
    p->endgame.teller = *teller;
}

void picker_set_sequential(struct picker *p, bool sequential)
{
    p->is_sequential = sequential;
}

bool picker_is_sequential(const struct picker *p)
{
    return p->is_sequential;
}

void picker_set_parole(struct picker *p, uint32_t piece_idx)
{
    assert(piece_idx < p->n_pieces);
    parole_begin(&p->parole, p->n_pieces, piece_idx);
}

/* Rarest first, equals at random. */
static uint32_t rank_of(struct picker *p, uint32_t piece_idx)
{
    return availability(p, piece_idx) << 16 | rng_below(&p->rng, 1u << 16);
}

/* ---- Choosing ---- */

static bool is_room(const struct call *c)
{
    return c->n < c->cap;
}

static void set_affinity(struct picker *p, peer_id_t peer, uint32_t piece_idx)
{
    if (p->affinities == NULL)
        p->affinities = xcalloc(N_AFFINITIES, sizeof(*p->affinities));
    p->affinities[peer % N_AFFINITIES] = (struct affinity){peer, piece_idx};
}

/* Ask for up to `limit` FREE blocks of a piece, in order, none before `from`. */
static void take_from(struct call *c, uint32_t piece_idx,
                      enum pick_reason reason, uint32_t limit, uint32_t from)
{
    struct pieces *pieces = c->p->pieces;
    peer_id_t peer = c->q->peer;
    for (uint32_t i = 0; i < limit && is_room(c); i++) {
        int64_t block_idx = streaming_free_block(pieces, piece_idx, from);
        if (block_idx < 0)
            break;
        struct block_ref b = {piece_idx, (uint32_t)block_idx};
        pieces_ask(pieces, b, peer, reason, c->q->now_ms);
        c->out[c->n++] = (struct picker_choice){b, reason};
        set_affinity(c->p, peer, piece_idx);
    }
}

static void take(struct call *c, uint32_t piece_idx, enum pick_reason reason,
                 uint32_t limit)
{
    take_from(c, piece_idx, reason, limit, 0);
}

static void take_all(struct call *c, uint32_t piece_idx,
                     enum pick_reason reason)
{
    take(c, piece_idx, reason, UINT32_MAX);
}

static bool is_missing_in(const struct picker *p, uint32_t piece_idx,
                          uint32_t base)
{
    return pieces_state(p->pieces, piece_idx) == PIECE_MISSING &&
           class_base(pieces_priority(p->pieces, piece_idx)) == base;
}

/* Are others asked for blocks of a begun piece? */
static bool is_shared(const struct picker *p, uint32_t piece_idx,
                      peer_id_t peer)
{
    const struct pieces_block *blocks = pieces_blocks(p->pieces, piece_idx);
    uint32_t n = geometry_n_blocks(pieces_geometry(p->pieces), piece_idx);
    for (uint32_t i = 0; i < n; i++) {
        if (blocks[i].state == BLOCK_ASKED && blocks[i].peer != peer)
            return true;
    }
    return false;
}

static bool is_kept_for_another(const struct call *c, uint32_t piece_idx)
{
    return parole_keeps(&c->p->parole, c->p->pieces, piece_idx, c->q->peer,
                        c->q->now_ms);
}

/* Has the peer this piece, and is it none of the window, which was gone through? */
static bool is_open_to(const struct call *c, uint32_t piece_idx)
{
    return piece_idx >= c->beyond && bitset_get(c->q->has, piece_idx);
}

/* Stage 1: the piece that the peer is at. */
static void take_own(struct call *c, uint32_t base)
{
    const struct picker *p = c->p;
    if (p->affinities == NULL)
        return;
    const struct affinity *a = &p->affinities[c->q->peer % N_AFFINITIES];
    if (a->peer != c->q->peer || !is_open_to(c, a->piece_idx))
        return;
    uint32_t n_free = pieces_n_blocks_free(p->pieces, a->piece_idx);
    if (n_free == 0 || pieces_state(p->pieces, a->piece_idx) != PIECE_PARTIAL ||
        class_base(pieces_priority(p->pieces, a->piece_idx)) != base ||
        is_kept_for_another(c, a->piece_idx))
        return;
    bool is_kept = c->q->is_slow && is_shared(p, a->piece_idx, c->q->peer);
    take(c, a->piece_idx, PICK_PARTIAL, n_free - is_kept);
}

static void collect(struct call *c, uint32_t bucket)
{
    struct picker *p = c->p;
    ranking_reset(&p->ranking);
    uint32_t end = piece_order_begin(p->order, bucket + 1);
    for (uint32_t i = piece_order_begin(p->order, bucket); i < end; i++) {
        uint32_t piece_idx = piece_order_at(p->order, i);
        if (is_open_to(c, piece_idx))
            ranking_add(&p->ranking, rank_of(p, piece_idx), piece_idx);
    }
    ranking_order(&p->ranking);
}

/* Stage 2. */
static void take_left(struct call *c, uint32_t base)
{
    collect(c, base + CLASS_LEFT);
    while (is_room(c) && c->p->ranking.n > 0)
        take_all(c, ranking_take(&c->p->ranking), PICK_PARTIAL);
}

/* Stages 4 and 6. */
static void take_shared(struct call *c, uint32_t base)
{
    struct picker *p = c->p;
    collect(c, base + CLASS_SHARED);
    while (is_room(c) && p->ranking.n > 0) {
        uint32_t piece_idx = ranking_take(&p->ranking);
        if (is_kept_for_another(c, piece_idx))
            continue;
        uint32_t n_free = pieces_n_blocks_free(p->pieces, piece_idx);
        take(c, piece_idx, PICK_PARTIAL, n_free - c->q->is_slow);
    }
}

/* Stage 3. */
static void take_suggested(struct call *c, uint32_t base)
{
    for (size_t i = 0; i < c->q->n_suggested && is_room(c); i++) {
        uint32_t piece_idx = c->q->suggested[i];
        if (piece_idx < c->p->n_pieces && bitset_get(c->q->has, piece_idx) &&
            is_missing_in(c->p, piece_idx, base))
            take_all(c, piece_idx, PICK_SUGGESTED);
    }
}

/* When sequential, before all: the window, in order. */
static void take_window(struct call *c, uint32_t base)
{
    struct picker *p = c->p;
    uint32_t *front = &p->front[base / CLASS_LEN];
    enum piece_priority priority = PIECE_HIGH - base / CLASS_LEN;
    enum pick_reason reason = base == 0 ? PICK_PRIORITY : PICK_SEQUENTIAL;
    struct streaming_walk w =
        streaming_walk(p->pieces, priority, *front, c->q->stream.window_bytes);
    uint32_t i;
    *front = w.front;
    while (is_room(c) && streaming_next(&w, &i)) {
        uint32_t n_free = streaming_n_free(p->pieces, i);
        if (c->lead_blocks >= n_free) {
            c->lead_blocks -= n_free;
            continue;
        }
        bool is_begun = pieces_state(p->pieces, i) == PIECE_PARTIAL;
        bool is_kept = c->q->is_slow && is_begun && is_shared(p, i, c->q->peer);
        if (bitset_get(c->q->has, i) && (is_begun || c->q->may_open) &&
            !(is_begun && is_kept_for_another(c, i)))
            take_from(c, i, reason, n_free - is_kept, (uint32_t)c->lead_blocks);
        c->lead_blocks = 0;
    }
    c->beyond = w.at;
}

/* Put what the peer has of a class in the heap, when that is less work than to
 * go on looking through the order. */
static bool try_walk(struct call *c, struct scan *s)
{
    struct picker *p = c->p;
    const struct bitset *wanted = pieces_wanted(p->pieces);
    uint32_t n_ahead =
        piece_order_begin(p->order, s->class_base + CLASS_LEFT) - s->at;
    if (bitset_count_and(c->q->has, wanted) > n_ahead)
        return false;
    ranking_reset(&p->ranking);
    for (int64_t i = bitset_next_and(c->q->has, wanted, 0); i >= 0;
         i = bitset_next_and(c->q->has, wanted, (size_t)i + 1)) {
        if (i >= c->beyond && is_missing_in(p, (uint32_t)i, s->class_base))
            ranking_add(&p->ranking, rank_of(p, (uint32_t)i), (uint32_t)i);
    }
    ranking_order(&p->ranking);
    return true;
}

static int64_t scan_next(struct call *c, struct scan *s)
{
    struct picker *p = c->p;
    if (s->is_walk)
        return p->ranking.n == 0 ? -1 : (int64_t)ranking_take(&p->ranking);
    for (; s->bucket < s->class_base + CLASS_LEFT; s->bucket++) {
        uint32_t begin = piece_order_begin(p->order, s->bucket);
        uint32_t end = piece_order_begin(p->order, s->bucket + 1);
        if (s->at < begin)
            s->at = begin;
        for (; s->at < end; s->at++) {
            if (s->n_looks < RANDOM_LOOKS)
                piece_order_swap(p->order, s->at,
                                 s->at + rng_below(&p->rng, end - s->at));
            uint32_t piece_idx = piece_order_at(p->order, s->at);
            if (is_open_to(c, piece_idx))
                return piece_idx;
            if (++s->n_looks == LOOKS_BEFORE_WALK && try_walk(c, s)) {
                s->is_walk = true;
                return p->ranking.n == 0 ? -1
                                         : (int64_t)ranking_take(&p->ranking);
            }
        }
    }
    return -1;
}

/* A piece of the scan's class at any place; -1 when luck fails. */
static int64_t probe(struct call *c, const struct scan *s)
{
    struct picker *p = c->p;
    uint32_t from = piece_order_begin(p->order, s->bucket);
    uint32_t len =
        piece_order_begin(p->order, s->class_base + CLASS_LEFT) - from;
    for (uint32_t i = 0; i < RANDOM_LOOKS && len > 0; i++) {
        uint32_t piece_idx =
            piece_order_at(p->order, from + rng_below(&p->rng, len));
        if (bitset_get(c->q->has, piece_idx))
            return piece_idx;
    }
    return -1;
}

/* Stage 5. */
static void take_missing(struct call *c, uint32_t base)
{
    struct picker *p = c->p;
    /* What no counted peer has, only a seed can have. */
    struct scan s = {.class_base = base, .bucket = base + !c->is_seed};
    bool is_random = !p->is_sequential &&
                     pieces_n_have(p->pieces) < PICKER_RANDOM_FIRST_PIECES;
    enum pick_reason reason = is_random ? PICK_RANDOM : PICK_RAREST;
    if (base == 0)
        reason = PICK_PRIORITY;
    while (is_room(c)) {
        int64_t piece_idx = is_random ? probe(c, &s) : -1;
        if (piece_idx < 0) {
            is_random = false;
            piece_idx = scan_next(c, &s);
        }
        if (piece_idx < 0)
            break;
        take_all(c, (uint32_t)piece_idx, reason);
    }
}

static void choose_in_class(struct call *c, uint32_t base)
{
    const struct picker *p = c->p;
    const struct picker_query *q = c->q;
    c->beyond = 0;
    if (p->is_sequential)
        take_window(c, base);
    if (is_room(c))
        take_own(c, base);
    if (is_room(c) && !q->is_slow)
        take_left(c, base);
    if (is_room(c) && q->may_open && !p->is_sequential)
        take_suggested(c, base);
    if (is_room(c) && c->joins_early)
        take_shared(c, base);
    if (is_room(c) && q->may_open)
        take_missing(c, base);
    if (is_room(c) && q->is_slow)
        take_left(c, base);
    if (is_room(c) && !c->joins_early)
        take_shared(c, base);
}

/* Begun pieces with FREE blocks. */
static uint64_t count_open(const struct picker *p)
{
    uint64_t n = 0;
    for (uint32_t base = 0; base < BUCKET_OUT; base += CLASS_LEN)
        n += piece_order_begin(p->order, base + CLASS_LEN) -
             piece_order_begin(p->order, base + CLASS_LEFT);
    return n;
}

static void choose(struct call *c)
{
    const struct picker *p = c->p;
    c->is_seed = bitset_full(c->q->has);
    c->joins_early =
        !c->q->is_slow &&
        (pieces_n_have(p->pieces) < PICKER_RANDOM_FIRST_PIECES ||
         count_open(p) * 2 > (uint64_t)pieces_n_peers(p->pieces) * 3);
    for (uint32_t base = 0; base < BUCKET_OUT && is_room(c);
         base += CLASS_LEN) {
        if (piece_order_begin(p->order, base) <
            piece_order_begin(p->order, base + CLASS_LEN))
            choose_in_class(c, base);
    }
}

static void choose_allowed_fast(struct call *c)
{
    const struct picker *p = c->p;
    for (size_t i = 0; i < c->q->n_allowed_fast && is_room(c); i++) {
        uint32_t piece_idx = c->q->allowed_fast[i];
        if (piece_idx >= p->n_pieces || !bitset_get(c->q->has, piece_idx) ||
            is_kept_for_another(c, piece_idx))
            continue;
        enum piece_state state = pieces_state(p->pieces, piece_idx);
        if (state == PIECE_PARTIAL ||
            (state == PIECE_MISSING && c->q->may_open))
            take_all(c, piece_idx, PICK_ALLOWED_FAST);
    }
}

bool picker_in_endgame(const struct picker *p)
{
    return pieces_n_free_blocks(p->pieces) == 0 &&
           pieces_n_asked_blocks(p->pieces) > 0;
}

/* Ask for blocks that others are asked for. */
static void ask_busy(struct call *c, const struct block_ref *found, size_t n,
                     enum pick_reason reason)
{
    for (size_t i = 0; i < n; i++) {
        pieces_ask(c->p->pieces, found[i], c->q->peer, reason, c->q->now_ms);
        c->out[c->n++] = (struct picker_choice){found[i], reason};
    }
}

static void choose_busy(struct call *c)
{
    struct picker *p = c->p;
    struct block_ref found[ENDGAME_AT_ONCE];
    bool is_early = !picker_in_endgame(p);
    size_t n = endgame_find(&p->endgame, p->pieces, &p->parole, c->q, is_early,
                            found, c->cap);
    ask_busy(c, found, n, is_early ? PICK_LATE : PICK_ENDGAME);
}

/* What is near the reader and was asked of somebody too long ago: of the quick, too. */
static void choose_late(struct call *c)
{
    struct picker *p = c->p;
    struct block_ref found[PICKER_LATE_BLOCKS];
    if (c->q->stream.late_ms == 0 || c->q->now_ms < p->look_late_ms)
        return;
    struct streaming_walk near = {.front = p->n_pieces};
    for (uint32_t k = 0; k < N_CLASSES && near.front == p->n_pieces; k++)
        near = streaming_walk(p->pieces, PIECE_HIGH - k, p->front[k],
                              c->q->stream.window_bytes / STREAMING_NEAR_PART);
    size_t n = endgame_find_late(&p->parole, c->q, &near, found, c->cap);
    if (n == 0)
        p->look_late_ms = c->q->now_ms + LOOK_LATE_MS;
    ask_busy(c, found, n, PICK_LATE);
}

size_t picker_next(struct picker *p, const struct picker_query *query,
                   struct picker_choice *out, size_t cap)
{
    assert(bitset_size(query->has) == p->n_pieces);
    struct call c = {.p = p, .q = query, .out = out, .cap = cap};
    if (p->is_dirty)
        build(p);
    if (query->is_choked) {
        choose_allowed_fast(&c);
        return c.n;
    }
    c.lead_blocks =
        p->is_sequential ? query->stream.lead_bytes / GEOMETRY_BLOCK_LEN : 0;
    if (p->is_sequential)
        choose_late(&c);
    choose(&c);
    if (c.n == 0 && cap > 0 && query->is_idle && query->stream.lead_bytes > 0) {
        /* Nothing but what the reader needs soon: one block of it. */
        c.cap = 1;
        c.lead_blocks = 0;
        choose(&c);
        c.cap = cap;
    }
    if (c.n == 0 && (picker_in_endgame(p) || !p->is_sequential))
        choose_busy(&c);
    return c.n;
}

void picker_check(const struct picker *p)
{
    if (p->is_dirty)
        return;
    piece_order_check(p->order);
    for (uint32_t i = 0; i < p->n_pieces; i++) {
        assert(piece_order_bucket(p->order, i) == bucket_of(p, i));
        for (uint32_t base = 0; base < BUCKET_OUT; base += CLASS_LEN)
            assert(!is_missing_in(p, i, base) ||
                   p->front[base / CLASS_LEN] <= i);
    }
}
