#include "config.h"

#include "util/percent.h"

#include "tests/util/suites.h"

#include <string.h>

START_TEST(each_byte_comes_back)
{
    for (unsigned c = 0; c <= UINT8_MAX; c++) {
        char text[PERCENT_LEN + 1] = "";
        uint8_t back = (uint8_t)~c;
        percent_encode((uint8_t)c, text);
        ck_assert(percent_decode(text, PERCENT_LEN, &back));
        ck_assert_uint_eq(back, c);
    }
}
END_TEST

START_TEST(digits_are_capital_and_read_in_either_case)
{
    char text[PERCENT_LEN + 1] = "";
    uint8_t c = 0;
    percent_encode(0xaf, text);
    ck_assert_str_eq(text, "%AF");
    ck_assert(percent_decode("%aF0", 4, &c));
    ck_assert_uint_eq(c, 0xaf);
}
END_TEST

START_TEST(what_is_no_encoding_is_told)
{
    static const char *const bad[] = {"",    "%",   "%4",  "4142", "%g1",
                                      "%1g", "%-1", "% 1", "%%41"};
    uint8_t c = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!percent_decode(bad[i], strlen(bad[i]), &c), "%s",
                      bad[i]);
    ck_assert(!percent_decode("%41", 2, &c));
    ck_assert_uint_eq(c, 7);
}
END_TEST

START_TEST(unreserved_are_those_of_rfc_3986)
{
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (unsigned c = 1; c <= UINT8_MAX; c++)
        ck_assert(percent_is_unreserved((uint8_t)c) ==
                  (strchr(all, (int)c) != NULL));
    ck_assert(!percent_is_unreserved(0));
}
END_TEST

Suite *percent_suite(void)
{
    Suite *s = suite_create("percent");
    TCase *tc = tcase_create("percent");
    tcase_add_test(tc, each_byte_comes_back);
    tcase_add_test(tc, digits_are_capital_and_read_in_either_case);
    tcase_add_test(tc, what_is_no_encoding_is_told);
    tcase_add_test(tc, unreserved_are_those_of_rfc_3986);
    suite_add_tcase(s, tc);
    return s;
}
