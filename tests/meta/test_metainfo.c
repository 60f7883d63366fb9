#include "config.h"

#include "meta/metainfo.h"

#include "tests/meta/notation.h"
#include "tests/meta/suites.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meta/bencode.h"
#include "util/hash.h"

#define N_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

static const size_t MAX_TEST_LEN = 64u << 20;

/* ---- What is read ---- */

START_TEST(parse_single_file)
{
    struct metainfo *m = notation_torrent(
        "{announce: 'http://t.example/announce', comment: 'hello',"
        " 'created by': 'maker 1', 'creation date': 1700000000,"
        " info: {length: 40000, name: 'a.bin', 'piece length': 16384,"
        "        pieces: 'abcdefghijklmnopqrst'*3, private: 1, source: 'S'}}");
    ck_assert_str_eq(m->name, "a.bin");
    ck_assert_ptr_null(m->dir);
    ck_assert_uint_eq(m->n_files, 1);
    ck_assert_str_eq(m->files[0].path, "a.bin");
    ck_assert_uint_eq(m->files[0].off, 0);
    ck_assert_uint_eq(m->files[0].size_bytes, 40000);
    ck_assert(!m->files[0].was_renamed && !m->files[0].is_pad);
    ck_assert_uint_eq(m->geo.n_pieces, 3);
    ck_assert_uint_eq(m->geo.last_piece_len, 40000 - 2 * 16384);
    ck_assert_mem_eq(metainfo_piece_hash(m, 2), "abcdefghijklmnopqrst", 20);
    ck_assert_uint_eq(m->n_trackers, 1);
    ck_assert_str_eq(m->trackers[0].url, "http://t.example/announce");
    ck_assert_uint_eq(m->trackers[0].tier, 0);
    ck_assert_str_eq(m->comment, "hello");
    ck_assert_str_eq(m->created_by, "maker 1");
    ck_assert_str_eq(m->source, "S");
    ck_assert_int_eq(m->created_wall, 1700000000);
    ck_assert(m->is_private);
    char *path = metainfo_disk_path(m, 0);
    ck_assert_str_eq(path, "a.bin");
    ck_assert_str_eq(metainfo_top(m), "a.bin");
    free(path);
    metainfo_free(m);
}
END_TEST

START_TEST(parse_multi_file)
{
    struct metainfo *m = notation_torrent(
        "{info: {files: ["
        "   {length: 10, path: ['one']},"
        "   {length: 0, path: ['d', 'empty']},"
        "   {length: 20000, path: ['d', 'two'], attr: 'xh'},"
        "   {length: 0, path: ['end']}],"
        "  name: 'top', 'piece length': 16384, pieces: 'h'*40}}");
    static const struct {
        const char *path;
        uint64_t off;
        uint64_t size_bytes;
    } want[] = {
        {"one", 0, 10},
        {"d/empty", 10, 0},
        {"d/two", 10, 20000},
        {"end", 20010, 0},
    };
    ck_assert_str_eq(m->dir, "top");
    ck_assert_uint_eq(m->n_files, 4);
    for (int i = 0; i < N_OF(want); i++) {
        ck_assert_str_eq(m->files[i].path, want[i].path);
        ck_assert_uint_eq(m->files[i].off, want[i].off);
        ck_assert_uint_eq(m->files[i].size_bytes, want[i].size_bytes);
        ck_assert_int_eq(m->files[i].is_executable, i == 2);
    }
    ck_assert_uint_eq(m->geo.size_bytes, 20010);
    ck_assert(!m->is_private);
    ck_assert_ptr_null(m->comment);
    ck_assert_int_eq(m->created_wall, 0);
    ck_assert_uint_eq(m->n_trackers, 0);
    char *path = metainfo_disk_path(m, 2);
    ck_assert_str_eq(path, "top/d/two");
    ck_assert_str_eq(metainfo_top(m), "top");
    free(path);

    ck_assert_uint_eq(metainfo_file_at(m, 0), 0);
    ck_assert_uint_eq(metainfo_file_at(m, 9), 0);
    ck_assert_uint_eq(metainfo_file_at(m, 10), 2);
    ck_assert_uint_eq(metainfo_file_at(m, 20009), 2);
    ck_assert_uint_eq(metainfo_file_at(m, 20010), 4);
    ck_assert_uint_eq(metainfo_file_at(m, UINT64_MAX), 4);
    uint32_t first, last;
    metainfo_file_pieces(m, 0, &first, &last);
    ck_assert(first == 0 && last == 0);
    metainfo_file_pieces(m, 2, &first, &last);
    ck_assert(first == 0 && last == 1);
    metainfo_free(m);
}
END_TEST

START_TEST(parts_walk_files_and_padding)
{
    struct metainfo *m = notation_torrent(
        "{info: {files: ["
        "   {length: 10, path: ['one']},"
        "   {length: 16374, path: ['.pad', '16374'], attr: 'p'},"
        "   {length: 0, path: ['empty']},"
        "   {length: 20000, path: ['two']},"
        "   {length: 5, path: ['three']}],"
        "  name: 'top', 'piece length': 16384, pieces: 'h'*60}}");
    static const struct metainfo_part want[] = {
        {0, 3, 7, false},
        {1, 0, 16374, true},
        {3, 0, 20000, false},
        {4, 0, 4, false},
    };
    uint64_t off = 3, end = 36388;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct metainfo_part part = metainfo_part_at(m, off, end - off);
        ck_assert_uint_eq(part.file_idx, want[i].file_idx);
        ck_assert_uint_eq(part.from, want[i].from);
        ck_assert_uint_eq(part.len, want[i].len);
        ck_assert_int_eq(part.is_pad, want[i].is_pad);
        off += part.len;
    }
    ck_assert_uint_eq(off, end);
    metainfo_free(m);
}
END_TEST

static const struct {
    size_t file_idx;
    uint64_t size_bytes;
    int first, last; /* -1: none */
} lacks[] = {
    {0, 0, 0, 0},     {0, 9, 0, 0},       {0, 10, -1, -1},
    {0, 11, -1, -1},  {1, 0, -1, -1},     {2, 0, 0, 2},
    {2, 16373, 0, 2}, {2, 16374, 1, 2},   {2, 32757, 1, 2},
    {2, 32758, 2, 2}, {2, 40000, -1, -1}, {2, UINT64_MAX, -1, -1},
    {3, 0, -1, -1},
};

START_TEST(lacking_pieces_are_those_behind_the_end)
{
    struct metainfo *m = notation_torrent(
        "{info: {files: ["
        "   {length: 10, path: ['one']},"
        "   {length: 0, path: ['empty']},"
        "   {length: 40000, path: ['two']},"
        "   {length: 100, path: ['.pad', '100'], attr: 'p'}],"
        "  name: 'top', 'piece length': 16384, pieces: 'h'*60}}");
    uint32_t first = 7, last = 7;
    bool is_short =
        metainfo_lacking_pieces(m, lacks[_i].file_idx, lacks[_i].size_bytes,
                                &first, &last);
    ck_assert(is_short == (lacks[_i].first >= 0));
    ck_assert_uint_eq(first, is_short ? (uint32_t)lacks[_i].first : 7);
    ck_assert_uint_eq(last, is_short ? (uint32_t)lacks[_i].last : 7);
    metainfo_free(m);
}
END_TEST

/* The hash is of the bytes as they are: order, duplicates, unknown keys. */
START_TEST(info_hash_is_of_the_raw_bytes)
{
    static const char info[] = "d6:pieces20:abcdefghijklmnopqrst4:name1:a"
                               "12:piece lengthi16384e6:lengthi5e1:zi1e"
                               "4:name1:be";
    char text[256];
    int len = snprintf(text, sizeof(text), "d4:zzzzi1e4:info%s3:endlee", info);
    struct metainfo *m = NULL;
    ck_assert_int_eq(metainfo_parse(text, (size_t)len, &m, NULL), OK);
    uint8_t want[SHA1_LEN];
    hash_sha1(info, strlen(info), want);
    ck_assert_mem_eq(m->info_hash, want, SHA1_LEN);
    ck_assert_str_eq(m->name, "a");
    ck_assert_uint_eq(m->info.len, strlen(info));
    ck_assert(m->info.p >= m->raw && m->info.p < m->raw + m->raw_len);
    metainfo_free(m);
}
END_TEST

START_TEST(parse_trailing_bytes_are_tolerated)
{
    struct buf b;
    buf_init(&b, MAX_TEST_LEN);
    notation_write(&b, "{info: {length: 5, name: a, 'piece length': 16384,"
                       " pieces: 'h'*20}}");
    ck_assert_int_eq(buf_append(&b, "\r\nx", 3), OK);
    struct metainfo *m = NULL;
    ck_assert_int_eq(metainfo_parse(buf_bytes(&b), b.len, &m, NULL), OK);
    metainfo_free(m);
    buf_fini(&b);
}
END_TEST

START_TEST(utf8_variants_are_preferred)
{
    struct metainfo *m = notation_torrent(
        "{comment: 'c', 'comment.utf-8': 'c8', info: {files: [{length: 5,"
        " path: ['\\xff'], 'path.utf-8': ['\\xc3\\xa4']}], name: '\\xfe',"
        " 'name.utf-8': 'n8', 'piece length': 16384, pieces: 'h'*20}}");
    ck_assert_str_eq(m->files[0].path, "\xc3\xa4");
    ck_assert_str_eq(m->dir, "n8");
    ck_assert_str_eq(m->comment, "c8");
    metainfo_free(m);
}
END_TEST

/* CVE-2007-1384: the variants are checked as the plain ones are. */
START_TEST(utf8_variants_are_checked_too)
{
    struct metainfo *m = NULL;
    ck_assert_int_eq(notation_parse("{info: {files: [{length: 5, path: [a],"
                                    " 'path.utf-8': ['..', x]}], name: n,"
                                    " 'piece length': 16384, pieces: 'h'*20}}",
                                    &m, NULL),
                     ERR_UNSAFE_PATH);
    ck_assert_int_eq(notation_parse("{info: {length: 5, name: n,"
                                    " 'name.utf-8': '../x',"
                                    " 'piece length': 16384, pieces: 'h'*20}}",
                                    &m, NULL),
                     ERR_UNSAFE_PATH);
}
END_TEST

/* ---- Bad input: the code, and words that say which field ---- */

struct bad_case {
    const char *notation;
    enum err err;
    const char *word;
};

#define SINGLE(fields) "{info: {name: n, " fields "}}"

static const struct bad_case bad_cases[] = {
    {"[]", ERR_INVALID, "not a dictionary"},
    {"5", ERR_INVALID, "not a dictionary"},
    {"{}", ERR_INVALID, "info"},
    {"{info: []}", ERR_INVALID, "info"},
    {"{info: {}}", ERR_INVALID, "name"},
    {"{info: {name: 5}}", ERR_INVALID, "name"},
    {"{info: {name: ''}}", ERR_UNSAFE_PATH, "name"},
    {"{info: {name: '..'}}", ERR_UNSAFE_PATH, "name"},
    {"{info: {name: '/etc/passwd'}}", ERR_UNSAFE_PATH, "name"},
    {"{info: {name: 'a\\x00b'}}", ERR_UNSAFE_PATH, "NUL"},
    {SINGLE("'piece length': 16384, pieces: 'h'*20"), ERR_INVALID, "length"},
    {SINGLE("length: x, 'piece length': 16384, pieces: 'h'*20"), ERR_INVALID,
     "length"},
    {SINGLE("length: 5, pieces: 'h'*20"), ERR_INVALID, "piece length"},
    {SINGLE("length: 5, 'piece length': 0, pieces: 'h'*20"), ERR_INVALID,
     "piece length"},
    {SINGLE("length: 5, 'piece length': -16384, pieces: 'h'*20"), ERR_INVALID,
     "piece length"},
    {SINGLE("length: 5, 'piece length': 1023, pieces: 'h'*20"), ERR_INVALID,
     "piece length"},
    {SINGLE("length: 5, 'piece length': 268435457, pieces: 'h'*20"),
     ERR_TOO_BIG, "piece length"},
    {SINGLE("length: 0, 'piece length': 16384, pieces: ''"), ERR_INVALID,
     "empty"},
    {SINGLE("length: 5, 'piece length': 16384"), ERR_INVALID, "pieces"},
    {SINGLE("length: 5, 'piece length': 16384, pieces: ''"), ERR_INVALID,
     "pieces"},
    {SINGLE("length: 5, 'piece length': 16384, pieces: 'h'*19"), ERR_INVALID,
     "pieces"},
    {SINGLE("length: 5, 'piece length': 16384, pieces: 'h'*21"), ERR_INVALID,
     "pieces"},
    {SINGLE("length: 5, 'piece length': 16384, pieces: 'h'*40"), ERR_INVALID,
     "pieces"},
    {SINGLE("length: 16385, 'piece length': 16384, pieces: 'h'*20"),
     ERR_INVALID, "pieces"},
    {SINGLE("length: 281474976710656, 'piece length': 268435456,"
            " pieces: 'h'*20"),
     ERR_TOO_BIG, "sizes"},
    {SINGLE("length: 34359738369, 'piece length': 16384, pieces: 'h'*20"),
     ERR_TOO_BIG, "pieces"},
    {SINGLE("files: 5, 'piece length': 16384, pieces: 'h'*20"), ERR_INVALID,
     "files"},
    {SINGLE("files: {}, 'piece length': 16384, pieces: 'h'*20"), ERR_INVALID,
     "files"},
    {"{info: {name: n, 'meta version': 2, 'file tree': {}}}", ERR_UNSUPPORTED,
     "version 2"},
    {"{info: {name: n, 'meta version': 3, pieces: 'h'*20}}", ERR_UNSUPPORTED,
     "meta version 3"},
};

START_TEST(parse_bad_torrents_are_refused_with_words)
{
    const struct bad_case *c = &bad_cases[_i];
    struct metainfo *untouched = (struct metainfo *)&bad_cases;
    struct metainfo *m = untouched;
    struct cause cause = {.text = ""};
    enum err err = notation_parse(c->notation, &m, &cause);
    ck_assert_msg(err == c->err, "%s: %d, %s", c->notation, err, cause.text);
    ck_assert_msg(strstr(cause.text, c->word) != NULL, "%s: %s", c->notation,
                  cause.text);
    ck_assert_ptr_null(strpbrk(cause.text, "\n\x1b"));
    ck_assert_ptr_eq(m, untouched);
}
END_TEST

/* Faults that other clients had; the numbers are of their fixes. */

START_TEST(negative_single_file_length_38f5c9c6)
{
    struct metainfo *m = NULL;
    struct cause cause;
    ck_assert_int_eq(
        notation_parse(SINGLE(
                           "length: -1, 'piece length': 16384, pieces: 'h'*20"),
                       &m, &cause),
        ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "negative"));
}
END_TEST

START_TEST(piece_length_beyond_32_bits_93109c55)
{
    struct metainfo *m = NULL;
    struct cause cause;
    ck_assert_int_eq(notation_parse(SINGLE(
                                        "length: 5, 'piece length': 4294983680,"
                                        " pieces: 'h'*20"),
                                    &m, &cause),
                     ERR_TOO_BIG);
    ck_assert_ptr_nonnull(strstr(cause.text, "4294983680"));
}
END_TEST

START_TEST(string_longer_than_the_input_d65158dd)
{
    static const char text[] = "d4:infod4:name2000000000:a";
    struct metainfo *m = NULL;
    ck_assert_int_eq(metainfo_parse(text, strlen(text), &m, NULL),
                     ERR_TRUNCATED);
}
END_TEST

/* ---- Limits ---- */

START_TEST(parse_file_size_limit)
{
    size_t len = METAINFO_MAX_LEN + 1;
    char *bytes = malloc(len);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, ' ', len);
    static const char text[] =
        "d4:infod6:lengthi5e4:name1:a12:piece lengthi16384e"
        "6:pieces20:hhhhhhhhhhhhhhhhhhhhee";
    memcpy(bytes, text, strlen(text));
    struct metainfo *m = NULL;
    ck_assert_int_eq(metainfo_parse(bytes, len, &m, NULL), ERR_TOO_BIG);
    ck_assert_int_eq(metainfo_parse(bytes, len - 1, &m, NULL), OK);
    metainfo_free(m);
    free(bytes);
}
END_TEST

START_TEST(parse_deep_nesting)
{
    char text[200] = "d1:a";
    memset(text + 4, 'l', 32);
    memset(text + 36, 'e', 33);
    struct metainfo *m = NULL;
    struct cause cause;
    ck_assert_int_eq(metainfo_parse(text, strlen(text), &m, &cause),
                     ERR_TOO_BIG);
    ck_assert_str_eq(cause.text, "not a torrent: byte 35: nested too deeply");
}
END_TEST

/* 100,000 files and 600,000 pieces: a quadratic step would take minutes. */
START_TEST(parse_large_torrent)
{
    enum { N_FILES = 100000, N_PIECES = 600000, FILE_LEN = 6 * 1024 };
    struct buf b;
    buf_init(&b, MAX_TEST_LEN);
    ck_assert_int_eq(buf_append(&b, "d4:infod5:filesl", 16), OK);
    for (int i = 0; i < N_FILES; i++)
        ck_assert_int_eq(buf_printf(&b, "d6:lengthi%de4:pathl3:%03d8:%08dee",
                                    FILE_LEN, i * 7919 % 1000,
                                    (int)((int64_t)i * 7919 % N_FILES)),
                         OK);
    ck_assert_int_eq(buf_printf(&b,
                                "e4:name1:n12:piece lengthi1024e"
                                "6:pieces%d:",
                                N_PIECES * 20),
                     OK);
    uint8_t *hashes;
    ck_assert_int_eq(buf_extend(&b, (size_t)N_PIECES * 20, &hashes), OK);
    memset(hashes, 'h', (size_t)N_PIECES * 20);
    ck_assert_int_eq(buf_append(&b, "ee", 2), OK);
    struct metainfo *m = NULL;
    struct cause cause;
    ck_assert_msg(metainfo_parse(buf_bytes(&b), b.len, &m, &cause) == OK, "%s",
                  cause.text);
    ck_assert_uint_eq(m->n_files, N_FILES);
    ck_assert_uint_eq(m->geo.n_pieces, N_PIECES);
    ck_assert_uint_eq(metainfo_file_at(m, (uint64_t)FILE_LEN * 77777), 77777);
    metainfo_free(m);
    buf_fini(&b);
}
END_TEST

START_TEST(parse_truncated_at_every_byte)
{
    struct buf b;
    buf_init(&b, MAX_TEST_LEN);
    notation_write(&b, "{announce-list: [['http://a/x'], ['udp://b:80']],"
                       " info: {files: [{length: 10, path: [d, a]},"
                       " {attr: p, length: 5}], name: n,"
                       " 'piece length': 16384, pieces: 'h'*20},"
                       " nodes: [[h, 5]], url-list: ['http://s/']}");
    for (size_t len = 0; len < b.len; len++) {
        struct metainfo *m = NULL;
        char *cut = malloc(len > 0 ? len : 1);
        ck_assert_ptr_nonnull(cut);
        memcpy(cut, buf_bytes(&b), len);
        ck_assert_int_eq(metainfo_parse(cut, len, &m, NULL), ERR_TRUNCATED);
        free(cut);
    }
    buf_fini(&b);
}
END_TEST

static void add_regressions(TCase *tc)
{
    tcase_add_test(tc, negative_single_file_length_38f5c9c6);
    tcase_add_test(tc, piece_length_beyond_32_bits_93109c55);
    tcase_add_test(tc, string_longer_than_the_input_d65158dd);
}

Suite *metainfo_suite(void)
{
    Suite *s = suite_create("metainfo");
    TCase *tc = tcase_create("read");
    tcase_add_test(tc, parse_single_file);
    tcase_add_test(tc, parse_multi_file);
    tcase_add_test(tc, parts_walk_files_and_padding);
    tcase_add_loop_test(tc, lacking_pieces_are_those_behind_the_end, 0,
                        sizeof lacks / sizeof *lacks);
    tcase_add_test(tc, info_hash_is_of_the_raw_bytes);
    tcase_add_test(tc, parse_trailing_bytes_are_tolerated);
    tcase_add_test(tc, utf8_variants_are_preferred);
    tcase_add_test(tc, utf8_variants_are_checked_too);
    suite_add_tcase(s, tc);

    tc = tcase_create("bad input");
    tcase_add_loop_test(tc, parse_bad_torrents_are_refused_with_words, 0,
                        N_OF(bad_cases));
    add_regressions(tc);
    tcase_add_test(tc, parse_file_size_limit);
    tcase_add_test(tc, parse_deep_nesting);
    tcase_add_test(tc, parse_large_torrent);
    tcase_add_test(tc, parse_truncated_at_every_byte);
    suite_add_tcase(s, tc);
    return s;
}
