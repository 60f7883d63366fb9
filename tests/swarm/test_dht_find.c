/* What a search takes of answers: items that are what they claim to be. */
#include "config.h"

#include "tests/swarm/dht_fixture.h"
#include "tests/swarm/suites.h"

#include <string.h>

#include <sodium.h>

#include "swarm/dht_find.h"

struct mutable_item {
    uint8_t key[KRPC_KEY_LEN], sig[KRPC_SIG_LEN];
    uint8_t secret[DHT_SECRET_LEN];
    struct krpc_msg reply;
};

static void sign(struct mutable_item *m, const char *value, int64_t seq)
{
    static const uint8_t seed[crypto_sign_SEEDBYTES] = {9};
    struct dht_items_item item = {.value = span_of(value),
                                  .salt = span_of("s"),
                                  .seq = seq};
    (void)crypto_sign_seed_keypair(m->key, m->secret, seed);
    dht_items_sign(&item, m->secret, m->sig, m->key);
    m->reply = (struct krpc_msg){
        .type = KRPC_REPLY,
        .value = item.value,
        .key = m->key,
        .sig = m->sig,
        .has_seq = true,
        .seq = seq,
        .token = span_of("tk"),
    };
}

static void know(struct dht_fixture *f, unsigned n)
{
    for (unsigned i = 1; i <= n; i++) {
        struct addr a = dht_fixture_addr(i);
        dht_fixture_know(f, &a);
    }
    dht_fixture_run(f, 20000); /* let the upkeep's own search end */
    for (unsigned i = 1; i <= n; i++) {
        struct addr a = dht_fixture_addr(i);
        dht_add_node(f->d, &a, f->now_ms);
        dht_fixture_answer(f, &a, NULL);
    }
    dht_fixture_forget(f);
}

static void answer(struct dht_fixture *f, unsigned i, const struct krpc_msg *r)
{
    struct addr a = dht_fixture_addr(i);
    struct krpc_msg copy = *r;
    dht_fixture_answer(f, &a, &copy);
}

static struct dht_item found;
static uint8_t found_value[DHT_MAX_VALUE];

static void on_item(void *ctx, const uint8_t *target,
                    const struct dht_item *item)
{
    (void)ctx;
    (void)target;
    if (item == NULL)
        return;
    found = *item;
    memcpy(found_value, item->value.p, item->value.len);
}

static void on_send(void *ctx, const struct addr *to, const uint8_t *bytes,
                    size_t len)
{
    struct dht_fixture *f = ctx;
    struct dht_fixture_sent *s = &f->sent[f->n_sent++];
    s->to = *to;
    s->len = len;
    memcpy(s->bytes, bytes, len);
    ck_assert_int_eq(krpc_parse(s->bytes, len, &s->msg), OK);
}

static void open_with_items(struct dht_fixture *f)
{
    const struct dht_host host = {.send = on_send,
                                  .on_item = on_item,
                                  .ctx = f};
    dht_fixture_open(f);
    dht_free(f->d);
    f->d = dht_new(&f->config, &host, f->now_ms);
    found = (struct dht_item){.seq = -1};
}

START_TEST(get_takes_the_highest_genuine_number)
{
    struct dht_fixture f;
    struct mutable_item old, new, forged;
    uint8_t key[KRPC_KEY_LEN];
    open_with_items(&f);
    know(&f, 3);
    sign(&old, "1:a", 4);
    sign(&new, "1:b", 5);
    sign(&forged, "1:c", 6);
    forged.sig[3] ^= 1;
    memcpy(key, old.key, sizeof key);
    ck_assert_int_eq(dht_get(f.d, NULL, key, span_of("s"), f.now_ms), OK);
    answer(&f, 1, &new.reply);
    answer(&f, 2, &old.reply);
    ck_assert_int_eq(found.seq, -1); /* all are waited for */
    answer(&f, 3, &forged.reply);
    ck_assert_int_eq(found.seq, 5);
    ck_assert_mem_eq(found_value, "1:b", 3);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(get_of_immutable_ends_with_the_first_genuine_one)
{
    struct dht_fixture f;
    uint8_t target[20];
    struct dht_items_item item = {.value = span_of("3:abc")};
    struct krpc_msg good = {.value = span_of("3:abc")};
    struct krpc_msg bad = {.value = span_of("3:abd")};
    good.type = bad.type = KRPC_REPLY;
    open_with_items(&f);
    know(&f, 3);
    dht_items_target(&item, target);
    ck_assert_int_eq(dht_get(f.d, target, NULL, span_of(""), f.now_ms), OK);
    answer(&f, 1, &bad);
    ck_assert_int_eq(found.seq, -1);
    answer(&f, 2, &good);
    ck_assert_mem_eq(found_value, "3:abc", 5);
    ck_assert_uint_eq(dht_fixture_stats(&f)->n_searches, 0);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(put_sends_the_signed_item_with_each_token)
{
    struct dht_fixture f;
    struct mutable_item m;
    uint8_t target[20];
    struct krpc_msg reply = {.type = KRPC_REPLY, .token = span_of("tk")};
    struct krpc_msg plain = {.type = KRPC_REPLY};
    dht_fixture_open(&f);
    know(&f, 2);
    sign(&m, "1:a", 4);
    const struct dht_put put = {
        .value = span_of("1:a"),
        .secret = m.secret,
        .salt = span_of("s"),
        .seq = 4,
        .has_cas = true,
        .cas = 3,
    };
    ck_assert_int_eq(dht_put(f.d, &put, target, f.now_ms), OK);
    answer(&f, 1, &reply);
    answer(&f, 2, &reply);
    for (unsigned i = 1; i <= 2; i++) {
        struct addr a = dht_fixture_addr(i);
        const struct krpc_msg *q = dht_fixture_last(&f, &a, KRPC_QUERY);
        ck_assert_int_eq(q->method, KRPC_PUT);
        ck_assert_mem_eq(q->key, m.key, sizeof m.key);
        ck_assert_mem_eq(q->sig, m.sig, sizeof m.sig);
        ck_assert(q->has_cas && q->cas == 3 && q->seq == 4);
        ck_assert(span_is(q->token, "tk") && span_is(q->salt, "s"));
    }
    answer(&f, 1, &plain);
    ck_assert_uint_eq(f.n_puts, 0);
    answer(&f, 2, &plain);
    ck_assert_uint_eq(f.n_puts, 2);
    dht_fixture_close(&f);
}
END_TEST

Suite *dht_find_suite(void)
{
    Suite *s = suite_create("dht_find");
    TCase *tc = tcase_create("dht_find");
    tcase_add_test(tc, get_takes_the_highest_genuine_number);
    tcase_add_test(tc, get_of_immutable_ends_with_the_first_genuine_one);
    tcase_add_test(tc, put_sends_the_signed_item_with_each_token);
    suite_add_tcase(s, tc);
    return s;
}
