#include "config.h"

#include "tests/swarm/dht_fixture.h"
#include "tests/swarm/suites.h"

#include <string.h>

#include "swarm/dht_wire.h"

START_TEST(ask_fills_in_what_all_queries_have)
{
    struct dht_fixture f;
    uint8_t target[20] = {1};
    struct krpc_msg q = {.method = KRPC_FIND_NODE, .target = target};
    struct dht_rpc_call call = {.addr = dht_fixture_addr6(1)};
    dht_fixture_open(&f);
    ck_assert(dht_wire_ask(f.d, &q, &call, f.now_ms));
    const struct krpc_msg *m = &f.sent[0].msg;
    ck_assert_int_eq(m->type, KRPC_QUERY);
    ck_assert_mem_eq(m->id, dht_id(f.d, DHT_V6), 20);
    ck_assert_uint_eq(m->tid.len, DHT_RPC_TID_LEN);
    ck_assert(m->wants_v4 && m->wants_v6);
    ck_assert_int_eq(call.kind, DHT_FIND_NODE);
    call.addr.port = 80;
    ck_assert(!dht_wire_ask(f.d, &q, &call, f.now_ms));
    ck_assert_uint_eq(f.n_sent, 1);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(reply_that_is_too_long_loses_nodes_then_values)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    uint8_t nodes[8 * KRPC_NODE6_LEN] = {0};
    struct krpc_msg q = {.type = KRPC_QUERY, .tid = span_of("a")};
    struct krpc_msg r = {
        .nodes = {nodes, 8 * KRPC_NODE4_LEN},
        .nodes6 = {nodes, 8 * KRPC_NODE6_LEN},
        .values = span_of("l6:abcdefe"),
    };
    struct krpc_msg copy = r;
    dht_fixture_open(&f);
    dht_wire_reply(f.d, &a, &q, &copy, 1024, f.now_ms);
    ck_assert_uint_eq(f.sent[0].msg.nodes6.len, r.nodes6.len);
    copy = r;
    dht_wire_reply(f.d, &a, &q, &copy, 512, f.now_ms);
    ck_assert_uint_eq(f.sent[1].msg.nodes6.len, 0);
    ck_assert_uint_eq(f.sent[1].msg.nodes.len, r.nodes.len);
    copy = r;
    dht_wire_reply(f.d, &a, &q, &copy, 120, f.now_ms);
    ck_assert_uint_eq(f.sent[2].msg.nodes.len, 0);
    ck_assert_uint_gt(f.sent[2].msg.values.len, 0);
    copy = r;
    dht_wire_reply(f.d, &a, &q, &copy, 20, f.now_ms); /* not at all */
    ck_assert_uint_eq(f.n_sent, 3);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(refuse_echoes_the_tid)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    struct krpc_msg q = {.type = KRPC_QUERY, .tid = span_of("long tid")};
    dht_fixture_open(&f);
    dht_wire_refuse(f.d, &a, &q, KRPC_PROTOCOL, "no", f.now_ms);
    ck_assert_int_eq(f.sent[0].msg.code, KRPC_PROTOCOL);
    ck_assert(span_is(f.sent[0].msg.tid, "long tid"));
    ck_assert(span_is(f.sent[0].msg.text, "no"));
    dht_fixture_close(&f);
}
END_TEST

Suite *dht_wire_suite(void)
{
    Suite *s = suite_create("dht_wire");
    TCase *tc = tcase_create("dht_wire");
    tcase_add_test(tc, ask_fills_in_what_all_queries_have);
    tcase_add_test(tc, reply_that_is_too_long_loses_nodes_then_values);
    tcase_add_test(tc, refuse_echoes_the_tid);
    suite_add_tcase(s, tc);
    return s;
}
