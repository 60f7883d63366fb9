#include "config.h"

#include "swarm/block_tables.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

struct block_tables {
    uint32_t *idx;               /* owned: piece of each table, ascending */
    struct block_table **tables; /* owned, and each: in the same order */
    uint32_t n;
    uint32_t cap;
};

struct block_tables *block_tables_new(void)
{
    return xzalloc(sizeof(struct block_tables));
}

void block_tables_free(struct block_tables *ts)
{
    if (ts == NULL)
        return;
    for (uint32_t i = 0; i < ts->n; i++)
        free(ts->tables[i]);
    free(ts->tables);
    free(ts->idx);
    free(ts);
}

uint32_t block_tables_count(const struct block_tables *ts)
{
    return ts->n;
}

/* The place of the first table whose piece is piece_idx or after it. */
static uint32_t place_of(const struct block_tables *ts, uint32_t piece_idx)
{
    uint32_t lo = 0;
    uint32_t hi = ts->n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (ts->idx[mid] < piece_idx)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct block_table *block_tables_find(const struct block_tables *ts,
                                      uint32_t piece_idx)
{
    uint32_t i = place_of(ts, piece_idx);
    if (i == ts->n || ts->idx[i] != piece_idx)
        return NULL;
    return ts->tables[i];
}

struct block_table *block_tables_add(struct block_tables *ts,
                                     uint32_t piece_idx, uint32_t n_blocks)
{
    if (ts->n == ts->cap) {
        ts->cap = ts->cap == 0 ? 16 : ts->cap * 2;
        ts->tables = xreallocarray(ts->tables, ts->cap, sizeof *ts->tables);
        ts->idx = xreallocarray(ts->idx, ts->cap, sizeof *ts->idx);
    }
    uint32_t i = place_of(ts, piece_idx);
    assert(i == ts->n || ts->idx[i] != piece_idx);
    uint32_t n_after = ts->n - i;
    memmove(&ts->tables[i + 1], &ts->tables[i], n_after * sizeof *ts->tables);
    memmove(&ts->idx[i + 1], &ts->idx[i], n_after * sizeof *ts->idx);
    struct block_table *t = xzalloc(sizeof *t + n_blocks * sizeof t->blocks[0]);
    t->n_blocks = n_blocks;
    t->n_free = n_blocks;
    ts->tables[i] = t;
    ts->idx[i] = piece_idx;
    ts->n++;
    return t;
}

void block_tables_remove(struct block_tables *ts, uint32_t piece_idx)
{
    uint32_t i = place_of(ts, piece_idx);
    if (i == ts->n || ts->idx[i] != piece_idx)
        return;
    free(ts->tables[i]);
    ts->n--;
    uint32_t n_after = ts->n - i;
    memmove(&ts->tables[i], &ts->tables[i + 1], n_after * sizeof *ts->tables);
    memmove(&ts->idx[i], &ts->idx[i + 1], n_after * sizeof *ts->idx);
}

int64_t block_tables_next(const struct block_tables *ts, uint32_t from)
{
    uint32_t i = place_of(ts, from);
    return i == ts->n ? -1 : (int64_t)ts->idx[i];
}

void block_tables_set_free(struct block_table *t, uint32_t block_idx)
{
    t->blocks[block_idx] = (struct pieces_block){.state = BLOCK_FREE};
    t->n_free++;
    if (block_idx < t->first_free)
        t->first_free = block_idx;
}

void block_tables_set_taken(struct block_table *t, uint32_t block_idx)
{
    assert(t->blocks[block_idx].state != BLOCK_FREE);
    t->n_free--;
    while (t->first_free < t->n_blocks &&
           t->blocks[t->first_free].state != BLOCK_FREE)
        t->first_free++;
}

static void check_table(const struct block_table *t)
{
    uint32_t n_free = 0;
    uint32_t n_asked = 0;
    uint32_t first_free = t->n_blocks;
    for (uint32_t i = t->n_blocks; i-- > 0;) {
        const struct pieces_block *b = &t->blocks[i];
        assert((b->state == BLOCK_ASKED) == (b->n_asked > 0));
        n_free += b->state == BLOCK_FREE;
        n_asked += b->state == BLOCK_ASKED;
        if (b->state == BLOCK_FREE)
            first_free = i;
    }
    assert(n_free == t->n_free && n_asked == t->n_asked);
    assert(first_free == t->first_free);
}

void block_tables_check(const struct block_tables *ts)
{
    assert(ts->n <= ts->cap);
    for (uint32_t i = 0; i < ts->n; i++) {
        assert(i == 0 || ts->idx[i - 1] < ts->idx[i]);
        check_table(ts->tables[i]);
    }
}
