#include "config.h"

#include "tests/swarm/suites.h"

#include "tests/swarm/peer_fixture.h"

#include "swarm/peer_parts.h"

START_TEST(fail_keeps_the_first_fault_and_its_words)
{
    struct fixture f;
    fixture_init(&f, 100000, 32768, FIXTURE_FAST);
    ck_assert_int_eq(peer_fail(f.peer, ERR_PROTO_RANGE, "piece %d", 7),
                     ERR_PROTO_RANGE);
    ck_assert_int_eq(peer_fail(f.peer, ERR_TIMEOUT, "later"), ERR_PROTO_RANGE);
    ck_assert_str_eq(peer_fault(f.peer), "piece 7");
    ck_assert_int_eq(peer_tick(f.peer, f.now_ms), ERR_PROTO_RANGE);
    fixture_fini(&f);
}
END_TEST

Suite *peer_parts_suite(void)
{
    Suite *s = suite_create("peer_parts");
    TCase *t = tcase_create("peer_parts");
    tcase_add_test(t, fail_keeps_the_first_fault_and_its_words);
    suite_add_tcase(s, t);
    return s;
}
