#include "config.h"

#include "disk/verify.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { N_RESULTS = VERIFY_UNREADABLE + 1 };

struct verify {
    const struct metainfo *meta; /* borrowed */
    struct store *store;         /* owned reference */
    struct diskq *q;             /* borrowed */
    uint32_t torrent;
    uint64_t tag;
    struct verify_host host;
    struct bitset *todo; /* owned; pieces not yet submitted */
    size_t next;         /* no piece before it is in todo */
    size_t n_in_flight;
    struct bitset *found[N_RESULTS]; /* owned */
    struct store_stat *stats;        /* owned, or NULL */
    struct verify_progress progress;
    bool is_stopped; /* submit no more */
    enum err err;
    struct cause cause;
};

struct verify *verify_new(const struct metainfo *meta, struct store *store,
                          struct diskq *q, uint32_t torrent, uint64_t tag,
                          const struct bitset *which)
{
    struct verify *v = xzalloc(sizeof *v);
    v->meta = meta;
    v->store = store_ref(store);
    v->q = q;
    v->torrent = torrent;
    v->tag = tag;
    v->todo = bitset_new(meta->geo.n_pieces);
    if (which != NULL)
        bitset_assign(v->todo, which);
    else
        bitset_set_all(v->todo);
    for (size_t i = 0; i < N_RESULTS; i++)
        v->found[i] = bitset_new(meta->geo.n_pieces);
    v->progress.n_pieces = (uint32_t)bitset_count(v->todo);
    for (int64_t i = bitset_next_set(v->todo, 0); i >= 0;
         i = bitset_next_set(v->todo, (size_t)i + 1))
        v->progress.size_bytes += geometry_piece_len(&meta->geo, (uint32_t)i);
    return v;
}

void verify_free(struct verify *v)
{
    if (v == NULL)
        return;
    store_unref(v->store);
    bitset_free(v->todo);
    for (size_t i = 0; i < N_RESULTS; i++)
        bitset_free(v->found[i]);
    free(v->stats);
    free(v);
}

static void submit(struct verify *v, struct disk_job *job)
{
    job->tag = v->tag;
    v->n_in_flight++;
    diskq_submit(v->q, job);
}

void verify_start(struct verify *v, const struct verify_host *host)
{
    if (host != NULL)
        v->host = *host;
    struct disk_job *job = disk_job_new(DISK_STAT, v->store, v->torrent);
    job->n_files = v->meta->n_files;
    submit(v, job);
}

/* Keep the first thing that went wrong. */
static void note_error(struct verify *v, const struct disk_job *job)
{
    if (v->err != OK)
        return;
    v->err = job->err;
    v->cause = job->cause;
}

static void settle(struct verify *v, uint32_t piece_idx,
                   enum verify_result result)
{
    struct verify_progress *p = &v->progress;
    uint32_t *counts[N_RESULTS] = {
        [VERIFY_GOOD] = &p->n_good,
        [VERIFY_BAD] = &p->n_bad,
        [VERIFY_MISSING] = &p->n_missing,
        [VERIFY_UNREADABLE] = &p->n_unreadable,
    };
    uint32_t len = geometry_piece_len(&v->meta->geo, piece_idx);
    bitset_set(v->found[result], piece_idx);
    ++*counts[result];
    p->done_bytes += len;
    if (result == VERIFY_GOOD || result == VERIFY_BAD)
        p->read_bytes += len;
    if (v->host.on_piece != NULL)
        v->host.on_piece(v->host.ctx, piece_idx, result);
}

/* Settle the pieces that a file is too short for, or not there for. */
static void settle_missing(struct verify *v, size_t file_idx)
{
    const struct store_stat *st = &v->stats[file_idx];
    uint32_t first, last;
    if (!metainfo_lacking_pieces(v->meta, file_idx,
                                 st->exists ? st->size_bytes : 0, &first,
                                 &last))
        return;
    for (uint32_t i = first; i <= last; i++)
        if (bitset_clear(v->todo, i))
            settle(v, i, VERIFY_MISSING);
}

static void on_stats(struct verify *v, struct disk_job *job)
{
    if (job->err != OK) {
        note_error(v, job);
        v->is_stopped = true;
        return;
    }
    v->stats = job->stats;
    job->stats = NULL; /* taken */
    for (size_t i = 0; i < v->meta->n_files; i++)
        settle_missing(v, i);
}

static enum verify_result result_of(enum err err)
{
    if (err == OK)
        return VERIFY_GOOD;
    if (err == ERR_HASH)
        return VERIFY_BAD;
    /* Cut since we looked. */
    return err == ERR_TRUNCATED ? VERIFY_MISSING : VERIFY_UNREADABLE;
}

static void on_hash(struct verify *v, const struct disk_job *job)
{
    enum verify_result result = result_of(job->err);
    if (result == VERIFY_UNREADABLE)
        note_error(v, job);
    if (job->err == ERR_CANCELLED)
        v->is_stopped = true;
    else
        settle(v, job->piece_idx, result);
}

static void submit_piece(struct verify *v, uint32_t piece_idx)
{
    const struct geometry *geo = &v->meta->geo;
    struct disk_job *job = disk_job_new(DISK_HASH, v->store, v->torrent);
    job->piece_idx = piece_idx;
    job->off = geometry_piece_off(geo, piece_idx);
    job->len = geometry_piece_len(geo, piece_idx);
    memcpy(job->hash, metainfo_piece_hash(v->meta, piece_idx), SHA1_LEN);
    submit(v, job);
}

static void fill_window(struct verify *v)
{
    size_t window = diskq_hash_window(v->q);
    while (v->n_in_flight < window && !v->is_stopped) {
        int64_t next = bitset_next_set(v->todo, v->next);
        if (next < 0)
            return;
        bitset_clear(v->todo, (size_t)next);
        v->next = (size_t)next + 1;
        submit_piece(v, (uint32_t)next);
    }
}

void verify_on_done(struct verify *v, struct disk_job *job)
{
    assert(job->tag == v->tag && v->n_in_flight > 0);
    v->n_in_flight--;
    if (job->op == DISK_STAT)
        on_stats(v, job);
    else
        on_hash(v, job);
    disk_job_free(job);
    fill_window(v);
}

bool verify_is_done(const struct verify *v)
{
    return v->n_in_flight == 0 &&
           (v->is_stopped || (v->stats != NULL && bitset_count(v->todo) == 0));
}

enum err verify_error(const struct verify *v, struct cause *cause)
{
    if (v->err != OK)
        cause_set(cause, "%s", v->cause.text);
    return v->err;
}

const struct verify_progress *verify_progress(const struct verify *v)
{
    return &v->progress;
}

const struct bitset *verify_pieces(const struct verify *v,
                                   enum verify_result result)
{
    return v->found[result];
}

const struct store_stat *verify_stats(const struct verify *v)
{
    return v->stats;
}
