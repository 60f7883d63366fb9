#include "config.h"

#include "ui/draw.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/ui/suites.h"

static struct draw *sheet(enum glyphs_level level, bool is_utf8, int h, int w)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, is_utf8 ? "C.UTF-8" : "C"));
    struct draw_look look = {.level = level,
                             .theme = THEME_MONO,
                             .is_utf8 = is_utf8};
    struct draw *d = draw_sheet_new(look, h, w);
    ck_assert_ptr_nonnull(d);
    return d;
}

static void expect(struct draw *d, bool looks, const char *wanted)
{
    char *got = draw_snapshot(d, looks);
    ck_assert_str_eq(got, wanted);
    free(got);
}

static const struct {
    const char *text;
    int x, w;
    const char *row;
} clips[] = {
    {"abc", 0, 10, "abc\n"},
    {"abc", 2, 10, "  abc\n"},
    {"abcdefghijkl", 0, 10, "abcdefghi…\n"},
    {"abcdef", 0, 4, "abc…\n"},
    {"abcdef", 8, 9, "        a…\n"},
    {"abcdef", 10, 9, "\n"},
    {"abcdef", 0, 0, "\n"},
    {"abcdef", 0, -3, "\n"},
    {"abcdef", -2, 8, "cdef\n"},
    /* Two cells each: the second does not fit beside the ellipsis. */
    {"日本語", 0, 4, "日…\n"},
    {"日本", -1, 9, " 本\n"},
    {"e\xcc\x81x", 0, 2, "e\xcc\x81x\n"},
};

START_TEST(draw_text_in_a_pane_is_clipped)
{
    struct draw *d = sheet(GLYPHS_BLOCK, true, 1, 10);
    struct draw_pane p = draw_begin(d);
    draw_text(&p, 0, clips[_i].x, clips[_i].w, THEME_NORMAL, clips[_i].text);
    expect(d, false, clips[_i].row);
    draw_free(d);
}
END_TEST

START_TEST(draw_text_of_hostile_bytes_is_harmless)
{
    static const char bytes[] = "a\x1b[2J\x9b\r\nb\xff\xe2\x80\xae"
                                "c\xc3";
    struct draw *d = sheet(GLYPHS_ASCII, true, 2, 40);
    struct draw_pane p = draw_begin(d);
    draw_text(&p, 0, 0, 40, THEME_NORMAL, bytes);
    char *got = draw_snapshot(d, false);
    for (const char *c = got; *c != '\0'; c++)
        ck_assert_msg(*c == '\n' || ((unsigned char)*c >= ' ' && *c != 0x7f),
                      "byte %d", *c);
    ck_assert_ptr_nonnull(strchr(got, 'b'));
    /* The second row has nothing of it. */
    ck_assert_str_eq(strchr(got, '\n'), "\n\n");
    free(got);
    draw_free(d);
}
END_TEST

/* What strangers send, and the row it makes with a column after it. */
static const struct {
    const char *text;
    int w;
    const char *row;
} hostile[] = {
    {"\x1b[31mred\x1b[0m", 20, "\ufffd[31mred\ufffd[0m        |\n"},
    {"\x1b]0;title\a", 20, "\ufffd]0;title\ufffd          |\n"},
    /* C1, as a byte and as UTF-8: some terminals obey both. */
    {"a\x9b"
     "2Jb",
     8, "a\ufffd2Jb   |\n"},
    {"a\xc2\x9b"
     "2Jb",
     8, "a\ufffd2Jb   |\n"},
    {"a\r\n\tb\x7f", 8, "a\ufffd\ufffd\ufffdb\ufffd  |\n"},
    /* Bidi: embeddings, overrides, isolates, marks. */
    {"a\u202ab\u202ec\u202c", 8, "a\ufffdb\ufffdc\ufffd  |\n"},
    {"a\u2066b\u2069c\u200f", 8, "a\ufffdb\ufffdc\ufffd  |\n"},
    {"a\u200bb\u200dc\ufeff", 8, "a\ufffdb\ufffdc\ufffd  |\n"},
    {"a\u2028b\u2029c", 8, "a\ufffdb\ufffdc   |\n"},
    /* Overlong, a surrogate, beyond Unicode, cut short. */
    {"\xc0\xaf|\xed\xa0\x80", 8, "\ufffd\ufffd|\ufffd\ufffd\ufffd  |\n"},
    {"x\xf4\x90\x80\x80", 8, "x\ufffd\ufffd\ufffd\ufffd   |\n"},
    {"x\xe6\x97", 8, "x\ufffd\ufffd     |\n"},
    /* A stack of marks is as high as two of them; one without a base is none. */
    {"z\u0300\u0301\u0302\u0303y", 8, "z\u0300\u0301\ufffd\ufffdy    |\n"},
    {"\u0301a", 8, "\ufffda      |\n"},
    /* Wide ones where half of one would fit. */
    {"日本語", 5, "日本…|\n"},
    {"a日本語", 5, "a日… |\n"},
    {"日", 1, "…|\n"},
    /* A family, a flag, a tone of skin: measured as what they are made of. */
    {"👩\u200d👩", 8, "👩\ufffd👩   |\n"},
    {"\U0001f600x", 4, "😀x |\n"},
    {"\ue000\U000e0041x", 8, "\ufffd\ufffdx     |\n"},
    /* Right to left is as it is, and in its cells. */
    {"\u05d0\u05d1c", 8, "\u05d0\u05d1c     |\n"},
};

START_TEST(draw_text_of_strangers_keeps_the_columns_beside_it)
{
    struct draw *d = sheet(GLYPHS_BLOCK, true, 1, 40);
    struct draw_pane p = draw_begin(d);
    int w = hostile[_i].w;
    int used = draw_text(&p, 0, 0, w, THEME_NORMAL, hostile[_i].text);
    ck_assert_int_le(used, w);
    draw_text(&p, 0, w, 1, THEME_NORMAL, "|");
    expect(d, false, hostile[_i].row);
    draw_free(d);
}
END_TEST

/* The same at every place, also half outside, and over what was there. */
START_TEST(draw_text_of_strangers_never_leaves_its_pane)
{
    struct draw *d = sheet(GLYPHS_BLOCK, true, 3, 24);
    for (int x = -12; x < 16; x++) {
        struct draw_pane all = draw_begin(d);
        struct draw_pane p = draw_sub(&all, 1, 4, 1, 8);
        for (int y = 0; y < 3; y++)
            draw_text(&all, y, 0, 24, THEME_NORMAL, "[[[[        ]]]]]]]]]]]]");
        draw_text(&p, 0, x, 20, THEME_NORMAL, hostile[_i].text);
        draw_right(&p, 0, -x, 20, THEME_NORMAL, hostile[_i].text);
        char *got = draw_snapshot(d, false);
        static const char border[] = "[[[[        ]]]]]]]]]]]]\n";
        size_t row = sizeof border - 1, len = strlen(got);
        ck_assert_int_eq(strncmp(got, border, row), 0);
        ck_assert_int_eq(strncmp(got + row, "[[[[", 4), 0);
        ck_assert_str_eq(got + len - row, border);
        ck_assert_int_eq(strncmp(got + len - row - 13, "]]]]]]]]]]]]", 12), 0);
        free(got);
    }
    draw_free(d);
}
END_TEST

START_TEST(draw_text_without_utf8_keeps_columns)
{
    struct draw *d = sheet(GLYPHS_ASCII, false, 1, 20);
    struct draw_pane p = draw_begin(d);
    int used = draw_text(&p, 0, 0, 20, THEME_NORMAL, "日 é e\xcc\x81");
    ck_assert_int_eq(used, 6);
    draw_text(&p, 0, used, 1, THEME_NORMAL, "|");
    expect(d, false, "?? ? ?|\n");
    draw_free(d);
}
END_TEST

START_TEST(draw_right_ends_at_its_edge)
{
    struct draw *d = sheet(GLYPHS_ASCII, true, 3, 8);
    struct draw_pane p = draw_begin(d);
    draw_right(&p, 0, 1, 5, THEME_NORMAL, "42");
    draw_right(&p, 1, 1, 5, THEME_NORMAL, "1234567");
    draw_right(&p, 2, 5, 5, THEME_NORMAL, "12345");
    expect(d, false, "    42\n 12...\n     123\n");
    draw_free(d);
}
END_TEST

START_TEST(draw_sub_never_reaches_out)
{
    static const int at[] = {-9, -1, 0, 1, 4, 5, 9};
    enum { N = sizeof at / sizeof at[0] };
    struct draw *d = sheet(GLYPHS_ASCII, true, 5, 5);
    struct draw_pane all = draw_begin(d);
    struct draw_pane p = draw_sub(&all, 1, 1, 3, 3);
    for (int i = 0; i < N * N; i++) {
        struct draw_pane q = draw_sub(&p, at[i / N], at[i % N], 4, 4);
        for (int y = -1; y < 6; y++) {
            draw_text(&q, y, -2, 20, THEME_NORMAL, "xxxxxxxxxxxxxxxxxxxx");
            draw_glyphs(&q, y, -2, 20, THEME_NORMAL, GLYPHS_FULL);
            draw_bar(&q, y, -2, 20, 500, 700);
            draw_tint(&q, y, -2, 20, THEME_BAR);
        }
    }
    expect(d, true, "\n RRR\n RRR\n RRR\n\n");
    draw_free(d);
}
END_TEST

START_TEST(draw_bar_fills_by_share)
{
    struct draw *d = sheet(GLYPHS_ASCII, true, 4, 10);
    struct draw_pane p = draw_begin(d);
    draw_bar(&p, 0, 0, 10, 0, 0);
    draw_bar(&p, 1, 0, 10, 999, 999);
    draw_bar(&p, 2, 0, 10, 1000, 1000);
    draw_bar(&p, 3, 0, 10, 300, 500);
    expect(d, false, "----------\n#########-\n##########\n###==-----\n");
    draw_free(d);
}
END_TEST

START_TEST(draw_begin_forgets_the_last_frame)
{
    struct draw *d = sheet(GLYPHS_ASCII, true, 1, 9);
    struct draw_pane p = draw_begin(d);
    draw_text(&p, 0, 0, 9, THEME_BAR, "old");
    p = draw_begin(d);
    draw_text(&p, 0, 4, 9, THEME_STRONG, "new");
    expect(d, false, "    new\n");
    expect(d, true, "    BBB\n");
    draw_free(d);
}
END_TEST

START_TEST(draw_set_look_colours_roles)
{
    struct draw *d = sheet(GLYPHS_ASCII, true, 1, 4);
    struct draw_look look = draw_look(d);
    look.theme = THEME_DARK;
    draw_set_look(d, look);
    struct draw_pane p = draw_begin(d);
    draw_text(&p, 0, 0, 1, THEME_NORMAL, "a");
    draw_text(&p, 0, 1, 1, THEME_HAVE, "b");
    draw_text(&p, 0, 2, 1, THEME_UP, "c");
    char wanted[] = {' ', 'a' + THEME_HAVE, 'a' + THEME_UP, '\n', '\0'};
    expect(d, true, wanted);
    draw_free(d);
}
END_TEST

Suite *draw_suite(void)
{
    Suite *s = suite_create("draw");
    TCase *t = tcase_create("draw");
    tcase_add_loop_test(t, draw_text_in_a_pane_is_clipped, 0,
                        sizeof clips / sizeof clips[0]);
    tcase_add_test(t, draw_text_of_hostile_bytes_is_harmless);
    tcase_add_loop_test(t, draw_text_of_strangers_keeps_the_columns_beside_it,
                        0, sizeof hostile / sizeof hostile[0]);
    tcase_add_loop_test(t, draw_text_of_strangers_never_leaves_its_pane, 0,
                        sizeof hostile / sizeof hostile[0]);
    tcase_add_test(t, draw_text_without_utf8_keeps_columns);
    tcase_add_test(t, draw_right_ends_at_its_edge);
    tcase_add_test(t, draw_sub_never_reaches_out);
    tcase_add_test(t, draw_bar_fills_by_share);
    tcase_add_test(t, draw_begin_forgets_the_last_frame);
    tcase_add_test(t, draw_set_look_colours_roles);
    suite_add_tcase(s, t);
    return s;
}
