#include "config.h"

#include "disk/fdio.h"

#include "tests/disk/faults.h"
#include "tests/disk/suites.h"
#include "tests/disk/tmpdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *dir;
static char *path;
static int fd;

static void setup(void)
{
    dir = tmpdir_new();
    path = tmpdir_path(dir, "file");
    faults_clear();
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
}

static void teardown(void)
{
    faults_clear();
    close(fd);
    free(path);
    tmpdir_free(dir);
}

static bool holds(const char *text)
{
    return tmpdir_is(dir, "file", text, strlen(text));
}

START_TEST(write_puts_all_one_behind_the_other)
{
    ck_assert_int_eq(fdio_write(fd, "abc", 3), 0);
    ck_assert_int_eq(fdio_write(fd, "de", 2), 0);
    ck_assert_int_eq(fdio_write_at(fd, "XY", 2, 1), 0);
    ck_assert_int_eq(fdio_write(fd, "f", 1), 0);
    ck_assert(holds("aXYdef"));
}
END_TEST

START_TEST(read_at_gives_all_or_says_that_it_is_short)
{
    char got[4] = "";
    ck_assert_int_eq(fdio_write(fd, "abcdef", 6), 0);
    ck_assert_int_eq(fdio_read_at(fd, got, 3, 3), 0);
    ck_assert_str_eq(got, "def");
    ck_assert_int_eq(fdio_read_at(fd, got, 3, 4), FDIO_SHORT);
    ck_assert_int_eq(fdio_read_at(fd, got, 0, 9), 0);
}
END_TEST

START_TEST(read_goes_on_and_gives_less_at_the_end_alone)
{
    char got[5] = "";
    size_t n = 9;
    ck_assert_int_eq(fdio_write(fd, "abcdef", 6), 0);
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    ck_assert_int_eq(fdio_read(fd, got, 4, &n), 0);
    ck_assert_uint_eq(n, 4);
    ck_assert_str_eq(got, "abcd");
    ck_assert_int_eq(fdio_read(fd, got, 4, &n), 0);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(fdio_read(fd, got, 4, &n), 0);
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(what_a_descriptor_is_not_open_for_has_its_errno)
{
    size_t n = 9;
    char got[1];
    int other = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_eq(fdio_write(other, "a", 1), EBADF);
    ck_assert_int_eq(fdio_write_at(other, "a", 1, 0), EBADF);
    close(other);
    other = open(path, O_WRONLY | O_CLOEXEC);
    ck_assert_int_eq(fdio_read(other, got, 1, &n), EBADF);
    ck_assert_uint_eq(n, 9);
    ck_assert_int_eq(fdio_read_at(other, got, 1, 0), EBADF);
    close(other);
    ck_assert_int_eq(fdio_sync(-1), EBADF);
    ck_assert_int_eq(fdio_sync_data(-1), EBADF);
}
END_TEST

START_TEST(sync_folder_is_of_the_folder_that_is_named)
{
    int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    tmpdir_write(dir, "below/x", "", 0);
    ck_assert_int_eq(fdio_sync_folder(AT_FDCWD, dir), 0);
    ck_assert_int_eq(fdio_sync_folder(dir_fd, "."), 0);
    ck_assert_int_eq(fdio_sync_folder(dir_fd, "below"), 0);
    ck_assert_int_eq(fdio_sync_folder(dir_fd, "none"), ENOENT);
    ck_assert_int_eq(fdio_sync_folder(dir_fd, "file"), ENOTDIR);
    close(dir_fd);
}
END_TEST

START_TEST(times_are_those_that_futimens_set)
{
    const struct timespec set[] = {{.tv_sec = 1000, .tv_nsec = 5000},
                                   {.tv_sec = 2000, .tv_nsec = 7000}};
    struct timespec times[FDIO_N_TIMES];
    struct stat st;
    ck_assert_int_eq(futimens(fd, set), 0);
    ck_assert_int_eq(fstat(fd, &st), 0);
    fdio_times(&st, times);
    ck_assert_int_eq(times[FDIO_READ_TIME].tv_sec, 1000);
    ck_assert_int_eq(times[FDIO_CHANGE_TIME].tv_sec, 2000);
    ck_assert_int_eq(times[FDIO_CHANGE_TIME].tv_nsec, 7000);
    ck_assert_int_eq(fdio_change_ns(&st), INT64_C(2000000007000));
}
END_TEST

START_TEST(open_takes_regular_files_alone)
{
    struct cause cause;
    uint64_t size_bytes = 9;
    int opened = -1;
    char *none = tmpdir_path(dir, "none"), *fifo = tmpdir_path(dir, "pipe");
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    ck_assert_int_eq(fdio_write(fd, "abc", 3), 0);
    ck_assert_int_eq(fdio_open_regular(path, &opened, &size_bytes, &cause), OK);
    ck_assert_uint_eq(size_bytes, 3);
    close(opened);
    ck_assert_int_eq(fdio_open_regular(path, &opened, NULL, &cause), OK);
    close(opened);
    opened = -7;
    ck_assert_int_eq(fdio_open_regular(none, &opened, NULL, &cause),
                     ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(cause.text, "/none: cannot open: No such"));
    ck_assert_int_eq(fdio_open_regular(dir, &opened, NULL, &cause),
                     ERR_INVALID);
    ck_assert_int_eq(fdio_open_regular(fifo, &opened, NULL, &cause),
                     ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "/pipe: not a regular file"));
    ck_assert_int_eq(opened, -7);
    free(none);
    free(fifo);
}
END_TEST

#if FAULTS_WORK
START_TEST(short_moves_and_signals_are_gone_on_from)
{
    char got[9] = "";
    faults_set(FAULT_WRITE, 0, 1, FAULT_SHORT);
    ck_assert_int_eq(fdio_write(fd, "abcd", 4), 0);
    faults_set(FAULT_WRITE, 0, 2, EINTR);
    ck_assert_int_eq(fdio_write(fd, "efgh", 4), 0);
    faults_set(FAULT_PWRITE, 0, 1, FAULT_SHORT);
    ck_assert_int_eq(fdio_write_at(fd, "BCDE", 4, 1), 0);
    faults_set(FAULT_PWRITE, 0, 2, EINTR);
    ck_assert_int_eq(fdio_write_at(fd, "H", 1, 7), 0);
    ck_assert(holds("aBCDEfgH"));
    faults_set(FAULT_PREAD, 0, 2, FAULT_SHORT);
    ck_assert_int_eq(fdio_read_at(fd, got, 8, 0), 0);
    ck_assert_str_eq(got, "aBCDEfgH");
    faults_set(FAULT_PREAD, 0, 2, EINTR);
    ck_assert_int_eq(fdio_read_at(fd, got, 2, 4), 0);
    ck_assert_int_eq(memcmp(got, "Ef", 2), 0);
    faults_set(FAULT_FSYNC, 0, 2, EINTR);
    ck_assert_int_eq(fdio_sync(fd), 0);
    faults_set(FAULT_FSYNC, 0, 2, EINTR);
    ck_assert_int_eq(fdio_sync_data(fd), 0);
}
END_TEST

START_TEST(what_the_disk_says_comes_out)
{
    char got[1];
    faults_set(FAULT_WRITE, 0, 1, ENOSPC);
    ck_assert_int_eq(fdio_write(fd, "a", 1), ENOSPC);
    faults_set(FAULT_PWRITE, 0, 1, EIO);
    ck_assert_int_eq(fdio_write_at(fd, "a", 1, 0), EIO);
    faults_set(FAULT_PREAD, 0, 1, EIO);
    ck_assert_int_eq(fdio_read_at(fd, got, 1, 0), EIO);
    faults_set(FAULT_FSYNC, 0, 1, EIO);
    ck_assert_int_eq(fdio_sync(fd), EIO);
    faults_set(FAULT_FSYNC, 0, 1, EIO);
    ck_assert_int_eq(fdio_sync_data(fd), EIO);
    faults_set(FAULT_FSYNC, 0, 1, EIO);
    ck_assert_int_eq(fdio_sync_folder(AT_FDCWD, dir), EIO);
    faults_set(FAULT_FSYNC, 0, 1, EINVAL); /* no such thing here */
    ck_assert_int_eq(fdio_sync_folder(AT_FDCWD, dir), 0);
}
END_TEST
#endif

Suite *fdio_suite(void)
{
    Suite *s = suite_create("fdio");
    TCase *tc = tcase_create("fdio");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, write_puts_all_one_behind_the_other);
    tcase_add_test(tc, read_at_gives_all_or_says_that_it_is_short);
    tcase_add_test(tc, read_goes_on_and_gives_less_at_the_end_alone);
    tcase_add_test(tc, what_a_descriptor_is_not_open_for_has_its_errno);
    tcase_add_test(tc, sync_folder_is_of_the_folder_that_is_named);
    tcase_add_test(tc, times_are_those_that_futimens_set);
    tcase_add_test(tc, open_takes_regular_files_alone);
#if FAULTS_WORK
    tcase_add_test(tc, short_moves_and_signals_are_gone_on_from);
    tcase_add_test(tc, what_the_disk_says_comes_out);
#endif
    suite_add_tcase(s, tc);
    return s;
}
