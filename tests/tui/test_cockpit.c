#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/focus.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_flow.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "ui/view.h"

#include <curses.h>

/* Several views on one screen. */

enum { H = 40, W = 160 };

static void open_stage(struct stage *g, struct frame *f, const char *keys)
{
    setenv("TZ", "UTC", 1);
    tzset();
    stage_set_up(g, f, H, W);
    for (size_t i = 0; i < frames_flow_n_events; i++) {
        struct event e = frames_flow_event(i);
        screen_on_event(g->screen, &e, g->now_ms);
    }
    stage_press(g, keys);
}

START_TEST(cockpit_asks_for_what_all_its_views_draw)
{
    struct stage g;
    open_stage(&g, frames_flow(), "c");
    uint32_t wanted = FOCUS_PIECES | FOCUS_ACTIVE | FOCUS_PEERS | FOCUS_HISTORY;
    ck_assert_uint_eq(g.focus.torrent, 1);
    ck_assert_uint_eq(g.focus.parts & wanted, wanted);
    ck_assert(stage_shows(&g, "[torrents]"));
    ck_assert(stage_shows(&g, "6 of 9 useful peers choke us"));
    ck_assert(stage_shows(&g, "span 5m"));
    ck_assert(stage_shows(&g, "follow ON"));
    ck_assert(stage_shows(&g, "185.21.0.4:51413"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(cockpit_keys_go_to_the_pane_in_focus)
{
    static const struct {
        const char *keys;
        const char *title;
    } moves[] = {
        {"\t", "[6 graph]"}, {"\t\t", "[2 pieces]"}, {"\t\t\t", "[3 peers]"},
        {"7", "[7 log]"},    {"1", "[1 why"},        {"7\t", "[torrents]"},
        {"3\t", "[1 why"},   {"6", "[6 graph]"},     {"2", "[2 pieces]"},
    };
    struct stage g;
    open_stage(&g, frames_flow(), "c");
    stage_press(&g, moves[_i].keys);
    ck_assert(stage_shows(&g, moves[_i].title));
    stage_tear_down(&g);
}
END_TEST
enum { N_MOVES = 9 };

START_TEST(cockpit_views_take_their_own_keys)
{
    struct stage g;
    open_stage(&g, frames_flow(), "c6t");
    ck_assert(stage_shows(&g, "span 1h"));
    stage_press(&g, "7b");
    ck_assert(stage_shows(&g, "topics cp-tndx"));
    stage_press(&g, "/c1");
    ck_assert(stage_shows(&g, "filter: c1_"));
    stage_press(&g, "\r");
    stage_key(&g, KEY_BTAB);
    ck_assert(stage_shows(&g, "[1 why"));
    size_t before = g.n_sent;
    stage_press(&g, "p");
    ck_assert_uint_eq(g.n_sent, before + 1);
    ck_assert_int_eq(g.sent[before].kind, COMMAND_PAUSE);
    stage_tear_down(&g);
}
END_TEST

START_TEST(cockpit_panes_follow_one_selection)
{
    struct stage g;
    open_stage(&g, frames_states(), "c");
    uint32_t first = g.focus.torrent;
    stage_press(&g, "j");
    ck_assert_uint_ne(g.focus.torrent, first);
    ck_assert_uint_ne(g.focus.torrent, 0);
    stage_tear_down(&g);
}
END_TEST

START_TEST(cockpit_zooms_and_comes_back)
{
    struct stage g;
    open_stage(&g, frames_flow(), "c6\r");
    ck_assert(stage_shows(&g, "[6 Graph]"));
    stage_press(&g, "q");
    ck_assert(stage_shows(&g, "[6 graph]"));
    /* A menu over a pane closes instead. */
    stage_press(&g, "3o\r");
    ck_assert(stage_shows(&g, "[3 peers]"));
    ck_assert(!stage_shows(&g, "Columns"));
    /* What has no pane is gone to. */
    stage_press(&g, "5");
    ck_assert(stage_shows(&g, "[5 Trk]"));
    stage_press(&g, "q7");
    ck_assert(stage_shows(&g, "[7 log]"));
    stage_press(&g, "c");
    ck_assert(stage_shows(&g, "Enter open"));
    stage_press(&g, "\r6cc");
    ck_assert(stage_shows(&g, "[6 Graph]"));
    stage_press(&g, "cq");
    ck_assert(stage_shows(&g, "[6 Graph]"));
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    stage_tear_down(&g);
}
END_TEST

START_TEST(cockpit_click_selects_pane_and_row)
{
    struct stage g;
    open_stage(&g, frames_flow(), "c");
    stage_mouse(&g, SCREEN_CLICK, 35, 100);
    ck_assert(stage_shows(&g, "[7 log]"));
    ck_assert(stage_shows(&g, "follow off"));
    stage_mouse(&g, SCREEN_CLICK, 4, 159);
    ck_assert(stage_shows(&g, "[6 graph]"));
    stage_mouse(&g, SCREEN_CLICK, 4, 120);
    ck_assert(stage_shows(&g, "ago: D"));
    stage_mouse(&g, SCREEN_DOUBLE_CLICK, 4, 120);
    ck_assert(stage_shows(&g, "[6 Graph]"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(cockpit_in_little_room_says_how_much_it_needs)
{
    struct stage g;
    stage_set_up(&g, frames_flow(), 39, 160);
    stage_press(&g, "c");
    ck_assert(stage_shows(&g, "needs a screen of 160x40, this one is 160x39"));
    ck_assert_uint_eq(g.focus.parts & (FOCUS_PEERS | FOCUS_ACTIVE), 0);
    ck_assert_uint_eq(g.focus.torrent, 1);
    stage_press(&g, "\t\t6");
    ck_assert(stage_shows(&g, "[6 Graph]"));
    stage_press(&g, "qc");
    ck_assert(stage_shows(&g, "Enter open"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(cockpit_draws_at_any_size)
{
    for (int h = 1; h < 70; h += 23)
        for (int w = 1; w < 300; w += 98) {
            struct stage g;
            stage_set_up(&g, frames_flow(), h, w);
            stage_press(&g, "c\tj\tj\tj\tj\tj");
            stage_tear_down(&g);
        }
}
END_TEST

Suite *cockpit_suite(void)
{
    Suite *s = suite_create("cockpit");
    TCase *t = tcase_create("cockpit");
    tcase_add_test(t, cockpit_asks_for_what_all_its_views_draw);
    tcase_add_loop_test(t, cockpit_keys_go_to_the_pane_in_focus, 0, N_MOVES);
    tcase_add_test(t, cockpit_views_take_their_own_keys);
    tcase_add_test(t, cockpit_panes_follow_one_selection);
    tcase_add_test(t, cockpit_zooms_and_comes_back);
    tcase_add_test(t, cockpit_click_selects_pane_and_row);
    tcase_add_test(t, cockpit_in_little_room_says_how_much_it_needs);
    tcase_add_test(t, cockpit_draws_at_any_size);
    suite_add_tcase(s, t);
    return s;
}
