#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/keyed_hash.h"
#include "util/rng.h"

START_TEST(hash_depends_on_bytes_and_key)
{
    uint64_t seed = 1;
    struct rng rng = rng_seeded(&seed);
    struct keyed_hash a, b;
    keyed_hash_init(&a, &rng);
    keyed_hash_init(&b, &rng);
    ck_assert_uint_eq(keyed_hash_of(&a, "peer", 4),
                      keyed_hash_of(&a, "peers", 4));
    ck_assert_uint_ne(keyed_hash_of(&a, "peer", 4),
                      keyed_hash_of(&a, "peers", 5));
    ck_assert_uint_ne(keyed_hash_of(&a, "peer", 4),
                      keyed_hash_of(&b, "peer", 4));
}
END_TEST

Suite *keyed_hash_suite(void)
{
    Suite *s = suite_create("keyed_hash");
    TCase *tc = tcase_create("keyed_hash");
    tcase_add_test(tc, hash_depends_on_bytes_and_key);
    suite_add_tcase(s, tc);
    return s;
}
