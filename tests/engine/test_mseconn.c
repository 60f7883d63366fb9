#include "config.h"

#include "tests/engine/suites.h"

#include "engine/mseconn.h"
#include "tests/engine/stage.h"
#include "util/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A user of one end: sends so many bytes of a known stream, and looks at what comes. */
struct user {
    struct conn *conn;
    uint32_t to_send, n_sent, n_received;
    size_t run; /* at most so many at once, in two buffers */
    bool is_open, holds, closes;
    int n_failed;
    enum err why;
    int errnum;
    const char *fault;
};

static struct stage stage;
static struct user here, there;
static bool plain_listener;

static uint8_t byte_at(uint32_t off)
{
    return (uint8_t)(off * 31 ^ off >> 8);
}

static void look(struct user *u)
{
    conn_want(u->conn, !u->holds, u->n_sent < u->to_send);
}

static void note_failure(struct user *u, enum err why, int errnum)
{
    u->n_failed++;
    u->why = why;
    u->errnum = errnum;
    u->fault = mseconn_fault(u->conn);
    conn_close(u->conn);
    u->conn = NULL;
}

static void receive(struct user *u)
{
    static uint8_t bytes[2][40000];
    struct iovec iov[2] = {{bytes[0], u->run / 3 + 1}, {bytes[1], u->run}};
    ssize_t n;
    enum err why = OK;
    int errnum = 0;
    while ((n = conn_readv(u->conn, iov, 2, &why, &errnum)) > 0) {
        size_t n_wrong = 0;
        for (size_t i = 0; i < (size_t)n; i++, u->n_received++) {
            size_t first = iov[0].iov_len;
            uint8_t byte = i < first ? bytes[0][i] : bytes[1][i - first];
            n_wrong += byte != byte_at(u->n_received);
        }
        ck_assert_uint_eq(n_wrong, 0);
    }
    if (n < 0)
        note_failure(u, why, errnum);
}

static void send_on(struct user *u)
{
    static uint8_t bytes[80000];
    while (u->n_sent < u->to_send) {
        size_t len = u->to_send - u->n_sent;
        len = len < 2 * u->run ? len : 2 * u->run;
        for (uint32_t i = 0; i < len; i++)
            bytes[i] = byte_at(u->n_sent + i);
        struct iovec iov[2] = {{bytes, len / 2},
                               {bytes + len / 2, len - len / 2}};
        enum err why = OK;
        int errnum = 0;
        ssize_t n = conn_writev(u->conn, iov, 2, &why, &errnum);
        /* What is sent from may be shared: it is never changed. */
        size_t n_changed = 0;
        for (uint32_t i = 0; i < len; i++)
            n_changed += bytes[i] != byte_at(u->n_sent + i);
        ck_assert_uint_eq(n_changed, 0);
        if (n < 0)
            note_failure(u, why, errnum);
        if (n <= 0)
            return;
        u->n_sent += (uint32_t)n;
    }
}

static void on_open(void *ctx)
{
    struct user *u = ctx;
    u->is_open = true;
    send_on(u);
    if (u->conn != NULL)
        look(u);
}

static void on_ready(void *ctx, bool readable, bool writable)
{
    struct user *u = ctx;
    if (u->closes) {
        conn_close(u->conn);
        u->conn = NULL;
        return;
    }
    ck_assert(readable || writable);
    ck_assert(!(readable && u->holds));
    if (readable)
        receive(u);
    if (writable && u->conn != NULL)
        send_on(u);
    if (u->conn != NULL)
        look(u);
}

static void on_failed(void *ctx, enum err why, int errnum)
{
    note_failure(ctx, why, errnum);
}

static struct conn_handler handler_of(struct user *u)
{
    return (struct conn_handler){on_open, on_ready, on_failed, u};
}

static bool find(void *ctx, const uint8_t hash[SHA1_LEN],
                 uint8_t info_hash_out[SHA1_LEN])
{
    uint8_t own[SHA1_LEN];
    (void)ctx;
    memset(info_hash_out, 'h', SHA1_LEN);
    mse_torrent_hash(info_hash_out, own);
    return memcmp(own, hash, SHA1_LEN) == 0;
}

static void on_accept(void *ctx, struct conn *conn, const struct addr *remote)
{
    struct user *u = ctx;
    struct conn_handler handler = handler_of(u);
    struct mse_config config = mseconn_config(&stage.there.env);
    (void)remote;
    config.find = find;
    u->conn = plain_listener
                  ? conn
                  : mseconn_accept(&stage.there.env, conn, NULL, 0, &config);
    conn_set_handler(u->conn, &handler);
    look(u);
}

static void set_up(void)
{
    stage_init(&stage);
    link_net_listen(stage.net, &stage.there.at, on_accept, &there);
    here = there = (struct user){.run = 20000};
    plain_listener = false;
}

static void tear_down(void)
{
    conn_close(here.conn);
    conn_close(there.conn);
    stage_run(&stage, 10);
    stage_fini(&stage);
}

static void dial(char hash)
{
    struct conn_handler handler = handler_of(&here);
    struct mse_config config = mseconn_config(&stage.here.env);
    config.is_initiator = true;
    memset(config.info_hash, hash, sizeof config.info_hash);
    ck_assert_int_eq(mseconn_dial(&stage.here.env, &stage.there.at, &config,
                                  &handler, &here.conn),
                     OK);
}

/* Lines that take little at once make writes partial. */
static void narrow(size_t queue_bytes)
{
    struct link_host line = {.up_Bps = 1 << 20,
                             .latency_ms = 3,
                             .queue_bytes = queue_bytes};
    link_net_host(stage.net, &stage.here.at, &line);
    link_net_host(stage.net, &stage.there.at, &line);
}

static const struct {
    size_t run, queue_bytes;
    enum encryption here, there;
} streams[] = {
    {20000, 0, ENCRYPTION_REQUIRED, ENCRYPTION_REQUIRED},
    {20000, 5000, ENCRYPTION_REQUIRED, ENCRYPTION_PLAIN},
    {40000, 70000, ENCRYPTION_PREFERRED, ENCRYPTION_REQUIRED},
    {1, 0, ENCRYPTION_PREFERRED, ENCRYPTION_PREFERRED},
    {777, 4000, ENCRYPTION_PLAIN, ENCRYPTION_PREFERRED},
    {20000, 5000, ENCRYPTION_PREFERRED, ENCRYPTION_PLAIN}, /* plain text */
    {1, 4000, ENCRYPTION_PREFERRED, ENCRYPTION_PLAIN},
};

START_TEST(stream_comes_whole_both_ways)
{
    enum { N = 300000 };
    stage.here.env.encryption = streams[_i].here;
    stage.there.env.encryption = streams[_i].there;
    narrow(streams[_i].queue_bytes);
    here.run = there.run = streams[_i].run;
    here.to_send = there.to_send = streams[_i].run == 1 ? N / 20 : N;
    dial('h');
    stage_run(&stage, 20000);
    ck_assert(here.is_open && !there.is_open);
    ck_assert_uint_eq(here.n_received, there.to_send);
    ck_assert_uint_eq(there.n_received, here.to_send);
    ck_assert_int_eq(here.n_failed + there.n_failed, 0);
    bool is_plain = streams[_i].there == ENCRYPTION_PLAIN &&
                    streams[_i].here != ENCRYPTION_REQUIRED;
    ck_assert_int_eq(mseconn_result(here.conn)->method,
                     is_plain ? MSE_PLAIN : MSE_RC4);
    ck_assert_int_eq(mseconn_result(there.conn)->method,
                     is_plain ? MSE_PLAIN : MSE_RC4);
    ck_assert(!mseconn_is_greeting(here.conn));
    ck_assert_str_eq(mseconn_fault(here.conn), "");
    uint64_t in, out, far_in, far_out;
    conn_moved(here.conn, &in, &out);
    conn_moved(there.conn, &far_in, &far_out);
    ck_assert_uint_eq(in, far_out);
    ck_assert_uint_eq(out, far_in);
    ck_assert_uint_ge(in, there.to_send + MSE_KEY_LEN);
    ck_assert_uint_ge(out, here.to_send + MSE_KEY_LEN);
}
END_TEST

/* The end of a stream comes after all of it. */
START_TEST(stream_ends_with_its_last_byte)
{
    here.to_send = 400;
    dial('h');
    stage_run(&stage, 0);
    ck_assert_uint_eq(there.n_received, 400);
    conn_close(here.conn);
    here.conn = NULL;
    stage_run(&stage, 0);
    ck_assert_int_eq(there.n_failed, 1);
    ck_assert_int_eq(there.why, ERR_CLOSED);
}
END_TEST

/* What came with the handshake waits until it is wanted, and is told of again. */
START_TEST(early_bytes_wait_for_their_reader)
{
    there.holds = true;
    here.to_send = 100;
    dial('h');
    stage_run(&stage, 1000);
    ck_assert_ptr_nonnull(mseconn_result(there.conn));
    ck_assert_uint_eq(there.n_received, 0);
    uint8_t bytes[10];
    there.holds = false;
    ck_assert_uint_eq(stage_read(there.conn, bytes, 10, NULL), 10);
    there.n_received = 10;
    look(&there);
    stage_run(&stage, 0);
    ck_assert_uint_eq(there.n_received, 100);
}
END_TEST

START_TEST(wrong_torrent_is_told_with_words)
{
    there.holds = true;
    dial('x');
    stage_run(&stage, 100);
    ck_assert_int_eq(there.n_failed, 1);
    ck_assert_int_eq(there.why, ERR_PROTO_HANDSHAKE);
    ck_assert_str_eq(there.fault, "it asks for a torrent that is not here");
    ck_assert_int_eq(here.n_failed, 1);
    ck_assert_int_eq(here.why, ERR_CLOSED);
}
END_TEST

/* The other side knows no encryption, and talks. */
START_TEST(noise_is_told_with_words)
{
    plain_listener = there.holds = true;
    there.to_send = 3000;
    dial('h');
    stage_run(&stage, 10);
    ck_assert_int_eq(here.n_failed, 1);
    ck_assert_int_eq(here.why, ERR_PROTO_HANDSHAKE);
    ck_assert_str_eq(here.fault, "nothing in what it sent fits the keys");
}
END_TEST

START_TEST(cut_cable_is_told_in_any_state)
{
    narrow(4000);
    here.to_send = there.to_send = 100000;
    dial('h');
    stage_run(&stage, _i);
    if (there.conn == NULL)
        return;
    conn_close(there.conn);
    there.conn = NULL;
    stage_run(&stage, 1000);
    ck_assert_int_eq(here.n_failed, 1);
    ck_assert(here.why == ERR_CLOSED || here.why == ERR_SYS);
}
END_TEST

START_TEST(close_is_fine_in_any_state_and_callback)
{
    narrow(4000);
    here.to_send = there.to_send = 100000;
    dial('h');
    stage_run(&stage, _i / 2);
    if (_i % 2 == 0) {
        conn_close(here.conn);
        here.conn = NULL;
    } else
        here.closes = true;
    stage_run(&stage, 1000);
    ck_assert_ptr_null(here.conn);
    ck_assert_int_eq(here.n_failed, 0);
    ck_assert(there.conn == NULL);
}
END_TEST

START_TEST(dial_without_sockets_is_an_error)
{
    struct conn_handler handler = handler_of(&here);
    struct mse_config config = mseconn_config(&stage.here.env);
    config.is_initiator = true;
    stage.here.has_no_sockets = true;
    ck_assert_int_eq(mseconn_dial(&stage.here.env, &stage.there.at, &config,
                                  &handler, &here.conn),
                     ERR_SYS);
    ck_assert_ptr_null(here.conn);
}
END_TEST

Suite *mseconn_suite(void)
{
    Suite *s = suite_create("mseconn");
    TCase *tc = tcase_create("mseconn");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, stream_comes_whole_both_ways, 0,
                        (int)(sizeof streams / sizeof streams[0]));
    tcase_add_test(tc, stream_ends_with_its_last_byte);
    tcase_add_test(tc, early_bytes_wait_for_their_reader);
    tcase_add_test(tc, wrong_torrent_is_told_with_words);
    tcase_add_test(tc, noise_is_told_with_words);
    tcase_add_loop_test(tc, cut_cable_is_told_in_any_state, 0, 60);
    tcase_add_loop_test(tc, close_is_fine_in_any_state_and_callback, 0, 80);
    tcase_add_test(tc, dial_without_sockets_is_an_error);
    suite_add_tcase(s, tc);
    return s;
}
