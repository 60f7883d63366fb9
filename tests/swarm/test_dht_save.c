#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_save.h"

#include <stdlib.h>
#include <string.h>

#include "util/hash.h"
#include "util/xalloc.h"

enum { N = 3 };

static const uint8_t id4[KRPC_ID_LEN] = {4}, id6[KRPC_ID_LEN] = {6};

static void make(struct buf *out, size_t n_nodes)
{
    uint8_t *nodes = xcalloc(n_nodes + 1, KRPC_NODE6_LEN);
    const struct dht_save s = {
        .ids = {id4, id6},
        .nodes = {{nodes, n_nodes * KRPC_NODE4_LEN},
                  {nodes, n_nodes * KRPC_NODE6_LEN}},
    };
    buf_init(out, 4 * DHT_SAVE_MAX_LEN);
    ck_assert_int_eq(dht_save_write(&s, out), OK);
    free(nodes);
}

/* The same bytes with another body, and a sum that is right. */
static enum err read_body(const char *body, size_t len)
{
    struct dht_save s;
    uint8_t *bytes = xmalloc(8 + len + SHA256_LEN);
    memcpy(bytes, "tessdht1", 8);
    memcpy(bytes + 8, body, len);
    hash_sha256(bytes, 8 + len, bytes + 8 + len);
    enum err err = dht_save_read(bytes, 8 + len + SHA256_LEN, &s);
    free(bytes);
    return err;
}

START_TEST(read_gives_what_was_written)
{
    struct buf b;
    struct dht_save s;
    make(&b, N);
    ck_assert_int_eq(dht_save_read(buf_bytes(&b), b.len, &s), OK);
    ck_assert_mem_eq(s.ids[DHT_V4], id4, sizeof id4);
    ck_assert_mem_eq(s.ids[DHT_V6], id6, sizeof id6);
    ck_assert_uint_eq(s.nodes[DHT_V4].len, N * KRPC_NODE4_LEN);
    ck_assert_uint_eq(s.nodes[DHT_V6].len, N * KRPC_NODE6_LEN);
    buf_fini(&b);
}
END_TEST

START_TEST(full_state_is_within_its_maximum)
{
    struct buf b;
    struct dht_save s;
    make(&b, DHT_SAVE_MAX_NODES);
    ck_assert_uint_le(b.len, DHT_SAVE_MAX_LEN);
    ck_assert_int_eq(dht_save_read(buf_bytes(&b), b.len, &s), OK);
    buf_fini(&b);
}
END_TEST

START_TEST(read_of_changed_byte_or_cut_is_refused)
{
    struct buf b;
    struct dht_save s;
    make(&b, N);
    for (size_t i = 0; i < b.len; i++) {
        buf_bytes(&b)[i] ^= 1;
        ck_assert_int_ne(dht_save_read(buf_bytes(&b), b.len, &s), OK);
        buf_bytes(&b)[i] ^= 1;
        ck_assert_int_ne(dht_save_read(buf_bytes(&b), i, &s), OK);
    }
    buf_fini(&b);
}
END_TEST

static const struct {
    const char *body;
    enum err err;
} bodies[] = {
    {"de", OK},
    {"d5:nodes26:abcdefghijklmnopqrstuvwxyze", OK},
    {"d5:nodes25:abcdefghijklmnopqrstuvwxye", ERR_SYNTAX},
    {"d5:nodes9999999999:abce", ERR_TRUNCATED},
    {"d5:nodes-1:abce", ERR_SYNTAX},
    {"d3:id44:abcde", OK}, /* no id: as if it were not there */
    {"dexx", ERR_SYNTAX},
    {"le", ERR_SYNTAX},
    {"", ERR_TRUNCATED},
    {"d5:nodeslllleeeee", ERR_TOO_BIG},
};

START_TEST(read_of_hostile_body)
{
    enum err err = read_body(bodies[_i].body, strlen(bodies[_i].body));
    ck_assert_int_eq(err, bodies[_i].err);
}
END_TEST

START_TEST(read_of_too_many_nodes_is_refused)
{
    struct buf b;
    struct dht_save s;
    make(&b, DHT_SAVE_MAX_NODES + 1);
    ck_assert_int_eq(dht_save_read(buf_bytes(&b), b.len, &s), ERR_TOO_BIG);
    buf_fini(&b);
}
END_TEST

START_TEST(read_of_another_version_is_unsupported)
{
    struct buf b;
    struct dht_save s;
    make(&b, N);
    buf_bytes(&b)[7] = '2';
    ck_assert_int_eq(dht_save_read(buf_bytes(&b), b.len, &s), ERR_UNSUPPORTED);
    ck_assert_int_eq(dht_save_read(buf_bytes(&b), 1000000, &s), ERR_TOO_BIG);
    buf_fini(&b);
}
END_TEST

Suite *dht_save_suite(void)
{
    Suite *s = suite_create("dht_save");
    TCase *tc = tcase_create("dht_save");
    tcase_add_test(tc, read_gives_what_was_written);
    tcase_add_test(tc, full_state_is_within_its_maximum);
    tcase_add_test(tc, read_of_changed_byte_or_cut_is_refused);
    tcase_add_loop_test(tc, read_of_hostile_body, 0,
                        sizeof bodies / sizeof bodies[0]);
    tcase_add_test(tc, read_of_too_many_nodes_is_refused);
    tcase_add_test(tc, read_of_another_version_is_unsupported);
    suite_add_tcase(s, tc);
    return s;
}
