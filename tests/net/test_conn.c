#include "config.h"

#include "tests/net/suites.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/conn.h"
#include "net/sock.h"
#include "net/sockaddr.h"
#include "tests/net/turns.h"

enum close_when { CLOSE_NEVER, CLOSE_ON_OPEN, CLOSE_ON_READY, CLOSE_ON_FAILED };

/* A user of one connection. */
struct user {
    struct loop *loop;
    struct conn *conn;
    enum close_when close_when;
    bool opened;
    bool failed;
    int n_ready;
    bool readable;
    bool writable;
    enum err why;
    int errnum;
};

static void maybe_close(struct user *u, enum close_when now)
{
    if (u->close_when != now)
        return;
    conn_close(u->conn);
    u->conn = NULL;
}

static void on_open(void *ctx)
{
    struct user *u = ctx;
    ck_assert(!u->opened && !u->failed);
    u->opened = true;
    maybe_close(u, CLOSE_ON_OPEN);
}

static void on_ready(void *ctx, bool readable, bool writable)
{
    struct user *u = ctx;
    u->n_ready++;
    u->readable = readable;
    u->writable = writable;
    maybe_close(u, CLOSE_ON_READY);
}

static void on_failed(void *ctx, enum err why, int errnum)
{
    struct user *u = ctx;
    ck_assert(!u->failed);
    u->failed = true;
    u->why = why;
    u->errnum = errnum;
    maybe_close(u, CLOSE_ON_FAILED);
}

static struct conn_handler handler_of(struct user *u)
{
    return (struct conn_handler){.on_open = on_open,
                                 .on_ready = on_ready,
                                 .on_failed = on_failed,
                                 .ctx = u};
}

static void dial(struct user *u, struct loop *loop, const struct addr *at)
{
    const struct conn_handler h = handler_of(u);
    u->loop = loop;
    ck_assert_int_eq(conn_dial_tcp(loop, at, NULL, &h, &u->conn), OK);
    ck_assert(!u->opened && !u->failed);
    ck_assert(addr_eq(conn_remote(u->conn), at));
}

/* A connection that is up; return the far end, a blocking socket. */
static int connect_user(struct user *u, struct loop *loop)
{
    struct addr at;
    int listening = turns_listen(&at);
    dial(u, loop, &at);
    turns_until(loop, &u->opened);
    struct addr remote;
    int far = sock_accept(listening, &remote);
    ck_assert_int_ge(far, 0);
    close(listening);
    return far;
}

static ssize_t read_some(struct user *u, char *bytes, size_t cap)
{
    struct iovec iov[2] = {{bytes, 1}, {bytes + 1, cap - 1}};
    return conn_readv(u->conn, iov, 2, &u->why, &u->errnum);
}

static ssize_t write_text(struct user *u, const char *text)
{
    struct iovec iov = {(void *)(uintptr_t)text, strlen(text)};
    return conn_writev(u->conn, &iov, 1, &u->why, &u->errnum);
}

START_TEST(dial_opens_and_carries_bytes_both_ways)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    char bytes[16];
    int far = connect_user(&u, loop);
    ck_assert_int_eq(write_text(&u, "hello"), 5);
    ck_assert_int_eq(read(far, bytes, sizeof bytes), 5);
    ck_assert_int_eq(read_some(&u, bytes, sizeof bytes), 0);
    ck_assert_int_eq(write(far, "world!", 6), 6);
    conn_want(u.conn, true, false);
    turns_until_count(loop, &u.n_ready, 1);
    ck_assert(u.readable && !u.writable);
    ck_assert_int_eq(read_some(&u, bytes, sizeof bytes), 6);
    ck_assert_mem_eq(bytes, "world!", 6);
    conn_close(u.conn);
    close(far);
    loop_free(loop);
}
END_TEST

START_TEST(rtt_is_known_once_it_is_open)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    int far = connect_user(&u, loop);
    int64_t rtt_us = conn_rtt_us(u.conn);
#if defined(TCP_INFO) || defined(TCP_CONNECTION_INFO)
    ck_assert_int_gt(rtt_us, 0);
    ck_assert_int_lt(rtt_us, 10 * 1000 * 1000);
#else
    ck_assert_int_eq(rtt_us, -1);
#endif
    conn_close(u.conn);
    close(far);
    loop_free(loop);
}
END_TEST

START_TEST(dial_refused_fails_later_with_the_reason)
{
    struct loop *loop = turns_loop();
    struct user u = {.close_when = _i == 0 ? CLOSE_NEVER : CLOSE_ON_FAILED};
    struct addr at;
    close(turns_listen(&at));
    dial(&u, loop, &at);
    turns_until(loop, &u.failed);
    ck_assert(!u.opened);
    ck_assert_int_eq(u.why, ERR_SYS);
    ck_assert_int_eq(u.errnum, ECONNREFUSED);
    turns_quiet(loop);
    conn_close(u.conn);
    loop_free(loop);
}
END_TEST

/* connect() itself refuses an address that no packet can be sent to. */
START_TEST(dial_that_connect_refuses_fails_later)
{
    const uint8_t broadcast[4] = {255, 255, 255, 255};
    const struct addr at = addr_v4(broadcast, 9);
    for (int give_up = 0; give_up < 2; give_up++) {
        struct loop *loop = turns_loop();
        struct user u = {0};
        dial(&u, loop, &at);
        conn_want(u.conn, true, true);
        if (give_up) {
            conn_close(u.conn);
            turns_quiet(loop);
            ck_assert(!u.failed);
        } else {
            turns_until(loop, &u.failed);
            ck_assert_int_eq(u.why, ERR_SYS);
            ck_assert_int_ne(u.errnum, 0);
            conn_close(u.conn);
        }
        loop_free(loop);
    }
}
END_TEST

START_TEST(close_before_the_outcome_tells_nothing)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    struct addr at;
    int listening = turns_listen(&at);
    dial(&u, loop, &at);
    conn_close(u.conn);
    turns_quiet(loop);
    ck_assert(!u.opened && !u.failed);
    close(listening);
    loop_free(loop);
}
END_TEST

START_TEST(close_inside_a_callback_is_fine)
{
    struct loop *loop = turns_loop();
    struct user u = {.close_when = _i == 0 ? CLOSE_ON_OPEN : CLOSE_ON_READY};
    int far = connect_user(&u, loop);
    if (u.conn != NULL) {
        conn_want(u.conn, true, true);
        turns_until_count(loop, &u.n_ready, 1);
    }
    ck_assert_ptr_null(u.conn);
    char byte;
    fcntl(far, F_SETFL, 0);
    ck_assert_int_eq(read(far, &byte, 1), 0);
    turns_quiet(loop);
    close(far);
    loop_free(loop);
}
END_TEST

START_TEST(end_of_stream_is_read_after_the_last_byte)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    char bytes[16];
    int far = connect_user(&u, loop);
    ck_assert_int_eq(write(far, "abc", 3), 3);
    close(far);
    conn_want(u.conn, true, false);
    turns_until_count(loop, &u.n_ready, 1);
    ck_assert_int_eq(read_some(&u, bytes, sizeof bytes), 3);
    turns_until_count(loop, &u.n_ready, 2);
    ck_assert_int_eq(read_some(&u, bytes, sizeof bytes), -1);
    ck_assert_int_eq(u.why, ERR_CLOSED);
    ck_assert(!u.failed);
    conn_close(u.conn);
    loop_free(loop);
}
END_TEST

static void reset_far(int far)
{
    const struct linger now = {.l_onoff = 1};
    ck_assert_int_eq(setsockopt(far, SOL_SOCKET, SO_LINGER, &now, sizeof now),
                     0);
    close(far);
}

START_TEST(reset_while_nobody_reads_is_told_once)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    int far = connect_user(&u, loop);
    turns_quiet(loop);
    reset_far(far);
    turns_until(loop, &u.failed);
    ck_assert_int_eq(u.why, ERR_SYS);
    ck_assert_int_eq(u.errnum, ECONNRESET);
    turns_quiet(loop);
    ck_assert_int_eq(u.n_ready, 0);
    conn_want(u.conn, true, true);
    turns_quiet(loop);
    ck_assert_int_eq(u.n_ready, 0);
    conn_close(u.conn);
    loop_free(loop);
}
END_TEST

START_TEST(reset_while_reading_is_found_by_reading)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    char bytes[16];
    int far = connect_user(&u, loop);
    conn_want(u.conn, true, false);
    reset_far(far);
    turns_until_count(loop, &u.n_ready, 1);
    ck_assert(u.readable);
    ck_assert_int_eq(read_some(&u, bytes, sizeof bytes), -1);
    ck_assert_int_eq(u.why, ERR_SYS);
    ck_assert_int_eq(u.errnum, ECONNRESET);
    conn_close(u.conn);
    loop_free(loop);
}
END_TEST

START_TEST(write_to_a_closed_far_end_fails_without_a_signal)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    int far = connect_user(&u, loop);
    reset_far(far);
    ssize_t n = write_text(&u, "x");
    ck_assert_int_eq(n, -1);
    n = write_text(&u, "x");
    ck_assert_int_eq(n, -1);
    ck_assert_int_eq(u.errnum, EPIPE);
    conn_close(u.conn);
    loop_free(loop);
}
END_TEST

START_TEST(write_stops_when_full_and_goes_on_when_drained)
{
    static char bulk[65536];
    struct loop *loop = turns_loop();
    struct user u = {0};
    int far = connect_user(&u, loop);
    struct iovec iov = {bulk, sizeof bulk};
    ssize_t n;
    size_t n_written = 0;
    while ((n = conn_writev(u.conn, &iov, 1, &u.why, &u.errnum)) > 0)
        n_written += (size_t)n;
    ck_assert_int_eq(n, 0);
    conn_want(u.conn, false, true);
    turns_quiet(loop);
    ck_assert_int_eq(u.n_ready, 0);
    fcntl(far, F_SETFL, 0);
    while (n_written > 0) {
        n = read(far, bulk, sizeof bulk);
        ck_assert_int_gt(n, 0);
        n_written -= (size_t)n;
    }
    turns_until_count(loop, &u.n_ready, 1);
    ck_assert(u.writable && !u.readable);
    conn_close(u.conn);
    close(far);
    loop_free(loop);
}
END_TEST

START_TEST(want_nothing_is_told_nothing)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    int far = connect_user(&u, loop);
    ck_assert_int_eq(write(far, "abc", 3), 3);
    turns_quiet(loop);
    ck_assert_int_eq(u.n_ready, 0);
    conn_want(u.conn, true, true);
    turns_until_count(loop, &u.n_ready, 1);
    ck_assert(u.readable && u.writable);
    conn_want(u.conn, false, false);
    int n = u.n_ready;
    turns_quiet(loop);
    ck_assert_int_eq(u.n_ready, n);
    conn_close(u.conn);
    close(far);
    loop_free(loop);
}
END_TEST

/* What was wanted while it was dialled counts when it is up. */
START_TEST(want_before_open_counts_after)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    struct addr at;
    int listening = turns_listen(&at);
    dial(&u, loop, &at);
    conn_want(u.conn, false, true);
    turns_until_count(loop, &u.n_ready, 1);
    ck_assert(u.opened && u.writable);
    conn_close(u.conn);
    close(listening);
    loop_free(loop);
}
END_TEST

START_TEST(dial_binds_to_the_local_address)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    struct addr at;
    const uint8_t ip[4] = {127, 0, 0, 5};
    const struct addr local = addr_v4(ip, 0);
    const struct addr local_v6 = turns_v6(0);
    const struct conn_handler h = handler_of(&u);
    int listening = turns_listen(&at);
    ck_assert_int_eq(conn_dial_tcp(loop, &at, &local_v6, &h, &u.conn),
                     ERR_INVALID);
    enum err err = conn_dial_tcp(loop, &at, &local, &h, &u.conn);
#ifdef __linux__
    ck_assert_int_eq(err, OK);
    turns_until(loop, &u.opened);
    struct addr remote;
    int far = sock_accept(listening, &remote);
    ck_assert(addr_same_ip(&remote, &local));
    close(far);
#endif
    if (err == OK)
        conn_close(u.conn);
    close(listening);
    loop_free(loop);
}
END_TEST

START_TEST(dial_v6_works)
{
    if (!turns_has_v6())
        return;
    struct loop *loop = turns_loop();
    struct user u = {0};
    struct addr at = turns_v6(0);
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(&at, &sa);
    int listening = sock_open(AF_INET6, SOCK_STREAM);
    ck_assert_int_eq(bind(listening, (struct sockaddr *)&sa, len), 0);
    ck_assert_int_eq(listen(listening, 1), 0);
    ck_assert_int_eq(sockaddr_of_socket(listening, &at), OK);
    dial(&u, loop, &at);
    turns_until(loop, &u.opened);
    conn_close(u.conn);
    close(listening);
    loop_free(loop);
}
END_TEST

START_TEST(adopt_prepares_the_socket_and_waits_for_a_handler)
{
    struct loop *loop = turns_loop();
    struct user u = {0};
    struct addr at;
    struct addr remote;
    char bytes[16];
    int listening = turns_listen(&at);
    int far = turns_connect(&at);
    int fd = sock_accept(listening, &remote);
    ck_assert_int_eq(fcntl(fd, F_SETFL, 0), 0);
    ck_assert_int_eq(fcntl(fd, F_SETFD, 0), 0);
    ck_assert_int_eq(conn_adopt_tcp(loop, fd, &remote, &u.conn), OK);
    ck_assert(addr_eq(conn_remote(u.conn), &remote));
    ck_assert_int_ne(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    int no_delay = 0;
    socklen_t len = sizeof no_delay;
    ck_assert_int_eq(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &len),
                     0);
    ck_assert_int_eq(no_delay, 1);
    ck_assert_int_eq(write(far, "abc", 3), 3);
    conn_want(u.conn, true, false);
    turns_quiet(loop);
    const struct conn_handler h = handler_of(&u);
    conn_set_handler(u.conn, &h);
    turns_until_count(loop, &u.n_ready, 1);
    ck_assert_int_eq(read_some(&u, bytes, sizeof bytes), 3);
    ck_assert(!u.opened);
    conn_close(u.conn);
    close(far);
    close(listening);
    loop_free(loop);
}
END_TEST

START_TEST(adopt_of_no_descriptor_fails)
{
    struct loop *loop = turns_loop();
    const struct addr remote = turns_v4(1);
    struct conn *c;
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    close(fds[0]);
    close(fds[1]);
    ck_assert_int_eq(conn_adopt_tcp(loop, fds[0], &remote, &c), ERR_SYS);
    conn_close(NULL);
    loop_free(loop);
}
END_TEST

Suite *conn_suite(void)
{
    Suite *suite = suite_create("conn");
    TCase *dials = tcase_create("dial");
    tcase_add_test(dials, dial_opens_and_carries_bytes_both_ways);
    tcase_add_loop_test(dials, dial_refused_fails_later_with_the_reason, 0, 2);
    tcase_add_test(dials, dial_that_connect_refuses_fails_later);
    tcase_add_test(dials, rtt_is_known_once_it_is_open);
    tcase_add_test(dials, dial_binds_to_the_local_address);
    tcase_add_test(dials, dial_v6_works);
    tcase_add_test(dials, want_before_open_counts_after);
    suite_add_tcase(suite, dials);
    TCase *streams = tcase_create("stream");
    tcase_add_test(streams, close_before_the_outcome_tells_nothing);
    tcase_add_loop_test(streams, close_inside_a_callback_is_fine, 0, 2);
    tcase_add_test(streams, end_of_stream_is_read_after_the_last_byte);
    tcase_add_test(streams, reset_while_nobody_reads_is_told_once);
    tcase_add_test(streams, reset_while_reading_is_found_by_reading);
    tcase_add_test(streams, write_to_a_closed_far_end_fails_without_a_signal);
    tcase_add_test(streams, write_stops_when_full_and_goes_on_when_drained);
    tcase_add_test(streams, want_nothing_is_told_nothing);
    tcase_add_test(streams, adopt_prepares_the_socket_and_waits_for_a_handler);
    tcase_add_test(streams, adopt_of_no_descriptor_fails);
    suite_add_tcase(suite, streams);
    return suite;
}
