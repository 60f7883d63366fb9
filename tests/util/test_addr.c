#include "config.h"

#include "tests/util/suites.h"

#include <string.h>

#include "util/addr.h"

static struct addr parse(const char *text)
{
    struct addr a;
    ck_assert_msg(addr_parse(text, 0, &a) == OK, "%s", text);
    return a;
}

/* What addr_parse() takes, with default port 7, and what addr_text() makes. */
static const struct {
    const char *text;
    const char *canonical;
} good[] = {
    {"1.2.3.4:80", "1.2.3.4:80"},
    {"1.2.3.4", "1.2.3.4:7"},
    {"255.255.255.255:65535", "255.255.255.255:65535"},
    {"0.0.0.0:0", "0.0.0.0:0"},
    {"[::1]:80", "[::1]:80"},
    {"[::1]", "[::1]:7"},
    {"::1", "[::1]:7"},
    {"::", "[::]:7"},
    {"[2001:DB8:0:0::1]:6881", "[2001:db8::1]:6881"},
    {"::ffff:1.2.3.4", "1.2.3.4:7"},
    {"[::ffff:102:304]:9", "1.2.3.4:9"},
    {"[1111:2222:3333:4444:5555:6666:7777:8888]:65535",
     "[1111:2222:3333:4444:5555:6666:7777:8888]:65535"},
};

START_TEST(parse_good_text_round_trips)
{
    struct addr a;
    char text[ADDR_TEXT_MAX];
    ck_assert_int_eq(addr_parse(good[_i].text, 7, &a), OK);
    ck_assert_str_eq(addr_text(&a, text), good[_i].canonical);
    struct addr again = parse(text);
    ck_assert(addr_eq(&a, &again));
}
END_TEST

static const char *const bad[] = {
    "",
    ":",
    ":80",
    "1.2.3",
    "1.2.3.4:",
    "1.2.3.4:x",
    "1.2.3.4:-1",
    "1.2.3.4:+1",
    "1.2.3.4: 1",
    "1.2.3.4:65536",
    "1.2.3.4:1x",
    "1.2.3.256:1",
    "1.2.3.4.5:1",
    "host:80",
    "[::1",
    "[::1]80",
    "[::1]:",
    "[::1]:99999",
    "[1.2.3.4]:1",
    "[]:1",
    "[::1]]:1",
    "::1%lo",
    "1.2.3.4:080000",
    " 1.2.3.4:1",
    "[[::1]]:1",
    "1111:2222:3333:4444:5555:6666:7777:8888:9999",
    "1.2.3.4 and a host name longer than any address can be:80",
};

START_TEST(parse_bad_text_is_refused)
{
    struct addr a;
    struct addr before;
    memset(&a, 0x5a, sizeof a);
    before = a;
    ck_assert_msg(addr_parse(bad[_i], 7, &a) == ERR_SYNTAX, "%s", bad[_i]);
    ck_assert_mem_eq(&a, &before, sizeof a);
}
END_TEST

START_TEST(parse_without_default_needs_port)
{
    struct addr a;
    ck_assert_int_eq(addr_parse("1.2.3.4", 0, &a), ERR_SYNTAX);
    ck_assert_int_eq(addr_parse("::1", 0, &a), ERR_SYNTAX);
    ck_assert_int_eq(addr_parse("[::1]", 0, &a), ERR_SYNTAX);
}
END_TEST

START_TEST(ip_text_leaves_port_out)
{
    char text[ADDR_TEXT_MAX];
    struct addr a = parse("1.2.3.4:80");
    ck_assert_str_eq(addr_ip_text(&a, text), "1.2.3.4");
    a = parse("[fe80::1]:80");
    ck_assert_str_eq(addr_ip_text(&a, text), "fe80::1");
}
END_TEST

START_TEST(mapped_v4_equals_v4)
{
    static const uint8_t v4[4] = {10, 0, 0, 1};
    static const uint8_t v6[16] = {[10] = 0xff, 0xff, 10, 0, 0, 1};
    struct addr a = addr_v4(v4, 6881);
    struct addr b = addr_v6(v6, 6881);
    ck_assert(addr_eq(&a, &b));
    ck_assert(addr_is_v4(&b));
    ck_assert_int_eq(addr_cmp(&a, &b), 0);
    b.port = 6882;
    ck_assert(!addr_eq(&a, &b));
    ck_assert(addr_same_ip(&a, &b));
}
END_TEST

START_TEST(cmp_orders_by_ip_then_port)
{
    static const char *const ordered[] = {
        "[::]:1",    "[::1]:1",     "1.2.3.4:5",  "1.2.3.4:300",
        "1.2.3.5:5", "200.0.0.1:1", "[2000::]:1", "[ff02::1]:1",
    };
    size_t n = sizeof ordered / sizeof ordered[0];
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            struct addr a = parse(ordered[i]);
            struct addr b = parse(ordered[j]);
            int order = addr_cmp(&a, &b);
            ck_assert_int_eq((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}
END_TEST

enum { LOOPBACK = 1, PRIVATE = 2, DIALABLE = 4 };

static const struct {
    const char *text;
    int kind;
} kinds[] = {
    {"8.8.8.8:1", DIALABLE},
    {"8.8.8.8:0", 0},
    {"0.0.0.0:1", 0},
    {"0.1.2.3:1", 0},
    {"127.0.0.1:1", LOOPBACK | DIALABLE},
    {"127.255.255.255:1", LOOPBACK | DIALABLE},
    {"126.255.255.255:1", DIALABLE},
    {"128.0.0.1:1", DIALABLE},
    {"10.0.0.1:1", PRIVATE | DIALABLE},
    {"11.0.0.1:1", DIALABLE},
    {"172.15.255.255:1", DIALABLE},
    {"172.16.0.0:1", PRIVATE | DIALABLE},
    {"172.31.255.255:1", PRIVATE | DIALABLE},
    {"172.32.0.0:1", DIALABLE},
    {"192.168.0.1:1", PRIVATE | DIALABLE},
    {"192.169.0.1:1", DIALABLE},
    {"169.254.1.1:1", PRIVATE | DIALABLE},
    {"100.63.255.255:1", DIALABLE},
    {"100.64.0.0:1", PRIVATE | DIALABLE},
    {"100.127.255.255:1", PRIVATE | DIALABLE},
    {"100.128.0.0:1", DIALABLE},
    {"223.255.255.255:1", DIALABLE},
    {"224.0.0.1:1", 0},
    {"239.255.255.255:1", 0},
    {"240.0.0.1:1", 0},
    {"255.255.255.255:1", 0},
    {"[::]:1", 0},
    {"[::1]:1", LOOPBACK | DIALABLE},
    {"[::2]:1", DIALABLE},
    {"[2001:db8::1]:1", DIALABLE},
    {"[2001:db8::1]:0", 0},
    {"[fe80::1]:1", PRIVATE},
    {"[febf::1]:1", PRIVATE},
    {"[fec0::1]:1", DIALABLE},
    {"[fc00::1]:1", PRIVATE | DIALABLE},
    {"[fdff::1]:1", PRIVATE | DIALABLE},
    {"[fe00::1]:1", DIALABLE},
    {"[ff02::1]:1", 0},
    {"[::ffff:127.0.0.1]:1", LOOPBACK | DIALABLE},
};

START_TEST(kind_of_address)
{
    struct addr a = parse(kinds[_i].text);
    int kind = (addr_is_loopback(&a) ? LOOPBACK : 0) |
               (addr_is_private(&a) ? PRIVATE : 0) |
               (addr_is_dialable(&a) ? DIALABLE : 0);
    ck_assert_msg(kind == kinds[_i].kind, "%s: %d", kinds[_i].text, kind);
}
END_TEST

/* The first two: BEP 40, "Examples". The others were computed from its text
 * by another program: 16, 8 and 32 bits in common; then of IPv6 24, 56, 48 bits
 * and all but the last byte. */
static const struct {
    const char *a;
    const char *b;
    uint32_t priority;
} priorities[] = {
    {"123.213.32.10:1", "98.76.54.32:1", 0xec2d7224},
    {"123.213.32.10:1", "123.213.32.234:1", 0x99568189},
    {"123.213.32.10:1", "123.213.33.234:1", 0xf61850a9},
    {"123.213.32.10:9", "123.214.32.10:1", 0xb490e09e},
    {"1.2.3.4:6881", "1.2.3.4:258", 0x4e829abc},
    {"[2001:db8:1:2:3:4:5:6]:1", "[2001:db9:1:2:3:4:5:6]:1", 0x05254818},
    {"[2001:db8:1:2:3:4:5:6]:1", "[2001:db8:1:f2:3:4:5:6]:1", 0x6cb9b521},
    {"[2001:db8:1:2ff:3:4:5:6]:1", "[2001:db8:1:1234:3:4:5:6]:1", 0x098d0428},
    {"[2001:db8:1:2:3:4:5:6]:1", "[2001:db8:1:2:3:4:5:ff]:1", 0x6a80f836},
};

START_TEST(priority_is_bep40s)
{
    struct addr a = parse(priorities[_i].a);
    struct addr b = parse(priorities[_i].b);
    ck_assert_uint_eq(addr_priority(&a, &b), priorities[_i].priority);
    ck_assert_uint_eq(addr_priority(&b, &a), priorities[_i].priority);
}
END_TEST

static const struct {
    const char *text, *ip; /* NULL: refused */
} alone[] = {
    {"1.2.3.4", "1.2.3.4"},
    {"::1", "::1"},
    {"[::1]", "::1"},
    {"::ffff:1.2.3.4", "1.2.3.4"},
    {"", NULL},
    {"[]", NULL},
    {"[", NULL},
    {"[::1", NULL},
    {"::1]", NULL},
    {"[1.2.3.4]", NULL},
    {"1.2.3.4:80", NULL},
    {"[::1]:80", NULL},
    {"1.2.3", NULL},
    {"host", NULL},
    {"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", NULL},
};

START_TEST(parse_ip_takes_an_address_alone)
{
    char text[ADDR_TEXT_MAX];
    struct addr a = {.port = 7};
    enum err err = addr_parse_ip(alone[_i].text, &a);
    if (alone[_i].ip == NULL) {
        ck_assert_int_eq(err, ERR_SYNTAX);
        ck_assert_uint_eq(a.port, 7);
        return;
    }
    ck_assert_int_eq(err, OK);
    ck_assert_str_eq(addr_ip_text(&a, text), alone[_i].ip);
    ck_assert_uint_eq(a.port, 0);
}
END_TEST

START_TEST(compact_form_goes_both_ways)
{
    static const uint8_t v4[] = {1, 2, 3, 4, 0x1a, 0xe1};
    static const uint8_t v6[] = {
        0x20, 1, 0xd, 0xb8, [15] = 7, [16] = 0x1a, [17] = 0xe2};
    uint8_t out[ADDR_COMPACT_V6_LEN];
    char text[ADDR_TEXT_MAX];
    struct addr a;
    ck_assert(addr_from_compact(v4, sizeof v4, &a));
    ck_assert_str_eq(addr_text(&a, text), "1.2.3.4:6881");
    ck_assert_uint_eq(addr_put_compact(&a, out), sizeof v4);
    ck_assert_mem_eq(out, v4, sizeof v4);
    ck_assert(addr_from_compact(v6, sizeof v6, &a));
    ck_assert_str_eq(addr_text(&a, text), "[2001:db8::7]:6882");
    ck_assert_uint_eq(addr_put_compact(&a, out), sizeof v6);
    ck_assert_mem_eq(out, v6, sizeof v6);
    for (size_t len = 0; len < sizeof v6; len++)
        ck_assert(addr_from_compact(v6, len, &a) == (len == sizeof v4));
}
END_TEST

START_TEST(same_prefix_looks_at_so_many_bits)
{
    struct addr a = parse("[ff80::]:1"), b = parse("[ffa0::1]:2");
    ck_assert(addr_same_prefix(&a, &b, 0));
    ck_assert(addr_same_prefix(&a, &b, 8));
    ck_assert(addr_same_prefix(&a, &b, 10));
    ck_assert(!addr_same_prefix(&a, &b, 11));
    ck_assert(!addr_same_prefix(&a, &b, 16));
    ck_assert(addr_same_prefix(&a, &a, 128));
    b = a;
    b.ip[15] = 1;
    ck_assert(addr_same_prefix(&a, &b, 127));
    ck_assert(!addr_same_prefix(&a, &b, 128));
}
END_TEST

Suite *addr_suite(void)
{
    Suite *s = suite_create("addr");
    TCase *tc = tcase_create("addr");
    tcase_add_loop_test(tc, parse_ip_takes_an_address_alone, 0,
                        sizeof alone / sizeof *alone);
    tcase_add_test(tc, compact_form_goes_both_ways);
    tcase_add_test(tc, same_prefix_looks_at_so_many_bits);
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, parse_good_text_round_trips, 0,
                        sizeof good / sizeof good[0]);
    tcase_add_loop_test(tc, parse_bad_text_is_refused, 0,
                        sizeof bad / sizeof bad[0]);
    tcase_add_test(tc, parse_without_default_needs_port);
    tcase_add_test(tc, ip_text_leaves_port_out);
    tcase_add_test(tc, mapped_v4_equals_v4);
    tcase_add_test(tc, cmp_orders_by_ip_then_port);
    tcase_add_loop_test(tc, kind_of_address, 0, sizeof kinds / sizeof kinds[0]);
    tcase_add_loop_test(tc, priority_is_bep40s, 0,
                        sizeof priorities / sizeof priorities[0]);
    return s;
}
