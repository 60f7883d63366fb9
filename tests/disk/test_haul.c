#include "config.h"

#include "disk/haul.h"

#include "tests/disk/faults.h"
#include "tests/disk/sample.h"
#include "tests/disk/suites.h"
#include "tests/disk/tmpdir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/xalloc.h"

static char *dir;
static char *from, *to;
static struct sample sample;
static struct haul *haul;
static struct cause cause;

/* Three files in three folders, one of them padding. */
static const struct sample_file files[] = {
    {"a/b/one", 50000, NULL},
    {"pad", 100, "p"},
    {"a/c/two", 70000, NULL},
    {"three", 10, NULL},
};
enum { N = sizeof files / sizeof files[0] };

static void write_files(void)
{
    tmpdir_write(dir, "from/t/a/b/one", sample.content, 50000);
    tmpdir_write(dir, "from/t/a/c/two", sample.content + 50100, 70000);
    tmpdir_write(dir, "from/t/three", sample.content + 120100, 10);
}

static void setup(void)
{
    dir = tmpdir_new();
    from = tmpdir_path(dir, "from");
    to = tmpdir_path(dir, "to/deep");
    sample = sample_new(files, N, SAMPLE_PIECE_LEN);
    haul = NULL;
    cause.text[0] = '\0';
    write_files();
}

static void teardown(void)
{
    haul_unref(haul);
    sample_fini(&sample);
    free(from);
    free(to);
    tmpdir_free(dir);
}

START_TEST(erase_takes_its_files_and_empty_folders_only)
{
    tmpdir_write(dir, "from/t/a/c/other", "x", 1);
    tmpdir_write(dir, "from/beside", "x", 1);
    haul = haul_new(sample.meta, from, NULL);
    ck_assert_int_eq(haul_erase(haul, &cause), OK);
    ck_assert_uint_eq(haul_result(haul)->n_files, 3);
    ck_assert_uint_eq(haul_result(haul)->n_bytes, 120010);
    ck_assert_uint_eq(haul_progress_m(haul), 1000);
    ck_assert(!tmpdir_has(dir, "from/t/a/b"));
    ck_assert(!tmpdir_has(dir, "from/t/three"));
    ck_assert(tmpdir_has(dir, "from/t/a/c/other"));
    ck_assert(tmpdir_has(dir, "from/beside"));
}
END_TEST

START_TEST(erase_leaves_the_download_folder)
{
    haul = haul_new(sample.meta, from, NULL);
    ck_assert_int_eq(haul_erase(haul, &cause), OK);
    ck_assert(!tmpdir_has(dir, "from/t"));
    ck_assert(tmpdir_has(dir, "from"));
    /* And again: nothing is there, which is no failure. */
    ck_assert_int_eq(haul_erase(haul, &cause), OK);
    ck_assert_uint_eq(haul_result(haul)->n_files, 0);
}
END_TEST

/* A folder or a file that became a link leads nowhere. */
START_TEST(erase_follows_no_link)
{
    tmpdir_write(dir, "else/one", "precious", 8);
    char *folder = tmpdir_path(dir, "from/t/a/b");
    char *one = tmpdir_path(dir, "from/t/a/b/one");
    char *target = tmpdir_path(dir, "else");
    ck_assert_int_eq(unlink(one), 0);
    ck_assert_int_eq(rmdir(folder), 0);
    char *absolute = realpath(target, NULL);
    ck_assert_int_eq(symlink(absolute, folder), 0);
    haul = haul_new(sample.meta, from, NULL);
    ck_assert_int_eq(haul_erase(haul, &cause), ERR_UNSAFE_PATH);
    ck_assert_uint_eq(haul_result(haul)->n_failed, 1);
    ck_assert_uint_eq(haul_result(haul)->n_files, 2);
    ck_assert(tmpdir_has(dir, "else/one"));
    ck_assert(strstr(cause.text, "link") != NULL);
    free(absolute);
    free(folder);
    free(one);
    free(target);
}
END_TEST

START_TEST(erase_spares_what_another_torrent_has)
{
    haul = haul_new(sample.meta, from, NULL);
    haul_spare(haul, 1); /* padding is no file */
    haul_spare(haul, 2);
    ck_assert_int_eq(haul_erase(haul, &cause), OK);
    ck_assert_uint_eq(haul_result(haul)->n_spared, 1);
    ck_assert(tmpdir_has(dir, "from/t/a/c/two"));
    ck_assert(!tmpdir_has(dir, "from/t/three"));
}
END_TEST

START_TEST(bring_gives_new_names_and_keeps_the_old)
{
    struct stat st;
    char *three = tmpdir_path(dir, "from/t/three");
    ck_assert_int_eq(unlink(three), 0); /* not fetched yet */
    free(three);
    haul = haul_new(sample.meta, from, to);
    ck_assert_msg(haul_bring(haul, &cause) == OK, "%s", cause.text);
    ck_assert(tmpdir_is(dir, "to/deep/t/a/b/one", sample.content, 50000));
    ck_assert(
        tmpdir_is(dir, "to/deep/t/a/c/two", sample.content + 50100, 70000));
    ck_assert(!tmpdir_has(dir, "to/deep/t/three"));
    ck_assert(tmpdir_has(dir, "from/t/a/b/one"));
    char *one = tmpdir_path(dir, "to/deep/t/a/b/one");
    ck_assert_int_eq(stat(one, &st), 0);
    ck_assert_uint_eq(st.st_nlink, 2); /* no byte was copied */
    free(one);
    ck_assert_int_eq(haul_erase(haul, &cause), OK);
    ck_assert(!tmpdir_has(dir, "from/t"));
    ck_assert(tmpdir_is(dir, "to/deep/t/a/b/one", sample.content, 50000));
}
END_TEST

/* Once more over what a try that was cut short has made. */
START_TEST(bring_again_is_no_failure)
{
    haul = haul_new(sample.meta, from, to);
    ck_assert_int_eq(haul_bring(haul, &cause), OK);
    haul_unref(haul);
    haul = haul_new(sample.meta, from, to);
    ck_assert_int_eq(haul_bring(haul, &cause), OK);
    ck_assert(tmpdir_has(dir, "to/deep/t/three"));
}
END_TEST

START_TEST(bring_overwrites_nothing_and_undoes_what_it_made)
{
    tmpdir_write(dir, "to/deep/t/three", "mine", 4);
    haul = haul_new(sample.meta, from, to);
    ck_assert_int_eq(haul_bring(haul, &cause), ERR_BUSY);
    ck_assert(strstr(cause.text, "exists already") != NULL);
    ck_assert(tmpdir_is(dir, "to/deep/t/three", "mine", 4));
    ck_assert(!tmpdir_has(dir, "to/deep/t/a"));
    ck_assert(tmpdir_is(dir, "from/t/a/b/one", sample.content, 50000));
}
END_TEST

START_TEST(bring_that_was_cancelled_leaves_all_as_it_was)
{
    haul = haul_new(sample.meta, from, to);
    haul_cancel(haul);
    ck_assert_int_eq(haul_bring(haul, &cause), ERR_CANCELLED);
    ck_assert(!tmpdir_has(dir, "to/deep/t"));
    ck_assert(tmpdir_has(dir, "from/t/a/b/one"));
}
END_TEST

/* Into another file system, where there is one: a copy of the same time and bytes. */
START_TEST(bring_copies_where_it_cannot_link)
{
    struct stat here, there, before, after;
    char other[] = "/dev/shm/tessera-haul-XXXXXX";
    if (stat(dir, &here) < 0 || stat("/dev/shm", &there) < 0 ||
        here.st_dev == there.st_dev || mkdtemp(other) == NULL)
        return;
    uint8_t *holes = xzalloc(50000);
    holes[49999] = 1;
    tmpdir_write(dir, "from/t/a/b/one", holes, 50000);
    haul = haul_new(sample.meta, from, other);
    ck_assert_msg(haul_bring(haul, &cause) == OK, "%s", cause.text);
    ck_assert(tmpdir_is(other, "t/a/b/one", holes, 50000));
    ck_assert(tmpdir_is(other, "t/a/c/two", sample.content + 50100, 70000));
    char *one = tmpdir_path(from, "t/a/b/one");
    char *copy = tmpdir_path(other, "t/a/b/one");
    ck_assert_int_eq(stat(one, &before), 0);
    ck_assert_int_eq(stat(copy, &after), 0);
    ck_assert_int_eq(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
    ck_assert_int_eq(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    free(one);
    free(copy);
    free(holes);
    tmpdir_free(xstrdup(other));
}
END_TEST

/* The copy that was begun goes again, with its folders. */
START_TEST(bring_that_fails_in_the_midst_of_a_copy_leaves_nothing)
{
    struct stat here, there;
    char other[] = "/dev/shm/tessera-haul-XXXXXX";
    if (stat(dir, &here) < 0 || stat("/dev/shm", &there) < 0 ||
        here.st_dev == there.st_dev || mkdtemp(other) == NULL)
        return;
    haul = haul_new(sample.meta, from, other);
    faults_set(FAULT_PWRITE, 0, 1, ENOSPC);
    enum err err = haul_bring(haul, &cause);
    faults_clear();
    ck_assert_int_eq(err, FAULTS_WORK ? ERR_NO_SPACE : OK);
    ck_assert(tmpdir_has(other, "t") == !FAULTS_WORK);
    tmpdir_free(xstrdup(other));
}
END_TEST

Suite *haul_suite(void)
{
    Suite *s = suite_create("haul");
    TCase *tc = tcase_create("haul");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, erase_takes_its_files_and_empty_folders_only);
    tcase_add_test(tc, erase_leaves_the_download_folder);
    tcase_add_test(tc, erase_follows_no_link);
    tcase_add_test(tc, erase_spares_what_another_torrent_has);
    tcase_add_test(tc, bring_gives_new_names_and_keeps_the_old);
    tcase_add_test(tc, bring_again_is_no_failure);
    tcase_add_test(tc, bring_overwrites_nothing_and_undoes_what_it_made);
    tcase_add_test(tc, bring_that_was_cancelled_leaves_all_as_it_was);
    tcase_add_test(tc, bring_copies_where_it_cannot_link);
    tcase_add_test(tc, bring_that_fails_in_the_midst_of_a_copy_leaves_nothing);
    suite_add_tcase(s, tc);
    return s;
}
