#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

#include "engine/torrent.h"
#include "model/detail.h"
#include "model/focus.h"

#include <string.h>

enum { PLAIN = ENCRYPTION_PLAIN, PREFERRED = ENCRYPTION_PREFERRED };
enum { REQUIRED = ENCRYPTION_REQUIRED };

/* What the only peer that a node shows is like. */
static struct detail_peer peer_of(struct node *n)
{
    struct focus focus = {.torrent = 1, .parts = FOCUS_PEERS};
    struct detail *d = torrent_detail(node_torrent(n), &focus);
    ck_assert_uint_eq(d->n_peers, 1);
    struct detail_peer p = d->peers[0];
    detail_free(d);
    return p;
}

/* Who dials, who listens, and what their stream is. */
static const struct {
    int leech, seed;
    bool has_crypt, is_encrypted;
} pairs[] = {
    {PLAIN, PLAIN, false, false},      {PLAIN, PREFERRED, false, false},
    {PLAIN, REQUIRED, true, true}, /* at the second try */
    {PREFERRED, PLAIN, true, false},   {PREFERRED, PREFERRED, true, true},
    {PREFERRED, REQUIRED, true, true}, {REQUIRED, PLAIN, true, true},
    {REQUIRED, PREFERRED, true, true}, {REQUIRED, REQUIRED, true, true},
};

START_TEST(leech_of_any_mode_gets_all_from_a_seed_of_any)
{
    struct content *c = content_new((1 << 20) + 12345, 65536);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s,
                  &(struct node_config){.is_seed = true,
                                        .latency_ms = 20,
                                        .line_up_Bps = 500000,
                                        .is_watched = true,
                                        .encryption =
                                            (enum encryption)pairs[_i].seed});
    struct node *leech =
        swarm_add(s,
                  &(struct node_config){.latency_ms = 20,
                                        .line_queue_bytes = 20000,
                                        .is_watched = true,
                                        .encryption =
                                            (enum encryption)pairs[_i].leech});
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 1000);
    struct detail_peer there = peer_of(leech), here = peer_of(seed);
    ck_assert_int_eq(there.has_crypt, pairs[_i].has_crypt);
    ck_assert_int_eq(there.is_encrypted, pairs[_i].is_encrypted);
    ck_assert_int_eq(here.has_crypt, pairs[_i].has_crypt);
    ck_assert_int_eq(here.is_encrypted, pairs[_i].is_encrypted);
    ck_assert(node_run_finished(leech, 60000));
    ck_assert(node_has_all(leech));
    ck_assert_uint_eq(node_frame(leech).bytes_wasted, 0);
    swarm_report("pair %d: %lld ms", _i, (long long)node_finished_ms(leech));
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Limits hold, and memory: what is encrypted comes in other portions. */
START_TEST(encrypted_stream_keeps_to_the_limits)
{
    enum { SIZE = 2 << 20, RATE = 100000 };
    struct content *c = content_new(SIZE, 65536);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .encryption = ENCRYPTION_REQUIRED,
                                           .limit_up_Bps = _i == 0 ? RATE : 0});
    struct node *leech =
        swarm_add(s, &(struct node_config){.latency_ms = 5,
                                           .encryption = ENCRYPTION_REQUIRED,
                                           .limit_down_Bps = RATE});
    swarm_introduce(leech, seed);
    ck_assert(node_run_finished(leech, 120000));
    int64_t ms = node_finished_ms(leech);
    ck_assert_int_ge(ms, INT64_C(1000) * SIZE / RATE * 9 / 10);
    ck_assert_int_le(ms, INT64_C(1000) * SIZE / RATE * 12 / 10);
    ck_assert(node_has_all(leech));
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Twelve of all modes find one another, and nobody is left out. */
START_TEST(mixed_swarm_completes)
{
    struct content *c = content_new(3 << 20, 65536);
    struct swarm *s = swarm_new(c);
    for (int i = 0; i < 12; i++)
        (void)swarm_add(s, &(struct node_config){.is_seed = i == 0,
                                                 .latency_ms = 10 + i,
                                                 .line_up_Bps = 300000,
                                                 .encryption =
                                                     (enum encryption)(i % 3)});
    swarm_introduce_all(s, 6);
    ck_assert(swarm_run_finished(s, 240000));
    for (size_t i = 0; i < swarm_n_nodes(s); i++)
        ck_assert(node_has_all(swarm_node(s, i)));
    swarm_free(s);
    content_free(c);
}
END_TEST

/* What worked is tried first when they meet again: nothing is refused then. */
START_TEST(mode_that_worked_is_remembered)
{
    struct content *c = content_new(1 << 20, 65536);
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .line_up_Bps = 20000,
                                           .encryption = ENCRYPTION_REQUIRED});
    struct node *leech = swarm_add(s, &(struct node_config){.latency_ms = 5});
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 5000);
    ck_assert_uint_eq(node_n_dials(leech), 2);
    node_stop(seed);
    swarm_run_ms(s, 1000);
    node_start(seed);
    swarm_run_ms(s, 20000);
    ck_assert_uint_eq(node_frame(leech).n_peers, 1);
    ck_assert_uint_eq(node_n_dials(leech), 3);
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *crypt_suite(void)
{
    Suite *s = suite_create("crypt");
    TCase *tc = tcase_create("crypt");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, leech_of_any_mode_gets_all_from_a_seed_of_any, 0,
                        9);
    tcase_add_loop_test(tc, encrypted_stream_keeps_to_the_limits, 0, 2);
    tcase_add_test(tc, mixed_swarm_completes);
    tcase_add_test(tc, mode_that_worked_is_remembered);
    suite_add_tcase(s, tc);
    return s;
}
