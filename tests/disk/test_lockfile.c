#include "config.h"

#include "tests/disk/suites.h"

#include "disk/lockfile.h"
#include "tests/disk/tmpdir.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static char *dir, *path;

static void set_up(void)
{
    dir = tmpdir_new();
    path = tmpdir_path(dir, "x.lock");
}

static void tear_down(void)
{
    free(path);
    tmpdir_free(dir);
}

static struct lockfile *take(void)
{
    struct lockfile *l = NULL;
    struct cause cause = {""};
    ck_assert_msg(lockfile_take(path, &l, &cause) == OK, "%s", cause.text);
    return l;
}

static void refuse(struct cause *cause)
{
    struct lockfile *l = NULL;
    ck_assert_int_eq(lockfile_take(path, &l, cause), ERR_BUSY);
    ck_assert_ptr_null(l);
}

/* Another process, which holds the lock until it ends: when `until` is closed, or
 * when it is killed. */
struct holder {
    pid_t pid;
    int until;
};

static struct holder start_holder(void)
{
    int held[2], until[2];
    ck_assert_int_eq(pipe(held), 0);
    ck_assert_int_eq(pipe(until), 0);
    struct holder h = {fork(), until[1]};
    ck_assert_int_ge(h.pid, 0);
    if (h.pid == 0) {
        struct lockfile *l;
        struct cause cause;
        char byte = '!';
        close(until[1]);
        if (lockfile_take(path, &l, &cause) != OK ||
            write(held[1], &byte, 1) != 1)
            _exit(1);
        _exit(read(until[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(until[0]);
    close(held[1]);
    char byte;
    ck_assert_int_eq(read(held[0], &byte, 1), 1);
    close(held[0]);
    return h;
}

static int end_holder(struct holder *h, int signal)
{
    int status = 0;
    if (signal != 0)
        ck_assert_int_eq(kill(h->pid, signal), 0);
    close(h->until);
    ck_assert_int_eq(waitpid(h->pid, &status, 0), h->pid);
    return status;
}

START_TEST(take_second_in_one_process_is_refused)
{
    struct lockfile *l = take();
    struct cause cause;
    refuse(&cause);
    char pid[32];
    snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    ck_assert_ptr_nonnull(strstr(cause.text, pid));
    lockfile_release(l);
    ck_assert(!tmpdir_has(dir, "x.lock"));
    lockfile_release(take());
}
END_TEST

START_TEST(take_while_another_process_holds_it_names_its_pid)
{
    struct holder h = start_holder();
    struct cause cause;
    char pid[32];
    refuse(&cause);
    snprintf(pid, sizeof pid, "process %ld", (long)h.pid);
    ck_assert_ptr_nonnull(strstr(cause.text, pid));
    ck_assert_int_eq(end_holder(&h, 0), 0);
    lockfile_release(take());
}
END_TEST

START_TEST(take_after_holder_was_killed_succeeds)
{
    struct holder h = start_holder();
    int status = end_holder(&h, SIGKILL);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ck_assert(tmpdir_has(dir, "x.lock"));
    struct lockfile *l = take();
    /* The pid of the dead one, if longer, leaves nothing behind. */
    char text[32];
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    ck_assert(tmpdir_is(dir, "x.lock", text, (size_t)len));
    lockfile_release(l);
}
END_TEST

START_TEST(take_over_longer_old_content_replaces_it)
{
    tmpdir_write(dir, "x.lock", "99999999999999999999\nand more\n", 30);
    struct lockfile *l = take();
    char text[32];
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    ck_assert(tmpdir_is(dir, "x.lock", text, (size_t)len));
    lockfile_release(l);
}
END_TEST

/* Somebody deletes the file: the lock is lost, but its first holder must not take the
 * next one's away. */
START_TEST(release_after_unlink_spares_the_file_of_the_next_holder)
{
    struct lockfile *first = take();
    ck_assert_int_eq(unlink(path), 0);
    struct lockfile *second = take();
    lockfile_release(first);
    ck_assert(tmpdir_has(dir, "x.lock"));
    struct cause cause;
    refuse(&cause);
    lockfile_release(second);
    ck_assert(!tmpdir_has(dir, "x.lock"));
}
END_TEST

START_TEST(take_through_symlink_is_an_error)
{
    char *target = tmpdir_path(dir, "target");
    tmpdir_write(dir, "target", "mine", 4);
    ck_assert_int_eq(symlink(target, path), 0);
    struct lockfile *l = NULL;
    struct cause cause;
    ck_assert_int_eq(lockfile_take(path, &l, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, path));
    ck_assert(tmpdir_is(dir, "target", "mine", 4));
    free(target);
}
END_TEST

START_TEST(take_in_absent_folder_names_the_path)
{
    char *away = tmpdir_path(dir, "absent/x.lock");
    struct lockfile *l = NULL;
    struct cause cause;
    ck_assert_int_eq(lockfile_take(away, &l, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, away));
    free(away);
}
END_TEST

Suite *lockfile_suite(void)
{
    Suite *s = suite_create("lockfile");
    TCase *tc = tcase_create("lockfile");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, take_second_in_one_process_is_refused);
    tcase_add_test(tc, take_while_another_process_holds_it_names_its_pid);
    tcase_add_test(tc, take_after_holder_was_killed_succeeds);
    tcase_add_test(tc, take_over_longer_old_content_replaces_it);
    tcase_add_test(tc, release_after_unlink_spares_the_file_of_the_next_holder);
    tcase_add_test(tc, take_through_symlink_is_an_error);
    tcase_add_test(tc, take_in_absent_folder_names_the_path);
    suite_add_tcase(s, tc);
    return s;
}
