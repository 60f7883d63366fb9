#include "config.h"

#include "tests/cmd/suites.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/uihost.h"
#include "tests/disk/tmpdir.h"

static struct bridge *bridge;
static struct uihost *u;

static void set_up(void)
{
    bridge = bridge_new();
    u = uihost_new(bridge, "/down");
}

static void tear_down(void)
{
    uihost_free(u);
    bridge_free(bridge);
}

START_TEST(open_runs_the_program_with_the_path)
{
    char text[64] = "";
    char *dir = tmpdir_new(), *fifo = tmpdir_path(dir, "fifo");
    struct cause cause = {""};
    const char *words[] = {"sh", "-c", "echo \"$1\" >\"$0\"", fifo};
    struct opt_list open_with = {words, 4};
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    uihost_set_programs(u, &open_with, NULL);
    struct host host = uihost_host(u);
    ck_assert_int_eq(host.open(host.ctx, "a b; $(c)", &cause), OK);
    int fd = open(fifo, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_gt(read(fd, text, sizeof text - 1), 0);
    ck_assert_str_eq(text, "a b; $(c)\n");
    close(fd);
    free(fifo);
    tmpdir_free(dir);
}
END_TEST

START_TEST(open_says_what_cannot_be_run)
{
    struct cause cause = {""};
    const char *words[] = {"/nonexistent/\x1b"};
    struct opt_list open_with = {words, 1};
    uihost_set_programs(u, &open_with, NULL);
    struct host host = uihost_host(u);
    ck_assert_int_eq(host.open(host.ctx, "a", &cause), ERR_SYS);
    ck_assert_str_eq(cause.text,
                     "open-with: /nonexistent/\xef\xbf\xbd: No such "
                     "file or directory");
}
END_TEST

START_TEST(without_a_program_nothing_opens)
{
    struct opt_list none = {NULL, 0};
    ck_assert_ptr_null(uihost_host(u).open);
    uihost_set_programs(u, &none, NULL);
    ck_assert_ptr_null(uihost_host(u).open);
}
END_TEST

Suite *uihost_suite(void)
{
    Suite *s = suite_create("uihost");
    TCase *tc = tcase_create("uihost");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, open_runs_the_program_with_the_path);
    tcase_add_test(tc, open_says_what_cannot_be_run);
    tcase_add_test(tc, without_a_program_nothing_opens);
    suite_add_tcase(s, tc);
    return s;
}
