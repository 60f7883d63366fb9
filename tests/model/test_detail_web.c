#include "config.h"

#include "model/detail_web.h"

#include "tests/model/suites.h"

START_TEST(states_have_words)
{
    ck_assert_str_eq(detail_web_state_name(DETAIL_WEB_UNUSED), "not used");
    ck_assert_str_eq(detail_web_state_name(DETAIL_WEB_ACTIVE), "sending");
    ck_assert_str_eq(detail_web_state_name(DETAIL_WEB_RESTING), "failing");
    ck_assert_str_eq(detail_web_state_name(DETAIL_WEB_DROPPED), "given up");
}
END_TEST

Suite *detail_web_suite(void)
{
    Suite *s = suite_create("detail_web");
    TCase *tc = tcase_create("detail_web");
    tcase_add_test(tc, states_have_words);
    suite_add_tcase(s, tc);
    return s;
}
