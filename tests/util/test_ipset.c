#include "config.h"

#include "util/ipset.h"

#include "tests/util/suites.h"

#include <stdint.h>

#include "util/bytes.h"

static struct addr parse(const char *ip)
{
    struct addr a;
    enum err err = addr_parse(ip, 1, &a);
    ck_assert_msg(err == OK, "%s", ip);
    return a;
}

static enum err add(struct ipset *s, const char *first, const char *last)
{
    struct addr a = parse(first), b = parse(last);
    return ipset_add(s, &a, &b);
}

static bool has(const struct ipset *s, const char *ip)
{
    struct addr a = parse(ip);
    return ipset_has(s, &a);
}

START_TEST(ranges_in_any_order_that_meet_are_one)
{
    struct ipset *s = ipset_new();
    ck_assert_int_eq(add(s, "10.0.1.0", "10.0.1.9"), OK);
    ck_assert_int_eq(add(s, "255.255.255.255", "255.255.255.255"), OK);
    ck_assert_int_eq(add(s, "10.0.0.5", "10.0.0.255"), OK);
    ck_assert_int_eq(add(s, "10.0.0.7", "10.0.0.8"), OK);
    ck_assert_int_eq(add(s, "0.0.0.0", "0.0.0.0"), OK);
    ck_assert_int_eq(add(s, "255.0.0.0", "255.255.255.255"), OK);
    ck_assert_uint_eq(ipset_n_ranges(s), 6);
    ipset_seal(s);
    ck_assert_uint_eq(ipset_n_ranges(s), 3);
    static const char *const in[] = {"0.0.0.0",         "10.0.0.5",
                                     "10.0.0.9",        "10.0.0.255",
                                     "10.0.1.0",        "10.0.1.9",
                                     "255.255.255.255", "::ffff:10.0.1.9"};
    static const char *const out[] = {"0.0.0.1",     "10.0.0.4", "10.0.1.10",
                                      "254.255.0.0", "::",       "::a00:105"};
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        ck_assert_msg(has(s, in[i]), "%s", in[i]);
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        ck_assert_msg(!has(s, out[i]), "%s", out[i]);
    ipset_free(s);
}
END_TEST

START_TEST(ipv6_carries_over_its_bytes_and_is_apart_from_ipv4)
{
    struct ipset *s = ipset_new();
    ck_assert_int_eq(add(s, "2001:db8::1:0", "2001:db8::1:5"), OK);
    ck_assert_int_eq(add(s, "2001:db8::", "2001:db8::ffff"), OK);
    ck_assert_int_eq(add(s,
                         "ffff::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                     OK);
    ck_assert_int_eq(add(s, "::", "::1:0:0:0"), OK); /* around ::ffff:0:0 */
    ipset_seal(s);
    ck_assert_uint_eq(ipset_n_ranges(s), 3);
    ck_assert(has(s, "2001:db8::8000"));
    ck_assert(has(s, "2001:db8::1:5"));
    ck_assert(!has(s, "2001:db8::1:6"));
    ck_assert(!has(s, "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff"));
    ck_assert(has(s, "ffff:ffff::"));
    ck_assert(has(s, "::1"));
    ck_assert(!has(s, "192.0.2.1"));
    ipset_free(s);
}
END_TEST

START_TEST(a_range_that_is_none_is_refused)
{
    struct ipset *s = ipset_new();
    ck_assert_int_eq(add(s, "10.0.0.2", "10.0.0.1"), ERR_INVALID);
    ck_assert_int_eq(add(s, "10.0.0.2", "2001:db8::"), ERR_INVALID);
    ck_assert_int_eq(add(s, "::", "10.0.0.2"), ERR_INVALID);
    ipset_seal(s);
    ck_assert_uint_eq(ipset_n_ranges(s), 0);
    ck_assert(!has(s, "10.0.0.2"));
    ck_assert(!has(s, "::"));
    ipset_free(s);
}
END_TEST

START_TEST(half_a_million_ranges_take_four_megabytes)
{
    enum { N = 500000 };
    struct ipset *s = ipset_new();
    uint8_t ip[4];
    for (uint32_t i = 0; i < N; i++) {
        /* Every second address, from the end on. */
        bytes_put_be32(ip, 2 * (N - i));
        struct addr a = addr_v4(ip, 0);
        ck_assert_int_eq(ipset_add(s, &a, &a), OK);
    }
    ipset_seal(s);
    ck_assert_uint_eq(ipset_n_ranges(s), N);
    ck_assert_uint_lt(ipset_n_bytes(s), 4100000);
    for (uint32_t i = 1; i <= 2 * N; i += 9999) {
        bytes_put_be32(ip, i);
        struct addr a = addr_v4(ip, 0);
        ck_assert_int_eq(ipset_has(s, &a), i % 2 == 0);
    }
    ipset_free(s);
}
END_TEST

START_TEST(a_full_set_takes_no_more)
{
    struct ipset *s = ipset_new();
    struct addr a = parse("192.0.2.1");
    for (size_t i = 0; i < IPSET_MAX_RANGES; i++)
        ck_assert_int_eq(ipset_add(s, &a, &a), OK);
    ck_assert_int_eq(ipset_add(s, &a, &a), ERR_TOO_BIG);
    ipset_seal(s);
    ck_assert_uint_eq(ipset_n_ranges(s), 1);
    ck_assert_uint_lt(ipset_n_bytes(s), 200);
    ipset_free(s);
}
END_TEST

Suite *ipset_suite(void)
{
    Suite *s = suite_create("ipset");
    TCase *tc = tcase_create("ipset");
    tcase_add_test(tc, ranges_in_any_order_that_meet_are_one);
    tcase_add_test(tc, ipv6_carries_over_its_bytes_and_is_apart_from_ipv4);
    tcase_add_test(tc, a_range_that_is_none_is_refused);
    tcase_add_test(tc, half_a_million_ranges_take_four_megabytes);
    tcase_add_test(tc, a_full_set_takes_no_more);
    suite_add_tcase(s, tc);
    return s;
}
