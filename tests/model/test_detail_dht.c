#include "config.h"

#include "model/detail_dht.h"

#include <string.h>

#include "tests/model/suites.h"

START_TEST(kind_name_of_each_is_told_apart_and_fits)
{
    enum { WIDTH = 13 }; /* of the column that shows it */
    for (int i = 0; i < DETAIL_DHT_N_KINDS; i++) {
        const char *name = detail_dht_kind_name((enum detail_dht_kind)i);
        ck_assert_uint_le(strlen(name), WIDTH);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(name,
                             detail_dht_kind_name((enum detail_dht_kind)j));
    }
}
END_TEST

START_TEST(phase_name_of_each_is_told_apart_and_fits)
{
    enum { WIDTH = 7 };
    for (int i = 0; i <= DETAIL_DHT_ANNOUNCING; i++) {
        const char *name = detail_dht_phase_name((enum detail_dht_phase)i);
        ck_assert_uint_le(strlen(name), WIDTH);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(name,
                             detail_dht_phase_name((enum detail_dht_phase)j));
    }
}
END_TEST

Suite *detail_dht_suite(void)
{
    Suite *s = suite_create("detail_dht");
    TCase *tc = tcase_create("detail_dht");
    tcase_add_test(tc, kind_name_of_each_is_told_apart_and_fits);
    tcase_add_test(tc, phase_name_of_each_is_told_apart_and_fits);
    suite_add_tcase(s, tc);
    return s;
}
