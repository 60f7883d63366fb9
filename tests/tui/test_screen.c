#include "config.h"

#include "ui/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/frames.h"
#include "tests/tui/frames_pieces.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "ui/keys.h"
#include "ui/notice.h"

START_TEST(what_was_removed_is_said_with_the_way_back)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    struct event e = {.kind = EVENT_REMOVED, .torrent = 1};
    snprintf(e.text, sizeof e.text,
             "a stalled one: removed; its data are kept");
    screen_on_event(g.screen, &e, g.now_ms);
    stage_show(&g);
    ck_assert(stage_shows(&g, "\n a stalled one: removed; its data are kept "
                              "(:undo brings it back)"));
    e.err = (int)ERR_SYS;
    screen_on_event(g.screen, &e, g.now_ms);
    stage_show(&g);
    ck_assert(!stage_shows(&g, ":undo"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_back_from_the_list_quits_once_and_then_at_once)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    stage_press(&g, "q");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_LEAVING);
    ck_assert_uint_eq(g.n_sent, 1);
    ck_assert_int_eq(g.sent[0].kind, COMMAND_QUIT);
    ck_assert(stage_shows(&g, "leave now"));
    ck_assert(!screen_is_over(g.screen));
    struct event e = {.kind = EVENT_STOPPED, .torrent = 1};
    screen_on_event(g.screen, &e, g.now_ms);
    ck_assert(!screen_is_over(g.screen));
    e.torrent = 0;
    screen_on_event(g.screen, &e, g.now_ms);
    ck_assert(screen_is_over(g.screen));
    stage_press(&g, "q");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_NOW);
    ck_assert_uint_eq(g.n_sent, 1);
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_escape_leads_back_and_leaves_never)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    ck_assert(stage_shows(&g, "q leave"));
    stage_press(&g, "\r1");
    ck_assert(stage_shows(&g, "q back"));
    stage_press(&g, "\033");
    ck_assert(stage_shows(&g, "q leave"));
    stage_press(&g, "/x\r");
    stage_press(&g, "\033");
    ck_assert(!stage_shows(&g, "shown"));
    stage_press(&g, "\033\033");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    ck_assert(stage_shows(&g, "q leaves"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_detach_asks_and_then_ends_in_good_order)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, "D");
    ck_assert(stage_shows(&g, "go on in the background?"));
    stage_press(&g, "x");
    ck_assert(!stage_shows(&g, "go on in the background?"));
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    ck_assert(!screen_detaches(g.screen));
    ck_assert_uint_eq(g.n_sent, 0);
    stage_press(&g, "Dy");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_LEAVING);
    ck_assert(screen_detaches(g.screen));
    ck_assert_uint_eq(g.n_sent, 1);
    ck_assert_int_eq(g.sent[0].kind, COMMAND_QUIT);
    /* It is not asked to end twice, but who will not wait is not kept. */
    stage_press(&g, "Dy");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_LEAVING);
    stage_press(&g, "q");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_NOW);
    ck_assert_uint_eq(g.n_sent, 1);
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_detach_comes_too_late_for_who_leaves)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, "qDy");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_LEAVING);
    ck_assert(!screen_detaches(g.screen));
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_detach_is_refused_where_the_session_cannot_go_on)
{
    static const char *const keys[] = {"D", ":detach\r"};
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    g.is_tied = true;
    stage_start_again(&g, frames_one());
    g.n_sent = 0;
    stage_press(&g, keys[_i]);
    ck_assert(stage_shows(&g, "this session ends with its screen"));
    stage_press(&g, "y");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    ck_assert(!screen_detaches(g.screen));
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_back_goes_up_one_level)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, "\r7?");
    ck_assert(stage_shows(&g, "you are here"));
    stage_press(&g, "q");
    ck_assert(stage_shows(&g, "[7 Log]"));
    stage_press(&g, "\x1b");
    ck_assert(stage_shows(&g, "Done%"));
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_actions_reach_the_marked_or_the_one_under_the_cursor)
{
    struct stage g;
    stage_set_up(&g, frames_many(), 24, 80);
    stage_press(&g, "r");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_REANNOUNCE);
    ck_assert_uint_eq(stage_asked(&g, 0)->torrent, 1); /* "torrent 000" */
    stage_press(&g, "j  v");
    ck_assert_uint_eq(stage_n_asked(&g), 3);
    ck_assert_int_eq(stage_asked(&g, 1)->kind, COMMAND_VERIFY);
    ck_assert_uint_ne(stage_asked(&g, 1)->torrent, stage_asked(&g, 2)->torrent);
    stage_press(&g, "ur");
    ck_assert_uint_eq(stage_n_asked(&g), 4);
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_removal_asks_and_takes_only_its_keys)
{
    static const struct {
        const char *keys;
        size_t n_sent;
        bool with_data;
    } scripts[] = {
        {"dr", 1, false}, {"dD", 1, true},   {"dd", 0, false},
        {"dq", 0, false}, {"d\r", 0, false}, {"dR", 0, false},
    };
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, scripts[_i].keys);
    ck_assert_uint_eq(stage_n_asked(&g), scripts[_i].n_sent);
    if (stage_n_asked(&g) > 0) {
        ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_REMOVE);
        ck_assert_int_eq(stage_asked(&g, 0)->flag, scripts[_i].with_data);
    }
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_filter_shows_names_with_it)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    stage_press(&g, "/SEED");
    ck_assert(stage_shows(&g, "some of it seeded"));
    ck_assert(!stage_shows(&g, "backup-set"));
    stage_press(&g, "\rr");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    stage_press(&g, "/zzz");
    ck_assert(stage_shows(&g, "none is like"));
    stage_press(&g, "\x1b");
    ck_assert(stage_shows(&g, "backup-set"));
    /* q is a letter while a filter is being typed. */
    stage_press(&g, "/q");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    stage_tear_down(&g);
}
END_TEST

START_TEST(list_cursor_stays_on_its_torrent)
{
    struct stage g;
    stage_set_up(&g, frames_many(), 24, 80);
    stage_press(&g, "jjjjr");
    uint32_t id = stage_asked(&g, 0)->torrent;
    stage_press(&g, ">>>Ir");
    ck_assert_uint_eq(stage_asked(&g, 1)->torrent, id);
    screen_on_frame(g.screen, frames_many());
    stage_press(&g, "r");
    ck_assert_uint_eq(stage_asked(&g, 2)->torrent, id);
    /* When it is gone, the cursor is still on one. */
    screen_on_frame(g.screen, frames_one());
    stage_press(&g, "rj");
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_freeze_holds_the_view_and_then_shows_the_latest)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, "F");
    screen_on_frame(g.screen, frames_states());
    screen_on_frame(g.screen, frames_empty());
    stage_press(&g, "j");
    ck_assert(stage_shows(&g, "debian"));
    stage_press(&g, "F");
    ck_assert(stage_shows(&g, "no torrents"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_message_goes_away)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    struct event e = frames_event(2);
    screen_on_event(g.screen, &e, g.now_ms);
    stage_press(&g, "j");
    ck_assert(stage_shows(&g, "tracker: tracker.example"));
    ck_assert(!screen_is_stale(g.screen, g.now_ms));
    g.now_ms += NOTICE_MS;
    ck_assert(screen_is_stale(g.screen, g.now_ms));
    screen_draw(g.screen, g.draw, g.now_ms, FRAMES_WALL_S);
    ck_assert(!screen_is_stale(g.screen, g.now_ms));
    stage_tear_down(&g);
}
END_TEST

/* Several torrents: whose tracker? In its tabs that is said already. */
START_TEST(screen_message_names_the_torrent)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    struct event e = {.kind = EVENT_TRACKER, .torrent = 2, .text = "x: no"};
    screen_on_event(g.screen, &e, g.now_ms);
    stage_show(&g);
    ck_assert(stage_shows(&g, "backup-set: tracker: x: no"));
    e.kind = EVENT_COMMAND;
    e.torrent = 5;
    screen_on_event(g.screen, &e, g.now_ms);
    stage_show(&g);
    ck_assert(stage_shows(&g, "moved away: x: no"));
    stage_press(&g, "/moved\r\r2");
    screen_on_event(g.screen, &e, g.now_ms);
    stage_show(&g);
    ck_assert(stage_shows(&g, "\n x: no"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_message_that_answers_stands_before_events)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    struct event e = {.kind = EVENT_TRACKER, .torrent = 2, .text = "x: no"};
    stage_press(&g, ":nonsense\r");
    screen_on_event(g.screen, &e, g.now_ms);
    stage_show(&g);
    ck_assert(stage_shows(&g, "no command"));
    g.now_ms += NOTICE_ANSWER_MS;
    ck_assert(screen_is_stale(g.screen, g.now_ms));
    stage_show(&g);
    ck_assert(stage_shows(&g, "backup-set: tracker: x: no"));
    g.now_ms += NOTICE_MS;
    stage_show(&g);
    ck_assert(!stage_shows(&g, "x: no"));
    /* What is too late is news no more. */
    stage_press(&g, ":nonsense\r");
    screen_on_event(g.screen, &e, g.now_ms);
    g.now_ms += NOTICE_ANSWER_MS + NOTICE_MS;
    stage_show(&g);
    ck_assert(!stage_shows(&g, "x: no"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_message_of_a_question_lasts_as_long_as_that)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    stage_press(&g, "L");
    g.now_ms += NOTICE_MS;
    stage_press(&g, "1");
    ck_assert(stage_shows(&g, "such as 2M"));
    stage_press(&g, "\x1b");
    ck_assert(!stage_shows(&g, "such as 2M"));
    /* Nor does what was wrong with a filter outlive its being mended. */
    stage_press(&g, "/seeds<x");
    ck_assert(stage_shows(&g, "wants a number"));
    stage_press(&g, "\x7f");
    stage_press(&g, "2");
    ck_assert(!stage_shows(&g, "wants a number"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_help_names_every_binding)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 320, 80);
    stage_press(&g, "?");
    size_t n;
    const struct keys_binding *table = keys_table(&n);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(stage_shows(&g, table[i].note), "%s", table[i].note);
    ck_assert(stage_shows(&g, "stalled: nothing comes"));
    ck_assert(stage_shows(&g, "seeds<2 peers>=5"));
    ck_assert(stage_shows(&g, ":limit DOWN UP"));
    stage_press(&g, "/stalled\r");
    ck_assert(stage_shows(&g, "state:paused"));
    ck_assert(!stage_shows(&g, "seeds<2 peers>=5"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_draw_asks_for_what_is_looked_at)
{
    struct stage g;
    stage_set_up(&g, frames_detail(), 24, 80);
    stage_press(&g, "jk");
    ck_assert_uint_eq(g.n_sent, 0);
    /* Rates for the preview, and only while it is there. */
    ck_assert_uint_eq(g.focus.torrent, 1);
    ck_assert_uint_eq(g.focus.parts, FOCUS_HISTORY);
    stage_press(&g, "i");
    ck_assert_uint_eq(g.focus.torrent, 0);
    stage_press(&g, "\r2");
    ck_assert_uint_eq(g.focus.torrent, 1);
    ck_assert_uint_eq(g.focus.parts & FOCUS_PIECES, FOCUS_PIECES);
    stage_press(&g, "ll");
    ck_assert_uint_gt(g.focus.piece_idx, 0);
    size_t n = g.n_sent;
    screen_draw(g.screen, g.draw, g.now_ms, FRAMES_WALL_S);
    ck_assert_uint_eq(g.n_sent, n);
    stage_press(&g, "3");
    ck_assert_uint_eq(g.focus.parts & FOCUS_PEERS, FOCUS_PEERS);
    stage_press(&g, "q");
    ck_assert_uint_eq(g.focus.torrent, 0);
    stage_tear_down(&g);
}
END_TEST

/* Any keys, any size: nothing breaks, and all that is drawn is drawn within. */
START_TEST(screen_random_keys_at_any_size)
{
    static struct frame *(*const frames[])(
        void) = {frames_empty, frames_one, frames_states, frames_hostile,
                 frames_many};
    uint64_t seed = 4711 + (uint64_t)_i;
    for (int round = 0; round < 12; round++) {
        struct stage g;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        unsigned r = (unsigned)(seed >> 33);
        stage_set_up(&g, frames[r % 5](), 1 + (int)(r / 5 % 30),
                     1 + (int)(r / 150 % 130));
        for (int i = 0; i < 60 && screen_phase(g.screen) == SCREEN_RUNS; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            r = (unsigned)(seed >> 33);
            g.n_sent = 0;
            if (r % 17 == 0)
                screen_on_frame(g.screen, frames[r / 17 % 5]());
            /* Marking all 500 would send more than is kept here. */
            char keys[2] = {(char)(1 + r / 85 % 126), '\0'};
            if (strchr("*!", keys[0]) == NULL)
                stage_press(&g, keys);
        }
        stage_tear_down(&g);
    }
}
END_TEST

START_TEST(screen_goes_back_the_way_it_came)
{
    struct stage g;
    stage_set_up(&g, frames_detail(), 24, 80);
    stage_press(&g, "\r24?");
    ck_assert(stage_shows(&g, "you are here"));
    stage_press(&g, "qeq");
    ck_assert(stage_shows(&g, "[4 Files]"));
    /* Tabs replace one another: one step to the list. */
    stage_press(&g, "q");
    ck_assert(stage_shows(&g, "Done%"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_mouse_opens_tabs_and_presses_hints)
{
    struct stage g;
    stage_set_up(&g, frames_detail(), 24, 80);
    ck_assert(!screen_wants_mouse(g.screen));
    stage_press(&g, "M");
    ck_assert(screen_wants_mouse(g.screen));
    stage_press(&g, "\r");
    stage_mouse(&g, SCREEN_CLICK, 1, 21); /* " 3 Peers " */
    ck_assert(stage_shows(&g, "[3 Peers]"));
    stage_mouse(&g, SCREEN_CLICK, 1, 79);
    stage_mouse(&g, SCREEN_CLICK, 0, 0);
    ck_assert(stage_shows(&g, "[3 Peers]"));
    char *last = stage_row(&g, 23);
    int x = (int)(strstr(last, "Enter") - last);
    free(last);
    stage_press(&g, "q");
    stage_mouse(&g, SCREEN_CLICK, 23, x);
    ck_assert(stage_shows(&g, "[1 Over]"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(screen_header_tells_when_room_is_short)
{
    struct stage g;
    struct frame *f = frames_states();
    f->free_bytes = UINT64_C(42) << 30;
    stage_set_up(&g, f, 24, 80);
    ck_assert(stage_shows(&g, "free 42G"));
    ck_assert(!stage_shows(&g, "need"));
    f = frames_states();
    f->free_bytes = 3 << 20;
    screen_on_frame(g.screen, f);
    stage_key(&g, 0);
    char *row = stage_row(&g, 0);
    ck_assert_msg(strstr(row, "free 3.0M need ") != NULL &&
                      strchr(row, '!') != NULL,
                  "%s", row);
    free(row);
    stage_tear_down(&g);
}
END_TEST

/* All rows of the view, without the header, the message and the keys. */
static char *body_of(struct stage *g)
{
    size_t cap = 1 << 16, len = 0;
    char *text = malloc(cap);
    ck_assert_ptr_nonnull(text);
    for (int y = 1; y < 38; y++) {
        char *row = stage_row(g, y);
        len += (size_t)snprintf(text + len, cap - len, "%s\n", row);
        free(row);
    }
    return text;
}

/* Time, frames and events go on; what is held stays, to the second. */
START_TEST(screen_held_views_stand_still)
{
    static const char *const places[] = {"",    "\r",    "\r2:0\r", "\r2m",
                                         "\r3", "\r3\r", "\r3\rt",  "\r4",
                                         "\r5", "\r6",   "\r6h",    "\r7",
                                         "e",   "c"};
    struct event e = {.kind = EVENT_PIECE, .torrent = 1, .text = "9 verified"};
    struct stage g;
    stage_set_up(&g, frames_pieces(), 40, 160);
    e.at_ms = FRAMES_NOW_MS - 5000;
    screen_on_event(g.screen, &e, g.now_ms);
    stage_press(&g, places[_i]);
    stage_press(&g, "F");
    char *before = body_of(&g);
    struct frame *f = frames_pieces();
    f->now_ms += 7000;
    f->now_wall += 7;
    screen_on_frame(g.screen, f);
    for (size_t kind = 0; kind < EVENT_N_KINDS; kind++) {
        e.kind = (enum event_kind)kind;
        e.at_ms = FRAMES_NOW_MS - 1; /* told late: of before the frame */
        screen_on_event(g.screen, &e, g.now_ms);
    }
    g.now_ms += 7000;
    stage_key(&g, 0);
    char *after = body_of(&g);
    ck_assert_str_eq(before, after);
    free(before);
    free(after);
    stage_tear_down(&g);
}
END_TEST

Suite *screen_suite(void)
{
    Suite *s = suite_create("screen");
    TCase *t = tcase_create("screen");
    tcase_add_test(t, what_was_removed_is_said_with_the_way_back);
    tcase_add_test(t, screen_back_from_the_list_quits_once_and_then_at_once);
    tcase_add_test(t, screen_escape_leads_back_and_leaves_never);
    tcase_add_test(t, screen_detach_asks_and_then_ends_in_good_order);
    tcase_add_test(t, screen_detach_comes_too_late_for_who_leaves);
    tcase_add_loop_test(t,
                        screen_detach_is_refused_where_the_session_cannot_go_on,
                        0, 2);
    tcase_add_test(t, screen_back_goes_up_one_level);
    tcase_add_test(t,
                   list_actions_reach_the_marked_or_the_one_under_the_cursor);
    tcase_add_loop_test(t, list_removal_asks_and_takes_only_its_keys, 0, 6);
    tcase_add_test(t, list_filter_shows_names_with_it);
    tcase_add_test(t, list_cursor_stays_on_its_torrent);
    tcase_add_test(t, screen_freeze_holds_the_view_and_then_shows_the_latest);
    tcase_add_loop_test(t, screen_held_views_stand_still, 0, 14);
    tcase_add_test(t, screen_header_tells_when_room_is_short);
    tcase_add_test(t, screen_message_goes_away);
    tcase_add_test(t, screen_message_names_the_torrent);
    tcase_add_test(t, screen_message_that_answers_stands_before_events);
    tcase_add_test(t, screen_message_of_a_question_lasts_as_long_as_that);
    tcase_add_test(t, screen_help_names_every_binding);
    tcase_add_test(t, screen_draw_asks_for_what_is_looked_at);
    tcase_add_test(t, screen_goes_back_the_way_it_came);
    tcase_add_test(t, screen_mouse_opens_tabs_and_presses_hints);
    tcase_add_loop_test(t, screen_random_keys_at_any_size, 0, 8);
    suite_add_tcase(s, t);
    return s;
}
