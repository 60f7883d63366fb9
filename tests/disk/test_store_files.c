#include "config.h"

#include "disk/store_files.h"

#include "tests/disk/faults.h"
#include "tests/disk/sample.h"
#include "tests/disk/suites.h"
#include "tests/disk/tmpdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/xalloc.h"

static char *dir;
static struct sample sample;
static struct store *store;
static struct cause cause;

static void open_store(void)
{
    char *root = tmpdir_path(dir, "dl");
    enum err err = store_files_open(sample.meta, root, &store, &cause);
    ck_assert_msg(err == OK, "%s", cause.text);
    free(root);
}

static void setup(void)
{
    dir = tmpdir_new();
    sample = sample_default();
    cause.text[0] = '\0';
    faults_clear();
    open_store();
}

static void teardown(void)
{
    faults_clear();
    store_unref(store);
    sample_fini(&sample);
    tmpdir_free(dir);
}

/* Use another torrent than the default one. */
static void use_sample(struct sample other)
{
    store_unref(store);
    sample_fini(&sample);
    sample = other;
    open_store();
}

static enum err write_range(uint64_t off, size_t len)
{
    return store_write(store, off, sample.content + off, len, &cause);
}

static void write_all(void)
{
    size_t len = (size_t)sample.meta->geo.size_bytes;
    enum err err = write_range(0, len);
    ck_assert_msg(err == OK, "%s", cause.text);
}

static enum err read_range(uint64_t off, size_t len, bool *same_out)
{
    uint8_t *bytes = xmalloc(len);
    memset(bytes, 0xa5, len);
    enum err err = store_read(store, off, bytes, len, &cause);
    *same_out = err == OK && memcmp(bytes, sample.content + off, len) == 0;
    free(bytes);
    return err;
}

static void assert_all_reads_back(void)
{
    bool same = false;
    size_t len = (size_t)sample.meta->geo.size_bytes;
    enum err err = read_range(0, len, &same);
    ck_assert_msg(err == OK, "%s", cause.text);
    ck_assert(same);
}

static void assert_file_is(size_t file_idx, const char *name)
{
    const struct metainfo_file *file = &sample.meta->files[file_idx];
    ck_assert(tmpdir_is(dir, name, sample.content + file->off,
                        (size_t)file->size_bytes));
}

static void assert_says(const char *words)
{
    ck_assert_msg(strstr(cause.text, words) != NULL, "'%s' lacks '%s'",
                  cause.text, words);
}

START_TEST(write_whole_torrent_makes_files)
{
    write_all();
    assert_file_is(0, "dl/t/a");
    assert_file_is(1, "dl/t/d/b");
    assert_file_is(3, "dl/t/d/e/c");
    assert_file_is(4, "dl/t/z");
    ck_assert(!tmpdir_has(dir, "dl/t/d/empty")); /* prepare makes it */
    assert_all_reads_back();
}
END_TEST

START_TEST(write_random_ranges_reads_back_like_memory)
{
    uint64_t size_bytes = sample.meta->geo.size_bytes;
    uint8_t *model = xzalloc((size_t)size_bytes);
    uint8_t *bytes = xmalloc((size_t)size_bytes);
    uint32_t x = 42; /* the seed */
    write_all();
    memcpy(model, sample.content, (size_t)size_bytes);
    for (int step = 0; step < 400; step++) {
        x = x * 1664525u + 1013904223u;
        uint64_t off = (x >> 3) % size_bytes;
        x = x * 1664525u + 1013904223u;
        size_t len = (size_t)((x >> 3) % (size_bytes - off)) + 1;
        if (step % 2 == 0) {
            memset(bytes, step, len);
            memset(model + off, step, len);
            ck_assert_int_eq(store_write(store, off, bytes, len, &cause), OK);
        } else {
            ck_assert_int_eq(store_read(store, off, bytes, len, &cause), OK);
            ck_assert_msg(memcmp(bytes, model + off, len) == 0,
                          "seed 42, step %d", step);
        }
        if (step % 50 == 0)
            store_close_files(store);
    }
    free(model);
    free(bytes);
}
END_TEST

START_TEST(write_moves_each_file_with_one_call)
{
    if (!FAULTS_WORK)
        return;
    /* Files a, b and c: all that piece 3 touches. */
    ck_assert_int_eq(write_range(3 * SAMPLE_PIECE_LEN, SAMPLE_PIECE_LEN), OK);
    ck_assert_uint_eq(faults_n_calls(FAULT_PWRITE), 3);
}
END_TEST

START_TEST(read_absent_or_short_file_is_truncated)
{
    bool same;
    ck_assert_int_eq(read_range(0, 10, &same), ERR_TRUNCATED);
    assert_says("dl/t/a");
    tmpdir_write(dir, "dl/t/a", sample.content, 999);
    ck_assert_int_eq(read_range(0, 1000, &same), ERR_TRUNCATED);
    assert_says("dl/t/a: shorter than it should be");
    ck_assert_int_eq(read_range(0, 999, &same), OK);
    ck_assert(same);
    ck_assert_int_eq(read_range(99990, 20, &same), ERR_TRUNCATED);
}
END_TEST

START_TEST(write_into_longer_file_keeps_its_tail)
{
    uint8_t *longer = xzalloc(100010);
    memset(longer + 100000, 'x', 10);
    tmpdir_write(dir, "dl/t/a", longer, 100010);
    write_all();
    memcpy(longer, sample.content, 100000);
    ck_assert(tmpdir_is(dir, "dl/t/a", longer, 100010));
    assert_all_reads_back();
    free(longer);
}
END_TEST

START_TEST(write_into_existing_file_keeps_the_rest)
{
    tmpdir_write(dir, "dl/t/a", "0123456789", 10);
    ck_assert_int_eq(write_range(3, 2), OK);
    uint8_t want[10];
    memcpy(want, "0123456789", sizeof want);
    memcpy(want + 3, sample.content + 3, 2);
    ck_assert(tmpdir_is(dir, "dl/t/a", want, sizeof want));
}
END_TEST

START_TEST(padding_reads_zero_and_is_not_written)
{
    static const struct sample_file files[] = {
        {.path = "a", .size_bytes = 20000},
        {.path = ".pad/12768", .size_bytes = 12768, .attr = "p"},
        {.path = "b", .size_bytes = 100},
    };
    use_sample(sample_new(files, 3, SAMPLE_PIECE_LEN));
    write_all();
    ck_assert(!tmpdir_has(dir, "dl/t/.pad"));
    assert_file_is(2, "dl/t/b");
    assert_all_reads_back();
    struct store_stat st;
    ck_assert_int_eq(store_stat(store, 1, &st, &cause), OK);
    ck_assert(st.exists);
    ck_assert_uint_eq(st.size_bytes, 12768);
    ck_assert_int_eq(store_prepare(store, true, NULL, &cause), OK);
    ck_assert(!tmpdir_has(dir, "dl/t/.pad"));
}
END_TEST

static size_t n_descriptors(void)
{
    DIR *fds = opendir("/proc/self/fd");
    size_t n = 0;
    while (fds != NULL && readdir(fds) != NULL)
        n++;
    if (fds != NULL)
        closedir(fds);
    return n;
}

START_TEST(many_files_keep_descriptors_bounded)
{
    enum { N_FILES = 200, FILE_LEN = 1000 };
    static struct sample_file files[N_FILES];
    static char names[N_FILES][16];
    for (size_t i = 0; i < N_FILES; i++) {
        snprintf(names[i], sizeof names[i], "d%zu/f%zu", i % 7, i);
        files[i] =
            (struct sample_file){.path = names[i], .size_bytes = FILE_LEN};
    }
    use_sample(sample_new(files, N_FILES, SAMPLE_PIECE_LEN));
    size_t before = n_descriptors();
    write_all();
    assert_all_reads_back();
    size_t during = n_descriptors();
    ck_assert_uint_le(during, before + STORE_FILES_MAX_OPEN);
    if (before > 0)
        ck_assert_uint_ge(during, before + STORE_FILES_MAX_OPEN / 2);
    ck_assert_int_eq(store_sync(store, &cause), OK); /* evicted ones too */
    store_close_files(store);
    ck_assert_uint_lt(n_descriptors(), before + 1);
    assert_all_reads_back();
}
END_TEST

/* ---- What lies where a file should ---- */

START_TEST(link_in_place_of_file_or_folder_is_refused)
{
    bool same;
    tmpdir_write(dir, "outside/c", "secret", 6);
    char *folder = tmpdir_path(dir, "dl/t");
    char *link_path = tmpdir_path(dir, "dl/t/d");
    ck_assert_int_eq(mkdir(folder, 0777), 0);
    ck_assert_int_eq(symlink("../../outside", link_path), 0);
    ck_assert_int_eq(write_range(100000, 5), ERR_UNSAFE_PATH);
    assert_says("dl/t/d/b: it, or a folder above it, is a link");
    ck_assert_int_eq(read_range(100000, 5, &same), ERR_UNSAFE_PATH);
    ck_assert_int_eq(store_prepare(store, false, NULL, &cause),
                     ERR_UNSAFE_PATH);
    ck_assert(!tmpdir_has(dir, "outside/b"));
    ck_assert(!tmpdir_has(dir, "outside/empty"));
    struct store_stat st;
    ck_assert_int_eq(store_stat(store, 1, &st, &cause), OK);
    ck_assert(!st.exists);
    ck_assert(st.is_unusable);
    free(folder);
    free(link_path);
}
END_TEST

START_TEST(folder_swapped_for_link_is_refused_when_reopened)
{
    write_all();
    store_close_files(store);
    char *real = tmpdir_path(dir, "dl/t/d");
    char *away = tmpdir_path(dir, "elsewhere");
    ck_assert_int_eq(rename(real, away), 0);
    ck_assert_int_eq(symlink(away, real), 0);
    ck_assert_int_eq(write_range(100000, 5), ERR_UNSAFE_PATH);
    ck_assert_int_eq(unlink(real), 0);
    ck_assert_int_eq(rename(away, real), 0);
    ck_assert_int_eq(write_range(100000, 5), OK);
    free(real);
    free(away);
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
    bool same;
    tmpdir_write(dir, "dl/t/a/below", "x", 1); /* a folder named a */
    ck_assert_int_eq(write_range(0, 1), ERR_UNSAFE_PATH);
    assert_says("dl/t/a: a folder is where the file must be");
    tmpdir_write(dir, "dl/t/d", "x", 1); /* a file named d */
    ck_assert_int_eq(write_range(100000, 1), ERR_INVALID);
    assert_says("dl/t/d/b: a file is where a folder must be");
    char *fifo = tmpdir_path(dir, "dl/t/z");
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    uint64_t off = sample.meta->files[4].off;
    ck_assert_int_eq(write_range(off, 1), ERR_UNSAFE_PATH);
    ck_assert_int_eq(read_range(off, 1, &same), ERR_UNSAFE_PATH);
    assert_says("dl/t/z: not a regular file");
    free(fifo);
}
END_TEST

START_TEST(names_in_words_are_cleaned)
{
    static const struct sample_file files[] = {{.path = "a\xe2\x80\xae"
                                                        "b",
                                                .size_bytes = 10}};
    bool same;
    use_sample(sample_new(files, 1, SAMPLE_PIECE_LEN));
    ck_assert_int_eq(read_range(0, 10, &same), ERR_TRUNCATED);
    ck_assert_ptr_null(strstr(cause.text, "\xe2\x80\xae"));
}
END_TEST

START_TEST(folder_that_vanished_is_not_made_again)
{
    ck_assert_int_eq(write_range(0, 10), OK);
    char *root = tmpdir_path(dir, "dl");
    char *away = tmpdir_path(dir, "away");
    ck_assert_int_eq(rename(root, away), 0);
    /* The file is open still, and takes bytes; the sync tells. */
    ck_assert_int_eq(store_sync(store, &cause), ERR_NOT_FOUND);
    assert_says("volume missing");
    ck_assert_int_eq(write_range(100000, 5), ERR_NOT_FOUND);
    store_close_files(store);
    ck_assert_int_eq(write_range(0, 10), ERR_NOT_FOUND);
    ck_assert_int_eq(store_prepare(store, false, NULL, &cause), ERR_NOT_FOUND);
    ck_assert(!tmpdir_has(dir, "dl"));
    ck_assert_int_eq(rename(away, root), 0);
    ck_assert_int_eq(write_range(0, 10), OK);
    ck_assert_int_eq(store_sync(store, &cause), OK);
    free(root);
    free(away);
}
END_TEST

START_TEST(read_only_folder_says_permission)
{
    if (geteuid() == 0)
        return; /* root may write everywhere */
    char *root = tmpdir_path(dir, "dl");
    ck_assert_int_eq(chmod(root, 0500), 0);
    ck_assert_int_eq(store_prepare(store, false, NULL, &cause), ERR_SYS);
    assert_says("Permission denied");
    ck_assert_int_eq(write_range(0, 10), ERR_SYS);
    ck_assert_int_eq(chmod(root, 0700), 0);
    free(root);
}
END_TEST

/* ---- Preparing ---- */

START_TEST(prepare_makes_only_empty_files)
{
    ck_assert_int_eq(store_prepare(store, false, NULL, &cause), OK);
    ck_assert(tmpdir_is(dir, "dl/t/d/empty", "", 0));
    ck_assert(!tmpdir_has(dir, "dl/t/a"));
    ck_assert(!tmpdir_has(dir, "dl/t/d/e"));
    tmpdir_write(dir, "dl/t/d/empty", "kept", 4);
    ck_assert_int_eq(store_prepare(store, false, NULL, &cause), OK);
    ck_assert(tmpdir_is(dir, "dl/t/d/empty", "kept", 4));
}
END_TEST

START_TEST(prepare_with_preallocate_reserves_wanted_files)
{
    struct bitset *wanted = bitset_new(sample.meta->n_files);
    bitset_set(wanted, 0);
    bitset_set(wanted, 3);
    tmpdir_write(dir, "dl/t/a", "begun", 5);
    ck_assert_int_eq(store_prepare(store, true, wanted, &cause), OK);
    struct store_stat st;
    ck_assert_int_eq(store_stat(store, 0, &st, &cause), OK);
    ck_assert(st.size_bytes == 100000 || st.size_bytes == 5); /* fs cannot */
    ck_assert_int_eq(store_stat(store, 1, &st, &cause), OK);
    ck_assert(!st.exists);
    ck_assert(!tmpdir_has(dir, "dl/t/d/empty")); /* not wanted */
    size_t len;
    uint8_t *bytes = tmpdir_read(dir, "dl/t/a", &len);
    ck_assert(memcmp(bytes, "begun", 5) == 0);
    free(bytes);
    bitset_free(wanted);
}
END_TEST

START_TEST(prepare_without_fallocate_goes_on)
{
    if (!FAULTS_WORK)
        return;
    faults_set(FAULT_FALLOCATE, 0, 9, EOPNOTSUPP);
    ck_assert_int_eq(store_prepare(store, true, NULL, &cause), OK);
    ck_assert_uint_eq(faults_n_calls(FAULT_FALLOCATE), 1); /* not asked again */
    ck_assert(tmpdir_has(dir, "dl/t/d/empty"));
}
END_TEST

START_TEST(prepare_on_full_disk_names_the_file)
{
    if (!FAULTS_WORK)
        return;
    faults_set(FAULT_FALLOCATE, 1, 1, ENOSPC);
    ck_assert_int_eq(store_prepare(store, true, NULL, &cause), ERR_NO_SPACE);
    assert_says("dl/t/d/b");
}
END_TEST

/* ---- What the system says ---- */

START_TEST(short_and_interrupted_calls_are_continued)
{
    if (!FAULTS_WORK)
        return;
    for (unsigned skip = 0; skip < 6; skip++) {
        faults_set(FAULT_PWRITE, skip, 3, FAULT_SHORT);
        faults_set(FAULT_PREAD, skip, 3, FAULT_SHORT);
        write_all();
        assert_all_reads_back();
        faults_set(FAULT_PWRITE, skip, 5, EINTR);
        faults_set(FAULT_PREAD, skip, 5, EINTR);
        write_all();
        assert_all_reads_back();
    }
}
END_TEST

struct sys_case {
    enum fault_call call;
    int errnum;
    enum err err;
    const char *words;
};

static const struct sys_case sys_cases[] = {
    {FAULT_PWRITE, ENOSPC, ERR_NO_SPACE, "dl/t/a: cannot write: No space"},
    {FAULT_PWRITE, EDQUOT, ERR_NO_SPACE, "dl/t/a: cannot write"},
    {FAULT_PWRITE, EIO, ERR_SYS, "dl/t/a: cannot write: Input/output error"},
    {FAULT_PREAD, EIO, ERR_SYS, "dl/t/a: cannot read: Input/output error"},
};

START_TEST(refused_calls_name_file_and_reason)
{
    if (!FAULTS_WORK)
        return;
    const struct sys_case *c = &sys_cases[_i];
    bool same = false;
    write_all();
    /* After a short one too: no byte is claimed that did not go. */
    faults_set(c->call, 0, 1, FAULT_SHORT);
    faults_set(c->call, 1, 1, c->errnum);
    enum err err = c->call == FAULT_PWRITE ? write_range(0, 1000)
                                           : read_range(0, 1000, &same);
    ck_assert_int_eq(err, OK);
    faults_set(c->call, 0, 1, c->errnum);
    err = c->call == FAULT_PWRITE ? write_range(0, 1000)
                                  : read_range(0, 1000, &same);
    ck_assert_int_eq(err, c->err);
    assert_says(c->words);
    write_all();
    assert_all_reads_back();
}
END_TEST

START_TEST(file_size_limit_is_an_error)
{
    struct rlimit was;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
    struct rlimit tight = {.rlim_cur = 150000, .rlim_max = was.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &tight), 0);
    enum err err = write_range(0, (size_t)sample.meta->geo.size_bytes);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
    ck_assert_int_eq(err, ERR_SYS);
    assert_says("dl/t/d/e/c: cannot write: File too large");
}
END_TEST

START_TEST(sync_that_failed_never_succeeds_again)
{
    if (!FAULTS_WORK)
        return;
    write_all();
    faults_set(FAULT_FSYNC, 2, 1, EIO);
    ck_assert_int_eq(store_sync(store, &cause), ERR_SYS);
    assert_says("dl/t/d/e/c: cannot sync: Input/output error");
    for (int i = 0; i < 2; i++) {
        cause.text[0] = '\0';
        ck_assert_int_eq(store_sync(store, &cause), ERR_SYS);
        assert_says("dl/t/d/e/c: cannot sync: Input/output error");
        write_all();
    }
}
END_TEST

START_TEST(sync_syncs_what_was_written_since)
{
    if (!FAULTS_WORK)
        return;
    write_all();
    ck_assert_int_eq(store_sync(store, &cause), OK);
    ck_assert_uint_eq(faults_n_calls(FAULT_FSYNC), 4);
    ck_assert_int_eq(store_sync(store, &cause), OK);
    ck_assert_uint_eq(faults_n_calls(FAULT_FSYNC), 4);
    ck_assert_int_eq(write_range(0, 1), OK);
    faults_set(FAULT_FSYNC, 0, 1, EINTR);
    ck_assert_int_eq(store_sync(store, &cause), OK);
    ck_assert_uint_eq(faults_n_calls(FAULT_FSYNC), 6);
}
END_TEST

START_TEST(sync_after_file_was_removed_tells)
{
    ck_assert_int_eq(write_range(0, 10), OK);
    char *path = tmpdir_path(dir, "dl/t/a");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(store_sync(store, &cause), ERR_NOT_FOUND);
    assert_says("dl/t/a: was removed after it was written");
    ck_assert_int_eq(store_sync(store, &cause), ERR_NOT_FOUND);
    ck_assert_int_eq(write_range(0, 10), OK); /* makes it anew */
    ck_assert_int_eq(store_sync(store, &cause), OK);
    free(path);
}
END_TEST

START_TEST(stat_tells_size_and_time)
{
    struct store_stat before, after;
    ck_assert_int_eq(store_stat(store, 0, &before, &cause), OK);
    ck_assert(!before.exists);
    ck_assert(!before.is_unusable);
    ck_assert_int_eq(before.mtime_ns, 0);
    tmpdir_write(dir, "dl/t/a", "12345", 5);
    char *path = tmpdir_path(dir, "dl/t/a");
    struct timespec times[2] = {{.tv_sec = 1, .tv_nsec = 0},
                                {.tv_sec = 1700000000, .tv_nsec = 123000}};
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
    ck_assert_int_eq(store_stat(store, 0, &after, &cause), OK);
    ck_assert(after.exists);
    ck_assert_uint_eq(after.size_bytes, 5);
    ck_assert_int_eq(after.mtime_ns, INT64_C(1700000000000123000));
    free(path);
}
END_TEST

static void add_system_tests(Suite *s)
{
    TCase *t = tcase_create("system");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, short_and_interrupted_calls_are_continued);
    tcase_add_loop_test(t, refused_calls_name_file_and_reason, 0,
                        sizeof sys_cases / sizeof sys_cases[0]);
    tcase_add_test(t, file_size_limit_is_an_error);
    tcase_add_test(t, sync_that_failed_never_succeeds_again);
    tcase_add_test(t, sync_syncs_what_was_written_since);
    tcase_add_test(t, sync_after_file_was_removed_tells);
    tcase_add_test(t, stat_tells_size_and_time);
    suite_add_tcase(s, t);
}

Suite *store_files_suite(void)
{
    Suite *s = suite_create("store_files");
    TCase *t = tcase_create("files");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, write_whole_torrent_makes_files);
    tcase_add_test(t, write_random_ranges_reads_back_like_memory);
    tcase_add_test(t, write_moves_each_file_with_one_call);
    tcase_add_test(t, read_absent_or_short_file_is_truncated);
    tcase_add_test(t, write_into_longer_file_keeps_its_tail);
    tcase_add_test(t, write_into_existing_file_keeps_the_rest);
    tcase_add_test(t, padding_reads_zero_and_is_not_written);
    tcase_add_test(t, many_files_keep_descriptors_bounded);
    tcase_add_test(t, link_in_place_of_file_or_folder_is_refused);
    tcase_add_test(t, folder_swapped_for_link_is_refused_when_reopened);
    tcase_add_test(t, what_is_no_file_is_refused);
    tcase_add_test(t, names_in_words_are_cleaned);
    tcase_add_test(t, folder_that_vanished_is_not_made_again);
    tcase_add_test(t, read_only_folder_says_permission);
    tcase_add_test(t, prepare_makes_only_empty_files);
    tcase_add_test(t, prepare_with_preallocate_reserves_wanted_files);
    tcase_add_test(t, prepare_without_fallocate_goes_on);
    tcase_add_test(t, prepare_on_full_disk_names_the_file);
    suite_add_tcase(s, t);
    add_system_tests(s);
    return s;
}
