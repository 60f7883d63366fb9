#include "config.h"

#include "tests/net/suites.h"

#include <string.h>
#include <sys/socket.h>

#include "net/dualsock.h"
#include "net/sockaddr.h"
#include "tests/net/turns.h"

static const int types[2] = {SOCK_STREAM, SOCK_DGRAM};

static struct dualsock_config on_loopback(const struct addr *v4,
                                          const struct addr *v6)
{
    return (struct dualsock_config){.v4 = v4 != NULL,
                                    .v6 = v6 != NULL,
                                    .local_v4 = v4,
                                    .local_v6 = v6};
}

START_TEST(open_both_gives_one_port_on_both)
{
    const struct addr v4 = turns_v4(1);
    const struct addr v6 = turns_v6(2);
    const struct dualsock_config config =
        on_loopback(&v4, turns_has_v6() ? &v6 : NULL);
    struct dualsock s;
    struct cause cause;
    ck_assert_int_eq(dualsock_open(&config, types[_i], &s, &cause), OK);
    struct addr at;
    ck_assert_int_eq(sockaddr_of_socket(s.fds[DUALSOCK_V4], &at), OK);
    ck_assert_uint_eq(at.port, s.port);
    ck_assert_uint_ne(at.port, 0);
    ck_assert(addr_same_ip(&at, &v4));
    if (config.v6) {
        ck_assert_int_eq(sockaddr_of_socket(s.fds[DUALSOCK_V6], &at), OK);
        ck_assert_uint_eq(at.port, s.port);
        ck_assert(addr_same_ip(&at, &v6));
    }
    dualsock_close(&s);
    ck_assert_int_eq(s.fds[DUALSOCK_V4], -1);
    dualsock_close(&s);
}
END_TEST

START_TEST(open_one_family_leaves_the_other)
{
    const struct addr v4 = turns_v4(0);
    const struct dualsock_config config = on_loopback(&v4, NULL);
    struct dualsock s;
    ck_assert_int_eq(dualsock_open(&config, types[_i], &s, NULL), OK);
    ck_assert_int_ge(s.fds[DUALSOCK_V4], 0);
    ck_assert_int_eq(s.fds[DUALSOCK_V6], -1);
    dualsock_close(&s);
}
END_TEST

START_TEST(open_a_port_in_use_is_busy_and_says_which)
{
    const struct addr v4 = turns_v4(0);
    struct dualsock_config config = on_loopback(&v4, NULL);
    struct dualsock s;
    struct dualsock second = {.port = 7};
    struct cause cause;
    ck_assert_int_eq(dualsock_open(&config, types[_i], &s, NULL), OK);
    ck_assert(types[_i] != SOCK_STREAM || listen(s.fds[DUALSOCK_V4], 1) == 0);
    config.port = s.port;
    ck_assert_int_eq(dualsock_open(&config, types[_i], &second, &cause),
                     ERR_BUSY);
    ck_assert_uint_eq(second.port, 7);
    ck_assert_ptr_nonnull(strstr(cause.text, "127.0.0.1:"));
    ck_assert_ptr_nonnull(strstr(cause.text, "in use"));
    dualsock_close(&s);
    ck_assert_int_eq(dualsock_open(&config, types[_i], &s, NULL), OK);
    ck_assert_uint_eq(s.port, config.port);
    dualsock_close(&s);
}
END_TEST

/* What the second family cannot have must not keep the first one's socket. */
START_TEST(open_a_port_taken_in_v6_only_is_busy)
{
    const struct addr v4 = turns_v4(0);
    const struct addr v6 = turns_v6(0);
    if (!turns_has_v6())
        return;
    struct dualsock_config config = on_loopback(NULL, &v6);
    struct dualsock taken;
    struct dualsock s;
    ck_assert_int_eq(dualsock_open(&config, SOCK_DGRAM, &taken, NULL), OK);
    config = on_loopback(&v4, &v6);
    config.port = taken.port;
    ck_assert_int_eq(dualsock_open(&config, SOCK_DGRAM, &s, NULL), ERR_BUSY);
    config.v6 = false;
    ck_assert_int_eq(dualsock_open(&config, SOCK_DGRAM, &s, NULL), OK);
    dualsock_close(&s);
    dualsock_close(&taken);
}
END_TEST

START_TEST(open_an_address_not_ours_fails_with_words)
{
    const uint8_t elsewhere[4] = {192, 0, 2, 1};
    const struct addr v4 = addr_v4(elsewhere, 0);
    const struct dualsock_config config = on_loopback(&v4, NULL);
    struct dualsock s;
    struct cause cause;
    ck_assert_int_eq(dualsock_open(&config, types[_i], &s, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, "192.0.2.1"));
}
END_TEST

Suite *dualsock_suite(void)
{
    Suite *suite = suite_create("dualsock");
    TCase *tc = tcase_create("open");
    tcase_add_loop_test(tc, open_both_gives_one_port_on_both, 0, 2);
    tcase_add_loop_test(tc, open_one_family_leaves_the_other, 0, 2);
    tcase_add_loop_test(tc, open_a_port_in_use_is_busy_and_says_which, 0, 2);
    tcase_add_test(tc, open_a_port_taken_in_v6_only_is_busy);
    tcase_add_loop_test(tc, open_an_address_not_ours_fails_with_words, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}
