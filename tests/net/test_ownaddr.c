#include "config.h"

#include "tests/net/suites.h"

#include "net/ownaddr.h"

#include <string.h>

static struct ownaddr place(const char *v4, const char *v6)
{
    struct ownaddr o = {.has_v4 = v4 != NULL, .has_v6 = v6 != NULL};
    if (v4 != NULL)
        ck_assert_int_eq(addr_parse(v4, 9, &o.v4), OK);
    if (v6 != NULL)
        ck_assert_int_eq(addr_parse(v6, 9, &o.v6), OK);
    o.v4.port = o.v6.port = 0;
    return o;
}

static const struct {
    const char *was_v4, *was_v6, *is_v4, *is_v6;
    bool lost_v4, lost_v6, eq;
} changes[] = {
    {NULL, NULL, NULL, NULL, false, false, true},
    {"10.0.0.1", NULL, "10.0.0.1", NULL, false, false, true},
    {"10.0.0.1", NULL, "10.0.0.2", NULL, true, false, false},
    {"10.0.0.1", "2001:db8::", NULL, "2001:db8::", true, false, false},
    {"10.0.0.1", NULL, "10.0.0.1", "2001:db8::", false, false, false},
    {NULL, "2001:db8::", NULL, "2001:db8:0:1::", false, true, false},
    {"10.0.0.1", "2001:db8::", NULL, NULL, true, true, false},
    {NULL, NULL, "10.0.0.1", NULL, false, false, false},
};

START_TEST(what_is_lost_is_told_by_family)
{
    struct ownaddr was = place(changes[_i].was_v4, changes[_i].was_v6);
    struct ownaddr is = place(changes[_i].is_v4, changes[_i].is_v6);
    ck_assert_int_eq(ownaddr_lost_v4(&was, &is), changes[_i].lost_v4);
    ck_assert_int_eq(ownaddr_lost_v6(&was, &is), changes[_i].lost_v6);
    ck_assert_int_eq(ownaddr_eq(&was, &is), changes[_i].eq);
    ck_assert_int_eq(ownaddr_eq(&is, &was), changes[_i].eq);
    ck_assert_int_eq(ownaddr_is_none(&is),
                     changes[_i].is_v4 == NULL && changes[_i].is_v6 == NULL);
}
END_TEST

/* Wherever this runs: with a network or without. */
START_TEST(look_tells_networks_and_no_ports)
{
    static const uint8_t none[8];
    struct ownaddr o;
    memset(&o, 0x55, sizeof o);
    ownaddr_look(NULL, &o);
    ck_assert(!o.has_v4 || addr_is_v4(&o.v4));
    ck_assert(!o.has_v4 || !addr_is_loopback(&o.v4));
    ck_assert(!o.has_v6 || !addr_is_v4(&o.v6));
    ck_assert_uint_eq(o.v4.port, 0);
    ck_assert_uint_eq(o.v6.port, 0);
    ck_assert_mem_eq(o.v6.ip + 8, none, sizeof none);
}
END_TEST

/* From an address that this machine has not, and from one that leads nowhere. */
START_TEST(look_from_an_address_without_a_way_is_none)
{
    static const char *const locals[] = {"198.51.100.7:1", "127.0.0.1:1",
                                         "[2001:db8::7]:1", "[::1]:1"};
    struct addr local;
    struct ownaddr o;
    ck_assert_int_eq(addr_parse(locals[_i], 0, &local), OK);
    memset(&o, 0x55, sizeof o);
    ownaddr_look(&local, &o);
    ck_assert(ownaddr_is_none(&o));
}
END_TEST

Suite *ownaddr_suite(void)
{
    Suite *s = suite_create("ownaddr");
    TCase *tc = tcase_create("ownaddr");
    tcase_add_loop_test(tc, what_is_lost_is_told_by_family, 0,
                        (int)(sizeof changes / sizeof changes[0]));
    tcase_add_test(tc, look_tells_networks_and_no_ports);
    tcase_add_loop_test(tc, look_from_an_address_without_a_way_is_none, 0, 4);
    suite_add_tcase(s, tc);
    return s;
}
