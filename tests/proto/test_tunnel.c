#include "config.h"

#include "tests/proto/suites.h"

#include "proto/tunnel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static struct addr to_of(const char *text)
{
    struct addr a;
    enum err err = addr_parse(text, 0, &a);
    ck_assert_msg(err == OK, "%s", text);
    return a;
}

static struct tunnel t;

static void begin(enum tunnel_kind kind, const char *to, const char *user,
                  const char *password)
{
    struct addr a = to_of(to);
    tunnel_init(&t, kind, &a, user, password);
}

/* What it sends next is just this. */
static void sends(const char *bytes, size_t len)
{
    struct span out = tunnel_output(&t);
    ck_assert_uint_eq(out.len, len);
    ck_assert_mem_eq(out.p, bytes, len);
    /* In two parts, as a socket may take it. */
    tunnel_sent(&t, len / 2);
    ck_assert_uint_eq(tunnel_output(&t).len, len - len / 2);
    tunnel_sent(&t, len - len / 2);
    ck_assert_uint_eq(tunnel_output(&t).len, 0);
}

/* The proxy answers, byte by byte or as much as is wanted; the error of the last. */
static enum err hears(const char *bytes, size_t len)
{
    enum err err = OK;
    size_t n;
    for (size_t at = 0; at < len && err == OK; at += n) {
        n = 1 + at % 3;
        if (n > len - at)
            n = len - at;
        ck_assert_uint_gt(tunnel_wanted(&t), 0);
        if (n > tunnel_wanted(&t))
            n = tunnel_wanted(&t);
        err = tunnel_input(&t, (const uint8_t *)bytes + at, n);
    }
    return err;
}

#define SENDS(text) sends(text, sizeof text - 1)
#define HEARS(text) hears(text, sizeof text - 1)

START_TEST(socks5_without_a_login)
{
    begin(TUNNEL_SOCKS5, "192.0.2.1:6881", "", "");
    SENDS("\x05\x01\x00");
    ck_assert_uint_eq(tunnel_wanted(&t), 2);
    ck_assert_int_eq(HEARS("\x05\x00"), OK);
    SENDS("\x05\x01\x00\x01\xc0\x00\x02\x01\x1a\xe1");
    ck_assert_int_eq(HEARS("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"), OK);
    ck_assert_int_eq(t.state, TUNNEL_OPEN);
    ck_assert_uint_eq(tunnel_wanted(&t), 0);
    tunnel_fini(&t);
}
END_TEST

START_TEST(socks5_with_a_login_to_ipv6_and_a_name_in_the_reply)
{
    begin(TUNNEL_SOCKS5, "[2001:db8::1]:80", "me", "secret");
    SENDS("\x05\x02\x00\x02");
    ck_assert_int_eq(HEARS("\x05\x02"), OK);
    SENDS("\x01\x02me\x06secret");
    ck_assert_int_eq(HEARS("\x01\x00"), OK);
    SENDS("\x05\x01\x00\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\0\x50");
    ck_assert_int_eq(HEARS("\x05\x00\x00\x03\x05proxy\x00\x50"), OK);
    ck_assert_int_eq(t.state, TUNNEL_OPEN);
    tunnel_fini(&t);
    ck_assert_str_eq(t.password, "");
}
END_TEST

/* A login that was offered need not be used. */
START_TEST(socks5_may_do_without_the_login)
{
    begin(TUNNEL_SOCKS5, "192.0.2.1:6881", "me", "");
    SENDS("\x05\x02\x00\x02");
    ck_assert_int_eq(HEARS("\x05\x00"), OK);
    ck_assert_uint_eq(tunnel_output(&t).len, 10);
    tunnel_fini(&t);
}
END_TEST

static const struct {
    const char *bytes;
    size_t len;
    bool logs_in;
    enum err err;
    int errnum;
    bool is_proxy_at_fault;
    const char *words;
} socks_refusals[] = {
    {"\x04\x00", 2, false, ERR_SYNTAX, 0, true, "it is no SOCKS5 proxy"},
    {"HTTP", 2, false, ERR_SYNTAX, 0, true, "it is no SOCKS5 proxy"},
    {"\x05\xff", 2, true, ERR_REFUSED, 0, true, "wants a user"},
    {"\x05\x02", 2, false, ERR_REFUSED, 0, true, "wants a user"},
    {"\x05\x02\x01\x01", 4, true, ERR_REFUSED, 0, true, "refuses user"},
    {"\x05\x00\x05\x01\x00\x01", 6, false, ERR_REFUSED, 0, false, "cannot do"},
    {"\x05\x00\x05\x02\x00\x01", 6, false, ERR_REFUSED, 0, false, "rules"},
    {"\x05\x00\x05\x03\x00\x01", 6, false, ERR_SYS, ENETUNREACH, false, "net"},
    {"\x05\x00\x05\x04\x00\x01", 6, false, ERR_SYS, EHOSTUNREACH, false,
     "reach the address"},
    {"\x05\x00\x05\x05\x00\x01", 6, false, ERR_SYS, ECONNREFUSED, false,
     "the address refuses"},
    {"\x05\x00\x05\x06\x00\x01", 6, false, ERR_TIMEOUT, 0, false,
     "does not answer"},
    {"\x05\x00\x05\x08\x00\x01", 6, false, ERR_REFUSED, 0, false, "no such"},
    {"\x05\x00\x05\x00\x00\x02", 6, false, ERR_SYNTAX, 0, true, "no SOCKS5"},
};

START_TEST(socks5_refusals_have_words)
{
    begin(TUNNEL_SOCKS5, "192.0.2.1:6881",
          socks_refusals[_i].logs_in ? "me" : "", "");
    enum err err = hears(socks_refusals[_i].bytes, socks_refusals[_i].len);
    ck_assert_int_eq(err, socks_refusals[_i].err);
    ck_assert_int_eq(t.errnum, socks_refusals[_i].errnum);
    ck_assert_int_eq(tunnel_is_proxy_at_fault(&t),
                     socks_refusals[_i].is_proxy_at_fault);
    ck_assert_ptr_nonnull(strstr(tunnel_words(&t), socks_refusals[_i].words));
    ck_assert_uint_eq(tunnel_wanted(&t), 0);
    ck_assert_uint_eq(tunnel_output(&t).len, 0);
    ck_assert_int_ne(t.state, TUNNEL_OPEN);
}
END_TEST

START_TEST(http_asks_and_takes_no_byte_of_what_follows)
{
    begin(TUNNEL_HTTP, "[2001:db8::1]:6881", "me", "secret");
    SENDS("CONNECT [2001:db8::1]:6881 HTTP/1.1\r\n"
          "Host: [2001:db8::1]:6881\r\n"
          "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n");
    ck_assert_int_eq(HEARS("HTTP/1.0 200 Connection established\r\n"
                           "Via: \r\r\n\r\n"),
                     OK);
    ck_assert_int_eq(t.state, TUNNEL_OPEN);
    ck_assert_uint_eq(tunnel_wanted(&t), 0);
    begin(TUNNEL_HTTP, "192.0.2.1:80", "", "");
    SENDS("CONNECT 192.0.2.1:80 HTTP/1.1\r\nHost: 192.0.2.1:80\r\n\r\n");
    tunnel_fini(&t);
}
END_TEST

static const struct {
    const char *head;
    bool logs_in;
    enum err err;
    bool is_proxy_at_fault;
    const char *words;
} http_refusals[] = {
    {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", true, ERR_REFUSED,
     true, "it refuses user and password"},
    {"HTTP/1.1 407 x\r\n\r\n", false, ERR_REFUSED, true, "it wants a user"},
    {"HTTP/1.1 503 x\r\n\r\n", false, ERR_REFUSED, false, "status 503"},
    {"HTTP/1.1 \x1b[2 x\r\n\r\n", false, ERR_SYNTAX, true, "no HTTP proxy"},
    {"HTTP/2 200\r\n\r\n", false, ERR_SYNTAX, true, "no HTTP proxy"},
    {"\r\n\r\n", false, ERR_SYNTAX, true, "no HTTP proxy"},
    {"HTTP/1.1 20\r\n\r\n", false, ERR_SYNTAX, true, "no HTTP proxy"},
};

START_TEST(http_refusals_have_words)
{
    begin(TUNNEL_HTTP, "192.0.2.1:80", http_refusals[_i].logs_in ? "me" : "",
          "");
    enum err err =
        hears(http_refusals[_i].head, strlen(http_refusals[_i].head));
    ck_assert_int_eq(err, http_refusals[_i].err);
    ck_assert_int_eq(tunnel_is_proxy_at_fault(&t),
                     http_refusals[_i].is_proxy_at_fault);
    ck_assert_ptr_nonnull(strstr(tunnel_words(&t), http_refusals[_i].words));
}
END_TEST

START_TEST(http_head_without_an_end_is_given_up)
{
    begin(TUNNEL_HTTP, "192.0.2.1:80", "", "");
    size_t len = TUNNEL_MAX_HEAD + 10, n = 0;
    enum err err = OK;
    for (; n < len && err == OK; n++)
        err = tunnel_input(&t, (const uint8_t *)"x", 1);
    ck_assert_int_eq(err, ERR_TOO_BIG);
    ck_assert_uint_eq(n, TUNNEL_MAX_HEAD + 1);
}
END_TEST

/* As long as a login may be. */
START_TEST(longest_login_fits)
{
    char *long_text = xzalloc(TUNNEL_MAX_LOGIN + 1);
    memset(long_text, 'x', TUNNEL_MAX_LOGIN);
    begin(_i == 0 ? TUNNEL_SOCKS5 : TUNNEL_HTTP,
          "[1111:2222:3333:4444:5555:6666:7777:8888]:65535", long_text,
          long_text);
    tunnel_sent(&t, tunnel_output(&t).len);
    if (_i == 0) {
        ck_assert_int_eq(HEARS("\x05\x02"), OK);
        ck_assert_uint_eq(tunnel_output(&t).len, 3 + 2 * TUNNEL_MAX_LOGIN);
    }
    free(long_text);
}
END_TEST

Suite *tunnel_suite(void)
{
    Suite *s = suite_create("tunnel");
    TCase *tc = tcase_create("tunnel");
    tcase_add_test(tc, socks5_without_a_login);
    tcase_add_test(tc, socks5_with_a_login_to_ipv6_and_a_name_in_the_reply);
    tcase_add_test(tc, socks5_may_do_without_the_login);
    tcase_add_loop_test(tc, socks5_refusals_have_words, 0,
                        sizeof socks_refusals / sizeof *socks_refusals);
    tcase_add_test(tc, http_asks_and_takes_no_byte_of_what_follows);
    tcase_add_loop_test(tc, http_refusals_have_words, 0,
                        sizeof http_refusals / sizeof *http_refusals);
    tcase_add_test(tc, http_head_without_an_end_is_given_up);
    tcase_add_loop_test(tc, longest_login_fits, 0, 2);
    suite_add_tcase(s, tc);
    return s;
}
