#include "config.h"

#include "disk/store.h"

#include "tests/disk/sample.h"
#include "tests/disk/suites.h"
#include "tests/disk/tmpdir.h"
#include "tests/fake/memstore.h"

#include <stdlib.h>
#include <string.h>

#include "disk/store_files.h"

static unsigned n_freed;

static void count_free(void *impl)
{
    ck_assert_ptr_eq(impl, &n_freed);
    n_freed++;
}

START_TEST(unref_last_frees_the_implementation)
{
    static const struct store_ops ops = {.free = count_free};
    struct store *s = store_new(&ops, &n_freed);
    n_freed = 0;
    ck_assert_ptr_eq(store_ref(s), s);
    store_unref(s);
    ck_assert_uint_eq(n_freed, 0);
    store_unref(s);
    ck_assert_uint_eq(n_freed, 1);
    store_unref(NULL);
}
END_TEST

START_TEST(open_existing_does_not_make_a_folder)
{
    struct sample sample = sample_default();
    char *dir = tmpdir_new();
    char *root = tmpdir_path(dir, "dl");
    struct store *s = NULL;
    struct cause cause;
    ck_assert_int_eq(store_files_open_existing(sample.meta, root, &s, &cause),
                     ERR_NOT_FOUND);
    ck_assert_ptr_null(s);
    ck_assert(!tmpdir_has(dir, "dl"));
    ck_assert_int_eq(store_files_open(sample.meta, root, &s, &cause), OK);
    ck_assert(tmpdir_has(dir, "dl"));
    store_unref(s);
    ck_assert_int_eq(store_files_open_existing(sample.meta, root, &s, &cause),
                     OK);
    store_unref(s);
    free(root);
    tmpdir_free(dir);
    sample_fini(&sample);
}
END_TEST

START_TEST(memory_store_behaves_as_files_do)
{
    struct sample sample = sample_default();
    struct memstore *m;
    struct store *s = memstore_new(sample.meta, &m);
    struct cause cause;
    struct store_stat st;
    uint8_t bytes[64];
    ck_assert_int_eq(store_read(s, 0, bytes, 64, &cause), ERR_TRUNCATED);
    ck_assert_int_eq(store_write(s, 99990, sample.content + 99990, 64, &cause),
                     OK);
    ck_assert_int_eq(store_read(s, 99990, bytes, 64, &cause), OK);
    ck_assert_mem_eq(bytes, sample.content + 99990, 64);
    ck_assert_int_eq(store_stat(s, 0, &st, &cause), OK);
    ck_assert_uint_eq(st.size_bytes, 100000);
    ck_assert_int_eq(store_stat(s, 3, &st, &cause), OK);
    ck_assert_uint_eq(st.size_bytes, 49);
    ck_assert_int_eq(store_stat(s, 4, &st, &cause), OK);
    ck_assert(!st.exists);
    ck_assert(!memstore_is_synced(m));
    ck_assert_int_eq(store_sync(s, &cause), OK);
    ck_assert(memstore_is_synced(m));
    memstore_set_space(m, 10);
    ck_assert_int_eq(store_write(s, 0, bytes, 11, &cause), ERR_NO_SPACE);
    ck_assert_int_eq(store_write(s, 0, bytes, 10, &cause), OK);
    memstore_fail(m, MEMSTORE_READ, 1, 1, ERR_SYS);
    ck_assert_int_eq(store_read(s, 0, bytes, 1, &cause), OK);
    ck_assert_int_eq(store_read(s, 0, bytes, 1, &cause), ERR_SYS);
    ck_assert_int_eq(store_read(s, 0, bytes, 1, &cause), OK);
    store_unref(s);
    sample_fini(&sample);
}
END_TEST

Suite *store_suite(void)
{
    Suite *s = suite_create("store");
    TCase *t = tcase_create("store");
    tcase_add_test(t, unref_last_frees_the_implementation);
    tcase_add_test(t, open_existing_does_not_make_a_folder);
    tcase_add_test(t, memory_store_behaves_as_files_do);
    suite_add_tcase(s, t);
    return s;
}
