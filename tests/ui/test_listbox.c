#include "config.h"

#include "ui/listbox.h"

#include <stdint.h>

#include "tests/ui/suites.h"

static void check(const struct listbox *l)
{
    size_t height = l->height > 0 ? l->height : 1;
    if (l->n == 0) {
        ck_assert_uint_eq(l->cursor, 0);
        ck_assert_uint_eq(l->top, 0);
        return;
    }
    ck_assert_uint_lt(l->cursor, l->n);
    ck_assert_uint_le(l->top, l->cursor);
    ck_assert_uint_lt(l->cursor - l->top, height);
    /* No empty rows below while there are some above. */
    ck_assert(l->top == 0 || l->n - l->top >= height);
}

START_TEST(listbox_random_moves_keep_the_cursor_in_sight)
{
    uint64_t seed = 77;
    struct listbox l = {0};
    for (int i = 0; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        unsigned r = (unsigned)(seed >> 33);
        if (r % 10 == 0)
            listbox_fit(&l, r / 10 % 50, r / 500 % 30);
        else if (r % 10 == 1)
            listbox_go(&l, r / 10 % 70);
        else
            listbox_act(&l, (enum keys_action)(r / 10 % KEYS_N_ACTIONS));
        check(&l);
    }
}
END_TEST

START_TEST(listbox_act_moves_by_rows_and_pages)
{
    struct listbox l = {0};
    listbox_fit(&l, 100, 10);
    ck_assert(listbox_act(&l, KEYS_PAGE_NEXT));
    ck_assert_uint_eq(l.cursor, 10);
    ck_assert_uint_eq(l.top, 1); /* as little as shows it */
    listbox_act(&l, KEYS_HALF_NEXT);
    ck_assert_uint_eq(l.cursor, 15);
    listbox_act(&l, KEYS_PREV);
    ck_assert_uint_eq(l.cursor, 14);
    ck_assert_uint_eq(l.top, 6); /* stays: the cursor is in sight */
    listbox_act(&l, KEYS_LAST);
    ck_assert_uint_eq(l.cursor, 99);
    ck_assert_uint_eq(l.top, 90);
    listbox_act(&l, KEYS_NEXT);
    ck_assert_uint_eq(l.cursor, 99);
    listbox_act(&l, KEYS_FIRST);
    ck_assert_uint_eq(l.cursor, 0);
    ck_assert(!listbox_act(&l, KEYS_QUIT));
    ck_assert(!listbox_act(&l, KEYS_LEFT));
}
END_TEST

START_TEST(listbox_fit_to_fewer_rows_stays_at_the_end)
{
    struct listbox l = {0};
    listbox_fit(&l, 100, 10);
    listbox_go(&l, 99);
    listbox_fit(&l, 4, 10);
    ck_assert_uint_eq(l.cursor, 3);
    ck_assert_uint_eq(l.top, 0);
    listbox_fit(&l, 0, 10);
    ck_assert_uint_eq(l.cursor, 0);
}
END_TEST

Suite *listbox_suite(void)
{
    Suite *s = suite_create("listbox");
    TCase *t = tcase_create("listbox");
    tcase_add_test(t, listbox_random_moves_keep_the_cursor_in_sight);
    tcase_add_test(t, listbox_act_moves_by_rows_and_pages);
    tcase_add_test(t, listbox_fit_to_fewer_rows_stays_at_the_end);
    suite_add_tcase(s, t);
    return s;
}
