#include "config.h"

#include "tests/model/suites.h"

#include "model/command.h"
#include "util/xalloc.h"

START_TEST(add_owns_all_it_is_given)
{
    /* What it would leak, the address sanitizer's build reports. */
    struct command *c = command_new(COMMAND_ADD, 0);
    ck_assert_ptr_nonnull(c->add);
    c->add->dir = xstrdup("somewhere");
    c->add->priorities = xzalloc(3);
    c->add->peers = xcalloc(2, sizeof *c->add->peers);
    command_free(c);
    command_free(NULL);
}
END_TEST

START_TEST(others_have_no_add)
{
    struct command *c = command_new(COMMAND_REANNOUNCE, 7);
    ck_assert_ptr_null(c->add);
    ck_assert_uint_eq(c->torrent, 7);
    ck_assert_ptr_null(c->next);
    command_free(c);
}
END_TEST

Suite *command_suite(void)
{
    Suite *s = suite_create("command");
    TCase *tc = tcase_create("command");
    tcase_add_test(tc, add_owns_all_it_is_given);
    tcase_add_test(tc, others_have_no_add);
    suite_add_tcase(s, tc);
    return s;
}
