#include "config.h"

#include "tests/model/suites.h"

#include "model/frame.h"

START_TEST(new_frame_is_all_zero)
{
    struct frame *f = frame_new(3);
    ck_assert_uint_eq(f->n_torrents, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(f->torrents[i]->id, 0);
        ck_assert_str_eq(f->torrents[i]->name, "");
    }
    frame_free(f);
    frame_free(NULL);
}
END_TEST

START_TEST(a_row_outlives_the_frames_that_show_it)
{
    char name[] = "a name";
    struct frame_torrent *row =
        frame_torrent_new(&(struct frame_torrent){.id = 7, .name = name});
    name[0] = '\0';
    struct frame *first = frame_new_shared(1), *second = frame_new_shared(1);
    first->torrents[0] = second->torrents[0] = row;
    frame_gather(first);
    frame_gather(second);
    frame_torrent_unref(row);
    frame_free(first);
    ck_assert_uint_eq(second->torrents[0]->id, 7);
    ck_assert_str_eq(second->torrents[0]->name, "a name");
    ck_assert_str_eq(second->torrents[0]->cause, "");
    frame_free(second);
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
    tcase_add_test(tc, a_row_outlives_the_frames_that_show_it);
    tcase_add_test(tc, every_state_has_a_name);
    suite_add_tcase(s, tc);
    return s;
}
