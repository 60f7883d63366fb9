#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_addr.h"

static struct addr at(const char *text)
{
    struct addr a;
    ck_assert_int_eq(addr_parse(text, 6881, &a), OK);
    return a;
}

static const struct {
    const char *text;
    bool is_allowed, is_local;
} cases[] = {
    {"8.8.8.8:6881", true, false},
    {"8.8.8.8:1023", false, false},
    {"8.8.8.8:1024", true, false},
    {"8.8.8.8:53", false, false}, /* a resolver: whom a reflector would hit */
    {"0.1.2.3:6881", false, false},
    {"224.0.0.1:6881", false, false},
    {"255.255.255.255:6881", false, false},
    {"127.0.0.1:6881", true, true},
    {"10.1.2.3:6881", true, true},
    {"[::1]:6881", true, true},
    {"[ff02::1]:6881", false, false},
    {"[2001:db8::1]:6881", true, false},
    {"[fd00::1]:6881", true, true},
    {"[::ffff:10.0.0.1]:6881", true, true},
};

START_TEST(is_allowed_and_local)
{
    struct addr a = at(cases[_i].text);
    ck_assert_int_eq(dht_addr_is_allowed(&a), cases[_i].is_allowed);
    ck_assert_int_eq(dht_addr_is_local(&a), cases[_i].is_local);
    a.port = 0;
    ck_assert(!dht_addr_is_allowed(&a));
}
END_TEST

START_TEST(may_name_keeps_strangers_out_of_the_lan)
{
    struct addr wide = at("8.8.8.8"), lan = at("192.168.1.2");
    struct addr self = at("127.0.0.1"), service = at("9.9.9.9:80");
    ck_assert(dht_addr_may_name(&wide, &wide));
    ck_assert(!dht_addr_may_name(&wide, &lan));
    ck_assert(!dht_addr_may_name(&wide, &self));
    ck_assert(dht_addr_may_name(&lan, &self));
    ck_assert(dht_addr_may_name(&lan, &wide));
    ck_assert(!dht_addr_may_name(&lan, &service));
}
END_TEST

static const struct {
    const char *a, *b;
    bool same_net, same_host;
} pairs[] = {
    {"8.8.8.8:6881", "8.8.8.8:6882", true, true},
    {"8.8.8.8:6881", "8.8.8.9:6881", true, false},
    {"8.8.8.8:6881", "8.8.9.8:6881", false, false},
    {"127.0.0.1:6881", "127.0.0.1:6882", false, false},
    {"127.0.0.1:6881", "127.0.0.1:6881", true, true},
    {"10.0.0.1:6881", "10.0.0.2:6881", false, false},
    {"[2a00::1]:6881", "[2a00::2]:6881", true, true},
    {"[2a00::1]:6881", "[2a00:0:0:1::1]:6881", false, false},
    {"[::ffff:8.8.8.8]:6881", "8.8.8.8:6881", true, true},
    {"8.8.8.8:6881", "[2a00::1]:6881", false, false},
};

START_TEST(same_net_and_host)
{
    struct addr a = at(pairs[_i].a), b = at(pairs[_i].b);
    ck_assert_int_eq(dht_addr_same_net(&a, &b), pairs[_i].same_net);
    ck_assert_int_eq(dht_addr_same_net(&b, &a), pairs[_i].same_net);
    ck_assert_int_eq(dht_addr_same_host(&a, &b), pairs[_i].same_host);
    ck_assert_int_eq(dht_addr_same_host(&b, &a), pairs[_i].same_host);
}
END_TEST

Suite *dht_addr_suite(void)
{
    Suite *s = suite_create("dht_addr");
    TCase *tc = tcase_create("dht_addr");
    tcase_add_loop_test(tc, is_allowed_and_local, 0,
                        sizeof cases / sizeof cases[0]);
    tcase_add_test(tc, may_name_keeps_strangers_out_of_the_lan);
    tcase_add_loop_test(tc, same_net_and_host, 0,
                        sizeof pairs / sizeof pairs[0]);
    suite_add_tcase(s, tc);
    return s;
}
