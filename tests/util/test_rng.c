#include "config.h"

#include "tests/util/suites.h"

#include <string.h>

#include "util/bytes.h"
#include "util/rng.h"

/* SplitMix64's first outputs from the seed 1234567, as its authors' reference
 * prints them. */
START_TEST(seeded_gives_splitmix64)
{
    uint64_t state = 1234567;
    struct rng rng = rng_seeded(&state);
    ck_assert_uint_eq(rng_u64(&rng), UINT64_C(6457827717110365317));
    ck_assert_uint_eq(rng_u64(&rng), UINT64_C(3203168211198807973));
    ck_assert_uint_eq(rng_u64(&rng), UINT64_C(9817491932198370423));
}
END_TEST

START_TEST(seeded_repeats_from_its_seed)
{
    uint64_t state_a = 99;
    uint64_t state_b = 99;
    uint64_t state_c = 100;
    struct rng a = rng_seeded(&state_a);
    struct rng b = rng_seeded(&state_b);
    struct rng c = rng_seeded(&state_c);
    uint8_t out_a[101];
    uint8_t out_b[101];
    uint8_t out_c[101];
    rng_bytes(&a, out_a, sizeof out_a);
    rng_bytes(&b, out_b, sizeof out_b);
    rng_bytes(&c, out_c, sizeof out_c);
    ck_assert_mem_eq(out_a, out_b, sizeof out_a);
    ck_assert_mem_ne(out_a, out_c, sizeof out_a);
    ck_assert_uint_eq(rng_u32(&a), rng_u32(&b));
}
END_TEST

START_TEST(bytes_fills_exactly_len)
{
    uint64_t state = 7;
    struct rng rng = rng_seeded(&state);
    for (size_t len = 0; len < 40; len++) {
        uint8_t out[48];
        memset(out, 0, sizeof out);
        rng_bytes(&rng, out, len);
        for (size_t i = len; i < sizeof out; i++)
            ck_assert_uint_eq(out[i], 0);
    }
}
END_TEST

START_TEST(below_is_in_range_and_even)
{
    static const uint32_t bounds[] = {1, 2, 3, 10, 1000};
    uint64_t state = 8;
    struct rng rng = rng_seeded(&state);
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        uint32_t n = bounds[i];
        uint32_t counts[1000] = {0};
        for (uint32_t draw = 0; draw < 400 * n; draw++) {
            uint32_t v = rng_below(&rng, n);
            ck_assert_uint_lt(v, n);
            counts[v]++;
        }
        for (uint32_t v = 0; v < n; v++) {
            ck_assert_uint_gt(counts[v], 300);
            ck_assert_uint_lt(counts[v], 500);
        }
    }
}
END_TEST

/* Gives the words of an array, one after the other. */
struct script {
    const uint32_t *words;
    size_t at;
};

static void script_fill(void *ctx, void *out, size_t len)
{
    struct script *s = ctx;
    ck_assert_uint_eq(len, 4);
    bytes_put_be32(out, s->words[s->at++]);
}

START_TEST(below_rejects_what_would_be_biased)
{
    /* 2^32 % 3 is 1: of all words only 0 has to be drawn again. */
    static const uint32_t words[] = {0, 0, 1, UINT32_MAX};
    struct script script = {words, 0};
    struct rng rng = {script_fill, &script};
    ck_assert_uint_eq(rng_below(&rng, 3), 0);
    ck_assert_uint_eq(script.at, 3);
    ck_assert_uint_eq(rng_below(&rng, 3), 2);
    script.at = 3;
    ck_assert_uint_eq(rng_below(&rng, UINT32_MAX), UINT32_MAX - 1);
}
END_TEST

START_TEST(system_gives_bytes)
{
    struct rng rng = rng_system();
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    rng_bytes(&rng, a, sizeof a);
    rng_bytes(&rng, b, sizeof b);
    ck_assert_mem_ne(a, b, sizeof a);
}
END_TEST

Suite *rng_suite(void)
{
    Suite *s = suite_create("rng");
    TCase *tc = tcase_create("rng");
    suite_add_tcase(s, tc);
    tcase_add_test(tc, seeded_gives_splitmix64);
    tcase_add_test(tc, seeded_repeats_from_its_seed);
    tcase_add_test(tc, bytes_fills_exactly_len);
    tcase_add_test(tc, below_is_in_range_and_even);
    tcase_add_test(tc, below_rejects_what_would_be_biased);
    tcase_add_test(tc, system_gives_bytes);
    return s;
}
