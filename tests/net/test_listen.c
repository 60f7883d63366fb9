#include "config.h"

#include "tests/net/suites.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/listen.h"
#include "net/sockaddr.h"
#include "tests/net/turns.h"

enum { MAX_TAKEN = 64 };

struct taker {
    int fds[MAX_TAKEN];
    struct addr remotes[MAX_TAKEN];
    int n;
};

static void take(void *ctx, int fd, const struct addr *remote)
{
    struct taker *t = ctx;
    ck_assert_int_lt(t->n, MAX_TAKEN);
    t->fds[t->n] = fd;
    t->remotes[t->n++] = *remote;
}

static void let_go(struct taker *t)
{
    while (t->n > 0)
        close(t->fds[--t->n]);
}

static struct listen *listen_on_loopback(struct loop *loop, struct taker *t,
                                         bool with_v6)
{
    const struct addr v4 = turns_v4(0);
    const struct addr v6 = turns_v6(0);
    const struct dualsock_config config = {.v4 = true,
                                           .v6 = with_v6,
                                           .local_v4 = &v4,
                                           .local_v6 = &v6};
    struct listen *l;
    ck_assert_int_eq(listen_new(loop, &config, take, t, &l, NULL), OK);
    return l;
}

START_TEST(connections_of_both_families_come_to_one_port)
{
    struct loop *loop = turns_loop();
    struct taker t = {.n = 0};
    bool with_v6 = turns_has_v6();
    struct listen *l = listen_on_loopback(loop, &t, with_v6);
    ck_assert(listen_has_v4(l));
    ck_assert_int_eq(listen_has_v6(l), with_v6);
    const struct addr at = turns_v4(listen_port(l));
    int client = turns_connect(&at);
    turns_until_count(loop, &t.n, 1);
    struct addr here;
    ck_assert_int_eq(sockaddr_of_socket(client, &here), OK);
    ck_assert(addr_eq(&t.remotes[0], &here));
    close(client);
    if (with_v6) {
        const struct addr at_v6 = turns_v6(listen_port(l));
        client = turns_connect(&at_v6);
        turns_until_count(loop, &t.n, 2);
        ck_assert(!addr_is_v4(&t.remotes[1]));
        close(client);
    }
    let_go(&t);
    listen_free(l);
    loop_free(loop);
}
END_TEST

START_TEST(second_listener_on_the_port_is_busy)
{
    struct loop *loop = turns_loop();
    struct taker t = {.n = 0};
    struct listen *l = listen_on_loopback(loop, &t, false);
    const struct addr v4 = turns_v4(0);
    const struct dualsock_config config = {.port = listen_port(l),
                                           .v4 = true,
                                           .local_v4 = &v4};
    struct listen *second;
    struct cause cause;
    ck_assert_int_eq(listen_new(loop, &config, take, &t, &second, &cause),
                     ERR_BUSY);
    listen_free(l);
    listen_free(NULL);
    loop_free(loop);
}
END_TEST

START_TEST(one_turn_takes_a_bounded_number)
{
    struct loop *loop = turns_loop();
    struct taker t = {.n = 0};
    int clients[LISTEN_ACCEPT_MAX + 4];
    struct listen *l = listen_on_loopback(loop, &t, false);
    const struct addr at = turns_v4(listen_port(l));
    for (int i = 0; i < LISTEN_ACCEPT_MAX + 4; i++)
        clients[i] = turns_connect(&at);
    ck_assert_int_eq(loop_run_once(loop, 0), OK);
    ck_assert_int_eq(t.n, LISTEN_ACCEPT_MAX);
    ck_assert_int_eq(loop_run_once(loop, 0), OK);
    ck_assert_int_eq(t.n, LISTEN_ACCEPT_MAX + 4);
    for (int i = 0; i < LISTEN_ACCEPT_MAX + 4; i++)
        close(clients[i]);
    let_go(&t);
    listen_free(l);
    loop_free(loop);
}
END_TEST

/* Lower the limit to what is open now; give back what it was. */
static rlim_t forbid_more_descriptors(void)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    rlim_t before = limit.rlim_cur;
    int lowest_free = dup(0);
    ck_assert_int_ge(lowest_free, 0);
    close(lowest_free);
    limit.rlim_cur = (rlim_t)lowest_free;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_int_eq(dup(0), -1);
    return before;
}

static void allow_descriptors(rlim_t n)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = n;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* Out of descriptors: who waits is told by a close, and the loop rests for a
 * second, so that what comes meanwhile makes no turn busy. */
START_TEST(without_descriptors_it_closes_who_waits_and_rests)
{
    struct loop *loop = turns_loop();
    struct taker t = {.n = 0};
    struct listen *l = listen_on_loopback(loop, &t, false);
    const struct addr at = turns_v4(listen_port(l));
    int clients[4];
    char byte;
    for (int i = 0; i < 4; i++)
        clients[i] = turns_connect(&at);
    rlim_t before = forbid_more_descriptors();
    ck_assert_int_eq(loop_run_once(loop, 0), OK);
    ck_assert_int_eq(t.n, 0);
    ck_assert_uint_eq(listen_n_refused(l), 4);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(read(clients[i], &byte, 1), 0);
    int64_t start_ms = loop_now_ms(loop);
    ck_assert_int_eq(loop_next_due_ms(loop), start_ms + LISTEN_PAUSE_MS);
    allow_descriptors(before);
    int late = turns_connect(&at);
    turns_quiet(loop);
    ck_assert_int_eq(t.n, 0);
    loop_step(loop, start_ms + LISTEN_PAUSE_MS);
    turns_quiet(loop);
    ck_assert_int_eq(t.n, 1);
    close(late);
    for (int i = 0; i < 4; i++)
        close(clients[i]);
    let_go(&t);
    listen_free(l);
    loop_free(loop);
}
END_TEST

START_TEST(free_while_resting_is_fine)
{
    struct loop *loop = turns_loop();
    struct taker t = {.n = 0};
    struct listen *l = listen_on_loopback(loop, &t, false);
    const struct addr at = turns_v4(listen_port(l));
    int client = turns_connect(&at);
    rlim_t before = forbid_more_descriptors();
    ck_assert_int_eq(loop_run_once(loop, 0), OK);
    allow_descriptors(before);
    listen_free(l);
    ck_assert_int_eq(loop_next_due_ms(loop), INT64_MAX);
    close(client);
    loop_free(loop);
}
END_TEST

Suite *listen_suite(void)
{
    Suite *suite = suite_create("listen");
    TCase *tc = tcase_create("accept");
    tcase_add_test(tc, connections_of_both_families_come_to_one_port);
    tcase_add_test(tc, second_listener_on_the_port_is_busy);
    tcase_add_test(tc, one_turn_takes_a_bounded_number);
    tcase_add_test(tc, without_descriptors_it_closes_who_waits_and_rests);
    tcase_add_test(tc, free_while_resting_is_fine);
    suite_add_tcase(suite, tc);
    return suite;
}
