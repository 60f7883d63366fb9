/* Peers that find each other by peer exchange, and those that abuse it. */
#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/inside.h"
#include "tests/sim/swarm.h"

#include <string.h>

#include "engine/torrent.h"
#include "model/detail.h"
#include "proto/pex.h"
#include "util/buf.h"

enum {
    KB = 1024,
    MB = 1024 * KB,
    QUEUE = 16 * KB, /* what is said does not wait for long behind blocks */
    NARROW = 128 * KB,
    N_LEECHES = 11,
    MINUTE = 60000
};

/* A seed, and others of which each knows the seed alone. */
static struct swarm *star(const struct content *c, bool uses_pex,
                          uint64_t seed_Bps)
{
    struct swarm *s = swarm_new(c);
    struct node *seed =
        swarm_add(s, &(struct node_config){.is_seed = true,
                                           .uses_pex = uses_pex,
                                           .line_up_Bps = seed_Bps,
                                           .line_queue_bytes = QUEUE});
    for (int i = 0; i < N_LEECHES; i++) {
        struct node *n =
            swarm_add(s, &(struct node_config){.uses_pex = uses_pex,
                                               .is_watched = true,
                                               .line_up_Bps = 256 * KB,
                                               .line_queue_bytes = QUEUE,
                                               .latency_ms = 20});
        swarm_introduce(n, seed);
    }
    return s;
}

static struct detail_finder row_of(struct node *n)
{
    struct focus focus = {.torrent = 1, .parts = FOCUS_TRACKERS};
    struct detail *d = torrent_detail(node_torrent(n), &focus);
    struct detail_finder row = d->finders[DETAIL_FINDER_PEX];
    detail_free(d);
    return row;
}

/* With it everybody is connected to everybody soon, and the swarm is done in a
 * fraction of the time that the seed's line alone would take. */
START_TEST(swarm_grows_by_exchange_alone)
{
    struct content *c = content_new(4 * MB, 64 * KB);
    struct swarm *s = star(c, true, NARROW);
    swarm_run_ms(s, 10000);
    for (size_t i = 1; i < swarm_n_nodes(s); i++) {
        struct node *n = swarm_node(s, i);
        ck_assert_uint_ge(node_frame(n).n_peers, N_LEECHES / 2);
    }
    ck_assert(swarm_run_finished(s, 5 * MINUTE));
    int64_t with_ms = swarm_now_ms(s);
    struct detail_finder row = row_of(swarm_node(s, 1));
    ck_assert_int_eq(row.state, DETAIL_FINDER_WORKING);
    ck_assert_int_ge(row.n_peers, 1);
    ck_assert_uint_ge(row.n_attempts, 1);
    swarm_free(s);
    s = star(c, false, NARROW);
    ck_assert(swarm_run_finished(s, 60 * MINUTE));
    ck_assert_uint_eq(node_frame(swarm_node(s, 1)).n_known, 1);
    ck_assert_int_eq(row_of(swarm_node(s, 1)).state, DETAIL_FINDER_OFF);
    ck_assert_int_lt(with_ms * 2, swarm_now_ms(s));
    swarm_report("exchange: %lld ms, without %lld ms", (long long)with_ms,
                 (long long)swarm_now_ms(s));
    swarm_free(s);
    content_free(c);
}
END_TEST

START_TEST(private_torrents_do_without)
{
    struct content *c = content_new_private(1 * MB, 64 * KB);
    struct swarm *s = star(c, true, NARROW);
    swarm_run_ms(s, 2 * MINUTE);
    for (size_t i = 1; i < swarm_n_nodes(s); i++)
        ck_assert_uint_eq(node_frame(swarm_node(s, i)).n_known, 1);
    ck_assert_uint_eq(inside_say_pex(node_torrent(swarm_node(s, 0)),
                                     "d5:added0:e", 11),
                      0);
    struct detail_finder row = row_of(swarm_node(s, 1));
    ck_assert_int_eq(row.state, DETAIL_FINDER_OFF);
    ck_assert_str_eq(row.words, "private: not used");
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Who leaves is told of: who comes later hears of those only that are there. */
START_TEST(who_left_is_not_told_of)
{
    struct content *c = content_new(64 * MB, 256 * KB);
    struct swarm *s = star(c, true, 2 * MB);
    swarm_run_ms(s, 10000);
    for (int i = 0; i < N_LEECHES - 1; i++)
        swarm_remove(swarm_node(s, swarm_n_nodes(s) - 1 - (size_t)i));
    swarm_run_ms(s, 2000);
    ck_assert_uint_eq(swarm_n_nodes(s), 2);
    struct node *late = swarm_add(s, &(struct node_config){.uses_pex = true});
    swarm_introduce(late, swarm_node(s, 0));
    swarm_run_ms(s, 10000);
    ck_assert_uint_eq(node_frame(late).n_known, 2);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* Append addresses of one IP with many ports, or of many IPs. */
static void put_addrs(struct buf *b, const uint8_t *ip, size_t n)
{
    static uint8_t port; /* another each time */
    for (size_t i = 0; i < n; i++) {
        uint8_t one[6] = {80, 1, (uint8_t)(i >> 8), (uint8_t)i, 26, 225};
        if (ip != NULL)
            memcpy(one, ip, 4);
        if (ip != NULL)
            one[5] = port++;
        ck_assert_int_eq(buf_append(b, one, sizeof one), OK);
    }
}

static void say(struct node *liar, const uint8_t *ip, size_t n)
{
    struct buf b;
    buf_init(&b, 1 << 17);
    ck_assert_int_eq(buf_printf(&b, "d5:added%zu:", 6 * n), OK);
    put_addrs(&b, ip, n);
    ck_assert_int_eq(buf_append(&b, "e", 1), OK);
    ck_assert_uint_eq(inside_say_pex(node_torrent(liar), buf_bytes(&b), b.len),
                      1);
    buf_fini(&b);
}

/* As much as a message can hold is refused whole; of what
 * a smaller one holds 50 are used; twice a minute is once too often. */
START_TEST(flood_is_bounded)
{
    struct content *c = content_new(1 * MB, 64 * KB);
    struct swarm *s = swarm_new(c);
    struct node *liar = swarm_add(s, &(struct node_config){.uses_pex = true});
    struct node *n = swarm_add(s, &(struct node_config){.uses_pex = true});
    swarm_introduce(n, liar);
    swarm_run_ms(s, 5000);
    ck_assert_uint_eq(node_frame(n).n_known, 1);
    say(liar, NULL, 2800);
    swarm_run_ms(s, 1000);
    ck_assert_uint_eq(node_frame(n).n_known, 1);
    say(liar, NULL, 600);
    swarm_run_ms(s, 1000);
    ck_assert_uint_eq(node_frame(n).n_known, 1 + PEX_MAX_PEERS);
    say(liar, NULL, 600);
    swarm_run_ms(s, 1000);
    ck_assert_uint_eq(node_frame(n).n_known, 1 + PEX_MAX_PEERS);
    swarm_free(s);
    content_free(c);
}
END_TEST

/* The other half of N10: a victim, named again and again with other ports, is
 * dialled twice a minute at most, by all that is told of it together. */
START_TEST(victim_is_dialled_twice_a_minute_at_most)
{
    static const uint8_t ip[4] = {80, 9, 9, 9};
    struct addr victim = addr_v4(ip, 1);
    struct content *c = content_new(1 * MB, 64 * KB);
    struct swarm *s = swarm_new(c);
    struct node *liars[3];
    struct node *n = swarm_add(s, &(struct node_config){.uses_pex = true});
    for (int i = 0; i < 3; i++) {
        liars[i] = swarm_add(s, &(struct node_config){.uses_pex = false});
        swarm_introduce(n, liars[i]);
    }
    swarm_run_ms(s, 5000);
    swarm_watch_dials(s, &victim);
    for (int k = 0; k < 20; k++) {
        for (int i = 0; i < 3; i++)
            say(liars[i], ip, 100);
        swarm_run_ms(s, 30000);
    }
    ck_assert_uint_ge(swarm_n_dials(s), 2);
    ck_assert_uint_le(swarm_most_dials_in_minute(s), 2);
    swarm_free(s);
    content_free(c);
}
END_TEST

Suite *exchange_suite(void)
{
    Suite *suite = suite_create("exchange");
    TCase *tc = tcase_create("exchange");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, swarm_grows_by_exchange_alone);
    tcase_add_test(tc, private_torrents_do_without);
    tcase_add_test(tc, who_left_is_not_told_of);
    tcase_add_test(tc, flood_is_bounded);
    tcase_add_test(tc, victim_is_dialled_twice_a_minute_at_most);
    suite_add_tcase(suite, tc);
    return suite;
}
