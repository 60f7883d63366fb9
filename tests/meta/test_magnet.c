#include "config.h"

#include "meta/magnet.h"

#include "tests/meta/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"
#include "util/xalloc.h"

#define HEX "0123456789abcdef0123456789ABCDEF01234567"
#define XT  "magnet:?xt=urn:btih:"

static struct magnet *parse(const char *text)
{
    struct magnet *m = NULL;
    struct cause cause = {""};
    enum err err = magnet_parse(text, &m, &cause);
    ck_assert_msg(err == OK, "%s: %s", text, cause.text);
    ck_assert_str_eq(cause.text, "");
    return m;
}

START_TEST(hash_in_hex_in_base32_and_bare_is_the_same)
{
    static const char *const links[] = {
        XT HEX,
        "MAGNET:?dn=x&XT=urn:BTIH:" HEX,
        HEX,
        XT "AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH",
        "magnet:?xt.1=urn%3Abtih:" HEX,
        "magnet:?xt=urn:btmh:1220aa&xt=urn:btih:" HEX};
    uint8_t hash[20];
    ck_assert(text_unhex(hash, 20, "0123456789abcdef0123456789abcdef01234567"));
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        struct magnet *m = parse(links[i]);
        ck_assert_mem_eq(m->info_hash, hash, 20);
        ck_assert(magnet_is_meant(links[i]));
        /* What is kept of it says the same. */
        struct magnet *again = parse(m->link);
        ck_assert_mem_eq(again->info_hash, hash, 20);
        magnet_free(again);
        magnet_free(m);
    }
}
END_TEST

START_TEST(link_out_of_the_source_of_a_page_is_understood)
{
    struct magnet *m = parse(XT HEX "&amp;dn=A&amp;tr=udp://t.example:80&amp;"
                                    "AMP;&amp;x.pe=192.0.2.1:6881");
    ck_assert_str_eq(m->name, "A");
    ck_assert_uint_eq(m->n_trackers, 1);
    ck_assert_uint_eq(m->n_peers, 1);
    magnet_free(m);
}
END_TEST

START_TEST(names_trackers_and_peers_are_decoded)
{
    struct magnet *m =
        parse(XT HEX "&dn=A+b%20c%zz&tr=udp%3A%2F%2Ft.example%3A80&tr.2=HTTP"
                     "://u/a%2bb+c&tr=ftp://v/&tr=udp://t.example:80&x.pe="
                     "192.0.2.1:6881&x.pe=%5B2001:db8::1%5D:7&x.pe=host:0&x.pe"
                     "=:5&x.pe=h:70000&x.pe=name.example:1&so=1&&=&dn=second");
    ck_assert_str_eq(m->name, "A b c%zz");
    ck_assert_uint_eq(m->n_trackers, 2);
    ck_assert_str_eq(m->trackers[0], "udp://t.example:80");
    ck_assert_str_eq(m->trackers[1], "HTTP://u/a+b+c");
    ck_assert_uint_eq(m->n_peers, 3);
    ck_assert_str_eq(m->peers[0].host, "192.0.2.1");
    ck_assert_uint_eq(m->peers[0].port, 6881);
    ck_assert_str_eq(m->peers[1].host, "2001:db8::1");
    ck_assert_uint_eq(m->peers[1].port, 7);
    ck_assert_str_eq(m->peers[2].host, "name.example");
    magnet_free(m);
}
END_TEST

/* A NUL in a name would cut it: it is no name. */
START_TEST(nul_and_too_long_values_are_left_out)
{
    char *long_name = xzalloc(MAGNET_MAX_NAME_LEN + 2);
    memset(long_name, 'n', MAGNET_MAX_NAME_LEN + 1);
    char *link = xasprintf(XT HEX "&dn=%s&tr=udp://a%%00b", long_name);
    struct magnet *m = parse(link);
    ck_assert_ptr_null(m->name);
    ck_assert_uint_eq(m->n_trackers, 0);
    magnet_free(m);
    free(link);
    free(long_name);
}
END_TEST

START_TEST(web_seeds_are_http_and_each_once)
{
    struct magnet *m =
        parse(XT HEX "&ws=http%3A%2F%2Fa.example%2Fx%2520y&ws.1=HTTPS://b/"
                     "&ws=http://a.example/x%20y&ws=ftp://c/&ws=udp://d:1&ws="
                     "&ws=http://a.example/x%2520y");
    ck_assert_uint_eq(m->n_web_seeds, 3);
    ck_assert_str_eq(m->web_seeds[0], "http://a.example/x%20y");
    ck_assert_str_eq(m->web_seeds[1], "HTTPS://b/");
    ck_assert_str_eq(m->web_seeds[2], "http://a.example/x y");
    magnet_free(m);
}
END_TEST

START_TEST(lists_are_bounded)
{
    char *link = xstrdup(XT HEX);
    for (int i = 0; i < 200; i++) {
        char *more = xasprintf("%s&tr=udp://t%d&x.pe=h:%d&ws=http://w%d/", link,
                               i, i + 1, i);
        free(link);
        link = more;
    }
    struct magnet *m = parse(link);
    ck_assert_uint_eq(m->n_trackers, MAGNET_MAX_TRACKERS);
    ck_assert_uint_eq(m->n_peers, MAGNET_MAX_PEERS);
    ck_assert_uint_eq(m->n_web_seeds, MAGNET_MAX_WEB_SEEDS);
    magnet_free(m);
    free(link);
}
END_TEST

static const struct {
    const char *text;
    enum err err;
    const char *words;
} wrong[] = {
    {"", ERR_SYNTAX, "not a magnet link"},
    {"file.torrent", ERR_SYNTAX, "not a magnet link"},
    {"magnet:", ERR_SYNTAX, "not a magnet link"},
    {"magnet:?", ERR_SYNTAX, "without the hash"},
    {"magnet:?dn=x", ERR_SYNTAX, "without the hash"},
    {"magnet:?xt=urn:sha1:x", ERR_UNSUPPORTED, "without the hash"},
    {"magnet:?xt=urn:btmh:1220aa", ERR_UNSUPPORTED, "version 2"},
    {XT "0123", ERR_SYNTAX, "not 40 hexadecimal"},
    {XT HEX "0", ERR_SYNTAX, "not 40 hexadecimal"},
    {XT "0123456789abcdef0123456789abcdef0123456g", ERR_SYNTAX, "not 40"},
    {XT "AERUKZ4JVPG66AJDIVTYTK6N54ASGRL1", ERR_SYNTAX, "32 base32"},
    {"0123456789abcdef0123456789abcdef0123456g", ERR_SYNTAX, "info-hash"},
};

START_TEST(what_is_none_is_refused_with_words)
{
    struct magnet *m = NULL;
    struct cause cause = {""};
    ck_assert_int_eq(magnet_parse(wrong[_i].text, &m, &cause), wrong[_i].err);
    ck_assert_ptr_null(m);
    ck_assert_msg(strstr(cause.text, wrong[_i].words) != NULL, "%s",
                  cause.text);
}
END_TEST

START_TEST(too_long_a_link_is_refused)
{
    struct magnet *m = NULL;
    char *link = xzalloc(MAGNET_MAX_LEN + 2);
    memset(link, 'x', MAGNET_MAX_LEN + 1);
    memcpy(link, XT HEX, strlen(XT HEX));
    ck_assert_int_eq(magnet_parse(link, &m, NULL), ERR_TOO_BIG);
    ck_assert(!magnet_is_meant("a.torrent"));
    free(link);
}
END_TEST

START_TEST(ranges_end_where_one_is_none)
{
    static const struct {
        const char *so;
        size_t n;
    } cases[] = {{"1,4-2,7", 1}, {"4-4,7", 2}, {"3-,7", 0}, {"0-99999999", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct magnet *m;
        char link[128];
        snprintf(link, sizeof link,
                 "magnet:?xt=urn:btih:"
                 "0123456789abcdef0123456789abcdef01234567&so=%s",
                 cases[i].so);
        ck_assert_int_eq(magnet_parse(link, &m, NULL), OK);
        ck_assert_msg(m->n_ranges == cases[i].n, "%s", cases[i].so);
        magnet_free(m);
    }
}
END_TEST

/* What a .torrent may not name (meta/links), a link may not either. */
START_TEST(urls_that_cannot_be_ones_are_skipped)
{
    struct magnet *m;
    ck_assert_int_eq(
        magnet_parse(
            "magnet:?xt=urn:btih:"
            "0123456789abcdef0123456789abcdef01234567"
            "&tr=http://&tr=udp:///x&tr=http://a/%0d%0ab&tr=http://a/%7f"
            "&tr=http://a%20b/&tr=http://a/good&ws=http://"
            "&ws=http://w/%1b[2J&ws=http://w/a%20b&xs=https:///"
            "&xs=http://x/%09&as=http://x/y.torrent",
            &m, NULL),
        OK);
    ck_assert_uint_eq(m->n_trackers, 1);
    ck_assert_str_eq(m->trackers[0], "http://a/good");
    ck_assert_uint_eq(m->n_web_seeds, 1);
    ck_assert_str_eq(m->web_seeds[0], "http://w/a b");
    ck_assert_uint_eq(m->n_sources, 1);
    ck_assert_str_eq(m->sources[0], "http://x/y.torrent");
    ck_assert(!magnet_add_tracker(m, "http://"));
    magnet_free(m);
}
END_TEST

/* As those of the link: of our schemes, once, bounded. */
START_TEST(add_takes_what_a_link_could_name)
{
    struct magnet *m;
    char url[64], long_url[MAGNET_MAX_URL_LEN + 20] = "http://";
    ck_assert_int_eq(magnet_parse("magnet:?xt=urn:btih:"
                                  "0123456789abcdef0123456789abcdef01234567"
                                  "&tr=udp://a:1&ws=http://w/",
                                  &m, NULL),
                     OK);
    ck_assert(!magnet_add_tracker(m, "udp://a:1"));
    ck_assert(!magnet_add_tracker(m, "ftp://a/"));
    ck_assert(magnet_add_tracker(m, "https://b/%41?x=1"));
    ck_assert_str_eq(m->trackers[1], "https://b/%41?x=1");
    ck_assert(!magnet_add_web_seed(m, "http://w/"));
    ck_assert(!magnet_add_web_seed(m, "udp://a:1"));
    ck_assert(magnet_add_web_seed(m, "http://v/"));
    ck_assert_uint_eq(m->n_web_seeds, 2);
    memset(long_url + 7, 'x', sizeof long_url - 8);
    ck_assert(!magnet_add_tracker(m, long_url));
    for (int i = 0; i < 2 * MAGNET_MAX_TRACKERS; i++) {
        snprintf(url, sizeof url, "http://t/%d", i);
        ck_assert_int_eq(magnet_add_tracker(m, url),
                         i < MAGNET_MAX_TRACKERS - 2);
    }
    ck_assert_uint_eq(m->n_trackers, MAGNET_MAX_TRACKERS);
    magnet_free(m);
}
END_TEST

Suite *magnet_suite(void)
{
    Suite *s = suite_create("magnet");
    TCase *tc = tcase_create("magnet");
    tcase_add_test(tc, hash_in_hex_in_base32_and_bare_is_the_same);
    tcase_add_test(tc, link_out_of_the_source_of_a_page_is_understood);
    tcase_add_test(tc, names_trackers_and_peers_are_decoded);
    tcase_add_test(tc, nul_and_too_long_values_are_left_out);
    tcase_add_test(tc, web_seeds_are_http_and_each_once);
    tcase_add_test(tc, lists_are_bounded);
    tcase_add_loop_test(tc, what_is_none_is_refused_with_words, 0,
                        sizeof wrong / sizeof wrong[0]);
    tcase_add_test(tc, too_long_a_link_is_refused);
    tcase_add_test(tc, ranges_end_where_one_is_none);
    tcase_add_test(tc, urls_that_cannot_be_ones_are_skipped);
    tcase_add_test(tc, add_takes_what_a_link_could_name);
    suite_add_tcase(s, tc);
    return s;
}
