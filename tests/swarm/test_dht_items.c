#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_items.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "util/bytes.h"

/* The examples of BEP 44. */
static const char key_hex[] =
    "77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548";
static const struct {
    const char *salt, *target, *sig;
} examples[] = {
    {"", "4a533d47ec9c7d95b1ad75f576cffc641853b750",
     "305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff"
     "1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01"},
    {"foobar", "411eba73b6f087ca51a3795d9c8c938d365e32c1",
     "6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17d"
     "df9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08"},
};
static const char immutable_target[] =
    "e5f96f6f38320f0f33959cb4d3d656452117aadb";
static const char hello[] = "12:Hello World!";

static void unhex(const char *hex, uint8_t *out, size_t len)
{
    size_t n;
    ck_assert_int_eq(sodium_hex2bin(out, len, hex, strlen(hex), NULL, &n, NULL),
                     0);
    ck_assert_uint_eq(n, len);
}

START_TEST(mutable_example_is_genuine_until_a_byte_changes)
{
    uint8_t key[KRPC_KEY_LEN], sig[KRPC_SIG_LEN], target[DHT_ID_LEN];
    uint8_t value[sizeof hello];
    unhex(key_hex, key, sizeof key);
    unhex(examples[_i].sig, sig, sizeof sig);
    unhex(examples[_i].target, target, sizeof target);
    memcpy(value, hello, sizeof value);
    struct dht_items_item item = {
        .value = {value, sizeof value - 1},
        .key = key,
        .sig = sig,
        .salt = span_of(examples[_i].salt),
        .seq = 1,
    };
    ck_assert(dht_items_is_genuine(&item, target));
    item.seq = 2;
    ck_assert(!dht_items_is_genuine(&item, target));
    item.seq = 1;
    uint8_t *const parts[] = {key, sig, value, target};
    for (int i = 0; i < 4; i++) {
        parts[i][5] ^= 1;
        ck_assert(!dht_items_is_genuine(&item, target));
        parts[i][5] ^= 1;
    }
    item.salt = span_of("other");
    ck_assert(!dht_items_is_genuine(&item, target));
}
END_TEST

START_TEST(immutable_example_is_its_hash)
{
    uint8_t target[DHT_ID_LEN];
    struct dht_items_item item = {.value = span_of(hello)};
    unhex(immutable_target, target, sizeof target);
    ck_assert(dht_items_is_genuine(&item, target));
    item.value = span_of("12:Hello world!");
    ck_assert(!dht_items_is_genuine(&item, target));
}
END_TEST

struct fixture {
    uint64_t seed;
    struct rng rng;
    struct dht_items *s;
    uint8_t key[KRPC_KEY_LEN], sig[KRPC_SIG_LEN];
    uint8_t secret[DHT_ITEMS_SECRET_LEN];
};

static void open_fixture(struct fixture *f)
{
    static const uint8_t seed[crypto_sign_SEEDBYTES] = {1, 2, 3};
    f->seed = 1;
    f->rng = rng_seeded(&f->seed);
    f->s = dht_items_new(&f->rng);
    (void)crypto_sign_seed_keypair(f->key, f->secret, seed);
}

static struct dht_items_item signed_item(struct fixture *f, const char *value,
                                         int64_t seq)
{
    struct dht_items_item item = {.value = span_of(value), .seq = seq};
    uint8_t key[KRPC_KEY_LEN];
    dht_items_sign(&item, f->secret, f->sig, key);
    ck_assert_mem_eq(key, f->key, sizeof key);
    item.key = f->key;
    item.sig = f->sig;
    return item;
}

static int put(struct fixture *f, const char *value, int64_t seq,
               const int64_t *cas)
{
    struct dht_items_item item = signed_item(f, value, seq);
    return dht_items_put(f->s, &item, cas, 0);
}

START_TEST(put_takes_higher_numbers_only)
{
    struct fixture f;
    struct dht_items_item got;
    uint8_t target[DHT_ID_LEN];
    open_fixture(&f);
    ck_assert_int_eq(put(&f, "1:a", 5, NULL), 0);
    ck_assert_int_eq(put(&f, "1:b", 4, NULL), KRPC_SEQ_TOO_LOW);
    ck_assert_int_eq(put(&f, "1:b", 5, NULL), KRPC_SEQ_TOO_LOW);
    ck_assert_int_eq(put(&f, "1:a", 5, NULL), 0); /* keeps it for longer */
    ck_assert_int_eq(put(&f, "1:b", 6, NULL), 0);
    struct dht_items_item item = signed_item(&f, "1:b", 6);
    dht_items_target(&item, target);
    ck_assert(dht_items_get(f.s, target, 0, &got));
    ck_assert_int_eq(got.seq, 6);
    ck_assert(span_is(got.value, "1:b"));
    ck_assert(dht_items_is_genuine(&got, target));
    ck_assert_uint_eq(dht_items_n(f.s), 1);
    dht_items_free(f.s);
}
END_TEST

START_TEST(put_compares_cas)
{
    struct fixture f;
    int64_t cas = 3;
    open_fixture(&f);
    ck_assert_int_eq(put(&f, "1:a", 5, &cas), 0); /* nothing to compare */
    ck_assert_int_eq(put(&f, "1:b", 6, &cas), KRPC_CAS_MISMATCH);
    cas = 5;
    ck_assert_int_eq(put(&f, "1:b", 6, &cas), 0);
    dht_items_free(f.s);
}
END_TEST

START_TEST(put_refuses_what_is_wrong)
{
    struct fixture f;
    uint8_t big[DHT_ITEMS_VALUE + 1] = {0};
    open_fixture(&f);
    struct dht_items_item item = signed_item(&f, "1:a", 1);
    f.sig[0] ^= 1;
    ck_assert_int_eq(dht_items_put(f.s, &item, NULL, 0), KRPC_BAD_SIGNATURE);
    item.sig = NULL;
    ck_assert_int_eq(dht_items_put(f.s, &item, NULL, 0), KRPC_PROTOCOL);
    item = signed_item(&f, "1:a", 1);
    item.seq = -1;
    ck_assert_int_eq(dht_items_put(f.s, &item, NULL, 0), KRPC_PROTOCOL);
    item = (struct dht_items_item){.value = {big, sizeof big}};
    ck_assert_int_eq(dht_items_put(f.s, &item, NULL, 0), KRPC_VALUE_TOO_BIG);
    item.value.len = 0;
    ck_assert_int_eq(dht_items_put(f.s, &item, NULL, 0), KRPC_PROTOCOL);
    item = signed_item(&f, "1:a", 1);
    item.salt = (struct span){big, DHT_ITEMS_SALT + 1};
    ck_assert_int_eq(dht_items_put(f.s, &item, NULL, 0), KRPC_SALT_TOO_BIG);
    ck_assert_uint_eq(dht_items_n(f.s), 0);
    dht_items_free(f.s);
}
END_TEST

START_TEST(items_are_bounded_and_expire)
{
    struct fixture f;
    struct dht_items_item got;
    uint8_t first[DHT_ID_LEN];
    open_fixture(&f);
    for (uint32_t i = 0; i < DHT_ITEMS_MAX + 10; i++) {
        uint8_t value[6] = {'4', ':'};
        bytes_put_be32(value + 2, i);
        struct dht_items_item item = {.value = {value, sizeof value}};
        if (i == 0)
            dht_items_target(&item, first);
        ck_assert_int_eq(dht_items_put(f.s, &item, NULL, 0), 0);
    }
    ck_assert_uint_eq(dht_items_n(f.s), DHT_ITEMS_MAX);
    ck_assert(!dht_items_get(f.s, first, 0, &got));
    dht_items_sweep(f.s, DHT_ITEMS_KEEP_MS);
    ck_assert_uint_eq(dht_items_n(f.s), 0);
    dht_items_free(f.s);
}
END_TEST

START_TEST(bytes_of_items_are_bounded)
{
    struct fixture f;
    uint8_t value[DHT_ITEMS_VALUE] = "996:";
    struct dht_items_item item = {.value = {value, sizeof value}};
    open_fixture(&f);
    for (uint32_t i = 0; i < DHT_ITEMS_MAX; i++) {
        bytes_put_be32(value + 4, i);
        ck_assert_int_eq(dht_items_put(f.s, &item, NULL, 0), 0);
    }
    ck_assert_uint_eq(dht_items_n(f.s), DHT_ITEMS_BYTES / DHT_ITEMS_VALUE);
    /* The same again makes room for itself alone. */
    ck_assert_int_eq(dht_items_put(f.s, &item, NULL, 0), 0);
    ck_assert_uint_eq(dht_items_n(f.s), DHT_ITEMS_BYTES / DHT_ITEMS_VALUE);
    /* What went is not counted. */
    dht_items_sweep(f.s, DHT_ITEMS_KEEP_MS);
    item.value.len = 5;
    memcpy(value, "3:", 2);
    for (uint32_t i = 0; i < DHT_ITEMS_MAX; i++) {
        value[2] = (uint8_t)(i >> 8);
        value[3] = (uint8_t)i;
        ck_assert_int_eq(dht_items_put(f.s, &item, NULL, 0), 0);
    }
    ck_assert_uint_eq(dht_items_n(f.s), DHT_ITEMS_MAX);
    dht_items_free(f.s);
}
END_TEST

Suite *dht_items_suite(void)
{
    Suite *s = suite_create("dht_items");
    TCase *tc = tcase_create("dht_items");
    tcase_add_loop_test(tc, mutable_example_is_genuine_until_a_byte_changes, 0,
                        2);
    tcase_add_test(tc, immutable_example_is_its_hash);
    tcase_add_test(tc, put_takes_higher_numbers_only);
    tcase_add_test(tc, put_compares_cas);
    tcase_add_test(tc, put_refuses_what_is_wrong);
    tcase_add_test(tc, items_are_bounded_and_expire);
    tcase_add_test(tc, bytes_of_items_are_bounded);
    suite_add_tcase(s, tc);
    return s;
}
