#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/piece_order.h"
#include "util/rng.h"

enum { N_PIECES = 50, N_BUCKETS = 9 };

static uint32_t bucket_by_array(const void *ctx, uint32_t piece_idx)
{
    const uint32_t *buckets = ctx;
    return buckets[piece_idx];
}

/* Every piece is between the bounds of its bucket. */
static void expect(const struct piece_order *o, const uint32_t *buckets)
{
    piece_order_check(o);
    for (uint32_t b = 0; b < N_BUCKETS; b++) {
        uint32_t end = piece_order_begin(o, b + 1);
        for (uint32_t i = piece_order_begin(o, b); i < end; i++)
            ck_assert_uint_eq(buckets[piece_order_at(o, i)], b);
    }
    for (uint32_t i = 0; i < N_PIECES; i++)
        ck_assert_uint_eq(piece_order_bucket(o, i), buckets[i]);
}

START_TEST(random_moves_keep_every_piece_in_its_bucket)
{
    uint64_t seed = 20 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    uint32_t buckets[N_PIECES];
    struct piece_order *o = piece_order_new(N_PIECES, N_BUCKETS, &rng);
    for (int round = 0; round < 20; round++) {
        for (uint32_t i = 0; i < N_PIECES; i++)
            buckets[i] = rng_below(&rng, N_BUCKETS);
        piece_order_build(o, bucket_by_array, buckets);
        expect(o, buckets);
        for (int k = 0; k < 100; k++) {
            uint32_t piece_idx = rng_below(&rng, N_PIECES);
            buckets[piece_idx] = rng_below(&rng, N_BUCKETS);
            piece_order_move(o, piece_idx, buckets[piece_idx]);
            expect(o, buckets);
        }
    }
    piece_order_free(o);
}
END_TEST

START_TEST(scan_goes_on_where_a_piece_left_to_the_right)
{
    uint64_t seed = 3;
    struct rng rng = rng_seeded(&seed);
    uint32_t buckets[N_PIECES] = {0};
    uint32_t n_seen[N_PIECES] = {0};
    struct piece_order *o = piece_order_new(N_PIECES, N_BUCKETS, &rng);
    for (uint32_t i = 0; i < N_PIECES; i++)
        buckets[i] = i % 3;
    piece_order_build(o, bucket_by_array, buckets);
    for (uint32_t at = 0; at < piece_order_begin(o, 1);) {
        uint32_t piece_idx = piece_order_at(o, at);
        n_seen[piece_idx]++;
        if (piece_idx % 2 == 0)
            at++;
        else
            piece_order_move(o, piece_idx, N_BUCKETS - 1);
    }
    for (uint32_t i = 0; i < N_PIECES; i++)
        ck_assert_uint_eq(n_seen[i], buckets[i] == 0);
    piece_order_free(o);
}
END_TEST

START_TEST(places_within_a_bucket_are_random)
{
    uint32_t counts[4] = {0};
    static const uint32_t buckets[4] = {1, 1, 1, 0};
    for (uint64_t seed = 1; seed <= 800; seed++) {
        uint64_t state = seed;
        struct rng rng = rng_seeded(&state);
        struct piece_order *o = piece_order_new(4, 2, &rng);
        piece_order_build(o, bucket_by_array, buckets);
        piece_order_move(o, 3, 1); /* it too */
        counts[piece_order_at(o, 0)]++;
        piece_order_free(o);
    }
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_ge(counts[i], 150); /* of 200; 4 sigma is 49 */
        ck_assert_uint_le(counts[i], 250);
    }
}
END_TEST

Suite *piece_order_suite(void)
{
    Suite *s = suite_create("piece_order");
    TCase *tc = tcase_create("piece_order");
    tcase_add_loop_test(tc, random_moves_keep_every_piece_in_its_bucket, 0, 3);
    tcase_add_test(tc, scan_goes_on_where_a_piece_left_to_the_right);
    tcase_add_test(tc, places_within_a_bucket_are_random);
    suite_add_tcase(s, tc);
    return s;
}
