#include "config.h"

#include "swarm/pieces.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "swarm/block_tables.h"

enum {
    MANY_MIN = 256,   /* more pieces of a peer than this, and than */
    MANY_FRACTION = 8 /* an eighth of all, are told as one change */
};

/* What of a piece enters the totals. */
struct share {
    uint32_t n_free;
    uint32_t n_asked;
};

struct pieces {
    struct geometry geo;
    uint8_t *flags;         /* owned: state, and priority << 4, of each piece */
    uint16_t *availability; /* owned: of each piece, seeds not counted */
    struct bitset *have;    /* owned */
    struct bitset *wanted;  /* owned */

    /* owned: a piece has a table while any of its blocks is ASKED or RECEIVED
     * and it is not yet HAVE */
    struct block_tables *tables;

    uint32_t n_seeds;
    uint32_t n_partial_peers; /* counted piece by piece */
    uint32_t n_partial;
    uint64_t bytes_have;
    uint64_t bytes_wanted;
    uint64_t bytes_wanted_left;
    uint64_t n_free_blocks;
    uint64_t n_asked_blocks;
    struct pieces_observer observer;
};

struct pieces *pieces_new(const struct geometry *geo)
{
    struct pieces *p = xzalloc(sizeof(*p));
    p->geo = *geo;
    p->flags = xmalloc(geo->n_pieces);
    memset(p->flags, PIECE_MISSING | PIECE_NORMAL << 4, geo->n_pieces);
    p->availability = xcalloc(geo->n_pieces, sizeof(*p->availability));
    p->have = bitset_new(geo->n_pieces);
    p->tables = block_tables_new();
    p->wanted = bitset_new(geo->n_pieces);
    bitset_set_all(p->wanted);
    p->bytes_wanted = geo->size_bytes;
    p->bytes_wanted_left = geo->size_bytes;
    uint32_t last = geo->n_pieces - 1;
    p->n_free_blocks =
        (uint64_t)last * geo->blocks_per_piece + geometry_n_blocks(geo, last);
    return p;
}

void pieces_free(struct pieces *p)
{
    if (p == NULL)
        return;
    block_tables_free(p->tables);
    bitset_free(p->have);
    bitset_free(p->wanted);
    free(p->availability);
    free(p->flags);
    free(p);
}

const struct geometry *pieces_geometry(const struct pieces *p)
{
    return &p->geo;
}

enum piece_state pieces_state(const struct pieces *p, uint32_t piece_idx)
{
    assert(piece_idx < p->geo.n_pieces);
    return (enum piece_state)(p->flags[piece_idx] & 15);
}

enum piece_priority pieces_priority(const struct pieces *p, uint32_t piece_idx)
{
    assert(piece_idx < p->geo.n_pieces);
    return (enum piece_priority)(p->flags[piece_idx] >> 4);
}

const struct bitset *pieces_have(const struct pieces *p)
{
    return p->have;
}

const struct bitset *pieces_wanted(const struct pieces *p)
{
    return p->wanted;
}

uint32_t pieces_n_have(const struct pieces *p)
{
    return (uint32_t)bitset_count(p->have);
}

uint32_t pieces_n_wanted(const struct pieces *p)
{
    return (uint32_t)bitset_count(p->wanted);
}

uint32_t pieces_n_partial(const struct pieces *p)
{
    return p->n_partial;
}

uint64_t pieces_bytes_have(const struct pieces *p)
{
    return p->bytes_have;
}

uint64_t pieces_bytes_wanted(const struct pieces *p)
{
    return p->bytes_wanted;
}

uint64_t pieces_bytes_left(const struct pieces *p)
{
    return p->geo.size_bytes - p->bytes_have;
}

uint64_t pieces_bytes_wanted_left(const struct pieces *p)
{
    return p->bytes_wanted_left;
}

bool pieces_is_complete(const struct pieces *p)
{
    return bitset_full(p->have);
}

bool pieces_is_finished(const struct pieces *p)
{
    return bitset_count(p->wanted) == 0;
}

uint64_t pieces_n_free_blocks(const struct pieces *p)
{
    return p->n_free_blocks;
}

uint64_t pieces_n_asked_blocks(const struct pieces *p)
{
    return p->n_asked_blocks;
}

static struct block_table *add_table(struct pieces *p, uint32_t piece_idx)
{
    return block_tables_add(p->tables, piece_idx,
                            geometry_n_blocks(&p->geo, piece_idx));
}

static void notify(const struct pieces *p, uint32_t piece_idx)
{
    if (p->observer.on_change != NULL)
        p->observer.on_change(p->observer.ctx, piece_idx);
}

/* What piece_idx adds to n_free_blocks and n_asked_blocks; t: its table or
 * NULL. */
static struct share share_of(const struct pieces *p, uint32_t piece_idx,
                             const struct block_table *t)
{
    struct share s = {0, 0};
    switch (pieces_state(p, piece_idx)) {
    case PIECE_MISSING:
        s.n_free = geometry_n_blocks(&p->geo, piece_idx);
        break;
    case PIECE_PARTIAL:
        s.n_free = t->n_free;
        s.n_asked = t->n_asked;
        break;
    case PIECE_COMPLETE:
    case PIECE_HAVE:
    case PIECE_UNWANTED:
        break;
    }
    return s;
}

/* Move the totals from what a piece was (`before`) to what it is now. */
static void settle(struct pieces *p, uint32_t piece_idx,
                   const struct block_table *t, struct share before)
{
    struct share now = share_of(p, piece_idx, t);
    p->n_free_blocks = p->n_free_blocks - before.n_free + now.n_free;
    p->n_asked_blocks = p->n_asked_blocks - before.n_asked + now.n_asked;
}

static void set_state(struct pieces *p, uint32_t piece_idx,
                      enum piece_state state)
{
    enum piece_state old = pieces_state(p, piece_idx);
    uint32_t len = geometry_piece_len(&p->geo, piece_idx);
    bool is_wanted = pieces_priority(p, piece_idx) != PIECE_SKIP;
    p->n_partial -= old == PIECE_PARTIAL;
    p->n_partial += state == PIECE_PARTIAL;
    if (state == PIECE_HAVE && bitset_set(p->have, piece_idx)) {
        p->bytes_have += len;
        if (bitset_clear(p->wanted, piece_idx))
            p->bytes_wanted_left -= len;
    } else if (state != PIECE_HAVE && bitset_clear(p->have, piece_idx)) {
        p->bytes_have -= len;
        if (is_wanted && bitset_set(p->wanted, piece_idx))
            p->bytes_wanted_left += len;
    }
    p->flags[piece_idx] = (uint8_t)((p->flags[piece_idx] & 0xf0) | state);
}

/* The state that priority and table give a piece that is neither COMPLETE nor
 * HAVE. */
static enum piece_state open_state(const struct pieces *p, uint32_t piece_idx,
                                   const struct block_table *t)
{
    if (pieces_priority(p, piece_idx) == PIECE_SKIP)
        return PIECE_UNWANTED;
    return t == NULL ? PIECE_MISSING : PIECE_PARTIAL;
}

/* Free a table in which nothing is asked or received; NULL then. */
static struct block_table *drop_if_idle(struct pieces *p, uint32_t piece_idx,
                                        struct block_table *t)
{
    if (t->n_free < t->n_blocks)
        return t;
    block_tables_remove(p->tables, piece_idx);
    return NULL;
}

/* ---- Availability ---- */

void pieces_seed_joined(struct pieces *p)
{
    p->n_seeds++;
}

void pieces_seed_left(struct pieces *p)
{
    assert(p->n_seeds > 0);
    p->n_seeds--;
}

static void count_peer(struct pieces *p, const struct bitset *has, bool joins)
{
    assert(bitset_size(has) == p->geo.n_pieces);
    size_t n = bitset_count(has);
    bool is_many = n > MANY_MIN && n > p->geo.n_pieces / MANY_FRACTION;
    for (int64_t i = bitset_next_set(has, 0); i >= 0;
         i = bitset_next_set(has, (size_t)i + 1)) {
        uint16_t *a = &p->availability[i];
        assert(joins ? *a < UINT16_MAX : *a > 0);
        *a = (uint16_t)(joins ? *a + 1 : *a - 1);
        if (!is_many)
            notify(p, (uint32_t)i);
    }
    if (is_many && p->observer.on_many != NULL)
        p->observer.on_many(p->observer.ctx);
}

void pieces_peer_joined(struct pieces *p, const struct bitset *has)
{
    p->n_partial_peers++;
    count_peer(p, has, true);
}

void pieces_peer_left(struct pieces *p, const struct bitset *has)
{
    assert(p->n_partial_peers > 0);
    p->n_partial_peers--;
    count_peer(p, has, false);
}

void pieces_peer_gained(struct pieces *p, uint32_t piece_idx)
{
    assert(piece_idx < p->geo.n_pieces);
    assert(p->availability[piece_idx] < UINT16_MAX);
    p->availability[piece_idx]++;
    notify(p, piece_idx);
}

uint32_t pieces_availability(const struct pieces *p, uint32_t piece_idx)
{
    assert(piece_idx < p->geo.n_pieces);
    return p->n_seeds + p->availability[piece_idx];
}

uint32_t pieces_n_seeds(const struct pieces *p)
{
    return p->n_seeds;
}

uint32_t pieces_n_peers(const struct pieces *p)
{
    return p->n_seeds + p->n_partial_peers;
}

/* ---- Blocks ---- */

const struct pieces_block *pieces_blocks(const struct pieces *p,
                                         uint32_t piece_idx)
{
    const struct block_table *t = block_tables_find(p->tables, piece_idx);
    return t == NULL ? NULL : t->blocks;
}

enum block_state pieces_block_state(const struct pieces *p, struct block_ref b)
{
    assert(b.block_idx < geometry_n_blocks(&p->geo, b.piece_idx));
    if (pieces_state(p, b.piece_idx) == PIECE_HAVE)
        return BLOCK_RECEIVED;
    const struct block_table *t = block_tables_find(p->tables, b.piece_idx);
    if (t == NULL)
        return BLOCK_FREE;
    return (enum block_state)t->blocks[b.block_idx].state;
}

int64_t pieces_first_free(const struct pieces *p, uint32_t piece_idx)
{
    const struct block_table *t = block_tables_find(p->tables, piece_idx);
    return t == NULL || t->n_free == 0 ? -1 : (int64_t)t->first_free;
}

uint32_t pieces_n_blocks_free(const struct pieces *p, uint32_t piece_idx)
{
    const struct block_table *t = block_tables_find(p->tables, piece_idx);
    return t == NULL ? 0 : t->n_free;
}

uint32_t pieces_n_blocks_asked(const struct pieces *p, uint32_t piece_idx)
{
    const struct block_table *t = block_tables_find(p->tables, piece_idx);
    return t == NULL ? 0 : t->n_asked;
}

uint32_t pieces_n_blocks_received(const struct pieces *p, uint32_t piece_idx)
{
    const struct block_table *t = block_tables_find(p->tables, piece_idx);
    return t == NULL ? 0 : t->n_blocks - t->n_free - t->n_asked;
}

int64_t pieces_next_partial(const struct pieces *p, uint32_t from)
{
    return block_tables_next(p->tables, from);
}

/* ---- Events ---- */

void pieces_ask(struct pieces *p, struct block_ref b, peer_id_t peer,
                enum pick_reason reason, int64_t now_ms)
{
    enum piece_state state = pieces_state(p, b.piece_idx);
    assert(state == PIECE_MISSING || state == PIECE_PARTIAL);
    assert(b.block_idx < geometry_n_blocks(&p->geo, b.piece_idx));
    struct block_table *t = block_tables_find(p->tables, b.piece_idx);
    struct share before = share_of(p, b.piece_idx, t);
    if (t == NULL)
        t = add_table(p, b.piece_idx);
    struct pieces_block *block = &t->blocks[b.block_idx];
    assert(block->state != BLOCK_RECEIVED && block->n_asked < UINT8_MAX);
    bool is_first = block->state == BLOCK_FREE;
    block->n_asked++;
    block->peer = peer;
    block->reason = (uint8_t)reason;
    if (is_first) {
        block->state = BLOCK_ASKED;
        block->since_ms = now_ms;
        t->n_asked++;
        block_tables_set_taken(t, b.block_idx);
    }
    set_state(p, b.piece_idx, PIECE_PARTIAL);
    settle(p, b.piece_idx, t, before);
    if (state == PIECE_MISSING ||
        (is_first && (t->n_asked == 1 || t->n_free == 0)))
        notify(p, b.piece_idx);
}

void pieces_unask(struct pieces *p, struct block_ref b, peer_id_t peer)
{
    (void)peer;
    struct block_table *t = block_tables_find(p->tables, b.piece_idx);
    if (t == NULL)
        return;
    assert(b.block_idx < t->n_blocks);
    struct pieces_block *block = &t->blocks[b.block_idx];
    if (block->state != BLOCK_ASKED || --block->n_asked > 0)
        return;
    struct share before = share_of(p, b.piece_idx, t);
    t->n_asked--;
    block_tables_set_free(t, b.block_idx);
    bool is_turn = t->n_asked == 0 || t->n_free == 1;
    t = drop_if_idle(p, b.piece_idx, t);
    set_state(p, b.piece_idx, open_state(p, b.piece_idx, t));
    settle(p, b.piece_idx, t, before);
    if (is_turn || t == NULL)
        notify(p, b.piece_idx);
}

bool pieces_receive(struct pieces *p, struct block_ref b, peer_id_t peer,
                    int64_t now_ms)
{
    enum piece_state state = pieces_state(p, b.piece_idx);
    assert(state != PIECE_HAVE && state != PIECE_COMPLETE);
    assert(b.block_idx < geometry_n_blocks(&p->geo, b.piece_idx));
    struct block_table *t = block_tables_find(p->tables, b.piece_idx);
    struct share before = share_of(p, b.piece_idx, t);
    if (t == NULL)
        t = add_table(p, b.piece_idx);
    struct pieces_block *block = &t->blocks[b.block_idx];
    assert(block->state != BLOCK_RECEIVED);
    bool was_asked = block->state == BLOCK_ASKED;
    block->state = BLOCK_RECEIVED;
    block->n_asked = 0;
    block->peer = peer;
    block->since_ms = now_ms;
    if (was_asked)
        t->n_asked--;
    else
        block_tables_set_taken(t, b.block_idx);
    bool is_whole = t->n_free == 0 && t->n_asked == 0;
    set_state(p, b.piece_idx,
              is_whole ? PIECE_COMPLETE : open_state(p, b.piece_idx, t));
    settle(p, b.piece_idx, t, before);
    bool is_turn = was_asked ? t->n_asked == 0 : t->n_free == 0;
    if (state == PIECE_MISSING || is_whole || is_turn)
        notify(p, b.piece_idx);
    return is_whole;
}

void pieces_written(struct pieces *p, uint32_t piece_idx)
{
    assert(pieces_state(p, piece_idx) == PIECE_COMPLETE);
    block_tables_remove(p->tables, piece_idx);
    set_state(p, piece_idx, PIECE_HAVE);
    notify(p, piece_idx);
}

/* Back to where it is to be fetched from nothing: MISSING or UNWANTED. */
static void start_over(struct pieces *p, uint32_t piece_idx)
{
    block_tables_remove(p->tables, piece_idx);
    set_state(p, piece_idx, open_state(p, piece_idx, NULL));
    settle(p, piece_idx, NULL, (struct share){0, 0});
    notify(p, piece_idx);
}

void pieces_failed(struct pieces *p, uint32_t piece_idx)
{
    assert(pieces_state(p, piece_idx) == PIECE_COMPLETE);
    start_over(p, piece_idx);
}

void pieces_found(struct pieces *p, uint32_t piece_idx)
{
    assert(pieces_state(p, piece_idx) != PIECE_COMPLETE);
    const struct block_table *t = block_tables_find(p->tables, piece_idx);
    assert(t == NULL || t->n_asked == 0);
    struct share before = share_of(p, piece_idx, t);
    block_tables_remove(p->tables, piece_idx);
    set_state(p, piece_idx, PIECE_HAVE);
    settle(p, piece_idx, NULL, before);
    notify(p, piece_idx);
}

void pieces_lost(struct pieces *p, uint32_t piece_idx)
{
    assert(pieces_state(p, piece_idx) == PIECE_HAVE);
    start_over(p, piece_idx);
}

void pieces_drop_received(struct pieces *p, uint32_t piece_idx)
{
    struct block_table *t = block_tables_find(p->tables, piece_idx);
    if (t == NULL)
        return;
    assert(pieces_state(p, piece_idx) != PIECE_COMPLETE);
    struct share before = share_of(p, piece_idx, t);
    for (uint32_t i = 0; i < t->n_blocks; i++) {
        if (t->blocks[i].state == BLOCK_RECEIVED)
            block_tables_set_free(t, i);
    }
    t = drop_if_idle(p, piece_idx, t);
    set_state(p, piece_idx, open_state(p, piece_idx, t));
    settle(p, piece_idx, t, before);
    notify(p, piece_idx);
}

void pieces_set_priority(struct pieces *p, uint32_t piece_idx,
                         enum piece_priority priority)
{
    enum piece_priority old = pieces_priority(p, piece_idx);
    enum piece_state state = pieces_state(p, piece_idx);
    if (old == priority)
        return;
    const struct block_table *t = block_tables_find(p->tables, piece_idx);
    struct share before = share_of(p, piece_idx, t);
    uint32_t len = geometry_piece_len(&p->geo, piece_idx);
    p->flags[piece_idx] = (uint8_t)(priority << 4 | state);
    if (old == PIECE_SKIP) {
        p->bytes_wanted += len;
        if (state != PIECE_HAVE && bitset_set(p->wanted, piece_idx))
            p->bytes_wanted_left += len;
    } else if (priority == PIECE_SKIP) {
        p->bytes_wanted -= len;
        if (bitset_clear(p->wanted, piece_idx))
            p->bytes_wanted_left -= len;
    }
    if (state != PIECE_HAVE && state != PIECE_COMPLETE)
        set_state(p, piece_idx, open_state(p, piece_idx, t));
    settle(p, piece_idx, t, before);
    notify(p, piece_idx);
}

void pieces_observe(struct pieces *p, const struct pieces_observer *observer)
{
    p->observer = observer == NULL ? (struct pieces_observer){0} : *observer;
}

/* ---- Checking ---- */

static void check_table(const struct pieces *p, uint32_t piece_idx,
                        const struct block_table *t)
{
    assert(t->n_blocks == geometry_n_blocks(&p->geo, piece_idx));
    assert(t->n_free < t->n_blocks);
    bool is_whole = t->n_free == 0 && t->n_asked == 0;
    enum piece_state state = pieces_state(p, piece_idx);
    assert(is_whole == (state == PIECE_COMPLETE));
    assert(is_whole || state == open_state(p, piece_idx, t));
}

void pieces_check(const struct pieces *p)
{
    uint64_t bytes_have = 0, bytes_wanted = 0, bytes_wanted_left = 0;
    uint64_t n_free = 0, n_asked = 0;
    uint32_t n_partial = 0, n_tables = 0;
    block_tables_check(p->tables);
    for (uint32_t i = 0; i < p->geo.n_pieces; i++) {
        enum piece_state state = pieces_state(p, i);
        bool has = state == PIECE_HAVE;
        bool is_wanted = pieces_priority(p, i) != PIECE_SKIP;
        uint32_t len = geometry_piece_len(&p->geo, i);
        const struct block_table *t = block_tables_find(p->tables, i);
        if (t != NULL)
            check_table(p, i, t);
        else
            assert(has || state == open_state(p, i, NULL));
        assert(bitset_get(p->have, i) == has);
        assert(bitset_get(p->wanted, i) == (is_wanted && !has));
        assert(p->availability[i] <= p->n_partial_peers);
        bytes_have += has ? len : 0;
        bytes_wanted += is_wanted ? len : 0;
        bytes_wanted_left += is_wanted && !has ? len : 0;
        n_partial += state == PIECE_PARTIAL;
        n_tables += t != NULL;
        struct share s = share_of(p, i, t);
        n_free += s.n_free;
        n_asked += s.n_asked;
    }
    assert(bytes_have == p->bytes_have && bytes_wanted == p->bytes_wanted);
    assert(bytes_wanted_left == p->bytes_wanted_left);
    assert(n_partial == p->n_partial &&
           n_tables == block_tables_count(p->tables));
    assert(n_free == p->n_free_blocks && n_asked == p->n_asked_blocks);
}
