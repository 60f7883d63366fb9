#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/peer.h"
#include "swarm/peer_orders.h"
#include "util/rng.h"

#include <string.h>

static struct block_ref at(uint32_t i)
{
    return (struct block_ref){i / 16, i % 16};
}

START_TEST(peer_orders_released_is_known_once)
{
    struct peer_orders o;
    peer_orders_init(&o);
    peer_orders_push(&o, at(1), 10);
    ck_assert(!peer_orders_take_late(&o, at(1)));
    ck_assert(geometry_same_block(peer_orders_release(&o, 0), at(1)));
    ck_assert(!peer_orders_take_late(&o, at(2)));
    ck_assert(peer_orders_take_late(&o, at(1)));
    ck_assert(!peer_orders_take_late(&o, at(1)));
    peer_orders_fini(&o);
}
END_TEST

START_TEST(peer_orders_remembers_the_last_512)
{
    struct peer_orders o;
    peer_orders_init(&o);
    for (uint32_t i = 0; i < 600; i++) {
        peer_orders_push(&o, at(i), i);
        peer_orders_release(&o, 0);
        peer_orders_check(&o);
    }
    for (uint32_t i = 0; i < 600; i++)
        ck_assert_int_eq(peer_orders_take_late(&o, at(i)),
                         i >= 600 - PEER_ORDERS_REMEMBERED);
    peer_orders_fini(&o);
}
END_TEST

START_TEST(peer_orders_timeout_follows_the_delays)
{
    struct peer_orders o;
    peer_orders_init(&o);
    ck_assert_int_eq(peer_orders_timeout_ms(&o), PEER_REQUEST_TIMEOUT_MAX_MS);
    ck_assert_int_eq(peer_orders_delay_ms(&o), -1);
    peer_orders_push(&o, at(0), 0);
    peer_orders_answer(&o, 0, 10000);
    ck_assert_int_eq(peer_orders_timeout_ms(&o), 12000);
    ck_assert_int_eq(peer_orders_delay_ms(&o), 10000);
    /* Always the same: the deviation goes to nothing. */
    for (int i = 0; i < 100; i++) {
        peer_orders_push(&o, at(0), 0);
        peer_orders_answer(&o, 0, 10000);
    }
    ck_assert_int_eq(peer_orders_timeout_ms(&o), 10000);
    for (int i = 0; i < 100; i++) {
        peer_orders_push(&o, at(0), 0);
        peer_orders_answer(&o, 0, i % 2 == 0 ? 8000 : 12000);
    }
    ck_assert_int_ge(peer_orders_timeout_ms(&o), 16000);
    ck_assert_int_le(peer_orders_timeout_ms(&o), 20000);
    peer_orders_fini(&o);
}
END_TEST

START_TEST(peer_orders_timeout_stays_in_its_bounds)
{
    static const struct {
        int64_t delay_ms, timeout_ms;
    } cases[] = {{0, 2000}, {1, 2000}, {1999, 2000}, {90000, 60000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct peer_orders o;
        peer_orders_init(&o);
        for (int k = 0; k < 3; k++) {
            peer_orders_push(&o, at(0), 0);
            peer_orders_answer(&o, 0, cases[i].delay_ms);
        }
        ck_assert_int_eq(peer_orders_timeout_ms(&o), cases[i].timeout_ms);
        peer_orders_fini(&o);
    }
}
END_TEST

START_TEST(peer_orders_overtaken_when_a_later_one_is_answered)
{
    struct peer_orders o;
    peer_orders_init(&o);
    peer_orders_push(&o, at(0), 10);
    peer_orders_push(&o, at(1), 10);
    peer_orders_push(&o, at(2), 20);
    ck_assert(!peer_orders_is_overtaken(&o));
    peer_orders_answer(&o, 1, 30); /* asked at the same time */
    ck_assert(!peer_orders_is_overtaken(&o));
    peer_orders_answer(&o, 1, 30);
    ck_assert(peer_orders_is_overtaken(&o));
    peer_orders_answer(&o, 0, 30);
    ck_assert(!peer_orders_is_overtaken(&o));
    peer_orders_fini(&o);
}
END_TEST

START_TEST(peer_orders_against_an_array_agrees)
{
    static uint32_t model[PEER_ORDERS_MAX];
    uint64_t state = (uint64_t)_i + 1;
    struct rng rng = rng_seeded(&state);
    struct peer_orders o;
    uint32_t n = 0;
    uint32_t next = 0;
    peer_orders_init(&o);
    for (int step = 0; step < 6000; step++) {
        if (n < PEER_ORDERS_MAX && rng_below(&rng, 5) < 3) {
            peer_orders_push(&o, at(next), step);
            model[n++] = next++;
        } else if (n > 0) {
            uint32_t i = rng_below(&rng, 2) == 0 ? 0 : rng_below(&rng, n);
            struct block_ref b = rng_below(&rng, 2) == 0
                                     ? peer_orders_answer(&o, i, step)
                                     : peer_orders_remove(&o, i);
            ck_assert(geometry_same_block(b, at(model[i])));
            memmove(model + i, model + i + 1, (--n - i) * sizeof model[0]);
        }
        ck_assert_uint_eq(o.n, n);
        for (uint32_t i = 0; i < n; i += 1 + n / 5)
            ck_assert_int_eq(peer_orders_find(&o, at(model[i])), (int)i);
        ck_assert_int_eq(peer_orders_find(&o, at(next)), PEER_ORDERS_NONE);
    }
    peer_orders_check(&o);
    peer_orders_fini(&o);
}
END_TEST

Suite *peer_orders_suite(void)
{
    Suite *s = suite_create("peer_orders");
    TCase *t = tcase_create("peer_orders");
    tcase_add_test(t, peer_orders_released_is_known_once);
    tcase_add_test(t, peer_orders_remembers_the_last_512);
    tcase_add_test(t, peer_orders_timeout_follows_the_delays);
    tcase_add_test(t, peer_orders_timeout_stays_in_its_bounds);
    tcase_add_test(t, peer_orders_overtaken_when_a_later_one_is_answered);
    tcase_add_loop_test(t, peer_orders_against_an_array_agrees, 0, 6);
    suite_add_tcase(s, t);
    return s;
}
