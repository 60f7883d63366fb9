#include "config.h"

#include "ui/moment.h"

#include <stdlib.h>
#include <time.h>

#include "tests/ui/suites.h"

START_TEST(moment_clock_is_steady_and_follows_a_clock_that_was_set)
{
    setenv("TZ", "UTC", 1);
    tzset();
    struct moment m = {0};
    struct frame f = {.now_ms = 100500, .now_wall = 1795413600};
    char text[MOMENT_LEN];
    moment_clock(&m, 100000, text);
    ck_assert_str_eq(text, "--:--:--");
    moment_follow(&m, NULL);
    moment_follow(&m, &f);
    moment_clock(&m, 100000, text);
    ck_assert_str_eq(text, "06:00:00");
    moment_clock(&m, 40999, text);
    ck_assert_str_eq(text, "05:59:00");
    /* The seconds of the two clocks do not change at once. */
    f.now_ms = 101100;
    moment_follow(&m, &f);
    moment_clock(&m, 100000, text);
    ck_assert_str_eq(text, "06:00:00");
    f.now_wall += 3600;
    moment_follow(&m, &f);
    moment_clock(&m, 101000, text);
    ck_assert_str_eq(text, "07:00:00");
}
END_TEST

Suite *moment_suite(void)
{
    Suite *s = suite_create("moment");
    TCase *t = tcase_create("moment");
    tcase_add_test(t, moment_clock_is_steady_and_follows_a_clock_that_was_set);
    suite_add_tcase(s, t);
    return s;
}
