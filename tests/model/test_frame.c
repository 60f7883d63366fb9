#include "config.h"

#include "tests/model/suites.h"

#include "model/frame.h"

START_TEST(new_frame_is_all_zero)
{
    struct frame *f = frame_new(3);
    ck_assert_uint_eq(f->n_torrents, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(f->torrents[i].id, 0);
        ck_assert_str_eq(f->torrents[i].name, "");
    }
    frame_free(f);
    frame_free(NULL);
}
END_TEST

START_TEST(every_state_has_a_name)
{
    for (int i = FRAME_CHECKING; i <= FRAME_MOVING; i++)
        ck_assert_ptr_nonnull(frame_state_name((enum frame_state)i));
    ck_assert_str_eq(frame_state_name(FRAME_NO_SPACE), "no space");
}
END_TEST

Suite *frame_suite(void)
{
    Suite *s = suite_create("frame");
    TCase *tc = tcase_create("frame");
    tcase_add_test(tc, new_frame_is_all_zero);
    tcase_add_test(tc, every_state_has_a_name);
    suite_add_tcase(s, tc);
    return s;
}
