#include "config.h"

#include "tests/model/suites.h"

#include "meta/metainfo.h"
#include "model/filetable.h"

#include <stdlib.h>
#include <string.h>

/* Two files in a folder, and between them 1000 bytes of padding; pieces of 16 KiB. */
static struct metainfo *two_files(void)
{
    char text[512];
    static const char head[] = "d4:infod5:filesl"
                               "d6:lengthi20000e4:pathl3:sub6:a\xc3\xa9.txee"
                               "d4:attr1:p6:lengthi1000e4:pathl4:.pad4:1000ee"
                               "d6:lengthi0e4:pathl5:emptyee"
                               "d6:lengthi30000e4:pathl8:b\xe2\x80\xaex"
                               "\xee\x80\x80"
                               "ee"
                               "e4:name3:dir12:piece lengthi16384e6:pieces80:";
    size_t n = sizeof head - 1;
    memcpy(text, head, n);
    memset(text + n, 'h', 80);
    memcpy(text + n + 80, "ee", 2);
    struct metainfo *meta;
    struct cause cause;
    enum err err = metainfo_parse(text, n + 82, &meta, &cause);
    ck_assert_msg(err == OK, "%s", err == OK ? "" : cause.text);
    return meta;
}

START_TEST(table_outlives_its_torrent)
{
    struct metainfo *meta = two_files();
    struct filetable *t = filetable_new(meta);
    metainfo_free(meta);
    ck_assert_uint_eq(t->n_files, 4);
    ck_assert_str_eq(t->files[0].path, "dir/sub/a\xc3\xa9.tx");
    ck_assert_uint_eq(t->files[0].first_piece, 0);
    ck_assert_uint_eq(t->files[0].last_piece, 1);
    ck_assert(t->files[1].is_pad);
    ck_assert_uint_eq(t->files[2].size_bytes, 0);
    ck_assert_uint_eq(t->files[3].off, 21000);
    ck_assert_uint_eq(t->files[3].size_bytes, 30000);
    ck_assert_uint_eq(t->files[3].first_piece, 1);
    ck_assert_uint_eq(t->files[3].last_piece, 3);
    filetable_unref(t);
}
END_TEST

START_TEST(paths_hold_nothing_a_terminal_obeys)
{
    struct metainfo *meta = two_files();
    struct filetable *t = filetable_new(meta);
    ck_assert_ptr_null(strstr(t->files[3].path, "\xe2\x80\xae"));
    ck_assert_int_eq(strncmp(t->files[3].path, "dir/b", 5), 0);
    /* As it is on disk it is for programs. */
    char *raw = metainfo_disk_path(meta, 3);
    ck_assert_str_eq(t->files[3].disk_path, raw);
    ck_assert_str_ne(t->files[3].disk_path, t->files[3].path);
    ck_assert_str_eq(t->files[2].disk_path, "dir/empty");
    free(raw);
    filetable_unref(t);
    metainfo_free(meta);
}
END_TEST

START_TEST(each_reference_keeps_it)
{
    struct metainfo *meta = two_files();
    struct filetable *t = filetable_new(meta);
    ck_assert_ptr_eq(filetable_ref(t), t);
    filetable_unref(t);
    ck_assert_str_eq(t->files[2].path, "dir/empty");
    filetable_unref(t);
    filetable_unref(NULL);
    metainfo_free(meta);
}
END_TEST

Suite *filetable_suite(void)
{
    Suite *s = suite_create("filetable");
    TCase *tc = tcase_create("filetable");
    tcase_add_test(tc, table_outlives_its_torrent);
    tcase_add_test(tc, paths_hold_nothing_a_terminal_obeys);
    tcase_add_test(tc, each_reference_keeps_it);
    suite_add_tcase(s, tc);
    return s;
}
