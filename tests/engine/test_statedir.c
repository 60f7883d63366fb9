#include "config.h"

#include "tests/engine/suites.h"

#include "disk/atomic.h"
#include "disk/lockset.h"
#include "engine/statedir.h"
#include "util/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[256];

static void set_up(void)
{
    const char *tmp = getenv("TMPDIR");
    char *path =
        xasprintf("%s/tessera-statedir-XXXXXX", tmp != NULL ? tmp : "/tmp");
    ck_assert_uint_lt(strlen(path), sizeof root);
    memcpy(root, path, strlen(path) + 1);
    free(path);
    ck_assert_ptr_nonnull(mkdtemp(root));
    setenv("XDG_STATE_HOME", root, 1);
}

static void remove_at(const char *below)
{
    char *path = xasprintf("%s%s", root, below);
    remove(path);
    free(path);
}

static void tear_down(void)
{
    remove_at("/tessera/port");
    remove_at("/tessera/port.bak");
    remove_at("/tessera/lock");
    remove_at("/tessera/torrents");
    remove_at("/tessera");
    remove_at("");
}

START_TEST(torrents_are_locked_each_for_itself)
{
    struct statedir *s, *other;
    struct lockset_lock *a = NULL, *b = NULL, *refused = NULL;
    struct cause cause;
    uint8_t of_a[20] = {1}, of_b[20] = {2};
    ck_assert_int_eq(statedir_open(&s, &cause), OK);
    ck_assert_int_eq(statedir_open(&other, &cause), OK);
    ck_assert_int_eq(statedir_lock(s, of_a, &a, &cause), OK);
    ck_assert_int_eq(statedir_lock(other, of_a, &refused, &cause), ERR_BUSY);
    ck_assert_ptr_null(refused);
    ck_assert_int_eq(statedir_lock(other, of_b, &b, &cause), OK);
    lockset_release(a);
    lockset_release(b);
    statedir_free(s);
    statedir_free(other);
}
END_TEST

START_TEST(folders_are_made_for_us_alone)
{
    struct statedir *s;
    struct cause cause;
    ck_assert_int_eq(statedir_open(&s, &cause), OK);
    struct stat st;
    ck_assert_int_eq(stat(statedir_path(s), &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0700);
    uint8_t hash[20] = {0xab, 0xcd};
    char *path = statedir_torrent_path(s, hash, ".resume");
    char *wanted = xasprintf(
        "%s/tessera/torrents/abcd000000000000000000000000000000000000.resume",
        root);
    ck_assert_str_eq(path, wanted);
    free(path);
    free(wanted);
    statedir_free(s);
}
END_TEST

static void touch(const char *name)
{
    char *path = xasprintf("%s/tessera/torrents/%s", root, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fclose(file);
    free(path);
}

START_TEST(list_has_each_hash_once_and_nothing_else)
{
    static const char *const names[] = {
        "ffffffffffffffffffffffffffffffffffffffff.x",
        "ffffffffffffffffffffffffffffffffffffffff.x.bak",
        "0000000000000000000000000000000000000001.x.bak",
        "0000000000000000000000000000000000000002.xy",
        "0000000000000000000000000000000000000003.x.tmp",
        "0000000000000000000000000000000000000004.y",
        "000000000000000000000000000000000000000g.x",
        "short.x"};
    enum { N = sizeof names / sizeof names[0] };
    struct statedir *s;
    struct cause cause;
    ck_assert_int_eq(statedir_open(&s, &cause), OK);
    for (size_t i = 0; i < N; i++)
        touch(names[i]);
    uint8_t(*hashes)[20];
    size_t n;
    ck_assert_int_eq(statedir_list(s, ".x", &hashes, &n, &cause), OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(hashes[0][19], 1);
    ck_assert_uint_eq(hashes[1][0], 0xff);
    free(hashes);
    for (size_t i = 0; i < N; i++) {
        char *below = xasprintf("/tessera/torrents/%s", names[i]);
        remove_at(below);
        free(below);
    }
    remove_at("/tessera/torrents");
    ck_assert_int_eq(statedir_list(s, ".x", &hashes, &n, &cause), ERR_SYS);
    statedir_free(s);
}
END_TEST

START_TEST(port_is_chosen_once_and_kept)
{
    struct statedir *s;
    struct cause cause;
    uint64_t seed = 1;
    struct rng rng = rng_seeded(&seed);
    ck_assert_int_eq(statedir_open(&s, &cause), OK);
    uint16_t port = statedir_port(s, &rng);
    ck_assert_uint_ge(port, STATEDIR_PORT_MIN);
    ck_assert_uint_eq(statedir_port(s, &rng), port);
    statedir_free(s);
}
END_TEST

START_TEST(port_file_with_nonsense_is_replaced)
{
    static const char *const contents[] = {"", "x", "-1", "80", "99999999"};
    struct statedir *s;
    struct cause cause;
    uint64_t seed = 2;
    struct rng rng = rng_seeded(&seed);
    ck_assert_int_eq(statedir_open(&s, &cause), OK);
    char *path = xasprintf("%s/port", statedir_path(s));
    ck_assert_int_eq(atomic_replace(path, contents[_i], strlen(contents[_i]),
                                    0600, &cause),
                     OK);
    uint16_t port = statedir_port(s, &rng);
    ck_assert_uint_ge(port, STATEDIR_PORT_MIN);
    ck_assert_uint_eq(statedir_port(s, &rng), port);
    free(path);
    statedir_free(s);
}
END_TEST

START_TEST(no_absolute_path_is_an_error_that_says_so)
{
    struct statedir *s;
    struct cause cause;
    setenv("XDG_STATE_HOME", "relative", 1);
    unsetenv("HOME");
    ck_assert_int_eq(statedir_open(&s, &cause), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "XDG_STATE_HOME"));
}
END_TEST

/* The folder itself, or the one in it. */
START_TEST(state_folder_that_is_a_file_is_named)
{
    struct statedir *s;
    struct cause cause;
    char *path = xasprintf("%s/tessera%s", root, _i == 1 ? "/torrents" : "");
    if (_i == 1) {
        char *above = xasprintf("%s/tessera", root);
        ck_assert_int_eq(mkdir(above, 0700), 0);
        free(above);
    }
    ck_assert_int_eq(atomic_replace(path, "x", 1, 0600, &cause), OK);
    ck_assert_int_eq(statedir_open(&s, &cause), ERR_SYS);
    ck_assert_ptr_nonnull(strstr(cause.text, path));
    free(path);
}
END_TEST

/* A link to a folder elsewhere is a folder. */
START_TEST(state_folder_behind_a_link_is_used)
{
    struct statedir *s;
    struct cause cause;
    char *behind = xasprintf("%s/behind", root);
    char *path = xasprintf("%s/tessera", root);
    ck_assert_int_eq(mkdir(behind, 0700), 0);
    ck_assert_int_eq(symlink(behind, path), 0);
    ck_assert_int_eq(statedir_open(&s, &cause), OK);
    statedir_free(s);
    free(behind);
    free(path);
    remove_at("/behind/torrents");
    remove_at("/behind");
}
END_TEST

Suite *statedir_suite(void)
{
    Suite *s = suite_create("statedir");
    TCase *tc = tcase_create("statedir");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, folders_are_made_for_us_alone);
    tcase_add_test(tc, torrents_are_locked_each_for_itself);
    tcase_add_test(tc, list_has_each_hash_once_and_nothing_else);
    tcase_add_test(tc, port_is_chosen_once_and_kept);
    tcase_add_loop_test(tc, port_file_with_nonsense_is_replaced, 0, 5);
    tcase_add_test(tc, no_absolute_path_is_an_error_that_says_so);
    tcase_add_loop_test(tc, state_folder_that_is_a_file_is_named, 0, 2);
    tcase_add_test(tc, state_folder_behind_a_link_is_used);
    suite_add_tcase(s, tc);
    return s;
}
