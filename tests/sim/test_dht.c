/* Whole networks of DHT nodes: that what one announces another finds, soon and with
 * few questions, and that liars, the dead and floods change little of it. */
#include "config.h"

#include "tests/sim/dhtnet.h"
#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

#include <stdlib.h>
#include <string.h>

#include "proto/krpc.h"
#include "swarm/dht_id.h"
#include "util/xalloc.h"

enum { BIG = 1000, HASH_LEN = 20 };

static const struct dht_announce look = {false, false};
static const struct dht_announce announce = {true, false};

static void begin_search(struct dhtnet *net, size_t i, const uint8_t *hash,
                         const struct dht_announce *how)
{
    enum err err =
        dht_search(dhtnet_node(net, i), hash, how, dhtnet_now_ms(net));
    ck_assert_int_eq(err, OK);
    dhtnet_touch(net, i);
}

/* One announces, another looks. Return how many nodes that asked. */
static uint32_t share(struct dhtnet *net, size_t from, size_t to,
                      int64_t *took_ms_out)
{
    uint8_t hash[HASH_LEN];
    struct dhtnet_seen *giver = dhtnet_seen(net, from);
    struct dhtnet_seen *taker = dhtnet_seen(net, to);
    rng_bytes(dhtnet_rng(net), hash, sizeof hash);
    giver->n_done = taker->n_done = 0;
    taker->first_peer_ms = -1;
    begin_search(net, from, hash, &announce);
    dhtnet_run_until(net, &giver->n_done, 1, 60000);
    ck_assert_uint_eq(giver->n_done, 1);
    ck_assert_uint_ge(giver->result.n_announced, 1);
    int64_t start_ms = dhtnet_now_ms(net);
    begin_search(net, to, hash, &look);
    dhtnet_run_until(net, &taker->n_done, 1, 60000);
    ck_assert_uint_eq(taker->n_done, 1);
    *took_ms_out =
        taker->first_peer_ms < 0 ? -1 : taker->first_peer_ms - start_ms;
    return taker->result.n_asked;
}

/* Share `n` times between nodes at random; return how often it was found. */
static unsigned share_many(struct dhtnet *net, unsigned n, uint32_t among,
                           unsigned *asked_out, int64_t *took_ms_out)
{
    unsigned n_found = 0;
    *asked_out = 0;
    *took_ms_out = 0;
    for (unsigned i = 0; i < n; i++) {
        size_t from = rng_below(dhtnet_rng(net), among);
        size_t to = rng_below(dhtnet_rng(net), among);
        int64_t took_ms;
        if (from == to || dhtnet_node(net, from) == NULL ||
            dhtnet_node(net, to) == NULL) {
            i--;
            continue;
        }
        *asked_out += share(net, from, to, &took_ms);
        n_found += took_ms >= 0;
        *took_ms_out += took_ms >= 0 ? took_ms : 0;
    }
    *asked_out /= n;
    *took_ms_out /= n_found > 0 ? n_found : 1;
    return n_found;
}

START_TEST(network_of_1000_finds_in_few_steps)
{
    struct dhtnet *net = dhtnet_new(BIG, swarm_seed());
    unsigned asked;
    int64_t took_ms;
    for (size_t i = 0; i < BIG; i++)
        (void)dhtnet_add(net, DHTNET_NODE, false, false);
    dhtnet_join_all(net, 20);
    dhtnet_run(net, 60000);
    dhtnet_check(net);
    unsigned n_found = share_many(net, 20, BIG, &asked, &took_ms);
    swarm_report("dht of 1000: found %u of 20, asked %u, first peer %d ms",
                 n_found, asked, (int)took_ms);
    ck_assert_uint_eq(n_found, 20);
    ck_assert_uint_le(asked, 30);
    ck_assert_int_le(took_ms, 1000);
    dhtnet_check(net);
    dhtnet_free(net);
}
END_TEST

Suite *dht_suite(void)
{
    Suite *s = suite_create("dht");
    TCase *tc = tcase_create("dht");
    tcase_add_test(tc, network_of_1000_finds_in_few_steps);
    suite_add_tcase(s, tc);
    return s;
}
