#include "config.h"

#include "meta/webpath.h"

#include "tests/meta/notation.h"
#include "tests/meta/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SINGLE(name)                                                           \
    "{info: {length: 40000, name: " name                                       \
    ", 'piece length': 16384, pieces: 'h'*60}}"
#define MULTI(name, path)                                                      \
    "{info: {files: [{length: 40000, path: " path "}], name: " name            \
    ", 'piece length': 16384, pieces: 'h'*60}}"

struct url_case {
    const char *torrent;
    const char *base;
    const char *url;
};

static const struct url_case urls[] = {
    {SINGLE("'a b.iso'"), "http://h/x", "http://h/x"},
    {SINGLE("'a b.iso'"), "http://h/x/", "http://h/x/a%20b.iso"},
    {SINGLE("'a b.iso'"), "http://h", "http://h"},
    {SINGLE("a"), "http://h/\xc3\xa4 b?q=1", "http://h/%C3%A4%20b?q=1"},
    {SINGLE("a"), "http://h/%20x#part/", "http://h/%20x"},
    {SINGLE("a"), "http://h/a\r\nX: y", "http://h/a%0D%0AX:%20y"},
    {MULTI("top", "[d, 'f.txt']"), "http://h/x", "http://h/x/top/d/f.txt"},
    {MULTI("top", "[d, 'f.txt']"), "http://h/x/", "http://h/x/top/d/f.txt"},
    {MULTI("top", "[d, 'f.txt']"), "http://h", "http://h/top/d/f.txt"},
    {MULTI("'\\xc3\\xa4 1'", "['#?&%+;', '\\xff']"), "http://h/",
     "http://h/%C3%A4%201/%23%3F%26%25%2B%3B/%FF"},
    /* What was renamed or cut for the disk here has its own name there. */
    {MULTI("t", "['a\\x5cb', 'x\\xe2\\x80\\xaey']"), "http://h/",
     "http://h/t/a%5Cb/x%E2%80%AEy"},
    {MULTI("t", "['', '.', d, '', f]"), "http://h/", "http://h/t/d/f"},
    {MULTI("t", "['~-._']"), "http://h/", "http://h/t/~-._"},
};

START_TEST(url_has_the_torrents_own_names)
{
    struct metainfo *m = notation_torrent(urls[_i].torrent);
    char *url = webpath_url(m, urls[_i].base, 0);
    ck_assert_str_eq(url, urls[_i].url);
    free(url);
    metainfo_free(m);
}
END_TEST

START_TEST(utf8_names_are_used_where_there_are_two)
{
    struct metainfo *m = notation_torrent(
        "{info: {files: [{length: 5, path: ['x'], 'path.utf-8': ['\\xc3\\xa4']}"
        ", {length: 5, path: ['same']}, {length: 5, path: ['same']}],"
        " name: o, 'name.utf-8': n, 'piece length': 16384, pieces: 'h'*20}}");
    char *url = webpath_url(m, "http://h/", 0);
    ck_assert_str_eq(url, "http://h/n/%C3%A4");
    free(url);
    /* Renamed here: there it has the name of the other. */
    url = webpath_url(m, "http://h/", 2);
    ck_assert_str_eq(m->files[2].path, "same.1");
    ck_assert_str_eq(url, "http://h/n/same");
    free(url);
    metainfo_free(m);
}
END_TEST

START_TEST(too_long_a_url_is_none)
{
    char torrent[9000];
    int n = snprintf(torrent, sizeof torrent,
                     "{info: {length: 5, name: '%0*d', 'piece length': 16384,"
                     " pieces: 'h'*20}}",
                     WEBPATH_MAX_URL - 9, 7);
    ck_assert_int_lt(n, (int)sizeof torrent);
    struct metainfo *m = notation_torrent(torrent);
    char *url = webpath_url(m, "http://h/", 0);
    ck_assert_uint_eq(strlen(url), WEBPATH_MAX_URL);
    free(url);
    ck_assert_ptr_null(webpath_url(m, "http://hh/", 0));
    metainfo_free(m);
}
END_TEST

START_TEST(piece_is_asked_for_in_the_query)
{
    struct metainfo *m = notation_torrent(SINGLE("a"));
    memcpy(m->info_hash, "abc\x00\xff~-._/0123456789", sizeof m->info_hash);
    char *url = webpath_piece_url(m, "http://h/seed.php", 7, 0, 16384);
    ck_assert_str_eq(url, "http://h/seed.php?info_hash=abc%00%FF~-._"
                          "%2F0123456789&piece=7&ranges=0-16383");
    free(url);
    url = webpath_piece_url(m, "http://h/seed.php?key=1", 0, 16384, 1);
    ck_assert_str_eq(url, "http://h/seed.php?key=1&info_hash=abc%00%FF~-._"
                          "%2F0123456789&piece=0&ranges=16384-16384");
    free(url);
    metainfo_free(m);
}
END_TEST

Suite *webpath_suite(void)
{
    Suite *s = suite_create("webpath");
    TCase *tc = tcase_create("webpath");
    tcase_add_loop_test(tc, url_has_the_torrents_own_names, 0,
                        sizeof urls / sizeof *urls);
    tcase_add_test(tc, utf8_names_are_used_where_there_are_two);
    tcase_add_test(tc, too_long_a_url_is_none);
    tcase_add_test(tc, piece_is_asked_for_in_the_query);
    suite_add_tcase(s, tc);
    return s;
}
