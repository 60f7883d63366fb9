#include "config.h"

#include "tests/net/suites.h"

#include <string.h>

#include "net/weburl.h"

struct url_case {
    const char *url;
    enum err err;
    bool is_private;
};

static const struct url_case urls[] = {
    {"http://tracker.example/announce", OK, false},
    {"HTTPS://tracker.example:8443/a?b=c", OK, false},
    {"http://8.8.8.8/", OK, false},
    {"http://127.0.0.1:80/", OK, true},
    {"http://127.1/", OK, true},
    {"http://0x7f.1/", OK, true},
    {"http://2130706433/", OK, true},
    {"http://0177.0.0.1/", OK, true},
    {"http://0.0.0.0/", OK, true},
    {"http://10.0.0.1/", OK, true},
    {"http://192.168.1.1/", OK, true},
    {"http://169.254.169.254/", OK, true},
    {"http://100.64.0.1/", OK, true},
    {"http://[::1]/", OK, true},
    {"http://[::ffff:127.0.0.1]/", OK, true},
    {"http://[fd00::1]/", OK, true},
    {"http://[2606:4700::1]/", OK, false},
    {"http://localhost/", OK, true},
    {"http://LOCALHOST./", OK, true},
    {"http://x.localhost/", OK, false},
    {"http://localhost.example/", OK, false},
    {"http://user:pw@127.0.0.1/", OK, true},
    {"http://127.0.0.1@tracker.example/", OK, false},
    {"ftp://tracker.example/", ERR_UNSUPPORTED, false},
    {"file:///etc/passwd", ERR_UNSUPPORTED, false},
    {"udp://tracker.example:80", ERR_UNSUPPORTED, false},
    {"gopher://tracker.example/", ERR_UNSUPPORTED, false},
    {"tracker.example/announce", ERR_SYNTAX, false},
    {"", ERR_SYNTAX, false},
    {"http://", ERR_SYNTAX, false},
    {"http://a b/", ERR_SYNTAX, false},
    {"http://h:99999/", ERR_SYNTAX, false},
    {"http://h/\r\nX: y", ERR_SYNTAX, false},
};

START_TEST(read_says_what_a_url_is)
{
    struct weburl out = {0};
    const struct url_case *c = &urls[_i];
    ck_assert_msg(weburl_read(c->url, 8192, &out) == c->err, "%s", c->url);
    ck_assert_msg(out.names_private == c->is_private, "%s", c->url);
}
END_TEST

START_TEST(read_refuses_what_is_too_long)
{
    char url[101] = "http://h/";
    struct weburl out;
    memset(url + 9, 'a', sizeof url - 10);
    url[100] = '\0';
    ck_assert_int_eq(weburl_read(url, 100, &out), OK);
    ck_assert_int_eq(weburl_read(url, 99, &out), ERR_SYNTAX);
}
END_TEST

struct safe_case {
    const char *url;
    const char *want;
};

static const struct safe_case safes[] = {
    {"http://h.example/0123456789abcdef/announce", "http://h.example/..."},
    {"https://h.example:8443/announce?passkey=s3cr%65t",
     "https://h.example:8443/..."},
    {"http://user:secret@h.example/", "http://h.example/"},
    {"http://h.example?passkey=secret", "http://h.example/..."},
    {"http://h.example#secret", "http://h.example/"},
    {"udp://h.example:6969/announce", "udp://h.example:6969/..."},
    {"http://h/\x1b[31m", "(not a URL)"},
    {"secret", "(not a URL)"},
    {"", "(not a URL)"},
};

START_TEST(safe_shows_the_origin_only)
{
    char text[100];
    weburl_safe(text, sizeof text, safes[_i].url);
    ck_assert_str_eq(text, safes[_i].want);
}
END_TEST

START_TEST(safe_fits_any_size)
{
    for (size_t cap = 1; cap < 40; cap++) {
        char text[40];
        memset(text, '#', sizeof text);
        weburl_safe(text, cap, "http://h.example/secret");
        ck_assert_uint_lt(strnlen(text, cap), cap);
        ck_assert_int_eq(text[cap], '#');
    }
}
END_TEST

static const struct url_case hosts[] = {
    {"8.8.8.8", OK, false},
    {"2606:4700::1", OK, false},
    {"127.0.0.1", OK, true},
    {"127.255.0.9", OK, true},
    {"10.1.2.3", OK, true},
    {"172.16.0.1", OK, true},
    {"172.32.0.1", OK, false},
    {"192.168.0.1", OK, true},
    {"169.254.0.1", OK, true},
    {"100.64.0.1", OK, true},
    {"0.0.0.0", OK, true},
    {"224.0.0.1", OK, true},
    {"255.255.255.255", OK, true},
    {"::", OK, true},
    {"::1", OK, true},
    {"fe80::1", OK, true},
    {"fc00::1", OK, true},
    {"ff02::1", OK, true},
    {"::ffff:10.0.0.1", OK, true},
};

START_TEST(public_addresses_are_told_from_others)
{
    struct addr a;
    ck_assert_int_eq(addr_parse(hosts[_i].url, 1, &a), OK);
    a.port = 0;
    ck_assert_msg(weburl_is_public(&a) == !hosts[_i].is_private, "%s",
                  hosts[_i].url);
}
END_TEST

static const struct {
    const char *url;
    bool may;
} strange[] = {
    {"http://example.org/a?b=c", true},
    {"http://192.168.0.1/a.torrent", true},
    {"http://192.168.0.1/reboot?now", false},
    {"http://localhost/a?b", false},
    {"ftp://example.org/a", false},
    {"example", false},
};

START_TEST(fetch_for_a_stranger_gives_private_services_no_orders)
{
    struct cause cause = {""};
    ck_assert_int_eq(weburl_may_fetch(strange[_i].url, 100, &cause),
                     strange[_i].may);
    ck_assert_int_eq(cause.text[0] == '\0', strange[_i].may);
}
END_TEST

static const struct {
    const char *url, *host;
} named[] = {
    {"http://a.example/announce", "a.example"},
    {"udp://a.example:80", "a.example:80"},
    {"https://user:pass@a.example:1/x@y", "a.example:1"},
    {"http://user:p@ss@a.example?k=v@w", "a.example"},
    {"http://[::1]:8/", "[::1]:8"},
    {"a.example/x", "a.example"},
    {"http://", ""},
    {"", ""},
};

START_TEST(host_begins_behind_the_user)
{
    size_t len;
    const char *host = weburl_host(named[_i].url, &len);
    ck_assert_uint_eq(len, strlen(named[_i].host));
    ck_assert_int_eq(strncmp(host, named[_i].host, len), 0);
}
END_TEST

Suite *weburl_suite(void)
{
    Suite *suite = suite_create("weburl");
    TCase *tc = tcase_create("urls");
    tcase_add_loop_test(tc, read_says_what_a_url_is, 0,
                        (int)(sizeof urls / sizeof *urls));
    tcase_add_test(tc, read_refuses_what_is_too_long);
    tcase_add_loop_test(tc, safe_shows_the_origin_only, 0,
                        (int)(sizeof safes / sizeof *safes));
    tcase_add_test(tc, safe_fits_any_size);
    tcase_add_loop_test(tc, host_begins_behind_the_user, 0,
                        (int)(sizeof named / sizeof *named));
    tcase_add_loop_test(tc, public_addresses_are_told_from_others, 0,
                        (int)(sizeof hosts / sizeof *hosts));
    tcase_add_loop_test(tc,
                        fetch_for_a_stranger_gives_private_services_no_orders,
                        0, (int)(sizeof strange / sizeof *strange));
    suite_add_tcase(suite, tc);
    return suite;
}
