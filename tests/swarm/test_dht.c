#include "config.h"

#include "swarm/dht.h"

#include "tests/swarm/dht_fixture.h"
#include "tests/swarm/suites.h"

#include <stdlib.h>
#include <string.h>

#include "swarm/dht_contacts.h"
#include "swarm/dht_id.h"
#include "util/xalloc.h"

static bool rx(struct dht_fixture *f, const struct addr *from, const char *text)
{
    size_t len = strlen(text);
    uint8_t *exact = xmemdup(text, len > 0 ? len : 1);
    bool is_ours = dht_rx(f->d, from, exact, len, f->now_ms);
    free(exact);
    return is_ours;
}

static const char ping[] =
    "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe";

START_TEST(rx_of_another_protocol_is_not_ours)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    dht_fixture_open(&f);
    ck_assert(!rx(&f, &a, ""));
    ck_assert(!rx(&f, &a, "\x21\x02"));
    ck_assert(!rx(&f, &a, "BT"));
    ck_assert(rx(&f, &a, "d1:"));
    ck_assert(rx(&f, &a, "d99999999999:"));
    ck_assert_uint_eq(f.n_sent, 0);
    ck_assert_uint_eq(dht_fixture_stats(&f)->dropped_malformed, 2);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(rx_from_forbidden_address_is_dropped)
{
    static const struct {
        uint8_t ip[4];
        uint16_t port;
    } bad[] = {
        {{30, 0, 0, 1}, 0},     {{30, 0, 0, 1}, 53},
        {{30, 0, 0, 1}, 1023},  {{0, 0, 0, 0}, 6881},
        {{224, 0, 0, 1}, 6881}, {{255, 255, 255, 255}, 6881},
    };
    struct dht_fixture f;
    dht_fixture_open(&f);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct addr a = addr_v4(bad[i].ip, bad[i].port);
        ck_assert(rx(&f, &a, ping));
        dht_add_bootstrap(f.d, &a, f.now_ms);
        dht_add_node(f.d, &a, f.now_ms);
    }
    ck_assert_uint_eq(f.n_sent, 0);
    ck_assert_uint_eq(dht_fixture_stats(&f)->dropped_forbidden, 6);
    struct addr loopback = addr_v4((const uint8_t[]){127, 0, 0, 1}, 6881);
    ck_assert(rx(&f, &loopback, ping));
    ck_assert_uint_ge(f.n_sent, 1);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(rx_of_incomplete_query_is_answered_with_an_error)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    dht_fixture_open(&f);
    ck_assert(rx(&f, &a, "d1:q4:ping1:t2:zz1:y1:qe"));
    const struct krpc_msg *m = dht_fixture_last(&f, &a, KRPC_ERROR);
    ck_assert_ptr_nonnull(m);
    ck_assert_int_eq(m->code, KRPC_PROTOCOL);
    ck_assert(span_is(m->tid, "zz"));
    ck_assert(rx(&f, &a, "d1:q4:ping1:y1:qe")); /* no t: no answer */
    ck_assert_uint_eq(f.n_sent, 1);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(rx_of_unasked_reply_changes_nothing)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1), other = dht_fixture_addr(2);
    struct krpc_msg reply = {.type = KRPC_REPLY, .tid = span_of("abcd")};
    dht_fixture_open(&f);
    ck_assert(dht_fixture_give(&f, &a, &reply));
    dht_add_node(f.d, &a, f.now_ms);
    reply.tid = dht_fixture_last(&f, &a, KRPC_QUERY)->tid;
    reply.id = NULL;
    ck_assert(dht_fixture_give(&f, &other, &reply)); /* from elsewhere */
    ck_assert_uint_eq(dht_n_good(f.d), 0);
    ck_assert_uint_eq(dht_fixture_stats(&f)->dropped_unasked, 2);
    reply.id = NULL;
    ck_assert(dht_fixture_give(&f, &a, &reply));
    ck_assert_uint_eq(dht_n_good(f.d), 1);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(read_only_node_says_so_and_does_not_answer)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    dht_fixture_open(&f);
    dht_set_read_only(f.d, true);
    ck_assert(rx(&f, &a, ping));
    ck_assert_uint_eq(f.n_sent, 0);
    dht_add_node(f.d, &a, f.now_ms);
    ck_assert(dht_fixture_last(&f, &a, KRPC_QUERY)->is_read_only);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(asker_is_pinged_unless_it_is_read_only)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1), b = dht_fixture_addr(2);
    struct krpc_msg q = {.type = KRPC_QUERY, .method = KRPC_PING};
    dht_fixture_open(&f);
    ck_assert(dht_fixture_give(&f, &a, &q));
    ck_assert_ptr_nonnull(dht_fixture_last(&f, &a, KRPC_QUERY));
    q.id = NULL;
    q.is_read_only = true;
    ck_assert(dht_fixture_give(&f, &b, &q));
    ck_assert_ptr_null(dht_fixture_last(&f, &b, KRPC_QUERY));
    ck_assert_uint_eq(dht_n_good(f.d), 0); /* not before it answers */
    dht_fixture_close(&f);
}
END_TEST

START_TEST(votes_make_an_id_that_fits)
{
    struct dht_fixture f;
    struct addr ours = addr_v4((const uint8_t[]){50, 1, 2, 3}, 6881);
    uint8_t old[20];
    dht_fixture_open(&f);
    memcpy(old, dht_id(f.d, DHT_V4), sizeof old);
    for (unsigned i = 0; i < 8; i++) {
        struct addr a = dht_fixture_addr(i);
        struct krpc_msg reply = {.type = KRPC_REPLY,
                                 .has_ip = true,
                                 .ip = ours};
        ck_assert_mem_eq(dht_id(f.d, DHT_V4), old, sizeof old);
        dht_add_node(f.d, &a, f.now_ms);
        dht_fixture_answer(&f, &a, &reply);
        dht_fixture_forget(&f);
    }
    ck_assert_uint_eq(f.n_external, 1);
    ck_assert(dht_id_fits(dht_id(f.d, DHT_V4), &ours));
    struct addr external;
    ck_assert(dht_stats_external(f.d, DHT_V4, &external));
    ck_assert(addr_same_ip(&external, &ours));
    ck_assert(dht_fixture_stats(&f)->family[DHT_V4].is_verified);
    ck_assert_uint_eq(dht_fixture_stats(&f)->family[DHT_V4].votes[0].n, 8);
    ck_assert_uint_ge(dht_n_good(f.d), 7);
    dht_fixture_close(&f);
}
END_TEST

/* By its reply he is none the next time; nor is who answers us. */
START_TEST(query_of_whom_we_sent_nothing_is_evidence)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1), b = dht_fixture_addr(2), external;
    struct krpc_msg q = {.type = KRPC_QUERY, .method = KRPC_PING};
    dht_fixture_open(&f);
    ck_assert(!dht_stats_external(f.d, DHT_V4, &external));
    f.now_ms += DHT_CONTACTS_QUIET_MS;
    dht_fixture_know(&f, &b);
    ck_assert_uint_eq(f.n_strangers, 0);
    for (int i = 0; i < 3; i++)
        ck_assert(dht_fixture_give(&f, &a, &q));
    ck_assert_uint_eq(f.n_strangers, 1);
    q.id = NULL;
    ck_assert(dht_fixture_give(&f, &b, &q));
    ck_assert_uint_eq(f.n_strangers, 1);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(state_is_saved_and_loaded)
{
    struct dht_fixture f, g;
    struct buf state;
    uint8_t id[20];
    dht_fixture_open(&f);
    for (unsigned i = 0; i < 30; i++) {
        struct addr a = i % 2 == 0 ? dht_fixture_addr(i) : dht_fixture_addr6(i);
        dht_fixture_know(&f, &a);
        dht_fixture_forget(&f);
        dht_fixture_run(&f, 200);
        dht_fixture_forget(&f);
    }
    uint32_t n = dht_n_good(f.d);
    ck_assert_uint_ge(n, 20);
    memcpy(id, dht_id(f.d, DHT_V6), sizeof id);
    buf_init(&state, DHT_MAX_STATE);
    ck_assert_int_eq(dht_save(f.d, &state), OK);
    dht_fixture_close(&f);

    dht_fixture_open(&g);
    ck_assert_int_eq(dht_load(g.d, buf_bytes(&state), state.len, g.now_ms), OK);
    ck_assert_mem_eq(dht_id(g.d, DHT_V6), id, sizeof id);
    const struct dht_stats *s = dht_fixture_stats(&g);
    ck_assert_uint_eq(s->family[0].n_questionable + s->family[1].n_questionable,
                      n);
    /* All are asked within seconds. */
    dht_fixture_run(&g, 4000);
    ck_assert_uint_ge(g.n_sent, n);
    buf_bytes(&state)[state.len / 2] ^= 1;
    ck_assert_int_eq(dht_load(g.d, buf_bytes(&state), state.len, g.now_ms),
                     ERR_HASH);
    ck_assert_mem_eq(dht_id(g.d, DHT_V6), id, sizeof id);
    dht_fixture_close(&g);
    buf_fini(&state);
}
END_TEST

START_TEST(node_that_knows_nobody_has_no_deadline)
{
    struct dht_fixture f;
    dht_fixture_open(&f);
    ck_assert_int_eq(dht_deadline_ms(f.d), INT64_MAX);
    dht_step(f.d, f.now_ms);
    ck_assert_int_eq(dht_deadline_ms(f.d), INT64_MAX);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(family_that_is_off_is_neither_heard_nor_asked)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1), b = dht_fixture_addr6(1);
    dht_fixture_open(&f);
    dht_set_families(f.d, true, false, f.now_ms);
    dht_add_bootstrap(f.d, &a, f.now_ms);
    dht_add_bootstrap(f.d, &b, f.now_ms);
    ck_assert(rx(&f, &b, ping));
    ck_assert_ptr_null(dht_fixture_last(&f, &b, KRPC_QUERY));
    ck_assert_ptr_null(dht_fixture_last(&f, &b, KRPC_REPLY));
    ck_assert_ptr_nonnull(dht_fixture_last(&f, &a, KRPC_QUERY));
    dht_fixture_close(&f);
}
END_TEST

START_TEST(node_that_the_host_refuses_is_neither_heard_nor_asked)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1), b = dht_fixture_addr(2);
    struct buf saved;
    const struct dht_announce announce = {.is_wanted = true};
    dht_fixture_open(&f);
    dht_fixture_know(&f, &a);
    dht_fixture_know(&f, &b);
    buf_init(&saved, DHT_MAX_STATE);
    ck_assert_int_eq(dht_save(f.d, &saved), OK);
    f.refuses_one = true;
    f.refused = a;
    dht_weed(f.d, f.now_ms);
    ck_assert_uint_eq(dht_n_good(f.d), 1);
    ck_assert_int_eq(dht_load(f.d, buf_bytes(&saved), saved.len, f.now_ms), OK);
    dht_check(f.d);
    dht_fixture_forget(&f);
    ck_assert(rx(&f, &a, ping));
    dht_add_bootstrap(f.d, &a, f.now_ms);
    dht_add_node(f.d, &a, f.now_ms);
    ck_assert_int_eq(dht_search(f.d, dht_fixture_id(&a), &announce, f.now_ms),
                     OK);
    dht_fixture_run(&f, 60000);
    ck_assert_ptr_null(dht_fixture_last(&f, &a, KRPC_QUERY));
    ck_assert_ptr_null(dht_fixture_last(&f, &a, KRPC_REPLY));
    ck_assert_ptr_nonnull(dht_fixture_last(&f, &b, KRPC_QUERY));
    ck_assert_uint_eq(dht_fixture_stats(&f)->dropped_forbidden, 1);
    /* Refused no more, it is a node as others are. */
    f.refuses_one = false;
    ck_assert(rx(&f, &a, ping));
    ck_assert_ptr_nonnull(dht_fixture_last(&f, &a, KRPC_REPLY));
    buf_fini(&saved);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(put_of_bad_item_is_refused)
{
    struct dht_fixture f;
    uint8_t target[20], big[DHT_MAX_VALUE + 1], salt[DHT_MAX_SALT + 1] = {0};
    struct dht_put put = {.value = {big, sizeof big}};
    dht_fixture_open(&f);
    memset(big, 'a', sizeof big);
    ck_assert_int_eq(dht_put(f.d, &put, target, 0), ERR_TOO_BIG);
    put.value = span_of("5:abc");
    ck_assert_int_eq(dht_put(f.d, &put, target, 0), ERR_SYNTAX);
    put.value = span_of("3:abcx");
    ck_assert_int_eq(dht_put(f.d, &put, target, 0), ERR_SYNTAX);
    put.value = span_of("3:abc");
    put.salt = (struct span){salt, sizeof salt};
    ck_assert_int_eq(dht_put(f.d, &put, target, 0), ERR_TOO_BIG);
    ck_assert_int_eq(dht_get(f.d, target, NULL, put.salt, 0), ERR_TOO_BIG);
    dht_fixture_close(&f);
}
END_TEST

Suite *dht_suite(void)
{
    Suite *s = suite_create("dht");
    TCase *tc = tcase_create("dht");
    tcase_add_test(tc, rx_of_another_protocol_is_not_ours);
    tcase_add_test(tc, rx_from_forbidden_address_is_dropped);
    tcase_add_test(tc, rx_of_incomplete_query_is_answered_with_an_error);
    tcase_add_test(tc, rx_of_unasked_reply_changes_nothing);
    tcase_add_test(tc, read_only_node_says_so_and_does_not_answer);
    tcase_add_test(tc, asker_is_pinged_unless_it_is_read_only);
    tcase_add_test(tc, votes_make_an_id_that_fits);
    tcase_add_test(tc, query_of_whom_we_sent_nothing_is_evidence);
    tcase_add_test(tc, state_is_saved_and_loaded);
    tcase_add_test(tc, node_that_knows_nobody_has_no_deadline);
    tcase_add_test(tc, family_that_is_off_is_neither_heard_nor_asked);
    tcase_add_test(tc, node_that_the_host_refuses_is_neither_heard_nor_asked);
    tcase_add_test(tc, put_of_bad_item_is_refused);
    suite_add_tcase(s, tc);
    return s;
}
