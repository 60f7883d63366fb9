#include "config.h"

#include "util/fold.h"

#include "tests/util/suites.h"

START_TEST(fold_compare_takes_both_cases_alike)
{
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        {"", "", 0},
        {"", "a", -1},
        {"Debian", "dEBIAN", 0},
        {"a", "B", -1},
        {"abc", "ab", 1},
        {"\xc3\x84rger", "\xc3\xa4RGER", 0}, /* A umlaut */
        {"\xd0\x9f", "\xd0\xbf", 0},         /* cyrillic */
        {"\xff\xfe", "\xff\xff", -1},        /* no UTF-8 at all */
        {"z", "\xc3\xa4", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_int_eq(fold_compare(rows[i].a, rows[i].b), rows[i].order);
        ck_assert_int_eq(fold_compare(rows[i].b, rows[i].a), -rows[i].order);
        uint64_t a = fold_prefix(rows[i].a), b = fold_prefix(rows[i].b);
        if (a != b)
            ck_assert_int_eq(a < b ? -1 : 1, rows[i].order);
    }
}
END_TEST

START_TEST(fold_has_finds_a_part_anywhere)
{
    ck_assert(fold_has("debian-12.iso", "ISO"));
    ck_assert(fold_has("aab", "ab"));
    ck_assert(fold_has("\xc3\x84rger", "\xc3\xa4r"));
    ck_assert(fold_has("", ""));
    ck_assert(!fold_has("", "a"));
    ck_assert(!fold_has("debian", "debian-"));
    ck_assert(fold_begins("Debian", "deb"));
    ck_assert(!fold_begins("Debian", "bia"));
    /* A character cut off by the end is not read beyond. */
    ck_assert(!fold_has("\xe3\x81", "\xe3\x81\x81"));
}
END_TEST

Suite *fold_suite(void)
{
    Suite *s = suite_create("fold");
    TCase *t = tcase_create("fold");
    tcase_add_test(t, fold_compare_takes_both_cases_alike);
    tcase_add_test(t, fold_has_finds_a_part_anywhere);
    suite_add_tcase(s, t);
    return s;
}
