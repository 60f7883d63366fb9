#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/detail.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_flow.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "ui/hold.h"

/* What keys do to the graph and the log. */

/* The screen with that day's events, keys pressed. */
static void open_stage(struct stage *g, int h, int w, const char *keys)
{
    setenv("TZ", "UTC", 1);
    tzset();
    stage_set_up(g, frames_flow(), h, w);
    for (size_t i = 0; i < frames_flow_n_events; i++) {
        struct event e = frames_flow_event(i);
        screen_on_event(g->screen, &e, g->now_ms);
    }
    stage_press(g, keys);
}

START_TEST(graph_spans_go_round)
{
    static const char *const names[] = {"span 1h", "span 24h", "span 1m",
                                        "span 5m"};
    struct stage g;
    open_stage(&g, 24, 80, "\r6");
    ck_assert_uint_eq(g.focus.parts, FOCUS_HISTORY);
    ck_assert(stage_shows(&g, "span 5m"));
    for (size_t i = 0; i < 4; i++) {
        stage_press(&g, "t");
        ck_assert(stage_shows(&g, names[i]));
    }
    stage_press(&g, "T");
    ck_assert(stage_shows(&g, "span 1m"));
    stage_tear_down(&g);
}
END_TEST

/* Whole facts, and first what holds it back. */
START_TEST(graph_tells_what_there_is_room_for)
{
    static const int widths[] = {30, 50, 80, 119};
    for (size_t i = 0; i < 4; i++) {
        struct stage g;
        stage_set_up(&g, frames_flow(), 24, widths[i]);
        stage_press(&g, "\r6");
        ck_assert_int_eq(stage_shows(&g, "held D"), widths[i] >= 50);
        ck_assert_int_eq(stage_shows(&g, "disk jobs"), widths[i] >= 119);
        for (int y = 0; y < 24; y++) {
            char *row = stage_row(&g, y);
            ck_assert(strncmp(row, " cap", 4) != 0 ||
                      strstr(row, "...") == NULL);
            free(row);
        }
        stage_tear_down(&g);
    }
}
END_TEST

START_TEST(graph_cursor_stays_at_its_moment)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r6hh");
    ck_assert(stage_shows(&g, "05:59:53, 6s ago: D 4.0M/s U 0"));
    /* At the same moment in another span. */
    stage_press(&g, "T");
    ck_assert(stage_shows(&g, "05:59:53, 6s ago"));
    stage_press(&g, "t");
    ck_assert(stage_shows(&g, "05:59:53, 6s ago"));
    struct frame *f = frames_flow();
    f->now_ms += 60000;
    f->now_wall += 60;
    history_idle(f->detail->history, f->now_ms / 1000);
    screen_on_frame(g.screen, f);
    stage_press(&g, "z");
    ck_assert(stage_shows(&g, "05:59:53, 1m06s ago: D 4.0M/s"));
    /* To the right of the last cell there is none. */
    stage_press(&g, "G");
    ck_assert(stage_shows(&g, "h l a moment"));
    stage_press(&g, "hll");
    ck_assert(stage_shows(&g, "h l a moment"));
    stage_press(&g, "g");
    ck_assert(stage_shows(&g, "4m56s ago"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(graph_cursor_goes_from_event_to_event)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r6k");
    ck_assert(stage_shows(&g, "^f finished: done"));
    stage_press(&g, "k");
    ck_assert(stage_shows(&g, "^x banned: K 9.9.4.2"));
    stage_press(&g, "k");
    ck_assert(stage_shows(&g, "^u choke: B"));
    stage_press(&g, "jjj");
    ck_assert(stage_shows(&g, "^f finished: done"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(graph_click_puts_the_cursor_there)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r6");
    stage_mouse(&g, SCREEN_CLICK, 6, 79);
    ck_assert(stage_shows(&g, "05:59:57, 2s ago"));
    stage_mouse(&g, SCREEN_CLICK, 6, 7);
    ck_assert(stage_shows(&g, "4m57s ago"));
    /* On the scale: nothing. */
    stage_mouse(&g, SCREEN_CLICK, 6, 3);
    ck_assert(stage_shows(&g, "4m57s ago"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(graph_by_peer_shows_who_sent)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r6Tm");
    ck_assert_uint_eq(g.focus.parts, FOCUS_HISTORY | FOCUS_STACK);
    /* Two of them have been here for half of the minute: their letters stand on one
     * another there, with all others on top. */
    ck_assert(stage_shows(&g, "now from  B 2.0M  c 1.0M  others 973k"));
    char *row = stage_row(&g, 11);
    ck_assert_msg(strstr(row, "BBBBBBBBBBBBBBBBBBBB") != NULL, "%s", row);
    ck_assert_msg(strstr(row, "::::::::::::::") != NULL, "%s", row);
    free(row);
    stage_press(&g, "h");
    ck_assert(stage_shows(&g, "0s ago: D 4.0M/s U 0       from  B 2.0M"));
    stage_press(&g, "m");
    ck_assert_uint_eq(g.focus.parts, FOCUS_HISTORY);
    ck_assert(!stage_shows(&g, "from  B"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(graph_of_all_torrents_is_asked_for)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r6A");
    ck_assert_uint_eq(g.focus.parts, FOCUS_ALL_HISTORY);
    ck_assert_uint_eq(g.focus.torrent, 1);
    ck_assert(stage_shows(&g, "all  span 5m"));
    ck_assert(
        stage_shows(&g, "cap D off U 600k/s  overhead 1.7%  disk wait 12ms"));
    /* What happened to another torrent is a mark here. */
    stage_press(&g, "kk");
    ck_assert(stage_shows(&g, "error: data.bin: permission denied"));
    stage_press(&g, "m");
    ck_assert_uint_eq(g.focus.parts, FOCUS_HISTORY | FOCUS_STACK);
    stage_press(&g, "AA");
    ck_assert_uint_eq(g.focus.parts, FOCUS_HISTORY);
    ck_assert(!stage_shows(&g, "all  span 5m"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(graph_draws_into_any_pane)
{
    for (int h = 1; h < 30; h += 7)
        for (int w = 1; w < 230; w += 57) {
            struct stage g;
            open_stage(&g, h, w, "\r6hkttTgmGA");
            stage_tear_down(&g);
        }
}
END_TEST

static void tell(struct stage *g, enum event_kind kind, const char *text)
{
    struct event e = {.kind = kind, .torrent = 1, .at_ms = FRAMES_NOW_MS};
    snprintf(e.text, sizeof e.text, "%s", text);
    screen_on_event(g->screen, &e, g->now_ms);
    stage_key(g, 0);
}

/* Row y of the screen begins with this. */
static void expect_row(struct stage *g, int y, const char *begin)
{
    char *row = stage_row(g, y);
    ck_assert_msg(strncmp(row, begin, strlen(begin)) == 0, "%d: %s", y, row);
    free(row);
}

START_TEST(log_follows_until_the_cursor_leaves_the_newest)
{
    struct stage g;
    open_stage(&g, 14, 80, "\r7");
    expect_row(&g, 3, ">05:59:57 done");
    tell(&g, EVENT_TRACKER, "first");
    expect_row(&g, 3, ">06:00:00 tracker first");
    stage_press(&g, "jj");
    ck_assert(stage_shows(&g, "follow off"));
    expect_row(&g, 5, ">05:59:40 piece");
    tell(&g, EVENT_TRACKER, "second");
    tell(&g, EVENT_CHOKE, "third");
    expect_row(&g, 3, " 06:00:00 tracker first");
    expect_row(&g, 5, ">05:59:40 piece");
    stage_press(&g, "f");
    expect_row(&g, 3, ">06:00:00 choke   third");
    stage_press(&g, "f");
    tell(&g, EVENT_CHOKE, "fourth");
    expect_row(&g, 3, ">06:00:00 choke   third");
    stage_press(&g, "g");
    expect_row(&g, 3, ">06:00:00 choke   fourth");
    ck_assert(stage_shows(&g, "follow ON"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(log_is_held_with_the_view)
{
    struct stage g;
    open_stage(&g, 14, 80, "\r7F");
    tell(&g, EVENT_TRACKER, "while it is held");
    expect_row(&g, 3, ">05:59:57 done");
    ck_assert(stage_shows(&g, "19 of 19"));
    stage_press(&g, "F");
    expect_row(&g, 3, ">06:00:00 tracker while it is held");
    ck_assert(stage_shows(&g, "20 of 20"));
    /* So many that all that was shown is kept no more. */
    stage_press(&g, "F");
    for (int i = 0; i < HOLD_MAX_EVENTS + 5; i++) {
        char text[32];
        snprintf(text, sizeof text, "number %d", i);
        struct event e = {.kind = EVENT_PIECE, .torrent = 1};
        snprintf(e.text, sizeof e.text, "%s", text);
        screen_on_event(g.screen, &e, g.now_ms);
    }
    stage_press(&g, "0");
    ck_assert(stage_shows(&g, "0 of 0"));
    stage_press(&g, "F");
    ck_assert(stage_shows(&g, "1000 of 1000"));
    ck_assert(stage_shows(&g, "number 1004"));
    stage_press(&g, "G");
    ck_assert(stage_shows(&g, "number 5"));
    ck_assert(!stage_shows(&g, "number 4 "));
    stage_tear_down(&g);
}
END_TEST

START_TEST(log_topics_and_levels_are_shown_and_undone)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r7cpbtndx");
    ck_assert(stage_shows(&g, "topics -------"));
    ck_assert(stage_shows(&g, "nothing of this kind"));
    stage_press(&g, "b");
    ck_assert(stage_shows(&g, "topics --b----"));
    ck_assert(stage_shows(&g, "2 of 19"));
    stage_press(&g, "0");
    ck_assert(stage_shows(&g, "19 of 19"));
    stage_press(&g, "i");
    ck_assert(stage_shows(&g, "level matters  13 of 19"));
    stage_press(&g, "i");
    ck_assert(stage_shows(&g, "level bad  6 of 19"));
    stage_press(&g, "i");
    ck_assert(stage_shows(&g, "level all"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(log_filter_is_live_and_escape_ends_it)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r7/K 9.9");
    ck_assert(stage_shows(&g, "filter: K 9.9_"));
    ck_assert(stage_shows(&g, "2 of 19"));
    stage_press(&g, "\r");
    ck_assert(stage_shows(&g, "/K 9.9"));
    /* It is of what comes later, too. */
    tell(&g, EVENT_PEER, "K 9.9.4.2:6999 connected");
    tell(&g, EVENT_PEER, "L 9.8.4.2:6999 connected");
    ck_assert(stage_shows(&g, "3 of 21"));
    stage_press(&g, "q");
    ck_assert(stage_shows(&g, "21 of 21"));
    stage_press(&g, "/zzz\x1b");
    ck_assert(stage_shows(&g, "21 of 21"));
    stage_press(&g, "q");
    ck_assert(stage_shows(&g, "Done%"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(log_line_is_copied_clean)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r7j");
    stage_key(&g, 'y');
    const char *copy = screen_take_copy(g.screen);
    ck_assert_ptr_nonnull(copy);
    ck_assert_str_eq(copy,
                     "05:59:40 piece       1849 verified in 0.4s: 16 blocks B");
    ck_assert_ptr_null(screen_take_copy(g.screen));
    stage_press(&g, "W");
    ck_assert(stage_shows(&g, "nothing can be saved here"));
    stage_tear_down(&g);
}
END_TEST

static char saved[1 << 16];

static void send_nowhere(void *ctx, struct command *c)
{
    (void)ctx;
    command_free(c);
}

static enum err on_save(void *ctx, const char *name, const char *text,
                        size_t len, char **path_out, struct cause *cause)
{
    (void)ctx;
    ck_assert_str_eq(name, "log.txt");
    ck_assert_uint_lt(len, sizeof saved);
    memcpy(saved, text, len);
    saved[len] = '\0';
    if (strstr(saved, "refuse") != NULL)
        return cause_set(cause, "no room"), ERR_NO_SPACE;
    *path_out = strdup("/somewhere/log-1.txt");
    return OK;
}

START_TEST(log_is_saved_as_it_is_shown_the_oldest_first)
{
    struct stage g;
    open_stage(&g, 24, 80, "");
    screen_free(g.screen);
    g.screen = screen_new(
        &(struct host){.send = send_nowhere, .save = on_save, .ctx = &g});
    screen_on_frame(g.screen, frames_flow());
    for (size_t i = 0; i < frames_flow_n_events; i++) {
        struct event e = frames_flow_event(i);
        screen_on_event(g.screen, &e, g.now_ms);
    }
    stage_press(&g, "e/7\r");
    stage_press(&g, "bW");
    ck_assert(stage_shows(&g, "lines in /somewhere/log-1.txt"));
    ck_assert_ptr_null(strstr(saved, "refused"));
    ck_assert_ptr_eq(strstr(saved, "10:33:30 checked     debian"), saved);
    ck_assert_ptr_nonnull(strstr(saved, "slot        debian-12.5.0-DVD-1: H"));
    tell(&g, EVENT_TRACKER, "7: refuse");
    stage_press(&g, "W");
    ck_assert(stage_shows(&g, "lines not saved: no room"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(log_events_lead_to_what_they_are_about)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r7j\r");
    ck_assert(stage_shows(&g, "[2 Pieces]"));
    stage_press(&g, "qejj\r");
    /* Of a torrent that is not there: it stays. */
    ck_assert(stage_shows(&g, "topics"));
    ck_assert(!stage_shows(&g, "[7 Log]"));
    stage_press(&g, "j\r");
    ck_assert(stage_shows(&g, "[7 Log]"));
    struct event e = {.kind = EVENT_CHOKE, .torrent = 1, .peer = 3};
    screen_on_event(g.screen, &e, g.now_ms);
    stage_press(&g, "g\r");
    ck_assert(stage_shows(&g, "[3 Peers]"));
    ck_assert_uint_eq(g.focus.peer, 3);
    stage_tear_down(&g);
}
END_TEST

START_TEST(log_click_selects_the_line)
{
    struct stage g;
    open_stage(&g, 24, 80, "\r7");
    stage_mouse(&g, SCREEN_CLICK, 6, 20);
    expect_row(&g, 6, ">05:59:00 banned");
    stage_mouse(&g, SCREEN_CLICK, 2, 20);
    expect_row(&g, 6, ">05:59:00 banned");
    stage_mouse(&g, SCREEN_WHEEL_DOWN, 6, 20);
    expect_row(&g, 9, ">05:57:59 choke");
    stage_tear_down(&g);
}
END_TEST

START_TEST(log_draws_into_any_pane)
{
    for (int h = 1; h < 30; h += 7)
        for (int w = 1; w < 130; w += 32) {
            struct stage g;
            open_stage(&g, h, w, "\r7jjjjGgqqejjjjjjjj");
            stage_tear_down(&g);
        }
}
END_TEST

Suite *flow_suite(void)
{
    Suite *s = suite_create("flow");
    TCase *t = tcase_create("graph");
    tcase_add_test(t, graph_spans_go_round);
    tcase_add_test(t, graph_tells_what_there_is_room_for);
    tcase_add_test(t, graph_cursor_stays_at_its_moment);
    tcase_add_test(t, graph_cursor_goes_from_event_to_event);
    tcase_add_test(t, graph_click_puts_the_cursor_there);
    tcase_add_test(t, graph_by_peer_shows_who_sent);
    tcase_add_test(t, graph_of_all_torrents_is_asked_for);
    tcase_add_test(t, graph_draws_into_any_pane);
    suite_add_tcase(s, t);
    t = tcase_create("log");
    tcase_add_test(t, log_follows_until_the_cursor_leaves_the_newest);
    tcase_add_test(t, log_is_held_with_the_view);
    tcase_add_test(t, log_topics_and_levels_are_shown_and_undone);
    tcase_add_test(t, log_filter_is_live_and_escape_ends_it);
    tcase_add_test(t, log_line_is_copied_clean);
    tcase_add_test(t, log_is_saved_as_it_is_shown_the_oldest_first);
    tcase_add_test(t, log_events_lead_to_what_they_are_about);
    tcase_add_test(t, log_click_selects_the_line);
    tcase_add_test(t, log_draws_into_any_pane);
    suite_add_tcase(s, t);
    return s;
}
