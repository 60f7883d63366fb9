#include "config.h"

#include "ui/grid.h"

#include <locale.h>
#include <stdlib.h>
#include <wchar.h>

#include "tests/ui/suites.h"
#include "ui/draw.h"

enum { H = 3, W = 8 };

static struct draw *sheet; /* has curses open */
static WINDOW *win;
static struct grid *grid;

static void set_up(void)
{
    struct draw_look look = {GLYPHS_BLOCK, THEME_MONO, true, 0};
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    sheet = draw_sheet_new(look, H, W);
    ck_assert_ptr_nonnull(sheet);
    win = newpad(H, W);
    ck_assert_ptr_nonnull(win);
    grid = grid_new();
}

static void tear_down(void)
{
    grid_free(grid);
    delwin(win);
    draw_free(sheet);
}

static void put(int y, int x, const wchar_t *chars)
{
    for (; *chars != 0; chars++) {
        cchar_t cell;
        wchar_t one[2] = {*chars, 0};
        setcchar(&cell, one, A_NORMAL, 0, NULL);
        int n = wcwidth(*chars);
        if (n > 1)
            grid_put_wide(grid, y, x, &cell, n);
        else
            grid_put(grid, y, x, &cell, 1);
        x += n;
    }
}

static void frame(void)
{
    grid_begin(grid, H, W);
}

static void flush(void)
{
    untouchwin(win);
    grid_flush(grid, win);
}

static void expect(int y, const wchar_t *wanted)
{
    wchar_t got[W + 1];
    ck_assert_int_gt(mvwinnwstr(win, y, 0, got, W), 0);
    ck_assert_msg(wcscmp(got, wanted) == 0, "%ls", got);
}

START_TEST(grid_flush_hands_over_what_changed)
{
    frame();
    put(0, 0, L"one");
    put(1, 2, L"two");
    flush();
    for (int y = 0; y < H; y++)
        ck_assert(is_linetouched(win, y));
    expect(0, L"one     ");
    expect(1, L"  two   ");
    frame();
    put(0, 0, L"one");
    put(1, 2, L"too");
    put(2, 7, L"x");
    flush();
    ck_assert(!is_linetouched(win, 0));
    ck_assert(is_linetouched(win, 1));
    expect(1, L"  too   ");
    expect(2, L"       x");
    flush();
    ck_assert(!is_wintouched(win));
    /* What is drawn no more is blank. */
    frame();
    flush();
    expect(0, L"        ");
    expect(2, L"        ");
}
END_TEST

START_TEST(grid_flush_after_forgetting_hands_over_all)
{
    frame();
    put(1, 0, L"abc");
    flush();
    mvwaddstr(win, 1, 0, "another");
    grid_forget(grid);
    flush();
    expect(1, L"abc     ");
    ck_assert(is_linetouched(win, 0));
}
END_TEST

/* What is put over something, the half of a character as well; what is seen then. */
static const struct {
    const wchar_t *before, *over;
    int x;
    const wchar_t *row;
} halves[] = {
    {L"日本ab  ", L"x", 0, L"x 本ab  "},  {L"日本ab  ", L"x", 1, L" x本ab  "},
    {L"日本ab  ", L"x", 3, L"日 xab  "},  {L"日本ab  ", L"xy", 1, L" xy ab  "},
    {L"日本ab  ", L"語", 1, L" 語 ab  "}, {L"abcd    ", L"語", 1, L"a語d    "},
    {L"日本ab  ", L"日", 0, L"日本ab  "},
};

START_TEST(grid_put_over_half_of_a_character_blanks_the_rest)
{
    for (int turn = 0; turn < 2; turn++) {
        frame();
        put(0, 0, halves[_i].before);
        flush();
        expect(0, halves[_i].before);
        frame();
        put(0, 0, halves[_i].before);
        put(0, halves[_i].x, halves[_i].over);
        flush();
        expect(0, halves[_i].row);
    }
}
END_TEST

START_TEST(grid_put_outside_is_left_out)
{
    frame();
    put(-1, 0, L"x");
    put(H, 0, L"x");
    put(0, -1, L"ab");
    put(1, W - 1, L"xy");
    put(2, W - 1, L"日");
    flush();
    expect(0, L"b       ");
    expect(1, L"       x");
    expect(2, L"        ");
}
END_TEST

START_TEST(grid_tint_changes_the_look_alone)
{
    cchar_t look;
    setcchar(&look, L" ", A_REVERSE, 0, NULL);
    frame();
    put(0, 0, L"a日b");
    flush();
    grid_tint(grid, 0, -1, 4, &look);
    grid_tint(grid, H, 0, 4, &look);
    flush();
    expect(0, L"a日b    ");
    ck_assert((mvwinch(win, 0, 1) & A_REVERSE) != 0);
    ck_assert((mvwinch(win, 0, 3) & A_REVERSE) == 0);
}
END_TEST

START_TEST(grid_begin_of_another_size_hands_over_all)
{
    frame();
    put(0, 0, L"abc");
    flush();
    wresize(win, 1, 4);
    grid_begin(grid, 1, 4);
    put(0, 0, L"abc");
    flush();
    ck_assert(is_linetouched(win, 0));
    grid_begin(grid, 0, 0);
    flush();
}
END_TEST

Suite *grid_suite(void)
{
    Suite *s = suite_create("grid");
    TCase *t = tcase_create("grid");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, grid_flush_hands_over_what_changed);
    tcase_add_test(t, grid_flush_after_forgetting_hands_over_all);
    tcase_add_loop_test(t, grid_put_over_half_of_a_character_blanks_the_rest, 0,
                        (int)(sizeof halves / sizeof *halves));
    tcase_add_test(t, grid_put_outside_is_left_out);
    tcase_add_test(t, grid_tint_changes_the_look_alone);
    tcase_add_test(t, grid_begin_of_another_size_hands_over_all);
    suite_add_tcase(s, t);
    return s;
}
