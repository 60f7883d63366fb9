#include "config.h"

#include "tests/sim/simstore.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "meta/geometry.h"

enum block { ABSENT, RIGHT, WRONG };

struct simstore {
    const struct content *content; /* borrowed */
    const struct geometry *geo;    /* borrowed: the content's */
    uint8_t *blocks;               /* owned; enum block, by block_at() */
    struct store_stat *files;      /* owned */
    int64_t n_writes;
    uint32_t lies_per_mille;
    bool is_closed;
    uint64_t space_left;
    enum err write_err;
};

static uint8_t *block_at(const struct simstore *s, struct block_ref b)
{
    size_t i = (size_t)b.piece_idx * s->geo->blocks_per_piece + b.block_idx;
    return &s->blocks[i];
}

static struct block_ref block_of(const struct simstore *s, uint64_t off)
{
    uint32_t piece_idx = geometry_piece_at(s->geo, off);
    uint64_t begin = off - geometry_piece_off(s->geo, piece_idx);
    return (struct block_ref){piece_idx,
                              (uint32_t)(begin / GEOMETRY_BLOCK_LEN)};
}

static uint64_t off_of(const struct simstore *s, struct block_ref b)
{
    return geometry_piece_off(s->geo, b.piece_idx) + geometry_block_begin(b);
}

static bool is_lie(const struct simstore *s, struct block_ref b)
{
    uint32_t x = (b.piece_idx * 131 + b.block_idx + 1) * UINT32_C(2654435761);
    return (x >> 8) % 1000 < s->lies_per_mille;
}

static enum err look_at_files(const struct simstore *s, uint64_t off,
                              size_t len, struct cause *cause)
{
    const struct metainfo *meta = s->content->meta;
    uint64_t end = off + len;
    for (size_t i = metainfo_file_at(meta, off);
         i < meta->n_files && meta->files[i].off < end; i++) {
        uint64_t last = end - meta->files[i].off;
        if (last > meta->files[i].size_bytes)
            last = meta->files[i].size_bytes;
        if (s->files[i].size_bytes < last) {
            cause_set(cause, "file %zu is too short", i);
            return ERR_TRUNCATED;
        }
    }
    return OK;
}

static void read_block(const struct simstore *s, struct block_ref b,
                       uint64_t off, uint8_t *out, size_t len)
{
    uint8_t state = *block_at(s, b);
    if (state == ABSENT) {
        memset(out, 0, len);
        return;
    }
    memcpy(out, s->content->bytes + off, len);
    for (size_t i = 0; state == WRONG && i < len; i++)
        out[i] ^= 0xff;
    if (is_lie(s, b))
        out[0] ^= 1;
}

static enum err sim_read(void *impl, uint64_t off, void *bytes, size_t len,
                         struct cause *cause)
{
    struct simstore *s = impl;
    s->is_closed = false;
    uint8_t *out = bytes;
    assert(len <= s->geo->size_bytes - off);
    enum err err = look_at_files(s, off, len, cause);
    while (err == OK && len > 0) {
        struct block_ref b = block_of(s, off);
        uint64_t left = off_of(s, b) + geometry_block_len(s->geo, b) - off;
        size_t n = left < len ? (size_t)left : len;
        read_block(s, b, off, out, n);
        off += n;
        out += n;
        len -= n;
    }
    return err;
}

static void grow_files(struct simstore *s, uint64_t off, uint64_t len)
{
    const struct metainfo *meta = s->content->meta;
    uint64_t end = off + len;
    s->n_writes++;
    for (size_t i = metainfo_file_at(meta, off);
         i < meta->n_files && meta->files[i].off < end; i++) {
        uint64_t last = end - meta->files[i].off;
        if (last > meta->files[i].size_bytes)
            last = meta->files[i].size_bytes;
        s->files[i].exists = true;
        s->files[i].mtime_ns = s->n_writes;
        if (s->files[i].size_bytes < last)
            s->files[i].size_bytes = last;
    }
}

static enum err sim_write(void *impl, uint64_t off, const void *bytes,
                          size_t len, struct cause *cause)
{
    struct simstore *s = impl;
    s->is_closed = false;
    const uint8_t *from = bytes;
    assert(len <= s->geo->size_bytes - off);
    if (s->write_err != OK) {
        cause_set(cause, "writing was told to fail: %s",
                  err_text(s->write_err));
        return s->write_err;
    }
    if (len > s->space_left) {
        cause_set(cause, "no space left");
        return ERR_NO_SPACE;
    }
    if (s->space_left != UINT64_MAX)
        s->space_left -= len;
    grow_files(s, off, len);
    while (len > 0) {
        struct block_ref b = block_of(s, off);
        size_t n = geometry_block_len(s->geo, b);
        assert(off == off_of(s, b) && n <= len);
        bool right = memcmp(from, s->content->bytes + off, n) == 0;
        *block_at(s, b) = right ? RIGHT : WRONG;
        off += n;
        from += n;
        len -= n;
    }
    return OK;
}

static enum err sim_prepare(void *impl, bool preallocate,
                            const struct bitset *wanted, struct cause *cause)
{
    struct simstore *s = impl;
    const struct metainfo *meta = s->content->meta;
    (void)cause;
    assert(!preallocate);
    for (size_t i = 0; i < meta->n_files; i++)
        if (meta->files[i].size_bytes == 0 &&
            (wanted == NULL || bitset_get(wanted, i)))
            s->files[i].exists = true;
    return OK;
}

static enum err sim_sync(void *impl, struct cause *cause)
{
    (void)impl;
    (void)cause;
    return OK;
}

static enum err sim_stat(void *impl, size_t file_idx, struct store_stat *out,
                         struct cause *cause)
{
    const struct simstore *s = impl;
    (void)cause;
    *out = s->files[file_idx];
    return OK;
}

static void sim_close(void *impl)
{
    struct simstore *s = impl;
    s->is_closed = true;
}

static void sim_free(void *impl)
{
    struct simstore *s = impl;
    free(s->blocks);
    free(s->files);
    free(s);
}

static const struct store_ops sim_ops = {
    .read = sim_read,
    .write = sim_write,
    .prepare = sim_prepare,
    .sync = sim_sync,
    .stat = sim_stat,
    .close_files = sim_close,
    .free = sim_free,
};

struct store *simstore_new(const struct content *content,
                           struct simstore **control_out)
{
    struct simstore *s = xzalloc(sizeof *s);
    s->content = content;
    s->geo = &content->meta->geo;
    s->blocks = xzalloc((size_t)s->geo->n_pieces * s->geo->blocks_per_piece);
    s->files = xcalloc(content->meta->n_files, sizeof *s->files);
    s->space_left = UINT64_MAX;
    *control_out = s;
    return store_new(&sim_ops, s);
}

/* Control. */

void simstore_fill(struct simstore *s, uint32_t first_piece, uint32_t n)
{
    for (uint32_t i = first_piece; i < first_piece + n; i++) {
        grow_files(s, geometry_piece_off(s->geo, i),
                   geometry_piece_len(s->geo, i));
        struct block_ref b = {i, 0};
        memset(block_at(s, b), RIGHT, geometry_n_blocks(s->geo, i));
    }
}

void simstore_damage(struct simstore *s, uint32_t piece_idx)
{
    struct block_ref b = {piece_idx, 0};
    memset(block_at(s, b), WRONG, geometry_n_blocks(s->geo, piece_idx));
}

void simstore_lie(struct simstore *s, uint32_t per_mille)
{
    s->lies_per_mille = per_mille;
}

void simstore_set_space(struct simstore *s, uint64_t size_bytes)
{
    s->space_left = size_bytes;
}

void simstore_fail_writes(struct simstore *s, enum err err)
{
    s->write_err = err;
}

static uint32_t count(const struct simstore *s, uint32_t piece_idx,
                      enum block state)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < geometry_n_blocks(s->geo, piece_idx); i++)
        n += *block_at(s, (struct block_ref){piece_idx, i}) == state;
    return n;
}

uint64_t simstore_right_bytes(const struct simstore *s)
{
    uint64_t sum = 0;
    for (uint32_t p = 0; p < s->geo->n_pieces; p++)
        for (uint32_t i = 0; i < geometry_n_blocks(s->geo, p); i++) {
            struct block_ref b = {p, i};
            if (*block_at(s, b) == RIGHT)
                sum += geometry_block_len(s->geo, b);
        }
    return sum;
}

bool simstore_is_closed(const struct simstore *s)
{
    return s->is_closed;
}

uint32_t simstore_n_wrong(const struct simstore *s)
{
    uint32_t n = 0;
    for (uint32_t p = 0; p < s->geo->n_pieces; p++)
        n += count(s, p, WRONG);
    return n;
}

bool simstore_has_piece(const struct simstore *s, uint32_t piece_idx)
{
    return count(s, piece_idx, RIGHT) == geometry_n_blocks(s->geo, piece_idx);
}
