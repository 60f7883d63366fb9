#include "config.h"

#include "ui/clicks.h"

#include <curses.h>

#include "tests/ui/suites.h"

static enum clicks_kind click(struct clicks *c, int y, int x, int64_t at_ms)
{
    return clicks_take(c, y, x, BUTTON1_PRESSED, at_ms);
}

START_TEST(clicks_take_two_on_a_cell_in_time_are_double)
{
    struct clicks c = {0};
    ck_assert_int_eq(click(&c, 3, 4, 1000), CLICKS_ONCE);
    ck_assert_int_eq(click(&c, 3, 4, 1000 + CLICKS_TWICE_MS), CLICKS_TWICE);
    /* The third begins anew. */
    ck_assert_int_eq(click(&c, 3, 4, 1500), CLICKS_ONCE);
    ck_assert_int_eq(click(&c, 3, 4, 1501), CLICKS_TWICE);
}
END_TEST

START_TEST(clicks_take_elsewhere_or_late_is_a_click)
{
    struct clicks c = {0};
    ck_assert_int_eq(click(&c, 0, 0, 5), CLICKS_ONCE);
    ck_assert_int_eq(click(&c, 0, 1, 6), CLICKS_ONCE);
    ck_assert_int_eq(click(&c, 1, 1, 7), CLICKS_ONCE);
    ck_assert_int_eq(click(&c, 1, 1, 8 + CLICKS_TWICE_MS), CLICKS_ONCE);
}
END_TEST

START_TEST(clicks_take_wheel_and_releases)
{
    struct clicks c = {0};
    ck_assert_int_eq(clicks_take(&c, 0, 0, BUTTON4_PRESSED, 0),
                     CLICKS_WHEEL_UP);
    ck_assert_int_eq(clicks_take(&c, 0, 0, BUTTON5_PRESSED, 0),
                     CLICKS_WHEEL_DOWN);
    ck_assert_int_eq(click(&c, 2, 2, 10), CLICKS_ONCE);
    ck_assert_int_eq(clicks_take(&c, 2, 2, BUTTON1_RELEASED, 11), CLICKS_NONE);
    ck_assert_int_eq(clicks_take(&c, 2, 2, BUTTON3_PRESSED, 11), CLICKS_NONE);
    ck_assert_int_eq(click(&c, 2, 2, 12), CLICKS_TWICE);
}
END_TEST

START_TEST(clicks_mask_asks_for_what_is_understood)
{
    struct clicks c = {0};
    for (unsigned long bit = 1; bit != 0 && bit <= clicks_mask(); bit <<= 1)
        if (clicks_mask() & bit)
            ck_assert_int_ne(clicks_take(&c, 0, 0, bit, 0), CLICKS_NONE);
}
END_TEST

Suite *clicks_suite(void)
{
    Suite *s = suite_create("clicks");
    TCase *t = tcase_create("clicks");
    tcase_add_test(t, clicks_take_two_on_a_cell_in_time_are_double);
    tcase_add_test(t, clicks_take_elsewhere_or_late_is_a_click);
    tcase_add_test(t, clicks_take_wheel_and_releases);
    tcase_add_test(t, clicks_mask_asks_for_what_is_understood);
    suite_add_tcase(s, t);
    return s;
}
