#include "config.h"

#include "tests/engine/suites.h"

#include "engine/proxy.h"
#include "tests/engine/stage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A proxy in the test's hands, at 10.0.0.99:1080; the peer asked for is 10.0.0.7:700. */

#define GREETING "\x05\x01\x00"
#define REQUEST  "\x05\x01\x00\x01\x0a\x00\x00\x07\x02\xbc"
#define REPLY    "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"

static struct stage stage;
static struct proxy proxy;
static struct conn *far, *near; /* the proxy's end, and ours */
static int n_open, n_ready, n_failed, n_said;
static enum err why_failed;
static int errnum_failed;
static char said[480];
static bool closes; /* in any callback */

static enum err dial(void *ctx, const struct addr *remote,
                     const struct conn_handler *handler, struct conn **out)
{
    (void)ctx;
    return stage.here.env.dial(stage.here.env.ctx, remote, handler, out);
}

static void say(void *ctx, enum err err, const char *words)
{
    (void)ctx;
    ck_assert_int_eq(err, ERR_REFUSED);
    n_said++;
    snprintf(said, sizeof said, "%s", words);
}

static void on_accept(void *ctx, struct conn *c, const struct addr *remote)
{
    (void)ctx;
    (void)remote;
    far = c;
}

static void maybe_close(void)
{
    if (!closes)
        return;
    conn_close(near);
    near = NULL;
}

static void on_open(void *ctx)
{
    (void)ctx;
    n_open++;
    maybe_close();
}

static void on_ready(void *ctx, bool readable, bool writable)
{
    (void)ctx;
    (void)readable;
    (void)writable;
    n_ready++;
    conn_want(near, false, false);
    maybe_close();
}

static void on_failed(void *ctx, enum err why, int errnum)
{
    (void)ctx;
    n_failed++;
    why_failed = why;
    errnum_failed = errnum;
    maybe_close();
}

static const struct conn_handler handler = {on_open, on_ready, on_failed, NULL};

static void set_up(void)
{
    struct proxyurl url;
    struct proxy_host host = {.dial = dial, .say = say};
    struct addr at = stage_addr(99, 1080);
    stage_init(&stage);
    enum err err = proxyurl_parse("socks5://proxy.example", &url, NULL);
    ck_assert_int_eq(err, OK);
    proxy_init(&proxy, &url, &at, &host);
    link_net_listen(stage.net, &at, on_accept, NULL);
    far = near = NULL;
    n_open = n_ready = n_failed = n_said = 0;
    closes = false;
}

static void tear_down(void)
{
    conn_close(near);
    conn_close(far);
    proxy_fini(&proxy);
    stage_fini(&stage);
}

static void begin(void)
{
    struct addr peer = stage_addr(7, 700);
    ck_assert_int_eq(proxy_dial(&proxy, &peer, &handler, &near), OK);
    ck_assert(addr_eq(conn_remote(near), &peer));
    stage_run(&stage, 1000);
}

/* The proxy hears just this, and answers. */
static void converse(const char *hears, size_t len, const char *answer,
                     size_t answer_len)
{
    char got[256];
    ck_assert_uint_eq(stage_read(far, got, sizeof got, NULL), len);
    ck_assert_mem_eq(got, hears, len);
    stage_write(far, answer, answer_len);
    stage_run(&stage, 1000);
}

#define CONVERSE(hears, answer)                                                \
    converse(hears, sizeof hears - 1, answer, sizeof answer - 1)

START_TEST(what_follows_the_reply_is_the_peers)
{
    char got[16];
    begin();
    conn_want(near, true, false);
    CONVERSE(GREETING, "\x05\x00");
    ck_assert_int_eq(n_open, 0);
    CONVERSE(REQUEST, REPLY "hello");
    ck_assert_int_eq(n_open, 1);
    ck_assert_int_eq(n_ready, 1);
    ck_assert_uint_eq(stage_read(near, got, sizeof got, NULL), 5);
    ck_assert_mem_eq(got, "hello", 5);
    ck_assert_int_eq(conn_rtt_us(near), -1);
    ck_assert_int_ge(conn_rtt_us(far), 0);
    stage_write(near, "back", 4);
    stage_run(&stage, 1000);
    ck_assert_uint_eq(stage_read(far, got, sizeof got, NULL), 4);
    ck_assert_int_eq(n_failed + n_said, 0);
    /* And its end is the peer's. */
    conn_close(far);
    far = NULL;
    stage_run(&stage, 1000);
    ck_assert(stage_is_closed(near));
}
END_TEST

START_TEST(a_reply_in_bytes_is_as_good)
{
    begin();
    CONVERSE(GREETING, "\x05");
    stage_write(far, "\x00", 1);
    stage_run(&stage, 1000);
    CONVERSE(REQUEST, "\x05\x00\x00");
    stage_write(far, &REPLY[3], 6);
    stage_run(&stage, 1000);
    ck_assert_int_eq(n_open, 0);
    stage_write(far, &REPLY[9], 1);
    stage_run(&stage, 1000);
    ck_assert_int_eq(n_open, 1);
}
END_TEST

START_TEST(a_peer_that_refuses_is_no_news_of_the_proxy)
{
    begin();
    CONVERSE(GREETING, "\x05\x00");
    CONVERSE(REQUEST, "\x05\x05\x00\x01");
    ck_assert_int_eq(n_failed, 1);
    ck_assert_int_eq(why_failed, ERR_SYS);
    ck_assert_int_eq(errnum_failed, ECONNREFUSED);
    ck_assert_int_eq(n_said, 0);
    ck_assert(stage_is_closed(far));
}
END_TEST

/* Said once for all who fail alike, and again when it had worked meanwhile. */
START_TEST(what_ails_the_proxy_is_said_once)
{
    for (int i = 0; i < 3; i++) {
        begin();
        CONVERSE(GREETING, "\x05\xff");
        ck_assert_int_eq(n_failed, i + 1);
        ck_assert_int_eq(why_failed, ERR_REFUSED);
        ck_assert_int_eq(n_said, 1);
        conn_close(near);
        conn_close(far);
        near = far = NULL;
    }
    ck_assert_str_eq(said, "proxy socks5://proxy.example:1080: it wants a user "
                           "and a password");
    begin();
    CONVERSE(GREETING, "\x05\x00");
    CONVERSE(REQUEST, REPLY);
    conn_close(near);
    conn_close(far);
    near = far = NULL;
    begin();
    CONVERSE(GREETING, "\x05\xff");
    ck_assert_int_eq(n_said, 2);
}
END_TEST

START_TEST(a_proxy_that_is_not_there_fails_the_dial)
{
    struct addr at = stage_addr(99, 1080);
    link_net_listen(stage.net, &at, NULL, NULL);
    begin();
    ck_assert_int_eq(n_failed, 1);
    ck_assert_int_eq(errnum_failed, ECONNREFUSED);
    ck_assert_ptr_nonnull(strstr(said, "it cannot be reached: Connection "));
}
END_TEST

START_TEST(a_proxy_that_goes_away_fails_the_dial)
{
    begin();
    if (_i == 0)
        conn_close(far);
    else {
        link_break(far, ECONNRESET);
        conn_close(far);
    }
    far = NULL;
    stage_run(&stage, 1000);
    ck_assert_int_eq(n_failed, 1);
    ck_assert_int_eq(why_failed, _i == 0 ? ERR_CLOSED : ERR_SYS);
    ck_assert_ptr_nonnull(strstr(said, "it broke off"));
}
END_TEST

START_TEST(no_socket_is_an_error_at_once)
{
    struct addr peer = stage_addr(7, 700);
    stage.here.has_no_sockets = true;
    ck_assert_int_eq(proxy_dial(&proxy, &peer, &handler, &near), ERR_SYS);
}
END_TEST

/* In on_open, in on_ready, in on_failed, and before anything came. */
START_TEST(closing_at_any_time_is_fine)
{
    closes = _i < 3;
    begin();
    if (_i == 3) {
        conn_close(near);
        near = NULL;
        stage_run(&stage, 1000);
        return;
    }
    if (_i == 1) {
        closes = false;
        conn_want(near, true, false);
    }
    CONVERSE(GREETING, "\x05\x00");
    if (_i == 2)
        CONVERSE(REQUEST, "\x05\x02\x00\x01");
    else
        CONVERSE(REQUEST, REPLY);
    if (_i == 1) {
        closes = true;
        stage_write(far, "x", 1);
        stage_run(&stage, 1000);
    }
    ck_assert_ptr_null(near);
    ck_assert_int_eq(n_open, _i == 2 ? 0 : 1);
    ck_assert_int_eq(n_failed, _i == 2);
}
END_TEST

START_TEST(http_is_a_proxy_too)
{
    struct proxyurl url;
    struct proxy_host host = {.dial = dial, .say = say};
    struct addr at = stage_addr(99, 1080);
    ck_assert_int_eq(proxyurl_parse("http://p.example:1080", &url, NULL), OK);
    proxy_init(&proxy, &url, &at, &host);
    begin();
    CONVERSE("CONNECT 10.0.0.7:700 HTTP/1.1\r\nHost: 10.0.0.7:700\r\n\r\n",
             "HTTP/1.1 200 OK\r\n\r\n");
    ck_assert_int_eq(n_open, 1);
}
END_TEST

Suite *proxy_suite(void)
{
    Suite *s = suite_create("proxy");
    TCase *tc = tcase_create("proxy");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, what_follows_the_reply_is_the_peers);
    tcase_add_test(tc, a_reply_in_bytes_is_as_good);
    tcase_add_test(tc, a_peer_that_refuses_is_no_news_of_the_proxy);
    tcase_add_test(tc, what_ails_the_proxy_is_said_once);
    tcase_add_test(tc, a_proxy_that_is_not_there_fails_the_dial);
    tcase_add_loop_test(tc, a_proxy_that_goes_away_fails_the_dial, 0, 2);
    tcase_add_test(tc, no_socket_is_an_error_at_once);
    tcase_add_loop_test(tc, closing_at_any_time_is_fine, 0, 4);
    tcase_add_test(tc, http_is_a_proxy_too);
    suite_add_tcase(s, tc);
    return s;
}
