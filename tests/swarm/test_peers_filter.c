#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/peers.h"
#include "util/rng.h"

enum { NOW_MS = 1000000 };

static const uint8_t own_id[PEERS_ID_LEN] = "-TS0001-mmmmmmmmmmm";
static int token; /* the filter's ctx */

static struct addr at(uint8_t n)
{
    return addr_v4((const uint8_t[4]){80, 0, 0, n}, 6881);
}

static bool is_even(void *ctx, const struct addr *a)
{
    ck_assert_ptr_eq(ctx, &token);
    return a->ip[15] % 2 == 0;
}

START_TEST(filter_refuses_newcomers_and_forgets_who_is_due)
{
    struct addr a[4] = {at(1), at(2), at(3), at(4)}, out;
    uint64_t seed = 1;
    struct rng rng = rng_seeded(&seed);
    struct peers *peers = peers_new(own_id, &rng);
    ck_assert_int_eq(peers_add(peers, &a[0], PEERS_TRACKER, NOW_MS), PEERS_NEW);
    ck_assert_int_eq(peers_add(peers, &a[1], PEERS_TRACKER, NOW_MS), PEERS_NEW);
    peers_set_filter(peers, is_even, &token);
    ck_assert_int_eq(peers_add(peers, &a[2], PEERS_USER, NOW_MS), PEERS_NEW);
    ck_assert_int_eq(peers_add(peers, &a[3], PEERS_USER, NOW_MS),
                     PEERS_REFUSED);
    for (int i = 0; i < 2; i++) {
        ck_assert(peers_next_to_dial(peers, NOW_MS, &out));
        ck_assert_int_eq(out.ip[15] % 2, 1);
    }
    ck_assert(!peers_next_to_dial(peers, NOW_MS, &out));
    ck_assert_uint_eq(peers_n_known(peers), 2);
    peers_check(peers);
    peers_free(peers);
}
END_TEST

Suite *peers_filter_suite(void)
{
    Suite *s = suite_create("peers_filter");
    TCase *tc = tcase_create("peers_filter");
    tcase_add_test(tc, filter_refuses_newcomers_and_forgets_who_is_due);
    suite_add_tcase(s, tc);
    return s;
}
