#include "config.h"

#include "tests/fake/memstore.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

struct mem_file {
    uint64_t size_bytes;
    int64_t mtime_ns;
    bool exists;
};

struct fault {
    unsigned skip;
    unsigned times;
    enum err err;
};

struct memstore {
    const struct metainfo *meta; /* borrowed */
    pthread_mutex_t lock;
    uint8_t *bytes;         /* owned; of the torrent */
    struct mem_file *files; /* owned */
    struct fault faults[MEMSTORE_N_OPS];
    unsigned n_calls[MEMSTORE_N_OPS];
    uint64_t space_left;
    int64_t n_writes;
    bool is_synced;
};

static const char *const op_names[MEMSTORE_N_OPS] = {
    [MEMSTORE_READ] = "read",       [MEMSTORE_WRITE] = "write",
    [MEMSTORE_PREPARE] = "prepare", [MEMSTORE_SYNC] = "sync",
    [MEMSTORE_STAT] = "stat",       [MEMSTORE_CLOSE] = "close",
};

/* Begin a call, with the lock taken: what it was told to fail with, or OK. */
static enum err begin(struct memstore *m, enum memstore_op op,
                      struct cause *cause)
{
    pthread_mutex_lock(&m->lock);
    m->n_calls[op]++;
    struct fault *fault = &m->faults[op];
    if (fault->times == 0)
        return OK;
    if (fault->skip > 0) {
        fault->skip--;
        return OK;
    }
    fault->times--;
    cause_set(cause, "memory: %s was told to fail: %s", op_names[op],
              err_text(fault->err));
    return fault->err;
}

static enum err end(struct memstore *m, enum err err)
{
    pthread_mutex_unlock(&m->lock);
    return err;
}

/* The part of file i inside [off, off + len): false when there is none. */
static bool overlap(const struct metainfo_file *file, uint64_t off, size_t len,
                    uint64_t *begin_out, uint64_t *end_out)
{
    uint64_t first = off > file->off ? off : file->off;
    uint64_t last = off + len;
    if (file->off + file->size_bytes < last)
        last = file->off + file->size_bytes;
    *begin_out = first - file->off;
    *end_out = last - file->off;
    return first < last;
}

static enum err mem_read(void *impl, uint64_t off, void *bytes, size_t len,
                         struct cause *cause)
{
    struct memstore *m = impl;
    enum err err = begin(m, MEMSTORE_READ, cause);
    assert(off + len <= m->meta->geo.size_bytes);
    for (size_t i = 0; i < m->meta->n_files && err == OK; i++) {
        const struct metainfo_file *file = &m->meta->files[i];
        uint64_t first, last;
        if (overlap(file, off, len, &first, &last) && !file->is_pad &&
            last > m->files[i].size_bytes) {
            cause_set(cause, "memory: file %zu is too short", i);
            err = ERR_TRUNCATED;
        }
    }
    if (err == OK)
        memcpy(bytes, m->bytes + off, len);
    return end(m, err);
}

static void write_file(struct memstore *m, size_t file_idx, uint64_t first,
                       uint64_t last, const uint8_t *bytes)
{
    struct mem_file *file = &m->files[file_idx];
    memcpy(m->bytes + m->meta->files[file_idx].off + first, bytes,
           (size_t)(last - first));
    file->exists = true;
    if (file->size_bytes < last)
        file->size_bytes = last;
    file->mtime_ns = ++m->n_writes;
    m->is_synced = false;
}

static enum err mem_write(void *impl, uint64_t off, const void *bytes,
                          size_t len, struct cause *cause)
{
    struct memstore *m = impl;
    const uint8_t *from = bytes;
    enum err err = begin(m, MEMSTORE_WRITE, cause);
    assert(off + len <= m->meta->geo.size_bytes);
    if (err == OK && len > m->space_left) {
        cause_set(cause, "memory: no space left");
        err = ERR_NO_SPACE;
    }
    for (size_t i = 0; i < m->meta->n_files && err == OK; i++) {
        const struct metainfo_file *file = &m->meta->files[i];
        uint64_t first, last;
        if (overlap(file, off, len, &first, &last) && !file->is_pad)
            write_file(m, i, first, last, from + (file->off + first - off));
    }
    if (err == OK && m->space_left != UINT64_MAX)
        m->space_left -= len;
    return end(m, err);
}

static enum err mem_prepare(void *impl, bool preallocate,
                            const struct bitset *wanted, struct cause *cause)
{
    struct memstore *m = impl;
    enum err err = begin(m, MEMSTORE_PREPARE, cause);
    for (size_t i = 0; i < m->meta->n_files && err == OK; i++) {
        const struct metainfo_file *file = &m->meta->files[i];
        if (wanted != NULL && !bitset_get(wanted, i))
            continue;
        if (file->size_bytes == 0 || preallocate)
            m->files[i].exists = true;
        if (preallocate && m->files[i].size_bytes < file->size_bytes)
            m->files[i].size_bytes = file->size_bytes;
    }
    return end(m, err);
}

static enum err mem_sync(void *impl, struct cause *cause)
{
    struct memstore *m = impl;
    enum err err = begin(m, MEMSTORE_SYNC, cause);
    if (err == OK)
        m->is_synced = true;
    return end(m, err);
}

static enum err mem_stat(void *impl, size_t file_idx, struct store_stat *out,
                         struct cause *cause)
{
    struct memstore *m = impl;
    enum err err = begin(m, MEMSTORE_STAT, cause);
    const struct mem_file *file = &m->files[file_idx];
    if (err == OK && m->meta->files[file_idx].is_pad)
        *out = (struct store_stat){.size_bytes =
                                       m->meta->files[file_idx].size_bytes,
                                   .exists = true};
    else if (err == OK)
        *out = (struct store_stat){.size_bytes = file->size_bytes,
                                   .mtime_ns = file->mtime_ns,
                                   .exists = file->exists};
    return end(m, err);
}

static void mem_close(void *impl)
{
    struct memstore *m = impl;
    (void)end(m, begin(m, MEMSTORE_CLOSE, NULL));
}

static void mem_free(void *impl)
{
    struct memstore *m = impl;
    pthread_mutex_destroy(&m->lock);
    free(m->bytes);
    free(m->files);
    free(m);
}

static const struct store_ops mem_ops = {
    .read = mem_read,
    .write = mem_write,
    .prepare = mem_prepare,
    .sync = mem_sync,
    .stat = mem_stat,
    .close_files = mem_close,
    .free = mem_free,
};

struct store *memstore_new(const struct metainfo *meta,
                           struct memstore **control_out)
{
    struct memstore *m = xzalloc(sizeof *m);
    m->meta = meta;
    m->bytes = xzalloc((size_t)meta->geo.size_bytes);
    m->files = xcalloc(meta->n_files, sizeof *m->files);
    m->space_left = UINT64_MAX;
    m->is_synced = true;
    pthread_mutex_init(&m->lock, NULL);
    if (control_out != NULL)
        *control_out = m;
    return store_new(&mem_ops, m);
}

/* ---- Control ---- */

uint8_t *memstore_bytes(struct memstore *m)
{
    return m->bytes;
}

void memstore_set_size(struct memstore *m, size_t file_idx, uint64_t size_bytes)
{
    pthread_mutex_lock(&m->lock);
    m->files[file_idx] = (struct mem_file){.size_bytes = size_bytes,
                                           .mtime_ns = ++m->n_writes,
                                           .exists = true};
    pthread_mutex_unlock(&m->lock);
}

void memstore_fill(struct memstore *m)
{
    for (size_t i = 0; i < m->meta->n_files; i++)
        memstore_set_size(m, i, m->meta->files[i].size_bytes);
}

void memstore_remove(struct memstore *m, size_t file_idx)
{
    pthread_mutex_lock(&m->lock);
    m->files[file_idx] = (struct mem_file){.exists = false};
    pthread_mutex_unlock(&m->lock);
}

void memstore_fail(struct memstore *m, enum memstore_op op, unsigned skip,
                   unsigned times, enum err err)
{
    pthread_mutex_lock(&m->lock);
    m->faults[op] = (struct fault){.skip = skip, .times = times, .err = err};
    pthread_mutex_unlock(&m->lock);
}

void memstore_set_space(struct memstore *m, uint64_t size_bytes)
{
    pthread_mutex_lock(&m->lock);
    m->space_left = size_bytes;
    pthread_mutex_unlock(&m->lock);
}

unsigned memstore_n_calls(struct memstore *m, enum memstore_op op)
{
    pthread_mutex_lock(&m->lock);
    unsigned n = m->n_calls[op];
    pthread_mutex_unlock(&m->lock);
    return n;
}

bool memstore_is_synced(struct memstore *m)
{
    pthread_mutex_lock(&m->lock);
    bool is_synced = m->is_synced;
    pthread_mutex_unlock(&m->lock);
    return is_synced;
}
