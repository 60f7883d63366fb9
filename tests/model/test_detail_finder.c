#include "config.h"

#include "model/detail_finder.h"

#include <string.h>

#include "tests/model/suites.h"

START_TEST(state_name_of_each_is_told_apart_and_short)
{
    enum { WIDTH = 7 }; /* of the column that shows it */
    for (int i = 0; i <= DETAIL_FINDER_FAILING; i++) {
        const char *name =
            detail_finder_state_name((enum detail_finder_state)i);
        ck_assert_uint_le(strlen(name), WIDTH);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(name, detail_finder_state_name(
                                       (enum detail_finder_state)j));
    }
}
END_TEST

START_TEST(name_of_each_is_told_apart)
{
    for (int i = 0; i < DETAIL_N_FINDERS; i++)
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(detail_finder_name((enum detail_finder_kind)i),
                             detail_finder_name((enum detail_finder_kind)j));
}
END_TEST

Suite *detail_finder_suite(void)
{
    Suite *s = suite_create("detail_finder");
    TCase *tc = tcase_create("detail_finder");
    tcase_add_test(tc, state_name_of_each_is_told_apart_and_short);
    tcase_add_test(tc, name_of_each_is_told_apart);
    suite_add_tcase(s, tc);
    return s;
}
