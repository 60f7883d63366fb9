#include "config.h"

#include "engine/assembly.h"

#include <assert.h>
#include <stdlib.h>

#include <uthash.h>

#include "util/xalloc.h"

struct run {
    uint64_t key; /* piece_idx << 32 | begin: ours, so no keyed hash needed */
    uint32_t len;
    uint32_t n_left; /* blocks not yet filled */
    uint8_t *bytes;  /* owned, of the pool */
    UT_hash_handle hh;
};

struct assembly {
    const struct geometry *geo; /* borrowed: the torrent's */
    struct pool *pool;          /* borrowed: the session's */
    uint32_t run_len;           /* of every run but a piece's last */
    struct run *runs;           /* owned table */
    struct run *latest;         /* borrowed: the run asked for last, or NULL */
};

struct assembly *assembly_new(const struct geometry *geo, struct pool *pool)
{
    struct assembly *a = xzalloc(sizeof *a);
    a->geo = geo;
    a->pool = pool;
    a->run_len = geo->piece_len <= ASSEMBLY_WHOLE_MAX ? geo->piece_len
                                                      : ASSEMBLY_MAX_RUN;
    return a;
}

static void run_remove(struct assembly *a, struct run *r)
{
    if (a->latest == r)
        a->latest = NULL;
    HASH_DEL(a->runs, r);
    free(r);
}

void assembly_free(struct assembly *a)
{
    if (a == NULL)
        return;
    struct run *r, *tmp;
    HASH_ITER(hh, a->runs, r, tmp)
    {
        pool_give(a->pool, r->bytes, r->len);
        run_remove(a, r);
    }
    free(a);
}

bool assembly_is_whole(const struct assembly *a)
{
    return a->run_len == a->geo->piece_len;
}

static uint64_t run_key(const struct assembly *a, uint32_t piece_idx,
                        uint32_t begin)
{
    return (uint64_t)piece_idx << 32 | (begin - begin % a->run_len);
}

static struct run *run_find(struct assembly *a, uint64_t key)
{
    if (a->latest != NULL && a->latest->key == key)
        return a->latest;
    struct run *r;
    HASH_FIND(hh, a->runs, &key, sizeof key, r);
    if (r != NULL)
        a->latest = r;
    return r;
}

static struct run *run_add(struct assembly *a, uint64_t key)
{
    uint32_t piece_len = geometry_piece_len(a->geo, (uint32_t)(key >> 32));
    uint32_t rest = piece_len - (uint32_t)key;
    struct run *r = xzalloc(sizeof *r);
    r->key = key;
    r->len = rest < a->run_len ? rest : a->run_len;
    r->n_left = (r->len + GEOMETRY_BLOCK_LEN - 1) / GEOMETRY_BLOCK_LEN;
    r->bytes = pool_take(a->pool, r->len);
    HASH_ADD(hh, a->runs, key, sizeof r->key, r);
    a->latest = r;
    return r;
}

uint8_t *assembly_block(struct assembly *a, struct block_ref b)
{
    uint32_t begin = geometry_block_begin(b);
    uint64_t key = run_key(a, b.piece_idx, begin);
    struct run *r = run_find(a, key);
    if (r == NULL)
        r = run_add(a, key);
    return r->bytes + (begin - (uint32_t)key);
}

bool assembly_filled(struct assembly *a, struct block_ref b,
                     struct assembly_run *out)
{
    uint64_t key = run_key(a, b.piece_idx, geometry_block_begin(b));
    struct run *r = run_find(a, key);
    assert(r != NULL && r->n_left > 0);
    if (--r->n_left > 0)
        return false;
    *out = (struct assembly_run){.piece_idx = b.piece_idx,
                                 .begin = (uint32_t)key,
                                 .len = r->len,
                                 .bytes = r->bytes};
    run_remove(a, r);
    return true;
}

bool assembly_next(const struct assembly *a, uint32_t piece_idx, uint32_t begin,
                   struct assembly_run *out)
{
    /* Only at a stop, over the few begun pieces: a walk will do. */
    uint64_t from = (uint64_t)piece_idx << 32 | begin;
    const struct run *best = NULL;
    for (const struct run *r = a->runs; r != NULL; r = r->hh.next)
        if (r->key >= from && (best == NULL || r->key < best->key))
            best = r;
    if (best == NULL)
        return false;
    *out = (struct assembly_run){.piece_idx = (uint32_t)(best->key >> 32),
                                 .begin = (uint32_t)best->key,
                                 .len = best->len,
                                 .bytes = best->bytes};
    return true;
}

void assembly_drop(struct assembly *a, uint32_t piece_idx)
{
    uint32_t piece_len = geometry_piece_len(a->geo, piece_idx);
    for (uint32_t begin = 0; begin < piece_len;) {
        struct run *r = run_find(a, run_key(a, piece_idx, begin));
        if (r != NULL) {
            pool_give(a->pool, r->bytes, r->len);
            run_remove(a, r);
        }
        begin = piece_len - begin > a->run_len ? begin + a->run_len : piece_len;
    }
}
