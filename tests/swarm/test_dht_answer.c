#include "config.h"

#include "tests/swarm/dht_fixture.h"
#include "tests/swarm/suites.h"

#include <string.h>

#include "swarm/dht_answer.h"
#include "swarm/dht_id.h"

static const uint8_t hash[20] = {0xaa};

static struct krpc_msg query_of(enum krpc_method method)
{
    return (
        struct krpc_msg){.type = KRPC_QUERY, .method = method, .target = hash};
}

/* Ask, and return the answer; NULL: none came. */
static const struct krpc_msg *ask(struct dht_fixture *f,
                                  const struct addr *from, struct krpc_msg *q)
{
    dht_fixture_forget(f);
    ck_assert(dht_fixture_give(f, from, q));
    const struct krpc_msg *r = dht_fixture_last(f, from, KRPC_REPLY);
    return r != NULL ? r : dht_fixture_last(f, from, KRPC_ERROR);
}

static size_t n_values(const struct krpc_msg *m)
{
    struct span values = m->values;
    struct addr a;
    size_t n = 0;
    while (krpc_next_value(&values, &a))
        n++;
    return n;
}

/* Announce from a host; return the answer. */
static const struct krpc_msg *announce(struct dht_fixture *f, unsigned host,
                                       uint16_t port, bool implied)
{
    struct addr a = dht_fixture_addr(host);
    struct krpc_msg q = query_of(KRPC_GET_PEERS);
    uint8_t token[KRPC_MAX_TOKEN];
    const struct krpc_msg *r = ask(f, &a, &q);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_gt(r->token.len, 0);
    size_t len = r->token.len;
    memcpy(token, r->token.p, len);
    q = query_of(KRPC_ANNOUNCE_PEER);
    q.token = (struct span){token, len};
    q.port = port;
    q.has_implied_port = implied;
    return ask(f, &a, &q);
}

START_TEST(ping_is_answered_with_id_and_the_askers_address)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    struct krpc_msg q = {.type = KRPC_QUERY, .method = KRPC_PING};
    dht_fixture_open(&f);
    const struct krpc_msg *r = ask(&f, &a, &q);
    ck_assert_int_eq(r->type, KRPC_REPLY);
    ck_assert(span_is(r->tid, "aa"));
    ck_assert_mem_eq(r->id, dht_id(f.d, DHT_V4), 20);
    ck_assert(r->has_ip && addr_eq(&r->ip, &a));
    dht_fixture_close(&f);
}
END_TEST

START_TEST(announced_peer_is_given_with_a_port_of_either_kind)
{
    struct dht_fixture f;
    struct addr asker = dht_fixture_addr(9), peer;
    struct krpc_msg q = query_of(KRPC_GET_PEERS);
    dht_fixture_open(&f);
    ck_assert_int_eq(announce(&f, 1, 7777, _i == 1)->type, KRPC_REPLY);
    const struct krpc_msg *r = ask(&f, &asker, &q);
    ck_assert_uint_eq(n_values(r), 1);
    struct span values = r->values;
    ck_assert(krpc_next_value(&values, &peer));
    ck_assert_uint_eq(peer.port, _i == 1 ? 6881 : 7777);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(announce_without_right_token_or_port_is_refused)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1), other = dht_fixture_addr(2);
    dht_fixture_open(&f);
    ck_assert_int_eq(announce(&f, 1, 0, false)->code, KRPC_PROTOCOL);
    struct krpc_msg q = query_of(KRPC_GET_PEERS);
    uint8_t token[8];
    memcpy(token, ask(&f, &a, &q)->token.p, sizeof token);
    q = query_of(KRPC_ANNOUNCE_PEER);
    q.port = 5;
    ck_assert_int_eq(ask(&f, &a, &q)->code, KRPC_PROTOCOL);
    q.token = span_of("notatoke");
    ck_assert_int_eq(ask(&f, &a, &q)->code, KRPC_PROTOCOL);
    q.token = (struct span){token, sizeof token};
    q.id = NULL;
    ck_assert_int_eq(ask(&f, &other, &q)->code, KRPC_PROTOCOL);
    ck_assert_uint_eq(dht_fixture_stats(&f)->n_hashes, 0);
    ck_assert_uint_eq(dht_fixture_stats(&f)->tokens_refused, 3);
    q.id = NULL;
    ck_assert_int_eq(ask(&f, &a, &q)->type, KRPC_REPLY);
    ck_assert_uint_eq(dht_fixture_stats(&f)->n_stored_peers, 1);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(query_without_what_it_needs_is_refused)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    dht_fixture_open(&f);
    for (int m = 0; m < KRPC_N_METHODS; m++) {
        struct krpc_msg q = {.type = KRPC_QUERY, .method = (enum krpc_method)m};
        const struct krpc_msg *r = ask(&f, &a, &q);
        ck_assert_ptr_nonnull(r);
        ck_assert_int_eq(r->type, m == KRPC_PING ? KRPC_REPLY : KRPC_ERROR);
    }
    dht_fixture_close(&f);
}
END_TEST

START_TEST(unknown_method_with_a_target_is_answered_with_nodes)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1), known = dht_fixture_addr(2);
    struct krpc_msg q = query_of(KRPC_UNKNOWN);
    dht_fixture_open(&f);
    dht_fixture_know(&f, &known);
    const struct krpc_msg *r = ask(&f, &a, &q);
    ck_assert_int_eq(r->type, KRPC_REPLY);
    ck_assert_uint_eq(r->nodes.len, KRPC_NODE4_LEN);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(wanted_families_are_given)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1), a6 = dht_fixture_addr6(1);
    struct addr known = dht_fixture_addr(2), known6 = dht_fixture_addr6(2);
    dht_fixture_open(&f);
    dht_fixture_know(&f, &known);
    dht_fixture_know(&f, &known6);
    struct krpc_msg q = query_of(KRPC_FIND_NODE);
    const struct krpc_msg *r = ask(&f, &a, &q);
    ck_assert(r->nodes.len > 0 && r->nodes6.len == 0);
    q = query_of(KRPC_FIND_NODE);
    r = ask(&f, &a6, &q);
    ck_assert(r->nodes.len == 0 && r->nodes6.len > 0);
    q = query_of(KRPC_FIND_NODE);
    q.wants_v4 = q.wants_v6 = true;
    r = ask(&f, &a, &q);
    ck_assert(r->nodes.len > 0 && r->nodes6.len > 0);
    dht_fixture_close(&f);
}
END_TEST

/* Nobody of the wide network learns what stands in our LAN. */
START_TEST(local_nodes_and_peers_are_told_to_local_askers_alone)
{
    struct dht_fixture f;
    struct addr lan = addr_v4((const uint8_t[]){192, 168, 0, 7}, 6881);
    struct addr wide = dht_fixture_addr(1);
    struct krpc_msg q = query_of(KRPC_GET_PEERS);
    dht_fixture_open(&f);
    dht_fixture_know(&f, &lan);
    const struct krpc_msg *r = ask(&f, &lan, &q);
    uint8_t token[8];
    memcpy(token, r->token.p, sizeof token);
    struct krpc_msg put = query_of(KRPC_ANNOUNCE_PEER);
    put.token = (struct span){token, sizeof token};
    put.port = 7000;
    ck_assert_int_eq(ask(&f, &lan, &put)->type, KRPC_REPLY);
    q = query_of(KRPC_GET_PEERS);
    r = ask(&f, &wide, &q);
    ck_assert_uint_eq(r->nodes.len, 0);
    ck_assert_uint_eq(n_values(r), 0);
    struct addr other = addr_v4((const uint8_t[]){192, 168, 0, 8}, 6881);
    q = query_of(KRPC_GET_PEERS);
    r = ask(&f, &other, &q);
    ck_assert_uint_eq(r->nodes.len, KRPC_NODE4_LEN);
    ck_assert_uint_eq(n_values(r), 1);
    dht_fixture_close(&f);
}
END_TEST

/* Whoever has not answered us may be a forged address: less is sent there. */
START_TEST(strangers_get_smaller_replies)
{
    struct dht_fixture f;
    struct addr stranger = dht_fixture_addr(500), known = dht_fixture_addr(1);
    dht_fixture_open(&f);
    for (unsigned i = 1; i <= 20; i++) {
        struct addr a = dht_fixture_addr(i);
        dht_fixture_know(&f, &a);
        dht_fixture_forget(&f);
        dht_fixture_run(&f, 200);
    }
    for (unsigned i = 100; i < 200; i++) {
        (void)announce(&f, i, 7777, false);
        dht_fixture_run(&f, 100);
    }
    dht_fixture_run(&f, 20000);
    for (unsigned i = 1; i <= 20; i++) { /* what they missed is forgiven */
        struct addr a = dht_fixture_addr(i);
        dht_fixture_know(&f, &a);
        dht_fixture_forget(&f);
        dht_fixture_run(&f, 200);
    }
    struct krpc_msg q = query_of(KRPC_GET_PEERS);
    const struct krpc_msg *r = ask(&f, &stranger, &q);
    ck_assert_uint_ge(n_values(r), 10);
    ck_assert_uint_eq(r->nodes.len, 8 * KRPC_NODE4_LEN);
    for (size_t i = 0; i < f.n_sent; i++)
        ck_assert_uint_le(f.sent[i].len, DHT_ANSWER_STRANGER);
    q = query_of(KRPC_GET_PEERS);
    r = ask(&f, &known, &q);
    ck_assert_uint_ge(n_values(r), 70);
    for (size_t i = 0; i < f.n_sent; i++)
        ck_assert_uint_le(f.sent[i].len, 1024);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(samples_stay_the_same_for_some_minutes)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    struct krpc_msg q = query_of(KRPC_SAMPLE_INFOHASHES);
    dht_fixture_open(&f);
    const struct krpc_msg *r = ask(&f, &a, &q);
    ck_assert(r->has_samples && r->samples.len == 0);
    (void)announce(&f, 1, 7777, false);
    q = query_of(KRPC_SAMPLE_INFOHASHES);
    r = ask(&f, &a, &q);
    ck_assert_uint_eq(r->samples.len, 0);
    ck_assert_int_eq(r->n_stored, 1);
    ck_assert_int_gt(r->interval_s, 200);
    dht_fixture_run(&f, 6 * 60 * 1000);
    q = query_of(KRPC_SAMPLE_INFOHASHES);
    r = ask(&f, &a, &q);
    ck_assert_uint_eq(r->samples.len, 20);
    ck_assert_mem_eq(r->samples.p, hash, 20);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(scrape_gives_filters_to_nodes_we_know)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    dht_fixture_open(&f);
    (void)announce(&f, 2, 7777, false);
    struct krpc_msg q = query_of(KRPC_GET_PEERS);
    q.wants_scrape = true;
    ck_assert_uint_eq(ask(&f, &a, &q)->bloom_peers.len, 0);
    dht_fixture_know(&f, &a);
    q = query_of(KRPC_GET_PEERS);
    q.wants_scrape = true;
    const struct krpc_msg *r = ask(&f, &a, &q);
    ck_assert_uint_eq(r->bloom_peers.len, KRPC_BLOOM_LEN);
    ck_assert_uint_eq(n_values(r), 1);
    dht_fixture_close(&f);
}
END_TEST

static const struct {
    size_t value_len, salt_len;
    int code;
} bad_puts[] = {
    {1001, 0, KRPC_VALUE_TOO_BIG},
    {0, 0, KRPC_PROTOCOL},
    {10, 65, KRPC_SALT_TOO_BIG},
};

START_TEST(bad_put_is_refused_with_its_code)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    uint8_t key[KRPC_KEY_LEN] = {0}, sig[KRPC_SIG_LEN] = {0};
    uint8_t value[1100], salt[70] = {0};
    dht_fixture_open(&f);
    memset(value, 'v', sizeof value);
    memcpy(value, bad_puts[_i].value_len > 900 ? "997:" : "8:", 2);
    if (bad_puts[_i].value_len > 900)
        memcpy(value, "997:", 4);
    const struct krpc_msg q = {
        .type = KRPC_QUERY,
        .method = KRPC_PUT,
        .key = key,
        .sig = sig,
        .has_seq = true,
        .value = {value, bad_puts[_i].value_len},
        .salt = {salt, bad_puts[_i].salt_len},
        .token = span_of("notatoke"),
    };
    struct krpc_msg copy = q;
    ck_assert_int_eq(ask(&f, &a, &copy)->code, bad_puts[_i].code);
    dht_fixture_close(&f);
}
END_TEST

Suite *dht_answer_suite(void)
{
    Suite *s = suite_create("dht_answer");
    TCase *tc = tcase_create("dht_answer");
    tcase_add_test(tc, ping_is_answered_with_id_and_the_askers_address);
    tcase_add_loop_test(tc, announced_peer_is_given_with_a_port_of_either_kind,
                        0, 2);
    tcase_add_test(tc, announce_without_right_token_or_port_is_refused);
    tcase_add_test(tc, query_without_what_it_needs_is_refused);
    tcase_add_test(tc, unknown_method_with_a_target_is_answered_with_nodes);
    tcase_add_test(tc, wanted_families_are_given);
    tcase_add_test(tc, local_nodes_and_peers_are_told_to_local_askers_alone);
    tcase_add_test(tc, strangers_get_smaller_replies);
    tcase_add_test(tc, samples_stay_the_same_for_some_minutes);
    tcase_add_test(tc, scrape_gives_filters_to_nodes_we_know);
    tcase_add_loop_test(tc, bad_put_is_refused_with_its_code, 0, 3);
    suite_add_tcase(s, tc);
    return s;
}
