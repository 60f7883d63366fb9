#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

enum { KB = 1024, MB = 1024 * KB };

/* Who limits what: each row one of the four places. */
static const struct {
    const char *words;
    struct node_config seed, leech; /* as far as limits go */
} limits[] = {
    {"down, session", {0}, {.limit_down_Bps = 400 * KB}},
    {"down, torrent", {0}, {.torrent_down_Bps = 400 * KB}},
    {"up, session", {.limit_up_Bps = 400 * KB}, {0}},
    {"up, torrent", {.torrent_up_Bps = 400 * KB}, {0}},
    {"both, the lesser counts",
     {.limit_up_Bps = 400 * KB},
     {.limit_down_Bps = 3 * MB, .torrent_down_Bps = 800 * KB}},
    {"slow down", {0}, {.limit_down_Bps = 20 * KB}},
    {"slow up", {.limit_up_Bps = 20 * KB}, {0}},
};

/* Two seeds and a leech; the payload of a minute, after ten seconds. */
START_TEST(limit_holds_over_a_minute)
{
    struct content *c = content_new(32 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node_config config = limits[_i].leech;
    config.latency_ms = 20;
    struct node *leech = swarm_add(s, &config);
    bool up = limits[_i].seed.limit_up_Bps + limits[_i].seed.torrent_up_Bps > 0;
    config = limits[_i].seed;
    config.is_seed = true;
    config.latency_ms = 20;
    for (int i = 0; i < (up ? 1 : 2); i++)
        swarm_introduce(leech, swarm_add(s, &config));
    swarm_run_ms(s, 10000);
    uint64_t before = node_frame(leech).bytes_down;
    swarm_run_ms(s, 60000);
    uint64_t Bps = (node_frame(leech).bytes_down - before) / 60;
    bool slow = limits[_i].leech.limit_down_Bps == 20 * KB ||
                limits[_i].seed.limit_up_Bps == 20 * KB;
    uint64_t limit = slow ? 20 * KB : 400 * KB;
    swarm_report("%s: %d of %d B/s", limits[_i].words, (int)Bps, (int)limit);
    ck_assert_uint_ge(Bps, limit * 95 / 100);
    ck_assert_uint_le(Bps, limit * 105 / 100);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Uploaded is what has left, not what waits to. */
START_TEST(uploaded_counts_what_has_left)
{
    struct content *c = content_new(8 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .limit_up_Bps = 20 * KB,
                                           .latency_ms = 20});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 20});
    swarm_introduce(leech, seed);
    for (int i = 0; i < 30; i++) {
        swarm_run_ms(s, 1000);
        uint64_t up = node_frame(seed).bytes_up;
        uint64_t down = node_frame(leech).bytes_down;
        ck_assert_uint_ge(up, down);
        ck_assert_uint_le(up - down, 20 * KB); /* a block counts when whole */
    }
    ck_assert_uint_gt(node_frame(seed).bytes_up, 400 * KB);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* One session's limit, many who ask: it is all used, and no more. */
START_TEST(limit_up_is_shared_by_many)
{
    struct content *c = content_new(8 * MB, 64 * KB);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .limit_up_Bps = 300 * KB,
                                           .latency_ms = 20});
    for (int i = 0; i < 12; i++)
        swarm_introduce(swarm_add(s, &(struct node_config){.torrent_up_Bps = 1,
                                                           .latency_ms = 20}),
                        seed);
    swarm_run_ms(s, 10000);
    uint64_t before = node_frame(seed).bytes_up;
    swarm_run_ms(s, 60000);
    uint64_t Bps = (node_frame(seed).bytes_up - before) / 60;
    swarm_report("shared: %d B/s", (int)Bps);
    ck_assert_uint_ge(Bps, 300 * KB * 95 / 100);
    ck_assert_uint_le(Bps, 300 * KB * 105 / 100);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* A disk that takes 50 ms for each job, pieces of 1 MiB, a quick line, and room for
 * eight pieces: what is received waits, and is bounded. */
START_TEST(slow_disk_holds_memory_under_its_ceiling)
{
    enum { POOL = 8 * MB, PIECE = 1 * MB };
    struct content *c = content_new(48 * MB, PIECE);
    struct swarm *s = swarm_new(c);
    struct node *leech = swarm_add(s, &(struct node_config){.pool_bytes = POOL,
                                                            .latency_ms = 5});
    node_set_disk_ms(leech, 200);
    for (int i = 0; i < 4; i++)
        swarm_introduce(leech,
                        swarm_add(s, &(struct node_config){.is_seed = true,
                                                           .latency_ms = 5}));
    int64_t begin_ms = swarm_now_ms(s);
    ck_assert(node_run_finished(leech, 120000));
    int64_t ms = node_finished_ms(leech) - begin_ms;
    swarm_report("slow disk: %d ms, at most %d KB of memory", (int)ms,
                 (int)(node_pool_max_used(leech) / KB));
    ck_assert(node_has_all(leech));
    ck_assert_uint_le(node_pool_max_used(leech), POOL + 4 * PIECE);
    /* 48 writes of 200 ms; the disk was kept at work. */
    ck_assert_int_le(ms, 48 * 200 * 5 / 4);
    swarm_free(s);
    content_free(c);
}
END_TEST

START_TEST(full_disk_waits_for_space_and_goes_on)
{
    struct content *c = content_new(8 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 1 * MB});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 20});
    simstore_set_space(node_store(leech), 3 * MB);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 30000);
    struct frame_torrent f = node_frame(leech);
    ck_assert_int_eq(f.state, FRAME_NO_SPACE);
    ck_assert_str_ne(f.cause, "");
    ck_assert_uint_eq(f.have_bytes, 3 * MB);
    ck_assert_uint_eq(node_n_events(leech, EVENT_DISK), 1);
    uint64_t down = f.bytes_down;
    swarm_run_ms(s, 60000);
    f = node_frame(leech);
    ck_assert_int_eq(f.state, FRAME_NO_SPACE);
    ck_assert_uint_eq(f.bytes_down, down); /* nothing is asked for meanwhile */
    simstore_set_space(node_store(leech), UINT64_MAX);
    int64_t begin_ms = swarm_now_ms(s);
    ck_assert(node_run_finished(leech, 60000));
    ck_assert(node_has_all(leech));
    ck_assert_int_le(node_finished_ms(leech) - begin_ms, 18000);
    f = node_frame(leech);
    ck_assert_int_eq(f.state, FRAME_SEEDING);
    ck_assert_str_eq(f.cause, "");
    ck_assert_uint_eq(f.bytes_wasted, 0);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* What is there goes on being sent. */
START_TEST(full_disk_goes_on_seeding)
{
    struct content *c = content_new(8 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 1 * MB});
    struct node *full = swarm_add(s, &(struct node_config){.latency_ms = 20});
    struct node *other = swarm_add(s, &(struct node_config){.latency_ms = 20});
    simstore_set_space(node_store(full), 3 * MB);
    swarm_introduce(full, seed);
    swarm_run_ms(s, 20000);
    ck_assert_int_eq(node_frame(full).state, FRAME_NO_SPACE);
    swarm_introduce(other, full);
    swarm_run_ms(s, 60000);
    ck_assert_uint_eq(node_frame(other).have_bytes, 3 * MB);
    ck_assert_int_eq(node_frame(full).state, FRAME_NO_SPACE);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Somebody else frees a little now and then: a line in the log a piece would hide
 * everything else. */
START_TEST(full_disk_is_told_once)
{
    struct content *c = content_new(8 * MB, 64 * KB);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 1 * MB});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 20});
    swarm_introduce(leech, seed);
    for (int i = 0; i < 25; i++) {
        simstore_set_space(node_store(leech), 128 * KB);
        swarm_run_ms(s, 12000);
    }
    ck_assert_int_eq(node_frame(leech).state, FRAME_NO_SPACE);
    ck_assert_uint_gt(node_frame(leech).have_bytes, 2 * MB);
    ck_assert_uint_eq(node_n_events(leech, EVENT_DISK), 1);
    simstore_set_space(node_store(leech), UINT64_MAX);
    ck_assert(node_run_finished(leech, 60000));
    swarm_free(s);
    content_free(c);
}
END_TEST

START_TEST(broken_disk_fails_the_torrent_with_its_cause)
{
    struct content *c = content_new(4 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 1 * MB});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 20});
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 2000);
    simstore_fail_writes(node_store(leech), ERR_SYS);
    swarm_run_ms(s, 60000);
    struct frame_torrent f = node_frame(leech);
    ck_assert_int_eq(f.state, FRAME_ERROR);
    ck_assert_str_ne(f.cause, "");
    ck_assert_uint_eq(f.n_peers, 0);
    ck_assert_uint_eq(node_n_events(leech, EVENT_ERROR), 1);
    ck_assert_uint_eq(simstore_n_wrong(node_store(leech)), 0);
    ck_assert_int_eq(node_frame(seed).state, FRAME_SEEDING);
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *limits_suite(void)
{
    Suite *suite = suite_create("limits");
    TCase *tc = tcase_create("rates");
    tcase_add_loop_test(tc, limit_holds_over_a_minute, 0,
                        sizeof limits / sizeof limits[0]);
    tcase_add_test(tc, uploaded_counts_what_has_left);
    tcase_add_test(tc, limit_up_is_shared_by_many);
    suite_add_tcase(suite, tc);
    tc = tcase_create("disk");
    tcase_add_test(tc, slow_disk_holds_memory_under_its_ceiling);
    tcase_add_test(tc, full_disk_waits_for_space_and_goes_on);
    tcase_add_test(tc, full_disk_goes_on_seeding);
    tcase_add_test(tc, full_disk_is_told_once);
    tcase_add_test(tc, broken_disk_fails_the_torrent_with_its_cause);
    suite_add_tcase(suite, tc);
    return suite;
}
