#include "config.h"

#include "tests/model/suites.h"

#include "model/detail_piece.h"

START_TEST(state_is_read_beside_its_bits)
{
    for (uint8_t i = 0; i < DETAIL_N_STATES; i++)
        for (uint8_t priority = 0; priority < 4; priority++) {
            uint8_t piece =
                (uint8_t)(i | DETAIL_BAD | priority << DETAIL_PRIORITY_SHIFT);
            ck_assert_int_eq(detail_piece_state(piece), i);
            ck_assert_int_eq((piece & DETAIL_PRIORITY_MASK) >>
                                 DETAIL_PRIORITY_SHIFT,
                             priority);
        }
}
END_TEST

START_TEST(every_reason_has_a_name)
{
    for (int i = 0; i < DETAIL_PICK_N; i++)
        ck_assert_ptr_nonnull(detail_piece_reason_name((enum detail_reason)i));
}
END_TEST

Suite *detail_piece_suite(void)
{
    Suite *s = suite_create("detail_piece");
    TCase *tc = tcase_create("detail_piece");
    tcase_add_test(tc, state_is_read_beside_its_bits);
    tcase_add_test(tc, every_reason_has_a_name);
    suite_add_tcase(s, tc);
    return s;
}
