#include "config.h"

#include "tests/engine/suites.h"

#include "engine/tidy.h"

/* Many torrents are added one after the other: it waits for the last, then goes on
 * for as long as the session does. */
START_TEST(it_waits_for_quiet_and_comes_back)
{
    struct loop *loop;
    ck_assert_int_eq(loop_new(1000, false, &loop), OK);
    struct tidy tidy;
    tidy_init(&tidy, loop);
    ck_assert_int_eq(loop_next_due_ms(loop), INT64_MAX);
    tidy_soon(&tidy);
    loop_step(loop, 1000 + TIDY_QUIET_MS - 1);
    tidy_soon(&tidy);
    int64_t due_ms = 1000 + 2 * TIDY_QUIET_MS - 1;
    ck_assert_int_eq(loop_next_due_ms(loop), due_ms);
    loop_step(loop, due_ms);
    ck_assert_int_eq(loop_next_due_ms(loop), due_ms + TIDY_EVERY_MS);
    tidy_fini(&tidy);
    loop_free(loop);
}
END_TEST

Suite *tidy_suite(void)
{
    Suite *s = suite_create("tidy");
    TCase *tc = tcase_create("tidy");
    tcase_add_test(tc, it_waits_for_quiet_and_comes_back);
    suite_add_tcase(s, tc);
    return s;
}
