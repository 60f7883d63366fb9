#include "config.h"

#include "disk/worker.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/hash_many.h"
#include "util/xalloc.h"
#include "meta/geometry.h"
#include "disk/atomic.h"
#include "disk/space.h"
#include "disk/haul.h"
#include "disk/ipload.h"

_Static_assert(WORKER_CHUNK_LEN % GEOMETRY_BLOCK_LEN == 0,
               "chunks are whole blocks");
_Static_assert(SHA1_MAX_LANES *WORKER_MAX_LANE_LEN <= WORKER_MAX_BATCH_LEN,
               "a full batch fits");

enum { SAVE_MODE = 0600 };

struct worker {
    uint8_t *scratch; /* owned, or NULL */
    size_t cap;
    struct hash_stream *stream; /* owned */
};

struct worker *worker_new(void)
{
    struct worker *w = xzalloc(sizeof *w);
    w->stream = hash_stream_new();
    return w;
}

void worker_free(struct worker *w)
{
    if (w == NULL)
        return;
    worker_rest(w);
    hash_stream_free(w->stream);
    free(w);
}

void worker_rest(struct worker *w)
{
    free(w->scratch);
    w->scratch = NULL;
    w->cap = 0;
}

static uint8_t *scratch_of(struct worker *w, size_t len)
{
    if (w->cap < len) {
        worker_rest(w);
        w->scratch = xmalloc(len);
        w->cap = len;
    }
    return w->scratch;
}

/* ---- Hashes ---- */

static size_t n_blocks(size_t len)
{
    return (len + GEOMETRY_BLOCK_LEN - 1) / GEOMETRY_BLOCK_LEN;
}

/* Write the hash of each block of len bytes to out. */
static void hash_blocks(const uint8_t *bytes, size_t len, uint8_t *out)
{
    struct sha1_job lanes[SHA1_MAX_LANES];
    while (len > 0) {
        size_t n = 0;
        for (; n < SHA1_MAX_LANES && len > 0; n++) {
            size_t take = len < GEOMETRY_BLOCK_LEN ? len : GEOMETRY_BLOCK_LEN;
            lanes[n].bytes = bytes;
            lanes[n].len = take;
            bytes += take;
            len -= take;
        }
        hash_many(lanes, n);
        for (size_t i = 0; i < n; i++, out += SHA1_LEN)
            memcpy(out, lanes[i].out, SHA1_LEN);
    }
}

static uint8_t *block_hashes_new(size_t len)
{
    return xcalloc(n_blocks(len), SHA1_LEN);
}

/* Compare a piece's hash with what it must be. */
static enum err judge(struct disk_job *job, const uint8_t hash[SHA1_LEN])
{
    if (memcmp(hash, job->hash, SHA1_LEN) == 0)
        return OK;
    cause_set(&job->cause, "piece %lu does not match its hash",
              (unsigned long)job->piece_idx);
    return ERR_HASH;
}

/* The whole piece is in memory: judge it, and give the blocks' hashes when asked,
 * or for a bad one when `unasked`. */
static void judge_whole(struct disk_job *job, const uint8_t *bytes,
                        const uint8_t hash[SHA1_LEN], bool unasked)
{
    job->err = judge(job, hash);
    if (job->want_block_hashes || (unasked && job->err == ERR_HASH)) {
        job->block_hashes = block_hashes_new(job->len);
        hash_blocks(bytes, job->len, job->block_hashes);
    }
}

/* ---- One job ---- */

static void write_bytes(struct disk_job *job)
{
    job->err =
        store_write(job->store, job->off, job->bytes, job->len, &job->cause);
}

static void run_write(struct disk_job *job)
{
    if (job->check) {
        uint8_t hash[SHA1_LEN];
        hash_sha1(job->bytes, job->len, hash);
        judge_whole(job, job->bytes, hash, true);
    }
    if (job->err == OK)
        write_bytes(job);
}

/* Hash a piece as it is read, in chunks. */
static void run_hash(struct worker *w, struct disk_job *job)
{
    uint8_t *chunk = scratch_of(w, WORKER_CHUNK_LEN);
    uint8_t *block_hashes = NULL;
    if (job->want_block_hashes)
        block_hashes = block_hashes_new(job->len);
    uint8_t hash[SHA1_LEN];
    uint8_t *out = block_hashes;
    uint32_t left = job->len;
    while (left > 0 && job->err == OK) {
        uint32_t take = left < WORKER_CHUNK_LEN ? left : WORKER_CHUNK_LEN;
        job->err = store_read(job->store, job->off + (job->len - left), chunk,
                              take, &job->cause);
        if (job->err != OK)
            break;
        hash_stream_add(w->stream, chunk, take);
        if (out != NULL) {
            hash_blocks(chunk, take, out);
            out += n_blocks(take) * SHA1_LEN;
        }
        left -= take;
    }
    hash_stream_end(w->stream, hash); /* and begin anew, after an error too */
    if (job->err != OK) {
        free(block_hashes);
        return;
    }
    job->err = judge(job, hash);
    job->block_hashes = block_hashes;
}

static void run_stat(struct disk_job *job)
{
    struct store_stat *stats = xcalloc(job->n_files, sizeof *stats);
    for (size_t i = 0; i < job->n_files && job->err == OK; i++)
        job->err = store_stat(job->store, i, &stats[i], &job->cause);
    if (job->err == OK)
        job->stats = stats;
    else
        free(stats);
}

static void run_one(struct worker *w, struct disk_job *job)
{
    switch (job->op) {
    case DISK_PREPARE:
        job->err = store_prepare(job->store, job->preallocate, job->wanted,
                                 &job->cause);
        return;
    case DISK_WRITE:
        run_write(job);
        return;
    case DISK_HASH:
        run_hash(w, job);
        return;
    case DISK_READ:
        assert(job->data->len >= job->len);
        job->err = store_read(job->store, job->off, job->data->bytes, job->len,
                              &job->cause);
        return;
    case DISK_SYNC:
        job->err = store_sync(job->store, &job->cause);
        return;
    case DISK_STAT:
        run_stat(job);
        return;
    case DISK_SAVE:
        job->err =
            (job->is_lazy ? atomic_replace_lazily
                          : atomic_replace)(job->path, job->bytes, job->len,
                                            SAVE_MODE, &job->cause);
        return;
    case DISK_DROP:
        job->err = atomic_remove(job->path, &job->cause);
        return;
    case DISK_BRING:
        job->err = haul_bring(job->haul, &job->cause);
        return;
    case DISK_ERASE:
        job->err = haul_erase(job->haul, &job->cause);
        return;
    case DISK_SPACE:
        job->err = space_free(job->path, &job->free_bytes, &job->cause);
        return;
    case DISK_IPLOAD:
        job->err = ipload_run(job->ipload, &job->cause);
        return;
    case DISK_CLOSE:
        store_close_files(job->store);
        return;
    case DISK_N_OPS:
        break;
    }
    assert(false && "a disk job without an operation");
}

/* ---- Several at once ---- */

bool worker_can_batch(const struct disk_job *job)
{
    if (job->op == DISK_WRITE)
        return job->check;
    return job->op == DISK_HASH && job->len <= WORKER_MAX_LANE_LEN;
}

/* Where the bytes of a job of the batch are: a WRITE brings them, a HASH reads
 * them to `room`. NULL when they cannot be read. */
static const uint8_t *batch_bytes(struct disk_job *job, uint8_t *room)
{
    if (job->op == DISK_WRITE)
        return job->bytes;
    job->err = store_read(job->store, job->off, room, job->len, &job->cause);
    return job->err == OK ? room : NULL;
}

static void run_batch(struct worker *w, struct disk_job *jobs)
{
    struct sha1_job lanes[SHA1_MAX_LANES];
    struct disk_job *owners[SHA1_MAX_LANES];
    size_t room_len = 0;
    for (struct disk_job *job = jobs; job != NULL; job = job->next)
        room_len += job->op == DISK_HASH ? job->len : 0;
    assert(room_len <= WORKER_MAX_BATCH_LEN);
    uint8_t *room = room_len > 0 ? scratch_of(w, room_len) : NULL;
    size_t n = 0;
    for (struct disk_job *job = jobs; job != NULL; job = job->next) {
        const uint8_t *bytes = batch_bytes(job, room);
        if (bytes == NULL)
            continue;
        assert(n < SHA1_MAX_LANES);
        owners[n] = job;
        lanes[n++] = (struct sha1_job){.bytes = bytes, .len = job->len};
        if (job->op == DISK_HASH)
            room += job->len;
    }
    hash_many(lanes, n);
    for (size_t i = 0; i < n; i++) {
        struct disk_job *job = owners[i];
        bool is_write = job->op == DISK_WRITE;
        judge_whole(job, lanes[i].bytes, lanes[i].out, is_write);
        if (is_write && job->err == OK)
            write_bytes(job);
    }
}

void worker_run(struct worker *w, struct disk_job *jobs)
{
    int64_t started_us = clock_now_us();
    if (jobs->next == NULL)
        run_one(w, jobs);
    else
        run_batch(w, jobs);
    int64_t done_us = clock_now_us();
    for (struct disk_job *job = jobs; job != NULL; job = job->next) {
        job->started_us = started_us;
        job->done_us = done_us;
    }
}
