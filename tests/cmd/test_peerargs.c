#include "config.h"

#include "tests/cmd/suites.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/peerargs.h"

static const struct {
    const char *text, *host; /* host NULL: refused */
    uint16_t port;
} cases[] = {
    {"127.0.0.1:80", "127.0.0.1", 80},
    {"example.org:65535", "example.org", 65535},
    {"[2001:db8::7]:6881", "2001:db8::7", 6881},
    {"[::1]:1", "::1", 1},
    {"12345678:1", NULL, 0}, /* longer than the room given */
    {"", NULL, 0},
    {":80", NULL, 0},
    {"a", NULL, 0},
    {"a:", NULL, 0},
    {"a:0", NULL, 0},
    {"a:65536", NULL, 0},
    {"a:000080", NULL, 0},
    {"a:+8", NULL, 0},
    {"a: 8", NULL, 0},
    {"a:8 ", NULL, 0},
    {"::1:80", NULL, 0},
    {"[]:80", NULL, 0},
    {"[:80", NULL, 0},
    {"[::1:80", NULL, 0},
    {"[::1]80", NULL, 0},
};

START_TEST(split_takes_host_and_port)
{
    char host[20] = "untouched";
    uint16_t port = 0;
    size_t cap = strcmp(cases[_i].text, "12345678:1") == 0 ? 8 : sizeof host;
    bool ok = peerargs_split(cases[_i].text, host, cap, &port);
    ck_assert_msg(ok == (cases[_i].host != NULL), "%s", cases[_i].text);
    if (!ok)
        return;
    ck_assert_str_eq(host, cases[_i].host);
    ck_assert_uint_eq(port, cases[_i].port);
}
END_TEST

START_TEST(resolve_of_addresses_needs_no_system)
{
    static const char *const items[] = {"127.0.0.1:80", "[::1]:81"};
    struct addr *addrs = NULL;
    struct cause cause = {""};
    char text[ADDR_TEXT_MAX];
    size_t n = 0;
    ck_assert_int_eq(peerargs_resolve(items, 2, NULL, &addrs, &n, &cause), OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(addr_text(&addrs[0], text), "127.0.0.1:80");
    ck_assert_str_eq(addr_text(&addrs[1], text), "[::1]:81");
    free(addrs);
    ck_assert_int_eq(peerargs_resolve(NULL, 0, NULL, &addrs, &n, &cause), OK);
    ck_assert_uint_eq(n, 0);
    free(addrs);
}
END_TEST

START_TEST(resolve_of_what_is_no_peer_names_it)
{
    static const char *const items[] = {"127.0.0.1:80", "non\033sense"};
    static const char *const nowhere[] = {"0.0.0.0:80"};
    struct addr *addrs = NULL;
    struct cause cause = {""};
    size_t n = 7;
    ck_assert_int_eq(peerargs_resolve(items, 2, NULL, &addrs, &n, &cause),
                     ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(cause.text, "sense': not HOST:PORT"));
    ck_assert_ptr_null(strchr(cause.text, '\033'));
    ck_assert_int_eq(peerargs_resolve(nowhere, 1, NULL, &addrs, &n, &cause),
                     ERR_USAGE);
    ck_assert_str_eq(cause.text,
                     "'0.0.0.0:80': no address that a peer can have");
    ck_assert_uint_eq(n, 7);
    ck_assert_ptr_null(addrs);
}
END_TEST

Suite *peerargs_suite(void)
{
    Suite *s = suite_create("peerargs");
    TCase *tc = tcase_create("peerargs");
    tcase_add_loop_test(tc, split_takes_host_and_port, 0,
                        sizeof cases / sizeof cases[0]);
    tcase_add_test(tc, resolve_of_addresses_needs_no_system);
    tcase_add_test(tc, resolve_of_what_is_no_peer_names_it);
    suite_add_tcase(s, tc);
    return s;
}
