#include "config.h"

#include "ui/view_overview.h"

#include <stdlib.h>
#include <string.h>

#include "model/focus.h"
#include "tests/tui/frames.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "util/xalloc.h"

START_TEST(overview_says_why_with_numbers_and_what_may_help)
{
    struct stage g;
    stage_set_up(&g, frames_rich(), 24, 80);
    stage_press(&g, "jjjw");
    ck_assert(stage_shows(&g, "[1 Over]"));
    ck_assert(stage_shows(&g, "1 peers choking     6 of 9 useful peers"));
    ck_assert(!stage_shows(&g, "-> "));
    ck_assert(stage_shows(&g, "Rarest    pieces 88 1204 3011"));
    ck_assert(stage_shows(&g, "ETA 5m41s (4m50s-7m20s)"));
    stage_press(&g, "w");
    ck_assert(stage_shows(&g, "-> wait: they unchoke in turns"));
    ck_assert(stage_shows(&g, "6 reachability"));
    stage_press(&g, "w");
    ck_assert(stage_shows(&g, "Rarest"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(overview_asks_for_what_it_shows_and_does_without)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, "\r");
    ck_assert_uint_eq(g.focus.torrent, 1);
    ck_assert_uint_eq(g.focus.parts, FOCUS_PIECES | FOCUS_HISTORY);
    ck_assert(stage_shows(&g, "Data      wanted"));
    ck_assert(!stage_shows(&g, "Why this"));
    /* Gone while it is looked at. */
    screen_on_frame(g.screen, frames_empty());
    stage_press(&g, "pdw");
    ck_assert(stage_shows(&g, "this torrent is gone"));
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    stage_tear_down(&g);
}
END_TEST

START_TEST(overview_fits_any_pane)
{
    static const struct {
        int h, w;
        const char *words;
    } sizes[] = {
        {6, 20, "debian"},      {10, 40, "peers choking"},
        {12, 100, "4 rarity"},  {24, 80, "Tracker   tracker.example"},
        {31, 80, "max 4."},     {50, 119, "-> wait"},
        {24, 120, "Rarest"},    {35, 120, "slots 4/4"},
        {50, 160, "slots 4/4"},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct stage g;
        stage_set_up(&g, frames_rich(), sizes[i].h, sizes[i].w);
        stage_press(&g, "jjj\r");
        ck_assert_msg(stage_shows(&g, sizes[i].words), "%s", sizes[i].words);
        stage_tear_down(&g);
    }
}
END_TEST

/* Where rows are few, the tracker is worth more than the torrent's comment. */
START_TEST(overview_leaves_the_comment_out_first)
{
    static const int heights[] = {24, 30};
    for (size_t i = 0; i < 2; i++) {
        struct stage g;
        struct frame *f = frames_rich();
        free(f->detail->comment);
        f->detail->comment = xstrdup("made by hand");
        stage_set_up(&g, f, heights[i], 80);
        stage_press(&g, "jjj\r");
        ck_assert(stage_shows(&g, "Dialled"));
        ck_assert(stage_shows(&g, "Tracker   tracker.example"));
        ck_assert_int_eq(stage_shows(&g, "made by hand"), i == 1);
        stage_tear_down(&g);
    }
}
END_TEST

Suite *overview_suite(void)
{
    Suite *s = suite_create("overview");
    TCase *t = tcase_create("overview");
    tcase_add_test(t, overview_says_why_with_numbers_and_what_may_help);
    tcase_add_test(t, overview_asks_for_what_it_shows_and_does_without);
    tcase_add_test(t, overview_fits_any_pane);
    tcase_add_test(t, overview_leaves_the_comment_out_first);
    suite_add_tcase(s, t);
    return s;
}
