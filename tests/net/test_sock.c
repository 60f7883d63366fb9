#include "config.h"

#include "tests/net/suites.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/sock.h"
#include "net/sockaddr.h"
#include "tests/net/turns.h"

static void assert_prepared(int fd)
{
    ck_assert_int_ge(fd, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
}

START_TEST(open_and_accept_do_not_block_and_close_on_exec)
{
    struct addr at;
    int fd = turns_listen(&at);
    assert_prepared(fd);
    struct addr remote;
    ck_assert_int_eq(sock_accept(fd, &remote), -1);
    ck_assert_int_eq(errno, EAGAIN);
    int client = turns_connect(&at);
    int accepted = sock_accept(fd, &remote);
    assert_prepared(accepted);
    struct addr here;
    ck_assert_int_eq(sockaddr_of_socket(client, &here), OK);
    ck_assert(addr_eq(&remote, &here));
    close(client);
    close(accepted);
    close(fd);
}
END_TEST

START_TEST(prepare_sets_flags_and_fails_on_a_closed_one)
{
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert(sock_prepare(fds[0]));
    assert_prepared(fds[0]);
    close(fds[0]);
    close(fds[1]);
    ck_assert(!sock_prepare(fds[0]));
}
END_TEST

START_TEST(take_error_gives_it_once)
{
    struct addr at;
    int listening = turns_listen(&at);
    close(listening);
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(&at, &sa);
    int fd = sock_open(AF_INET, SOCK_STREAM);
    int rc = connect(fd, (struct sockaddr *)&sa, len);
    ck_assert_int_eq(rc, -1);
    if (errno == EINPROGRESS)
        ck_assert_int_eq(sock_take_error(fd), ECONNREFUSED);
    ck_assert_int_eq(sock_take_error(fd), 0);
    close(fd);
    ck_assert_int_eq(sock_take_error(fd), EBADF);
}
END_TEST

/* The way to somebody is known before anything is sent; where there is none, so is that. */
START_TEST(open_to_tells_the_way)
{
    struct addr to = turns_v4(9), from = turns_v4(0), own, v6 = turns_v6(0);
    int fd = sock_open_to(&to, NULL, &own);
    assert_prepared(fd);
    close(fd);
    ck_assert(addr_same_ip(&own, &to));
    ck_assert_uint_ne(own.port, 0);
    from.ip[15] = 2;
    to.port = 10;
    fd = sock_open_to(&to, &from, &own);
    assert_prepared(fd);
    close(fd);
    ck_assert(addr_same_ip(&own, &from));
    ck_assert_int_eq(sock_open_to(&to, &v6, &own), -1);
    ck_assert_int_ne(errno, 0);
}
END_TEST

Suite *sock_suite(void)
{
    Suite *suite = suite_create("sock");
    TCase *tc = tcase_create("flags");
    tcase_add_test(tc, open_and_accept_do_not_block_and_close_on_exec);
    tcase_add_test(tc, open_to_tells_the_way);
    tcase_add_test(tc, prepare_sets_flags_and_fails_on_a_closed_one);
    tcase_add_test(tc, take_error_gives_it_once);
    suite_add_tcase(suite, tc);
    return suite;
}
