#include "config.h"

#include "disk/beneath.h"

#include "tests/disk/suites.h"
#include "tests/disk/tmpdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;
static struct beneath root;

static void setup(void)
{
    dir = tmpdir_new();
    tmpdir_write(dir, "outside/secret", "s", 1);
    tmpdir_write(dir, "base/plain", "p", 1);
    tmpdir_write(dir, "base/d/e/deep", "d", 1);
    char *path = tmpdir_path(dir, "base");
    int fd = open(path, O_RDONLY | O_DIRECTORY);
    ck_assert_int_ge(fd, 0);
    free(path);
    beneath_init(&root, fd);
}

static void teardown(void)
{
    close(root.fd);
    tmpdir_free(dir);
}

static void make_link(const char *target, const char *name)
{
    char *path = tmpdir_path(dir, name);
    ck_assert_int_eq(symlink(target, path), 0);
    free(path);
}

/* All cases run with openat2() and with the walk. */
static void use_way(int i)
{
    atomic_store(&root.no_openat2, i == 1);
}

static int error_of(const char *path, enum beneath_mode mode)
{
    int fd = beneath_open(&root, path, mode);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

START_TEST(open_existing_files_opens_them)
{
    use_way(_i);
    ck_assert_int_eq(error_of("plain", BENEATH_READ), 0);
    ck_assert_int_eq(error_of("d/e/deep", BENEATH_WRITE), 0);
    ck_assert_int_eq(error_of("plain", BENEATH_CREATE), 0);
    ck_assert(tmpdir_is(dir, "base/plain", "p", 1));
}
END_TEST

START_TEST(open_absent_makes_only_on_create)
{
    use_way(_i);
    ck_assert_int_eq(error_of("new", BENEATH_READ), ENOENT);
    ck_assert_int_eq(error_of("x/y/new", BENEATH_WRITE), ENOENT);
    ck_assert(!tmpdir_has(dir, "base/x"));
    ck_assert_int_eq(error_of("x/y/new", BENEATH_CREATE), 0);
    ck_assert(tmpdir_is(dir, "base/x/y/new", "", 0));
}
END_TEST

START_TEST(open_sets_flags_of_descriptor)
{
    use_way(_i);
    int fd = beneath_open(&root, "plain", BENEATH_READ);
    ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    ck_assert_int_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    close(fd);
    fd = beneath_open(&root, "plain", BENEATH_WRITE);
    ck_assert_int_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
    close(fd);
}
END_TEST

START_TEST(open_paths_that_are_not_plain_refuses)
{
    static const char *const paths[] = {
        "",
        "/",
        "/etc/passwd",
        "..",
        "../outside/secret",
        ".",
        "./plain",
        "d/../plain",
        "d//e",
        "d/e/../../plain",
        "plain/",
        "d/e/deep/.",
        "d/./e/deep",
        "../base/plain",
    };
    use_way(_i);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        ck_assert_int_eq(error_of(paths[i], BENEATH_READ), EXDEV);
        ck_assert_int_eq(error_of(paths[i], BENEATH_CREATE), EXDEV);
        const char *base;
        ck_assert_int_eq(beneath_open_parent(&root, paths[i], &base), -1);
        ck_assert_int_eq(errno, EXDEV);
    }
}
END_TEST

START_TEST(open_links_refuses_whatever_they_point_at)
{
    use_way(_i);
    make_link("../outside/secret", "base/to-file");
    make_link("../outside", "base/to-dir");
    make_link("plain", "base/inside");
    make_link("d", "base/inside-dir");
    make_link("../outside/made", "base/dangling");
    static const char *const paths[] = {"to-file",     "to-dir/secret",
                                        "inside",      "inside-dir/e/deep",
                                        "dangling",    "to-dir/new",
                                        "to-dir/x/new"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        ck_assert_int_eq(error_of(paths[i], BENEATH_READ), ELOOP);
        ck_assert_int_eq(error_of(paths[i], BENEATH_CREATE), ELOOP);
    }
    ck_assert(!tmpdir_has(dir, "outside/made"));
    ck_assert(!tmpdir_has(dir, "outside/new"));
    ck_assert(!tmpdir_has(dir, "outside/x"));
}
END_TEST

START_TEST(open_what_is_no_file_refuses_without_waiting)
{
    use_way(_i);
    char *path = tmpdir_path(dir, "base/fifo");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    free(path);
    ck_assert_int_eq(error_of("fifo", BENEATH_READ), ENXIO);
    ck_assert_int_eq(error_of("fifo", BENEATH_CREATE), ENXIO);
    ck_assert_int_eq(error_of("d", BENEATH_READ), EISDIR);
    ck_assert_int_eq(error_of("d", BENEATH_CREATE), EISDIR);
    ck_assert_int_eq(error_of("plain/x", BENEATH_READ), ENOTDIR);
    ck_assert_int_eq(error_of("plain/x", BENEATH_CREATE), ENOTDIR);
}
END_TEST

START_TEST(open_long_names_refuses_by_errno)
{
    char name[600];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    use_way(_i);
    ck_assert_int_eq(error_of(name, BENEATH_CREATE), ENAMETOOLONG);
    name[300] = '/';
    ck_assert_int_eq(error_of(name, BENEATH_CREATE), ENAMETOOLONG);
    const char *base;
    ck_assert_int_eq(beneath_open_parent(&root, name, &base), -1);
    ck_assert_int_eq(errno, ENAMETOOLONG);
}
END_TEST

START_TEST(make_parent_makes_folders)
{
    const char *base;
    int fd = beneath_make_parent(&root, "new/er/file", &base);
    ck_assert_int_ge(fd, 0);
    ck_assert_str_eq(base, "file");
    close(fd);
    fd = beneath_open_parent(&root, "new/er/file", &base);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(beneath_make_parent(&root, "../x/y", &base), -1);
}
END_TEST

START_TEST(open_parent_gives_folder_and_base)
{
    const char *base = NULL;
    int fd = beneath_open_parent(&root, "d/e/deep", &base);
    ck_assert_int_ge(fd, 0);
    ck_assert_str_eq(base, "deep");
    struct stat st;
    ck_assert_int_eq(fstatat(fd, base, &st, 0), 0);
    close(fd);
    ck_assert_int_eq(beneath_open_parent(&root, "d/no/deep", &base), -1);
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(can_create_looks_at_deepest_folder)
{
    ck_assert(beneath_can_create(&root, "new"));
    ck_assert(beneath_can_create(&root, "d/e/x/y/new"));
    ck_assert(!beneath_can_create(&root, "plain/new"));
    ck_assert_int_eq(errno, ENOTDIR);
    make_link("../outside", "base/to-dir");
    ck_assert(!beneath_can_create(&root, "to-dir/new"));
    ck_assert_int_eq(errno, ELOOP);
    if (geteuid() == 0)
        return; /* who may write everywhere */
    ck_assert_int_eq(fchmodat(root.fd, "d/e", 0500, 0), 0);
    ck_assert(!beneath_can_create(&root, "d/e/x/new"));
    ck_assert_int_eq(errno, EACCES);
    ck_assert_int_eq(fchmodat(root.fd, "d/e", 0700, 0), 0);
}
END_TEST

Suite *beneath_suite(void)
{
    Suite *s = suite_create("beneath");
    TCase *t = tcase_create("open");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, open_existing_files_opens_them, 0, 2);
    tcase_add_loop_test(t, open_absent_makes_only_on_create, 0, 2);
    tcase_add_loop_test(t, open_sets_flags_of_descriptor, 0, 2);
    tcase_add_loop_test(t, open_paths_that_are_not_plain_refuses, 0, 2);
    tcase_add_loop_test(t, open_links_refuses_whatever_they_point_at, 0, 2);
    tcase_add_loop_test(t, open_what_is_no_file_refuses_without_waiting, 0, 2);
    tcase_add_loop_test(t, open_long_names_refuses_by_errno, 0, 2);
    tcase_add_test(t, open_parent_gives_folder_and_base);
    tcase_add_test(t, make_parent_makes_folders);
    tcase_add_test(t, can_create_looks_at_deepest_folder);
    suite_add_tcase(s, t);
    return s;
}
