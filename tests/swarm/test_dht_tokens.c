#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_tokens.h"

#include <string.h>

static const uint8_t target[20] = {1};
static const uint8_t other_target[20] = {2};

struct fixture {
    uint64_t seed;
    struct rng rng;
    struct dht_tokens t;
    struct addr a;
    uint8_t token[DHT_TOKENS_LEN];
};

static void open_fixture(struct fixture *f)
{
    f->seed = 1;
    f->rng = rng_seeded(&f->seed);
    f->a = addr_v4((const uint8_t[]){9, 9, 9, 9}, 6881);
    dht_tokens_init(&f->t, &f->rng, 0);
    dht_tokens_make(&f->t, &f->a, target, f->token, 1000);
}

static bool is_good(struct fixture *f, const struct addr *a, const uint8_t *of,
                    int64_t now_ms)
{
    return dht_tokens_is_good(&f->t, a, of,
                              (struct span){f->token, sizeof f->token}, now_ms);
}

START_TEST(token_is_good_of_its_address_and_target_alone)
{
    struct fixture f;
    open_fixture(&f);
    ck_assert(is_good(&f, &f.a, target, 2000));
    ck_assert(!is_good(&f, &f.a, other_target, 2000));
    struct addr other = addr_v4((const uint8_t[]){9, 9, 9, 8}, 6881);
    ck_assert(!is_good(&f, &other, target, 2000));
    other = f.a;
    other.port = 1; /* a NAT may have changed it */
    ck_assert(is_good(&f, &other, target, 2000));
}
END_TEST

START_TEST(token_ages)
{
    struct fixture f;
    open_fixture(&f);
    ck_assert(is_good(&f, &f.a, target, DHT_TOKENS_ROTATE_MS + 1));
    ck_assert(is_good(&f, &f.a, target, 2 * DHT_TOKENS_ROTATE_MS));
    ck_assert(!is_good(&f, &f.a, target, 2 * DHT_TOKENS_ROTATE_MS + 1));
}
END_TEST

START_TEST(token_is_too_old_after_long_silence)
{
    struct fixture f;
    open_fixture(&f);
    ck_assert(!is_good(&f, &f.a, target, 3 * DHT_TOKENS_ROTATE_MS));
}
END_TEST

START_TEST(token_of_any_other_length_is_none)
{
    struct fixture f;
    uint8_t long_token[300];
    open_fixture(&f);
    memset(long_token, 0, sizeof long_token);
    memcpy(long_token, f.token, sizeof f.token);
    for (size_t len = 0; len < sizeof long_token; len++)
        ck_assert_int_eq(dht_tokens_is_good(&f.t, &f.a, target,
                                            (struct span){long_token, len},
                                            1000),
                         len == DHT_TOKENS_LEN);
}
END_TEST

Suite *dht_tokens_suite(void)
{
    Suite *s = suite_create("dht_tokens");
    TCase *tc = tcase_create("dht_tokens");
    tcase_add_test(tc, token_is_good_of_its_address_and_target_alone);
    tcase_add_test(tc, token_ages);
    tcase_add_test(tc, token_is_too_old_after_long_silence);
    tcase_add_test(tc, token_of_any_other_length_is_none);
    suite_add_tcase(s, tc);
    return s;
}
