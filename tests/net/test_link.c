#include "config.h"

#include "tests/net/suites.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/rng.h"
#include "util/xalloc.h"
#include "net/conn.h"
#include "net/loop.h"
#include "tests/fake/link.h"
#include "tests/fake/world.h"

/* One end, which sends `to_send` bytes of a known sequence and reads all. */
struct side {
    struct world *world;
    struct loop *loop;
    struct conn *conn;
    uint64_t n_sent;
    uint64_t to_send;
    uint64_t n_got;
    bool reads;
    bool closes_when_sent;
    int n_opens;
    int n_failed;
    enum err why;
    int errnum;
    int64_t opened_ms;
    int64_t first_ms; /* of the first byte, -1 before */
    int64_t last_ms;
};

static uint8_t byte_at(uint64_t i)
{
    return (uint8_t)(i * 31 + (i >> 8) * 7);
}

static void side_want(struct side *s)
{
    conn_want(s->conn, s->reads, s->n_sent < s->to_send);
}

static void side_send(struct side *s)
{
    uint8_t bytes[3000];
    enum err why;
    int errnum;
    while (s->n_sent < s->to_send) {
        size_t len = sizeof bytes;
        if (len > s->to_send - s->n_sent)
            len = (size_t)(s->to_send - s->n_sent);
        for (size_t i = 0; i < len; i++)
            bytes[i] = byte_at(s->n_sent + i);
        struct iovec iov[2] = {{bytes, len / 3},
                               {bytes + len / 3, len - len / 3}};
        ssize_t n = conn_writev(s->conn, iov, 2, &why, &errnum);
        ck_assert_int_ge(n, 0);
        if (n == 0)
            return;
        s->n_sent += (uint64_t)n;
    }
}

static void side_failed(void *ctx, enum err why, int errnum)
{
    struct side *s = ctx;
    s->n_failed++;
    s->why = why;
    s->errnum = errnum;
    conn_close(s->conn);
    s->conn = NULL;
}

/* Return false when the connection is over. */
static bool side_read(struct side *s)
{
    uint8_t bytes[1000];
    struct iovec iov[2] = {{bytes, 100}, {bytes + 100, 900}};
    enum err why;
    int errnum;
    ssize_t n;
    while ((n = conn_readv(s->conn, iov, 2, &why, &errnum)) > 0) {
        /* One assertion a read: libcheck writes a line for each. */
        bool same = true;
        for (ssize_t i = 0; i < n; i++)
            same = same && bytes[i] == byte_at(s->n_got + (uint64_t)i);
        ck_assert(same);
        if (s->n_got == 0)
            s->first_ms = loop_now_ms(s->loop);
        s->n_got += (uint64_t)n;
        s->last_ms = loop_now_ms(s->loop);
    }
    if (n == 0)
        return true;
    side_failed(s, why, errnum);
    return false;
}

static void side_ready(void *ctx, bool readable, bool writable)
{
    struct side *s = ctx;
    if (readable && !side_read(s))
        return;
    if (writable)
        side_send(s);
    if (s->closes_when_sent && s->n_sent == s->to_send) {
        conn_close(s->conn);
        s->conn = NULL;
        return;
    }
    side_want(s);
}

static void side_open(void *ctx)
{
    struct side *s = ctx;
    s->n_opens++;
    s->opened_ms = loop_now_ms(s->loop);
    side_want(s);
}

static struct conn_handler handler_of(struct side *s)
{
    return (struct conn_handler){.on_open = side_open,
                                 .on_ready = side_ready,
                                 .on_failed = side_failed,
                                 .ctx = s};
}

struct stage {
    struct loop *loop;
    struct world *world;
    struct side a;
    struct side b;
};

static void stage_init(struct stage *st)
{
    memset(st, 0, sizeof *st);
    ck_assert_int_eq(loop_new(1000, false, &st->loop), OK);
    st->world = world_new(st->loop);
    st->a = (struct side){.loop = st->loop, .reads = true, .first_ms = -1};
    st->b = st->a;
}

static void stage_pair(struct stage *st, const struct link_config *config)
{
    link_pair(st->loop, config, &st->a.conn, &st->b.conn);
    const struct conn_handler ha = handler_of(&st->a);
    const struct conn_handler hb = handler_of(&st->b);
    conn_set_handler(st->a.conn, &ha);
    conn_set_handler(st->b.conn, &hb);
    side_want(&st->a);
    side_want(&st->b);
}

static void stage_fini(struct stage *st)
{
    conn_close(st->a.conn);
    conn_close(st->b.conn);
    world_free(st->world);
    loop_free(st->loop);
}

START_TEST(pair_carries_bytes_in_order_both_ways)
{
    struct stage st;
    stage_init(&st);
    st.a.to_send = 1000000;
    st.b.to_send = 700001;
    stage_pair(&st, &(struct link_config){.latency_ms = 5});
    world_run_until(st.world, 10000);
    ck_assert_uint_eq(st.b.n_got, 1000000);
    ck_assert_uint_eq(st.a.n_got, 700001);
    ck_assert_int_eq(st.b.first_ms, 1005);
    ck_assert_uint_eq(link_n_written(st.a.conn), 1000000);
    ck_assert_uint_eq(link_n_delivered(st.a.conn), 1000000);
    stage_fini(&st);
}
END_TEST

START_TEST(pair_with_rate_takes_the_time_it_must)
{
    struct stage st;
    stage_init(&st);
    st.a.to_send = 500000;
    stage_pair(&st,
               &(struct link_config){.rate_Bps = 100000, .latency_ms = 50});
    world_run_until(st.world, 20000);
    ck_assert_uint_eq(st.b.n_got, 500000);
    ck_assert_int_ge(st.b.last_ms, 1000 + 5000 + 50);
    ck_assert_int_le(st.b.last_ms, 1000 + 5000 + 60);
    stage_fini(&st);
}
END_TEST

START_TEST(pair_with_full_queue_stops_the_writer)
{
    struct stage st;
    stage_init(&st);
    st.a.to_send = 100000;
    st.b.reads = false;
    stage_pair(&st, &(struct link_config){.queue_bytes = 10000});
    world_run_until(st.world, 2000);
    ck_assert_uint_eq(st.a.n_sent, 10000);
    st.b.reads = true;
    side_want(&st.b);
    world_run_until(st.world, 3000);
    ck_assert_uint_eq(st.b.n_got, 100000);
    stage_fini(&st);
}
END_TEST

START_TEST(close_arrives_behind_the_last_byte)
{
    struct stage st;
    stage_init(&st);
    st.a.to_send = 100000;
    st.a.closes_when_sent = true;
    stage_pair(&st, &(struct link_config){.rate_Bps = 50000, .latency_ms = 20});
    world_run_until(st.world, 10000);
    ck_assert_ptr_null(st.a.conn);
    ck_assert_uint_eq(st.b.n_got, 100000);
    ck_assert_int_eq(st.b.n_failed, 1);
    ck_assert_int_eq(st.b.why, ERR_CLOSED);
    stage_fini(&st);
}
END_TEST

START_TEST(close_is_told_to_one_who_does_not_read)
{
    struct stage st;
    stage_init(&st);
    st.b.reads = false;
    stage_pair(&st, &(struct link_config){.latency_ms = 20});
    conn_close(st.a.conn);
    st.a.conn = NULL;
    world_run_until(st.world, 1019);
    ck_assert_int_eq(st.b.n_failed, 0);
    world_run_until(st.world, 1020);
    ck_assert_int_eq(st.b.n_failed, 1);
    ck_assert_int_eq(st.b.why, ERR_CLOSED);
    stage_fini(&st);
}
END_TEST

struct late_writer {
    struct conn *conn;
    enum err why;
    int errnum;
    int n_ready;
};

static void write_late(void *ctx, bool readable, bool writable)
{
    struct late_writer *w = ctx;
    struct iovec iov = {(char[]){"xyz"}, 3};
    ck_assert(readable && !writable);
    w->n_ready++;
    ck_assert_int_eq(conn_writev(w->conn, &iov, 1, &w->why, &w->errnum), -1);
    conn_close(w->conn);
}

/* What is written while the close is under way goes nowhere; after, it fails. */
START_TEST(write_after_the_far_close_arrived_fails)
{
    struct stage st;
    stage_init(&st);
    stage_pair(&st, &(struct link_config){.latency_ms = 20});
    struct late_writer w = {.conn = st.b.conn};
    const struct conn_handler h = {.on_ready = write_late, .ctx = &w};
    conn_set_handler(st.b.conn, &h);
    st.b.conn = NULL;
    conn_close(st.a.conn);
    st.a.conn = NULL;
    struct iovec iov = {(char[]){"xyz"}, 3};
    ck_assert_int_eq(conn_writev(w.conn, &iov, 1, &w.why, &w.errnum), 3);
    world_run_until(st.world, 1500);
    ck_assert_int_eq(w.n_ready, 1);
    ck_assert_int_eq(w.why, ERR_SYS);
    ck_assert_int_eq(w.errnum, EPIPE);
    stage_fini(&st);
}
END_TEST

START_TEST(break_loses_what_is_under_way_and_fails_both)
{
    struct stage st;
    stage_init(&st);
    st.a.to_send = 5000;
    st.b.reads = false;
    stage_pair(&st, &(struct link_config){.latency_ms = 20});
    world_run_until(st.world, 1010);
    link_break(st.a.conn, ECONNRESET);
    world_run_until(st.world, 1010);
    ck_assert_int_eq(st.a.n_failed, 1);
    ck_assert_int_eq(st.b.n_failed, 1);
    ck_assert_int_eq(st.a.why, ERR_SYS);
    ck_assert_int_eq(st.b.errnum, ECONNRESET);
    ck_assert_uint_eq(st.b.n_got, 0);
    stage_fini(&st);
}
END_TEST

/* A net. */

static struct addr host(uint8_t last, uint16_t port)
{
    const uint8_t ip[4] = {10, 0, 0, last};
    return addr_v4(ip, port);
}

static void take_in(void *ctx, struct conn *c, const struct addr *remote)
{
    struct side *s = ctx;
    const struct addr dialler = host(1, 0);
    ck_assert(addr_same_ip(remote, &dialler));
    ck_assert(addr_eq(conn_remote(c), remote));
    s->conn = c;
    s->opened_ms = loop_now_ms(s->loop);
    const struct conn_handler h = handler_of(s);
    conn_set_handler(c, &h);
    side_want(s);
}

static void dial(struct stage *st, struct link_net *net)
{
    const struct addr here = host(1, 5000);
    const struct addr there = host(2, 6881);
    const struct conn_handler h = handler_of(&st->a);
    ck_assert_int_eq(link_net_dial(net, &there, &here, &h, &st->a.conn), OK);
    ck_assert(addr_eq(conn_remote(st->a.conn), &there));
}

START_TEST(dial_reaches_the_listener_after_the_latencies)
{
    struct stage st;
    stage_init(&st);
    struct link_net *net = link_net_new(st.loop);
    const struct addr here = host(1, 0);
    const struct addr there = host(2, 6881);
    link_net_host(net, &here, &(struct link_host){.latency_ms = 10});
    link_net_host(net, &there, &(struct link_host){.latency_ms = 30});
    link_net_listen(net, &there, take_in, &st.b);
    st.a.to_send = 10;
    dial(&st, net);
    world_run_until(st.world, 2000);
    ck_assert_int_eq(st.b.opened_ms, 1040);
    ck_assert_int_eq(st.a.n_opens, 1);
    ck_assert_int_eq(st.a.opened_ms, 1080);
    ck_assert_int_eq(st.b.first_ms, 1120);
    ck_assert_uint_eq(st.b.n_got, 10);
    stage_fini(&st);
    link_net_free(net);
}
END_TEST

START_TEST(dial_where_nobody_listens_is_refused)
{
    struct stage st;
    stage_init(&st);
    struct link_net *net = link_net_new(st.loop);
    dial(&st, net);
    world_run_until(st.world, 2000);
    ck_assert_int_eq(st.a.n_failed, 1);
    ck_assert_int_eq(st.a.errnum, ECONNREFUSED);
    ck_assert_int_eq(st.a.n_opens, 0);
    stage_fini(&st);
    link_net_free(net);
}
END_TEST

START_TEST(dial_to_a_silent_host_gets_no_answer)
{
    struct stage st;
    stage_init(&st);
    struct link_net *net = link_net_new(st.loop);
    const struct addr there = host(2, 6881);
    link_net_listen(net, &there, take_in, &st.b);
    link_net_silence(net, &there, true);
    dial(&st, net);
    world_run_until(st.world, 100000);
    ck_assert_int_eq(st.a.n_failed + st.a.n_opens, 0);
    ck_assert_ptr_null(st.b.conn);
    stage_fini(&st);
    link_net_free(net);
}
END_TEST

/* Give the dial up before it arrives, while the answer is under way, after. */
START_TEST(dial_closed_at_any_time_leaves_nothing)
{
    struct stage st;
    stage_init(&st);
    struct link_net *net = link_net_new(st.loop);
    const struct addr here = host(1, 0);
    const struct addr there = host(2, 6881);
    link_net_host(net, &here, &(struct link_host){.latency_ms = 2});
    link_net_listen(net, &there, take_in, &st.b);
    dial(&st, net);
    world_run_until(st.world, 1000 + _i);
    conn_close(st.a.conn);
    st.a.conn = NULL;
    world_run_until(st.world, 2000);
    if (_i < 2)
        ck_assert_int_eq(st.b.n_failed + (int)st.b.opened_ms, 0);
    else
        ck_assert_int_eq(st.b.n_failed, 1);
    ck_assert_int_eq(st.a.n_opens, _i < 4 ? 0 : 1);
    ck_assert_int_eq(loop_next_due_ms(st.loop), INT64_MAX);
    stage_fini(&st);
    link_net_free(net);
}
END_TEST

enum { N_CLIENTS = 4 };

struct crowd {
    struct stage st;
    struct side servers[N_CLIENTS];
    int n_servers;
};

static void take_in_crowd(void *ctx, struct conn *c, const struct addr *remote)
{
    struct crowd *crowd = ctx;
    struct side *s = &crowd->servers[crowd->n_servers++];
    (void)remote;
    *s = (struct side){.loop = crowd->st.loop, .conn = c};
    s->to_send = 250000;
    const struct conn_handler h = handler_of(s);
    conn_set_handler(c, &h);
    side_want(s);
}

/* One up link of 100 kB/s for four: a megabyte takes ten seconds, and each gets
 * its quarter all along. */
START_TEST(connections_of_a_host_share_its_rate)
{
    struct crowd crowd = {.n_servers = 0};
    stage_init(&crowd.st);
    struct link_net *net = link_net_new(crowd.st.loop);
    const struct addr server = host(9, 80);
    link_net_host(net, &server,
                  &(struct link_host){.up_Bps = 100000, .queue_bytes = 16384});
    link_net_listen(net, &server, take_in_crowd, &crowd);
    struct side clients[N_CLIENTS];
    for (int i = 0; i < N_CLIENTS; i++) {
        clients[i] = (struct side){.loop = crowd.st.loop, .reads = true};
        const struct addr here = host((uint8_t)(i + 1), 1);
        const struct conn_handler h = handler_of(&clients[i]);
        ck_assert_int_eq(link_net_dial(net, &server, &here, &h,
                                       &clients[i].conn),
                         OK);
    }
    world_run_until(crowd.st.world, 6000);
    for (int i = 0; i < N_CLIENTS; i++) {
        ck_assert_uint_gt(clients[i].n_got, 100000);
        ck_assert_uint_lt(clients[i].n_got, 150000);
    }
    world_run_until(crowd.st.world, 11100);
    for (int i = 0; i < N_CLIENTS; i++) {
        ck_assert_uint_eq(clients[i].n_got, 250000);
        ck_assert_int_ge(clients[i].last_ms, 9000);
        conn_close(clients[i].conn);
        conn_close(crowd.servers[i].conn);
    }
    stage_fini(&crowd.st);
    link_net_free(net);
}
END_TEST

/* Any rate, delay and queue: all bytes, in order, none lost, and the same run
 * for the same seed. */
START_TEST(random_links_carry_everything_and_repeat)
{
    int64_t last_ms[2] = {0, 0};
    for (int run = 0; run < 2; run++) {
        uint64_t seed = 900 + (uint64_t)_i;
        struct rng rng = rng_seeded(&seed);
        struct stage st;
        stage_init(&st);
        st.a.to_send = rng_below(&rng, 200000);
        st.b.to_send = rng_below(&rng, 200000);
        const struct link_config config = {
            .rate_Bps = rng_below(&rng, 2) * (20000 + rng_below(&rng, 90000)),
            .back_Bps = rng_below(&rng, 2) * (20000 + rng_below(&rng, 90000)),
            .latency_ms = rng_below(&rng, 100),
            .queue_bytes = 1000 + rng_below(&rng, 100000),
        };
        stage_pair(&st, &config);
        world_run_until(st.world, 1000000);
        ck_assert_msg(st.b.n_got == st.a.to_send && st.a.n_got == st.b.to_send,
                      "seed %d", 900 + _i);
        last_ms[run] = st.b.last_ms * 3 + st.a.last_ms;
        stage_fini(&st);
    }
    ck_assert_int_eq(last_ms[0], last_ms[1]);
}
END_TEST

struct pumped {
    struct loop *loop;
    struct loop_timer timer;
    int n_jobs;
    int n_done;
    int64_t done_ms;
};

static void add_job(void *ctx)
{
    struct pumped *p = ctx;
    p->n_jobs = 3;
}

static bool pump_job(void *ctx)
{
    struct pumped *p = ctx;
    if (p->n_jobs == 0)
        return false;
    p->n_jobs--;
    p->n_done++;
    p->done_ms = loop_now_ms(p->loop);
    return true;
}

START_TEST(world_pumps_until_quiet_before_time_goes_on)
{
    struct stage st;
    stage_init(&st);
    struct pumped p = {.loop = st.loop};
    loop_timer_init(&p.timer, add_job, &p);
    loop_timer_arm(st.loop, &p.timer, 1500);
    world_add_pump(st.world, pump_job, &p);
    world_run_until(st.world, 1499);
    ck_assert_int_eq(p.n_done, 0);
    world_run_until(st.world, 5000);
    ck_assert_int_eq(p.n_done, 3);
    ck_assert_int_eq(p.done_ms, 1500);
    ck_assert_int_eq(loop_now_ms(st.loop), 5000);
    ck_assert(!world_step(st.world));
    world_remove_pump(st.world, &p);
    p.n_jobs = 1;
    world_run_until(st.world, 5001);
    ck_assert_int_eq(p.n_jobs, 1);
    stage_fini(&st);
}
END_TEST

Suite *link_suite(void)
{
    Suite *suite = suite_create("link");
    TCase *pairs = tcase_create("pairs");
    tcase_add_test(pairs, pair_carries_bytes_in_order_both_ways);
    tcase_add_test(pairs, pair_with_rate_takes_the_time_it_must);
    tcase_add_test(pairs, pair_with_full_queue_stops_the_writer);
    tcase_add_test(pairs, close_arrives_behind_the_last_byte);
    tcase_add_test(pairs, close_is_told_to_one_who_does_not_read);
    tcase_add_test(pairs, write_after_the_far_close_arrived_fails);
    tcase_add_test(pairs, break_loses_what_is_under_way_and_fails_both);
    tcase_add_loop_test(pairs, random_links_carry_everything_and_repeat, 0, 30);
    suite_add_tcase(suite, pairs);
    TCase *nets = tcase_create("nets");
    tcase_add_test(nets, dial_reaches_the_listener_after_the_latencies);
    tcase_add_test(nets, dial_where_nobody_listens_is_refused);
    tcase_add_test(nets, dial_to_a_silent_host_gets_no_answer);
    tcase_add_loop_test(nets, dial_closed_at_any_time_leaves_nothing, 0, 7);
    tcase_add_test(nets, connections_of_a_host_share_its_rate);
    suite_add_tcase(suite, nets);
    TCase *worlds = tcase_create("world");
    tcase_add_test(worlds, world_pumps_until_quiet_before_time_goes_on);
    suite_add_tcase(suite, worlds);
    return suite;
}
