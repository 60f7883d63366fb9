#include "config.h"

#include "disk/fdcache.h"

#include "tests/disk/suites.h"
#include "tests/disk/tmpdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_OPEN = 4 };

static char *dir;
static struct beneath root;
static struct fdcache *cache;

static void setup(void)
{
    dir = tmpdir_new();
    int fd = open(dir, O_RDONLY | O_DIRECTORY);
    ck_assert_int_ge(fd, 0);
    beneath_init(&root, fd);
    cache = fdcache_new(MAX_OPEN);
}

static void teardown(void)
{
    fdcache_free(cache);
    close(root.fd);
    tmpdir_free(dir);
}

static struct fdcache_file *open_key(size_t key, enum beneath_mode mode)
{
    char path[32];
    struct fdcache_file *file = NULL;
    snprintf(path, sizeof path, "f%zu", key);
    int errnum = fdcache_open(cache, &root, key, path, mode, &file);
    ck_assert_int_eq(errnum, 0);
    ck_assert_uint_eq(file->key, key);
    return file;
}

static void touch(size_t key)
{
    fdcache_put(cache, open_key(key, BENEATH_CREATE));
}

static bool has(size_t key)
{
    struct fdcache_file *file = fdcache_find(cache, key, BENEATH_READ);
    if (file != NULL)
        fdcache_put(cache, file);
    return file != NULL;
}

static bool is_open(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0;
}

START_TEST(open_beyond_maximum_closes_least_recently_used)
{
    for (size_t key = 0; key < MAX_OPEN; key++)
        touch(key);
    ck_assert_uint_eq(fdcache_n_open(cache), MAX_OPEN);
    ck_assert(has(0)); /* now 1 is the oldest */
    touch(9);
    ck_assert_uint_eq(fdcache_n_open(cache), MAX_OPEN);
    ck_assert(!has(1));
    ck_assert(has(0));
    ck_assert(has(2));
    ck_assert(has(3));
    ck_assert(has(9));
}
END_TEST

START_TEST(open_many_keeps_the_maximum)
{
    for (size_t i = 0; i < 200; i++) {
        touch(i % 50);
        ck_assert_uint_le(fdcache_n_open(cache), MAX_OPEN);
    }
}
END_TEST

START_TEST(open_spares_files_in_use)
{
    struct fdcache_file *used = open_key(0, BENEATH_CREATE);
    for (size_t key = 1; key < 20; key++)
        touch(key);
    ck_assert(is_open(used->fd));
    ck_assert(has(0));
    fdcache_put(cache, used);
}
END_TEST

START_TEST(find_for_writing_does_not_give_read_only)
{
    touch(0);
    fdcache_drop(cache, 0);
    struct fdcache_file *reader = open_key(0, BENEATH_READ);
    ck_assert(!reader->is_writable);
    ck_assert_ptr_null(fdcache_find(cache, 0, BENEATH_WRITE));
    struct fdcache_file *writer = open_key(0, BENEATH_WRITE);
    ck_assert(writer->is_writable);
    ck_assert_ptr_ne(writer, reader);
    ck_assert(is_open(reader->fd)); /* somebody reads from it */
    ck_assert_uint_eq(fdcache_n_open(cache), 2);
    int old_fd = reader->fd;
    fdcache_put(cache, reader);
    ck_assert(!is_open(old_fd));
    struct fdcache_file *again = fdcache_find(cache, 0, BENEATH_READ);
    ck_assert_ptr_eq(again, writer); /* serves both */
    fdcache_put(cache, again);
    fdcache_put(cache, writer);
    ck_assert_uint_eq(fdcache_n_open(cache), 1);
}
END_TEST

START_TEST(open_what_fails_leaves_nothing)
{
    struct fdcache_file *file = NULL;
    ck_assert_int_eq(fdcache_open(cache, &root, 1, "none", BENEATH_READ, &file),
                     ENOENT);
    ck_assert_ptr_null(file);
    ck_assert_uint_eq(fdcache_n_open(cache), 0);
}
END_TEST

START_TEST(drop_all_spares_only_users)
{
    for (size_t key = 0; key < MAX_OPEN; key++)
        touch(key);
    struct fdcache_file *used = open_key(2, BENEATH_READ);
    fdcache_drop_all(cache);
    ck_assert_uint_eq(fdcache_n_open(cache), 1);
    ck_assert(is_open(used->fd));
    ck_assert(!has(2));
    fdcache_put(cache, used);
    ck_assert_uint_eq(fdcache_n_open(cache), 0);
}
END_TEST

START_TEST(open_without_descriptors_closes_own)
{
    struct rlimit was;
    touch(0);
    touch(1);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
    int next = dup(root.fd);
    close(next);
    struct rlimit tight = {.rlim_cur = (rlim_t)next, .rlim_max = was.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &tight), 0);
    struct fdcache_file *file = NULL;
    int errnum = fdcache_open(cache, &root, 2, "f2", BENEATH_CREATE, &file);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
    ck_assert_int_eq(errnum, 0);
    fdcache_put(cache, file);
    ck_assert(!has(0));
}
END_TEST

Suite *fdcache_suite(void)
{
    Suite *s = suite_create("fdcache");
    TCase *t = tcase_create("fdcache");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, open_beyond_maximum_closes_least_recently_used);
    tcase_add_test(t, open_many_keeps_the_maximum);
    tcase_add_test(t, open_spares_files_in_use);
    tcase_add_test(t, find_for_writing_does_not_give_read_only);
    tcase_add_test(t, open_what_fails_leaves_nothing);
    tcase_add_test(t, drop_all_spares_only_users);
    tcase_add_test(t, open_without_descriptors_closes_own);
    suite_add_tcase(s, t);
    return s;
}
