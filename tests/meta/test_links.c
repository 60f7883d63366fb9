#include "config.h"

#include "meta/links.h"

#include "tests/meta/notation.h"
#include "tests/meta/suites.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

#define SMALL_INFO                                                             \
    "info: {length: 5, name: a, 'piece length': 16384, pieces: 'h'*20}"

START_TEST(trackers_by_tier)
{
    struct metainfo *m = notation_torrent(
        "{announce: 'http://ignored/', announce-list: ["
        " ['http://a/x', 'udp://b:80'], [], ['', 'ftp://c/', 'wss://d/'],"
        " ['  HTTPS://e/\\x0a', 'http://a/x'], 'http://flat/',"
        " ['http://sp ace/', 'http://nl\\x0ax/', 'http://', 'http:///x',"
        "  'http', 5, []]], " SMALL_INFO "}");
    static const struct metainfo_tracker want[] = {
        {(char *)(uintptr_t) "http://a/x", 0},
        {(char *)(uintptr_t) "udp://b:80", 0},
        {(char *)(uintptr_t) "HTTPS://e/", 1},
        {(char *)(uintptr_t) "http://flat/", 2},
    };
    ck_assert_uint_eq(m->n_trackers, N_OF(want));
    for (int i = 0; i < N_OF(want); i++) {
        ck_assert_str_eq(m->trackers[i].url, want[i].url);
        ck_assert_uint_eq(m->trackers[i].tier, want[i].tier);
    }
    metainfo_free(m);
}
END_TEST

START_TEST(announce_when_the_list_gives_nothing)
{
    static const char *const lists[] = {
        "[]", "[[]]", "[['']]", "[['ftp://x/'], []]", "5", "'text'", "{}",
    };
    char text[300];
    snprintf(text, sizeof(text),
             "{announce: ' udp://t:1/announce', announce-list: %s, " SMALL_INFO
             "}",
             lists[_i]);
    struct metainfo *m = notation_torrent(text);
    ck_assert_uint_eq(m->n_trackers, 1);
    ck_assert_str_eq(m->trackers[0].url, "udp://t:1/announce");
    metainfo_free(m);
}
END_TEST

START_TEST(trackers_and_web_seeds_are_limited)
{
    struct buf b;
    buf_init(&b, 1u << 20);
    ck_assert_int_eq(buf_printf(&b, "{announce-list: [["), OK);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(buf_printf(&b, "'http://t/%d',", i), OK);
    ck_assert_int_eq(buf_printf(&b, "]], url-list: ["), OK);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(buf_printf(&b, "'http://s/%d',", i), OK);
    ck_assert_int_eq(buf_printf(&b, "'http://'], " SMALL_INFO "}"), OK);
    char *text = (char *)buf_take(&b, NULL);
    struct metainfo *m = notation_torrent(text);
    ck_assert_uint_eq(m->n_trackers, 256);
    ck_assert_uint_eq(m->n_web_seeds, 128);
    metainfo_free(m);
    free(text);

    /* One of the greatest length, one just longer. */
    char longs[5000];
    snprintf(longs, sizeof(longs),
             "{announce-list: [['http://%02041d', 'http://%02042d']], %s}", 1,
             1, SMALL_INFO);
    m = notation_torrent(longs);
    ck_assert_uint_eq(m->n_trackers, 1);
    ck_assert_uint_eq(strlen(m->trackers[0].url), 2048);
    metainfo_free(m);
}
END_TEST

START_TEST(web_seeds_string_or_list)
{
    struct metainfo *m =
        notation_torrent("{url-list: 'http://s/f', " SMALL_INFO "}");
    ck_assert_uint_eq(m->n_web_seeds, 1);
    ck_assert_str_eq(m->web_seeds[0], "http://s/f");
    metainfo_free(m);
    m = notation_torrent(
        "{url-list: ['', 'http://s/f', 'udp://s/', 'https://s/g',"
        " 'http://s/f', 7, ' http://s/a b ', 'http://s/a\\x09b'], " SMALL_INFO
        "}");
    ck_assert_uint_eq(m->n_web_seeds, 3);
    ck_assert_str_eq(m->web_seeds[1], "https://s/g");
    ck_assert_str_eq(m->web_seeds[2], "http://s/a b");
    metainfo_free(m);
    m = notation_torrent("{httpseeds: ['http://h/x.php', 'http://h/x.php',"
                         " 'ftp://h/'], url-list: 'http://s/f', " SMALL_INFO
                         "}");
    ck_assert_uint_eq(m->n_http_seeds, 1);
    ck_assert_str_eq(m->http_seeds[0], "http://h/x.php");
    ck_assert_uint_eq(m->n_web_seeds, 1);
    metainfo_free(m);
    m = notation_torrent("{httpseeds: ['http://h/x.php', 'http://h/x.php',"
                         " 'ftp://h/'], url-list: 'http://s/f', " SMALL_INFO
                         "}");
    ck_assert_uint_eq(m->n_http_seeds, 1);
    ck_assert_str_eq(m->http_seeds[0], "http://h/x.php");
    ck_assert_uint_eq(m->n_web_seeds, 1);
    metainfo_free(m);
    m = notation_torrent("{url-list: '', " SMALL_INFO "}");
    ck_assert_uint_eq(m->n_web_seeds, 0);
    metainfo_free(m);
}
END_TEST

START_TEST(nodes_of_host_and_port)
{
    struct metainfo *m = notation_torrent(
        "{nodes: [['h.example', 6881], ['::1', 65535], ['', 1], [x, 0],"
        " [x, 65536], [x, -1], [x], [], x, [6881, x], ['a b', 1], [x, "
        "y]], " SMALL_INFO "}");
    ck_assert_uint_eq(m->n_nodes, 2);
    ck_assert_str_eq(m->nodes[0].host, "h.example");
    ck_assert_uint_eq(m->nodes[0].port, 6881);
    ck_assert_str_eq(m->nodes[1].host, "::1");
    ck_assert_uint_eq(m->nodes[1].port, 65535);
    metainfo_free(m);
}
END_TEST

Suite *links_suite(void)
{
    Suite *s = suite_create("links");
    TCase *tc = tcase_create("links");
    tcase_add_test(tc, trackers_by_tier);
    tcase_add_loop_test(tc, announce_when_the_list_gives_nothing, 0, 7);
    tcase_add_test(tc, trackers_and_web_seeds_are_limited);
    tcase_add_test(tc, web_seeds_string_or_list);
    tcase_add_test(tc, nodes_of_host_and_port);
    suite_add_tcase(s, tc);
    return s;
}
