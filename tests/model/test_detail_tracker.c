#include "config.h"

#include "tests/model/suites.h"

#include "model/detail_tracker.h"

START_TEST(every_state_has_a_name)
{
    for (int i = DETAIL_TRACKER_UNUSED; i <= DETAIL_TRACKER_DISABLED; i++)
        ck_assert_ptr_nonnull(
            detail_tracker_state_name((enum detail_tracker_state)i));
}
END_TEST

Suite *detail_tracker_suite(void)
{
    Suite *s = suite_create("detail_tracker");
    TCase *tc = tcase_create("detail_tracker");
    tcase_add_test(tc, every_state_has_a_name);
    suite_add_tcase(s, tc);
    return s;
}
