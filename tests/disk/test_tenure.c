#include "config.h"

#include "tests/disk/suites.h"

#include "disk/tenure.h"
#include "tests/disk/tmpdir.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *dir, *path;

static void set_up(void)
{
    dir = tmpdir_new();
    path = tmpdir_path(dir, "held");
}

static void tear_down(void)
{
    free(path);
    tmpdir_free(dir);
}

static struct tenure *take(void)
{
    struct tenure *t = NULL;
    struct cause cause = {""};
    ck_assert_msg(tenure_take(path, &t, &cause) == OK, "%s", cause.text);
    return t;
}

static pid_t holder(void)
{
    struct cause cause = {""};
    pid_t pid = -2;
    ck_assert_msg(tenure_holder(path, &pid, &cause) == OK, "%s", cause.text);
    return pid;
}

/* Another process that holds the file until `until` is closed, or it is killed. */
struct other {
    pid_t pid;
    int until;
};

static struct other start_other(void)
{
    int held[2], until[2];
    char byte = '!';
    ck_assert_int_eq(pipe2(held, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(until, O_CLOEXEC), 0);
    struct other o = {fork(), until[1]};
    ck_assert_int_ge(o.pid, 0);
    if (o.pid == 0) {
        struct tenure *t;
        close(until[1]);
        if (tenure_take(path, &t, NULL) != OK || write(held[1], &byte, 1) != 1)
            _exit(1);
        if (read(until[0], &byte, 1) != 0)
            _exit(1);
        tenure_release(t);
        _exit(0);
    }
    close(until[0]);
    close(held[1]);
    ck_assert_int_eq(read(held[0], &byte, 1), 1);
    close(held[0]);
    return o;
}

static int end_other(struct other *o, int signal)
{
    int status;
    if (signal != 0)
        ck_assert_int_eq(kill(o->pid, signal), 0);
    close(o->until);
    ck_assert_int_eq(waitpid(o->pid, &status, 0), o->pid);
    return status;
}

START_TEST(take_of_a_held_file_names_its_holder)
{
    struct tenure *t = NULL;
    struct cause cause = {""};
    char words[48];
    struct other o = start_other();
    ck_assert_int_eq(tenure_take(path, &t, &cause), ERR_BUSY);
    ck_assert_ptr_null(t);
    snprintf(words, sizeof words, "process %ld has it", (long)o.pid);
    ck_assert_str_eq(cause.text, words);
    ck_assert_int_eq(holder(), o.pid);
    end_other(&o, 0);
}
END_TEST

START_TEST(holder_is_nobody_before_and_after_however_it_ends)
{
    static const int signals[] = {0, SIGKILL};
    ck_assert_int_eq(holder(), 0);
    ck_assert(!tmpdir_has(dir, "held"));
    struct other o = start_other();
    ck_assert_int_eq(holder(), o.pid);
    int status = end_other(&o, signals[_i]);
    ck_assert(_i == 1 || status == 0);
    ck_assert_int_eq(holder(), 0);
    tenure_release(take());
}
END_TEST

/* A program that it starts, a hook say, does not hold the place for it. */
START_TEST(children_do_not_hold_it)
{
    int until[2];
    char byte;
    struct tenure *t = take();
    ck_assert_int_eq(pipe2(until, O_CLOEXEC), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        close(until[1]);
        _exit(read(until[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(until[0]);
    tenure_release(t);
    struct other o = start_other();
    ck_assert_int_eq(holder(), o.pid);
    end_other(&o, 0);
    close(until[1]);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

START_TEST(file_stays_empty_and_is_the_users_own)
{
    struct stat st;
    tenure_release(take());
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_size, 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(symlink_or_no_folder_is_an_error)
{
    struct tenure *t = NULL;
    struct cause cause = {""};
    pid_t pid = -2;
    char *target = tmpdir_path(dir, "target");
    char *below = tmpdir_path(dir, "target/held");
    ck_assert_int_eq(symlink(target, path), 0);
    ck_assert_int_eq(tenure_take(path, &t, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, path));
    ck_assert(!tmpdir_has(dir, "target"));
    ck_assert_int_eq(tenure_holder(path, &pid, &cause), ERR_SYS);
    ck_assert_int_eq(pid, -2);
    ck_assert_int_eq(tenure_take(below, &t, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, below));
    ck_assert_ptr_null(t);
    free(below);
    free(target);
}
END_TEST

Suite *tenure_suite(void)
{
    Suite *s = suite_create("tenure");
    TCase *tc = tcase_create("tenure");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, take_of_a_held_file_names_its_holder);
    tcase_add_loop_test(tc, holder_is_nobody_before_and_after_however_it_ends,
                        0, 2);
    tcase_add_test(tc, children_do_not_hold_it);
    tcase_add_test(tc, file_stays_empty_and_is_the_users_own);
    tcase_add_test(tc, symlink_or_no_folder_is_an_error);
    suite_add_tcase(s, tc);
    return s;
}
