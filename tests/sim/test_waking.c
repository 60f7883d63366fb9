/* An engine that sleeps, among others that do not. */
#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

#include "engine/rouse.h"
#include "engine/torrent_parts.h"
#include "engine/waking.h"

enum { KB = 1024, MB = 1024 * KB, SECOND = 1000, HOUR = 3600 * SECOND };

static struct content *c;
static struct swarm *s;
static struct node *seed, *leech;
static struct waking waking; /* the leech's */
static int64_t slept_ms;
static uint32_t most_dials; /* in a second of run() */

static int64_t on_slept(void *ctx)
{
    (void)ctx;
    return slept_ms;
}

static void on_own_addr(void *ctx, struct ownaddr *out)
{
    (void)ctx;
    *out =
        (struct ownaddr){.has_v4 = true,
                         .v4 = addr_v4((const uint8_t[4]){192, 168, 1, 5}, 0)};
}

static void on_lost(void *ctx, bool v4, bool v6, const char *words)
{
    (void)ctx;
    rouse_lose(node_torrent(leech), v4, v6, words);
}

static void on_ask(void *ctx, int64_t for_ms, const char *words)
{
    struct torrent *t = node_torrent(leech);
    (void)ctx;
    (void)words;
    limits_brace(t->env->limits, swarm_now_ms(s));
    rouse_ask(t, for_ms, 0);
}

static void begin(size_t n_seeds, const struct node_config *config,
                  uint64_t size_bytes)
{
    struct waking_host host = {on_slept, on_own_addr, on_lost, on_ask, NULL};
    c = content_new(size_bytes, 256 * KB);
    s = swarm_new(c);
    leech =
        swarm_add(s, &(struct node_config){.latency_ms = 10, .max_peers = 100});
    swarm_add_many(s, config, n_seeds);
    seed = swarm_node(s, 1);
    for (size_t i = 1; i <= n_seeds; i++)
        swarm_introduce(leech, swarm_node(s, i));
    slept_ms = 0;
    most_dials = 0;
    waking_init(&waking, &host, swarm_now_ms(s));
}

static void tear_down(void)
{
    swarm_free(s);
    content_free(c);
}

/* Let so many seconds pass, or until it has all. */
static void run(int seconds)
{
    for (int i = 0; i < seconds && !node_is_finished(leech); i++) {
        uint32_t before = node_n_dials(leech);
        waking_look(&waking, swarm_now_ms(s));
        swarm_run_ms(s, SECOND);
        uint32_t n = node_n_dials(leech) - before;
        most_dials = n > most_dials ? n : most_dials;
    }
}

/* Slow, so that there is still something to do when it wakes. */
static const struct node_config slow = {.is_seed = true,
                                        .limit_up_Bps = 2 * KB};

/* It is connected to a seed that will say no more, and knows another, which was away each
 * time that it was dialled, just now too, and is there. */
static void fall_asleep(void)
{
    begin(1, &slow, 4 * MB);
    struct node *away = swarm_add(s, &(struct node_config){.is_seed = true});
    node_stop(away);
    swarm_introduce(leech, away);
    run(10 * 60);
    uint32_t n_dials = node_n_dials(leech);
    for (int i = 0; i < 10 * 60 && node_n_dials(leech) == n_dials; i++)
        run(1);
    ck_assert_uint_gt(node_n_dials(leech), n_dials);
    run(1);
    ck_assert_uint_eq(node_torrent(leech)->n_members, 1);
    node_set_line(seed, 1, 1);
    node_start(away);
    ck_assert(!node_is_finished(leech));
}

START_TEST(after_an_hour_asleep_it_goes_on_within_a_minute)
{
    fall_asleep();
    slept_ms += 1 * HOUR;
    run(60);
    ck_assert(node_is_finished(leech));
    ck_assert(node_has_all(leech));
}
END_TEST

/* The same without sleep: it cannot know, and dials nobody before its time. */
START_TEST(awake_it_waits_its_time)
{
    fall_asleep();
    uint32_t n_dials = node_n_dials(leech);
    run(60);
    ck_assert(!node_is_finished(leech));
    ck_assert_uint_eq(node_n_dials(leech), n_dials);
}
END_TEST

/* Who gave nothing is dialled again as soon as who did: we closed, for no fault of its. */
START_TEST(who_is_lost_is_not_blamed)
{
    begin(1, &(struct node_config){.is_seed = false}, 4 * MB);
    run(4);
    ck_assert_uint_eq(node_n_dials(leech), 1);
    rouse_lose(node_torrent(leech), false, true, "not of its family");
    swarm_run_ms(s, 10);
    ck_assert_uint_eq(node_torrent(leech)->n_members, 1);
    rouse_lose(node_torrent(leech), true, false, "lost");
    swarm_run_ms(s, 10);
    ck_assert_uint_eq(node_torrent(leech)->n_members, 0);
    run(PEERS_USEFUL_WAIT_MS / SECOND + 1);
    ck_assert_uint_eq(node_n_dials(leech), 2);
}
END_TEST

/* The process was stopped for minutes: it goes on as it was. */
START_TEST(stall_closes_and_dials_nobody)
{
    begin(3, &slow, 4 * MB);
    run(10);
    uint32_t n_dials = node_n_dials(leech);
    ck_assert_uint_eq(n_dials, 3);
    swarm_run_ms(s, 5 * 60 * SECOND);
    run(60);
    ck_assert(!node_is_finished(leech));
    ck_assert_uint_eq(node_n_dials(leech), n_dials);
    ck_assert_uint_eq(node_torrent(leech)->n_members, 3);
}
END_TEST

/* It comes back to all that it knew, without a rush. */
START_TEST(many_are_dialled_again_at_the_usual_pace)
{
    enum { N = 80 };
    begin(N, &slow, 32 * MB);
    swarm_run_ms(s, 60 * SECOND);
    ck_assert_uint_eq(node_torrent(leech)->n_members, N);
    slept_ms += 1 * HOUR;
    waking_look(&waking, swarm_now_ms(s));
    swarm_run_ms(s, 10);
    ck_assert_uint_eq(node_torrent(leech)->n_members, 0);
    run(60);
    ck_assert(!node_is_finished(leech));
    ck_assert_uint_eq(node_torrent(leech)->n_members, N);
    ck_assert_uint_gt(most_dials, 0);
    ck_assert_uint_le(most_dials, LIMITS_DIAL_BURST);
}
END_TEST

Suite *waking_sim_suite(void)
{
    Suite *suite = suite_create("waking");
    TCase *tc = tcase_create("waking");
    tcase_add_checked_fixture(tc, NULL, tear_down);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, after_an_hour_asleep_it_goes_on_within_a_minute);
    tcase_add_test(tc, awake_it_waits_its_time);
    tcase_add_test(tc, who_is_lost_is_not_blamed);
    tcase_add_test(tc, stall_closes_and_dials_nobody);
    tcase_add_test(tc, many_are_dialled_again_at_the_usual_pace);
    suite_add_tcase(suite, tc);
    return suite;
}
