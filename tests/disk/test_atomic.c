#include "config.h"

#include "disk/atomic.h"

#include "tests/disk/faults.h"
#include "tests/disk/suites.h"
#include "tests/disk/tmpdir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;
static char *path;
static struct cause cause;

static void setup(void)
{
    dir = tmpdir_new();
    path = tmpdir_path(dir, "state");
    cause.text[0] = '\0';
    faults_clear();
}

static void teardown(void)
{
    faults_clear();
    free(path);
    tmpdir_free(dir);
}

static enum err replace(const char *text)
{
    return atomic_replace(path, text, strlen(text), 0600, &cause);
}

static bool is(const char *name, const char *text)
{
    return tmpdir_is(dir, name, text, strlen(text));
}

START_TEST(remove_takes_the_file_and_what_is_beside_it)
{
    ck_assert_int_eq(replace("one"), OK);
    ck_assert_int_eq(replace("two"), OK);
    tmpdir_write(dir, "state2", "x", 1);
    ck_assert_int_eq(atomic_remove(path, &cause), OK);
    ck_assert(!tmpdir_has(dir, "state"));
    ck_assert(!tmpdir_has(dir, "state.bak"));
    ck_assert(tmpdir_has(dir, "state2"));
    ck_assert_int_eq(atomic_remove(path, &cause), OK);
    tmpdir_write(dir, "state/below", "x", 1); /* no file, but a folder */
    ck_assert_int_eq(atomic_remove(path, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, "state"));
}
END_TEST

START_TEST(replace_makes_file_then_keeps_previous)
{
    struct stat st;
    ck_assert_int_eq(replace("one"), OK);
    ck_assert(is("state", "one"));
    ck_assert(!tmpdir_has(dir, "state.bak"));
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(replace("two"), OK);
    ck_assert_int_eq(replace("three"), OK);
    ck_assert(is("state", "three"));
    ck_assert(is("state.bak", "two"));
    ck_assert(!tmpdir_has(dir, "state.tmp"));
    ck_assert(!tmpdir_has(dir, "state.bak.tmp"));
}
END_TEST

START_TEST(replace_after_crash_takes_no_harm_from_leftovers)
{
    tmpdir_write(dir, "state", "old", 3);
    tmpdir_write(dir, "state.tmp", "half written, and longer", 24);
    /* Killed after the previous got its second name: one file, three names. */
    char *bak = tmpdir_path(dir, "state.bak");
    char *bak_tmp = tmpdir_path(dir, "state.bak.tmp");
    ck_assert_int_eq(link(path, bak), 0);
    ck_assert_int_eq(link(path, bak_tmp), 0);
    ck_assert_int_eq(replace("new"), OK);
    ck_assert(is("state", "new"));
    ck_assert(is("state.bak", "old"));
    ck_assert(!tmpdir_has(dir, "state.tmp"));
    ck_assert(!tmpdir_has(dir, "state.bak.tmp"));
    free(bak);
    free(bak_tmp);
}
END_TEST

START_TEST(replace_does_not_write_through_a_link)
{
    tmpdir_write(dir, "victim", "kept", 4);
    char *tmp = tmpdir_path(dir, "state.tmp");
    ck_assert_int_eq(symlink("victim", tmp), 0);
    ck_assert_int_eq(replace("new"), OK);
    ck_assert(is("victim", "kept"));
    ck_assert(is("state", "new"));
    free(tmp);
}
END_TEST

struct step_case {
    enum fault_call call;
    unsigned skip;
    int errnum;
    enum err err;
    const char *after; /* what is in the file then */
};

static const struct step_case step_cases[] = {
    {FAULT_WRITE, 0, ENOSPC, ERR_NO_SPACE, "old"},
    {FAULT_WRITE, 0, EIO, ERR_SYS, "old"},
    {FAULT_WRITE, 0, EINTR, OK, "new"},
    {FAULT_WRITE, 0, FAULT_SHORT, OK, "new"},
    {FAULT_FSYNC, 0, EIO, ERR_SYS, "old"},
    {FAULT_RENAME, 0, EIO, OK, "new"},      /* of the .bak: only said */
    {FAULT_RENAME, 1, EIO, ERR_SYS, "old"}, /* of the file */
    {FAULT_FSYNC, 1, EIO, ERR_SYS, "new"},  /* of the folder */
    {FAULT_FSYNC, 1, EINVAL, OK, "new"},    /* no such thing there */
};

START_TEST(replace_when_a_step_fails_leaves_old_or_new)
{
    if (!FAULTS_WORK)
        return;
    const struct step_case *c = &step_cases[_i];
    ck_assert_int_eq(replace("old"), OK);
    faults_clear();
    faults_set(c->call, c->skip, 1, c->errnum);
    ck_assert_int_eq(replace("new"), c->err);
    ck_assert(is("state", c->after));
    ck_assert(!tmpdir_has(dir, "state.tmp"));
    ck_assert(!tmpdir_has(dir, "state.bak.tmp"));
    if (c->err != OK)
        ck_assert_ptr_nonnull(strstr(cause.text, "state"));
    faults_clear();
    ck_assert_int_eq(replace("newer"), OK);
    ck_assert(is("state", "newer"));
    ck_assert(is("state.bak", c->after));
}
END_TEST

START_TEST(replace_where_it_cannot_says_so)
{
    char *folder = tmpdir_path(dir, "no/such/state");
    ck_assert_int_eq(atomic_replace(folder, "x", 1, 0600, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, "no/such/state"));
    free(folder);
    ck_assert_int_eq(mkdir(path, 0700), 0); /* a folder of that name */
    ck_assert_int_eq(replace("x"), ERR_SYS);
    ck_assert(!tmpdir_has(dir, "state.tmp"));
}
END_TEST

START_TEST(read_gives_bytes_and_nul)
{
    uint8_t *bytes = NULL;
    size_t len = 99;
    ck_assert_int_eq(atomic_read(path, 10, &bytes, &len, &cause),
                     ERR_NOT_FOUND);
    ck_assert_uint_eq(len, 99);
    tmpdir_write(dir, "state", "0123456789", 10);
    ck_assert_int_eq(atomic_read(path, 10, &bytes, &len, &cause), OK);
    ck_assert_uint_eq(len, 10);
    ck_assert_str_eq((char *)bytes, "0123456789");
    free(bytes);
    ck_assert_int_eq(atomic_read(path, 9, &bytes, &len, &cause), ERR_TOO_BIG);
    tmpdir_write(dir, "state", "", 0);
    ck_assert_int_eq(atomic_read(path, 9, &bytes, &len, &cause), OK);
    ck_assert_uint_eq(len, 0);
    free(bytes);
}
END_TEST

START_TEST(read_what_is_no_file_is_invalid)
{
    uint8_t *bytes;
    size_t len;
    ck_assert_int_eq(atomic_read(dir, 10, &bytes, &len, &cause), ERR_INVALID);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(atomic_read(path, 10, &bytes, &len, &cause), ERR_INVALID);
}
END_TEST

Suite *atomic_suite(void)
{
    Suite *s = suite_create("atomic");
    TCase *t = tcase_create("atomic");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, remove_takes_the_file_and_what_is_beside_it);
    tcase_add_test(t, replace_makes_file_then_keeps_previous);
    tcase_add_test(t, replace_after_crash_takes_no_harm_from_leftovers);
    tcase_add_test(t, replace_does_not_write_through_a_link);
    tcase_add_loop_test(t, replace_when_a_step_fails_leaves_old_or_new, 0,
                        sizeof step_cases / sizeof step_cases[0]);
    tcase_add_test(t, replace_where_it_cannot_says_so);
    tcase_add_test(t, read_gives_bytes_and_nul);
    tcase_add_test(t, read_what_is_no_file_is_invalid);
    suite_add_tcase(s, t);
    return s;
}
