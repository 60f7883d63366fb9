#include "config.h"

#include "disk/queue.h"

#include "tests/disk/sample.h"
#include "tests/disk/suites.h"
#include "tests/fake/memstore.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

/* Jobs in these tests are letters: `r` READ, `w` WRITE, `h` HASH, `s` SYNC, `p`
 * PREPARE, `c` CLOSE, each followed by the digit of its torrent. */

static struct sample sample;
static struct store *store;
static struct memstore *mem;
static struct diskq *q;
static unsigned n_told;

static void count_done(void *ctx)
{
    ck_assert_ptr_eq(ctx, &n_told);
    n_told++;
}

static void setup(void)
{
    sample = sample_default();
    store = memstore_new(sample.meta, &mem);
    memstore_fill(mem);
    n_told = 0;
    ck_assert_int_eq(diskq_new(0, count_done, &n_told, &q), OK);
    diskq_set_batch(q, 1);
}

static void teardown(void)
{
    diskq_free(q);
    store_unref(store);
    sample_fini(&sample);
}

static const char letters[DISK_N_OPS + 1] = {
    [DISK_PREPARE] = 'p', [DISK_WRITE] = 'w', [DISK_HASH] = 'h',
    [DISK_READ] = 'r',    [DISK_SYNC] = 's',  [DISK_STAT] = 't',
    [DISK_SAVE] = 'v',    [DISK_DROP] = 'd',  [DISK_BRING] = 'b',
    [DISK_ERASE] = 'e',   [DISK_CLOSE] = 'c',
};

static struct disk_job *make(char letter, uint32_t torrent)
{
    enum disk_op op = DISK_PREPARE;
    while (letters[op] != letter)
        op++;
    ck_assert_int_lt(op, DISK_N_OPS);
    struct disk_job *job = disk_job_new(op, store, torrent);
    job->len = 100;
    if (op == DISK_WRITE)
        job->bytes = xzalloc(100);
    if (op == DISK_READ)
        job->data = refbuf_new(100);
    return job;
}

static void submit(const char *jobs)
{
    for (; *jobs != '\0'; jobs += 2) {
        if (*jobs == ' ')
            jobs++;
        diskq_submit(q, make(jobs[0], (uint32_t)(jobs[1] - '0')));
    }
}

/* Take all completions: their letters, digits and spaces. */
static const char *taken(void)
{
    static char text[512];
    size_t len = 0;
    text[0] = '\0';
    for (struct disk_job *job; (job = diskq_take_done(q)) != NULL;) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%c%u",
                                len > 0 ? " " : "", letters[job->op],
                                job->torrent);
        ck_assert_uint_lt(len, sizeof text);
        disk_job_free(job);
    }
    return text;
}

static const char *run_all(void)
{
    while (diskq_run_one(q))
        continue;
    return taken();
}

struct order_case {
    const char *submitted;
    const char *done;
};

static const struct order_case order_cases[] = {
    {"w1 w1 w2", "w1 w1 w2"},
    {"h1 w1 r1", "r1 w1 h1"},
    {"h1 h2 r3 h3 r1", "r3 r1 h1 h2 h3"},
    /* Neither READ nor HASH: in the order of submission. */
    {"w1 s1 w1 s2 w2", "w1 s1 w1 s2 w2"},
    {"h1 p1 c2 w3", "p1 c2 w3 h1"},
    /* No endless uploads before a write. */
    {"w1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1",
     "r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 r1 w1 r1 r1"},
};

START_TEST(jobs_run_in_the_order_documented)
{
    const struct order_case *c = &order_cases[_i];
    submit(c->submitted);
    ck_assert_str_eq(run_all(), c->done);
}
END_TEST

START_TEST(on_done_is_called_when_first_completion_comes)
{
    submit("w1 w1");
    ck_assert(diskq_run_one(q));
    ck_assert_uint_eq(n_told, 1);
    ck_assert(diskq_run_one(q));
    ck_assert_uint_eq(n_told, 1); /* not yet drained */
    ck_assert_str_eq(taken(), "w1 w1");
    submit("w1");
    ck_assert(diskq_run_one(q));
    ck_assert_uint_eq(n_told, 2);
    ck_assert(!diskq_run_one(q));
}
END_TEST

START_TEST(cancel_ends_waiting_reads_and_hashes_of_the_torrent)
{
    submit("h1 r1 w1 h2 h1 r2 s1");
    diskq_cancel(q, 1);
    ck_assert_uint_eq(n_told, 1);
    for (int i = 0; i < 3; i++) {
        struct disk_job *job = diskq_take_done(q);
        ck_assert_uint_eq(job->torrent, 1);
        ck_assert_int_eq(job->err, ERR_CANCELLED);
        ck_assert(job->op == DISK_READ || job->op == DISK_HASH);
        disk_job_free(job);
    }
    ck_assert_ptr_null(diskq_take_done(q));
    ck_assert_uint_eq(diskq_depth(q, NULL), 4);
    ck_assert_str_eq(run_all(), "r2 w1 s1 h2");
    diskq_cancel(q, 1); /* nothing to cancel: nothing to tell */
    ck_assert_uint_eq(n_told, 2);
}
END_TEST

START_TEST(depth_counts_jobs_and_bytes)
{
    uint64_t n_bytes = 1;
    ck_assert_uint_eq(diskq_depth(q, &n_bytes), 0);
    ck_assert_uint_eq(n_bytes, 0);
    submit("w1 r1 h1 s1");
    ck_assert_uint_eq(diskq_depth(q, &n_bytes), 4);
    ck_assert_uint_eq(n_bytes, 200);
    ck_assert(diskq_run_one(q));
    ck_assert_uint_eq(diskq_depth(q, &n_bytes), 3);
    ck_assert_uint_eq(n_bytes, 100);
    run_all();
    ck_assert_uint_eq(diskq_depth(q, &n_bytes), 0);
    ck_assert_uint_eq(n_bytes, 0);
}
END_TEST

static struct disk_job *hash_job(uint32_t piece_idx)
{
    struct disk_job *job = disk_job_new(DISK_HASH, store, 1);
    job->piece_idx = piece_idx;
    job->off = geometry_piece_off(&sample.meta->geo, piece_idx);
    job->len = geometry_piece_len(&sample.meta->geo, piece_idx);
    memcpy(job->hash, metainfo_piece_hash(sample.meta, piece_idx), SHA1_LEN);
    return job;
}

static size_t n_done(void)
{
    size_t n = 0;
    for (struct disk_job *job; (job = diskq_take_done(q)) != NULL; n++) {
        ck_assert_int_eq(job->err, OK);
        disk_job_free(job);
    }
    return n;
}

START_TEST(hashes_are_taken_a_batch_at_a_time)
{
    diskq_set_batch(q, 8);
    memcpy(memstore_bytes(mem), sample.content,
           (size_t)sample.meta->geo.size_bytes);
    for (uint32_t i = 0; i < 11; i++)
        diskq_submit(q, hash_job(i));
    ck_assert(diskq_run_one(q));
    ck_assert_uint_eq(n_done(), 8);
    ck_assert(diskq_run_one(q));
    ck_assert_uint_eq(n_done(), 3);
    ck_assert(!diskq_run_one(q));
}
END_TEST

START_TEST(batch_takes_only_what_can_be_hashed_together)
{
    diskq_set_batch(q, 8);
    for (uint32_t i = 0; i < 4; i++) {
        struct disk_job *job = hash_job(i);
        job->op = DISK_WRITE;
        job->bytes = xmemdup(sample_piece(&sample, i), job->len);
        job->check = i != 2; /* part of a piece: written alone */
        diskq_submit(q, job);
    }
    ck_assert(diskq_run_one(q));
    ck_assert_uint_eq(n_done(), 2);
    ck_assert(diskq_run_one(q));
    ck_assert_uint_eq(n_done(), 1);
    ck_assert(diskq_run_one(q));
    ck_assert_uint_eq(n_done(), 1);
    ck_assert_mem_eq(memstore_bytes(mem), sample.content, 4 * SAMPLE_PIECE_LEN);
}
END_TEST

START_TEST(free_finishes_what_was_submitted)
{
    submit("w1 s1 h1");
    diskq_free(q);
    ck_assert_uint_eq(memstore_n_calls(mem, MEMSTORE_WRITE), 1);
    ck_assert_uint_eq(memstore_n_calls(mem, MEMSTORE_SYNC), 1);
    ck_assert_int_eq(diskq_new(0, count_done, &n_told, &q), OK);
}
END_TEST

/* ---- With threads ---- */

/* A store whose writes wait until they are let go, so that a test can hold a job in
 * the midst; all it does is noted, in the order it ends. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_shut;
    unsigned n_waiting; /* writes at the gate */
    unsigned n_done;    /* completions told */
    char log[64];
    size_t log_len;
};

static void note(struct gate *g, char what)
{
    pthread_mutex_lock(&g->lock);
    ck_assert_uint_lt(g->log_len, sizeof g->log - 1);
    g->log[g->log_len++] = what;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

static enum err gate_write(void *impl, uint64_t off, const void *bytes,
                           size_t len, struct cause *cause)
{
    struct gate *g = impl;
    (void)off;
    (void)bytes;
    (void)len;
    (void)cause;
    pthread_mutex_lock(&g->lock);
    g->n_waiting++;
    pthread_cond_broadcast(&g->changed);
    while (g->is_shut)
        pthread_cond_wait(&g->changed, &g->lock);
    g->n_waiting--;
    pthread_mutex_unlock(&g->lock);
    note(g, 'w');
    return OK;
}

static enum err gate_read(void *impl, uint64_t off, void *bytes, size_t len,
                          struct cause *cause)
{
    (void)off;
    (void)bytes;
    (void)len;
    (void)cause;
    note(impl, 'r');
    return OK;
}

static enum err gate_sync(void *impl, struct cause *cause)
{
    (void)cause;
    note(impl, 's');
    return OK;
}

static void gate_free(void *impl)
{
    (void)impl;
}

static const struct store_ops gate_ops = {.read = gate_read,
                                          .write = gate_write,
                                          .sync = gate_sync,
                                          .free = gate_free};

static void gate_on_done(void *ctx)
{
    struct gate *g = ctx;
    pthread_mutex_lock(&g->lock);
    g->n_done++;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

static void gate_wait_log(struct gate *g, const char *wanted)
{
    pthread_mutex_lock(&g->lock);
    while (g->log_len < strlen(wanted))
        pthread_cond_wait(&g->changed, &g->lock);
    ck_assert_str_eq(g->log, wanted);
    pthread_mutex_unlock(&g->lock);
}

static void gate_set(struct gate *g, bool is_shut)
{
    pthread_mutex_lock(&g->lock);
    g->is_shut = is_shut;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

static void gate_submit(struct diskq *to, struct store *s, char letter,
                        uint32_t torrent)
{
    struct store *was = store;
    store = s;
    diskq_submit(to, make(letter, torrent));
    store = was;
}

START_TEST(sync_waits_for_a_write_that_runs)
{
    struct gate g = {.is_shut = true};
    pthread_mutex_init(&g.lock, NULL);
    pthread_cond_init(&g.changed, NULL);
    struct store *s = store_new(&gate_ops, &g);
    struct diskq *threaded;
    ck_assert_int_eq(diskq_new(2, gate_on_done, &g, &threaded), OK);
    gate_submit(threaded, s, 'w', 1);
    pthread_mutex_lock(&g.lock);
    while (g.n_waiting == 0)
        pthread_cond_wait(&g.changed, &g.lock);
    pthread_mutex_unlock(&g.lock);
    /* One worker is held by the write. The other passes by the sync of the same
     * torrent, but neither a read nor the sync of another torrent. */
    gate_submit(threaded, s, 's', 1);
    gate_submit(threaded, s, 'r', 1);
    gate_wait_log(&g, "r");
    gate_submit(threaded, s, 's', 2);
    gate_wait_log(&g, "rs");
    gate_set(&g, false);
    gate_wait_log(&g, "rsws");
    diskq_free(threaded);
    store_unref(s);
    pthread_cond_destroy(&g.changed);
    pthread_mutex_destroy(&g.lock);
}
END_TEST

START_TEST(hash_waits_for_a_write_to_its_piece)
{
    struct gate g = {.is_shut = true};
    pthread_mutex_init(&g.lock, NULL);
    pthread_cond_init(&g.changed, NULL);
    struct store *s = store_new(&gate_ops, &g);
    struct diskq *threaded;
    ck_assert_int_eq(diskq_new(2, gate_on_done, &g, &threaded), OK);
    gate_submit(threaded, s, 'w', 1);
    pthread_mutex_lock(&g.lock);
    while (g.n_waiting == 0)
        pthread_cond_wait(&g.changed, &g.lock);
    pthread_mutex_unlock(&g.lock);
    /* All letters are of piece 0: the hash of torrent 1 waits, even when a
     * worker has nothing else to do; that of torrent 2 does not. */
    gate_submit(threaded, s, 'h', 1);
    gate_submit(threaded, s, 'h', 2);
    gate_wait_log(&g, "r");
    gate_submit(threaded, s, 's', 2);
    gate_wait_log(&g, "rs");
    gate_set(&g, false);
    gate_wait_log(&g, "rswr");
    diskq_free(threaded);
    store_unref(s);
    pthread_cond_destroy(&g.changed);
    pthread_mutex_destroy(&g.lock);
}
END_TEST

START_TEST(many_jobs_on_threads_all_complete_once)
{
    enum { N_JOBS = 600 };
    struct gate g = {.is_shut = false}; /* for its counter of completions */
    pthread_mutex_init(&g.lock, NULL);
    pthread_cond_init(&g.changed, NULL);
    struct diskq *threaded;
    bool seen[N_JOBS] = {false};
    size_t n_seen = 0;
    memcpy(memstore_bytes(mem), sample.content,
           (size_t)sample.meta->geo.size_bytes);
    ck_assert_int_eq(diskq_new(3, gate_on_done, &g, &threaded), OK);
    for (uint32_t i = 0; i < N_JOBS; i++) {
        static const char pattern[] = "whrswhrrhhwp";
        struct disk_job *job = hash_job(i % sample.meta->geo.n_pieces);
        char letter = pattern[i % (sizeof pattern - 1)];
        if (letter != 'h') {
            disk_job_free(job);
            job = make(letter, i % 3);
            if (letter == 'w') /* what is there already */
                memcpy(job->bytes, sample.content, 100);
        }
        job->tag = i;
        diskq_submit(threaded, job);
    }
    unsigned n_told_seen = 0;
    while (n_seen < N_JOBS) {
        pthread_mutex_lock(&g.lock);
        while (g.n_done == n_told_seen)
            pthread_cond_wait(&g.changed, &g.lock);
        n_told_seen = g.n_done;
        pthread_mutex_unlock(&g.lock);
        struct disk_job *job;
        while ((job = diskq_take_done(threaded)) != NULL) {
            ck_assert_int_eq(job->err, OK);
            ck_assert(!seen[job->tag]);
            seen[job->tag] = true;
            n_seen++;
            disk_job_free(job);
        }
    }
    ck_assert_uint_eq(diskq_depth(threaded, NULL), 0);
    diskq_free(threaded);
    pthread_cond_destroy(&g.changed);
    pthread_mutex_destroy(&g.lock);
}
END_TEST

static void note_mask(void *ctx)
{
    sigset_t *mask = ctx;
    pthread_sigmask(SIG_SETMASK, NULL, mask);
}

START_TEST(workers_block_signals)
{
    sigset_t mask, mine;
    sigemptyset(&mask);
    struct diskq *threaded;
    ck_assert_int_eq(diskq_new(1, note_mask, &mask, &threaded), OK);
    diskq_submit(threaded, make('p', 1));
    diskq_free(threaded); /* joins: the mask may be read */
    ck_assert_int_eq(sigismember(&mask, SIGINT), 1);
    ck_assert_int_eq(sigismember(&mask, SIGTERM), 1);
    ck_assert_int_eq(sigismember(&mask, SIGWINCH), 1);
    pthread_sigmask(SIG_SETMASK, NULL, &mine);
    ck_assert_int_eq(sigismember(&mine, SIGINT), 0);
}
END_TEST

Suite *queue_suite(void)
{
    Suite *s = suite_create("queue");
    TCase *t = tcase_create("queue");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, jobs_run_in_the_order_documented, 0,
                        sizeof order_cases / sizeof order_cases[0]);
    tcase_add_test(t, on_done_is_called_when_first_completion_comes);
    tcase_add_test(t, cancel_ends_waiting_reads_and_hashes_of_the_torrent);
    tcase_add_test(t, depth_counts_jobs_and_bytes);
    tcase_add_test(t, hashes_are_taken_a_batch_at_a_time);
    tcase_add_test(t, batch_takes_only_what_can_be_hashed_together);
    tcase_add_test(t, free_finishes_what_was_submitted);
    tcase_add_test(t, sync_waits_for_a_write_that_runs);
    tcase_add_test(t, hash_waits_for_a_write_to_its_piece);
    tcase_add_test(t, many_jobs_on_threads_all_complete_once);
    tcase_add_test(t, workers_block_signals);
    suite_add_tcase(s, t);
    return s;
}
