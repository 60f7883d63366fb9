#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/connected.h"
#include "util/rng.h"

static const uint8_t own_id[CONNECTED_ID_LEN] = "-MM0001-mmmmmmmmmmm";
static const uint8_t low_id[CONNECTED_ID_LEN] = "-AA0001-mmmmmmmmmmm";
static const uint8_t high_id[CONNECTED_ID_LEN] = "-ZZ0001-mmmmmmmmmmm";

static struct connected *new_connected(void)
{
    uint64_t seed = 1;
    struct rng rng = rng_seeded(&seed);
    return connected_new(own_id, &rng);
}

static struct addr at(uint16_t port)
{
    uint8_t ip[4] = {80, 1, 2, 3};
    return addr_v4(ip, port);
}

START_TEST(link_is_found_by_remote_and_by_id)
{
    struct connected *ls = new_connected();
    struct addr a = at(1), b = at(2);
    struct connected_peer *l = connected_add(ls, &a, low_id, true, 5);
    connected_check(ls);
    ck_assert_ptr_eq(connected_find(ls, &a), l);
    ck_assert_ptr_eq(connected_find_id(ls, low_id), l);
    ck_assert_ptr_null(connected_find(ls, &b));
    ck_assert_ptr_null(connected_find_id(ls, high_id));
    ck_assert_ptr_eq(connected_next(ls, NULL), l);
    ck_assert_ptr_null(connected_next(ls, l));
    connected_remove(ls, l);
    connected_check(ls);
    ck_assert_uint_eq(connected_count(ls), 0);
    ck_assert_ptr_null(connected_find_id(ls, low_id));
    connected_free(ls);
}
END_TEST

START_TEST(replaced_link_gives_up_its_id)
{
    struct connected *ls = new_connected();
    struct addr a = at(1), b = at(2);
    struct connected_peer *old = connected_add(ls, &a, low_id, true, 5);
    connected_set_replaced(ls, old);
    struct connected_peer *l = connected_add(ls, &b, low_id, false, 6);
    connected_check(ls);
    ck_assert_ptr_eq(connected_find_id(ls, low_id), l);
    ck_assert_ptr_eq(connected_find(ls, &a), old);
    connected_remove(ls, old);
    connected_check(ls);
    ck_assert_ptr_eq(connected_find_id(ls, low_id), l);
    connected_free(ls);
}
END_TEST

START_TEST(of_crossing_links_that_of_the_greater_id_is_kept)
{
    struct connected *ls = new_connected();
    struct addr a = at(1), b = at(2);
    const int64_t late_ms = CONNECTED_CROSSING_MS;
    /* The old one is incoming, the new one ours: kept if we are the greater. */
    struct connected_peer *from_low = connected_add(ls, &a, low_id, true, 0);
    struct connected_peer *from_high = connected_add(ls, &b, high_id, true, 0);
    ck_assert(connected_is_to_replace(ls, from_low, false, late_ms - 1));
    ck_assert(!connected_is_to_replace(ls, from_high, false, late_ms - 1));
    /* Not crossing: too long after, or in the same direction. */
    ck_assert(!connected_is_to_replace(ls, from_low, false, late_ms));
    ck_assert(!connected_is_to_replace(ls, from_low, true, 1));
    /* The old one is ours, the new one incoming. */
    from_low->is_incoming = from_high->is_incoming = false;
    ck_assert(!connected_is_to_replace(ls, from_low, true, 1));
    ck_assert(connected_is_to_replace(ls, from_high, true, 1));
    connected_free(ls);
}
END_TEST

Suite *connected_suite(void)
{
    Suite *s = suite_create("connected");
    TCase *tc = tcase_create("connected");
    tcase_add_test(tc, link_is_found_by_remote_and_by_id);
    tcase_add_test(tc, replaced_link_gives_up_its_id);
    tcase_add_test(tc, of_crossing_links_that_of_the_greater_id_is_kept);
    suite_add_tcase(s, tc);
    return s;
}
