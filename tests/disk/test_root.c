#include "config.h"

#include "disk/root.h"

#include "tests/disk/suites.h"
#include "tests/disk/tmpdir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;
static struct cause cause;

static void setup(void)
{
    dir = tmpdir_new();
    cause.text[0] = '\0';
}

static void teardown(void)
{
    tmpdir_free(dir);
}

static enum err make(const char *name, bool create, struct root **out)
{
    char *path = tmpdir_path(dir, name);
    enum err err = root_new(path, create, out, &cause);
    free(path);
    return err;
}

static void move(const char *from, const char *to)
{
    char *a = tmpdir_path(dir, from);
    char *b = tmpdir_path(dir, to);
    ck_assert_int_eq(rename(a, b), 0);
    free(a);
    free(b);
}

static void make_folder(const char *name)
{
    char *path = tmpdir_path(dir, name);
    ck_assert_int_eq(mkdir(path, 0777), 0);
    free(path);
}

START_TEST(new_makes_folder_and_parents_only_when_told)
{
    struct root *r;
    ck_assert_int_eq(make("a/b/c", false, &r), ERR_NOT_FOUND);
    ck_assert_msg(strstr(cause.text, "a/b/c: no such folder"), "%s",
                  cause.text);
    ck_assert(!tmpdir_has(dir, "a"));
    ck_assert_int_eq(make("a/b//c/", true, &r), OK);
    ck_assert(tmpdir_has(dir, "a/b/c"));
    root_free(r);
    ck_assert_int_eq(make("a/b/c", false, &r), OK);
    root_free(r);
}
END_TEST

START_TEST(new_on_file_is_invalid)
{
    struct root *r;
    tmpdir_write(dir, "file", "x", 1);
    ck_assert_int_eq(make("file", true, &r), ERR_INVALID);
    ck_assert_msg(strstr(cause.text, "not a folder"), "%s", cause.text);
    ck_assert(make("file/below", true, &r) != OK);
    ck_assert(tmpdir_is(dir, "file", "x", 1));
}
END_TEST

START_TEST(new_follows_links_on_the_way)
{
    struct root *r;
    make_folder("real");
    char *link_path = tmpdir_path(dir, "link");
    ck_assert_int_eq(symlink("real", link_path), 0);
    free(link_path);
    ck_assert_int_eq(make("link/x", true, &r), OK);
    ck_assert(tmpdir_has(dir, "real/x"));
    root_free(r);
}
END_TEST

START_TEST(get_after_folder_vanished_is_missing)
{
    struct root *r;
    struct beneath *b;
    ck_assert_int_eq(make("root", true, &r), OK);
    ck_assert_int_eq(root_get(r, &b, &cause), OK);
    root_put(r);
    for (int is_closed = 0; is_closed < 2; is_closed++) {
        move("root", "gone");
        if (is_closed)
            root_close(r);
        ck_assert_int_eq(root_get(r, &b, &cause), ERR_NOT_FOUND);
        ck_assert_msg(strstr(cause.text, "volume missing"), "%s", cause.text);
        ck_assert(!tmpdir_has(dir, "root"));
        move("gone", "root");
        ck_assert_int_eq(root_get(r, &b, &cause), OK);
        root_put(r);
    }
    root_free(r);
}
END_TEST

START_TEST(get_after_folder_was_replaced_needs_close)
{
    struct root *r;
    struct beneath *b;
    ck_assert_int_eq(make("root", true, &r), OK);
    move("root", "old");
    make_folder("root");
    ck_assert_int_eq(root_get(r, &b, &cause), ERR_NOT_FOUND);
    root_close(r);
    ck_assert_int_eq(root_get(r, &b, &cause), OK);
    int fd = beneath_open(b, "new", BENEATH_CREATE);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert(tmpdir_has(dir, "root/new"));
    root_put(r);
    root_free(r);
}
END_TEST

START_TEST(get_on_another_device_is_missing)
{
    struct stat here, proc;
    struct root *r;
    struct beneath *b;
    if (stat(dir, &here) < 0 || stat("/proc", &proc) < 0 ||
        here.st_dev == proc.st_dev)
        return; /* no second device to be had */
    ck_assert_int_eq(make("root", true, &r), OK);
    root_close(r);
    move("root", "old");
    char *path = tmpdir_path(dir, "root");
    ck_assert_int_eq(symlink("/proc", path), 0);
    free(path);
    ck_assert_int_eq(root_get(r, &b, &cause), ERR_NOT_FOUND);
    root_free(r);
}
END_TEST

START_TEST(close_in_use_waits_for_last_user)
{
    struct root *r;
    struct beneath *b;
    ck_assert_int_eq(make("root", true, &r), OK);
    ck_assert_int_eq(root_get(r, &b, &cause), OK);
    int fd = b->fd;
    root_close(r);
    struct stat st;
    ck_assert_int_eq(fstat(fd, &st), 0);
    root_put(r);
    ck_assert_int_eq(fstat(fd, &st), -1);
    root_free(r);
}
END_TEST

Suite *root_suite(void)
{
    Suite *s = suite_create("root");
    TCase *t = tcase_create("root");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, new_makes_folder_and_parents_only_when_told);
    tcase_add_test(t, new_on_file_is_invalid);
    tcase_add_test(t, new_follows_links_on_the_way);
    tcase_add_test(t, get_after_folder_vanished_is_missing);
    tcase_add_test(t, get_after_folder_was_replaced_needs_close);
    tcase_add_test(t, get_on_another_device_is_missing);
    tcase_add_test(t, close_in_use_waits_for_last_user);
    suite_add_tcase(s, t);
    return s;
}
