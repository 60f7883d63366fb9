#include "config.h"

#include "engine/exactsource.h"

#include "tests/engine/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http.h"
#include "net/loop.h"
#include "tests/engine/outside.h"
#include "tests/fake/web.h"
#include "tests/net/turns.h"
#include "tests/sim/content.h"
#include "util/text.h"
#include "util/xalloc.h"

/* A web server that has the magnet's .torrent at /good, and other things elsewhere. */

enum { MAX_PAGES = 8 };

static struct outside outside;
static struct content *content, *other;
static char *replies[2]; /* owned */
static struct web_page pages[MAX_PAGES];
static struct web *web;
static struct magnet *magnet;
static struct exactsource *source;

/* What it told. */
static int n_found, n_failed;
static uint8_t *found; /* owned */
static size_t found_len;
static enum err failed;
static char words[EVENT_TEXT_LEN];

static void on_found(void *ctx, const struct metainfo *meta)
{
    (void)ctx;
    n_found++;
    found = xmemdup(meta->info.p, meta->info.len);
    found_len = meta->info.len;
}

static void on_failed(void *ctx, enum err err, const char *why)
{
    (void)ctx;
    n_failed++;
    failed = err;
    snprintf(words, sizeof words, "%s", why);
}

static struct web_page torrent_page(const char *path, const struct content *c,
                                    char **reply)
{
    *reply = xzalloc(512 + c->meta->raw_len);
    int n =
        snprintf(*reply, 512, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                 c->meta->raw_len);
    memcpy(*reply + n, c->meta->raw, c->meta->raw_len);
    return (struct web_page){.path = path,
                             .bytes = *reply,
                             .len = (size_t)n + c->meta->raw_len};
}

static struct web_page text_page(const char *path, const char *reply)
{
    return (
        struct web_page){.path = path, .bytes = reply, .len = strlen(reply)};
}

static void set_up(void)
{
    outside_init(&outside);
    n_found = n_failed = 0;
    found = NULL;
    content = content_new(1 << 20, 16384);
    other = content_new(1 << 19, 16384);
    pages[0] = torrent_page("/good", content, &replies[0]);
    pages[1] = torrent_page("/other", other, &replies[1]);
    pages[2] =
        text_page("/html", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n"
                           "<!DOCTYPE html><html");
    pages[3] = text_page("/gone", "HTTP/1.1 404 Gone\r\n"
                                  "Content-Length: 0\r\n\r\n");
    pages[4] = text_page("/busy", "HTTP/1.1 503 Busy\r\n"
                                  "Content-Length: 0\r\n\r\n");
    pages[5] = text_page("/endless", "HTTP/1.1 200 OK\r\n\r\n");
    pages[5].after = WEB_REPEAT;
    pages[5].again =
        "d8:announce9999:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    pages[6] = text_page("/silent", "");
    pages[6].after = WEB_HANG;
    web = web_new(outside.env.loop, pages);
}

static void tear_down(void)
{
    exactsource_free(source);
    source = NULL;
    ck_assert_uint_eq(http_n_active(outside.env.http), 0);
    magnet_free(magnet);
    web_free(web);
    outside_fini(&outside);
    content_free(content);
    content_free(other);
    free(replies[0]);
    free(replies[1]);
    free(found);
}

/* At rest, with the pages of these paths as its URLs; they are separated by blanks. */
static void make(const char *paths)
{
    char hex[41];
    text_hex(hex, content->meta->info_hash, METAINFO_HASH_LEN);
    char *link = xasprintf("magnet:?xt=urn:btih:%s", hex);
    for (size_t n; *paths != '\0'; paths += n + (paths[n] == ' ')) {
        n = strcspn(paths, " ");
        char *more = xasprintf("%s&xs=http://127.0.0.1:%u%.*s", link,
                               (unsigned)web_port(web), (int)n, paths);
        free(link);
        link = more;
    }
    ck_assert_int_eq(magnet_parse(link, &magnet, NULL), OK);
    free(link);
    const struct exactsource_host host = {.on_found = on_found,
                                          .on_failed = on_failed};
    source = exactsource_new(&outside.env, magnet, &host);
}

static void expect_found(void)
{
    turns_until_count(outside.env.loop, &n_found, 1);
    ck_assert_uint_eq(found_len, content->meta->info.len);
    ck_assert_mem_eq(found, content->meta->info.p, found_len);
    ck_assert(!exactsource_is_at_work(source));
}

START_TEST(start_brings_the_dictionary_and_says_from_where)
{
    char from[64];
    struct cause how;
    make("/good");
    exactsource_words(source, &how);
    ck_assert_str_eq(how.text, "");
    exactsource_start(source);
    ck_assert(exactsource_is_at_work(source));
    outside_skip(&outside, 0);
    snprintf(from, sizeof from, "http://127.0.0.1:%u/...",
             (unsigned)web_port(web));
    exactsource_words(source, &how);
    ck_assert_ptr_nonnull(strstr(how.text, "fetching its .torrent from http"));
    ck_assert_ptr_null(exactsource_from(source));
    expect_found();
    ck_assert_str_eq(exactsource_from(source), from);
    exactsource_start(source);
    ck_assert(!exactsource_is_at_work(source));
}
END_TEST

static const struct {
    const char *path;
    enum err err;
    const char *words;
} wrongs[] = {
    {"/other", ERR_HASH, "it is of another torrent"},
    {"/html", ERR_SYNTAX, "not a torrent"},
    {"/gone", ERR_REFUSED, "HTTP 404, not found"},
    {"/endless", ERR_TOO_BIG, "16"},
    {"/good?reboot=1", ERR_INVALID, "private address with a query"},
};
enum { N_WRONGS = sizeof wrongs / sizeof wrongs[0] };

/* What will not do is told, not asked again, and the next is asked. */
START_TEST(wrong_ones_are_told_and_given_up)
{
    struct cause how;
    make(wrongs[_i].path);
    exactsource_start(source);
    turns_until_count(outside.env.loop, &n_failed, 1);
    ck_assert_int_eq(failed, wrongs[_i].err);
    ck_assert_msg(strstr(words, wrongs[_i].words) != NULL, "%s", words);
    exactsource_words(source, &how);
    ck_assert_ptr_nonnull(strstr(how.text, words));
    ck_assert(!exactsource_is_at_work(source));
    exactsource_stop(source);
    exactsource_start(source);
    ck_assert(!exactsource_is_at_work(source));
    ck_assert_int_eq(n_found, 0);
}
END_TEST

START_TEST(next_one_is_asked_after_a_wrong_one)
{
    char *paths = xasprintf("%s /good", wrongs[_i].path);
    make(paths);
    free(paths);
    exactsource_start(source);
    expect_found();
    ck_assert_int_eq(n_failed, 1);
}
END_TEST

START_TEST(what_may_pass_is_asked_again_ever_later)
{
    make("/busy");
    exactsource_start(source);
    turns_until_count(outside.env.loop, &n_failed, 1);
    ck_assert_int_eq(web_n_requests(web), 1);
    ck_assert(exactsource_is_at_work(source));
    outside_skip(&outside, EXACTSOURCE_RETRY_MS - 1000);
    turns_quiet(outside.env.loop);
    ck_assert_int_eq(web_n_requests(web), 1);
    pages[4] = pages[0];
    pages[4].path = "/busy";
    outside_skip(&outside, 2000);
    expect_found();
    ck_assert_int_eq(n_failed, 1);
}
END_TEST

START_TEST(only_the_first_few_are_asked)
{
    make("/gone /gone?1 /gone?2 /gone?3 /good");
    ck_assert_uint_gt(magnet->n_sources, EXACTSOURCE_MAX_URLS);
    exactsource_start(source);
    turns_until_count(outside.env.loop, &n_failed, EXACTSOURCE_MAX_URLS);
    turns_quiet(outside.env.loop);
    ck_assert_int_eq(n_found, 0);
    ck_assert(!exactsource_is_at_work(source));
}
END_TEST

START_TEST(stop_ends_what_is_under_way_and_start_begins_it_again)
{
    make("/silent");
    exactsource_start(source);
    outside_skip(&outside, 0);
    ck_assert_uint_eq(http_n_active(outside.env.http), 1);
    exactsource_stop(source);
    ck_assert_uint_eq(http_n_active(outside.env.http), 0);
    ck_assert(!exactsource_is_at_work(source));
    pages[6] = pages[0];
    pages[6].path = "/silent";
    exactsource_start(source);
    expect_found();
}
END_TEST

START_TEST(start_without_urls_or_http_does_nothing)
{
    struct http *http = outside.env.http;
    make(_i == 0 ? "" : "/good");
    outside.env.http = _i == 0 ? http : NULL;
    exactsource_start(source);
    ck_assert(!exactsource_is_at_work(source));
    outside.env.http = http;
}
END_TEST

Suite *exactsource_suite(void)
{
    Suite *s = suite_create("exactsource");
    TCase *t = tcase_create("exactsource");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, start_brings_the_dictionary_and_says_from_where);
    tcase_add_loop_test(t, wrong_ones_are_told_and_given_up, 0, N_WRONGS);
    tcase_add_loop_test(t, next_one_is_asked_after_a_wrong_one, 0, N_WRONGS);
    tcase_add_test(t, what_may_pass_is_asked_again_ever_later);
    tcase_add_test(t, only_the_first_few_are_asked);
    tcase_add_test(t, stop_ends_what_is_under_way_and_start_begins_it_again);
    tcase_add_loop_test(t, start_without_urls_or_http_does_nothing, 0, 2);
    suite_add_tcase(s, t);
    return s;
}
