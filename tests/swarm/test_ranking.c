#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/ranking.h"
#include "util/rng.h"

START_TEST(take_gives_least_rank_then_least_index)
{
    struct ranking r = {.heap = NULL};
    uint64_t state = 3;
    struct rng rng = rng_seeded(&state);
    for (uint32_t n = 0; n < 200; n += 7) {
        uint64_t before = 0;
        ranking_reset(&r);
        for (uint32_t i = 0; i < n; i++)
            ranking_add(&r, rng_below(&rng, 20), i * 31 % n);
        ranking_order(&r);
        for (uint32_t i = 0; i < n; i++) {
            uint64_t key = r.heap[0];
            ck_assert_uint_eq(ranking_take(&r), (uint32_t)key);
            ck_assert_uint_ge(key, before);
            before = key;
        }
        ck_assert_uint_eq(r.n, 0);
    }
    ranking_fini(&r);
}
END_TEST

Suite *ranking_suite(void)
{
    Suite *s = suite_create("ranking");
    TCase *tc = tcase_create("ranking");
    tcase_add_test(tc, take_gives_least_rank_then_least_index);
    suite_add_tcase(s, tc);
    return s;
}
