#include "config.h"

#include "tests/net/turns.h"

#include <check.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "util/clock.h"
#include "net/sock.h"
#include "net/sockaddr.h"

enum { MAX_TURNS = 5000, MAX_WAIT_MS = 2000 };

struct loop *turns_loop(void)
{
    struct loop *loop;
    ck_assert_int_eq(loop_new(clock_now_ms(), true, &loop), OK);
    return loop;
}

void turns_until(struct loop *loop, const bool *done)
{
    for (int i = 0; i < MAX_TURNS && !*done; i++)
        ck_assert_int_eq(loop_run_once(loop, MAX_WAIT_MS), OK);
    ck_assert_msg(*done, "waited in vain");
    loop_check(loop);
}

void turns_until_count(struct loop *loop, const int *n, int want)
{
    for (int i = 0; i < MAX_TURNS && *n < want; i++)
        ck_assert_int_eq(loop_run_once(loop, MAX_WAIT_MS), OK);
    ck_assert_int_ge(*n, want);
    loop_check(loop);
}

void turns_quiet(struct loop *loop)
{
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(loop_run_once(loop, 0), OK);
    loop_check(loop);
}

struct addr turns_v4(uint16_t port)
{
    static const uint8_t ip[4] = {127, 0, 0, 1};
    return addr_v4(ip, port);
}

struct addr turns_v6(uint16_t port)
{
    static const uint8_t ip[16] = {[15] = 1};
    return addr_v6(ip, port);
}

bool turns_has_v6(void)
{
    const struct addr at = turns_v6(0);
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(&at, &sa);
    int fd = sock_open(AF_INET6, SOCK_STREAM);
    if (fd < 0)
        return false;
    bool ok = bind(fd, (struct sockaddr *)&sa, len) == 0;
    close(fd);
    return ok;
}

int turns_listen(struct addr *at)
{
    const struct addr any = turns_v4(0);
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(&any, &sa);
    int fd = sock_open(AF_INET, SOCK_STREAM);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
    ck_assert_int_eq(listen(fd, 16), 0);
    ck_assert_int_eq(sockaddr_of_socket(fd, at), OK);
    return fd;
}

int turns_connect(const struct addr *at)
{
    struct sockaddr_storage sa;
    socklen_t len = sockaddr_from_addr(at, &sa);
    const struct timeval second = {.tv_sec = 1};
    int fd = socket(sockaddr_family(at), SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second,
                                sizeof second),
                     0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, len), 0);
    return fd;
}
