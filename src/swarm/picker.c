#include "config.h"

#include "swarm/picker.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "swarm/endgame.h"
#include "swarm/parole.h"
#include "swarm/piece_order.h"

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
    LOOKS_BEFORE_WALK = 2048
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
    struct piece_order *order;         /* owned; NULL before the first build */
    uint32_t first_missing[N_CLASSES]; /* none of that class is before it */
    struct parole parole;
    uint64_t *heap; /* owned: rank << 32 | piece, least first */
    uint32_t n_heap;
    uint32_t heap_cap;
    struct affinity
        *affinities; /* owned: the piece each peer is at; NULL before
                                    the first pick */
};

/* One call of picker_next(). */
struct call {
    struct picker *p;
    const struct picker_query *q;
    struct picker_choice *out;
    size_t cap;
    size_t n;
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
    if (state == PIECE_MISSING) {
        enum piece_priority priority = pieces_priority(p->pieces, piece_idx);
        uint32_t *first = &p->first_missing[PIECE_HIGH - priority];
        if (piece_idx < *first)
            *first = piece_idx;
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
    memset(p->first_missing, 0, sizeof(p->first_missing));
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
    free(p->affinities);
    free(p->heap);
    piece_order_free(p->order);
    free(p);
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

/* ---- Candidates by rank: a heap for the length of one stage ---- */

static void heap_add(struct picker *p, uint32_t rank, uint32_t piece_idx)
{
    if (p->n_heap == p->heap_cap) {
        p->heap_cap = p->heap_cap == 0 ? 64 : p->heap_cap * 2;
        p->heap = xreallocarray(p->heap, p->heap_cap, sizeof(*p->heap));
    }
    p->heap[p->n_heap++] = (uint64_t)rank << 32 | piece_idx;
}

static void heap_sink(struct picker *p, uint32_t i)
{
    uint64_t key = p->heap[i];
    for (uint32_t child = 2 * i + 1; child < p->n_heap; child = 2 * i + 1) {
        if (child + 1 < p->n_heap && p->heap[child + 1] < p->heap[child])
            child++;
        if (key <= p->heap[child])
            break;
        p->heap[i] = p->heap[child];
        i = child;
    }
    p->heap[i] = key;
}

static void heap_order(struct picker *p)
{
    for (uint32_t i = p->n_heap / 2; i-- > 0;)
        heap_sink(p, i);
}

static uint32_t heap_take(struct picker *p)
{
    uint32_t piece_idx = (uint32_t)p->heap[0];
    p->heap[0] = p->heap[--p->n_heap];
    if (p->n_heap > 0)
        heap_sink(p, 0);
    return piece_idx;
}

/* Rarest first, equals at random; or by index. */
static uint32_t rank_of(struct picker *p, uint32_t piece_idx)
{
    if (p->is_sequential)
        return piece_idx;
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

/* Ask for up to `limit` FREE blocks of a piece, in order. */
static void take(struct call *c, uint32_t piece_idx, enum pick_reason reason,
                 uint32_t limit)
{
    struct pieces *pieces = c->p->pieces;
    peer_id_t peer = c->q->peer;
    for (uint32_t i = 0; i < limit && is_room(c); i++) {
        int64_t block_idx = 0;
        if (pieces_state(pieces, piece_idx) == PIECE_PARTIAL)
            block_idx = pieces_first_free(pieces, piece_idx);
        if (block_idx < 0)
            break;
        struct block_ref b = {piece_idx, (uint32_t)block_idx};
        pieces_ask(pieces, b, peer, reason, c->q->now_ms);
        c->out[c->n++] = (struct picker_choice){b, reason};
        set_affinity(c->p, peer, piece_idx);
    }
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

/* Stage 1: the piece that the peer is at. */
static void take_own(struct call *c, uint32_t base)
{
    const struct picker *p = c->p;
    if (p->affinities == NULL)
        return;
    const struct affinity *a = &p->affinities[c->q->peer % N_AFFINITIES];
    if (a->peer != c->q->peer || !bitset_get(c->q->has, a->piece_idx))
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
    p->n_heap = 0;
    uint32_t end = piece_order_begin(p->order, bucket + 1);
    for (uint32_t i = piece_order_begin(p->order, bucket); i < end; i++) {
        uint32_t piece_idx = piece_order_at(p->order, i);
        if (bitset_get(c->q->has, piece_idx))
            heap_add(p, rank_of(p, piece_idx), piece_idx);
    }
    heap_order(p);
}

/* Stage 2. */
static void take_left(struct call *c, uint32_t base)
{
    collect(c, base + CLASS_LEFT);
    while (is_room(c) && c->p->n_heap > 0)
        take_all(c, heap_take(c->p), PICK_PARTIAL);
}

/* Stages 4 and 6. */
static void take_shared(struct call *c, uint32_t base)
{
    struct picker *p = c->p;
    collect(c, base + CLASS_SHARED);
    while (is_room(c) && p->n_heap > 0) {
        uint32_t piece_idx = heap_take(p);
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

static void take_sequential(struct call *c, uint32_t base)
{
    struct picker *p = c->p;
    const struct bitset *wanted = pieces_wanted(p->pieces);
    uint32_t *first = &p->first_missing[base / CLASS_LEN];
    int64_t i = bitset_next_set(wanted, *first);
    while (i >= 0 && !is_missing_in(p, (uint32_t)i, base))
        i = bitset_next_set(wanted, (size_t)i + 1);
    *first = i < 0 ? p->n_pieces : (uint32_t)i;
    for (i = *first; is_room(c); i++) {
        i = bitset_next_and(c->q->has, wanted, (size_t)i);
        if (i < 0)
            break;
        if (is_missing_in(p, (uint32_t)i, base))
            take_all(c, (uint32_t)i,
                     base == 0 ? PICK_PRIORITY : PICK_SEQUENTIAL);
    }
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
    p->n_heap = 0;
    for (int64_t i = bitset_next_and(c->q->has, wanted, 0); i >= 0;
         i = bitset_next_and(c->q->has, wanted, (size_t)i + 1)) {
        if (is_missing_in(p, (uint32_t)i, s->class_base))
            heap_add(p, rank_of(p, (uint32_t)i), (uint32_t)i);
    }
    heap_order(p);
    return true;
}

static int64_t scan_next(struct call *c, struct scan *s)
{
    struct picker *p = c->p;
    if (s->is_walk)
        return p->n_heap == 0 ? -1 : (int64_t)heap_take(p);
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
            if (bitset_get(c->q->has, piece_idx))
                return piece_idx;
            if (++s->n_looks == LOOKS_BEFORE_WALK && try_walk(c, s)) {
                s->is_walk = true;
                return p->n_heap == 0 ? -1 : (int64_t)heap_take(p);
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
    if (p->is_sequential) {
        take_sequential(c, base);
        return;
    }
    /* What no counted peer has, only a seed can have. */
    struct scan s = {.class_base = base, .bucket = base + !c->is_seed};
    bool is_random = pieces_n_have(p->pieces) < PICKER_RANDOM_FIRST_PIECES;
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
        (p->is_sequential ||
         pieces_n_have(p->pieces) < PICKER_RANDOM_FIRST_PIECES ||
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

static void choose_busy(struct call *c)
{
    struct block_ref found[PICKER_ENDGAME_BLOCKS];
    size_t cap =
        c->cap < PICKER_ENDGAME_BLOCKS ? c->cap : PICKER_ENDGAME_BLOCKS;
    size_t n = endgame_find(c->p->pieces, &c->p->parole, c->q, found, cap);
    for (; c->n < n; c->n++) {
        pieces_ask(c->p->pieces, found[c->n], c->q->peer, PICK_ENDGAME,
                   c->q->now_ms);
        c->out[c->n] = (struct picker_choice){found[c->n], PICK_ENDGAME};
    }
}

bool picker_in_endgame(const struct picker *p)
{
    return pieces_n_free_blocks(p->pieces) == 0 &&
           pieces_n_asked_blocks(p->pieces) > 0;
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
    choose(&c);
    if (c.n == 0 && cap > 0 && query->may_endgame && picker_in_endgame(p))
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
                   p->first_missing[base / CLASS_LEN] <= i);
    }
}
