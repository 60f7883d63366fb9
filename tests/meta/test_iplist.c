#include "config.h"

#include "meta/iplist.h"

#include "tests/meta/suites.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/addr.h"
#include "util/ipset.h"
#include "util/xalloc.h"

/* Read text, `step` bytes at a time. */
static struct ipset *read_in_steps(const char *text, size_t len, size_t step,
                                   struct iplist_report *out)
{
    struct ipset *s = ipset_new();
    struct iplist *l = iplist_new(s);
    for (size_t at = 0; at < len; at += step) {
        size_t n = len - at < step ? len - at : step;
        ck_assert_int_eq(iplist_feed(l, text + at, n), OK);
    }
    ck_assert_int_eq(iplist_end(l, out), OK);
    iplist_free(l);
    ipset_seal(s);
    return s;
}

static bool has(const struct ipset *s, const char *ip)
{
    struct addr a;
    enum err err = addr_parse(ip, 1, &a);
    ck_assert_msg(err == OK, "%s", ip);
    return ipset_has(s, &a);
}

struct line {
    const char *text;
    const char *first, *last; /* what it blocks; NULL: nothing */
    const char *outside;      /* next to it */
};

static const struct line good_lines[] = {
    /* eMule */
    {"001.002.003.004 - 001.002.003.010 , 000 , Some, words", "1.2.3.4",
     "1.2.3.10", "1.2.3.11"},
    {"1.2.3.4-1.2.3.10,127,x", "1.2.3.4", "1.2.3.10", "1.2.3.3"},
    {"1.2.3.4-1.2.3.10 , 100", "1.2.3.4", "1.2.3.10", "1.2.3.3"},
    {"2001:db8::1 - 2001:db8::f , 0 , x", "2001:db8::1", "2001:db8::f",
     "2001:db8::10"},
    /* P2P */
    {"Some words:1.2.3.4-1.2.3.10", "1.2.3.4", "1.2.3.10", "1.2.3.3"},
    {"a: b:: c (d), e - f:1.2.3.4 - 1.2.3.10\r", "1.2.3.4", "1.2.3.10",
     "1.2.3.3"},
    {":1.2.3.4-1.2.3.10", "1.2.3.4", "1.2.3.10", "1.2.3.3"},
    {"words:2001:db8::1-2001:db8::f", "2001:db8::1", "2001:db8::f",
     "2001:db8::"},
    {"10.0.0.1-10.0.0.2 of them:1.2.3.4-1.2.3.10", "1.2.3.4", "1.2.3.10",
     "10.0.0.1"},
    /* CIDR, single ones, plain ranges */
    {"10.1.2.3/8 # words", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
    {"192.0.2.7/32", "192.0.2.7", "192.0.2.7", "192.0.2.6"},
    {"0.0.0.0/0", "0.0.0.0", "255.255.255.255", "::1"},
    {"192.0.2.129/25", "192.0.2.128", "192.0.2.255", "192.0.2.127"},
    {"  192.0.2.7\t", "192.0.2.7", "192.0.2.7", "192.0.2.8"},
    {"192.0.2.7;x", "192.0.2.7", "192.0.2.7", "192.0.2.8"},
    {"2001:DB8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
     "2001:db9::"},
    {"::/0", "::", "ffff::1", "1.2.3.4"},
    {"::ffff:192.0.2.7/127", "192.0.2.6", "192.0.2.7", "192.0.2.8"},
    {"1.2.3.4 - 1.2.3.10 # words", "1.2.3.4", "1.2.3.10", "1.2.3.3"},
    {"\xef\xbb\xbf"
     "1.2.3.4-1.2.3.10",
     "1.2.3.4", "1.2.3.10", "1.2.3.3"},
};

START_TEST(each_kind_of_line_is_known)
{
    const struct line *line = &good_lines[_i];
    struct iplist_report report;
    for (size_t step = 1; step <= 64; step += 63) {
        struct ipset *s =
            read_in_steps(line->text, strlen(line->text), step, &report);
        ck_assert_uint_eq(report.n_lines, 1);
        ck_assert_uint_eq(report.n_bad, 0);
        ck_assert_msg(report.n_ranges == 1, "%s", line->text);
        ck_assert_msg(has(s, line->first), "%s: %s", line->text, line->first);
        ck_assert_msg(has(s, line->last), "%s: %s", line->text, line->last);
        ck_assert_msg(!has(s, line->outside), "%s: %s", line->text,
                      line->outside);
        ipset_free(s);
    }
}
END_TEST

static const char *const bad_lines[] = {
    "words",
    "words:1.2.3.4",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.0004",
    "1.2.3.4/33",
    "1.2.3.4/",
    "1.2.3.4/-1",
    "2001:db8::/129",
    "1.2.3.10-1.2.3.4",
    "1.2.3.4-2001:db8::",
    "1.2.3.4 - 1.2.3.10 , x",
    "1.2.3.4 - 1.2.3.10 , 256 , x",
    "1.2.3.4 - 1.2.3.10 , 0x0 , x",
    "words:1.2.3.4-1.2.3.10 and more",
    "-1.2.3.4",
    "-",
    ":",
    "/",
    "1.2.3.4-",
    "\xff\xff\xff\xffP2B\x02",
    "[2001:db8::1]",
};

START_TEST(what_is_no_range_is_counted_and_left_out)
{
    struct iplist_report report;
    struct ipset *s =
        read_in_steps(bad_lines[_i], strlen(bad_lines[_i]), 64, &report);
    ck_assert_msg(report.n_bad == 1, "%s", bad_lines[_i]);
    ck_assert_uint_eq(report.bad[0], 1);
    ck_assert_uint_eq(report.n_ranges, 0);
    ck_assert_uint_eq(ipset_n_ranges(s), 0);
    ipset_free(s);
}
END_TEST

START_TEST(a_list_of_all_kinds_is_counted_by_line)
{
    static const char text[] = "# a list\n"
                               "\n"
                               "1.2.3.4 - 1.2.3.10 , 000 , blocked\r\n"
                               "1.2.4.0 - 1.2.4.9 , 128 , allowed\n"
                               "rubbish\n"
                               "  // a comment\n"
                               "; another\n"
                               "x:5.0.0.0-5.0.0.5\n"
                               "a\0b:6.0.0.0-6.0.0.5\n"
                               "7.7.7.7";
    for (size_t step = 1; step < sizeof text; step++) {
        struct iplist_report report;
        struct ipset *s = read_in_steps(text, sizeof text - 1, step, &report);
        ck_assert_uint_eq(report.n_lines, 10);
        ck_assert_uint_eq(report.n_ranges, 3);
        ck_assert_uint_eq(report.n_allowed, 1);
        ck_assert_uint_eq(report.n_bad, 2);
        ck_assert_uint_eq(report.bad[0], 5);
        ck_assert_uint_eq(report.bad[1], 9);
        ck_assert(has(s, "1.2.3.4") && has(s, "5.0.0.5") && has(s, "7.7.7.7"));
        ck_assert(!has(s, "1.2.4.0") && !has(s, "6.0.0.0"));
        ipset_free(s);
    }
}
END_TEST

START_TEST(a_line_without_an_end_is_bounded)
{
    size_t len = 4 * IPLIST_MAX_LINE;
    char *text = xzalloc(len + 1);
    memset(text, 'a', len);
    memcpy(text + len - 20, "\n1.2.3.4-1.2.3.10\nx:", 20);
    for (size_t step = 1; step < 3000; step += 999) {
        struct iplist_report report;
        struct ipset *s = read_in_steps(text, len, step, &report);
        ck_assert_uint_eq(report.n_lines, 3);
        ck_assert_uint_eq(report.n_bad, 2);
        ck_assert_uint_eq(report.n_ranges, 1);
        ck_assert(has(s, "1.2.3.5"));
        ipset_free(s);
    }
    free(text);
}
END_TEST

START_TEST(the_longest_line_is_taken_whole)
{
    static const char tail[] = ":1.2.3.4-1.2.3.10";
    char text[IPLIST_MAX_LINE + 1];
    struct iplist_report report;
    memset(text, ':', sizeof text);
    memcpy(text + IPLIST_MAX_LINE - (sizeof tail - 1), tail, sizeof tail - 1);
    text[IPLIST_MAX_LINE] = '\n';
    struct ipset *s = read_in_steps(text, sizeof text, sizeof text, &report);
    ck_assert_uint_eq(report.n_ranges, 1);
    ck_assert(has(s, "1.2.3.10"));
    ipset_free(s);
}
END_TEST

/* By one byte: as one end of it is put behind, there is no room for more. */
START_TEST(a_line_longer_than_that_is_bad)
{
    static const char line[] = "1.2.3.4-1.2.3.10";
    char text[IPLIST_MAX_LINE + 2];
    memset(text, ' ', sizeof text);
    memcpy(text, line, sizeof line - 1);
    text[IPLIST_MAX_LINE + 1] = '\n';
    for (size_t step = 1; step <= sizeof text; step += sizeof text - 1) {
        struct iplist_report report;
        struct ipset *s = read_in_steps(text, sizeof text, step, &report);
        ck_assert_uint_eq(report.n_ranges, 0);
        ck_assert_uint_eq(report.n_bad, 1);
        ipset_free(s);
    }
}
END_TEST

Suite *iplist_suite(void)
{
    Suite *s = suite_create("iplist");
    TCase *tc = tcase_create("iplist");
    tcase_add_loop_test(tc, each_kind_of_line_is_known, 0,
                        sizeof good_lines / sizeof *good_lines);
    tcase_add_loop_test(tc, what_is_no_range_is_counted_and_left_out, 0,
                        sizeof bad_lines / sizeof *bad_lines);
    tcase_add_test(tc, a_list_of_all_kinds_is_counted_by_line);
    tcase_add_test(tc, a_line_without_an_end_is_bounded);
    tcase_add_test(tc, the_longest_line_is_taken_whole);
    tcase_add_test(tc, a_line_longer_than_that_is_bad);
    suite_add_tcase(s, tc);
    return s;
}
