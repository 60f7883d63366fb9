#include "config.h"

#include "tests/engine/suites.h"

#include <stdlib.h>

#include "disk/queue.h"
#include "engine/overall.h"
#include "model/history.h"

START_TEST(bytes_of_all_torrents_are_one_history)
{
    struct overall o;
    overall_init(&o, NULL);
    overall_second(&o, 100);
    ck_assert_ptr_null(overall_history(&o, 101));
    overall_moved(&o, 0, 0, 68); /* no payload yet: it has not begun */
    overall_second(&o, 100);
    ck_assert_ptr_null(overall_history(&o, 101));
    overall_moved(&o, 1000, 10, 30);
    overall_moved(&o, 500, 0, 7);
    overall_second(&o, 101);
    overall_second(&o, 102);
    overall_moved(&o, 0, 0, 4);
    overall_second(&o, 103);
    struct history *h = overall_history(&o, 104);
    ck_assert_uint_eq(history_len(h, HISTORY_1S), 3);
    ck_assert_uint_eq(history_at(h, HISTORY_1S, 2).down_Bps, 1500);
    ck_assert_uint_eq(history_at(h, HISTORY_1S, 2).up_Bps, 10);
    ck_assert_uint_eq(history_at(h, HISTORY_1S, 2).overhead_Bps, 105);
    ck_assert_uint_eq(history_at(h, HISTORY_1S, 0).down_Bps, 0);
    ck_assert_uint_eq(history_at(h, HISTORY_1S, 0).overhead_Bps, 4);
    free(h);
    overall_fini(&o);
}
END_TEST

START_TEST(the_longest_wait_for_the_disk_is_told_once)
{
    static const struct disk_job jobs[] = {
        {.queued_us = 1000, .started_us = 3500},
        {.queued_us = 2000, .started_us = 92000},
        {.queued_us = 9000, .started_us = 9000},
    };
    struct overall o;
    overall_init(&o, NULL);
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        overall_on_job(&o, &jobs[i]);
    ck_assert_uint_eq(overall_take_disk_wait_ms(&o), 90);
    ck_assert_uint_eq(overall_take_disk_wait_ms(&o), 0);
    overall_fini(&o);
}
END_TEST

Suite *overall_suite(void)
{
    Suite *s = suite_create("overall");
    TCase *tc = tcase_create("overall");
    tcase_add_test(tc, bytes_of_all_torrents_are_one_history);
    tcase_add_test(tc, the_longest_wait_for_the_disk_is_told_once);
    suite_add_tcase(s, tc);
    return s;
}
