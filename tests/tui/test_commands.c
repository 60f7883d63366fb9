#include "config.h"

#include "ui/cmdline.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#undef OK
#undef ERR
#include "tests/tui/frames.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "ui/draw.h"
#include "ui/keys.h"
#include "ui/limits.h"

START_TEST(commands_reach_the_marked_or_the_one_under_the_cursor)
{
    struct stage g;
    stage_set_up(&g, frames_many(), 24, 80);
    stage_press(&g, ":pause\r");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_PAUSE);
    stage_press(&g, "  :label some words\r");
    ck_assert_uint_eq(stage_n_asked(&g), 3);
    ck_assert_str_eq(stage_asked(&g, 2)->text, "some words");
    /* On a torrent's page it is that one. */
    stage_press(&g, "\r:limit 2M off\r");
    ck_assert_uint_eq(stage_n_asked(&g), 4);
    ck_assert_uint_eq(stage_asked(&g, 3)->limits.down_Bps, 2 << 20);
    ck_assert(stage_asked(&g, 3)->limits.has_up);
    /* A command may ask, too: about the same. */
    stage_press(&g, "q:remove\r");
    ck_assert(stage_shows(&g, "remove 2 torrents?"));
    stage_press(&g, "D");
    ck_assert_uint_eq(stage_n_asked(&g), 6);
    ck_assert(stage_asked(&g, 5)->flag);
    stage_tear_down(&g);
}
END_TEST

START_TEST(commands_undo_is_asked_of_the_session)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, ":rem\rr");
    ck_assert(stage_shows(&g, ":undo brings it back"));
    stage_press(&g, ":undo\r");
    ck_assert_uint_eq(stage_n_asked(&g), 2);
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_REMOVE);
    ck_assert_int_eq(stage_asked(&g, 1)->kind, COMMAND_UNDO);
    ck_assert_uint_eq(stage_asked(&g, 1)->torrent, 0);
    stage_tear_down(&g);
}
END_TEST

START_TEST(commands_set_and_save_settings)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, ":set slots\r");
    ck_assert(stage_shows(&g, "slots = 4"));
    stage_press(&g, ":set slots 9\r");
    ck_assert_str_eq(g.set, "slots=9");
    ck_assert(stage_shows(&g, ":save keeps it"));
    stage_press(&g, ":set nonsense 1\r");
    ck_assert(stage_shows(&g, "no such key"));
    /* What keys change is a setting too, and what is set is seen at once. */
    stage_press(&g, "C");
    ck_assert_str_eq(g.set, "theme=dark");
    stage_press(&g, ":set down 1M\r");
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_LIMITS);
    ck_assert_uint_eq(stage_asked(&g, 0)->limits.down_Bps, 1 << 20);
    stage_press(&g, ":set mouse true\r");
    ck_assert(screen_wants_mouse(g.screen));
    stage_press(&g, ":set confirm-remove false\rd");
    ck_assert_int_eq(stage_asked(&g, 1)->kind, COMMAND_REMOVE);
    ck_assert(!stage_asked(&g, 1)->flag);
    stage_press(&g, ":save\r");
    ck_assert(stage_shows(&g, "3 settings saved in /etc/conf"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(commands_that_are_wrong_say_so_and_do_nothing)
{
    static const struct {
        const char *line, *words;
    } rows[] = {
        {"pasue", "is it \"pause\"?"},
        {"xyzzy", "Tab shows them"},
        {"re", "no command \"re\""},
        {"limit fast", "limit wants"},
        {"limit", "limit wants DOWN UP"},
        {"down -5", "is no rate"},
        {"sort colour", "no column"},
        {"theme pink", "theme: none is called"},
        {"goto 9999", "no row 9999"},
        {"goto", "wants N"},
        {"mouse maybe", "on or off"},
        {"move", "wants FOLDER"},
        {"filter sedes<2", "no field"},
        {"pause debian", "pause stands alone"},
    };
    struct stage g;
    stage_set_up(&g, frames_many(), 24, 80);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        stage_press(&g, ":");
        stage_press(&g, rows[i].line);
        stage_press(&g, "\r");
        ck_assert_msg(stage_shows(&g, rows[i].words), "%s", rows[i].line);
    }
    stage_press(&g, ":\r:\x1b");
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    stage_tear_down(&g);
}
END_TEST

START_TEST(commands_for_the_screen_and_the_list)
{
    struct stage g;
    stage_set_up(&g, frames_many(), 24, 80);
    stage_press(&g, ":sort down\r");
    ck_assert(stage_shows(&g, "Down v"));
    stage_press(&g, ":sort down\r");
    ck_assert(stage_shows(&g, "Down ^"));
    stage_press(&g, ":filter 49\r");
    ck_assert(!stage_shows(&g, "torrent 000"));
    stage_press(&g, ":filter\r:sort name\r:goto 20\r");
    char *row = stage_row(&g, 2);
    ck_assert_msg(row[0] == '>' && strstr(row, "torrent 019"), "%s", row);
    free(row);
    stage_press(&g, ":mouse on\r");
    ck_assert(screen_wants_mouse(g.screen));
    stage_press(&g, ":theme light\r:gl br\r");
    ck_assert_int_eq(draw_look(g.draw).theme, THEME_LIGHT);
    ck_assert_int_eq(draw_look(g.draw).level, GLYPHS_ASCII);
    stage_press(&g, ":glyphs braille\r:help\r");
    ck_assert_int_eq(draw_look(g.draw).level, GLYPHS_BRAILLE);
    ck_assert(stage_shows(&g, "you are here"));
    stage_press(&g, ":quit\r");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_LEAVING);
    stage_tear_down(&g);
}
END_TEST

START_TEST(commands_are_completed_and_come_back)
{
    struct stage g;
    stage_set_up(&g, frames_many(), 24, 80);
    stage_press(&g, ":so\t");
    ck_assert(stage_shows(&g, ": sort _"));
    stage_press(&g, "ra\t");
    ck_assert(stage_shows(&g, ": sort ratio _"));
    stage_press(&g, "\r:re\t");
    ck_assert(stage_shows(&g, "resume  remove  reannounce"));
    stage_press(&g, "\x1b:xq\t\r");
    stage_press(&g, ":");
    stage_key(&g, KEY_UP);
    ck_assert(stage_shows(&g, ": xq_"));
    stage_key(&g, KEY_UP);
    ck_assert(stage_shows(&g, ": sort ratio _"));
    stage_key(&g, KEY_UP);
    stage_key(&g, KEY_DOWN);
    stage_key(&g, KEY_DOWN);
    ck_assert(stage_shows(&g, ": _"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(commands_line_is_edited_in_the_middle_and_scrolls)
{
    struct stage g;
    stage_set_up(&g, frames_many(), 24, 40);
    stage_press(&g, ":ab");
    stage_key(&g, KEYS_WIDE + 0xe4);
    stage_key(&g, KEY_LEFT);
    stage_key(&g, KEY_LEFT);
    stage_press(&g, "X");
    ck_assert(stage_shows(&g, ": aX_b\xc3\xa4"));
    stage_key(&g, KEY_RIGHT);
    stage_key(&g, KEY_RIGHT);
    stage_press(&g, "\x7f");
    ck_assert(stage_shows(&g, ": aXb_"));
    stage_key(&g, KEY_HOME);
    stage_key(&g, KEY_DC);
    ck_assert(stage_shows(&g, ": _Xb"));
    stage_press(&g, "\x05\x15");
    ck_assert(stage_shows(&g, ": _"));
    stage_press(&g, "0123456789012345678901234567890123456789end");
    ck_assert(stage_shows(&g, "789end_"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(limits_go_in_steps_that_add_up)
{
    struct stage g;
    stage_set_up(&g, frames_rich(), 24, 80);
    /* From none: below what goes through, 4.2M/s. */
    stage_press(&g, "[");
    ck_assert_uint_eq(stage_asked(&g, 0)->torrent, 0);
    ck_assert_uint_eq(stage_asked(&g, 0)->limits.down_Bps, 3 << 20);
    ck_assert_uint_eq(stage_asked(&g, 0)->limits.up_Bps, 500 << 10);
    stage_press(&g, "[[");
    ck_assert_uint_eq(stage_asked(&g, 2)->limits.down_Bps, 1 << 20);
    ck_assert(stage_shows(&g, "down 1.0M/s, up 500k/s"));
    stage_press(&g, "}");
    ck_assert_uint_eq(stage_asked(&g, 3)->limits.up_Bps, 1 << 20);
    ck_assert_uint_eq(stage_asked(&g, 3)->limits.down_Bps, 1 << 20);
    /* Later, what the engine says counts: it did not take them. */
    g.now_ms += LIMITS_SETTLE_MS;
    stage_press(&g, "j]");
    ck_assert_uint_eq(stage_asked(&g, 4)->limits.down_Bps, 0);
    stage_press(&g, "{{{{{{{{{{{{");
    ck_assert_uint_eq(stage_asked(&g, stage_n_asked(&g) - 1)->limits.up_Bps,
                      10 << 10);
    stage_tear_down(&g);
}
END_TEST

START_TEST(limits_alternate_and_each_set_is_kept)
{
    struct stage g;
    stage_set_up(&g, frames_rich(), 24, 80);
    stage_press(&g, "\\");
    ck_assert(stage_shows(&g, "alternative limits"));
    /* What the engine says then says less. */
    struct event e = {.kind = EVENT_LIMITS, .text = "D 1 MiB/s"};
    screen_on_event(g.screen, &e, g.now_ms);
    stage_show(&g);
    ck_assert(stage_shows(&g, "alternative limits"));
    ck_assert(stage_shows(&g, " alt "));
    ck_assert_uint_eq(stage_asked(&g, 0)->limits.up_Bps, 50 << 10);
    stage_press(&g, "{\\");
    ck_assert_uint_eq(stage_asked(&g, 2)->limits.down_Bps, 0);
    ck_assert_uint_eq(stage_asked(&g, 2)->limits.up_Bps, 500 << 10);
    ck_assert(!stage_shows(&g, " alt "));
    stage_press(&g, "\\");
    ck_assert_uint_eq(stage_asked(&g, 3)->limits.up_Bps, 20 << 10);
    stage_press(&g, "\\:up 2M\r:down off\r");
    ck_assert_uint_eq(stage_asked(&g, 5)->limits.up_Bps, 2 << 20);
    stage_tear_down(&g);
}
END_TEST

START_TEST(help_begins_where_it_was_asked_for_and_is_searched)
{
    struct stage g;
    stage_set_up(&g, frames_detail(), 24, 80);
    stage_press(&g, "?");
    char *first = stage_row(&g, 1);
    ck_assert_msg(strstr(first, "List of torrents  <- you") != NULL, "%s",
                  first);
    free(first);
    stage_press(&g, "q\r3");
    stage_key(&g, KEY_F(1));
    first = stage_row(&g, 1);
    ck_assert_msg(strstr(first, "Peers  <- you") != NULL, "%s", first);
    free(first);
    stage_press(&g, "/ADDRESS");
    ck_assert(stage_shows(&g, "copy its address"));
    ck_assert(!stage_shows(&g, "Everywhere"));
    stage_press(&g, "zzz");
    ck_assert(stage_shows(&g, "nothing is about"));
    stage_press(&g, "\r\x1b");
    ck_assert(stage_shows(&g, "Everywhere") || stage_shows(&g, "Peers"));
    stage_press(&g, "q");
    ck_assert(stage_shows(&g, "[3 Peers]"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(leaving_says_what_it_waits_for)
{
    struct stage g;
    stage_set_up(&g, frames_rich(), 24, 80);
    stage_press(&g, "\r3Q");
    ck_assert(stage_shows(&g, "telling 6 torrents' trackers (0s)"));
    ck_assert(stage_shows(&g, "q again: leave now  D 402M U 12M"));
    g.now_ms += 2000;
    screen_on_frame(g.screen, frames_one());
    stage_press(&g, "3");
    ck_assert(stage_shows(&g, "telling 1 torrent's trackers (2s)"));
    stage_press(&g, "Q");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_NOW);
    stage_tear_down(&g);
}
END_TEST

START_TEST(header_says_what_fits_and_cuts_nothing)
{
    static const struct {
        int from;
        const char *words;
    } parts[] = {{15, "D 4.2M"},   {15, "U 312k"},
                 {32, "/500k"},    {40, "tessera"},
                 {60, "port ok"},  {80, "1 act/7"},
                 {80, "peers 31"}, {120, "port 51413 ok, 4m10s ago"},
                 {130, "06:00:00"}};
    setenv("TZ", "UTC", 1);
    for (int w = 15; w < 150; w++) {
        struct stage g;
        stage_set_up(&g, frames_rich(), 10, w);
        char *row = stage_row(&g, 0);
        ck_assert_msg(strstr(row, "...") == NULL, "%d: %s", w, row);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            ck_assert_msg((w >= 120 && i == 4) || w < parts[i].from ||
                              strstr(row, parts[i].words) != NULL,
                          "%d: %s", w, row);
        free(row);
        stage_tear_down(&g);
    }
}
END_TEST

Suite *commands_suite(void)
{
    Suite *s = suite_create("commands");
    TCase *t = tcase_create("commands");
    tcase_add_test(t, commands_reach_the_marked_or_the_one_under_the_cursor);
    tcase_add_test(t, commands_undo_is_asked_of_the_session);
    tcase_add_test(t, commands_set_and_save_settings);
    tcase_add_test(t, commands_that_are_wrong_say_so_and_do_nothing);
    tcase_add_test(t, commands_for_the_screen_and_the_list);
    tcase_add_test(t, commands_are_completed_and_come_back);
    tcase_add_test(t, commands_line_is_edited_in_the_middle_and_scrolls);
    tcase_add_test(t, limits_go_in_steps_that_add_up);
    tcase_add_test(t, limits_alternate_and_each_set_is_kept);
    tcase_add_test(t, help_begins_where_it_was_asked_for_and_is_searched);
    tcase_add_test(t, leaving_says_what_it_waits_for);
    tcase_add_test(t, header_says_what_fits_and_cuts_nothing);
    suite_add_tcase(s, t);
    return s;
}
