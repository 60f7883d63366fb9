#include "config.h"

#include "meta/filelist.h"

#include "tests/meta/notation.h"
#include "tests/meta/suites.h"

#include <string.h>

#define N_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

#define FILES(list)                                                            \
    "{info: {files: [" list "], name: n, 'piece length': 16384,"               \
    " pieces: 'h'*20}}"
START_TEST(pads_take_bytes_and_no_names)
{
    struct metainfo *m = notation_torrent(
        "{info: {files: ["
        " {length: 10, path: [a]},"
        " {attr: p, length: 16374, path: ['.pad', '16374']},"
        " {length: 10, path: [b]},"
        " {attr: p, length: 16374},"
        " {length: 10, path: [c]},"
        " {length: 16374, path: ['_____padding_file_0_if you see this']}],"
        " name: n, 'piece length': 16384, pieces: 'h'*60}}");
    ck_assert_uint_eq(m->n_files, 6);
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(m->files[i].is_pad, i % 2 == 1);
        ck_assert(!m->files[i].was_renamed);
    }
    ck_assert_uint_eq(m->files[4].off, 32768);
    ck_assert_uint_eq(m->geo.size_bytes, 3 * 16384);
    metainfo_free(m);
}
END_TEST

START_TEST(symlinks_are_left_out)
{
    struct metainfo *m = notation_torrent(
        "{info: {files: ["
        " {attr: l, length: 0, path: [link], 'symlink path': ['..', etc]},"
        " {length: 10, path: [a]},"
        " {attr: lx, path: ['..']}],"
        " name: n, 'piece length': 16384, pieces: 'h'*20}}");
    ck_assert_uint_eq(m->n_files, 1);
    ck_assert_str_eq(m->files[0].path, "a");
    ck_assert_uint_eq(m->files[0].off, 0);
    metainfo_free(m);
}
END_TEST

START_TEST(names_are_made_safe_and_marked)
{
    struct metainfo *m =
        notation_torrent("{info: {files: ["
                         " {length: 1, path: ['', a, '.', 'b\\x5cc']},"
                         " {length: 1, path: [ok]}],"
                         " name: 'n\\xff', 'piece length': 16384,"
                         " pieces: 'h'*20}}");
    ck_assert_str_eq(m->files[0].path, "a/b_c");
    ck_assert(m->files[0].was_renamed);
    ck_assert(!m->files[1].was_renamed);
    ck_assert_str_eq(m->name, "n\xff");
    ck_assert_str_eq(m->dir, "n_");
    metainfo_free(m);
    m = notation_torrent(
        "{info: {length: 1, name: 'n\\xff', 'piece length': 16384,"
        " pieces: 'h'*20}}");
    ck_assert_str_eq(m->files[0].path, "n_");
    ck_assert(m->files[0].was_renamed);
    metainfo_free(m);
}
END_TEST

START_TEST(sum_of_lengths_overflows_30d7e336)
{
    struct metainfo *m = NULL;
    struct cause cause;
    ck_assert_int_eq(
        notation_parse(FILES("{length: 9223372036854775807, path: [a]},"
                             "{length: 9223372036854775807, path: [b]},"
                             "{length: 7, path: [c]}"),
                       &m, &cause),
        ERR_TOO_BIG);
    /* Each alone is allowed, the sum is one over the limit. */
    ck_assert_int_eq(notation_parse(FILES(
                                        "{length: 281474976710655, path: [a]},"
                                        "{length: 1, path: [b]}"),
                                    &m, &cause),
                     ERR_TOO_BIG);
    ck_assert_ptr_nonnull(strstr(cause.text, "number 2"));
}
END_TEST

START_TEST(empty_path_element_47458bd0)
{
    struct metainfo *m =
        notation_torrent(FILES("{length: 5, path: ['', 'a']}"));
    ck_assert_str_eq(m->files[0].path, "a");
    ck_assert(m->files[0].was_renamed);
    metainfo_free(m);
    m = NULL;
    ck_assert_int_eq(notation_parse(FILES("{length: 5, path: ['', '.', '']}"),
                                    &m, NULL),
                     ERR_UNSAFE_PATH);
}
END_TEST

START_TEST(duplicates_are_renamed_066b4861)
{
    struct metainfo *m =
        notation_torrent(FILES("{length: 1, path: ['a.txt']},"
                               "{length: 1, path: ['a.1.txt']},"
                               "{length: 1, path: ['a.txt']},"
                               "{length: 1, path: ['a.3.txt', in]},"
                               "{length: 1, path: ['a.txt']},"
                               "{length: 1, path: ['', 'a.txt']},"
                               "{length: 1, path: ['A.txt']}"));
    static const char *const want[] = {
        "a.txt",   "a.1.txt", "a.2.txt", "a.3.txt/in",
        "a.4.txt", "a.5.txt", "A.txt",
    };
    for (int i = 0; i < N_OF(want); i++) {
        ck_assert_str_eq(m->files[i].path, want[i]);
        ck_assert_int_eq(m->files[i].was_renamed, i == 2 || i == 4 || i == 5);
    }
    metainfo_free(m);
}
END_TEST

START_TEST(file_that_must_be_a_folder_066b4861)
{
    static const char *const lists[] = {
        FILES("{length: 1, path: [a]}, {length: 1, path: [a, b]}"),
        FILES("{length: 1, path: [a, b]}, {length: 1, path: [a]}"),
        FILES("{length: 1, path: [a]}, {length: 1, path: ['a b']},"
              "{length: 1, path: ['a!']}, {length: 1, path: [a, b, c]}"),
        FILES("{length: 1, path: [a]}, {length: 1, path: [a]},"
              "{length: 1, path: [a, b]}"),
        FILES("{length: 1, path: [x, a]}, {length: 1, path: ['x', 'a', '.',"
              " 'b']}"),
    };
    struct metainfo *m = NULL;
    struct cause cause;
    ck_assert_int_eq(notation_parse(lists[_i], &m, &cause), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "folder"));
}
END_TEST

/* ---- Bad lists: the code, and words that say which file ---- */

struct bad_case {
    const char *notation;
    enum err err;
    const char *word;
};

static const struct bad_case bad_cases[] = {
    {FILES(""), ERR_INVALID, "files"},
    {FILES("5"), ERR_INVALID, "number 1"},
    {FILES("{length: 5}"), ERR_INVALID, "path"},
    {FILES("{path: [a]}"), ERR_INVALID, "length"},
    {FILES("{length: 5, path: []}"), ERR_UNSAFE_PATH, "empty"},
    {FILES("{length: 5, path: a}"), ERR_INVALID, "path"},
    {FILES("{length: 5, path: [a, 5]}"), ERR_INVALID, "path"},
    {FILES("{length: 5, path: {a: b}}"), ERR_INVALID, "path"},
    {FILES("{length: 5, path: [a]}, {length: 5, path: ['..', b]}"),
     ERR_UNSAFE_PATH, "number 2"},
    {FILES("{length: 5, path: [a, '..', '..', b]}"), ERR_UNSAFE_PATH, "\"..\""},
    {FILES("{length: 5, path: ['a/../../b']}"), ERR_UNSAFE_PATH, "'/'"},
    {FILES("{length: 5, path: ['\\xc0\\xae\\xc0\\xae']}"), ERR_UNSAFE_PATH,
     "unsafe"},
    {FILES("{length: 5, path: ['a\\x00']}"), ERR_UNSAFE_PATH, "NUL"},
    {FILES("{length: 5, path: ['a\\x1b[2J']}"), ERR_UNSAFE_PATH, "control"},
    {FILES("{attr: p, length: -5, path: [a]}"), ERR_INVALID, "negative"},
};

START_TEST(read_bad_lists_are_refused_with_words)
{
    const struct bad_case *c = &bad_cases[_i];
    struct metainfo *m = NULL;
    struct cause cause = {.text = ""};
    enum err err = notation_parse(c->notation, &m, &cause);
    ck_assert_msg(err == c->err, "%s: %d, %s", c->notation, err, cause.text);
    ck_assert_msg(strstr(cause.text, c->word) != NULL, "%s: %s", c->notation,
                  cause.text);
    ck_assert_ptr_null(strpbrk(cause.text, "\n\x1b"));
}
END_TEST

static enum err parse_duplicates(int n)
{
    struct buf b;
    buf_init(&b, 1u << 20);
    ck_assert_int_eq(buf_append(&b, "d4:infod5:filesl", 16), OK);
    for (int i = 0; i < n; i++)
        ck_assert_int_eq(buf_printf(&b, "d6:lengthi1e4:pathl1:aee"), OK);
    ck_assert_int_eq(buf_printf(&b, "e4:name1:n12:piece lengthi16384e"
                                    "6:pieces20:hhhhhhhhhhhhhhhhhhhhee"),
                     OK);
    struct metainfo *m = NULL;
    enum err err = metainfo_parse(buf_bytes(&b), b.len, &m, NULL);
    buf_fini(&b);
    metainfo_free(m);
    return err;
}

START_TEST(duplicates_limit_is_exact)
{
    ck_assert_int_eq(parse_duplicates(501), OK);
    ck_assert_int_eq(parse_duplicates(502), ERR_TOO_BIG);
}
END_TEST

Suite *filelist_suite(void)
{
    Suite *s = suite_create("filelist");
    TCase *tc = tcase_create("filelist");
    tcase_add_test(tc, pads_take_bytes_and_no_names);
    tcase_add_test(tc, symlinks_are_left_out);
    tcase_add_test(tc, names_are_made_safe_and_marked);
    tcase_add_test(tc, sum_of_lengths_overflows_30d7e336);
    tcase_add_test(tc, empty_path_element_47458bd0);
    tcase_add_test(tc, duplicates_are_renamed_066b4861);
    tcase_add_loop_test(tc, file_that_must_be_a_folder_066b4861, 0, 5);
    tcase_add_loop_test(tc, read_bad_lists_are_refused_with_words, 0,
                        N_OF(bad_cases));
    tcase_add_test(tc, duplicates_limit_is_exact);
    suite_add_tcase(s, tc);
    return s;
}
