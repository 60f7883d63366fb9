#include "config.h"

#include "tests/swarm/dht_fixture.h"
#include "tests/swarm/suites.h"

#include <string.h>

#include "swarm/dht_search.h"
#include "util/bytes.h"

static const struct dht_announce look = {false, false};
static const struct dht_announce announce = {true, true};

static const uint8_t *hash_of(uint32_t i)
{
    static uint8_t hash[20];
    memset(hash, 0xbb, sizeof hash);
    bytes_put_be32(hash, i);
    return hash;
}

static enum err search(struct dht_fixture *f, uint32_t i,
                       const struct dht_announce *how)
{
    return dht_search(f->d, hash_of(i), how, f->now_ms);
}

/* Searches for peers, without the upkeep's own. */
static unsigned n_searches(struct dht_fixture *f)
{
    const struct dht_stats *stats = dht_fixture_stats(f);
    unsigned n = 0;
    for (uint32_t i = 0; i < stats->n_shown; i++)
        n += stats->searches[i].kind == DHT_GET_PEERS;
    return n;
}

START_TEST(search_waits_until_a_node_answers)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    dht_fixture_open(&f);
    ck_assert_int_eq(search(&f, 1, &look), OK);
    dht_fixture_run(&f, 100000);
    ck_assert_uint_eq(f.n_done + f.n_sent, 0);
    ck_assert_int_eq(dht_fixture_stats(&f)->searches[0].phase, DHT_WAITING);
    dht_fixture_know(&f, &a);
    /* At once, in the same turn. */
    const struct krpc_msg *q = dht_fixture_last(&f, &a, KRPC_QUERY);
    bool has_asked = false;
    for (size_t i = 0; i < f.n_sent; i++)
        has_asked |= f.sent[i].msg.method == KRPC_GET_PEERS;
    ck_assert(has_asked && q != NULL);
    dht_fixture_close(&f);
}
END_TEST

/* Answer each query of a method that waits; return how many there were. */
static unsigned answer_all(struct dht_fixture *f, enum krpc_method method,
                           struct krpc_msg *reply)
{
    unsigned n = 0;
    size_t n_sent = f->n_sent;
    for (size_t i = 0; i < n_sent; i++) {
        if (f->sent[i].msg.type != KRPC_QUERY ||
            f->sent[i].msg.method != method)
            continue;
        struct krpc_msg r = *reply;
        r.type = KRPC_REPLY;
        r.tid = f->sent[i].msg.tid;
        ck_assert(dht_fixture_give(f, &f->sent[i].to, &r));
        n++;
    }
    return n;
}

START_TEST(search_of_one_node_finds_announces_and_ends)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    struct krpc_msg reply = {.token = span_of("to"),
                             .values = span_of("l6:abcdef6:abcdefe")};
    struct krpc_msg plain = {.type = KRPC_REPLY};
    dht_fixture_open(&f);
    dht_fixture_know(&f, &a);
    dht_fixture_forget(&f);
    ck_assert_int_eq(search(&f, 1, &announce), OK);
    ck_assert_uint_eq(answer_all(&f, KRPC_GET_PEERS, &reply), 1);
    ck_assert_uint_eq(f.n_peers, 1); /* told once */
    const struct krpc_msg *q = dht_fixture_last(&f, &a, KRPC_QUERY);
    ck_assert_int_eq(q->method, KRPC_ANNOUNCE_PEER);
    ck_assert(span_is(q->token, "to"));
    ck_assert_uint_eq(q->port, 6881);
    ck_assert(q->is_seed);
    ck_assert_uint_eq(f.n_done, 0);
    ck_assert_uint_eq(answer_all(&f, KRPC_ANNOUNCE_PEER, &plain), 1);
    ck_assert_uint_eq(f.n_done, 1);
    ck_assert_uint_eq(f.result.n_asked, 1);
    ck_assert_uint_eq(f.result.n_answered, 1);
    ck_assert_uint_eq(f.result.n_peers, 1);
    ck_assert_uint_eq(f.result.n_announced, 1);
    ck_assert_uint_eq(n_searches(&f), 0);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(search_that_only_looks_announces_nothing)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    struct krpc_msg reply = {.token = span_of("to")};
    dht_fixture_open(&f);
    dht_fixture_know(&f, &a);
    dht_fixture_forget(&f);
    ck_assert_int_eq(search(&f, 1, &look), OK);
    (void)answer_all(&f, KRPC_GET_PEERS, &reply);
    ck_assert_uint_eq(f.n_done, 1);
    ck_assert_uint_eq(answer_all(&f, KRPC_ANNOUNCE_PEER, &reply), 0);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(silent_nodes_end_no_search_but_the_next_that_answers_does)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    struct krpc_msg reply = {.token = span_of("to")};
    dht_fixture_open(&f);
    dht_fixture_know(&f, &a);
    ck_assert_int_eq(search(&f, 1, &look), OK);
    dht_fixture_run(&f, 1500); /* late */
    ck_assert_uint_eq(f.n_done, 0);
    ck_assert_int_eq(dht_fixture_stats(&f)->searches[0].phase, DHT_WAITING);
    struct addr b = dht_fixture_addr(2);
    dht_fixture_forget(&f);
    dht_fixture_know(&f, &b);
    dht_fixture_run(&f, 1500);
    ck_assert_uint_ge(answer_all(&f, KRPC_GET_PEERS, &reply), 1);
    dht_fixture_run(&f, 2000);
    ck_assert_uint_eq(f.n_done, 1);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(cancelled_search_says_nothing_more)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    struct krpc_msg reply = {.values = span_of("l6:abcdefe")};
    dht_fixture_open(&f);
    dht_fixture_know(&f, &a);
    dht_fixture_forget(&f);
    ck_assert_int_eq(search(&f, 1, &look), OK);
    dht_cancel(f.d, hash_of(1));
    ck_assert_uint_eq(answer_all(&f, KRPC_GET_PEERS, &reply), 1);
    ck_assert_uint_eq(f.n_peers + f.n_done, 0);
    ck_assert_uint_eq(n_searches(&f), 0);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(same_hash_is_one_search_and_too_many_are_refused)
{
    struct dht_fixture f;
    dht_fixture_open(&f);
    ck_assert_int_eq(search(&f, 1, &look), OK);
    ck_assert_int_eq(search(&f, 1, &announce), OK);
    ck_assert_uint_eq(dht_fixture_stats(&f)->n_searches, 1);
    ck_assert(dht_fixture_stats(&f)->searches[0].announces);
    for (uint32_t i = 2; i <= DHT_MAX_SEARCHES; i++)
        ck_assert_int_eq(search(&f, i, &look), OK);
    ck_assert_int_eq(search(&f, 5000, &look), ERR_TOO_BIG);
    dht_cancel(f.d, hash_of(7)); /* makes room at once */
    ck_assert_int_eq(search(&f, 5000, &look), OK);
    dht_fixture_close(&f);
}
END_TEST

/* A thousand torrents and few nodes: these are not flooded. */
START_TEST(starts_are_spread_over_time)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    struct krpc_msg reply = {.token = span_of("to")};
    unsigned n = 0;
    dht_fixture_open(&f);
    dht_fixture_know(&f, &a);
    dht_fixture_forget(&f);
    for (uint32_t i = 0; i < 100; i++)
        ck_assert_int_eq(search(&f, i, &look), OK);
    for (int s = 0; s < 10; s++) {
        n += answer_all(&f, KRPC_GET_PEERS, &reply);
        dht_fixture_forget(&f);
        dht_fixture_run(&f, 1000);
    }
    ck_assert_uint_ge(n, DHT_SEARCH_BURST + 8);
    ck_assert_uint_le(n, DHT_SEARCH_BURST + 10);
    dht_fixture_close(&f);
}
END_TEST

/* Hostile answers name our own LAN, ports of services, ourselves. */
START_TEST(poisoned_nodes_are_not_asked)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    uint8_t nodes[8 * KRPC_NODE4_LEN], id[20] = {1};
    static const uint8_t ips[][4] = {
        {127, 0, 0, 1}, {192, 168, 0, 1}, {10, 0, 0, 1},
        {0, 0, 0, 0},   {224, 0, 0, 1},   {255, 255, 255, 255},
    };
    size_t len = 0;
    dht_fixture_open(&f);
    dht_fixture_know(&f, &a);
    dht_fixture_forget(&f);
    for (size_t i = 0; i < 6; i++) {
        struct addr bad = addr_v4(ips[i], 6881);
        id[1] = (uint8_t)i;
        len += krpc_put_node(nodes + len, id, &bad);
    }
    struct addr dns = addr_v4((const uint8_t[]){8, 8, 8, 8}, 53);
    len += krpc_put_node(nodes + len, id, &dns);
    struct krpc_msg reply = {.nodes = {nodes, len},
                             .values = span_of("l6:\x7f\0\0\1ab6:abcd\0\0e")};
    reply.values.len = 18;
    ck_assert_int_eq(search(&f, 1, &look), OK);
    (void)answer_all(&f, KRPC_GET_PEERS, &reply);
    for (size_t i = 0; i < f.n_sent; i++)
        ck_assert(addr_eq(&f.sent[i].to, &a));
    ck_assert_uint_eq(f.n_peers, 0);
    ck_assert_uint_eq(f.n_done, 1);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(who_announces_to_us_is_told_until_cancelled)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1), b = dht_fixture_addr(2);
    uint8_t token[8];
    dht_fixture_open(&f);
    dht_fixture_know(&f, &a);
    ck_assert_int_eq(search(&f, 1, &look), OK);
    struct krpc_msg reply = {.token = span_of("to")};
    (void)answer_all(&f, KRPC_GET_PEERS, &reply);
    ck_assert_uint_eq(f.n_done, 1);
    for (int i = 0; i < 2; i++) {
        struct krpc_msg q = {.type = KRPC_QUERY,
                             .method = KRPC_GET_PEERS,
                             .target = hash_of(1)};
        ck_assert(dht_fixture_give(&f, &b, &q));
        memcpy(token, dht_fixture_last(&f, &b, KRPC_REPLY)->token.p, 8);
        q = (struct krpc_msg){.type = KRPC_QUERY,
                              .method = KRPC_ANNOUNCE_PEER,
                              .target = hash_of(1),
                              .token = {token, 8},
                              .port = 7000};
        ck_assert(dht_fixture_give(&f, &b, &q));
        ck_assert_uint_eq(f.n_peers, 1);
        ck_assert_uint_eq(f.peer.port, 7000);
        dht_cancel(f.d, hash_of(1));
    }
    dht_fixture_close(&f);
}
END_TEST

Suite *dht_search_suite(void)
{
    Suite *s = suite_create("dht_search");
    TCase *tc = tcase_create("dht_search");
    tcase_add_test(tc, search_waits_until_a_node_answers);
    tcase_add_test(tc, search_of_one_node_finds_announces_and_ends);
    tcase_add_test(tc, search_that_only_looks_announces_nothing);
    tcase_add_test(tc,
                   silent_nodes_end_no_search_but_the_next_that_answers_does);
    tcase_add_test(tc, cancelled_search_says_nothing_more);
    tcase_add_test(tc, same_hash_is_one_search_and_too_many_are_refused);
    tcase_add_test(tc, starts_are_spread_over_time);
    tcase_add_test(tc, poisoned_nodes_are_not_asked);
    tcase_add_test(tc, who_announces_to_us_is_told_until_cancelled);
    suite_add_tcase(s, tc);
    return s;
}
