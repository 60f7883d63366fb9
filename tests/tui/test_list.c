#include "config.h"

#include "ui/view_list.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#undef OK
#undef ERR
#include "tests/tui/frames.h"
#include "tests/tui/frames_peers.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "ui/notice.h"
#include "ui/list_order.h"
#include "ui/words.h"

/* Where this text begins on row y; fails when it does not. */
static int column_of(struct stage *g, int y, const char *text)
{
    char *row = stage_row(g, y);
    const char *at = strstr(row, text);
    ck_assert_msg(at != NULL, "no \"%s\" in \"%s\"", text, row);
    int x = (int)(at - row);
    free(row);
    return x;
}

START_TEST(list_marks_a_range_and_acts_on_it)
{
    struct stage g;
    stage_set_up(&g, frames_many(), 24, 80);
    stage_press(&g, "jVjj");
    ck_assert_int_eq(column_of(&g, 3, "*"), 1);
    ck_assert_int_eq(column_of(&g, 5, "*"), 1);
    stage_press(&g, "kr");
    ck_assert_uint_eq(stage_n_asked(&g), 2);
    /* They stay marked; a second range joins them. */
    stage_press(&g, "jjjVjVjr");
    ck_assert_uint_eq(stage_n_asked(&g), 2 + 4);
    /* Esc gives an open range up, not what was marked before. */
    stage_press(&g, "Vjjj\x1br");
    ck_assert_uint_eq(stage_n_asked(&g), 6 + 4);
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_marks_all_and_the_others)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    stage_press(&g, "*v");
    ck_assert_uint_eq(stage_n_asked(&g), 12);
    stage_press(&g, "g !v");
    ck_assert_uint_eq(stage_n_asked(&g), 13);
    /* Those that are gone are marked no more: it is the cursor's again. */
    screen_on_frame(g.screen, frames_empty());
    stage_press(&g, "v");
    screen_on_frame(g.screen, frames_one());
    stage_press(&g, "jv");
    ck_assert_uint_eq(stage_n_asked(&g), 14);
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_filter_by_fields_and_says_what_is_wrong)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    stage_press(&g, "/state:paus");
    ck_assert(stage_shows(&g, "dataset-2024"));
    ck_assert(!stage_shows(&g, "backup-set"));
    stage_press(&g, "\x15zeeds<3");
    ck_assert(stage_shows(&g, "no field \"zeeds\""));
    ck_assert(stage_shows(&g, "backup-set"));
    stage_press(&g, "\x15!state:seeding done<50\r");
    ck_assert(stage_shows(&g, "backup-set"));
    ck_assert(!stage_shows(&g, "dataset-2024"));
    /* All that are shown, and no others, are marked. */
    stage_press(&g, "*r");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    stage_press(&g, "\x1b");
    ck_assert(stage_shows(&g, "dataset-2024"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_gives_the_room_of_empty_columns_to_names)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 120);
    ck_assert(stage_shows(&g, "Added"));
    ck_assert(!stage_shows(&g, "Label"));
    ck_assert(!stage_shows(&g, "Tracker "));
    struct frame *f = frames_states();
    f->torrents[2]->label = "iso";
    screen_on_frame(g.screen, f);
    stage_show(&g);
    ck_assert(stage_shows(&g, "Label"));
    /* Who asks for it has it. */
    stage_press(&g, "oG o");
    ck_assert(stage_shows(&g, "Tracker "));
    stage_tear_down(&g);
}
END_TEST

/* Also by what is not shown. */
START_TEST(list_is_sorted_by_what_a_menu_has)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    ck_assert(!stage_shows(&g, "Label"));
    stage_press(&g, "s");
    ck_assert(stage_shows(&g, "(*) Name"));
    ck_assert(stage_shows(&g, "( ) State"));
    ck_assert(stage_shows(&g, "( ) Label"));
    ck_assert(stage_shows(&g, "Enter sort"));
    /* From the last one to the first, and on; p is no key of the list here. */
    stage_press(&g, "sssp\r");
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    ck_assert(!stage_shows(&g, "( )"));
    ck_assert(stage_shows(&g, "Sizev"));
    stage_press(&g, "s\r");
    ck_assert(stage_shows(&g, "Size^"));
    stage_press(&g, "sg\x1b");
    ck_assert(stage_shows(&g, "Size^"));
    ck_assert(stage_shows(&g, "s sort"));
    stage_press(&g, "o");
    ck_assert(stage_shows(&g, "[x] Done%"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_columns_are_chosen)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    ck_assert(stage_shows(&g, "Avl"));
    stage_press(&g, "o");
    ck_assert(stage_shows(&g, "[x] Avl"));
    ck_assert(stage_shows(&g, "[ ] Label"));
    /* To Label, and back by one to Added. */
    stage_press(&g, "Gk k o");
    ck_assert_int_gt(column_of(&g, 1, "Added"), 0);
    ck_assert_int_gt(column_of(&g, 1, "Label"), 0);
    stage_press(&g, "og o");
    ck_assert(!stage_shows(&g, "Done%"));
    stage_press(&g, "o0\x1b");
    ck_assert(stage_shows(&g, "Done%"));
    ck_assert(!stage_shows(&g, "Label"));
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_menu_has_its_keys_and_takes_no_others)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    static const char *const closing[] = {"o", "\r", "\x1b", "q"};
    for (size_t i = 0; i < 4; i++) {
        stage_press(&g, "o");
        ck_assert(stage_shows(&g, "Space on/off  0 reset  Enter close"));
        ck_assert(!stage_shows(&g, "p pause"));
        /* Nothing of the list, which would act on what is hidden. */
        size_t before = g.n_sent;
        stage_press(&g, "pd/S");
        ck_assert_uint_eq(g.n_sent, before);
        stage_press(&g, closing[i]);
        ck_assert(stage_shows(&g, "p pause"));
    }
    stage_press(&g, "oQ");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_LEAVING);
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_click_selects_a_row_and_sorts_by_a_heading)
{
    struct stage g;
    stage_set_up(&g, frames_many(), 24, 80);
    stage_press(&g, "M");
    stage_mouse(&g, SCREEN_CLICK, 5, 30);
    ck_assert_int_eq(column_of(&g, 5, ">"), 0);
    int x = column_of(&g, 1, "Down");
    stage_mouse(&g, SCREEN_CLICK, 1, x);
    ck_assert(stage_shows(&g, "Down v"));
    stage_press(&g, "g");
    ck_assert_int_gt(column_of(&g, 2, "1.9M/s"), 0);
    stage_mouse(&g, SCREEN_CLICK, 1, x);
    ck_assert(stage_shows(&g, "Down ^"));
    stage_mouse(&g, SCREEN_DOUBLE_CLICK, 3, 30);
    ck_assert(stage_shows(&g, "[1 Over]"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_pages_and_columns_at_each_width)
{
    struct stage g;
    stage_set_up(&g, frames_many(), 24, 80);
    stage_key(&g, KEY_NPAGE);
    ck_assert_int_gt(column_of(&g, 16, "torrent 015"), 0);
    stage_tear_down(&g);
    /* Less room: first Avl goes, then Ratio, Up, Pr/Sd, Size, ETA. */
    static const struct {
        int w;
        const char *gone, *there;
    } widths[] = {{80, "Label", "Avl"},  {77, "Avl", "Ratio"},
                  {72, "Ratio", " Up "}, {65, " Up ", "Pr/Sd"},
                  {58, "Pr/Sd", "Size"}, {50, "Size", "ETA"},
                  {44, "ETA", "Down"}};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        stage_set_up(&g, frames_one(), 24, widths[i].w);
        char *row = stage_row(&g, 1);
        ck_assert_msg(strstr(row, widths[i].gone) == NULL, "%s", row);
        ck_assert_msg(strstr(row, widths[i].there) != NULL, "%s", row);
        free(row);
        stage_tear_down(&g);
    }
}
END_TEST

/* Acceptance check: what is not plainly at work says why. */
START_TEST(list_every_odd_row_has_a_cause)
{
    struct frame *f = frames_states();
    for (size_t i = 0; i < f->n_torrents; i++) {
        const struct frame_torrent *t = f->torrents[i];
        char cause[WORDS_LEN];
        words_cause(t, cause);
        if (strchr("!EQCM", words_letter(t)) != NULL) {
            ck_assert(words_is_odd(t));
            ck_assert_msg(cause[0] != '\0', "%s", t->name);
        }
    }
    frame_free(f);
}
END_TEST

START_TEST(list_asks_for_limits_label_and_folder)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, "L");
    ck_assert(stage_shows(&g, "limits down, up: off off_"));
    stage_press(&g, "\x15"
                    "2M 500k\r");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_LIMITS);
    ck_assert_uint_eq(stage_asked(&g, 0)->torrent, 1);
    ck_assert_uint_eq(stage_asked(&g, 0)->limits.down_Bps, 2 << 20);
    ck_assert_uint_eq(stage_asked(&g, 0)->limits.up_Bps, 500 << 10);
    /* One word leaves the upload as it is; nonsense changes nothing, and is there to
     * be mended. */
    stage_press(&g, "L\x15"
                    "off\rL\x15"
                    "fast\r");
    ck_assert(stage_shows(&g, "limits are \"down up\""));
    ck_assert(stage_shows(&g, "limits down, up: fast_"));
    stage_press(&g, "\x15"
                    "1 2 3\r\x15\r\x1b");
    ck_assert(!stage_shows(&g, "limits"));
    ck_assert_uint_eq(stage_n_asked(&g), 2);
    ck_assert(stage_asked(&g, 1)->limits.has_down);
    ck_assert(!stage_asked(&g, 1)->limits.has_up);
    stage_press(&g, "Tiso\r");
    ck_assert_int_eq(stage_asked(&g, 2)->kind, COMMAND_LABEL);
    ck_assert_str_eq(stage_asked(&g, 2)->text, "iso");
    stage_press(&g, "m/srv/new\rm\x1b");
    ck_assert_int_eq(stage_asked(&g, 3)->kind, COMMAND_MOVE);
    ck_assert_str_eq(stage_asked(&g, 3)->text, "/srv/new");
    stage_press(&g, "SJK");
    ck_assert_int_eq(stage_asked(&g, 4)->kind, COMMAND_FORCE);
    ck_assert(stage_asked(&g, 4)->flag);
    ck_assert_int_eq(stage_asked(&g, 5)->delta, 1);
    ck_assert_int_eq(stage_asked(&g, 6)->delta, -1);
    ck_assert_uint_eq(stage_n_asked(&g), 7);
    struct frame *f = frames_one();
    f->torrents[0]->is_forced = true;
    screen_on_frame(g.screen, f);
    stage_press(&g, "S");
    ck_assert(!stage_asked(&g, 7)->flag);
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_marked_keep_their_order_in_the_queue)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    stage_press(&g, "  J");
    ck_assert_uint_eq(stage_n_asked(&g), 2);
    ck_assert_uint_gt(stage_asked(&g, 0)->torrent, stage_asked(&g, 1)->torrent);
    stage_press(&g, "K");
    ck_assert_uint_lt(stage_asked(&g, 2)->torrent, stage_asked(&g, 3)->torrent);
    /* All the same way, though some are paused and some are not. */
    stage_press(&g, "*p");
    for (size_t i = 5; i < stage_n_asked(&g); i++)
        ck_assert_int_eq(stage_asked(&g, i)->kind, stage_asked(&g, 4)->kind);
    stage_tear_down(&g);
}
END_TEST

/* "S done rate eta name", and less of it, down to where a name is all. */
START_TEST(list_is_told_in_few_cells)
{
    static const struct {
        int h, w;
        const char *row;
    } sizes[] = {
        {10, 40, ">D 61%  4.0M  5m41s debian-12.5.0-DVD-1"},
        {7, 30, ">D 61%  4.0M debian-12.5.0"},
        {3, 20, ">D 61% debian-12"},
        {3, 80, ">D 61%  4.0M  5m41s debian-12.5.0-DVD-1"},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct stage g;
        stage_set_up(&g, frames_rich(), sizes[i].h, sizes[i].w);
        stage_press(&g, ":goto 4\r");
        g.now_ms += NOTICE_MS;
        stage_key(&g, KEY_DOWN);
        stage_key(&g, KEY_UP);
        ck_assert_msg(stage_shows(&g, sizes[i].row), "%s", sizes[i].row);
        if (sizes[i].h == 10)
            ck_assert(stage_shows(&g, "why: peers choking"));
        stage_tear_down(&g);
    }
}
END_TEST

START_TEST(list_paths_are_completed_while_typed)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, "m/sr\t");
    ck_assert(stage_shows(&g, "move the data to: /srv/_"));
    stage_press(&g, "\t");
    ck_assert(stage_shows(&g, "/srv/dl  /srv/old"));
    stage_press(&g, "dl\r:move /sr\tnew\r");
    ck_assert_str_eq(stage_asked(&g, 0)->text, "/srv/dl");
    ck_assert_str_eq(stage_asked(&g, 1)->text, "/srv/new");
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_and_peers_are_as_they_were_at_the_next_start)
{
    struct stage g;
    stage_set_up(&g, frames_peers(), 24, 80);
    ck_assert_str_eq(g.kept[0], "");
    /* By what comes next, the other way round; without the sizes. */
    stage_press(&g, ">Io");
    stage_press(&g, "j \r");
    ck_assert_str_eq(g.kept[0], "state^ -size");
    stage_press(&g, "\r3>");
    ck_assert_str_eq(g.kept[1], "Up");
    stage_start_again(&g, frames_peers());
    ck_assert(!stage_shows(&g, "Size"));
    stage_press(&g, "\r3");
    ck_assert(stage_shows(&g, "Up v"));
    ck_assert_str_eq(g.kept[0], "state^ -size");
    stage_tear_down(&g);
}
END_TEST

Suite *list_suite(void)
{
    Suite *s = suite_create("list");
    TCase *t = tcase_create("list");
    tcase_add_test(t, list_marks_a_range_and_acts_on_it);
    tcase_add_test(t, list_marks_all_and_the_others);
    tcase_add_test(t, list_filter_by_fields_and_says_what_is_wrong);
    tcase_add_test(t, list_gives_the_room_of_empty_columns_to_names);
    tcase_add_test(t, list_is_sorted_by_what_a_menu_has);
    tcase_add_test(t, list_columns_are_chosen);
    tcase_add_test(t, list_menu_has_its_keys_and_takes_no_others);
    tcase_add_test(t, list_click_selects_a_row_and_sorts_by_a_heading);
    tcase_add_test(t, list_pages_and_columns_at_each_width);
    tcase_add_test(t, list_every_odd_row_has_a_cause);
    tcase_add_test(t, list_asks_for_limits_label_and_folder);
    tcase_add_test(t, list_is_told_in_few_cells);
    tcase_add_test(t, list_paths_are_completed_while_typed);
    tcase_add_test(t, list_marked_keep_their_order_in_the_queue);
    tcase_add_test(t, list_and_peers_are_as_they_were_at_the_next_start);
    suite_add_tcase(s, t);
    return s;
}
