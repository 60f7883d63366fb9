#include "config.h"

#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

#include "engine/ipfilter.h"
#include "engine/torrent.h"
#include "engine/weed.h"
#include "util/ipset.h"

/* An IP filter, around whole torrents. */

enum { KB = 1024, MB = 1024 * KB };

static struct content *c;
static struct swarm *s;
static struct node *seed, *leech;
static struct ipfilter filter;

/* A filter of all of IPv4, or of none. */
static struct ipset *set_of(bool all)
{
    struct ipset *set = ipset_new();
    struct addr first = addr_v4((const uint8_t[4]){0, 0, 0, 0}, 0);
    struct addr last = addr_v4((const uint8_t[4]){255, 255, 255, 255}, 0);
    if (all)
        ck_assert_int_eq(ipset_add(set, &first, &last), OK);
    ipset_seal(set);
    return set;
}

static void refilter(struct node *n, bool all)
{
    ipset_free(filter.set);
    filter = (struct ipfilter){.set = set_of(all)};
    node_set_filter(n, &filter);
    weed_torrent(node_torrent(n));
}

static void set_up(void)
{
    c = content_new(4 * MB, 256 * KB);
    s = swarm_new(c);
    seed = swarm_add(s, &(struct node_config){.is_seed = true,
                                              .line_up_Bps = 400 * KB});
    leech = swarm_add(s, &(struct node_config){.latency_ms = 10});
    filter = (struct ipfilter){0};
}

static void tear_down(void)
{
    swarm_free(s);
    content_free(c);
    ipset_free(filter.set);
}

START_TEST(filtered_addresses_are_neither_known_nor_dialled)
{
    refilter(leech, true);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 30000);
    ck_assert_uint_eq(node_frame(leech).n_known, 0);
    ck_assert_uint_eq(node_frame(leech).n_peers, 0);
    ck_assert_uint_ge(filter.n_out, 1);
    refilter(leech, false);
    swarm_introduce(leech, seed);
    ck_assert(swarm_run_finished(s, 60000));
}
END_TEST

START_TEST(filtered_addresses_are_not_let_in)
{
    refilter(seed, true);
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 30000);
    ck_assert_uint_eq(node_frame(seed).n_peers, 0);
    ck_assert_uint_ge(filter.n_in, 1);
    ck_assert_uint_eq(filter.n_out, 0);
    refilter(seed, false);
    ck_assert(swarm_run_finished(s, 1000000));
}
END_TEST

/* Whoever is connected, whichever side dialled, is sent away; candidates that were taken
 * before are not dialled any more. */
START_TEST(a_new_filter_closes_who_is_connected)
{
    struct node *n = _i == 0 ? leech : seed;
    swarm_introduce(leech, seed);
    swarm_run_ms(s, 3000);
    ck_assert_uint_eq(node_frame(n).n_peers, 1);
    refilter(n, true);
    swarm_run_ms(s, 200);
    ck_assert_uint_eq(node_frame(n).n_peers, 0);
    swarm_run_ms(s, 300000);
    ck_assert_uint_eq(node_frame(n).n_peers, 0);
    ck_assert(!node_is_finished(leech));
    ck_assert_uint_eq(node_frame(n).n_known, 0);
    ck_assert_uint_ge(_i == 0 ? filter.n_out : filter.n_in, 1);
}
END_TEST

Suite *filter_suite(void)
{
    Suite *suite = suite_create("filter");
    TCase *tc = tcase_create("filter");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, filtered_addresses_are_neither_known_nor_dialled);
    tcase_add_test(tc, filtered_addresses_are_not_let_in);
    tcase_add_loop_test(tc, a_new_filter_closes_who_is_connected, 0, 2);
    suite_add_tcase(suite, tc);
    return suite;
}
