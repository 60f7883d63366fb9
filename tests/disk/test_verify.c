#include "config.h"

#include "disk/verify.h"

#include "tests/disk/sample.h"
#include "tests/disk/suites.h"
#include "tests/fake/memstore.h"

#include <string.h>

/* Pieces of 32 KiB: a 0-3, b 3, c 3-9, z 9-11. */

enum { TORRENT = 7, TAG = 99 };

static struct sample sample;
static struct store *store;
static struct memstore *mem;
static struct diskq *q;
static struct verify *verify;
static char told[64]; /* one letter a piece, as it was told */

static void setup(void)
{
    sample = sample_default();
    store = memstore_new(sample.meta, &mem);
    memcpy(memstore_bytes(mem), sample.content,
           (size_t)sample.meta->geo.size_bytes);
    memstore_fill(mem);
    ck_assert_int_eq(diskq_new(0, NULL, NULL, &q), OK);
    diskq_set_batch(q, 1);
    verify = NULL;
    memset(told, '.', sample.meta->geo.n_pieces);
    told[sample.meta->geo.n_pieces] = '\0';
}

static void teardown(void)
{
    verify_free(verify);
    diskq_free(q);
    store_unref(store);
    sample_fini(&sample);
}

static void on_piece(void *ctx, uint32_t piece_idx, enum verify_result result)
{
    ck_assert_ptr_eq(ctx, told);
    ck_assert_int_eq(told[piece_idx], '.'); /* once */
    told[piece_idx] = "gbmu"[result];
}

static void start(const struct bitset *which)
{
    static const struct verify_host host = {.on_piece = on_piece, .ctx = told};
    verify = verify_new(sample.meta, store, q, TORRENT, TAG, which);
    verify_start(verify, &host);
}

static void drain(void)
{
    struct disk_job *job;
    while ((job = diskq_take_done(q)) != NULL) {
        ck_assert_uint_eq(job->torrent, TORRENT);
        ck_assert_uint_eq(job->tag, TAG);
        ck_assert(!verify_is_done(verify));
        verify_on_done(verify, job);
    }
}

static void run(void)
{
    while (diskq_run_one(q))
        drain();
    drain();
    ck_assert(verify_is_done(verify));
}

static void assert_counts(uint32_t n_good, uint32_t n_bad, uint32_t n_missing,
                          uint32_t n_unreadable)
{
    const struct verify_progress *p = verify_progress(verify);
    ck_assert_uint_eq(p->n_good, n_good);
    ck_assert_uint_eq(p->n_bad, n_bad);
    ck_assert_uint_eq(p->n_missing, n_missing);
    ck_assert_uint_eq(p->n_unreadable, n_unreadable);
    ck_assert_uint_eq(p->n_pieces, n_good + n_bad + n_missing + n_unreadable);
    ck_assert_uint_eq(p->done_bytes, p->size_bytes);
    ck_assert_uint_eq(bitset_count(verify_pieces(verify, VERIFY_GOOD)), n_good);
    ck_assert_uint_eq(bitset_count(verify_pieces(verify, VERIFY_BAD)), n_bad);
}

START_TEST(all_right_is_all_good)
{
    start(NULL);
    run();
    ck_assert_str_eq(told, "gggggggggggg");
    assert_counts(12, 0, 0, 0);
    ck_assert_int_eq(verify_error(verify, NULL), OK);
    ck_assert_uint_eq(verify_progress(verify)->read_bytes, 370006);
    ck_assert_uint_eq(verify_stats(verify)[0].size_bytes, 100000);
}
END_TEST

START_TEST(wrong_bytes_are_bad_pieces)
{
    memstore_bytes(mem)[0] ^= 1;
    memstore_bytes(mem)[370005] ^= 1;
    start(NULL);
    run();
    ck_assert_str_eq(told, "bggggggggggb");
    assert_counts(10, 2, 0, 0);
}
END_TEST

START_TEST(absent_and_short_files_are_missing_without_reading)
{
    memstore_remove(mem, 1);          /* b: in piece 3 */
    memstore_set_size(mem, 4, 40000); /* z: ends in piece 10 */
    start(NULL);
    run();
    ck_assert_str_eq(told, "gggmggggggmm");
    assert_counts(9, 0, 3, 0);
    ck_assert_uint_eq(memstore_n_calls(mem, MEMSTORE_READ), 9);
    ck_assert(!verify_stats(verify)[1].exists);
}
END_TEST

START_TEST(nothing_there_reads_nothing)
{
    for (size_t i = 0; i < sample.meta->n_files; i++)
        memstore_remove(mem, i);
    start(NULL);
    run();
    assert_counts(0, 0, 12, 0);
    ck_assert_uint_eq(memstore_n_calls(mem, MEMSTORE_READ), 0);
}
END_TEST

START_TEST(some_pieces_are_checked_alone)
{
    struct bitset *which = bitset_new(sample.meta->geo.n_pieces);
    bitset_set(which, 2);
    bitset_set(which, 11);
    memstore_remove(mem, 4);
    start(which);
    bitset_free(which);
    run();
    ck_assert_str_eq(told, "..g........m");
    assert_counts(1, 0, 1, 0);
    ck_assert_uint_eq(verify_progress(verify)->size_bytes, 32768 + 9558);
}
END_TEST

START_TEST(no_pieces_is_done_after_looking)
{
    struct bitset *which = bitset_new(sample.meta->geo.n_pieces);
    start(which);
    bitset_free(which);
    run();
    ck_assert_str_eq(told, "............");
}
END_TEST

START_TEST(window_bounds_what_is_in_flight)
{
    size_t window = diskq_hash_window(q);
    start(NULL);
    ck_assert_uint_eq(diskq_depth(q, NULL), 1); /* STAT */
    while (diskq_run_one(q)) {
        drain();
        ck_assert_uint_le(diskq_depth(q, NULL), window);
    }
    ck_assert(verify_is_done(verify));
}
END_TEST

START_TEST(disk_errors_are_told_and_the_rest_goes_on)
{
    memstore_fail(mem, MEMSTORE_READ, 2, 2, ERR_SYS);
    start(NULL);
    run();
    ck_assert_str_eq(told, "gguugggggggg");
    assert_counts(10, 0, 0, 2);
    struct cause cause;
    ck_assert_int_eq(verify_error(verify, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, "told to fail"));
}
END_TEST

START_TEST(failed_look_at_files_ends_it)
{
    memstore_fail(mem, MEMSTORE_STAT, 1, 1, ERR_SYS);
    start(NULL);
    run();
    ck_assert_str_eq(told, "............");
    ck_assert_int_eq(verify_error(verify, NULL), ERR_SYS);
    ck_assert_ptr_null(verify_stats(verify));
}
END_TEST

START_TEST(cancel_ends_it)
{
    start(NULL);
    ck_assert(diskq_run_one(q)); /* STAT */
    drain();
    ck_assert(diskq_run_one(q)); /* piece 0 */
    drain();
    diskq_cancel(q, TORRENT);
    drain();
    ck_assert(verify_is_done(verify));
    ck_assert(!diskq_run_one(q));
    ck_assert_str_eq(told, "g...........");
    ck_assert_int_eq(verify_error(verify, NULL), ERR_CANCELLED);
}
END_TEST

START_TEST(free_while_jobs_are_in_flight_is_allowed)
{
    start(NULL);
    ck_assert(diskq_run_one(q));
    drain();
    verify_free(verify);
    verify = NULL;
    while (diskq_run_one(q))
        continue;
    struct disk_job *job;
    while ((job = diskq_take_done(q)) != NULL)
        disk_job_free(job);
}
END_TEST

Suite *verify_suite(void)
{
    Suite *s = suite_create("verify");
    TCase *t = tcase_create("verify");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, all_right_is_all_good);
    tcase_add_test(t, wrong_bytes_are_bad_pieces);
    tcase_add_test(t, absent_and_short_files_are_missing_without_reading);
    tcase_add_test(t, nothing_there_reads_nothing);
    tcase_add_test(t, some_pieces_are_checked_alone);
    tcase_add_test(t, no_pieces_is_done_after_looking);
    tcase_add_test(t, window_bounds_what_is_in_flight);
    tcase_add_test(t, disk_errors_are_told_and_the_rest_goes_on);
    tcase_add_test(t, failed_look_at_files_ends_it);
    tcase_add_test(t, cancel_ends_it);
    tcase_add_test(t, free_while_jobs_are_in_flight_is_allowed);
    suite_add_tcase(s, t);
    return s;
}
