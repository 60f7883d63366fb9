/* Datagrams of a group, on loopback alone. */
#include "config.h"

#include "tests/net/suites.h"

#include <string.h>

#include "net/multicast.h"
#include "tests/net/turns.h"

struct box {
    struct multicast *m;
    int n;
    struct addr from;
    size_t len;
    uint8_t bytes[MULTICAST_RECV_LEN];
};

static void on_datagram(void *ctx, const struct addr *from, struct span bytes)
{
    struct box *b = ctx;
    b->n++;
    b->from = *from;
    b->len = bytes.len;
    memcpy(b->bytes, bytes.p, bytes.len);
}

static struct addr at(const char *text)
{
    struct addr a;
    ck_assert_int_eq(addr_parse(text, 0, &a), OK);
    return a;
}

static const struct {
    const char *group, *local;
} families[] = {{"239.192.152.143:1", "127.0.0.1:1"},
                {"[ff15::efc0:988f]:1", "[::1]:1"}};

/* Join on loopback; false where this machine does not do that. */
static bool open_box(struct box *b, struct loop *loop, int family,
                     uint16_t port)
{
    struct addr group = at(families[family].group);
    struct addr local = at(families[family].local);
    struct multicast_handler handler = {on_datagram, b};
    group.port = port;
    *b = (struct box){.n = 0};
    return multicast_new(loop, &group, &local, &handler, &b->m, NULL) == OK &&
           multicast_refresh(b->m) > 0;
}

static struct box a, b;

/* Two programs of this machine share the port, and both hear a datagram; the
 * sender too. */
START_TEST(send_is_heard_by_all_of_this_machine)
{
    struct loop *loop = turns_loop();
    a.m = b.m = NULL;
    bool is_here = (_i == 0 || turns_has_v6()) && open_box(&a, loop, _i, 0) &&
                   open_box(&b, loop, _i, multicast_port(a.m));
    if (is_here && multicast_send(a.m, "hello", 5) == 1) {
        struct addr local = at(families[_i].local);
        turns_until_count(loop, &b.n, 1);
        turns_until_count(loop, &a.n, 1);
        ck_assert_uint_eq(b.len, 5);
        ck_assert_mem_eq(b.bytes, "hello", 5);
        ck_assert(addr_same_ip(&b.from, &local));
        ck_assert(multicast_is_near(b.m, &b.from));
        turns_quiet(loop);
        ck_assert_int_eq(a.n + b.n, 2);
    }
    multicast_free(a.m);
    multicast_free(b.m);
    loop_free(loop);
}
END_TEST

START_TEST(near_is_the_network_of_the_address)
{
    struct loop *loop = turns_loop();
    struct addr other = at("10.0.0.1:1");
    struct addr same = at("127.9.9.9:1");
    if (open_box(&a, loop, 0, 0)) {
        ck_assert(multicast_is_near(a.m, &same));
        ck_assert(!multicast_is_near(a.m, &other));
        ck_assert_uint_eq(multicast_refresh(a.m), 1);
    }
    multicast_free(a.m);
    loop_free(loop);
}
END_TEST

START_TEST(new_of_another_family_is_unsupported)
{
    struct loop *loop = turns_loop();
    struct addr group = at(families[0].group);
    struct addr local = at(families[1].local);
    struct multicast_handler handler = {on_datagram, &a};
    struct multicast *m;
    ck_assert_int_eq(multicast_new(loop, &group, &local, &handler, &m, NULL),
                     ERR_UNSUPPORTED);
    loop_free(loop);
}
END_TEST

/* An address that this machine has not is no network, or no socket. */
START_TEST(new_at_a_foreign_address_reaches_nobody)
{
    struct loop *loop = turns_loop();
    struct addr group = at(families[0].group);
    struct addr local = at("192.0.2.7:1");
    struct multicast_handler handler = {on_datagram, &a};
    struct multicast *m = NULL;
    struct cause cause = {""};
    group.port = 0;
    if (multicast_new(loop, &group, &local, &handler, &m, &cause) == OK)
        ck_assert_uint_eq(multicast_send(m, "x", 1), 0);
    else
        ck_assert_str_ne(cause.text, "");
    multicast_free(m);
    loop_free(loop);
}
END_TEST

Suite *multicast_suite(void)
{
    Suite *s = suite_create("multicast");
    TCase *tc = tcase_create("multicast");
    tcase_add_loop_test(tc, send_is_heard_by_all_of_this_machine, 0, 2);
    tcase_add_test(tc, near_is_the_network_of_the_address);
    tcase_add_test(tc, new_of_another_family_is_unsupported);
    tcase_add_test(tc, new_at_a_foreign_address_reaches_nobody);
    suite_add_tcase(s, tc);
    return s;
}
