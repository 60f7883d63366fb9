#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/detail.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_dht.h"
#include "tests/tui/frames_flow.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"

/* What keys do to the trackers. */

static void open_stage(struct stage *g, int h, int w, const char *keys)
{
    setenv("TZ", "UTC", 1);
    tzset();
    stage_set_up(g, frames_flow(), h, w);
    stage_press(g, keys);
}

static void expect_row(struct stage *g, int y, const char *begin)
{
    char *row = stage_row(g, y);
    ck_assert_msg(strncmp(row, begin, strlen(begin)) == 0, "%d: %s", y, row);
    free(row);
}

START_TEST(trackers_are_added_by_their_url)
{
    static const struct {
        const char *typed;
        bool is_sent;
    } cases[] = {
        {"udp://new.example:80\r", true},
        {"https://new.example/announce\r", true},
        {"new.example\r", false},
        {"ftp://new.example\r", false},
        {"udp://\r", false},
        {"\r", false},
        {"udp://new.example:80\x1b", false},
    };
    struct stage g;
    open_stage(&g, 24, 80, "\r5a");
    size_t before = g.n_sent;
    stage_press(&g, cases[_i].typed);
    ck_assert_uint_eq(g.n_sent, before + (cases[_i].is_sent ? 1 : 0));
    if (cases[_i].is_sent) {
        const struct stage_sent *sent = &g.sent[before];
        ck_assert_int_eq(sent->kind, COMMAND_TRACKER);
        ck_assert_uint_eq(sent->torrent, 1);
        ck_assert_uint_eq(strlen(sent->text), strlen(cases[_i].typed) - 1);
        ck_assert(stage_shows(&g, "asked to add"));
    }
    stage_tear_down(&g);
}
END_TEST

START_TEST(trackers_removal_asks_first)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r5jd");
    size_t before = g.n_sent;
    ck_assert(stage_shows(&g, "never ask https://bt.example.net/announce"));
    stage_press(&g, "n");
    ck_assert_uint_eq(g.n_sent, before);
    stage_press(&g, "dy");
    ck_assert_uint_eq(g.n_sent, before + 1);
    ck_assert_int_eq(g.sent[before].kind, COMMAND_UNTRACK);
    ck_assert_str_eq(g.sent[before].text, "https://bt.example.net/announce");
    stage_tear_down(&g);
}
END_TEST

/* Off, and on again: as the latest frame has it, of the one that is selected. */
START_TEST(trackers_are_switched_off_and_on)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r5j");
    size_t before = g.n_sent;
    stage_press(&g, "x");
    ck_assert_uint_eq(g.n_sent, before + 1);
    ck_assert_int_eq(g.sent[before].kind, COMMAND_ENABLE);
    ck_assert_uint_eq(g.sent[before].torrent, 1);
    ck_assert(!g.sent[before].flag);
    ck_assert_str_eq(g.sent[before].text, "https://bt.example.net/announce");
    ck_assert(stage_shows(&g, "asked to disable https://bt.example.net/"));
    screen_on_frame(g.screen, frames_disabled());
    stage_show(&g);
    expect_row(&g, 4, ">   1 https://bt.example.net/announce    off");
    ck_assert(stage_shows(&g, "is disabled, and passed over as if it were not "
                              "there: x enables it"));
    ck_assert(!stage_shows(&g, "is told: sent"));
    stage_press(&g, "x");
    ck_assert_uint_eq(g.n_sent, before + 2);
    ck_assert(g.sent[before + 1].flag);
    ck_assert(stage_shows(&g, "asked to enable https://bt.example.net/"));
    stage_tear_down(&g);
}
END_TEST

/* Keys that come faster than frames are for the row that the last one led to. */
START_TEST(trackers_keys_before_a_frame_are_for_the_new_row)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r5");
    size_t before = g.n_sent;
    for (const char *keys = "jjx"; *keys != '\0'; keys++)
        screen_on_key(g.screen, g.draw, *keys, g.now_ms);
    ck_assert_uint_eq(g.n_sent, before + 1);
    ck_assert_str_eq(g.sent[before].text, "udp://open.example.com:1337");
    for (const char *keys = "Gx"; *keys != '\0'; keys++)
        screen_on_key(g.screen, g.draw, *keys, g.now_ms);
    ck_assert_uint_eq(g.n_sent, before + 2);
    ck_assert_ptr_nonnull(strstr(g.sent[before + 1].text, "gone.example"));
    stage_tear_down(&g);
}
END_TEST

/* What is held shows what was; the key does what is not so yet. */
START_TEST(trackers_are_switched_as_they_are_now)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r5jF");
    screen_on_frame(g.screen, frames_disabled());
    stage_show(&g);
    expect_row(&g, 4, ">   1 https://bt.example.net/announce    failing");
    size_t before = g.n_sent;
    stage_press(&g, "x");
    ck_assert_uint_eq(g.n_sent, before + 1);
    ck_assert(g.sent[before].flag);
    struct frame *f = frames_flow();
    f->detail->n_trackers = 1;
    screen_on_frame(g.screen, f);
    stage_press(&g, "x");
    ck_assert_uint_eq(g.n_sent, before + 1);
    ck_assert(stage_shows(&g, "that tracker is not there any more"));
    stage_tear_down(&g);
}
END_TEST

/* Rows of what is no tracker say where they are switched. */
START_TEST(trackers_beside_them_are_switched_elsewhere)
{
    static const char *const words[] = {
        "DHT is on or off for all torrents together: the setting dht",
        "PEX is on or off for all torrents together: the setting pex",
        "LSD is on or off for all torrents together: the setting lsd",
        "a private torrent: it asks its trackers alone",
        "there is no tracker here",
    };
    struct stage g;
    struct frame *f = _i == 3 ? frames_private() : frames_finders();
    f->detail->is_private = _i == 3;
    f->detail->finders[DETAIL_FINDER_LSD].state = DETAIL_FINDER_WORKING;
    if (_i == 4) {
        f->detail->n_trackers = 0;
        for (int i = 0; i < DETAIL_N_FINDERS; i++)
            f->detail->finders[i].state = DETAIL_FINDER_NONE;
    }
    stage_set_up(&g, f, 24, 80);
    stage_press(&g, "\r5jjjjjj");
    for (int i = 0; i < _i && i < 3; i++)
        stage_press(&g, "j");
    size_t before = g.n_sent;
    stage_press(&g, "x");
    ck_assert_uint_eq(g.n_sent, before);
    ck_assert(stage_shows(&g, words[_i]));
    stage_tear_down(&g);
}
END_TEST

START_TEST(trackers_are_copied_clicked_and_asked_again)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r5");
    stage_mouse(&g, SCREEN_CLICK, 5, 20);
    expect_row(&g, 5, ">   2 udp://open.example.com:1337");
    stage_key(&g, 'y');
    ck_assert_str_eq(screen_take_copy(g.screen), "udp://open.example.com:1337");
    /* Headings, and what lies below the rows. */
    stage_mouse(&g, SCREEN_CLICK, 2, 20);
    stage_mouse(&g, SCREEN_CLICK, 9, 20);
    stage_mouse(&g, SCREEN_CLICK, 15, 20);
    expect_row(&g, 5, ">   2 udp://open.example.com:1337");
    size_t before = g.n_sent;
    stage_press(&g, "r");
    ck_assert_int_eq(g.sent[before].kind, COMMAND_REANNOUNCE);
    stage_tear_down(&g);
}
END_TEST

START_TEST(trackers_draw_into_any_pane)
{
    for (int h = 1; h < 40; h += 9)
        for (int w = 1; w < 200; w += 53) {
            struct stage g;
            open_stage(&g, h, w, "\r5jjGg");
            stage_tear_down(&g);
        }
}
END_TEST

Suite *trackers_suite(void)
{
    Suite *s = suite_create("trackers");
    TCase *t = tcase_create("trackers");
    tcase_add_loop_test(t, trackers_are_added_by_their_url, 0, 7);
    tcase_add_test(t, trackers_removal_asks_first);
    tcase_add_test(t, trackers_are_switched_off_and_on);
    tcase_add_test(t, trackers_keys_before_a_frame_are_for_the_new_row);
    tcase_add_test(t, trackers_are_switched_as_they_are_now);
    tcase_add_loop_test(t, trackers_beside_them_are_switched_elsewhere, 0, 5);
    tcase_add_test(t, trackers_are_copied_clicked_and_asked_again);
    tcase_add_test(t, trackers_draw_into_any_pane);
    suite_add_tcase(s, t);
    return s;
}
