#include "config.h"

#include "tests/net/suites.h"

#include "net/proxyurl.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text, *safe, *user, *password, *curl;
} good[] = {
    {"socks5://127.0.0.1", "socks5://127.0.0.1:1080", "", "",
     "socks5h://192.0.2.9:99"},
    {"SOCKS5H://proxy.example:9050/", "socks5://proxy.example:9050", "", "",
     "socks5h://192.0.2.9:99"},
    {"socks5://me:p%40ss%3a@[2001:db8::1]:1", "socks5://[2001:db8::1]:1", "me",
     "p@ss:", "socks5h://me:p%40ss%3A@192.0.2.9:99"},
    {"socks5://a@b:c@host:5", "socks5://host:5", "a@b", "c",
     "socks5h://a%40b:c@192.0.2.9:99"},
    {"socks5://:x@host", "socks5://host:1080", "", "x",
     "socks5h://:x@192.0.2.9:99"},
    {"http://me@host", "http://host:8080", "me", "", "http://me:@192.0.2.9:99"},
    {"http://[::1]", "http://[::1]:8080", "", "", "http://192.0.2.9:99"},
};

START_TEST(good_ones_are_taken_apart)
{
    struct proxyurl u;
    struct cause cause = {""};
    char safe[PROXYURL_SAFE_LEN];
    enum err err = proxyurl_parse(good[_i].text, &u, &cause);
    ck_assert_msg(err == OK, "%s: %s", good[_i].text, cause.text);
    ck_assert_str_eq(u.user, good[_i].user);
    ck_assert_str_eq(u.password, good[_i].password);
    proxyurl_safe(&u, safe);
    ck_assert_str_eq(safe, good[_i].safe);
    struct addr at = addr_v4((const uint8_t[4]){192, 0, 2, 9}, 99);
    char *curl = proxyurl_for_curl(&u, &at);
    ck_assert_str_eq(curl, good[_i].curl);
    free(curl);
}
END_TEST

static const char *const bad[] = {
    "",
    "127.0.0.1:1080",
    "socks4://host",
    "https://host",
    "socks5:/host",
    "socks5://",
    "socks5://secret@",
    "socks5://:1080",
    "socks5://host:",
    "socks5://host:0",
    "socks5://host:65536",
    "socks5://host:1x",
    "socks5://host/path",
    "socks5://ho st",
    "socks5://[::1",
    "socks5://[::1]x",
    "socks5://[]:1",
    "socks5://secret%:x@host",
    "socks5://secret%4:x@host",
    "socks5://secret%00:x@host",
    "socks5://host\x1b[2J",
    "socks5://h:1:2",
    "socks5://h\xe4:1",
    "socks5://h~:1",
};

START_TEST(bad_ones_are_refused_without_being_repeated)
{
    struct proxyurl u;
    struct cause cause = {""};
    ck_assert_msg(proxyurl_parse(bad[_i], &u, &cause) != OK, "%s", bad[_i]);
    ck_assert_str_ne(cause.text, "");
    ck_assert_ptr_null(strstr(cause.text, "secret"));
}
END_TEST

START_TEST(lengths_are_bounded)
{
    char text[1024] = "socks5://";
    struct proxyurl u;
    memset(text + 9, 'x', 255);
    memcpy(text + 9 + 255, "@h", 3);
    ck_assert_int_eq(proxyurl_parse(text, &u, NULL), OK);
    ck_assert_uint_eq(strlen(u.user), 255);
    memset(text + 9, 'x', 256);
    memcpy(text + 9 + 256, "@h", 3);
    ck_assert_int_eq(proxyurl_parse(text, &u, NULL), ERR_SYNTAX);
    memset(text + 9, 'h', 253);
    text[9 + 253] = '\0';
    ck_assert_int_eq(proxyurl_parse(text, &u, NULL), OK);
    char safe[PROXYURL_SAFE_LEN];
    proxyurl_safe(&u, safe);
    ck_assert_uint_eq(strlen(safe), 9 + 253 + 5);
    memset(text + 9, 'h', 254);
    text[9 + 254] = '\0';
    ck_assert_int_eq(proxyurl_parse(text, &u, NULL), ERR_SYNTAX);
}
END_TEST

Suite *proxyurl_suite(void)
{
    Suite *s = suite_create("proxyurl");
    TCase *tc = tcase_create("proxyurl");
    tcase_add_loop_test(tc, good_ones_are_taken_apart, 0,
                        sizeof good / sizeof *good);
    tcase_add_loop_test(tc, bad_ones_are_refused_without_being_repeated, 0,
                        sizeof bad / sizeof *bad);
    tcase_add_test(tc, lengths_are_bounded);
    suite_add_tcase(s, tc);
    return s;
}
