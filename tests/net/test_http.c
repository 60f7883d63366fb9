#include "config.h"

#include "tests/net/suites.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/xalloc.h"
#include "net/http.h"
#include "tests/fake/web.h"
#include "tests/net/turns.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\n"
#define PAGE(p, text, ...)                                                     \
    {                                                                          \
        .path = (p), .bytes = (text), .len = sizeof(text) - 1, __VA_ARGS__     \
    }

static const char reply[] = "d8:intervali1800e5:peers0:e";

static const char zipped[] =
    OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 47\r\n\r\n"
            "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\xb1\xb0\xca\xcc\x2b"
            "\x49\x2d\x2a\x4b\xcc\xc9\x34\xb4\x30\x30\x48\x35\xb5\x2a\x48\x4d"
            "\x2d\x2a\x36\xb0\x4a\x05\x00\xab\xd9\x98\x92\x1b\x00\x00\x00";

static struct web_page pages[] = {
    PAGE("/ok",
         OK_HEAD "Content-Length: 27\r\n\r\n"
                 "d8:intervali1800e5:peers0:e",
         .after = WEB_KEEP),
    PAGE("/zip", zipped, .after = WEB_KEEP),
    PAGE("/missing",
         "HTTP/1.1 404 \x1b[31mGone\r\nContent-Length: 3\r\n\r\n"
         "why",
         .after = WEB_KEEP),
    PAGE("/endless", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n",
         .after = WEB_REPEAT, .again = "10\r\n0123456789abcdef\r\n"),
    PAGE("/headers", OK_HEAD, .after = WEB_REPEAT,
         .again = "X-More: 0123456789abcdef0123456789abcdef\r\n"),
    PAGE("/big", OK_HEAD "Content-Length: 67108864\r\n\r\n",
         .after = WEB_REPEAT, .again = "0123456789abcdef"),
    PAGE("/loop",
         "HTTP/1.1 302 Found\r\nLocation: /loop\r\n"
         "Content-Length: 0\r\n\r\n",
         .after = WEB_KEEP),
    PAGE("/once",
         "HTTP/1.1 301 Moved\r\nLocation: /ok\r\n"
         "Content-Length: 0\r\n\r\n",
         .after = WEB_KEEP),
    PAGE("/file",
         "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n"
         "Content-Length: 0\r\n\r\n",
         .after = WEB_KEEP),
    PAGE("/ftp",
         "HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/x\r\n"
         "Content-Length: 0\r\n\r\n",
         .after = WEB_KEEP),
    PAGE("/silent", "", .after = WEB_HANG),
    PAGE("/stalled", OK_HEAD "Content-Length: 10\r\n\r\nabc",
         .after = WEB_HANG),
    PAGE("/short", OK_HEAD "Content-Length: 10\r\n\r\nabc", .after = WEB_CLOSE),
    PAGE("/nothing", "", .after = WEB_CLOSE),
    PAGE("/noise", "SSH-2.0-OpenSSH_9\r\n\r\n", .after = WEB_CLOSE),
    PAGE("/badzip",
         OK_HEAD "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
         .after = WEB_KEEP),
    PAGE("/bomb", "", .after = WEB_CLOSE), /* filled in by make_bomb() */
    {.path = NULL},
};

struct fetch {
    struct http *http;
    struct http_get *get;
    struct http_get *cancels;
    struct fetch *follows; /* begun when this one is done */
    char url[300];
    bool done;
    enum err err;
    int status;
    enum http_family family;
    int64_t elapsed_ms;
    char words[200];
    char effective[300];
    char body[4096];
    size_t len;
};

struct stage {
    struct loop *loop;
    struct http *http;
    struct web *web;
};

static void open_stage(struct stage *st)
{
    const struct http_config config = {.user_agent = "tests/1"};
    signal(SIGPIPE, SIG_IGN);
    st->loop = turns_loop();
    ck_assert_int_eq(http_new(st->loop, &config, &st->http), OK);
    st->web = web_new(st->loop, pages);
}

static void close_stage(struct stage *st)
{
    http_free(st->http);
    web_free(st->web);
    loop_free(st->loop);
}

static void start(struct fetch *f, struct http_request *request);

static void on_done(void *ctx, const struct http_reply *r)
{
    struct fetch *f = ctx;
    ck_assert(!f->done);
    f->done = true;
    f->err = r->err;
    f->status = r->status;
    f->family = r->family;
    f->elapsed_ms = r->elapsed_ms;
    f->len = r->body.len;
    (void)snprintf(f->effective, sizeof f->effective, "%s",
                   r->effective_url != NULL ? r->effective_url : "");
    (void)snprintf(f->words, sizeof f->words, "%s", r->words);
    if (r->body.len > 0 && r->body.len <= sizeof f->body)
        memcpy(f->body, r->body.p, r->body.len);
    if (f->cancels != NULL)
        http_cancel(f->http, f->cancels);
    if (f->follows != NULL)
        start(f->follows, &(struct http_request){.url = f->follows->url});
}

static void start(struct fetch *f, struct http_request *request)
{
    f->get = http_get(f->http, request, on_done, f);
    ck_assert_ptr_nonnull(f->get);
    ck_assert(!f->done);
}

static void prepare(struct fetch *f, const struct stage *st, const char *host,
                    const char *path)
{
    memset(f, 0, sizeof *f);
    f->http = st->http;
    (void)snprintf(f->url, sizeof f->url, "http://%s:%u%s", host,
                   (unsigned)web_port(st->web), path);
}

/* Fetch a page of the server with what `request` says beside its URL. */
static void fetch(struct fetch *f, const struct stage *st, const char *path,
                  struct http_request request)
{
    prepare(f, st, "127.0.0.1", path);
    request.url = f->url;
    start(f, &request);
    turns_until(st->loop, &f->done);
}

START_TEST(get_gives_the_whole_body)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    fetch(&f, &st, "/ok?info_hash=%00%ff", (struct http_request){.url = ""});
    ck_assert_int_eq(f.err, OK);
    ck_assert_int_eq(f.status, 200);
    ck_assert_str_eq(f.words, "");
    ck_assert_uint_eq(f.len, sizeof reply - 1);
    ck_assert_mem_eq(f.body, reply, sizeof reply - 1);
    ck_assert_int_eq(f.family, HTTP_V4);
    ck_assert_uint_eq(http_n_active(st.http), 0);
    const char *sent = web_last_request(st.web);
    ck_assert_ptr_nonnull(strstr(sent, "GET /ok?info_hash=%00%ff HTTP/1.1"));
    ck_assert_ptr_nonnull(strstr(sent, "User-Agent: tests/1\r\n"));
    ck_assert_ptr_nonnull(strstr(sent, "Accept-Encoding: gzip\r\n"));
    close_stage(&st);
}
END_TEST

START_TEST(get_inflates_gzip)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    fetch(&f, &st, "/zip", (struct http_request){.url = ""});
    ck_assert_int_eq(f.err, OK);
    ck_assert_uint_eq(f.len, sizeof reply - 1);
    ck_assert_mem_eq(f.body, reply, sizeof reply - 1);
    close_stage(&st);
}
END_TEST

START_TEST(connection_is_used_again)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    for (int i = 0; i < 3; i++) {
        fetch(&f, &st, "/ok", (struct http_request){.url = ""});
        ck_assert_int_eq(f.err, OK);
    }
    ck_assert_int_eq(web_n_requests(st.web), 3);
    ck_assert_int_eq(web_n_connections(st.web), 1);
    close_stage(&st);
}
END_TEST

START_TEST(status_404_is_refused_and_has_its_body)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    fetch(&f, &st, "/missing", (struct http_request){.url = ""});
    ck_assert_int_eq(f.err, ERR_REFUSED);
    ck_assert_int_eq(f.status, 404);
    ck_assert_str_eq(f.words, "HTTP 404, not found");
    ck_assert_uint_eq(f.len, 3);
    ck_assert_mem_eq(f.body, "why", 3);
    close_stage(&st);
}
END_TEST

START_TEST(body_of_exactly_the_limit_passes_and_more_does_not)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    fetch(&f, &st, "/ok", (struct http_request){.max_body_bytes = 27});
    ck_assert_int_eq(f.err, OK);
    fetch(&f, &st, "/ok", (struct http_request){.max_body_bytes = 26});
    ck_assert_int_eq(f.err, ERR_TOO_BIG);
    ck_assert_uint_eq(f.len, 0);
    fetch(&f, &st, "/zip", (struct http_request){.max_body_bytes = 26});
    ck_assert_int_eq(f.err, ERR_TOO_BIG);
    close_stage(&st);
}
END_TEST

/* Bits of a deflate stream, least significant first. */
struct bits {
    uint8_t *bytes;
    size_t n_bits;
};

static void put_bit(struct bits *b, unsigned bit)
{
    b->bytes[b->n_bits / 8] |= (uint8_t)(bit << (b->n_bits % 8));
    b->n_bits++;
}

/* Huffman codes go in from their most significant bit. */
static void put_code(struct bits *b, unsigned code, int len)
{
    while (len-- > 0)
        put_bit(b, (code >> len) & 1);
}

/* A gzip body of one zero byte and n_runs copies of it, 258 bytes each: 13 bits
 * make 258 bytes, in the fixed Huffman codes of RFC 1951, 3.2.6. */
static void make_bomb(size_t n_runs)
{
    static const char head[] = OK_HEAD "Content-Encoding: gzip\r\n\r\n";
    static const uint8_t gzip[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    size_t at = sizeof head - 1 + sizeof gzip;
    uint8_t *bytes = xzalloc(at + n_runs * 13 / 8 + 16);
    memcpy(bytes, head, sizeof head - 1);
    memcpy(bytes + sizeof head - 1, gzip, sizeof gzip);
    struct bits b = {.bytes = bytes + at};
    put_bit(&b, 1); /* the last block */
    put_bit(&b, 1); /* fixed codes: 01, least significant first */
    put_bit(&b, 0);
    put_code(&b, 0x30, 8); /* literal 0 */
    for (size_t i = 0; i < n_runs; i++) {
        put_code(&b, 0xc5, 8); /* length 258 */
        put_code(&b, 0, 5);    /* distance 1 */
    }
    put_code(&b, 0, 7); /* end of block */
    for (struct web_page *p = pages; p->path != NULL; p++) {
        if (strcmp(p->path, "/bomb") == 0) {
            p->bytes = bytes;
            p->len = at + (b.n_bits + 7) / 8;
        }
    }
}

START_TEST(gzip_bomb_is_stopped_at_the_limit)
{
    struct stage st;
    struct fetch f;
    make_bomb(100000); /* 25 MiB in 160 KiB */
    open_stage(&st);
    fetch(&f, &st, "/bomb", (struct http_request){.url = ""});
    ck_assert_int_eq(f.err, ERR_TOO_BIG);
    ck_assert_str_eq(f.words, "the reply is larger than 1.0 MiB");
    ck_assert_uint_eq(f.len, 0);
    close_stage(&st);
}
END_TEST

static const char *const endless[] = {"/endless", "/headers", "/big"};

START_TEST(endless_reply_is_stopped_at_the_limit)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    fetch(&f, &st, endless[_i], (struct http_request){.url = ""});
    ck_assert_int_eq(f.err, ERR_TOO_BIG);
    close_stage(&st);
}
END_TEST

struct bad_case {
    const char *path;
    enum err err;
    const char *words;
};

static const struct bad_case bads[] = {
    {"/loop", ERR_INVALID, "too many redirects"},
    {"/file", ERR_UNSUPPORTED, "redirected to what is not http or https"},
    {"/ftp", ERR_UNSUPPORTED, "redirected to what is not http or https"},
    {"/short", ERR_TRUNCATED, "the reply ends too early"},
    {"/nothing", ERR_CLOSED, "closed without a reply"},
    {"/noise", ERR_INVALID, "not an HTTP reply"},
    {"/badzip", ERR_INVALID,
     "the reply is compressed in a way that cannot be read"},
};

START_TEST(bad_reply_has_its_code_and_words)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    fetch(&f, &st, bads[_i].path, (struct http_request){.url = ""});
    ck_assert_int_eq(f.err, bads[_i].err);
    ck_assert_str_eq(f.words, bads[_i].words);
    ck_assert_uint_eq(f.len, 0);
    close_stage(&st);
}
END_TEST

START_TEST(redirects_are_counted_and_where_they_led_is_told)
{
    struct stage st;
    struct fetch f, told;
    open_stage(&st);
    fetch(&f, &st, "/once", (struct http_request){.url = ""});
    ck_assert_int_eq(f.err, OK);
    ck_assert_int_eq(web_n_requests(st.web), 2);
    prepare(&told, &st, "127.0.0.1", "/ok");
    ck_assert_str_eq(f.effective, told.url);
    fetch(&f, &st, "/ok", (struct http_request){.url = ""});
    ck_assert_str_eq(f.effective, "");
    fetch(&f, &st, "/loop", (struct http_request){.url = ""});
    ck_assert_int_eq(web_n_requests(st.web), 3 + 1 + HTTP_MAX_REDIRECTS);
    close_stage(&st);
}
END_TEST

struct slow_case {
    const char *path;
    const char *words;
};

static const struct slow_case slows[] = {
    {"/silent", "timed out while waiting for the reply"},
    {"/stalled", "timed out while receiving"},
};

START_TEST(slow_reply_times_out)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    fetch(&f, &st, slows[_i].path, (struct http_request){.timeout_ms = 40});
    ck_assert_int_eq(f.err, ERR_TIMEOUT);
    ck_assert_str_eq(f.words, slows[_i].words);
    ck_assert_int_ge(f.elapsed_ms, 39);
    close_stage(&st);
}
END_TEST

START_TEST(nobody_listening_is_told)
{
    struct stage st;
    struct fetch f;
    struct addr at;
    open_stage(&st);
    close(turns_listen(&at));
    prepare(&f, &st, "127.0.0.1", "/");
    (void)snprintf(f.url, sizeof f.url, "http://127.0.0.1:%u/",
                   (unsigned)at.port);
    start(&f, &(struct http_request){.url = f.url});
    turns_until(st.loop, &f.done);
    ck_assert_int_eq(f.err, ERR_SYS);
    ck_assert_str_eq(f.words, "cannot connect: Connection refused");
    ck_assert_int_eq(f.status, 0);
    close_stage(&st);
}
END_TEST

static const struct bad_case bad_urls[] = {
    {"ftp://127.0.0.1/", ERR_UNSUPPORTED,
     "only http and https URLs can be fetched"},
    {"file:///etc/passwd", ERR_UNSUPPORTED,
     "only http and https URLs can be fetched"},
    {"http://", ERR_SYNTAX, "not a valid URL"},
    {"", ERR_SYNTAX, "not a valid URL"},
    {"http://h/\n", ERR_SYNTAX, "not a valid URL"},
};

/* Told in the next turn, without a descriptor. */
START_TEST(bad_url_fails_in_the_next_turn)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    prepare(&f, &st, "", "");
    start(&f, &(struct http_request){.url = bad_urls[_i].path});
    ck_assert_uint_eq(http_n_active(st.http), 1);
    loop_step(st.loop, loop_now_ms(st.loop));
    ck_assert(f.done);
    f.done = false;
    ck_assert_int_eq(f.err, bad_urls[_i].err);
    ck_assert_str_eq(f.words, bad_urls[_i].words);
    start(&f, &(struct http_request){.url = "http://127.0.0.1:1/"});
    http_cancel(st.http, f.get);
    close_stage(&st);
}
END_TEST

/* A name, other than "localhost", that leads to this machine. */
START_TEST(name_that_leads_to_a_private_address_is_refused)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    prepare(&f, &st, "tracker.localhost", "/ok");
    start(&f, &(struct http_request){.url = f.url, .family = HTTP_V4});
    turns_until(st.loop, &f.done);
    ck_assert_int_eq(f.err, ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(f.words, "led to 127.0.0.1, a private"));
    ck_assert_int_eq(web_n_connections(st.web), 0);
    close_stage(&st);
}
END_TEST

static bool is_refusing;

static const char *refuses(void *ctx, const struct addr *a)
{
    ck_assert_ptr_eq(ctx, &is_refusing);
    return is_refusing && addr_is_loopback(a) ? "is in a list" : NULL;
}

static void open_refusing_stage(struct stage *st)
{
    const struct http_config config = {.user_agent = "tests/1",
                                       .refuser = {.refuses = refuses,
                                                   .ctx = &is_refusing}};
    open_stage(st);
    http_free(st->http);
    ck_assert_int_eq(http_new(st->loop, &config, &st->http), OK);
}

/* Neither a new connection, nor one that is open still. */
START_TEST(address_that_the_session_refuses_is_not_asked)
{
    struct stage st;
    struct fetch f;
    open_refusing_stage(&st);
    is_refusing = true;
    fetch(&f, &st, "/ok", (struct http_request){.allow_private = true});
    ck_assert_int_eq(f.err, ERR_REFUSED);
    ck_assert_int_eq(f.status, 0);
    ck_assert_str_eq(f.words, "its address 127.0.0.1 is in a list");
    ck_assert_int_eq(web_n_connections(st.web), 0);
    is_refusing = false;
    fetch(&f, &st, "/ok", (struct http_request){.allow_private = true});
    ck_assert_int_eq(f.err, OK);
    is_refusing = true;
    fetch(&f, &st, "/ok", (struct http_request){.allow_private = true});
    ck_assert_int_eq(f.err, ERR_REFUSED);
    ck_assert_int_eq(web_n_requests(st.web), 1);
    close_stage(&st);
}
END_TEST

START_TEST(request_under_way_to_one_that_is_refused_ends)
{
    struct stage st;
    struct fetch f;
    open_refusing_stage(&st);
    is_refusing = false;
    prepare(&f, &st, "127.0.0.1", "/stalled");
    start(&f, &(struct http_request){.url = f.url});
    while (web_n_requests(st.web) == 0)
        ck_assert_int_eq(loop_run_once(st.loop, 2000), OK);
    http_weed(st.http);
    turns_quiet(st.loop);
    ck_assert(!f.done);
    is_refusing = true;
    http_weed(st.http);
    turns_until(st.loop, &f.done);
    ck_assert_int_eq(f.err, ERR_REFUSED);
    ck_assert_str_eq(f.words, "its address 127.0.0.1 is in a list");
    close_stage(&st);
}
END_TEST

START_TEST(private_address_is_reached_when_the_user_says_so)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    prepare(&f, &st, "tracker.localhost", "/ok");
    start(&f, &(struct http_request){.url = f.url,
                                     .family = HTTP_V4,
                                     .allow_private = true});
    turns_until(st.loop, &f.done);
    ck_assert_int_eq(f.err, OK);
    /* The connection is open still; it is not for one who may not. */
    prepare(&f, &st, "tracker.localhost", "/ok");
    start(&f, &(struct http_request){.url = f.url, .family = HTTP_V4});
    turns_until(st.loop, &f.done);
    ck_assert_int_eq(f.err, ERR_INVALID);
    ck_assert_int_eq(web_n_requests(st.web), 1);
    prepare(&f, &st, "localhost", "/ok");
    start(&f, &(struct http_request){.url = f.url, .family = HTTP_V4});
    turns_until(st.loop, &f.done);
    ck_assert_int_eq(f.err, OK);
    close_stage(&st);
}
END_TEST

START_TEST(cancelled_request_is_not_told)
{
    struct stage st;
    struct fetch hung;
    struct fetch f;
    open_stage(&st);
    prepare(&hung, &st, "127.0.0.1", "/silent");
    start(&hung, &(struct http_request){.url = hung.url});
    fetch(&f, &st, "/ok", (struct http_request){.url = ""});
    ck_assert_int_eq(f.err, OK);
    http_cancel(st.http, hung.get);
    turns_quiet(st.loop);
    ck_assert(!hung.done);
    ck_assert_uint_eq(http_n_active(st.http), 0);
    close_stage(&st);
}
END_TEST

START_TEST(callback_may_cancel_and_begin_others)
{
    struct stage st;
    struct fetch hung;
    struct fetch first;
    struct fetch next;
    open_stage(&st);
    prepare(&hung, &st, "127.0.0.1", "/silent");
    prepare(&first, &st, "127.0.0.1", "/ok");
    prepare(&next, &st, "127.0.0.1", "/zip");
    start(&hung, &(struct http_request){.url = hung.url});
    first.cancels = hung.get;
    first.follows = &next;
    start(&first, &(struct http_request){.url = first.url});
    turns_until(st.loop, &next.done);
    ck_assert_int_eq(next.err, OK);
    ck_assert(!hung.done);
    close_stage(&st);
}
END_TEST

START_TEST(free_ends_requests_silently)
{
    struct stage st;
    struct fetch f[6];
    open_stage(&st);
    for (int i = 0; i < 6; i++) {
        prepare(&f[i], &st, "127.0.0.1", "/silent");
        start(&f[i], &(struct http_request){.url = f[i].url});
        turns_quiet(st.loop);
    }
    ck_assert_uint_eq(http_n_active(st.http), 6);
    ck_assert_int_le(web_n_connections(st.web), HTTP_MAX_PER_HOST);
    close_stage(&st);
    for (int i = 0; i < 6; i++)
        ck_assert(!f[i].done);
}
END_TEST

/* Those that wait behind four silent ones begin when these are over, and only then
 * does their time run. */
START_TEST(waiting_requests_have_their_own_time)
{
    enum { N = HTTP_MAX_PER_HOST };
    struct stage st;
    struct fetch silent[N], next;
    open_stage(&st);
    for (int i = 0; i < N; i++) {
        prepare(&silent[i], &st, "127.0.0.1", "/silent");
        start(&silent[i],
              &(struct http_request){.url = silent[i].url, .timeout_ms = 300});
    }
    prepare(&next, &st, "127.0.0.1", "/ok");
    start(&next, &(struct http_request){.url = next.url, .timeout_ms = 250});
    turns_until(st.loop, &next.done);
    ck_assert_int_eq(next.err, OK);
    for (int i = 0; i < N; i++)
        turns_until(st.loop, &silent[i].done);
    ck_assert_int_eq(silent[0].err, ERR_TIMEOUT);
    ck_assert_uint_eq(http_n_active(st.http), 0);
    close_stage(&st);
}
END_TEST

/* Neither the environment's proxy nor one that is not there is gone round. */
START_TEST(proxy_is_what_the_config_says)
{
    struct stage st;
    struct fetch f;
    struct addr dead;
    char proxy[60];
    close(turns_listen(&dead));
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u",
                   (unsigned)dead.port);
    ck_assert_int_eq(setenv("http_proxy", proxy, 1), 0);
    open_stage(&st);
    fetch(&f, &st, "/ok", (struct http_request){.url = ""});
    ck_assert_int_eq(f.err, OK);
    http_free(st.http);
    const struct http_config config = {.proxy = proxy};
    ck_assert_int_eq(http_new(st.loop, &config, &st.http), OK);
    fetch(&f, &st, "/ok", (struct http_request){.url = ""});
    ck_assert_int_eq(f.err, ERR_SYS);
    ck_assert_int_eq(unsetenv("http_proxy"), 0);
    close_stage(&st);
}
END_TEST

START_TEST(family_is_kept_to)
{
    struct stage st;
    struct fetch f;
    open_stage(&st);
    prepare(&f, &st, "localhost", "/ok");
    start(&f, &(struct http_request){.url = f.url, .family = HTTP_V6});
    turns_until(st.loop, &f.done);
    ck_assert_int_ne(f.err, OK);
    ck_assert_int_eq(web_n_connections(st.web), 0);
    close_stage(&st);
}
END_TEST

#ifdef __linux__

/* This program's getaddrinfo() stands before libc's, for libcurl too: one for
 * "stall..." waits until the gate is opened. */
struct stall {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool gate_open;
    int n_begun;
    int n_ended;
};

static struct stall stall = {.lock = PTHREAD_MUTEX_INITIALIZER,
                             .moved = PTHREAD_COND_INITIALIZER};

static int stalled_lookup(void)
{
    pthread_mutex_lock(&stall.lock);
    stall.n_begun++;
    pthread_cond_broadcast(&stall.moved);
    while (!stall.gate_open)
        pthread_cond_wait(&stall.moved, &stall.lock);
    stall.n_ended++;
    pthread_cond_broadcast(&stall.moved);
    pthread_mutex_unlock(&stall.lock);
    return EAI_AGAIN;
}

static void wait_for_stalled(const int *n, int want)
{
    pthread_mutex_lock(&stall.lock);
    while (*n < want)
        pthread_cond_wait(&stall.moved, &stall.lock);
    pthread_mutex_unlock(&stall.lock);
}

typedef int getaddrinfo_fn(const char *, const char *, const struct addrinfo *,
                           struct addrinfo **);

int getaddrinfo(const char *host, const char *service,
                const struct addrinfo *hints, struct addrinfo **out)
{
    if (host != NULL && strncmp(host, "stall", 5) == 0)
        return stalled_lookup();
    getaddrinfo_fn *real;
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
    memcpy(&real, &symbol, sizeof real);
    return real(host, service, hints, out);
}

/* A name server that never answers holds up neither the time-out nor the end,
 * which would hang here. */
START_TEST(stalled_lookup_is_never_waited_for)
{
    struct stage st;
    struct fetch f;
    struct fetch cut;
    open_stage(&st);
    prepare(&f, &st, "stall.example", "/");
    start(&f, &(struct http_request){.url = f.url, .timeout_ms = 40});
    turns_until(st.loop, &f.done);
    ck_assert_int_eq(f.err, ERR_TIMEOUT);
    ck_assert_str_eq(f.words, "timed out while looking up the host name");
    prepare(&cut, &st, "stall2.example", "/");
    start(&cut, &(struct http_request){.url = cut.url});
    turns_quiet(st.loop);
    wait_for_stalled(&stall.n_begun, 2);
    close_stage(&st);
    ck_assert(!cut.done);
    pthread_mutex_lock(&stall.lock);
    ck_assert_int_eq(stall.n_ended, 0);
    stall.gate_open = true;
    pthread_cond_broadcast(&stall.moved);
    pthread_mutex_unlock(&stall.lock);
    wait_for_stalled(&stall.n_ended, 2);
}
END_TEST

#endif

Suite *http_suite(void)
{
    Suite *suite = suite_create("http");
    TCase *good = tcase_create("replies");
    tcase_add_test(good, get_gives_the_whole_body);
    tcase_add_test(good, get_inflates_gzip);
    tcase_add_test(good, connection_is_used_again);
    tcase_add_test(good, status_404_is_refused_and_has_its_body);
    tcase_add_test(good, redirects_are_counted_and_where_they_led_is_told);
    tcase_add_test(good, cancelled_request_is_not_told);
    tcase_add_test(good, callback_may_cancel_and_begin_others);
    tcase_add_test(good, free_ends_requests_silently);
    tcase_add_test(good, waiting_requests_have_their_own_time);
    tcase_add_test(good, proxy_is_what_the_config_says);
    tcase_add_test(good, family_is_kept_to);
    suite_add_tcase(suite, good);
    TCase *bad = tcase_create("hostile replies");
    tcase_add_test(bad, body_of_exactly_the_limit_passes_and_more_does_not);
    tcase_add_test(bad, gzip_bomb_is_stopped_at_the_limit);
    tcase_add_loop_test(bad, endless_reply_is_stopped_at_the_limit, 0, 3);
    tcase_add_loop_test(bad, bad_reply_has_its_code_and_words, 0,
                        (int)(sizeof bads / sizeof *bads));
    tcase_add_loop_test(bad, slow_reply_times_out, 0, 2);
    tcase_add_test(bad, nobody_listening_is_told);
    tcase_add_loop_test(bad, bad_url_fails_in_the_next_turn, 0,
                        (int)(sizeof bad_urls / sizeof *bad_urls));
    tcase_add_test(bad, name_that_leads_to_a_private_address_is_refused);
    tcase_add_test(bad, private_address_is_reached_when_the_user_says_so);
    tcase_add_test(bad, address_that_the_session_refuses_is_not_asked);
    tcase_add_test(bad, request_under_way_to_one_that_is_refused_ends);
#ifdef __linux__
    tcase_add_test(bad, stalled_lookup_is_never_waited_for);
#endif
    suite_add_tcase(suite, bad);
    return suite;
}
