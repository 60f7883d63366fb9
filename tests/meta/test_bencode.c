#include "config.h"

#include "meta/bencode.h"

#include "tests/meta/suites.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define N_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* ---- What is refused, where and as what ---- */

struct bad_case {
    const char *text;
    enum err err;
    size_t off;
};

static const struct bad_case bad_cases[] = {
    {"", ERR_TRUNCATED, 0},
    {"i", ERR_TRUNCATED, 1},
    {"i1", ERR_TRUNCATED, 2},
    {"i-", ERR_TRUNCATED, 2},
    {"ie", ERR_SYNTAX, 1},
    {"i-e", ERR_SYNTAX, 2},
    {"i--1e", ERR_SYNTAX, 2},
    {"i+1e", ERR_SYNTAX, 1},
    {"i 1e", ERR_SYNTAX, 1},
    {"i1 e", ERR_SYNTAX, 2},
    {"i1.5e", ERR_SYNTAX, 2},
    {"i0x10e", ERR_SYNTAX, 2},
    {"i00e", ERR_SYNTAX, 1},
    {"i01e", ERR_SYNTAX, 1},
    {"i-01e", ERR_SYNTAX, 2},
    {"i-0e", ERR_SYNTAX, 0},
    {"i9223372036854775808e", ERR_TOO_BIG, 0},
    {"i-9223372036854775809e", ERR_TOO_BIG, 0},
    {"i18446744073709551616e", ERR_TOO_BIG, 0},
    {"i99999999999999999999999999999999999999e", ERR_TOO_BIG, 0},
    {"4:abc", ERR_TRUNCATED, 0},
    {"1:", ERR_TRUNCATED, 0},
    {"1", ERR_TRUNCATED, 1},
    {"12", ERR_TRUNCATED, 2},
    {"01:a", ERR_SYNTAX, 0},
    {"00:", ERR_SYNTAX, 0},
    {"-1:a", ERR_SYNTAX, 0},
    {"1a:a", ERR_SYNTAX, 1},
    {"18446744073709551615:a", ERR_TRUNCATED, 0},
    {"18446744073709551616:a", ERR_TRUNCATED, 0},
    {"18446744073709551618:ab", ERR_TRUNCATED, 0},
    {"99999999999999999999999999999:a", ERR_TRUNCATED, 0},
    {"l", ERR_TRUNCATED, 1},
    {"li1e", ERR_TRUNCATED, 4},
    {"d", ERR_TRUNCATED, 1},
    {"e", ERR_SYNTAX, 0},
    {"x", ERR_SYNTAX, 0},
    {"\n", ERR_SYNTAX, 0},
    {"lxe", ERR_SYNTAX, 1},
    {"d1:ae", ERR_SYNTAX, 4},
    {"di1ei2ee", ERR_SYNTAX, 1},
    {"dl1:aei1ee", ERR_SYNTAX, 1},
    {"d1:ai1ei2ei3ee", ERR_SYNTAX, 7},
    {"d1:ad1:be1:ci1ee", ERR_SYNTAX, 8},
};

START_TEST(parse_bad_input_is_refused_at_its_byte)
{
    const struct bad_case *c = &bad_cases[_i];
    struct bencode v = {.num = 4711};
    struct bencode_error error = {0, NULL};
    enum err err =
        bencode_parse(c->text, strlen(c->text), &BENCODE_METAINFO, &v, &error);
    ck_assert_msg(err == c->err, "%s: %d", c->text, err);
    ck_assert_msg(error.off == c->off, "%s: at %zu", c->text, error.off);
    ck_assert_ptr_nonnull(error.what);
    ck_assert_int_eq(v.num, 4711); /* untouched */
}
END_TEST

/* ---- What is read ---- */

static struct bencode parse(const char *text, size_t len)
{
    struct bencode v;
    struct bencode_error error = {0, ""};
    enum err err = bencode_parse(text, len, &BENCODE_METAINFO, &v, &error);
    ck_assert_msg(err == OK, "%zu: %s", error.off, error.what);
    return v;
}

static struct bencode parse_text(const char *text)
{
    return parse(text, strlen(text));
}

START_TEST(parse_ints)
{
    static const struct {
        const char *text;
        int64_t num;
    } cases[] = {
        {"i0e", 0},
        {"i1e", 1},
        {"i-1e", -1},
        {"i10e", 10},
        {"i-10e", -10},
        {"i9223372036854775807e", INT64_MAX},
        {"i-9223372036854775807e", -INT64_MAX},
        {"i-9223372036854775808e", INT64_MIN},
        {"i4294983680e", INT64_C(4294983680)},
    };
    for (int i = 0; i < N_OF(cases); i++) {
        struct bencode v = parse_text(cases[i].text);
        ck_assert_int_eq(v.type, BENCODE_INT);
        ck_assert_int_eq(v.num, cases[i].num);
    }
}
END_TEST

START_TEST(parse_strings_hold_any_byte)
{
    struct bencode v = parse("5:a\0e:\xff", 7);
    ck_assert_int_eq(v.type, BENCODE_STR);
    ck_assert_uint_eq(v.str.len, 5);
    ck_assert_mem_eq(v.str.p, "a\0e:\xff", 5);
    v = parse_text("0:");
    ck_assert_int_eq(v.type, BENCODE_STR);
    ck_assert_uint_eq(v.str.len, 0);
}
END_TEST

START_TEST(parse_trailing_bytes_are_left_to_the_caller)
{
    struct bencode v = parse_text("d1:ai1eexyz");
    ck_assert_uint_eq(v.raw.len, 8);
    v = parse_text("i5ei6e");
    ck_assert_uint_eq(v.raw.len, 3);
    v = parse_text("0:0:");
    ck_assert_uint_eq(v.raw.len, 2);
}
END_TEST

START_TEST(walk_nested_lists)
{
    struct bencode v = parse_text("li1el2:abli2eeed1:xleei-3ee");
    struct bencode_iter it = bencode_iter(&v);
    struct bencode item;
    ck_assert(bencode_next(&it, &item));
    ck_assert_int_eq(item.num, 1);
    ck_assert(bencode_next(&it, &item));
    ck_assert_int_eq(item.type, BENCODE_LIST);
    ck_assert(span_is(item.raw, "l2:abli2eee"));
    struct bencode_iter inner = bencode_iter(&item);
    struct bencode part;
    ck_assert(bencode_next(&inner, &part));
    ck_assert(span_is(part.str, "ab"));
    ck_assert(bencode_next(&inner, &part));
    ck_assert(span_is(part.raw, "li2ee"));
    ck_assert(!bencode_next(&inner, &part));
    ck_assert(bencode_next(&it, &item));
    ck_assert_int_eq(item.type, BENCODE_DICT);
    ck_assert(bencode_next(&it, &item));
    ck_assert_int_eq(item.num, -3);
    ck_assert(!bencode_next(&it, &item));
    ck_assert(!bencode_next(&it, &item));
    ck_assert_int_eq(item.num, -3); /* untouched */
}
END_TEST

START_TEST(walk_of_what_has_no_items_ends_at_once)
{
    static const char *const texts[] = {"le", "i5e", "2:le"};
    struct bencode item;
    for (int i = 0; i < N_OF(texts); i++) {
        struct bencode v = parse_text(texts[i]);
        struct bencode_iter it = bencode_iter(&v);
        ck_assert(!bencode_next(&it, &item));
    }
    struct bencode none = {.type = BENCODE_NONE};
    struct bencode_iter it = bencode_iter(&none);
    struct span key;
    ck_assert(!bencode_next(&it, &item));
    ck_assert(!bencode_next_pair(&it, &key, &item));
    struct bencode dict = parse_text("d1:ai1ee");
    it = bencode_iter(&dict);
    ck_assert(!bencode_next(&it, &item));
    struct bencode list = parse_text("l1:ai1ee");
    it = bencode_iter(&list);
    ck_assert(!bencode_next_pair(&it, &key, &item));
    struct bencode empty = parse_text("de");
    it = bencode_iter(&empty);
    ck_assert(!bencode_next_pair(&it, &key, &item));
}
END_TEST

START_TEST(get_many_finds_all_in_any_order)
{
    struct bencode v =
        parse_text("d1:zi1e1:al1:xe4:infod1:zi9ee0:i4e2:zz3:abce");
    struct bencode z, a, info, zz, missing, empty;
    const struct bencode_want wants[] = {
        {"info", BENCODE_DICT, &info},  {"a", BENCODE_LIST, &a},
        {"z", BENCODE_INT, &z},         {"zz", BENCODE_STR, &zz},
        {"zzz", BENCODE_STR, &missing}, {"", BENCODE_NONE, &empty},
    };
    bencode_get_many(&v, wants, N_OF(wants));
    ck_assert_int_eq(z.num, 1);
    ck_assert_int_eq(a.type, BENCODE_LIST);
    ck_assert(span_is(info.raw, "d1:zi9ee"));
    ck_assert(span_is(zz.str, "abc"));
    ck_assert_int_eq(missing.type, BENCODE_NONE);
    ck_assert_int_eq(empty.num, 4);
}
END_TEST

START_TEST(get_many_of_the_wrong_type_is_none)
{
    struct bencode v = parse_text("d1:a1:x1:bi5ee");
    struct bencode a, b;
    const struct bencode_want wants[] = {
        {"a", BENCODE_INT, &a},
        {"b", BENCODE_LIST, &b},
    };
    bencode_get_many(&v, wants, N_OF(wants));
    ck_assert_int_eq(a.type, BENCODE_NONE);
    ck_assert_int_eq(b.type, BENCODE_NONE);
    ck_assert_uint_eq(b.raw.len, 0);

    struct bencode list = parse_text("l1:ai5ee");
    bencode_get_many(&list, wants, N_OF(wants));
    ck_assert_int_eq(a.type, BENCODE_NONE);
}
END_TEST

START_TEST(get_of_a_key_that_comes_twice_is_the_first)
{
    struct bencode v = parse_text("d1:ai1e1:bi7e1:ai2ee");
    struct bencode a;
    ck_assert(bencode_get(&v, "a", &a));
    ck_assert_int_eq(a.num, 1);

    /* The first is it, even when its type is wrong. */
    v = parse_text("d1:a1:x1:ai2ee");
    const struct bencode_want want = {"a", BENCODE_INT, &a};
    bencode_get_many(&v, &want, 1);
    ck_assert_int_eq(a.type, BENCODE_NONE);
}
END_TEST

START_TEST(get_of_a_key_with_nul_is_not_its_beginning)
{
    struct bencode v = parse("d3:a\0bi1ee", 10);
    struct bencode a;
    ck_assert(!bencode_get(&v, "a", &a));
    ck_assert_int_eq(a.type, BENCODE_NONE);
}
END_TEST

/* ---- Limits ---- */

static enum err parse_nested(size_t depth, char open, unsigned max_depth)
{
    char *text = malloc(depth * 8);
    ck_assert_ptr_nonnull(text);
    size_t len = 0;
    for (size_t i = 0; i < depth; i++) {
        text[len++] = open;
        if (open == 'd' && i + 1 < depth) {
            memcpy(text + len, "1:a", 3);
            len += 3;
        }
    }
    memset(text + len, 'e', depth);
    len += depth;
    struct bencode v;
    const struct bencode_limits limits = {max_depth, 3000000};
    enum err err = bencode_parse(text, len, &limits, &v, NULL);
    free(text);
    return err;
}

START_TEST(parse_depth_limit_is_exact)
{
    ck_assert_int_eq(parse_nested(32, 'l', 32), OK);
    ck_assert_int_eq(parse_nested(33, 'l', 32), ERR_TOO_BIG);
    ck_assert_int_eq(parse_nested(8, 'd', 8), OK);
    ck_assert_int_eq(parse_nested(9, 'd', 8), ERR_TOO_BIG);
    ck_assert_int_eq(parse_nested(64, 'd', 64), OK);
    ck_assert_int_eq(parse_nested(65, 'd', 64), ERR_TOO_BIG);
    ck_assert_int_eq(parse_nested(1000000, 'l', 64), ERR_TOO_BIG);
    ck_assert_int_eq(parse_nested(1, 'l', 0), ERR_TOO_BIG);
}
END_TEST

START_TEST(parse_token_limit_is_exact)
{
    static const char text[] = "d1:ali1ei2ee1:bi3ee";
    struct bencode v;
    for (size_t max = 0; max <= 7; max++) {
        const struct bencode_limits limits = {8, max};
        ck_assert_int_eq(bencode_parse(text, strlen(text), &limits, &v, NULL),
                         max < 7 ? ERR_TOO_BIG : OK);
    }
}
END_TEST

/* ---- Cut at every byte ---- */

START_TEST(parse_truncated_at_every_byte_is_truncated)
{
    static const char text[] =
        "d8:announce9:http://x/4:infod6:lengthi-12345e4:name1:a"
        "5:filesld4:pathl1:a2:bbeeleeee";
    for (size_t len = 0; len < strlen(text); len++) {
        /* In memory of just that size, so that ASan sees a step beyond. */
        char *cut = malloc(len + 1);
        ck_assert_ptr_nonnull(cut);
        memcpy(cut, text, len);
        cut = realloc(cut, len == 0 ? 1 : len);
        ck_assert_ptr_nonnull(cut);
        struct bencode v;
        struct bencode_error error;
        ck_assert_msg(bencode_parse(cut, len, &BENCODE_METAINFO, &v, &error) ==
                          ERR_TRUNCATED,
                      "cut at %zu", len);
        ck_assert_uint_le(error.off, len);
        free(cut);
    }
    parse_text(text);
}
END_TEST

/* ---- Writing ---- */

static void assert_written(struct buf *b, const char *text)
{
    struct span got = {.p = buf_bytes(b), .len = b->len};
    ck_assert_msg(span_is(got, text), "%.*s", (int)got.len,
                  (const char *)got.p);
    buf_fini(b);
}

START_TEST(write_all_types)
{
    struct buf b;
    buf_init(&b, 1000);
    struct bencode_writer w;
    bencode_writer_init(&w, &b);
    bencode_begin_dict(&w);
    bencode_write_key(&w, "a");
    bencode_begin_list(&w);
    bencode_write_int(&w, INT64_MIN);
    bencode_write_int(&w, 0);
    bencode_write_str(&w, "");
    bencode_begin_dict(&w);
    bencode_end(&w);
    bencode_end(&w);
    bencode_write_key(&w, "aa"); /* after its own beginning */
    bencode_write_bytes(&w, "x:e", 3);
    bencode_write_key(&w, "b");
    bencode_begin_dict(&w);
    bencode_write_key(&w, "a"); /* a level has its own order */
    bencode_write_raw(&w, span_of("li1ee"));
    bencode_end(&w);
    bencode_write_key(&w, "c");
    bencode_write_int(&w, 7);
    bencode_end(&w);
    ck_assert_int_eq(bencode_writer_finish(&w), OK);
    assert_written(&b, "d1:ali-9223372036854775808ei0e0:dee2:aa3:x:e"
                       "1:bd1:ali1eee1:ci7ee");
}
END_TEST

START_TEST(put_writes_key_and_value)
{
    struct buf b;
    struct bencode_writer w;
    buf_init(&b, 4096);
    bencode_writer_init(&w, &b);
    bencode_begin_dict(&w);
    bencode_put_bytes(&w, "a", "x:e", 3);
    bencode_put_int(&w, "b", -1);
    bencode_put_str(&w, "c", NULL);
    bencode_put_str(&w, "d", "");
    bencode_put_str(&w, "e", "yz");
    bencode_end(&w);
    ck_assert_int_eq(bencode_writer_finish(&w), OK);
    static const char want[] = "d1:a3:x:e1:bi-1e1:d0:1:e2:yze";
    ck_assert_uint_eq(b.len, strlen(want));
    ck_assert_mem_eq(buf_bytes(&b), want, b.len);
    buf_fini(&b);
}
END_TEST

START_TEST(write_beyond_the_maximum_is_told_at_the_end)
{
    struct buf b;
    for (size_t max = 0; max <= 14; max++) {
        buf_init(&b, max);
        struct bencode_writer w;
        bencode_writer_init(&w, &b);
        bencode_begin_dict(&w);
        bencode_write_key(&w, "a");
        bencode_write_int(&w, 1);
        bencode_write_key(&w, "b");
        bencode_write_str(&w, "x");
        bencode_end(&w);
        ck_assert_int_eq(bencode_writer_finish(&w),
                         max < 14 ? ERR_TOO_BIG : OK);
        ck_assert_uint_le(b.len, max);
        buf_fini(&b);
    }
}
END_TEST

/* ---- Random trees: what is written is read back the same ---- */

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void write_random(struct bencode_writer *w, uint64_t *rnd,
                         unsigned depth)
{
    uint64_t pick = next_random(rnd) % (depth < 6 ? 4 : 2);
    size_t n = (size_t)(next_random(rnd) % 5);
    uint64_t bytes = next_random(rnd);
    if (pick == 0) {
        bencode_write_int(w, (int64_t)(bytes >> (bytes % 64)));
    } else if (pick == 1) {
        bencode_write_bytes(w, &bytes, n);
    } else if (pick == 2) {
        bencode_begin_list(w);
        for (size_t i = 0; i < n; i++)
            write_random(w, rnd, depth + 1);
        bencode_end(w);
    } else {
        bencode_begin_dict(w);
        for (size_t i = 0; i < n; i++) {
            const char key[] = {(char)('a' + (char)i), '\0'};
            bencode_write_key(w, key);
            write_random(w, rnd, depth + 1);
        }
        bencode_end(w);
    }
}

static void copy(struct bencode_writer *w, const struct bencode *v)
{
    struct bencode_iter it = bencode_iter(v);
    struct bencode item;
    struct span key;
    if (v->type == BENCODE_INT) {
        bencode_write_int(w, v->num);
    } else if (v->type == BENCODE_STR) {
        bencode_write_bytes(w, v->str.p, v->str.len);
    } else if (v->type == BENCODE_LIST) {
        bencode_begin_list(w);
        while (bencode_next(&it, &item))
            copy(w, &item);
        bencode_end(w);
    } else {
        bencode_begin_dict(w);
        while (bencode_next_pair(&it, &key, &item)) {
            const char text[] = {(char)key.p[0], '\0'};
            bencode_write_key(w, text);
            copy(w, &item);
        }
        bencode_end(w);
    }
}

START_TEST(random_trees_come_back_the_same)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        uint64_t rnd = seed;
        struct buf first, second;
        buf_init(&first, 1u << 20);
        buf_init(&second, 1u << 20);
        struct bencode_writer w;
        bencode_writer_init(&w, &first);
        bencode_begin_list(&w);
        write_random(&w, &rnd, 1);
        write_random(&w, &rnd, 1);
        bencode_end(&w);
        ck_assert_int_eq(bencode_writer_finish(&w), OK);

        struct bencode v;
        ck_assert_msg(bencode_parse(buf_bytes(&first), first.len,
                                    &BENCODE_REPLY, &v, NULL) == OK,
                      "seed %" PRIu64, seed);
        ck_assert_uint_eq(v.raw.len, first.len);
        bencode_writer_init(&w, &second);
        copy(&w, &v);
        ck_assert_int_eq(bencode_writer_finish(&w), OK);
        ck_assert_msg(first.len == second.len &&
                          memcmp(buf_bytes(&first), buf_bytes(&second),
                                 first.len) == 0,
                      "seed %" PRIu64, seed);
        buf_fini(&first);
        buf_fini(&second);
    }
}
END_TEST

Suite *bencode_suite(void)
{
    Suite *s = suite_create("bencode");
    TCase *tc = tcase_create("read");
    tcase_add_loop_test(tc, parse_bad_input_is_refused_at_its_byte, 0,
                        N_OF(bad_cases));
    tcase_add_test(tc, parse_ints);
    tcase_add_test(tc, parse_strings_hold_any_byte);
    tcase_add_test(tc, parse_trailing_bytes_are_left_to_the_caller);
    tcase_add_test(tc, walk_nested_lists);
    tcase_add_test(tc, walk_of_what_has_no_items_ends_at_once);
    tcase_add_test(tc, get_many_finds_all_in_any_order);
    tcase_add_test(tc, get_many_of_the_wrong_type_is_none);
    tcase_add_test(tc, get_of_a_key_that_comes_twice_is_the_first);
    tcase_add_test(tc, get_of_a_key_with_nul_is_not_its_beginning);
    tcase_add_test(tc, parse_depth_limit_is_exact);
    tcase_add_test(tc, parse_token_limit_is_exact);
    tcase_add_test(tc, parse_truncated_at_every_byte_is_truncated);
    suite_add_tcase(s, tc);

    tc = tcase_create("write");
    tcase_add_test(tc, write_all_types);
    tcase_add_test(tc, put_writes_key_and_value);
    tcase_add_test(tc, write_beyond_the_maximum_is_told_at_the_end);
    tcase_add_test(tc, random_trees_come_back_the_same);
    suite_add_tcase(s, tc);
    return s;
}
