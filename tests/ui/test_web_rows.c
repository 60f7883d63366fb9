#include "config.h"

#include "ui/web_rows.h"

#include <locale.h>
#include <stdlib.h>

#include "tests/ui/suites.h"

static struct detail_web webs[] = {
    {.url = "http://a.example...",
     .state = DETAIL_WEB_ACTIVE,
     .n_active = 2,
     .rate_Bps = 3u << 20,
     .bytes_down = 5u << 20},
    {.url = "https://b.example:8443...",
     .state = DETAIL_WEB_RESTING,
     .retry_ms = 31500,
     .words = "HTTP 503, not available now"},
    {.url = "http://c.example...",
     .state = DETAIL_WEB_DROPPED,
     .bytes_down = 1024,
     .words = "sent a whole piece that was wrong (piece 7)"},
    {.url = "http://a-very-long-name-of-a-host.example...",
     .state = DETAIL_WEB_UNUSED,
     .is_rangeless = true},
};

static const char wanted[] =
    "\n"
    " Web seeds\n"
    " http://a.example...                           sending   3.0M/s in 2 "
    "requests  sent 5.0M\n"
    " https://b.example:8443...                     failing   HTTP 503, not "
    "available now; again in 30s\n"
    " http://c.example...                           given up  sent a whole "
    "piece that was wrong (piece 7)\n"
    " http://a-very-long-name-of-a-host.example...  not used  only whole "
    "files\n";

static struct draw *sheet(int h)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    return draw_sheet_new((struct draw_look){GLYPHS_ASCII, THEME_MONO, true, 0},
                          h, 110);
}

START_TEST(web_rows_say_what_each_does_or_why_not)
{
    struct draw *d = sheet(6);
    struct draw_pane p = draw_begin(d);
    const struct detail of = {.n_webs = 4, .webs = webs};
    ck_assert_int_eq(web_rows_height(&of), 5);
    web_rows_draw(&p, 1, &of, 1600);
    char *got = draw_snapshot(d, false);
    ck_assert_str_eq(got, wanted);
    free(got);
    draw_free(d);
}
END_TEST

START_TEST(web_rows_of_none_are_none)
{
    struct draw *d = sheet(1);
    struct draw_pane p = draw_begin(d);
    const struct detail of = {.n_webs = 0};
    ck_assert_int_eq(web_rows_height(&of), 0);
    web_rows_draw(&p, 0, &of, 0);
    char *got = draw_snapshot(d, false);
    ck_assert_str_eq(got, "\n");
    free(got);
    draw_free(d);
}
END_TEST

Suite *web_rows_suite(void)
{
    Suite *s = suite_create("web_rows");
    TCase *tc = tcase_create("web_rows");
    tcase_add_test(tc, web_rows_say_what_each_does_or_why_not);
    tcase_add_test(tc, web_rows_of_none_are_none);
    suite_add_tcase(s, tc);
    return s;
}
