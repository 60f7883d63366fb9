#include "config.h"

#include "tests/engine/suites.h"

#include "disk/queue.h"
#include "engine/freespace.h"

static struct diskq *disk;
static struct freespace space;

static void open_space(void)
{
    ck_assert_int_eq(diskq_new(0, NULL, NULL, &disk), OK);
    freespace_init(&space, disk);
}

static void close_space(void)
{
    freespace_fini(&space);
    diskq_free(disk);
}

/* Let the worker answer; how many questions there were. */
static int answer(uint64_t free_bytes)
{
    int n = 0;
    while (diskq_run_one(disk))
        ;
    struct disk_job *job;
    while ((job = diskq_take_done(disk)) != NULL) {
        ck_assert_int_eq(job->op, DISK_SPACE);
        ck_assert_uint_gt(job->free_bytes, 0);
        job->free_bytes = free_bytes;
        freespace_on_job(&space, job);
        n++;
    }
    return n;
}

START_TEST(the_disk_is_asked_now_and_then)
{
    ck_assert_uint_eq(freespace_of(&space, "/", 1000), UINT64_MAX);
    ck_assert_uint_eq(freespace_of(&space, "/", 1250), UINT64_MAX);
    ck_assert_int_eq(answer(77), 1);
    ck_assert_uint_eq(freespace_of(&space, "/", 1500), 77);
    ck_assert_int_eq(answer(78), 0);
    ck_assert_uint_eq(freespace_of(&space, "/", 1000 + FREESPACE_EVERY_MS), 77);
    ck_assert_int_eq(answer(78), 1);
    ck_assert_uint_eq(freespace_of(&space, "/", 1250 + FREESPACE_EVERY_MS), 78);
}
END_TEST

/* A folder that was forgotten while its answer was on the way. */
START_TEST(the_longest_unasked_folder_is_forgotten)
{
    static const char *const dirs[] = {"/", "/.", "/./", "/./.", "/././"};
    for (int i = 0; i < 5; i++)
        (void)freespace_of(&space, dirs[i], 1000 + i);
    ck_assert_int_eq(answer(5), 5);
    for (int i = 1; i < 5; i++)
        ck_assert_uint_eq(freespace_of(&space, dirs[i], 1100), 5);
    ck_assert_uint_eq(freespace_of(&space, dirs[0], 1100), UINT64_MAX);
}
END_TEST

Suite *freespace_suite(void)
{
    Suite *s = suite_create("freespace");
    TCase *tc = tcase_create("freespace");
    tcase_add_checked_fixture(tc, open_space, close_space);
    tcase_add_test(tc, the_disk_is_asked_now_and_then);
    tcase_add_test(tc, the_longest_unasked_folder_is_forgotten);
    suite_add_tcase(s, tc);
    return s;
}
