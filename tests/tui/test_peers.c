#include "config.h"

#include "ui/screen.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "model/detail.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_peers.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "ui/keys.h"

/* What keys and the mouse do in the table of peers. */

enum { FIRST_ROW = 4 }; /* of the table at 24 x 80 */

static struct stage g;

static void open_peers(struct frame *f, int h, int w)
{
    stage_set_up(&g, f, h, w);
    stage_press(&g, "\r3");
    g.n_sent = 0;
}

static void row_has(int y, const char *text)
{
    char *row = stage_row(&g, y);
    ck_assert_msg(strstr(row, text) != NULL, "row %d is \"%s\"", y, row);
    free(row);
}

START_TEST(peers_cursor_stays_on_its_peer)
{
    open_peers(frames_peers(), 24, 80);
    ck_assert_uint_eq(g.focus.peer, FRAMES_PEERS_TRACED);
    ck_assert_uint_eq(g.focus.parts, FOCUS_PEERS | FOCUS_TIMELINE);
    stage_press(&g, "jj");
    uint32_t id = g.focus.peer;
    ck_assert_uint_eq(id, 15);
    row_has(FIRST_ROW + 2, ">O");
    /* Other orders, and frames with others before it. */
    stage_press(&g, "<<<<<<");
    ck_assert_uint_eq(g.focus.peer, id);
    ck_assert(stage_shows(&g, ">O"));
    screen_on_frame(g.screen, frames_peers_left());
    stage_press(&g, "I");
    ck_assert_uint_eq(g.focus.peer, id);
    ck_assert(stage_shows(&g, ">O"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_cursor_stays_on_one_that_left)
{
    open_peers(frames_peers(), 24, 80);
    row_has(FIRST_ROW, ">G");
    screen_on_frame(g.screen, frames_peers_left());
    stage_press(&g, "");
    stage_key(&g, '\x0c');
    ck_assert_uint_eq(g.focus.peer, FRAMES_PEERS_TRACED);
    ck_assert(stage_shows(&g, "left 0.6s ago: they closed the connection"));
    /* There is nobody to send away; its address is known still. */
    stage_press(&g, "X");
    ck_assert(stage_shows(&g, "not connected any more"));
    stage_press(&g, "y");
    ck_assert_str_eq(screen_take_copy(g.screen), "194.21.0.254:51419");
    stage_tear_down(&g);
}
END_TEST

static const struct {
    const char *keys;
    enum command_kind kind;
    bool is_sent;
} acts[] = {
    {"Xy", COMMAND_KICK, true},   {"Xn", COMMAND_KICK, false},
    {"X\r", COMMAND_KICK, false}, {"XX", COMMAND_KICK, false},
    {"By", COMMAND_BAN, true},    {"Bq", COMMAND_BAN, false},
    {"S", COMMAND_SNUB, true},
};

START_TEST(peers_acts_ask_and_name_the_peer)
{
    open_peers(frames_peers(), 24, 80);
    stage_press(&g, "jj");
    g.n_sent = 0;
    char first[2] = {acts[_i].keys[0], '\0'};
    stage_press(&g, first);
    if (acts[_i].kind != COMMAND_SNUB)
        ck_assert(stage_shows(&g, "O 186.21.0.254:51427"));
    stage_press(&g, acts[_i].keys + 1);
    ck_assert_uint_eq(g.n_sent, acts[_i].is_sent);
    if (acts[_i].is_sent) {
        ck_assert_int_eq(g.sent[0].kind, acts[_i].kind);
        ck_assert_uint_eq(g.sent[0].torrent, 1);
        ck_assert_uint_eq(g.sent[0].peer, 15);
        ck_assert_int_eq(g.sent[0].flag, acts[_i].kind == COMMAND_SNUB);
    }
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_snub_of_a_shunned_one_undoes_it)
{
    open_peers(frames_peers(), 24, 80);
    stage_press(&g, "/shunned\r");
    g.n_sent = 0;
    ck_assert(stage_shows(&g, "X choked by you"));
    stage_press(&g, "S");
    ck_assert_int_eq(g.sent[0].kind, COMMAND_SNUB);
    ck_assert(!g.sent[0].flag);
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_are_added_by_address_only)
{
    open_peers(frames_peers(), 24, 80);
    stage_press(&g, "Aexample.org:1\r");
    ck_assert_uint_eq(g.n_sent, 0);
    ck_assert(stage_shows(&g, "example.org:1: no address"));
    stage_press(&g, "A1.2.3.4\r");
    stage_press(&g, "A0.0.0.0:80\r");
    stage_press(&g, "A1.2.3.4:70000\r");
    ck_assert_uint_eq(g.n_sent, 0);
    stage_press(&g, "A[2001:db8::1]:6881\r");
    ck_assert_uint_eq(g.n_sent, 1);
    ck_assert_int_eq(g.sent[0].kind, COMMAND_PEER);
    ck_assert_uint_eq(g.sent[0].torrent, 1);
    ck_assert(stage_shows(&g, "connect to [2001:db8::1]:6881"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_filter_is_live_and_undone)
{
    open_peers(frames_peers(), 24, 80);
    stage_press(&g, "/hostile");
    ck_assert(stage_shows(&g, "8 of 60 as"));
    stage_press(&g, " zzz");
    ck_assert(stage_shows(&g, "no peer is as \"hostile zzz\""));
    /* What is not there is not acted on. */
    stage_press(&g, "\r\r");
    ck_assert(stage_shows(&g, "[3 Peers]"));
    stage_press(&g, "q");
    ck_assert(stage_shows(&g, "60 connected"));
    ck_assert(stage_shows(&g, "[3 Peers]"));
    stage_press(&g, "/choked\x1b");
    ck_assert(stage_shows(&g, "60 connected"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_columns_are_chosen_and_scrolled)
{
    open_peers(frames_peers(), 24, 80);
    ck_assert(stage_shows(&g, "Client"));
    ck_assert(!stage_shows(&g, "Uniq"));
    stage_press(&g, "llllllllllllllllll");
    row_has(FIRST_ROW - 1, "Id Address");
    row_has(FIRST_ROW - 1, "Uniq");
    ck_assert(!stage_shows(&g, "Client"));
    stage_press(&g, "hhhhhhhhhhhhhhhhhhhh");
    ck_assert(stage_shows(&g, "Client"));
    stage_press(&g, "o\x15uniq down nonsense\r");
    row_has(FIRST_ROW - 1, "Id Address");
    row_has(FIRST_ROW - 1, "Down");
    row_has(FIRST_ROW - 1, "Uniq");
    ck_assert(!stage_shows(&g, "Client"));
    stage_press(&g, "o\x15\r");
    ck_assert(stage_shows(&g, "Client"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_mouse_selects_rows_and_sorts)
{
    open_peers(frames_peers(), 24, 80);
    stage_mouse(&g, SCREEN_CLICK, FIRST_ROW + 3, 30);
    row_has(FIRST_ROW + 3, ">n");
    stage_mouse(&g, SCREEN_CLICK, FIRST_ROW - 1, 6);
    ck_assert(stage_shows(&g, "Addressv"));
    ck_assert(stage_shows(&g, ">n"));
    stage_mouse(&g, SCREEN_CLICK, FIRST_ROW - 1, 6);
    ck_assert(stage_shows(&g, "Address^"));
    /* Neither the counts, nor what is below the table, is a row. */
    uint32_t id = g.focus.peer;
    stage_mouse(&g, SCREEN_CLICK, FIRST_ROW - 2, 6);
    stage_mouse(&g, SCREEN_CLICK, 18, 6);
    ck_assert_uint_eq(g.focus.peer, id);
    stage_tear_down(&g);
}
END_TEST

/* As when the map of pieces led here. */
START_TEST(peers_that_have_the_selected_piece_are_marked)
{
    stage_set_up(&g, frames_peers_piece(), 24, 80);
    stage_press(&g, "\r2j3");
    ck_assert_uint_ne(g.focus.piece_idx, FOCUS_PIECE_NONE);
    ck_assert(stage_shows(&g, "* 20 have piece"));
    row_has(FIRST_ROW, ">*G ");
    stage_press(&g, "/has\r");
    ck_assert(stage_shows(&g, "20 of 60 as \"has\""));
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_any_size_holds)
{
    for (int h = 1; h < 30; h++)
        for (int w = 1; w < 230; w += w < 30 ? 1 : 13) {
            stage_set_up(&g, frames_peers(), h, w);
            stage_press(&g, "\r3jGkl");
            stage_tear_down(&g);
        }
}
END_TEST

START_TEST(peers_of_nothing_say_why)
{
    open_peers(frames_one(), 24, 80);
    ck_assert(stage_shows(&g, "nothing is known of it yet"));
    stage_press(&g, "jXByS");
    ck_assert_uint_eq(g.n_sent, 0);
    screen_on_frame(g.screen, frames_empty());
    stage_press(&g, "j");
    ck_assert(stage_shows(&g, "that torrent is gone"));
    stage_press(&g, "A");
    ck_assert_uint_eq(g.n_sent, 0);
    stage_tear_down(&g);
}
END_TEST

Suite *peers_suite(void)
{
    Suite *s = suite_create("peers");
    TCase *tc = tcase_create("peers");
    tcase_add_test(tc, peers_cursor_stays_on_its_peer);
    tcase_add_test(tc, peers_cursor_stays_on_one_that_left);
    tcase_add_loop_test(tc, peers_acts_ask_and_name_the_peer, 0,
                        sizeof acts / sizeof *acts);
    tcase_add_test(tc, peers_snub_of_a_shunned_one_undoes_it);
    tcase_add_test(tc, peers_are_added_by_address_only);
    tcase_add_test(tc, peers_filter_is_live_and_undone);
    tcase_add_test(tc, peers_columns_are_chosen_and_scrolled);
    tcase_add_test(tc, peers_mouse_selects_rows_and_sorts);
    tcase_add_test(tc, peers_that_have_the_selected_piece_are_marked);
    tcase_add_test(tc, peers_any_size_holds);
    tcase_add_test(tc, peers_of_nothing_say_why);
    suite_add_tcase(s, tc);
    return s;
}
