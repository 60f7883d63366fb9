#include "config.h"

#include "ui/idset.h"

#include "tests/ui/suites.h"

START_TEST(idset_is_sorted_and_has_each_once)
{
    struct idset s = {0};
    static const uint32_t ids[] = {7, 3, 9, 3, 1, 7};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        idset_add(&s, ids[i]);
    ck_assert_uint_eq(s.n, 4);
    for (size_t i = 1; i < s.n; i++)
        ck_assert_uint_lt(s.ids[i - 1], s.ids[i]);
    ck_assert(idset_has(&s, 9));
    ck_assert(!idset_has(&s, 2) && !idset_has(&s, 10));
    idset_toggle(&s, 9);
    idset_toggle(&s, 2);
    ck_assert(!idset_has(&s, 9) && idset_has(&s, 2));
    /* Made from itself, as when one question leads to the next. */
    idset_clear(&s);
    idset_set(&s, s.ids, 4);
    ck_assert(idset_has(&s, 2) && idset_has(&s, 7));
    idset_fini(&s);
    ck_assert(!idset_has(&s, 2));
}
END_TEST

Suite *idset_suite(void)
{
    Suite *s = suite_create("idset");
    TCase *t = tcase_create("idset");
    tcase_add_test(t, idset_is_sorted_and_has_each_once);
    suite_add_tcase(s, t);
    return s;
}
