#include "config.h"

#include "disk/queue.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "util/clock.h"
#include "util/hash_many.h"
#include "util/xalloc.h"
#include "disk/haul.h"
#include "disk/ipload.h"
#include "disk/worker.h"

/* A list linked by `next`. */
struct jobs {
    struct disk_job *first; /* owned, as all behind it */
    struct disk_job *last;  /* borrowed */
};

/* Waiting jobs by what decides when their turn is. */
enum kind { KIND_READ, KIND_WRITE, KIND_ORDERED, KIND_HASH, N_KINDS };

static const enum kind kinds[DISK_N_OPS] = {
    [DISK_PREPARE] = KIND_ORDERED, [DISK_WRITE] = KIND_WRITE,
    [DISK_HASH] = KIND_HASH,       [DISK_READ] = KIND_READ,
    [DISK_SYNC] = KIND_ORDERED,    [DISK_STAT] = KIND_ORDERED,
    [DISK_SAVE] = KIND_ORDERED,    [DISK_DROP] = KIND_ORDERED,
    [DISK_BRING] = KIND_ORDERED,   [DISK_ERASE] = KIND_ORDERED,
    [DISK_CLOSE] = KIND_ORDERED,   [DISK_SPACE] = KIND_ORDERED,
    [DISK_IPLOAD] = KIND_ORDERED,
};

/* Where one worker sits. */
struct seat {
    struct diskq *q;          /* borrowed; it holds the seat */
    struct worker *worker;    /* owned */
    struct disk_job *running; /* owned; the batch, linked; under the lock */
    pthread_t thread;
};

struct diskq {
    struct seat seats[1 + DISKQ_MAX_WORKERS]; /* [0]: diskq_run_one()'s */
    unsigned n_threads;
    void (*on_done)(void *ctx);
    void *ctx; /* borrowed */
    size_t max_batch;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t work;  /* there may be a job to take, or the end */
    struct jobs waiting[N_KINDS];
    struct jobs done;
    size_t n_jobs;    /* waiting or running */
    uint64_t n_bytes; /* that these carry */
    size_t n_waiting;
    uint64_t next_seq;
    unsigned n_reads_in_row;
    bool is_ending;
};

/* ---- Jobs ---- */

struct disk_job *disk_job_new(enum disk_op op, struct store *store,
                              uint32_t torrent)
{
    struct disk_job *job = xzalloc(sizeof *job);
    job->op = op;
    job->torrent = torrent;
    job->store = store == NULL ? NULL : store_ref(store);
    return job;
}

void disk_job_free(struct disk_job *job)
{
    if (job == NULL)
        return;
    store_unref(job->store);
    free(job->bytes);
    refbuf_unref(job->data);
    bitset_free(job->wanted);
    free(job->path);
    haul_unref(job->haul);
    ipload_free(job->ipload);
    free(job->block_hashes);
    free(job->stats);
    free(job);
}

static uint64_t carried(const struct disk_job *job)
{
    if (job->bytes != NULL)
        return job->len;
    return job->data != NULL ? job->data->len : 0;
}

static void jobs_append(struct jobs *list, struct disk_job *job)
{
    job->next = NULL;
    if (list->last != NULL)
        list->last->next = job;
    else
        list->first = job;
    list->last = job;
}

/* Take `job` out, which comes after `before` (NULL: it is the first). */
static void jobs_unlink(struct jobs *list, struct disk_job *before,
                        struct disk_job *job)
{
    if (before != NULL)
        before->next = job->next;
    else
        list->first = job->next;
    if (list->last == job)
        list->last = before;
    job->next = NULL;
}

static void jobs_remove(struct jobs *list, struct disk_job *job)
{
    struct disk_job *before = NULL;
    for (struct disk_job *at = list->first; at != job; at = at->next)
        before = at;
    jobs_unlink(list, before, job);
}

/* ---- Which one next; under the lock ---- */

/* Has `job` to wait until `other`, submitted before, has completed? */
static bool waits_for(const struct disk_job *job, const struct disk_job *other)
{
    if (other->torrent != job->torrent || other->seq >= job->seq)
        return false;
    bool is_write = kinds[other->op] == KIND_WRITE;
    switch (kinds[job->op]) {
    case KIND_ORDERED:
        return is_write || kinds[other->op] == KIND_ORDERED;
    case KIND_HASH:
        return is_write && other->piece_idx == job->piece_idx;
    case KIND_READ:
    case KIND_WRITE:
    case N_KINDS:
        break;
    }
    return false;
}

static bool waits_for_any(const struct disk_job *job,
                          const struct disk_job *others)
{
    while (others != NULL && !waits_for(job, others))
        others = others->next;
    return others != NULL;
}

/* The same of those that wait, which are in the order of submission: none behind `job`
 * is looked at, so that thousands of torrents may have jobs waiting. */
static bool waits_for_waiting(const struct disk_job *job,
                              const struct disk_job *others)
{
    while (others != NULL && others->seq < job->seq && !waits_for(job, others))
        others = others->next;
    return others != NULL && others->seq < job->seq;
}

static bool is_its_turn(const struct diskq *q, const struct disk_job *job)
{
    if (waits_for_waiting(job, q->waiting[KIND_WRITE].first) ||
        waits_for_waiting(job, q->waiting[KIND_ORDERED].first))
        return false;
    for (unsigned i = 0; i <= q->n_threads; i++)
        if (waits_for_any(job, q->seats[i].running))
            return false;
    return true;
}

/* The first of a kind that has nothing to wait for. */
static struct disk_job *first_ready(const struct diskq *q, enum kind kind)
{
    struct disk_job *job = q->waiting[kind].first;
    while (job != NULL && !is_its_turn(q, job))
        job = job->next;
    return job;
}

static struct disk_job *choose(const struct diskq *q)
{
    struct disk_job *read = q->waiting[KIND_READ].first;
    if (read != NULL && q->n_reads_in_row < DISKQ_READ_BURST)
        return read;
    struct disk_job *write = q->waiting[KIND_WRITE].first;
    struct disk_job *ordered = first_ready(q, KIND_ORDERED);
    if (write != NULL && (ordered == NULL || write->seq < ordered->seq))
        return write;
    if (ordered != NULL)
        return ordered;
    struct disk_job *hash = first_ready(q, KIND_HASH);
    return hash != NULL ? hash : read;
}

/* Move a waiting job to the end of batch. */
static void take(struct diskq *q, struct disk_job *job, struct jobs *batch)
{
    jobs_remove(&q->waiting[kinds[job->op]], job);
    q->n_waiting--;
    jobs_append(batch, job);
}

/* Take what is to be done next, one job or a batch, linked; NULL: none. */
static struct disk_job *take_next(struct diskq *q)
{
    struct jobs batch = {NULL, NULL};
    struct disk_job *job = choose(q);
    if (job == NULL)
        return NULL;
    enum kind kind = kinds[job->op];
    q->n_reads_in_row = kind == KIND_READ ? q->n_reads_in_row + 1 : 0;
    take(q, job, &batch);
    if (!worker_can_batch(job))
        return batch.first;
    for (size_t n = 1; n < q->max_batch; n++) {
        job = q->waiting[kind].first;
        if (job == NULL || !worker_can_batch(job) || !is_its_turn(q, job))
            break;
        take(q, job, &batch);
    }
    return batch.first;
}

/* ---- Running ---- */

/* Add finished jobs to the completions; true when there were none before. */
static bool complete(struct diskq *q, struct disk_job *jobs)
{
    bool was_empty = q->done.first == NULL;
    while (jobs != NULL) {
        struct disk_job *job = jobs;
        jobs = job->next;
        q->n_jobs--;
        q->n_bytes -= carried(job);
        jobs_append(&q->done, job);
    }
    return was_empty;
}

/* Do one job or batch; entered and left with the lock. False: no work. */
static bool run_some(struct diskq *q, struct seat *seat)
{
    struct disk_job *batch = take_next(q);
    if (batch == NULL)
        return false;
    seat->running = batch;
    pthread_mutex_unlock(&q->lock);
    worker_run(seat->worker, batch);
    pthread_mutex_lock(&q->lock);
    seat->running = NULL;
    bool tell = complete(q, batch);
    if (q->n_waiting > 0)
        pthread_cond_broadcast(&q->work); /* some may have waited for these */
    pthread_mutex_unlock(&q->lock);
    if (tell && q->on_done != NULL)
        q->on_done(q->ctx);
    pthread_mutex_lock(&q->lock);
    return true;
}

bool diskq_run_one(struct diskq *q)
{
    pthread_mutex_lock(&q->lock);
    bool ran = run_some(q, &q->seats[0]);
    pthread_mutex_unlock(&q->lock);
    return ran;
}

static void *thread_main(void *arg)
{
    struct seat *seat = arg;
    struct diskq *q = seat->q;
    pthread_mutex_lock(&q->lock);
    while (!q->is_ending || q->n_waiting > 0) {
        if (run_some(q, seat))
            continue;
        worker_rest(seat->worker);
        /* Without work at the end, what waits is held back by what runs. */
        pthread_cond_wait(&q->work, &q->lock);
    }
    pthread_mutex_unlock(&q->lock);
    return NULL;
}

/* ---- Birth and end ---- */

static enum err start_threads(struct diskq *q, unsigned n)
{
    sigset_t all, was;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &was);
    int errnum = 0;
    while (q->n_threads < n && errnum == 0) {
        struct seat *seat = &q->seats[1 + q->n_threads];
        seat->q = q;
        seat->worker = worker_new();
        pthread_mutex_lock(&q->lock);
        errnum = pthread_create(&seat->thread, NULL, thread_main, seat);
        if (errnum == 0)
            q->n_threads++;
        pthread_mutex_unlock(&q->lock);
        if (errnum != 0)
            worker_free(seat->worker);
    }
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    return errnum == 0 ? OK : ERR_SYS;
}

enum err diskq_new(unsigned n_workers, void (*on_done)(void *ctx), void *ctx,
                   struct diskq **out)
{
    assert(n_workers <= DISKQ_MAX_WORKERS);
    struct diskq *q = xzalloc(sizeof *q);
    q->on_done = on_done;
    q->ctx = ctx;
    q->max_batch = hash_many_lanes();
    q->seats[0].worker = worker_new();
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->work, NULL);
    enum err err = start_threads(q, n_workers);
    if (err != OK)
        diskq_free(q);
    else
        *out = q;
    return err;
}

static void end_threads(struct diskq *q)
{
    pthread_mutex_lock(&q->lock);
    q->is_ending = true;
    pthread_cond_broadcast(&q->work);
    pthread_mutex_unlock(&q->lock);
    for (unsigned i = 1; i <= q->n_threads; i++) {
        pthread_join(q->seats[i].thread, NULL);
        worker_free(q->seats[i].worker);
    }
}

void diskq_free(struct diskq *q)
{
    if (q == NULL)
        return;
    end_threads(q);
    while (diskq_run_one(q))
        continue;
    assert(q->n_jobs == 0);
    struct disk_job *job;
    while ((job = diskq_take_done(q)) != NULL)
        disk_job_free(job);
    worker_free(q->seats[0].worker);
    pthread_cond_destroy(&q->work);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

/* ---- The submitter's side ---- */

void diskq_submit(struct diskq *q, struct disk_job *job)
{
    job->queued_us = clock_now_us();
    pthread_mutex_lock(&q->lock);
    job->seq = q->next_seq++;
    jobs_append(&q->waiting[kinds[job->op]], job);
    q->n_waiting++;
    q->n_jobs++;
    q->n_bytes += carried(job);
    pthread_cond_signal(&q->work);
    pthread_mutex_unlock(&q->lock);
}

struct disk_job *diskq_take_done(struct diskq *q)
{
    pthread_mutex_lock(&q->lock);
    struct disk_job *job = q->done.first;
    if (job != NULL)
        jobs_unlink(&q->done, NULL, job);
    pthread_mutex_unlock(&q->lock);
    return job;
}

/* Take a torrent's jobs out of a list and add them to batch. */
static void cancel_in(struct diskq *q, struct jobs *list, uint32_t torrent,
                      struct jobs *batch)
{
    struct disk_job *before = NULL;
    struct disk_job *job = list->first;
    while (job != NULL) {
        struct disk_job *next = job->next;
        if (job->torrent == torrent) {
            jobs_unlink(list, before, job);
            q->n_waiting--;
            job->err = ERR_CANCELLED;
            jobs_append(batch, job);
        } else {
            before = job;
        }
        job = next;
    }
}

void diskq_cancel(struct diskq *q, uint32_t torrent)
{
    struct jobs batch = {NULL, NULL};
    pthread_mutex_lock(&q->lock);
    cancel_in(q, &q->waiting[KIND_READ], torrent, &batch);
    cancel_in(q, &q->waiting[KIND_HASH], torrent, &batch);
    bool tell = complete(q, batch.first) && batch.first != NULL;
    if (q->is_ending)
        pthread_cond_broadcast(&q->work);
    pthread_mutex_unlock(&q->lock);
    if (tell && q->on_done != NULL)
        q->on_done(q->ctx);
}

size_t diskq_depth(struct diskq *q, uint64_t *bytes_out)
{
    pthread_mutex_lock(&q->lock);
    size_t n_jobs = q->n_jobs;
    if (bytes_out != NULL)
        *bytes_out = q->n_bytes;
    pthread_mutex_unlock(&q->lock);
    return n_jobs;
}

size_t diskq_hash_window(const struct diskq *q)
{
    return 2 * q->max_batch * (q->n_threads > 0 ? q->n_threads : 1);
}

void diskq_set_batch(struct diskq *q, size_t n)
{
    assert(n > 0 && n <= SHA1_MAX_LANES);
    pthread_mutex_lock(&q->lock);
    q->max_batch = n;
    pthread_mutex_unlock(&q->lock);
}
