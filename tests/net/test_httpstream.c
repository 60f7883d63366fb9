#include "config.h"

#include "net/httpstream.h"

#include "tests/net/suites.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "net/http.h"
#include "tests/fake/web.h"
#include "tests/net/turns.h"

enum { FILE_LEN = 300000 };

static char file_bytes[FILE_LEN];

#define FILE_PAGE(p, f)                                                        \
    {                                                                          \
        .path = (p), .bytes = file_bytes, .len = FILE_LEN, .fault = (f)        \
    }

#define TEXT_PAGE(p, text)                                                     \
    {                                                                          \
        .path = (p), .bytes = (text), .len = sizeof(text) - 1,                 \
        .after = WEB_KEEP                                                      \
    }

static const struct web_page pages[] = {
    FILE_PAGE("/good", WEB_RANGES),
    FILE_PAGE("/whole", WEB_WHOLE),
    FILE_PAGE("/less", WEB_LESS),
    FILE_PAGE("/unsaid", WEB_UNSAID),
    FILE_PAGE("/other", WEB_OTHER),
    FILE_PAGE("/size", WEB_SIZE),
    FILE_PAGE("/early", WEB_EARLY),
    FILE_PAGE("/stall", WEB_STALL),
    FILE_PAGE("/flood", WEB_FLOOD),
    TEXT_PAGE("/moved",
              "HTTP/1.1 302 Found\r\nLocation: /good\r\n"
              "Content-Range: bytes 0-1/2\r\nContent-Length: 5\r\n\r\nhello"),
    TEXT_PAGE("/busy", "HTTP/1.1 503 Busy\r\nRetry-After: 77\r\n"
                       "Content-Length: 2\r\n\r\n90"),
    {.path = NULL},
};

struct flow {
    struct http *http;
    struct http_get *get;
    uint8_t bytes[FILE_LEN];
    size_t len;
    size_t n_vain;
    size_t enough_at; /* 0: never */
    size_t pause_at;  /* 0: never; once */
    bool is_paused;
    bool done;
    enum err err;
    int status;
    uint64_t n_streamed;
    int64_t retry_after_s;
    char words[200];
    char body[100];
};

struct stage {
    struct loop *loop;
    struct http *http;
    struct web *web;
    struct flow *f;
};

static void open_stage(struct stage *st)
{
    const struct http_config config = {.user_agent = "tests/1"};
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < FILE_LEN; i++)
        file_bytes[i] = (char)(i * 7 + i / 251);
    st->loop = turns_loop();
    ck_assert_int_eq(http_new(st->loop, &config, &st->http), OK);
    st->web = web_new(st->loop, pages);
    st->f = xzalloc(sizeof *st->f);
    st->f->http = st->http;
}

static void close_stage(struct stage *st)
{
    http_free(st->http);
    web_free(st->web);
    loop_free(st->loop);
    free(st->f);
}

static enum http_take on_data(void *ctx, const uint8_t *bytes, size_t len,
                              size_t n_vain)
{
    struct flow *f = ctx;
    if (f->pause_at > 0 && f->len >= f->pause_at) {
        f->pause_at = 0;
        f->is_paused = true;
        return HTTP_PAUSE;
    }
    ck_assert(!f->is_paused);
    ck_assert_uint_le(len, FILE_LEN - f->len);
    memcpy(f->bytes + f->len, bytes, len);
    f->len += len;
    f->n_vain += n_vain;
    return f->enough_at > 0 && f->len >= f->enough_at ? HTTP_ENOUGH
                                                      : HTTP_TAKEN;
}

static void on_done(void *ctx, const struct http_reply *r)
{
    struct flow *f = ctx;
    ck_assert(!f->done);
    f->done = true;
    f->err = r->err;
    f->status = r->status;
    f->n_streamed = r->n_streamed;
    f->retry_after_s = r->retry_after_s;
    (void)snprintf(f->words, sizeof f->words, "%s", r->words);
    (void)snprintf(f->body, sizeof f->body, "%.*s", (int)r->body.len,
                   r->body.len > 0 ? (const char *)r->body.p : "");
}

static void start(struct stage *st, const char *path,
                  struct httprange_want want)
{
    char url[100];
    struct flow *f = st->f;
    const struct http_stream stream = {.want = want, .on_data = on_data};
    const struct http_request request = {.url = url, .stream = &stream};
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u%s",
                   (unsigned)web_port(st->web), path);
    f->done = false;
    f->len = 0;
    f->n_vain = 0;
    f->get = http_get(st->http, &request, on_done, f);
}

static void stream(struct stage *st, const char *path,
                   struct httprange_want want)
{
    start(st, path, want);
    turns_until(st->loop, &st->f->done);
}

static void has_bytes(const struct flow *f, size_t from, size_t len)
{
    ck_assert_uint_eq(f->n_streamed, len);
    ck_assert_uint_eq(f->len, len);
    ck_assert_mem_eq(f->bytes, file_bytes + from, len);
}

START_TEST(ranges_come_over_one_connection)
{
    struct stage st;
    open_stage(&st);
    for (int i = 0; i < 3; i++) {
        size_t from = (size_t)i * 100000 + 5;
        stream(&st, "/good",
               (struct httprange_want){.from = from,
                                       .len = 90000,
                                       .size = FILE_LEN});
        ck_assert_int_eq(st.f->err, OK);
        ck_assert_int_eq(st.f->status, 206);
        has_bytes(st.f, from, 90000);
    }
    const char *sent = web_last_request(st.web);
    ck_assert_ptr_nonnull(strstr(sent, "Range: bytes=200005-290004\r\n"));
    ck_assert_ptr_nonnull(strstr(sent, "Accept-Encoding: identity\r\n"));
    ck_assert_int_eq(web_n_connections(st.web), 1);
    close_stage(&st);
}
END_TEST

START_TEST(redirect_is_followed_and_its_own_headers_do_not_count)
{
    struct stage st;
    open_stage(&st);
    stream(&st, "/moved",
           (struct httprange_want){.from = 7, .len = 100, .size = FILE_LEN});
    ck_assert_int_eq(st.f->err, OK);
    has_bytes(st.f, 7, 100);
    close_stage(&st);
}
END_TEST

/* It sends all: what comes before is thrown away, what comes behind is not awaited. */
START_TEST(server_that_ignores_ranges_is_skipped_through)
{
    struct stage st;
    open_stage(&st);
    stream(&st, "/whole",
           (struct httprange_want){.from = 100000,
                                   .len = 50000,
                                   .size = FILE_LEN,
                                   .max_skip = 100000});
    ck_assert_int_eq(st.f->err, OK);
    ck_assert_int_eq(st.f->status, 200);
    has_bytes(st.f, 100000, 50000);
    ck_assert_uint_ge(st.f->n_vain, 100000);
    stream(&st, "/whole",
           (struct httprange_want){.from = 100001,
                                   .len = 50000,
                                   .size = FILE_LEN,
                                   .max_skip = 100000});
    ck_assert_int_eq(st.f->err, ERR_UNSUPPORTED);
    ck_assert_str_eq(st.f->words, "ignores ranges: it sends files only whole");
    ck_assert_uint_eq(st.f->len, 0);
    close_stage(&st);
}
END_TEST

START_TEST(range_in_the_url_is_the_whole_reply)
{
    struct stage st;
    open_stage(&st);
    stream(&st, "/whole?ranges=0-299999",
           (struct httprange_want){.len = FILE_LEN, .is_in_url = true});
    ck_assert_int_eq(st.f->err, OK);
    has_bytes(st.f, 0, FILE_LEN);
    ck_assert_ptr_null(strstr(web_last_request(st.web), "Range:"));
    close_stage(&st);
}
END_TEST

struct fault_case {
    const char *path;
    enum err err;
    const char *words;
    size_t n_streamed;
};

static const struct fault_case faults[] = {
    {"/less", OK, "", 50000},
    {"/unsaid", ERR_INVALID, "does not say which bytes it sends", 0},
    {"/other", ERR_INVALID, "sends other bytes than were asked for", 0},
    {"/size", ERR_INVALID, "its file has 300007 bytes, not 300000", 0},
    {"/early", ERR_TRUNCATED, "the reply ends too early", 50000},
    {"/flood", OK, "", 100000},
    {"/busy", ERR_REFUSED, "HTTP 503, not available now", 0},
};

START_TEST(faulty_reply_has_its_code_and_words)
{
    const struct fault_case *c = &faults[_i];
    struct stage st;
    open_stage(&st);
    stream(&st, c->path,
           (struct httprange_want){.from = 1000,
                                   .len = 100000,
                                   .size = FILE_LEN});
    ck_assert_int_eq(st.f->err, c->err);
    ck_assert_str_eq(st.f->words, c->words);
    has_bytes(st.f, 1000, c->n_streamed);
    close_stage(&st);
}
END_TEST

START_TEST(busy_server_says_when_to_come_again)
{
    struct stage st;
    open_stage(&st);
    stream(&st, "/busy", (struct httprange_want){.len = 100});
    ck_assert_int_eq(st.f->retry_after_s, 77);
    ck_assert_str_eq(st.f->body, "90");
    ck_assert_uint_eq(st.f->len, 0);
    close_stage(&st);
}
END_TEST

START_TEST(stream_pauses_and_goes_on)
{
    struct stage st;
    open_stage(&st);
    st.f->pause_at = 40000;
    start(&st, "/good",
          (struct httprange_want){.len = FILE_LEN, .size = FILE_LEN});
    turns_until(st.loop, &st.f->is_paused);
    turns_quiet(st.loop);
    ck_assert(!st.f->done);
    size_t had = st.f->len;
    ck_assert_uint_ge(had, 40000);
    st.f->is_paused = false;
    http_resume(st.http, st.f->get);
    turns_until(st.loop, &st.f->done);
    ck_assert_int_eq(st.f->err, OK);
    has_bytes(st.f, 0, FILE_LEN);
    close_stage(&st);
}
END_TEST

/* Also while paused, and when what was kept back is enough. */
START_TEST(enough_ends_a_stream_without_error)
{
    struct stage st;
    open_stage(&st);
    st.f->enough_at = 30000;
    st.f->pause_at = _i == 0 ? 0 : 15000;
    start(&st, "/good",
          (struct httprange_want){.len = FILE_LEN, .size = FILE_LEN});
    if (_i > 0) {
        turns_until(st.loop, &st.f->is_paused);
        st.f->is_paused = false;
        http_resume(st.http, st.f->get);
    }
    turns_until(st.loop, &st.f->done);
    ck_assert_int_eq(st.f->err, OK);
    ck_assert_uint_ge(st.f->len, 30000);
    ck_assert_uint_lt(st.f->len, FILE_LEN);
    ck_assert_uint_eq(http_n_active(st.http), 0);
    close_stage(&st);
}
END_TEST

START_TEST(stream_is_cancelled_while_paused)
{
    struct stage st;
    open_stage(&st);
    st.f->pause_at = 1;
    start(&st, "/good",
          (struct httprange_want){.len = FILE_LEN, .size = FILE_LEN});
    turns_until(st.loop, &st.f->is_paused);
    http_cancel(st.http, st.f->get);
    turns_quiet(st.loop);
    ck_assert(!st.f->done);
    ck_assert_uint_eq(http_n_active(st.http), 0);
    close_stage(&st);
}
END_TEST

START_TEST(streams_leave_connections_for_others)
{
    struct stage st;
    char url[100];
    open_stage(&st);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/x",
                   (unsigned)web_port(st.web));
    for (int i = 0; i < HTTP_MAX_STREAMS_PER_HOST; i++) {
        ck_assert(http_may_stream(st.http, url));
        start(&st, "/stall", (struct httprange_want){.len = 1000});
    }
    ck_assert(!http_may_stream(st.http, url));
    ck_assert(http_may_stream(st.http, "http://127.0.0.2:1/x"));
    for (int i = 0; i < HTTP_MAX_STREAMS - HTTP_MAX_STREAMS_PER_HOST; i++) {
        const struct http_stream stream = {.want = {.len = 1},
                                           .on_data = on_data};
        (void)snprintf(url, sizeof url, "http://127.0.1.%d:1/x", i);
        const struct http_request request = {.url = url, .stream = &stream};
        ck_assert(http_may_stream(st.http, url));
        (void)http_get(st.http, &request, on_done, st.f);
    }
    ck_assert(!http_may_stream(st.http, "http://127.0.0.2:1/x"));
    close_stage(&st);
}
END_TEST

Suite *httpstream_suite(void)
{
    Suite *s = suite_create("httpstream");
    TCase *tc = tcase_create("httpstream");
    tcase_add_test(tc, ranges_come_over_one_connection);
    tcase_add_test(tc, redirect_is_followed_and_its_own_headers_do_not_count);
    tcase_add_test(tc, server_that_ignores_ranges_is_skipped_through);
    tcase_add_test(tc, range_in_the_url_is_the_whole_reply);
    tcase_add_loop_test(tc, faulty_reply_has_its_code_and_words, 0,
                        sizeof faults / sizeof *faults);
    tcase_add_test(tc, busy_server_says_when_to_come_again);
    tcase_add_test(tc, stream_pauses_and_goes_on);
    tcase_add_loop_test(tc, enough_ends_a_stream_without_error, 0, 2);
    tcase_add_test(tc, stream_is_cancelled_while_paused);
    tcase_add_test(tc, streams_leave_connections_for_others);
    suite_add_tcase(s, tc);
    return s;
}
