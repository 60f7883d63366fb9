#include "config.h"

#include "engine/webfetch.h"

#include "tests/engine/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/limits.h"
#include "engine/redirects.h"
#include "net/http.h"
#include "net/loop.h"
#include "tests/engine/outside.h"
#include "tests/fake/web.h"
#include "tests/net/turns.h"
#include "tests/sim/content.h"
#include "util/xalloc.h"

/* Three files of which the second is padding, in pieces of four blocks. */
enum { PIECE = 65536, A = 70000, PAD = 2 * PIECE - A, C = 100000 };

static struct outside outside;
static struct content *content;
static struct web *web;
static struct web_page pages[4];
static struct bucket down;
static struct redirects redirects;
static struct webfetch *fetch;
static char *url;

/* What it told. */
static uint8_t *bytes;
static size_t len;
static uint32_t n_blocks;
static struct block_ref at;
static uint32_t stop_after; /* blocks; 0: never */
static uint32_t trim_to;    /* likewise, after the first one */
static size_t n_vain;
static bool is_over;
static enum err err;
static char words[200];

static bool never_busy(void *ctx)
{
    (void)ctx;
    return false;
}

static bool on_block(void *ctx, struct webfetch *f, struct block_ref b,
                     const uint8_t *p)
{
    const struct geometry *geo = &content->meta->geo;
    ck_assert_ptr_eq(ctx, &outside);
    ck_assert_ptr_eq(f, fetch);
    ck_assert(!is_over);
    if (n_blocks++ == 0)
        at = b;
    memcpy(bytes + len, p, geometry_block_len(geo, b));
    len += geometry_block_len(geo, b);
    if (n_blocks == 1 && trim_to > 0)
        webfetch_trim(f, trim_to);
    return n_blocks != stop_after;
}

static void on_vain(void *ctx, size_t n)
{
    (void)ctx;
    n_vain += n;
}

static void on_end(void *ctx, struct webfetch *f, const struct webfetch_end *e)
{
    (void)ctx;
    ck_assert(!is_over);
    is_over = true;
    err = e->err;
    snprintf(words, sizeof words, "%s", e->words);
    webfetch_free(f);
    fetch = NULL;
}

static void set_up(void)
{
    const uint64_t sizes[] = {A, PAD, C};
    outside_init(&outside);
    limits_init(&outside.limits, 0, 0, 0, loop_now_ms(outside.env.loop));
    outside.env.pool = pool_new(POOL_DEFAULT_BYTES);
    outside.env.disk_is_busy = never_busy;
    content = content_new_files(sizes, 3, PIECE);
    memset(content->bytes + A, 0, PAD);
    content->meta->files[1].is_pad = true;
    pages[0] = (struct web_page){.path = "/content/a",
                                 .bytes = content->bytes,
                                 .len = A,
                                 .fault = WEB_RANGES};
    pages[1] = (struct web_page){.path = "/content/c",
                                 .bytes = content->bytes + A + PAD,
                                 .len = C,
                                 .fault = WEB_RANGES};
    pages[2] = (struct web_page){.path = NULL};
    web = web_new(outside.env.loop, pages);
    url = xasprintf("http://127.0.0.1:%u", (unsigned)web_port(web));
    bucket_init(&down, BUCKET_UNLIMITED, loop_now_ms(outside.env.loop));
    bytes = xzalloc(A + PAD + C);
    len = n_vain = 0;
    n_blocks = stop_after = trim_to = 0;
    is_over = false;
    err = OK;
    words[0] = '\0';
}

static void tear_down(void)
{
    webfetch_free(fetch);
    fetch = NULL;
    redirects_fini(&redirects);
    redirects = (struct redirects){.n_files = 0};
    ck_assert_uint_eq(http_n_active(outside.env.http), 0);
    web_free(web);
    pool_free(outside.env.pool);
    outside_fini(&outside);
    content_free(content);
    free(bytes);
    free(url);
}

static void begin(struct webrun run)
{
    struct webfetch_config config = {.meta = content->meta,
                                     .url = url,
                                     .redirects = &redirects,
                                     .down = &down,
                                     .run = run};
    struct webfetch_owner owner = {.on_block = on_block,
                                   .on_vain = on_vain,
                                   .on_end = on_end,
                                   .ctx = &outside};
    fetch = webfetch_new(&outside.env, &config, &owner);
}

static void has_from(uint32_t piece_idx, uint32_t begin_at, size_t n)
{
    ck_assert_uint_eq(len, n);
    ck_assert_mem_eq(bytes,
                     content->bytes + (size_t)piece_idx * PIECE + begin_at, n);
}

/* 16 blocks: 65536 * 3 bytes, and three blocks and a bit of the last piece. */
START_TEST(run_over_files_and_padding_comes_in_blocks)
{
    begin((struct webrun){{0, 0}, 15});
    turns_until(outside.env.loop, &is_over);
    ck_assert_int_eq(err, OK);
    ck_assert_uint_eq(n_blocks, 15);
    has_from(0, 0, A + PAD + C);
    ck_assert_int_eq(web_n_requests(web), 2);
    ck_assert_int_eq(web_n_connections(web), 1);
}
END_TEST

START_TEST(run_inside_padding_asks_nobody)
{
    begin((struct webrun){{1, 1}, 3});
    ck_assert(!is_over);
    turns_until(outside.env.loop, &is_over);
    ck_assert_int_eq(err, OK);
    has_from(1, 16384, 3 * 16384);
    ck_assert_int_eq(web_n_requests(web), 0);
}
END_TEST

/* Its second block begins in one file, and ends in the padding. */
START_TEST(block_is_put_together_of_two_parts)
{
    begin((struct webrun){{1, 0}, 1});
    turns_until(outside.env.loop, &is_over);
    has_from(1, 0, 16384);
    ck_assert_ptr_nonnull(
        strstr(web_last_request(web), "Range: bytes=65536-69999\r\n"));
}
END_TEST

/* The third file is at /store, and where it was is a redirect to that. */
static void move_file(void)
{
    static const char reply[] = "HTTP/1.1 302 Found\r\nLocation: /store?1\r\n"
                                "Content-Length: 0\r\n\r\n";
    pages[2] = pages[1];
    pages[2].path = "/store";
    pages[1] = (struct web_page){.path = "/content/c",
                                 .bytes = reply,
                                 .len = sizeof reply - 1,
                                 .after = WEB_KEEP};
}

static void move_back(const char *reply)
{
    pages[1] = pages[2];
    pages[1].path = "/content/c";
    pages[2] = (struct web_page){.path = "/store",
                                 .bytes = reply,
                                 .len = strlen(reply),
                                 .after = WEB_KEEP};
}

/* One block of it, by so many requests. */
static void fetch_block(uint32_t block_idx, int n_requests)
{
    int before = web_n_requests(web);
    len = n_blocks = 0;
    is_over = false;
    begin((struct webrun){{2, block_idx}, 1});
    turns_until(outside.env.loop, &is_over);
    ck_assert_int_eq(err, OK);
    has_from(2, block_idx * 16384, 16384);
    ck_assert_int_eq(web_n_requests(web) - before, n_requests);
}

START_TEST(redirect_is_met_once)
{
    move_file();
    fetch_block(0, 2);
    fetch_block(1, 1);
    ck_assert_ptr_nonnull(strstr(web_last_request(web), "GET /store?1 "));
    outside_skip(&outside, REDIRECTS_KEEP_MS);
    fetch_block(2, 2);
}
END_TEST

/* Where it led is wrong by now: the server itself is asked, and nobody is told. */
START_TEST(redirect_that_leads_to_an_error_is_left)
{
    static const char *const replies[] = {
        "HTTP/1.1 404 Not\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /store?1\r\nContent-Length: 0\r\n"
        "\r\n",
        "HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\nContent-Length: "
        "0\r\n\r\n"};
    move_file();
    fetch_block(0, 2);
    move_back(replies[_i]);
    fetch_block(1, _i == 1 ? 1 + HTTP_MAX_REDIRECTS + 1 : 2);
    fetch_block(2, 1);
}
END_TEST

START_TEST(redirect_that_stalls_is_left)
{
    move_file();
    fetch_block(0, 2);
    move_back("HTTP/1.1 206 Some\r\nContent-Length: 16384\r\n\r\n");
    pages[2].after = WEB_HANG;
    len = n_blocks = 0;
    is_over = false;
    begin((struct webrun){{2, 1}, 1});
    turns_quiet(outside.env.loop);
    ck_assert(webfetch_leave_detour(fetch));
    ck_assert(!webfetch_leave_detour(fetch));
    turns_until(outside.env.loop, &is_over);
    ck_assert_int_eq(err, OK);
    has_from(2, 16384, 16384);
}
END_TEST

/* Who says when to come again is not asked by another way before. */
START_TEST(redirect_to_who_is_busy_is_an_error)
{
    move_file();
    fetch_block(0, 2);
    move_back("HTTP/1.1 503 Busy\r\nRetry-After: 9\r\nContent-Length: 0\r\n"
              "\r\n");
    len = n_blocks = 0;
    is_over = false;
    begin((struct webrun){{2, 1}, 1});
    turns_until(outside.env.loop, &is_over);
    ck_assert_int_eq(err, ERR_REFUSED);
    fetch_block(1, 1);
}
END_TEST

START_TEST(less_than_asked_for_is_asked_again)
{
    pages[0].fault = WEB_LESS;
    begin((struct webrun){{0, 0}, 4});
    turns_until(outside.env.loop, &is_over);
    ck_assert_int_eq(err, OK);
    has_from(0, 0, PIECE);
    ck_assert_int_gt(web_n_requests(web), 3);
}
END_TEST

START_TEST(end_is_told_with_the_words_of_the_error)
{
    pages[0].fault = WEB_EARLY;
    begin((struct webrun){{0, 0}, 4});
    turns_until(outside.env.loop, &is_over);
    ck_assert_int_eq(err, ERR_TRUNCATED);
    ck_assert_str_eq(words, "the reply ends too early");
    ck_assert_uint_eq(n_blocks, 2);
}
END_TEST

START_TEST(owner_that_has_enough_ends_it)
{
    stop_after = 2;
    begin((struct webrun){{2, 0}, 6});
    turns_until(outside.env.loop, &is_over);
    ck_assert_int_eq(err, OK);
    has_from(2, 0, 2 * 16384);
}
END_TEST

START_TEST(trimmed_run_ends_where_it_is_to)
{
    pages[1].fault = WEB_STALL;
    begin((struct webrun){{2, 0}, 6});
    trim_to = 2;
    turns_until(outside.env.loop, &is_over);
    ck_assert_int_eq(err, OK);
    has_from(2, 0, 2 * 16384);
}
END_TEST

START_TEST(whole_file_is_skipped_through_and_noticed)
{
    struct webfetch_config config = {.meta = content->meta,
                                     .url = url,
                                     .redirects = &redirects,
                                     .down = &down,
                                     .max_skip = 40000,
                                     .run = {{2, 2}, 1}};
    struct webfetch_owner owner = {.on_block = on_block,
                                   .on_vain = on_vain,
                                   .on_end = on_end,
                                   .ctx = &outside};
    pages[1].fault = WEB_WHOLE;
    fetch = webfetch_new(&outside.env, &config, &owner);
    turns_until(outside.env.loop, &is_over);
    ck_assert_int_eq(err, OK);
    has_from(2, 2 * 16384, 16384);
    ck_assert_uint_ge(n_vain, 2 * 16384);
}
END_TEST

/* What is in vain counts for the limit, too. */
START_TEST(limit_is_kept_and_waited_for)
{
    bucket_set_limit(&down, 20000, loop_now_ms(outside.env.loop));
    begin((struct webrun){{0, 0}, 4});
    turns_quiet(outside.env.loop);
    turns_quiet(outside.env.loop);
    ck_assert(!is_over);
    ck_assert_uint_lt(webfetch_got_bytes(fetch), PIECE);
    /* Waiting for us is no silence of the server. */
    outside_skip(&outside, 300);
    ck_assert_int_ge(webfetch_last_ms(fetch), webfetch_began_ms(fetch));
    for (int i = 0; i < 200 && !is_over; i++) {
        outside_skip(&outside, 100);
        turns_quiet(outside.env.loop);
    }
    has_from(0, 0, PIECE);
}
END_TEST

START_TEST(freed_fetch_tells_nothing)
{
    begin((struct webrun){{0, 0}, 4});
    turns_quiet(outside.env.loop);
    webfetch_free(fetch);
    fetch = NULL;
    turns_quiet(outside.env.loop);
    ck_assert(!is_over || err == OK);
}
END_TEST

Suite *webfetch_suite(void)
{
    Suite *s = suite_create("webfetch");
    TCase *tc = tcase_create("webfetch");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, run_over_files_and_padding_comes_in_blocks);
    tcase_add_test(tc, run_inside_padding_asks_nobody);
    tcase_add_test(tc, block_is_put_together_of_two_parts);
    tcase_add_test(tc, less_than_asked_for_is_asked_again);
    tcase_add_test(tc, end_is_told_with_the_words_of_the_error);
    tcase_add_test(tc, redirect_is_met_once);
    tcase_add_loop_test(tc, redirect_that_leads_to_an_error_is_left, 0, 3);
    tcase_add_test(tc, redirect_that_stalls_is_left);
    tcase_add_test(tc, redirect_to_who_is_busy_is_an_error);
    tcase_add_test(tc, owner_that_has_enough_ends_it);
    tcase_add_test(tc, trimmed_run_ends_where_it_is_to);
    tcase_add_test(tc, whole_file_is_skipped_through_and_noticed);
    tcase_add_test(tc, limit_is_kept_and_waited_for);
    tcase_add_test(tc, freed_fetch_tells_nothing);
    suite_add_tcase(s, tc);
    return s;
}
