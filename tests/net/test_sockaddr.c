#include "config.h"

#include "tests/net/suites.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/sock.h"
#include "net/sockaddr.h"
#include "tests/net/turns.h"

static struct addr parse(const char *text)
{
    struct addr a;
    ck_assert_int_eq(addr_parse(text, 0, &a), OK);
    return a;
}

static const char *const addresses[] = {
    "1.2.3.4:5",       "255.255.255.255:65535",        "0.0.0.0:1",
    "[::1]:80",        "[2001:db8::ff00:42:8329]:443", "[::]:9",
    "[fe80::1]:65535",
};

START_TEST(addresses_come_back_the_same)
{
    const struct addr a = parse(addresses[_i]);
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(&a, &sa);
    ck_assert_int_eq(sa.ss_family, sockaddr_family(&a));
    ck_assert_int_eq(sa.ss_family, addr_is_v4(&a) ? AF_INET : AF_INET6);
    struct addr back;
    ck_assert_int_eq(sockaddr_to_addr(&sa, len, &back), OK);
    ck_assert(addr_eq(&a, &back));
}
END_TEST

START_TEST(from_addr_is_in_network_order)
{
    const struct addr a = parse("1.2.3.4:258");
    struct sockaddr_storage sa;
    struct sockaddr_in sin;
    ck_assert_uint_eq(sockaddr_from_addr(&a, &sa), sizeof sin);
    memcpy(&sin, &sa, sizeof sin);
    ck_assert_mem_eq(&sin.sin_port, "\1\2", 2);
    ck_assert_mem_eq(&sin.sin_addr, "\1\2\3\4", 4);
}
END_TEST

START_TEST(to_addr_of_v4_mapped_is_v4)
{
    struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6,
                                .sin6_port = htons(80)};
    memcpy(&sin6.sin6_addr, "\0\0\0\0\0\0\0\0\0\0\377\377\1\2\3\4", 16);
    struct sockaddr_storage sa;
    memcpy(&sa, &sin6, sizeof sin6);
    struct addr a;
    ck_assert_int_eq(sockaddr_to_addr(&sa, sizeof sin6, &a), OK);
    const struct addr want = parse("1.2.3.4:80");
    ck_assert(addr_eq(&a, &want));
}
END_TEST

START_TEST(to_addr_of_short_or_other_families_is_invalid)
{
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        const struct addr a = parse(addresses[i]);
        struct sockaddr_storage sa;
        struct addr out;
        socklen_t whole = sockaddr_from_addr(&a, &sa);
        for (socklen_t len = 0; len < whole; len++)
            ck_assert_int_eq(sockaddr_to_addr(&sa, len, &out), ERR_INVALID);
    }
    struct sockaddr_storage sa = {.ss_family = AF_UNIX};
    struct addr out;
    ck_assert_int_eq(sockaddr_to_addr(&sa, sizeof sa, &out), ERR_INVALID);
}
END_TEST

START_TEST(of_socket_gives_the_bound_port)
{
    struct addr at;
    int fd = turns_listen(&at);
    const struct addr localhost = turns_v4(0);
    ck_assert(addr_same_ip(&at, &localhost));
    ck_assert_uint_ne(at.port, 0);
    close(fd);
    ck_assert_int_eq(sockaddr_of_socket(fd, &at), ERR_SYS);
}
END_TEST

Suite *sockaddr_suite(void)
{
    Suite *suite = suite_create("sockaddr");
    TCase *tc = tcase_create("conversion");
    tcase_add_loop_test(tc, addresses_come_back_the_same, 0,
                        (int)(sizeof addresses / sizeof *addresses));
    tcase_add_test(tc, from_addr_is_in_network_order);
    tcase_add_test(tc, to_addr_of_v4_mapped_is_v4);
    tcase_add_test(tc, to_addr_of_short_or_other_families_is_invalid);
    tcase_add_test(tc, of_socket_gives_the_bound_port);
    suite_add_tcase(suite, tc);
    return suite;
}
