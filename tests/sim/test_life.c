#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

#include <stdlib.h>
#include <unistd.h>

#include "util/xalloc.h"

enum { KB = 1024, MB = 1024 * KB, BLOCK = 16 * KB };

/* Twenty others around one who stays; every two seconds one goes and one comes. */
static uint64_t churn(int64_t *took_ms_out)
{
    struct content *c = content_new(8 * MB, 128 * KB);
    struct swarm *s = swarm_new(c);
    struct node_config config = {.line_up_Bps = 128 * KB, .latency_ms = 30};
    struct node *stays = swarm_add(s, &config);
    config.is_seed = true;
    swarm_add_many(s, &config, 2);
    config.is_seed = false;
    swarm_add_many(s, &config, 18);
    swarm_introduce_all(s, 10);
    int64_t begin_ms = swarm_now_ms(s);
    for (int i = 0; i < 200 && !node_is_finished(stays); i++) {
        swarm_run_ms(s, 2000);
        size_t goes = 1 + swarm_below(s, (uint32_t)swarm_n_nodes(s) - 1);
        swarm_remove(swarm_node(s, goes));
        swarm_run_ms(s, 100);
        config.is_seed = i % 8 == 0;
        swarm_introduce_to_some(swarm_add(s, &config), 6);
    }
    ck_assert(node_is_finished(stays));
    ck_assert(node_has_all(stays));
    *took_ms_out = node_finished_ms(stays) - begin_ms;
    uint64_t hash = swarm_log_hash(s);
    swarm_report("churn: %d ms, log %016llx", (int)*took_ms_out,
                 (unsigned long long)hash);
    swarm_free(s);
    content_free(c);
    return hash;
}

START_TEST(churn_leech_completes_and_the_same_seed_gives_the_same_run)
{
    int64_t first_ms, again_ms;
    uint64_t first = churn(&first_ms);
    uint64_t again = churn(&again_ms);
    ck_assert_int_le(first_ms, 240000);
    ck_assert_int_eq(first_ms, again_ms);
    ck_assert_uint_eq(first, again);
}
END_TEST

/* Restarts. */

static char *new_path(void)
{
    const char *base = getenv("TMPDIR");
    char *path = xasprintf("%s/tessera-sim-XXXXXX", base != NULL ? base : ".");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(unlink(path), 0);
    return path;
}

static void remove_path(char *path)
{
    char *backup = xasprintf("%s.bak", path);
    (void)unlink(path);
    (void)unlink(backup);
    free(backup);
    free(path);
}

static const uint32_t piece_lens[] = {256 * KB, 40000, 5 * MB};

/* Stopped again and again on the way, it fetches nothing twice, but for the blocks
 * that were half on their way. */
START_TEST(restart_goes_on_where_it_stopped)
{
    struct content *c = content_new(12 * MB + 777, piece_lens[_i]);
    char *path = new_path();
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 1 * MB,
                                           .latency_ms = 10});
    struct node *leech = swarm_add(s, &(struct node_config){.resume_path = path,
                                                            .latency_ms = 10});
    uint64_t up = 0;
    for (int i = 0; i < 3; i++) {
        swarm_introduce(leech, seed);
        swarm_run_ms(s, 3000);
        ck_assert(!node_is_finished(leech));
        struct frame_torrent before = node_frame(leech);
        node_stop(leech);
        node_start(leech);
        struct frame_torrent after = node_frame(leech);
        ck_assert_int_eq(after.state, FRAME_DOWNLOADING);
        ck_assert_uint_eq(after.n_to_check, 0);
        ck_assert_uint_ge(after.have_bytes, before.have_bytes);
        ck_assert_uint_eq(after.bytes_down, before.bytes_down);
        up = before.bytes_down;
    }
    ck_assert_uint_gt(up, 0);
    swarm_introduce(leech, seed);
    ck_assert(node_run_finished(leech, 60000));
    ck_assert(node_has_all(leech));
    struct frame_torrent f = node_frame(leech);
    swarm_report("restarts: %d bytes more than needed",
                 (int)(f.bytes_down - f.size_bytes));
    ck_assert_uint_eq(f.bytes_down, f.size_bytes);
    ck_assert_uint_eq(f.bytes_wasted, 0);
    swarm_free(s);
    remove_path(path);
    content_free(c);
}
END_TEST

/* Whom it was connected to it dials again, though nobody tells of them. */
START_TEST(restart_meets_whom_it_knew)
{
    struct content *c = content_new(8 * MB, 256 * KB);
    char *path = new_path();
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 1 * MB});
    struct node *leech = swarm_add(s, &(struct node_config){.resume_path = path,
                                                            .latency_ms = 10});
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 3000);
    ck_assert(!node_is_finished(leech));
    node_stop(leech);
    /* It forgets, and so does not dial in its turn. */
    node_stop(seed);
    node_start(seed);
    node_start(leech);
    ck_assert(node_run_finished(leech, 60000));
    ck_assert(node_has_all(leech));
    swarm_free(s);
    remove_path(path);
    content_free(c);
}
END_TEST

/* Without a record what is there is checked, and used. */
START_TEST(restart_without_record_checks_and_goes_on)
{
    struct content *c = content_new(8 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 1 * MB});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 10});
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 4000);
    uint64_t had = node_frame(leech).have_bytes;
    ck_assert_uint_gt(had, 2 * MB);
    node_stop(leech);
    node_start(leech);
    struct frame_torrent f = node_frame(leech);
    ck_assert_uint_eq(f.have_bytes, had);
    ck_assert_uint_gt(f.n_to_check, 0);
    swarm_introduce(leech, seed);
    ck_assert(node_run_finished(leech, 60000));
    ck_assert_uint_eq(node_frame(leech).bytes_down, f.size_bytes - had);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Killed, it trusts its record only where the files are as they were then. */
START_TEST(killed_loses_begun_pieces_only)
{
    struct content *c = content_new(24 * MB, 256 * KB);
    char *path = new_path();
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 1 * MB});
    struct node *leech = swarm_add(s, &(struct node_config){.resume_path = path,
                                                            .latency_ms = 10});
    uint64_t lost = 0;
    for (int i = 0; i < 2; i++) {
        swarm_introduce(leech, seed);
        swarm_run_ms(s, i == 0 ? 16500 : 2500); /* one save was on the way */
        struct frame_torrent before = node_frame(leech);
        node_kill(leech);
        node_start(leech);
        struct frame_torrent after = node_frame(leech);
        ck_assert_int_eq(after.state, FRAME_DOWNLOADING);
        ck_assert_uint_eq(after.have_bytes, before.have_bytes);
        lost += simstore_right_bytes(node_store(leech)) - after.have_bytes;
    }
    ck_assert_uint_eq(lost, 0);
    swarm_introduce(leech, seed);
    ck_assert(node_run_finished(leech, 60000));
    ck_assert(node_has_all(leech));
    swarm_free(s);
    remove_path(path);
    content_free(c);
}
END_TEST

/* Stopped or killed at any moment, with a slow disk that may be full, and seeds that
 * may lie: it always comes to rest, and always ends with the right bytes. */
static void live_and_die(struct swarm *s, struct node *leech, bool quick)
{
    swarm_introduce(leech, swarm_node(s, 0));
    swarm_introduce(leech, swarm_node(s, 1));
    node_set_disk_ms(leech, quick ? 1 : 1 + swarm_below(s, 60));
    uint64_t space = swarm_below(s, 3) == 0 ? 512 * KB : UINT64_MAX;
    simstore_set_space(node_store(leech), space);
    swarm_run_ms(s, swarm_below(s, 1200));
    if (swarm_below(s, 3) == 0)
        node_kill(leech);
    else
        node_stop(leech);
    simstore_set_space(node_store(leech), UINT64_MAX);
    node_start(leech);
}

START_TEST(stopped_at_any_moment_it_goes_on)
{
    struct content *c = content_new(6 * MB + 1, piece_lens[_i % 3]);
    char *path = new_path();
    struct swarm *s = swarm_new(c);
    struct node_config config = {.is_seed = true,
                                 .line_up_Bps = 600 * KB,
                                 .latency_ms = 5};
    struct node *liar = swarm_add(s, &config);
    (void)swarm_add(s, &config);
    struct node *leech = swarm_add(s, &(struct node_config){.resume_path = path,
                                                            .latency_ms = 10});
    if (_i % 2 == 1)
        simstore_lie(node_store(liar), 30);
    for (int i = 0; i < 12; i++)
        live_and_die(s, leech, i % 2 == 0);
    simstore_lie(node_store(liar), 0);
    node_set_disk_ms(leech, 0);
    swarm_introduce(leech, liar);
    swarm_introduce(leech, swarm_node(s, 1));
    ck_assert(node_run_finished(leech, 120000));
    ck_assert(node_has_all(leech));
    swarm_free(s);
    remove_path(path);
    content_free(c);
}
END_TEST

/* Thousands that wait for somebody hold no descriptor. */
START_TEST(files_are_closed_while_nobody_is_there)
{
    struct content *c = content_new(2 * MB, 256 * KB);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 200 * KB});
    swarm_run_ms(s, 10000);
    ck_assert(simstore_is_closed(node_store(seed)));
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 20});
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 5000);
    ck_assert(!simstore_is_closed(node_store(seed)));
    ck_assert(node_run_finished(leech, 30000));
    swarm_remove(leech);
    swarm_run_ms(s, 1000);
    ck_assert(simstore_is_closed(node_store(seed)));
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *life_suite(void)
{
    Suite *suite = suite_create("life");
    TCase *tc = tcase_create("churn");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc,
                   churn_leech_completes_and_the_same_seed_gives_the_same_run);
    suite_add_tcase(suite, tc);
    tc = tcase_create("restart");
    tcase_add_loop_test(tc, restart_goes_on_where_it_stopped, 0,
                        sizeof piece_lens / sizeof piece_lens[0]);
    tcase_add_test(tc, restart_meets_whom_it_knew);
    tcase_add_test(tc, restart_without_record_checks_and_goes_on);
    tcase_add_test(tc, killed_loses_begun_pieces_only);
    tcase_add_loop_test(tc, stopped_at_any_moment_it_goes_on, 0, 12);
    tcase_add_test(tc, files_are_closed_while_nobody_is_there);
    suite_add_tcase(suite, tc);
    return suite;
}
