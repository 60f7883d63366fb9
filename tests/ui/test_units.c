#include "config.h"

#include "ui/units.h"

#include <string.h>

#include "tests/ui/suites.h"

static const struct {
    uint64_t bytes;
    const char *size;
} sizes[] = {
    {0, "0"},
    {999, "999"},
    {1000, "1.0k"},
    {1536, "1.5k"},
    {10239, "10k"},
    {215040, "210k"},
    {1023 * 1024, "1.0M"},
    {UINT64_C(3972844748), "3.7G"},
    {UINT64_C(1) << 50, "1.0P"},
    {UINT64_MAX, "16E"},
};

START_TEST(units_size_says_it_in_four_cells)
{
    char got[UNITS_LEN];
    units_size(got, sizes[_i].bytes);
    ck_assert_str_eq(got, sizes[_i].size);
}
END_TEST

START_TEST(units_size_never_needs_more)
{
    char got[UNITS_LEN];
    for (uint64_t v = 1; v < UINT64_MAX / 3; v = v * 3 / 2 + 1) {
        units_size(got, v);
        ck_assert_uint_le(strlen(got), 4);
        units_rate(got, v);
        ck_assert_uint_le(strlen(got), 6);
    }
    for (unsigned shift = 10; shift < 64; shift++) {
        units_size(got, (UINT64_C(1) << shift) - 1);
        ck_assert_uint_le(strlen(got), 4);
    }
}
END_TEST

START_TEST(units_permille_is_all_only_when_it_is_all)
{
    ck_assert_uint_eq(units_permille(0, 10), 0);
    ck_assert_uint_eq(units_permille(612, 1000), 612);
    ck_assert_uint_eq(units_permille(UINT64_MAX - 1, UINT64_MAX), 999);
    ck_assert_uint_eq(units_permille(5, 5), 1000);
    ck_assert_uint_eq(units_permille(0, 0), 1000);
}
END_TEST

START_TEST(units_rtt_says_it_in_four_cells)
{
    static const struct {
        int64_t us;
        const char *text;
    } rows[] = {{0, "0.0"},        {340, "0.3"},       {9999, "9.9"},
                {10000, "10"},     {31900, "31"},      {9998000, "9998"},
                {9999000, "9999"}, {INT64_MAX, "9999"}};
    char got[UNITS_LEN];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        units_rtt(got, rows[i].us);
        ck_assert_str_eq(got, rows[i].text);
    }
}
END_TEST

START_TEST(units_ratio_says_it_in_five_cells)
{
    char got[UNITS_LEN];
    units_ratio(got, 231, 100);
    ck_assert_str_eq(got, "2.31");
    units_ratio(got, 12345, 100);
    ck_assert_str_eq(got, "123");
    units_ratio(got, UINT64_MAX, 1);
    ck_assert_str_eq(got, "9999");
    units_ratio(got, 5, 0);
    ck_assert_str_eq(got, "--");
}
END_TEST

START_TEST(units_parse_size_reads_what_people_type)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {{"0", 0},
                {"500", 500},
                {"500k", 500 << 10},
                {"2M", 2 << 20},
                {"1.5 GiB", UINT64_C(3) << 29},
                {"2M/s", 2 << 20},
                {"10kB", 10 << 10},
                {"1T", UINT64_C(1) << 40}};
    static const char *const bad[] = {"",      "k",       "-1",         "1x",
                                      "1kk",   "0x10",    "inf",        "nan",
                                      "1.2.3", "2M fast", "9999999999P"};
    uint64_t out;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(units_parse_size(good[i].text, &out), "%s", good[i].text);
        ck_assert_uint_eq(out, good[i].bytes);
    }
    out = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!units_parse_size(bad[i], &out), "%s", bad[i]);
    ck_assert_uint_eq(out, 7);
}
END_TEST

Suite *units_suite(void)
{
    Suite *s = suite_create("units");
    TCase *t = tcase_create("units");
    tcase_add_loop_test(t, units_size_says_it_in_four_cells, 0,
                        sizeof sizes / sizeof sizes[0]);
    tcase_add_test(t, units_parse_size_reads_what_people_type);
    tcase_add_test(t, units_size_never_needs_more);
    tcase_add_test(t, units_permille_is_all_only_when_it_is_all);
    tcase_add_test(t, units_rtt_says_it_in_four_cells);
    tcase_add_test(t, units_ratio_says_it_in_five_cells);
    suite_add_tcase(s, t);
    return s;
}
