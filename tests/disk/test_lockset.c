#include "config.h"

#include "tests/disk/suites.h"

#include "disk/lockset.h"
#include "tests/disk/tmpdir.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each test with each way of locking. */
static const enum lockset_way ways[] = {LOCKSET_BEST, LOCKSET_BY_FILE};
enum { N_WAYS = sizeof ways / sizeof ways[0] };

static char *dir;

static void set_up(void)
{
    dir = tmpdir_new();
}

static void tear_down(void)
{
    tmpdir_free(dir);
}

struct key {
    uint8_t bytes[LOCKSET_KEY_LEN];
};

static struct key key_of(uint8_t first, uint8_t eighth)
{
    struct key k = {{first}};
    k.bytes[7] = eighth;
    return k;
}

static struct lockset *open_set(int way)
{
    struct lockset *s = NULL;
    struct cause cause = {""};
    ck_assert_msg(lockset_open(dir, ways[way], &s, &cause) == OK, "%s",
                  cause.text);
    return s;
}

static struct lockset_lock *take(struct lockset *s, struct key key)
{
    struct lockset_lock *l = NULL;
    struct cause cause = {""};
    ck_assert_msg(lockset_take(s, key.bytes, &l, &cause) == OK, "%s",
                  cause.text);
    return l;
}

static struct cause refuse(struct lockset *s, struct key key)
{
    struct lockset_lock *l = NULL;
    struct cause cause = {""};
    ck_assert_int_eq(lockset_take(s, key.bytes, &l, &cause), ERR_BUSY);
    ck_assert_ptr_null(l);
    return cause;
}

static void expect_pid(const struct cause *cause, pid_t pid)
{
    char words[32];
    snprintf(words, sizeof words, "(process %ld)", (long)pid);
    ck_assert_msg(strstr(cause->text, words) != NULL, "%s", cause->text);
}

START_TEST(keys_are_held_each_for_itself)
{
    /* The second key differs where the file's offset has its last bits. */
    struct key a = key_of(0xff, 0xfc), b = key_of(0xff, 0xf8), c = key_of(1, 0);
    struct lockset *first = open_set(_i), *second = open_set(_i);
    struct lockset_lock *of_a = take(first, a), *of_b = take(second, b);
    struct cause cause = refuse(second, a);
    expect_pid(&cause, getpid());
    refuse(first, b);
    struct lockset_lock *of_c = take(second, c);
    lockset_release(of_a);
    of_a = take(second, a);
    refuse(first, a);
    lockset_release(of_b);
    of_b = take(first, b);
    refuse(first, c);
    lockset_release(of_a);
    lockset_release(of_b);
    lockset_release(of_c);
    lockset_free(first);
    lockset_free(second);
}
END_TEST

/* Another process, which holds a key until `until` is closed, or until it is killed. */
struct holder {
    pid_t pid;
    int until;
};

static struct holder start_holder(int way, struct key key)
{
    int held[2], until[2];
    char byte = '!';
    ck_assert_int_eq(pipe2(held, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(until, O_CLOEXEC), 0);
    struct holder h = {fork(), until[1]};
    ck_assert_int_ge(h.pid, 0);
    if (h.pid == 0) {
        struct lockset *s;
        struct lockset_lock *l;
        struct cause cause;
        close(until[1]);
        if (lockset_open(dir, ways[way], &s, &cause) != OK ||
            lockset_take(s, key.bytes, &l, &cause) != OK ||
            write(held[1], &byte, 1) != 1)
            _exit(1);
        _exit(read(until[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(until[0]);
    close(held[1]);
    ck_assert_int_eq(read(held[0], &byte, 1), 1);
    close(held[0]);
    return h;
}

static void end_holder(struct holder *h, int signal)
{
    if (signal != 0)
        ck_assert_int_eq(kill(h->pid, signal), 0);
    close(h->until);
    ck_assert_int_eq(waitpid(h->pid, NULL, 0), h->pid);
}

START_TEST(another_process_is_named_and_its_end_frees)
{
    struct key a = key_of(1, 1), b = key_of(2, 2);
    struct holder h = start_holder(_i, a);
    struct lockset *s = open_set(_i);
    struct lockset_lock *of_b = take(s, b);
    struct cause cause = refuse(s, a);
    expect_pid(&cause, h.pid);
    end_holder(&h, _i % 2 == 0 ? SIGKILL : 0);
    lockset_release(take(s, a));
    lockset_release(of_b);
    lockset_free(s);
}
END_TEST

/* Of two, ranges do not tell which: none is named rather than the wrong one. */
START_TEST(of_two_processes_none_is_accused)
{
    struct key a = key_of(1, 1), b = key_of(2, 2);
    struct holder h = start_holder(0, a), other = start_holder(0, b);
    struct lockset *s = open_set(0);
    struct cause cause = refuse(s, a);
    ck_assert_str_eq(cause.text, "in use by another tessera");
    end_holder(&other, 0);
    cause = refuse(s, a);
    expect_pid(&cause, h.pid);
    end_holder(&h, 0);
    lockset_free(s);
}
END_TEST

/* The descriptor that an open() would give now. */
static int next_fd(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    close(fd);
    return fd;
}

START_TEST(thousands_cost_one_descriptor)
{
    enum { N = 5000 };
    static struct lockset_lock *locks[N];
    int before = next_fd();
    struct lockset *s = open_set(0), *other = open_set(0);
    for (int i = 0; i < N; i++)
        locks[i] = take(s, key_of((uint8_t)(i >> 6), (uint8_t)(i << 2)));
    ck_assert_int_eq(next_fd(), before + 2);
    refuse(other, key_of(N >> 7, 4));
    for (int i = 0; i < N; i++)
        lockset_release(locks[i]);
    lockset_release(take(other, key_of(N >> 7, 4)));
    lockset_free(s);
    lockset_free(other);
    /* Nothing is in it, for ever so many. */
    struct stat st;
    char *path = tmpdir_path(dir, "lock");
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_size, 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    free(path);
}
END_TEST

START_TEST(open_through_symlink_or_without_folder_is_an_error)
{
    struct lockset *s = NULL;
    struct cause cause = {""};
    char *target = tmpdir_path(dir, "target"), *path = tmpdir_path(dir, "lock");
    ck_assert_int_eq(symlink(target, path), 0);
    ck_assert_int_eq(lockset_open(dir, LOCKSET_BEST, &s, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, path));
    ck_assert(!tmpdir_has(dir, "target"));
    ck_assert_int_eq(lockset_open(target, LOCKSET_BEST, &s, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, target));
    ck_assert_ptr_null(s);
    free(target);
    free(path);
}
END_TEST

Suite *lockset_suite(void)
{
    Suite *s = suite_create("lockset");
    TCase *tc = tcase_create("lockset");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, keys_are_held_each_for_itself, 0, N_WAYS);
    tcase_add_loop_test(tc, another_process_is_named_and_its_end_frees, 0,
                        N_WAYS);
#ifdef F_OFD_SETLK
    tcase_add_test(tc, of_two_processes_none_is_accused);
    tcase_add_test(tc, thousands_cost_one_descriptor);
    tcase_add_test(tc, open_through_symlink_or_without_folder_is_an_error);
#endif
    suite_add_tcase(s, tc);
    return s;
}
