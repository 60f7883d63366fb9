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

static enum err try_parse(const char *notation, struct metainfo **out,
                          struct cause *cause)
{
    struct buf b;
    buf_init(&b, MAX_TEST_LEN);
    notation_write(&b, notation);
    enum err err = metainfo_parse(buf_bytes(&b), b.len, out, cause);
    buf_fini(&b);
    return err;
}

static struct metainfo *parse(const char *notation)
{
    struct metainfo *m = NULL;
    struct cause cause = {.text = ""};
    enum err err = try_parse(notation, &m, &cause);
    ck_assert_msg(err == OK, "%s", cause.text);
    return m;
}

/* ---- What is read ---- */

START_TEST(parse_single_file)
{
    struct metainfo *m = parse(
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
    free(path);
    metainfo_free(m);
}
END_TEST

START_TEST(parse_multi_file)
{
    struct metainfo *m =
        parse("{info: {files: ["
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
    struct metainfo *m =
        parse("{comment: 'c', 'comment.utf-8': 'c8', info: {files: [{length: 5,"
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
    ck_assert_int_eq(try_parse("{info: {files: [{length: 5, path: [a],"
                               " 'path.utf-8': ['..', x]}], name: n,"
                               " 'piece length': 16384, pieces: 'h'*20}}",
                               &m, NULL),
                     ERR_UNSAFE_PATH);
    ck_assert_int_eq(try_parse("{info: {length: 5, name: n,"
                               " 'name.utf-8': '../x',"
                               " 'piece length': 16384, pieces: 'h'*20}}",
                               &m, NULL),
                     ERR_UNSAFE_PATH);
}
END_TEST

START_TEST(pads_take_bytes_and_no_names)
{
    struct metainfo *m = parse(
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
    struct metainfo *m = parse(
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
    struct metainfo *m = parse("{info: {files: ["
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
    m = parse("{info: {length: 1, name: 'n\\xff', 'piece length': 16384,"
              " pieces: 'h'*20}}");
    ck_assert_str_eq(m->files[0].path, "n_");
    ck_assert(m->files[0].was_renamed);
    metainfo_free(m);
}
END_TEST

/* ---- Links ---- */

#define SMALL_INFO                                                             \
    "info: {length: 5, name: a, 'piece length': 16384, pieces: 'h'*20}"

START_TEST(trackers_by_tier)
{
    struct metainfo *m =
        parse("{announce: 'http://ignored/', announce-list: ["
              " ['http://a/x', 'udp://b:80'], [], ['', 'ftp://c/', 'wss://d/'],"
              " ['  HTTPS://e/\\x0a', 'http://a/x'], 'http://flat/',"
              " ['http://sp ace/', 'http://nl\\x0ax/', 'http://', 'http:///x',"
              "  'http', 5, []]], " SMALL_INFO "}");
    static const struct metainfo_tracker want[] = {
        {(char *)(uintptr_t) "http://a/x", 0},
        {(char *)(uintptr_t) "udp://b:80", 0},
        {(char *)(uintptr_t) "HTTPS://e/", 1},
        {(char *)(uintptr_t) "http://flat/", 2},
    };
    ck_assert_uint_eq(m->n_trackers, N_OF(want));
    for (int i = 0; i < N_OF(want); i++) {
        ck_assert_str_eq(m->trackers[i].url, want[i].url);
        ck_assert_uint_eq(m->trackers[i].tier, want[i].tier);
    }
    metainfo_free(m);
}
END_TEST

START_TEST(announce_when_the_list_gives_nothing)
{
    static const char *const lists[] = {
        "[]", "[[]]", "[['']]", "[['ftp://x/'], []]", "5", "'text'", "{}",
    };
    char text[300];
    snprintf(text, sizeof(text),
             "{announce: ' udp://t:1/announce', announce-list: %s, " SMALL_INFO
             "}",
             lists[_i]);
    struct metainfo *m = parse(text);
    ck_assert_uint_eq(m->n_trackers, 1);
    ck_assert_str_eq(m->trackers[0].url, "udp://t:1/announce");
    metainfo_free(m);
}
END_TEST

START_TEST(trackers_and_web_seeds_are_limited)
{
    struct buf b;
    buf_init(&b, MAX_TEST_LEN);
    ck_assert_int_eq(buf_printf(&b, "{announce-list: [["), OK);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(buf_printf(&b, "'http://t/%d',", i), OK);
    ck_assert_int_eq(buf_printf(&b, "]], url-list: ["), OK);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(buf_printf(&b, "'http://s/%d',", i), OK);
    ck_assert_int_eq(buf_printf(&b, "'http://'], " SMALL_INFO "}"), OK);
    char *text = (char *)buf_take(&b, NULL);
    struct metainfo *m = parse(text);
    ck_assert_uint_eq(m->n_trackers, 256);
    ck_assert_uint_eq(m->n_web_seeds, 128);
    metainfo_free(m);
    free(text);

    /* One of the greatest length, one just longer. */
    char longs[5000];
    snprintf(longs, sizeof(longs),
             "{announce-list: [['http://%02041d', 'http://%02042d']], %s}", 1,
             1, SMALL_INFO);
    m = parse(longs);
    ck_assert_uint_eq(m->n_trackers, 1);
    ck_assert_uint_eq(strlen(m->trackers[0].url), 2048);
    metainfo_free(m);
}
END_TEST

START_TEST(web_seeds_string_or_list)
{
    struct metainfo *m = parse("{url-list: 'http://s/f', " SMALL_INFO "}");
    ck_assert_uint_eq(m->n_web_seeds, 1);
    ck_assert_str_eq(m->web_seeds[0], "http://s/f");
    metainfo_free(m);
    m = parse("{url-list: ['', 'http://s/f', 'udp://s/', 'https://s/g',"
              " 'http://s/f', 7], " SMALL_INFO "}");
    ck_assert_uint_eq(m->n_web_seeds, 2);
    ck_assert_str_eq(m->web_seeds[1], "https://s/g");
    metainfo_free(m);
    m = parse("{url-list: '', " SMALL_INFO "}");
    ck_assert_uint_eq(m->n_web_seeds, 0);
    metainfo_free(m);
}
END_TEST

START_TEST(nodes_of_host_and_port)
{
    struct metainfo *m =
        parse("{nodes: [['h.example', 6881], ['::1', 65535], ['', 1], [x, 0],"
              " [x, 65536], [x, -1], [x], [], x, [6881, x], ['a b', 1], [x, "
              "y]], " SMALL_INFO "}");
    ck_assert_uint_eq(m->n_nodes, 2);
    ck_assert_str_eq(m->nodes[0].host, "h.example");
    ck_assert_uint_eq(m->nodes[0].port, 6881);
    ck_assert_str_eq(m->nodes[1].host, "::1");
    ck_assert_uint_eq(m->nodes[1].port, 65535);
    metainfo_free(m);
}
END_TEST

/* ---- Bad input: the code, and words that say which field ---- */

struct bad_case {
    const char *notation;
    enum err err;
    const char *word;
};

#define FILES(list)                                                            \
    "{info: {files: [" list "], name: n, 'piece length': 16384,"               \
    " pieces: 'h'*20}}"
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
    enum err err = try_parse(c->notation, &m, &cause);
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
        try_parse(SINGLE("length: -1, 'piece length': 16384, pieces: 'h'*20"),
                  &m, &cause),
        ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "negative"));
}
END_TEST

START_TEST(sum_of_lengths_overflows_30d7e336)
{
    struct metainfo *m = NULL;
    struct cause cause;
    ck_assert_int_eq(try_parse(FILES("{length: 9223372036854775807, path: [a]},"
                                     "{length: 9223372036854775807, path: [b]},"
                                     "{length: 7, path: [c]}"),
                               &m, &cause),
                     ERR_TOO_BIG);
    /* Each alone is allowed, the sum is one over the limit. */
    ck_assert_int_eq(try_parse(FILES("{length: 281474976710655, path: [a]},"
                                     "{length: 1, path: [b]}"),
                               &m, &cause),
                     ERR_TOO_BIG);
    ck_assert_ptr_nonnull(strstr(cause.text, "number 2"));
}
END_TEST

START_TEST(piece_length_beyond_32_bits_93109c55)
{
    struct metainfo *m = NULL;
    struct cause cause;
    ck_assert_int_eq(try_parse(SINGLE("length: 5, 'piece length': 4294983680,"
                                      " pieces: 'h'*20"),
                               &m, &cause),
                     ERR_TOO_BIG);
    ck_assert_ptr_nonnull(strstr(cause.text, "4294983680"));
}
END_TEST

START_TEST(empty_path_element_47458bd0)
{
    struct metainfo *m = parse(FILES("{length: 5, path: ['', 'a']}"));
    ck_assert_str_eq(m->files[0].path, "a");
    ck_assert(m->files[0].was_renamed);
    metainfo_free(m);
    m = NULL;
    ck_assert_int_eq(try_parse(FILES("{length: 5, path: ['', '.', '']}"), &m,
                               NULL),
                     ERR_UNSAFE_PATH);
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

START_TEST(duplicates_are_renamed_066b4861)
{
    struct metainfo *m = parse(FILES("{length: 1, path: ['a.txt']},"
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
    ck_assert_int_eq(try_parse(lists[_i], &m, &cause), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "folder"));
}
END_TEST

/* ---- Limits ---- */

static enum err parse_duplicates(int n)
{
    struct buf b;
    buf_init(&b, MAX_TEST_LEN);
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
    tcase_add_test(tc, sum_of_lengths_overflows_30d7e336);
    tcase_add_test(tc, piece_length_beyond_32_bits_93109c55);
    tcase_add_test(tc, empty_path_element_47458bd0);
    tcase_add_test(tc, string_longer_than_the_input_d65158dd);
    tcase_add_test(tc, duplicates_are_renamed_066b4861);
    tcase_add_loop_test(tc, file_that_must_be_a_folder_066b4861, 0, 5);
}

Suite *metainfo_suite(void)
{
    Suite *s = suite_create("metainfo");
    TCase *tc = tcase_create("read");
    tcase_add_test(tc, parse_single_file);
    tcase_add_test(tc, parse_multi_file);
    tcase_add_test(tc, info_hash_is_of_the_raw_bytes);
    tcase_add_test(tc, parse_trailing_bytes_are_tolerated);
    tcase_add_test(tc, utf8_variants_are_preferred);
    tcase_add_test(tc, utf8_variants_are_checked_too);
    tcase_add_test(tc, pads_take_bytes_and_no_names);
    tcase_add_test(tc, symlinks_are_left_out);
    tcase_add_test(tc, names_are_made_safe_and_marked);
    tcase_add_test(tc, trackers_by_tier);
    tcase_add_loop_test(tc, announce_when_the_list_gives_nothing, 0, 7);
    tcase_add_test(tc, trackers_and_web_seeds_are_limited);
    tcase_add_test(tc, web_seeds_string_or_list);
    tcase_add_test(tc, nodes_of_host_and_port);
    suite_add_tcase(s, tc);

    tc = tcase_create("bad input");
    tcase_add_loop_test(tc, parse_bad_torrents_are_refused_with_words, 0,
                        N_OF(bad_cases));
    add_regressions(tc);
    tcase_add_test(tc, duplicates_limit_is_exact);
    tcase_add_test(tc, parse_file_size_limit);
    tcase_add_test(tc, parse_deep_nesting);
    tcase_add_test(tc, parse_large_torrent);
    tcase_add_test(tc, parse_truncated_at_every_byte);
    suite_add_tcase(s, tc);
    return s;
}
