#include "config.h"

#include "tests/util/suites.h"

#include <stdlib.h>
#include <string.h>

#include "util/rng.h"
#include "util/text.h"

#define R "\xef\xbf\xbd" /* U+FFFD */

static const struct {
    const char *name;
    const char *in;
    const char *out;
    size_t cells;
} cleanings[] = {
    {"plain", "a b~", "a b~", 4},
    {"empty", "", "", 0},
    {"two bytes", "\xc3\xa9", "\xc3\xa9", 1},
    {"wide", "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac", 4},
    {"emoji", "\xf0\x9f\x8e\x89", "\xf0\x9f\x8e\x89", 2},
    {"newline, tab, return", "a\nb\tc\r", "a" R "b" R "c" R, 6},
    {"escape", "\x1b[31m", R "[31m", 5},
    {"operating system command", "\x1b]0;x\a", R "]0;x" R, 6},
    {"delete", "\x7f", R, 1},
    {"C1 in UTF-8",
     "\xc2\x9b"
     "31m",
     R "31m", 4},
    {"C1 raw",
     "\x9b"
     "31m",
     R "31m", 4},
    {"line separator", "\xe2\x80\xa8", R, 1},
    {"paragraph separator", "\xe2\x80\xa9", R, 1},
    {"right-to-left override",
     "\xe2\x80\xae"
     "gpj.exe",
     R "gpj.exe", 8},
    {"isolates", "\xe2\x81\xa6\xe2\x81\xa9", R R, 2},
    {"Arabic letter mark", "\xd8\x9c", R, 1},
    {"zero-width space",
     "a\xe2\x80\x8b"
     "b",
     "a" R "b", 3},
    {"zero-width joiner", "\xe2\x80\x8d", R, 1},
    {"word joiner", "\xe2\x81\xa0", R, 1},
    {"byte order mark", "\xef\xbb\xbf", R, 1},
    {"soft hyphen", "\xc2\xad", R, 1},
    {"tag", "\xf3\xa0\x80\x81", R, 1},
    {"private use", "\xee\x80\x80\xf3\xb0\x80\x80", R R, 2},
    {"noncharacters", "\xef\xbf\xbf\xef\xb7\x90", R R, 2},
    {"unassigned", "\xf0\x9f\xbf\xbd", R, 1},
    {"no-break space",
     "a\xc2\xa0"
     "b",
     "a\xc2\xa0"
     "b",
     3},
    {"one mark", "e\xcc\x81", "e\xcc\x81", 1},
    {"two marks", "e\xcc\x81\xcc\x82", "e\xcc\x81\xcc\x82", 1},
    {"three marks", "e\xcc\x81\xcc\x82\xcc\x83", "e\xcc\x81\xcc\x82" R, 2},
    {"marks of two bases", "e\xcc\x81\xcc\x82o\xcc\x83",
     "e\xcc\x81\xcc\x82o\xcc\x83", 2},
    {"mark without base",
     "\xcc\x81"
     "a",
     R "a", 2},
    {"variation selector", "\xe2\x9d\xa4\xef\xb8\x8f!", "\xe2\x9d\xa4!", 2},
    {"overlong slash", "\xc0\xaf", R R, 2},
    {"overlong in three", "\xe0\x80\xaf", R R R, 3},
    {"surrogate", "\xed\xa0\x80", R R R, 3},
    {"above U+10FFFF", "\xf4\x90\x80\x80", R R R R, 4},
    {"cut character", "a\xe6\x97", "a" R R, 3},
    {"lone continuation", "\x80", R, 1},
    {"never a byte of UTF-8", "\xfe\xff", R R, 2},
};
enum { N_CLEANINGS = sizeof cleanings / sizeof cleanings[0] };

START_TEST(clean_gives_one_line_of_known_width)
{
    char out[128];
    const char *in = cleanings[_i].in;
    size_t len = text_clean(out, sizeof out, in, strlen(in));
    ck_assert_msg(strcmp(out, cleanings[_i].out) == 0, "%s: \"%s\"",
                  cleanings[_i].name, out);
    ck_assert_uint_eq(len, strlen(out));
    ck_assert_msg(text_width(out) == cleanings[_i].cells, "%s: %zu cells",
                  cleanings[_i].name, text_width(out));
    char *dup = text_clean_dup(in, strlen(in));
    ck_assert_str_eq(dup, out);
    free(dup);
}
END_TEST

START_TEST(clean_replaces_nul)
{
    char out[16];
    text_clean(out, sizeof out, "a\0b", 3);
    ck_assert_str_eq(out, "a" R "b");
}
END_TEST

/* Every room, on each of the cases: whole characters, and nothing behind. */
START_TEST(clean_cuts_at_a_whole_character)
{
    const char *in = cleanings[_i].in;
    const char *whole = cleanings[_i].out;
    for (size_t cap = 1; cap <= strlen(whole) + 1; cap++) {
        char out[128];
        memset(out, 0x5a, sizeof out);
        size_t len = text_clean(out, cap, in, strlen(in));
        ck_assert_uint_lt(len, cap);
        ck_assert_uint_eq(len, strlen(out));
        ck_assert(strncmp(out, whole, len) == 0);
        ck_assert(text_is_utf8(out, len));
        ck_assert_uint_gt(len + 4, cap - 1);
        ck_assert_int_eq(out[cap], 0x5a);
    }
}
END_TEST

/* Bytes that are often special: the filter's output is always clean, cleaning
 * it again changes nothing, and no control character survives. */
START_TEST(clean_of_random_bytes_is_clean)
{
    static const uint8_t special[] = {0x00, 0x1b, '\n', 0x7f, 0x80, 0x81,
                                      0x8b, 0x9b, 0xa0, 0xad, 0xae, 0xbf,
                                      0xc2, 0xcc, 0xcd, 0xd8, 0xe0, 0xe1,
                                      0xe2, 0xe3, 0xed, 0xef, 0xf0, 0xf3};
    uint64_t seed = 6000 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    for (int round = 0; round < 2000; round++) {
        uint8_t in[24];
        size_t len = rng_below(&rng, sizeof in + 1);
        rng_bytes(&rng, in, len);
        for (size_t i = 0; i < len; i++) {
            if (rng_below(&rng, 3) > 0)
                in[i] = special[rng_below(&rng, sizeof special)];
        }
        char once[128];
        char twice[128];
        size_t n = text_clean(once, sizeof once, in, len);
        ck_assert(text_is_utf8(once, n));
        for (size_t i = 0; i < n; i++)
            ck_assert((uint8_t)once[i] >= 0x20 && once[i] != 0x7f);
        text_clean(twice, sizeof twice, once, n);
        ck_assert_str_eq(once, twice);
        ck_assert_uint_le(text_width(once), 2 * len);
    }
}
END_TEST

START_TEST(decode_accepts_each_code_point_once)
{
    for (uint32_t c = 0; c < 0x110000; c++) {
        uint8_t b[4];
        size_t n = 1;
        b[0] = (uint8_t)c;
        if (c >= 0x10000) {
            n = 4;
            b[0] = (uint8_t)(0xf0 | c >> 18);
        } else if (c >= 0x800) {
            n = 3;
            b[0] = (uint8_t)(0xe0 | c >> 12);
        } else if (c >= 0x80) {
            n = 2;
            b[0] = (uint8_t)(0xc0 | c >> 6);
        }
        for (size_t i = 1; i < n; i++)
            b[i] = (uint8_t)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
        uint32_t out = 0;
        bool surrogate = c >= 0xd800 && c < 0xe000;
        if (text_decode(b, n, &out) != (surrogate ? 0 : n) ||
            (!surrogate && out != c))
            ck_abort_msg("U+%04X", (unsigned)c);
        for (size_t cut = 1; cut < n; cut++) {
            if (text_decode(b, cut, &out) != 0)
                ck_abort_msg("U+%04X cut at %zu", (unsigned)c, cut);
        }
    }
}
END_TEST

START_TEST(is_utf8_is_strict)
{
    ck_assert(text_is_utf8("", 0));
    ck_assert(text_is_utf8("a\0b", 3));
    ck_assert(text_is_utf8("\xe6\x97\xa5\xf0\x9f\x8e\x89", 7));
    ck_assert(!text_is_utf8("\xe6\x97\xa5\xf0\x9f\x8e\x89", 6));
    ck_assert(!text_is_utf8("\xc0\x80", 2));
    ck_assert(!text_is_utf8("\xc1\xbf", 2));
    ck_assert(!text_is_utf8("\xed\xbf\xbf", 3));
    ck_assert(!text_is_utf8("\xf8\x88\x80\x80\x80", 5));
}
END_TEST

START_TEST(cut_leaves_whole_characters)
{
    static const char text[] = "a\xc3\xa9\xe6\x97\xa5\xf0\x9f\x8e\x89";
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (size_t len = 0; len < sizeof text; len++)
        ck_assert_uint_eq(text_cut(text, len), expected[len]);
    /* What was never UTF-8 is not cut further than a character can be. */
    ck_assert_uint_eq(text_cut("\x80\x80\x80\x80\x80", 5), 5);
}
END_TEST

static const struct {
    const char *in;
    size_t cells;
    bool ascii;
    const char *out;
    size_t used;
} fits[] = {
    {"abcdef", 6, false, "abcdef", 6},
    {"abcdef", 100, false, "abcdef", 6},
    {"abcdef", 5, false, "abcd\xe2\x80\xa6", 5},
    {"abcdef", 5, true, "ab...", 5},
    {"abcdef", 3, true, "...", 3},
    {"abcdef", 2, true, "..", 2},
    {"abcdef", 1, false, "\xe2\x80\xa6", 1},
    {"abcdef", 0, false, "", 0},
    {"abcdef", 0, true, "", 0},
    {"", 0, false, "", 0},
    {"\xe6\x97\xa5\xe6\x9c\xac", 4, false, "\xe6\x97\xa5\xe6\x9c\xac", 4},
    {"\xe6\x97\xa5\xe6\x9c\xac", 3, false, "\xe6\x97\xa5\xe2\x80\xa6", 3},
    {"\xe6\x97\xa5\xe6\x9c\xac", 2, false, "\xe2\x80\xa6", 1},
    {"e\xcc\x81o\xcc\x81", 2, false, "e\xcc\x81o\xcc\x81", 2},
    {"e\xcc\x81o\xcc\x81x", 2, false, "e\xcc\x81\xe2\x80\xa6", 2},
};

START_TEST(fit_takes_at_most_its_cells)
{
    char out[64];
    size_t used =
        text_fit(out, sizeof out, fits[_i].in, fits[_i].cells, fits[_i].ascii);
    ck_assert_str_eq(out, fits[_i].out);
    ck_assert_uint_eq(used, fits[_i].used);
    ck_assert_uint_eq(used, text_width(out));
}
END_TEST

START_TEST(fit_stays_within_its_bytes)
{
    static const char in[] =
        "e\xcc\x81\xe6\x97\xa5\xe6\x9c\xac\xf0\x9f\x8e\x89z";
    for (size_t cap = 1; cap < sizeof in + 2; cap++) {
        for (size_t cells = 0; cells < 10; cells++) {
            for (int ascii = 0; ascii < 2; ascii++) {
                char out[32];
                memset(out, 0x5a, sizeof out);
                size_t used = text_fit(out, cap, in, cells, ascii != 0);
                ck_assert_uint_lt(strlen(out), cap);
                ck_assert_uint_le(used, cells);
                ck_assert_uint_eq(used, text_width(out));
                ck_assert(text_is_utf8(out, strlen(out)));
                ck_assert_int_eq(out[cap], 0x5a);
            }
        }
    }
}
END_TEST

static const struct {
    uint64_t bytes;
    const char *text;
} sizes[] = {
    {0, "0 B"},
    {1023, "1023 B"},
    {1024, "1.0 KiB"},
    {1536, "1.5 KiB"},
    {2047, "1.9 KiB"},
    {102399, "99.9 KiB"},
    {102400, "100 KiB"},
    {1048575, "1023 KiB"},
    {1048576, "1.0 MiB"},
    {UINT64_C(5) << 30, "5.0 GiB"},
    {UINT64_C(1) << 40, "1.0 TiB"},
    {UINT64_C(1) << 50, "1.0 PiB"},
    {UINT64_MAX, "15.9 EiB"},
};

START_TEST(size_and_rate_have_binary_units)
{
    char out[16];
    char with_rate[16];
    text_size(out, sizeof out, sizes[_i].bytes);
    ck_assert_str_eq(out, sizes[_i].text);
    text_rate(with_rate, sizeof with_rate, sizes[_i].bytes);
    ck_assert_uint_le(strlen(with_rate), 10);
    memcpy(out + strlen(out), "/s", 3);
    ck_assert_str_eq(with_rate, out);
}
END_TEST

static const struct {
    int64_t seconds;
    const char *text;
} durations[] = {
    {INT64_MIN, "--"},   {-1, "--"},          {0, "0s"},
    {5, "5s"},           {59, "59s"},         {60, "1m00s"},
    {62, "1m02s"},       {3599, "59m59s"},    {3600, "1h00m"},
    {3723, "1h02m"},     {86399, "23h59m"},   {86400, "1d00h"},
    {90000, "1d01h"},    {8639999, "99d23h"}, {8640000, ">99d"},
    {INT64_MAX, ">99d"},
};

START_TEST(duration_has_two_units_at_most)
{
    char out[16];
    text_duration(out, sizeof out, durations[_i].seconds);
    ck_assert_str_eq(out, durations[_i].text);
}
END_TEST

START_TEST(hex_and_unhex_are_inverse)
{
    uint8_t bytes[256];
    uint8_t back[256];
    char hex[513];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    text_hex(hex, bytes, sizeof bytes);
    ck_assert_uint_eq(strlen(hex), 512);
    ck_assert(strncmp(hex, "000102", 6) == 0);
    ck_assert_str_eq(hex + 506, "fdfeff");
    ck_assert(text_unhex(back, sizeof back, hex));
    ck_assert_mem_eq(back, bytes, sizeof bytes);
    ck_assert(text_unhex(back, 2, "AbCd"));
    ck_assert(back[0] == 0xab && back[1] == 0xcd);
    ck_assert(text_unhex(back, 0, ""));
}
END_TEST

START_TEST(unhex_of_anything_else_changes_nothing)
{
    static const char *const bad[] = {"",       "ab",   "abc",   "abcde",
                                      "abcdef", "abcg", " abcd", "0xab",
                                      "abc\n",  "abc/", "abc:",  "abc@"};
    uint8_t out[2] = {1, 2};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert(!text_unhex(out, sizeof out, bad[i]));
        ck_assert(out[0] == 1 && out[1] == 2);
    }
}
END_TEST

static const struct {
    const char *in;
    const char *out;
} jsons[] = {
    {"", "\"\""},
    {"a b/", "\"a b/\""},
    {"say \"\\\"", "\"say \\\"\\\\\\\"\""},
    {"\n\t\x1b\x7f", "\"\\u000a\\u0009\\u001b\\u007f\""},
    {"\xc2\x9b", "\"\\u009b\""},
    {"\xe2\x80\xae\xe2\x80\xa8", "\"\\u202e\\u2028\""},
    {"\xf3\xa0\x80\x81", "\"\\udb40\\udc01\""},
    {"\xe6\x97\xa5\xf0\x9f\x8e\x89", "\"\xe6\x97\xa5\xf0\x9f\x8e\x89\""},
    {"\xff\xc0\xaf", "\"" R R R "\""},
};

START_TEST(json_escapes_and_keeps)
{
    char *out = text_json_dup(jsons[_i].in, strlen(jsons[_i].in));
    ck_assert_str_eq(out, jsons[_i].out);
    free(out);
}
END_TEST

START_TEST(json_of_the_worst_bytes_fits)
{
    char in[1000];
    memset(in, 0, sizeof in);
    char *out = text_json_dup(in, sizeof in);
    ck_assert_uint_eq(strlen(out), 6 * sizeof in + 2);
    free(out);
    memset(in, 0xff, sizeof in);
    out = text_json_dup(in, sizeof in);
    ck_assert_uint_eq(strlen(out), 3 * sizeof in + 2);
    free(out);
}
END_TEST

START_TEST(parse_size_takes_suffixes_up_to_64_bits)
{
    uint64_t n = 7;
    ck_assert(text_parse_size("0", &n) && n == 0);
    ck_assert(text_parse_size("1K", &n) && n == 1024);
    ck_assert(text_parse_size("2m", &n) && n == 2u << 20);
    ck_assert(text_parse_size("5G", &n) && n == 5ull << 30);
    ck_assert(text_parse_size("17179869183G", &n) && n == 17179869183ull << 30);
    ck_assert(text_parse_size("18446744073709551615", &n) && n == UINT64_MAX);
    n = 7;
    ck_assert(!text_parse_size("18446744073709551616", &n));
    ck_assert(!text_parse_size("17179869184G", &n));
    ck_assert(!text_parse_size("", &n));
    ck_assert(!text_parse_size("00000000000000000000000000001", &n));
    ck_assert_uint_eq(n, 7);
}
END_TEST

static const struct {
    const char *digits;
    int port; /* -1: none */
} ports[] = {
    {"0", 0},      {"1", 1},           {"65535", 65535}, {"00080", 80},
    {"65536", -1}, {"99999", -1},      {"000080", -1},   {"", -1},
    {"-1", -1},    {"+1", -1},         {" 1", -1},       {"1 ", -1},
    {"12a", -1},   {"4294967297", -1},
};

START_TEST(parse_port_takes_all_that_there_are)
{
    uint16_t port = 7;
    const char *digits = ports[_i].digits;
    bool is_one = text_parse_port(digits, strlen(digits), &port);
    ck_assert(is_one == (ports[_i].port >= 0));
    ck_assert_int_eq(port, is_one ? ports[_i].port : 7);
}
END_TEST

START_TEST(parse_port_looks_no_further_than_it_is_told)
{
    uint16_t port;
    ck_assert(text_parse_port("8080/x", 2, &port));
    ck_assert_int_eq(port, 80);
}
END_TEST

Suite *text_suite(void)
{
    Suite *s = suite_create("text");
    TCase *tc = tcase_create("text");
    tcase_add_test(tc, parse_size_takes_suffixes_up_to_64_bits);
    tcase_add_loop_test(tc, parse_port_takes_all_that_there_are, 0,
                        sizeof ports / sizeof *ports);
    tcase_add_test(tc, parse_port_looks_no_further_than_it_is_told);
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, clean_gives_one_line_of_known_width, 0,
                        N_CLEANINGS);
    tcase_add_test(tc, clean_replaces_nul);
    tcase_add_loop_test(tc, clean_cuts_at_a_whole_character, 0, N_CLEANINGS);
    tcase_add_loop_test(tc, clean_of_random_bytes_is_clean, 0, 5);
    tcase_add_test(tc, decode_accepts_each_code_point_once);
    tcase_add_test(tc, is_utf8_is_strict);
    tcase_add_test(tc, cut_leaves_whole_characters);
    tcase_add_loop_test(tc, fit_takes_at_most_its_cells, 0,
                        sizeof fits / sizeof fits[0]);
    tcase_add_test(tc, fit_stays_within_its_bytes);
    tcase_add_loop_test(tc, size_and_rate_have_binary_units, 0,
                        sizeof sizes / sizeof sizes[0]);
    tcase_add_loop_test(tc, duration_has_two_units_at_most, 0,
                        sizeof durations / sizeof durations[0]);
    tcase_add_test(tc, hex_and_unhex_are_inverse);
    tcase_add_test(tc, unhex_of_anything_else_changes_nothing);
    tcase_add_loop_test(tc, json_escapes_and_keeps, 0,
                        sizeof jsons / sizeof jsons[0]);
    tcase_add_test(tc, json_of_the_worst_bytes_fits);
    return s;
}
