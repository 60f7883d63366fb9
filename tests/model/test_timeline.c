#include "config.h"

#include "tests/model/suites.h"

#include "model/timeline.h"

static struct timeline_slot slot(uint8_t flags, uint16_t down_kiBps)
{
    return (struct timeline_slot){.flags = flags, .down_kiBps = down_kiBps};
}

START_TEST(new_timeline_is_empty)
{
    struct timeline t;
    timeline_init(&t, 50);
    ck_assert_uint_eq(timeline_len(&t), 0);
    ck_assert_uint_eq(timeline_share_pct(&t, TIMELINE_KNOWN, 0), 0);
}
END_TEST

START_TEST(keeps_the_last_ten_minutes)
{
    struct timeline t;
    timeline_init(&t, 50);
    for (uint16_t i = 0; i < 1500; i++)
        timeline_add(&t, 50 + i, slot(TIMELINE_KNOWN, i));
    ck_assert_uint_eq(timeline_len(&t), TIMELINE_SLOTS);
    for (uint16_t age = 0; age < TIMELINE_SLOTS; age++)
        ck_assert_uint_eq(timeline_at(&t, age).down_kiBps, 1499 - age);
}
END_TEST

START_TEST(gap_repeats_what_was_before)
{
    struct timeline t;
    timeline_init(&t, 0);
    timeline_add(&t, 0, slot(TIMELINE_KNOWN, 7));
    timeline_add(&t, 10, slot(TIMELINE_KNOWN, 8));
    ck_assert_uint_eq(timeline_len(&t), 11);
    ck_assert_uint_eq(timeline_at(&t, 0).down_kiBps, 8);
    for (size_t age = 1; age <= 10; age++)
        ck_assert_uint_eq(timeline_at(&t, age).down_kiBps, 7);
    timeline_add(&t, 5000, slot(TIMELINE_KNOWN, 9));
    ck_assert_uint_eq(timeline_len(&t), TIMELINE_SLOTS);
    ck_assert_uint_eq(timeline_at(&t, 0).down_kiBps, 9);
    for (size_t age = 1; age < TIMELINE_SLOTS; age++)
        ck_assert_uint_eq(timeline_at(&t, age).down_kiBps, 8);
    timeline_add(&t, 4000, slot(0, 1)); /* too late: no change */
    ck_assert_uint_eq(timeline_at(&t, 0).down_kiBps, 9);
}
END_TEST

START_TEST(first_sample_may_come_late)
{
    struct timeline t;
    timeline_init(&t, 0);
    timeline_add(&t, 3, slot(TIMELINE_KNOWN, 7));
    ck_assert_uint_eq(timeline_len(&t), 4);
    ck_assert_uint_eq(timeline_at(&t, 3).flags, 0);
}
END_TEST

START_TEST(share_counts_set_and_clear)
{
    struct timeline t;
    timeline_init(&t, 0);
    for (int64_t s = 0; s < 100; s++)
        timeline_add(&t, s,
                     slot((uint8_t)(TIMELINE_KNOWN |
                                    (s < 12 ? TIMELINE_THEY_CHOKE : 0)),
                          0));
    ck_assert_uint_eq(timeline_share_pct(&t, TIMELINE_KNOWN,
                                         TIMELINE_THEY_CHOKE),
                      88);
    ck_assert_uint_eq(timeline_share_pct(&t, TIMELINE_THEY_CHOKE, 0), 12);
}
END_TEST

Suite *timeline_suite(void)
{
    Suite *s = suite_create("timeline");
    TCase *tc = tcase_create("timeline");
    tcase_add_test(tc, new_timeline_is_empty);
    tcase_add_test(tc, keeps_the_last_ten_minutes);
    tcase_add_test(tc, gap_repeats_what_was_before);
    tcase_add_test(tc, first_sample_may_come_late);
    tcase_add_test(tc, share_counts_set_and_clear);
    suite_add_tcase(s, tc);
    return s;
}
