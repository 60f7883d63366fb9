#include "config.h"

#include "disk/worker.h"

#include "tests/disk/sample.h"
#include "tests/disk/suites.h"
#include "tests/disk/tmpdir.h"
#include "tests/fake/memstore.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static struct sample sample;
static struct store *store;
static struct memstore *mem;
static struct worker *worker;

static void use(struct sample s)
{
    sample = s;
    store = memstore_new(sample.meta, &mem);
    worker = worker_new();
}

static void setup(void)
{
    use(sample_default());
}

static void teardown(void)
{
    worker_free(worker);
    store_unref(store);
    sample_fini(&sample);
}

static struct disk_job *piece_job(enum disk_op op, uint32_t piece_idx)
{
    struct disk_job *job = disk_job_new(op, store, 1);
    job->piece_idx = piece_idx;
    job->off = geometry_piece_off(&sample.meta->geo, piece_idx);
    job->len = geometry_piece_len(&sample.meta->geo, piece_idx);
    memcpy(job->hash, metainfo_piece_hash(sample.meta, piece_idx), SHA1_LEN);
    if (op == DISK_WRITE) {
        job->check = true;
        job->bytes = xmemdup(sample_piece(&sample, piece_idx), job->len);
    }
    return job;
}

static void assert_block_hashes(const struct disk_job *job,
                                const uint8_t *bytes)
{
    uint8_t hash[SHA1_LEN];
    ck_assert_ptr_nonnull(job->block_hashes);
    for (uint32_t begin = 0, i = 0; begin < job->len; i++) {
        uint32_t left = job->len - begin;
        uint32_t len = left < GEOMETRY_BLOCK_LEN ? left : GEOMETRY_BLOCK_LEN;
        hash_sha1(bytes + begin, len, hash);
        ck_assert_mem_eq(job->block_hashes + i * SHA1_LEN, hash, SHA1_LEN);
        begin += len;
    }
}

START_TEST(write_right_piece_writes_it)
{
    struct disk_job *job = piece_job(DISK_WRITE, 3);
    worker_run(worker, job);
    ck_assert_int_eq(job->err, OK);
    ck_assert_ptr_null(job->block_hashes);
    ck_assert_mem_eq(memstore_bytes(mem) + job->off, sample_piece(&sample, 3),
                     job->len);
    ck_assert_int_le(job->started_us, job->done_us);
    disk_job_free(job);
}
END_TEST

START_TEST(write_wrong_piece_writes_nothing_and_hashes_blocks)
{
    struct disk_job *job = piece_job(DISK_WRITE, 11); /* the last, short */
    job->bytes[job->len - 1] ^= 1;
    worker_run(worker, job);
    ck_assert_int_eq(job->err, ERR_HASH);
    ck_assert_str_eq(job->cause.text, "piece 11 does not match its hash");
    ck_assert_uint_eq(memstore_n_calls(mem, MEMSTORE_WRITE), 0);
    assert_block_hashes(job, job->bytes);
    disk_job_free(job);
}
END_TEST

START_TEST(write_unchecked_part_is_written_as_it_is)
{
    struct disk_job *job = disk_job_new(DISK_WRITE, store, 1);
    job->off = 77;
    job->len = 100;
    job->bytes = xzalloc(100);
    memset(job->bytes, 'x', 100);
    worker_run(worker, job);
    ck_assert_int_eq(job->err, OK);
    ck_assert_mem_eq(memstore_bytes(mem) + 77, job->bytes, 100);
    disk_job_free(job);
}
END_TEST

START_TEST(write_asked_for_block_hashes_gives_them)
{
    struct disk_job *job = piece_job(DISK_WRITE, 0);
    job->want_block_hashes = true;
    worker_run(worker, job);
    ck_assert_int_eq(job->err, OK);
    assert_block_hashes(job, sample_piece(&sample, 0));
    disk_job_free(job);
}
END_TEST

START_TEST(write_to_full_disk_carries_the_words)
{
    struct disk_job *job = piece_job(DISK_WRITE, 0);
    memstore_set_space(mem, 10);
    worker_run(worker, job);
    ck_assert_int_eq(job->err, ERR_NO_SPACE);
    ck_assert_str_eq(job->cause.text, "memory: no space left");
    disk_job_free(job);
}
END_TEST

static void fill_store(void)
{
    memcpy(memstore_bytes(mem), sample.content,
           (size_t)sample.meta->geo.size_bytes);
    memstore_fill(mem);
}

static enum err hash_piece(uint32_t piece_idx, bool want_block_hashes)
{
    struct disk_job *job = piece_job(DISK_HASH, piece_idx);
    job->want_block_hashes = want_block_hashes;
    worker_run(worker, job);
    enum err err = job->err;
    if (want_block_hashes && (err == OK || err == ERR_HASH))
        assert_block_hashes(job, memstore_bytes(mem) + job->off);
    else
        ck_assert_ptr_null(job->block_hashes);
    disk_job_free(job);
    return err;
}

START_TEST(hash_reads_and_compares)
{
    fill_store();
    for (uint32_t i = 0; i < sample.meta->geo.n_pieces; i++) {
        ck_assert_int_eq(hash_piece(i, false), OK);
        ck_assert_int_eq(hash_piece(i, true), OK);
    }
    memstore_bytes(mem)[5 * SAMPLE_PIECE_LEN] ^= 0x80;
    ck_assert_int_eq(hash_piece(5, false), ERR_HASH);
    ck_assert_int_eq(hash_piece(5, true), ERR_HASH);
    ck_assert_int_eq(hash_piece(6, false), OK);
    memstore_set_size(mem, 4, 70000);
    ck_assert_int_eq(hash_piece(11, false), ERR_TRUNCATED);
    ck_assert_int_eq(hash_piece(11, true), ERR_TRUNCATED);
    memstore_fail(mem, MEMSTORE_READ, 0, 1, ERR_SYS);
    ck_assert_int_eq(hash_piece(0, false), ERR_SYS);
    ck_assert_int_eq(hash_piece(0, false), OK); /* no trace of the failure */
}
END_TEST

START_TEST(hash_long_piece_reads_it_in_chunks)
{
    teardown();
    use(sample_single(3 * (1 << 20) + 12345, 2 << 20));
    fill_store();
    ck_assert_int_eq(hash_piece(0, true), OK);
    ck_assert_uint_eq(memstore_n_calls(mem, MEMSTORE_READ),
                      (2 << 20) / WORKER_CHUNK_LEN);
    ck_assert_int_eq(hash_piece(1, true), OK);
    /* A read that fails in the midst must not spoil the next hash. */
    memstore_fail(mem, MEMSTORE_READ, 3, 1, ERR_SYS);
    ck_assert_int_eq(hash_piece(0, true), ERR_SYS);
    ck_assert_int_eq(hash_piece(0, false), OK);
}
END_TEST

START_TEST(batch_of_hashes_judges_each_alone)
{
    enum { N = 6 };
    struct disk_job *jobs[N];
    fill_store();
    memstore_bytes(mem)[SAMPLE_PIECE_LEN] ^= 1;
    memstore_set_size(mem, 4, 70000);
    static const uint32_t pieces[N] = {0, 1, 11, 3, 4, 5};
    for (int i = N - 1; i >= 0; i--) {
        jobs[i] = piece_job(DISK_HASH, pieces[i]);
        jobs[i]->next = i + 1 < N ? jobs[i + 1] : NULL;
        ck_assert(worker_can_batch(jobs[i]));
    }
    jobs[4]->want_block_hashes = true;
    worker_run(worker, jobs[0]);
    static const enum err errs[N] = {OK, ERR_HASH, ERR_TRUNCATED, OK, OK, OK};
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(jobs[i]->err, errs[i]);
        ck_assert_int_eq(jobs[i]->block_hashes != NULL, i == 4);
    }
    assert_block_hashes(jobs[4], sample_piece(&sample, 4));
    for (int i = 0; i < N; i++)
        disk_job_free(jobs[i]);
}
END_TEST

START_TEST(batch_of_writes_writes_only_right_ones)
{
    enum { N = 5 };
    struct disk_job *jobs[N];
    for (int i = N - 1; i >= 0; i--) {
        jobs[i] = piece_job(DISK_WRITE, (uint32_t)i);
        jobs[i]->next = i + 1 < N ? jobs[i + 1] : NULL;
    }
    jobs[1]->bytes[0] ^= 1;
    memstore_fail(mem, MEMSTORE_WRITE, 2, 1, ERR_NO_SPACE);
    worker_run(worker, jobs[0]);
    static const enum err errs[N] = {OK, ERR_HASH, OK, ERR_NO_SPACE, OK};
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(jobs[i]->err, errs[i]);
        bool is_there =
            memcmp(memstore_bytes(mem) + jobs[i]->off,
                   sample_piece(&sample, (uint32_t)i), jobs[i]->len) == 0;
        ck_assert_int_eq(is_there, errs[i] == OK);
    }
    assert_block_hashes(jobs[1], jobs[1]->bytes);
    for (int i = 0; i < N; i++)
        disk_job_free(jobs[i]);
}
END_TEST

START_TEST(read_fills_the_buffer)
{
    fill_store();
    struct disk_job *job = disk_job_new(DISK_READ, store, 1);
    job->off = 90000;
    job->len = 20000;
    job->data = refbuf_new(20000);
    worker_run(worker, job);
    ck_assert_int_eq(job->err, OK);
    ck_assert_mem_eq(job->data->bytes, sample.content + 90000, 20000);
    disk_job_free(job);
}
END_TEST

START_TEST(stat_gives_all_files_or_none)
{
    fill_store();
    for (int fails = 0; fails < 2; fails++) {
        struct disk_job *job = disk_job_new(DISK_STAT, store, 1);
        job->n_files = sample.meta->n_files;
        if (fails)
            memstore_fail(mem, MEMSTORE_STAT, 2, 1, ERR_SYS);
        worker_run(worker, job);
        ck_assert_int_eq(job->err, fails ? ERR_SYS : OK);
        ck_assert_int_eq(job->stats == NULL, fails);
        if (!fails)
            ck_assert_uint_eq(job->stats[3].size_bytes, 200000);
        disk_job_free(job);
    }
}
END_TEST

START_TEST(save_replaces_the_file)
{
    char *dir = tmpdir_new();
    struct disk_job *job = disk_job_new(DISK_SAVE, NULL, 1);
    job->path = tmpdir_path(dir, "state");
    job->bytes = xmemdup("abc", 3);
    job->len = 3;
    worker_run(worker, job);
    ck_assert_int_eq(job->err, OK);
    ck_assert(tmpdir_is(dir, "state", "abc", 3));
    disk_job_free(job);
    tmpdir_free(dir);
}
END_TEST

struct forward_case {
    enum disk_op op;
    enum memstore_op called;
};

static const struct forward_case forward_cases[] = {
    {DISK_PREPARE, MEMSTORE_PREPARE},
    {DISK_SYNC, MEMSTORE_SYNC},
    {DISK_CLOSE, MEMSTORE_CLOSE},
};

START_TEST(others_are_passed_to_the_store)
{
    const struct forward_case *c = &forward_cases[_i];
    struct disk_job *job = disk_job_new(c->op, store, 1);
    worker_run(worker, job);
    ck_assert_int_eq(job->err, OK);
    ck_assert_uint_eq(memstore_n_calls(mem, c->called), 1);
    disk_job_free(job);
}
END_TEST

Suite *worker_suite(void)
{
    Suite *s = suite_create("worker");
    TCase *t = tcase_create("worker");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, write_right_piece_writes_it);
    tcase_add_test(t, write_wrong_piece_writes_nothing_and_hashes_blocks);
    tcase_add_test(t, write_unchecked_part_is_written_as_it_is);
    tcase_add_test(t, write_asked_for_block_hashes_gives_them);
    tcase_add_test(t, write_to_full_disk_carries_the_words);
    tcase_add_test(t, hash_reads_and_compares);
    tcase_add_test(t, hash_long_piece_reads_it_in_chunks);
    tcase_add_test(t, batch_of_hashes_judges_each_alone);
    tcase_add_test(t, batch_of_writes_writes_only_right_ones);
    tcase_add_test(t, read_fills_the_buffer);
    tcase_add_test(t, stat_gives_all_files_or_none);
    tcase_add_test(t, save_replaces_the_file);
    tcase_add_loop_test(t, others_are_passed_to_the_store, 0,
                        sizeof forward_cases / sizeof forward_cases[0]);
    suite_add_tcase(s, t);
    return s;
}
