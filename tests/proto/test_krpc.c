/* Messages of the DHT, against bytes of the BEPs and of nobody's making. */
#include "config.h"

#include "tests/proto/suites.h"

#include "proto/krpc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

/* The examples of BEP 5. */
static const struct {
    const char *text;
    enum krpc_type type;
    enum krpc_method method;
} examples[] = {
    {"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe", KRPC_QUERY,
     KRPC_PING},
    {"d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re", KRPC_REPLY, KRPC_PING},
    {"d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e"
     "1:q9:find_node1:t2:aa1:y1:qe",
     KRPC_QUERY, KRPC_FIND_NODE},
    {"d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e"
     "1:q9:get_peers1:t2:aa1:y1:qe",
     KRPC_QUERY, KRPC_GET_PEERS},
    {"d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth"
     "6:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re",
     KRPC_REPLY, KRPC_PING},
    {"d1:ad2:id20:abcdefghij012345678912:implied_porti1e"
     "9:info_hash20:mnopqrstuvwxyz1234564:porti6881e5:token8:aoeusnthe"
     "1:q13:announce_peer1:t2:aa1:y1:qe",
     KRPC_QUERY, KRPC_ANNOUNCE_PEER},
    {"d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee", KRPC_ERROR,
     KRPC_PING},
    {"d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456"
     "4:wantl2:n42:n6ee1:q9:find_node2:roi1e1:t2:aa1:y1:qe",
     KRPC_QUERY, KRPC_FIND_NODE},
};
enum { N_EXAMPLES = sizeof examples / sizeof examples[0] };

/* From memory of exactly that size, so that a read beyond is seen. */
static enum err parse(const char *text, size_t len, struct krpc_msg *out,
                      uint8_t **owned)
{
    *owned = xmemdup(text, len > 0 ? len : 1);
    return krpc_parse(*owned, len, out);
}

START_TEST(example_is_read_and_written_the_same)
{
    struct krpc_msg m;
    struct buf out;
    uint8_t *bytes;
    size_t len = strlen(examples[_i].text);
    ck_assert_int_eq(parse(examples[_i].text, len, &m, &bytes), OK);
    ck_assert_int_eq(m.type, examples[_i].type);
    ck_assert_int_eq(m.method, examples[_i].method);
    ck_assert(span_is(m.tid, "aa"));
    buf_init(&out, 1024);
    ck_assert_int_eq(krpc_write(&m, &out), OK);
    ck_assert_uint_eq(out.len, len);
    ck_assert_mem_eq(buf_bytes(&out), examples[_i].text, len);
    buf_fini(&out);
    free(bytes);
}
END_TEST

START_TEST(example_cut_anywhere_is_refused)
{
    for (size_t len = 0; len < strlen(examples[_i].text); len++) {
        struct krpc_msg m = {.type = KRPC_QUERY};
        uint8_t *bytes;
        ck_assert_int_ne(parse(examples[_i].text, len, &m, &bytes), OK);
        free(bytes);
    }
}
END_TEST

START_TEST(values_and_nodes_are_walked)
{
    struct krpc_msg m;
    struct addr a;
    uint8_t *bytes;
    const uint8_t *id;
    char text[400];
    size_t len = (size_t)
        snprintf(text, sizeof text,
                 "d1:rd2:id20:abcdefghij01234567895:nodes30:%s6:nodes637:%s"
                 "6:valuesl6:axje.ui5ele18:aaaaaaaaaaaaaaaabb3:abc6:idhtmeee"
                 "1:t2:aa1:y1:re",
                 "AAAAAAAAAAAAAAAAAAAA\x01\x02\x03\x04\x1a\xe1yyyy",
                 "BBBBBBBBBBBBBBBBBBBBaaaaaaaaaaaaaaaab");
    ck_assert_int_eq(parse(text, len, &m, &bytes), OK);
    ck_assert(krpc_next_value(&m.values, &a));
    ck_assert_uint_eq(a.port, '.' << 8 | 'u');
    ck_assert(krpc_next_value(&m.values, &a));
    ck_assert(!addr_is_v4(&a));
    ck_assert(krpc_next_value(&m.values, &a));
    ck_assert_uint_eq(a.port, 'm' << 8 | 'e');
    ck_assert(!krpc_next_value(&m.values, &a));
    ck_assert(krpc_next_node(&m.nodes, false, &id, &a));
    ck_assert_mem_eq(id, "AAAAAAAAAAAAAAAAAAAA", 20);
    ck_assert_uint_eq(a.port, 6881);
    ck_assert(!krpc_next_node(&m.nodes, false, &id, &a)); /* 4 bytes more */
    ck_assert(!krpc_next_node(&m.nodes6, true, &id, &a)); /* a byte short */
    free(bytes);
}
END_TEST

static const struct {
    const char *text;
    enum err err;
    const char *tid; /* what may be answered */
} bad[] = {
    {"", ERR_TRUNCATED, ""},
    {"de", ERR_INVALID, ""},
    {"d1:y1:qe", ERR_INVALID, ""}, /* no t */
    {"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t0:1:y1:qe", ERR_INVALID, ""},
    {"d1:ti5e1:y1:qe", ERR_INVALID, ""},
    {"d1:t33:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1:y1:qe", ERR_TOO_BIG, ""},
    {"d1:t2:aae", ERR_INVALID, ""},                  /* no y */
    {"d1:t2:aa1:y1:xe", ERR_INVALID, ""},            /* another y */
    {"d1:q4:ping1:t2:aa1:y1:qe", ERR_INVALID, "aa"}, /* no a */
    {"d1:ale1:q4:ping1:t2:aa1:y1:qe", ERR_INVALID, "aa"},
    {"d1:ad2:id19:abcdefghij012345678e1:q4:ping1:t2:aa1:y1:qe", ERR_INVALID,
     "aa"},
    {"d1:ad2:idi5ee1:q4:ping1:t2:aa1:y1:qe", ERR_INVALID, "aa"},
    {"d1:ad2:id20:abcdefghij0123456789e1:t2:aa1:y1:qe", ERR_INVALID, "aa"},
    {"d1:rd2:id21:abcdefghij01234567890e1:t2:aa1:y1:re", ERR_INVALID, ""},
    {"d1:t2:aa1:y1:re", ERR_INVALID, ""},
    {"d1:ele1:t2:aa1:y1:ee", ERR_INVALID, ""},
    {"d1:el3:abce1:t2:aa1:y1:ee", ERR_INVALID, ""},
    {"d1:e3:abc1:t2:aa1:y1:ee", ERR_INVALID, ""},
    {"d1:t99999999999:aa", ERR_TRUNCATED, ""},
    {"d1:t-1:aa", ERR_SYNTAX, ""},
    {"i5e", ERR_INVALID, ""},
};

START_TEST(bad_message_is_refused)
{
    struct krpc_msg m = {.type = KRPC_QUERY};
    uint8_t *bytes;
    enum err err = parse(bad[_i].text, strlen(bad[_i].text), &m, &bytes);
    if (bad[_i].err == ERR_TRUNCATED)
        ck_assert(err == ERR_TRUNCATED || err == ERR_SYNTAX ||
                  err == ERR_TOO_BIG);
    else
        ck_assert_int_eq(err, bad[_i].err);
    ck_assert(span_is(m.tid, bad[_i].tid));
    free(bytes);
}
END_TEST

START_TEST(deep_nesting_is_refused)
{
    enum { DEEP = 4000 };
    struct krpc_msg m = {.type = KRPC_QUERY};
    char *text = xmalloc(2 * DEEP + 40);
    memcpy(text, "d1:al", 5);
    memset(text + 5, 'l', DEEP);
    memset(text + 5 + DEEP, 'e', DEEP);
    ck_assert_int_eq(krpc_parse((const uint8_t *)text, 5 + 2 * (size_t)DEEP,
                                &m),
                     ERR_TOO_BIG);
    free(text);
}
END_TEST

START_TEST(long_datagram_and_many_tokens_are_refused)
{
    enum { LEN = KRPC_MAX_DATAGRAM };
    struct krpc_msg m = {.type = KRPC_QUERY};
    uint8_t *text = xmalloc(LEN + 1);
    memset(text, 'l', LEN + 1);
    ck_assert_int_eq(krpc_parse(text, LEN + 1, &m), ERR_TOO_BIG);
    memcpy(text, "d1:al", 5);
    for (size_t i = 5; i + 1 < LEN; i += 2)
        memcpy(text + i, "0:", 2);
    ck_assert_int_eq(krpc_parse(text, LEN, &m), ERR_TOO_BIG);
    free(text);
}
END_TEST

/* Another client's long token overflowed a buffer of ours once, elsewhere. */
START_TEST(long_token_and_odd_types_are_as_if_absent)
{
    struct krpc_msg m;
    struct buf b;
    char token[500];
    buf_init(&b, 2000);
    memset(token, 't', sizeof token);
    ck_assert_int_eq(buf_printf(&b,
                                "d1:ad2:id20:abcdefghij01234567894:porti70000e"
                                "4:seedl1:ae5:token500:%.500s4:want2:n4e"
                                "1:q13:announce_peer1:t2:aa1:y1:qe",
                                token),
                     OK);
    ck_assert_int_eq(krpc_parse(buf_bytes(&b), b.len, &m), OK);
    ck_assert_uint_eq(m.token.len, 0);
    ck_assert_uint_eq(m.port, 0);
    ck_assert(!m.is_seed && !m.wants_v4);
    ck_assert_ptr_null(m.target);
    buf_fini(&b);
}
END_TEST

START_TEST(unknown_method_keeps_its_target)
{
    static const char text[] =
        "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e"
        "1:q4:vote1:t2:aa1:y1:qe";
    struct krpc_msg m;
    ck_assert_int_eq(krpc_parse((const uint8_t *)text, sizeof text - 1, &m),
                     OK);
    ck_assert_int_eq(m.method, KRPC_UNKNOWN);
    ck_assert_mem_eq(m.target, "mnopqrstuvwxyz123456", 20);
}
END_TEST

START_TEST(everything_is_read_back)
{
    uint8_t id[20] = {1}, target[20] = {2}, key[32] = {3}, sig[64] = {4};
    uint8_t bloom[KRPC_BLOOM_LEN] = {5};
    struct krpc_msg m = {
        .type = KRPC_REPLY,
        .tid = span_of("xyz"),
        .id = id,
        .has_ip = true,
        .ip = addr_v4((const uint8_t[]){1, 2, 3, 4}, 5),
        .bloom_seeds = {bloom, sizeof bloom},
        .bloom_peers = {bloom, sizeof bloom},
        .value = span_of("d1:ai1ee"),
        .key = key,
        .sig = sig,
        .has_seq = true,
        .seq = INT64_MAX,
        .has_samples = true,
        .samples = {target, sizeof target},
        .interval_s = 60,
        .n_stored = 7,
        .token = span_of("tok"),
    };
    struct krpc_msg back;
    struct buf out;
    buf_init(&out, 4096);
    ck_assert_int_eq(krpc_write(&m, &out), OK);
    ck_assert_int_eq(krpc_parse(buf_bytes(&out), out.len, &back), OK);
    ck_assert(back.has_ip && addr_eq(&back.ip, &m.ip));
    ck_assert(span_eq(back.value, m.value));
    ck_assert_mem_eq(back.key, key, sizeof key);
    ck_assert_mem_eq(back.sig, sig, sizeof sig);
    ck_assert(back.has_seq && back.seq == INT64_MAX);
    ck_assert(back.has_samples && span_eq(back.samples, m.samples));
    ck_assert_int_eq(back.interval_s, 60);
    ck_assert_int_eq(back.n_stored, 7);
    ck_assert_uint_eq(back.bloom_seeds.len, KRPC_BLOOM_LEN);
    buf_fini(&out);
    buf_init(&out, 20);
    ck_assert_int_eq(krpc_write(&m, &out), ERR_TOO_BIG);
    buf_fini(&out);
}
END_TEST

START_TEST(is_message_tells_other_protocols_apart)
{
    ck_assert(krpc_is_message((const uint8_t *)"d1:a", 4));
    ck_assert(!krpc_is_message((const uint8_t *)"d", 1));
    ck_assert(!krpc_is_message((const uint8_t *)"", 0));
    ck_assert(!krpc_is_message((const uint8_t *)"de", 2));
    ck_assert(!krpc_is_message((const uint8_t *)"\x41\x00\x00", 3)); /* uTP */
    ck_assert(!krpc_is_message((const uint8_t *)"\0\0\0\0", 4)); /* tracker */
}
END_TEST

Suite *krpc_suite(void)
{
    Suite *s = suite_create("krpc");
    TCase *tc = tcase_create("krpc");
    tcase_add_loop_test(tc, example_is_read_and_written_the_same, 0,
                        N_EXAMPLES);
    tcase_add_loop_test(tc, example_cut_anywhere_is_refused, 0, N_EXAMPLES);
    tcase_add_test(tc, values_and_nodes_are_walked);
    tcase_add_loop_test(tc, bad_message_is_refused, 0,
                        sizeof bad / sizeof bad[0]);
    tcase_add_test(tc, deep_nesting_is_refused);
    tcase_add_test(tc, long_datagram_and_many_tokens_are_refused);
    tcase_add_test(tc, long_token_and_odd_types_are_as_if_absent);
    tcase_add_test(tc, unknown_method_keeps_its_target);
    tcase_add_test(tc, everything_is_read_back);
    tcase_add_test(tc, is_message_tells_other_protocols_apart);
    suite_add_tcase(s, tc);
    return s;
}
