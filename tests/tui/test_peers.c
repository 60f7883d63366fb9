#include "config.h"

#include "ui/screen.h"

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
    stage_set_up_saving(&g, f, h, w);
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
    ck_assert(stage_shows(&g, "6881: example.org:1_"));
    stage_press(&g, "\x15"
                    "1.2.3.4\r");
    stage_press(&g, "\x15"
                    "0.0.0.0:80\r");
    stage_press(&g, "\x15"
                    "1.2.3.4:70000\r");
    ck_assert_uint_eq(g.n_sent, 0);
    stage_press(&g, "\x15"
                    "[2001:db8::1]:6881\r");
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
    stage_press(&g, "/foo>3");
    ck_assert(stage_shows(&g, "no field \"foo\": down up"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_place_among_those_that_want_a_slot_is_told)
{
    struct frame *f = frames_peers();
    open_peers(f, 24, 80);
    stage_press(&g, "G");
    ck_assert(!stage_shows(&g, "place"));
    /* Of those that we choke: one that is next, and one that is far from it. */
    f = frames_peers();
    for (size_t i = 0; i < f->detail->n_peers; i++)
        f->detail->peers[i].choke_rank = 4;
    screen_on_frame(g.screen, f);
    stage_press(&g, "g");
    ck_assert(stage_shows(&g, "place 4 for 4 slots"));
    f = frames_peers();
    for (size_t i = 0; i < f->detail->n_peers; i++) {
        f->detail->peers[i].choke_rank = 17;
        f->detail->peers[i].am_choking = true;
    }
    screen_on_frame(g.screen, f);
    stage_key(&g, 0);
    ck_assert(stage_shows(&g, "place 17 for 4 slots"));
    ck_assert(!stage_shows(&g, "likely"));
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
    /* Without the first; one that had no room instead of another. */
    stage_press(&g, "o ");
    ck_assert(stage_shows(&g, "Space on/off  0 reset  Enter close"));
    row_has(FIRST_ROW - 1, "[ ] Client");
    stage_press(&g, "Gk \x1b");
    row_has(FIRST_ROW - 1, "Id Address");
    row_has(FIRST_ROW - 1, "Downv");
    row_has(FIRST_ROW - 1, "Uniq");
    ck_assert(!stage_shows(&g, "Client"));
    stage_press(&g, "o0\r");
    ck_assert(stage_shows(&g, "Client"));
    ck_assert(!stage_shows(&g, "Uniq"));
    /* Sorting leads through what is to be seen. */
    for (int i = 0; i < 11; i++)
        stage_press(&g, ">");
    ck_assert(stage_shows(&g, "Downv"));
    stage_press(&g, "o\x03");
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_LEAVING);
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_countries_are_a_column_where_they_are_known)
{
    open_peers(frames_peers(), 24, 200);
    ck_assert(!stage_shows(&g, " CC "));
    ck_assert(!stage_shows(&g, "country"));
    stage_tear_down(&g);
    open_peers(frames_peers_countries(), 24, 200);
    row_has(FIRST_ROW - 1, "Uniq CC");
    stage_press(&g, "jj");
    ck_assert(!stage_shows(&g, "country --"));
    stage_press(&g, "/!cc=DE\r");
    ck_assert(stage_shows(&g, "50 of 60 as \"!cc=DE\""));
    stage_tear_down(&g);
    /* Asked for, it is there where there is no room for all. */
    open_peers(frames_peers_countries(), 24, 80);
    ck_assert(!stage_shows(&g, "CC"));
    stage_press(&g, "oG \x1b");
    row_has(FIRST_ROW - 1, "CC");
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_mouse_selects_rows_and_sorts)
{
    open_peers(frames_peers(), 24, 80);
    stage_mouse(&g, SCREEN_CLICK, FIRST_ROW + 3, 30);
    row_has(FIRST_ROW + 3, ">n");
    stage_mouse(&g, SCREEN_CLICK, FIRST_ROW - 1, 6);
    ck_assert(stage_shows(&g, "Address v"));
    ck_assert(stage_shows(&g, ">n"));
    stage_mouse(&g, SCREEN_CLICK, FIRST_ROW - 1, 6);
    ck_assert(stage_shows(&g, "Address ^"));
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

/* A page. */

static void open_page(void)
{
    open_peers(frames_peers(), 24, 80);
    stage_press(&g, "\r");
    ck_assert_uint_eq(g.focus.peer, FRAMES_PEERS_TRACED);
    ck_assert_uint_ne(g.focus.parts & FOCUS_TRACE, 0);
}

/* The row of the cursor, as text; in new memory. */
static char *held_row(void)
{
    for (int y = 15; y < 22; y++) {
        char *row = stage_row(&g, y);
        if (row[0] == '>')
            return row;
        free(row);
    }
    ck_abort_msg("no message is held");
    return NULL;
}

START_TEST(page_holds_a_message_while_others_come)
{
    open_page();
    row_has(21, "05:59:59.797 < PIECE");
    /* Following: the latest is the last. */
    screen_on_frame(g.screen, frames_peers_later(3));
    stage_key(&g, '\x0c');
    row_has(21, "06:00:00.406");
    stage_press(&g, "kkkk");
    char *before = held_row();
    screen_on_frame(g.screen, frames_peers_later(9));
    stage_key(&g, '\x0c');
    char *after = held_row();
    ck_assert_str_eq(before, after);
    free(before);
    free(after);
    /* One that fell out: the oldest is held. */
    screen_on_frame(g.screen, frames_peers_later(2000));
    stage_key(&g, '\x0c');
    ck_assert(stage_shows(&g, "2017 messages lost"));
    row_has(15, ">");
    stage_press(&g, "G");
    ck_assert(stage_shows(&g, "following"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(page_times_stay_what_they_were)
{
    open_page();
    stage_press(&g, "k");
    char *before = held_row();
    /* The second of the day is told late in it, and then at its beginning. */
    for (uint32_t n = 0; n < 5; n++) {
        screen_on_frame(g.screen, frames_peers_later(n));
        stage_key(&g, '\x0c');
        char *after = held_row();
        ck_assert_str_eq(before, after);
        free(after);
    }
    free(before);
    stage_tear_down(&g);
}
END_TEST

START_TEST(page_shows_kinds_and_finds)
{
    open_page();
    stage_press(&g, "t");
    ck_assert(stage_shows(&g, "without blocks"));
    ck_assert(!stage_shows(&g, "REQUEST"));
    stage_press(&g, "t");
    ck_assert(stage_shows(&g, "blocks alone"));
    ck_assert(!stage_shows(&g, "EXTENDED"));
    stage_press(&g, "t/extended\r");
    char *row = held_row();
    ck_assert_ptr_nonnull(strstr(row, "05:59:59.188 < EXTENDED"));
    free(row);
    stage_press(&g, "N");
    row = held_row();
    ck_assert_ptr_nonnull(strstr(row, "05:59:56.955 < EXTENDED"));
    free(row);
    stage_press(&g, "nn");
    ck_assert(stage_shows(&g, "no message after it has \"extended\""));
    /* Esc ends the search, then leads back. */
    stage_press(&g, "\x1b");
    ck_assert(!stage_shows(&g, "/extended"));
    stage_press(&g, "\x1b");
    ck_assert(stage_shows(&g, "[3 Peers]"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(page_of_one_that_leaves_keeps_what_was_seen)
{
    open_page();
    ck_assert(stage_shows(&g, "takes 500 requests"));
    screen_on_frame(g.screen, frames_peers_left());
    stage_key(&g, '\x0c');
    ck_assert(stage_shows(&g, "left 0.6s ago: they closed the connection"));
    ck_assert(stage_shows(&g, "takes 500 requests"));
    ck_assert(stage_shows(&g, "open 81%"));
    ck_assert(stage_shows(&g, "05:59:59.797 < PIECE"));
    stage_press(&g, "B");
    ck_assert(stage_shows(&g, "not connected any more"));
    /* Its neighbours can be reached from it. */
    stage_press(&g, ">");
    ck_assert_uint_eq(g.focus.peer, FRAMES_PEERS_TRACED + 1);
    ck_assert(!stage_shows(&g, "left 0.6s"));
    stage_press(&g, "<");
    ck_assert_uint_eq(g.focus.peer, FRAMES_PEERS_TRACED - 1);
    stage_press(&g, "<<<<<<<<<<");
    ck_assert_uint_eq(g.focus.peer, 1);
    ck_assert(stage_shows(&g, "no peer came before it"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(page_saves_its_messages)
{
    open_page();
    stage_press(&g, "W");
    ck_assert_str_eq(g.saved_name, "trace-3b3b3b3b-194.21.0.254-51419.jsonl");
    ck_assert(stage_shows(&g, "300 messages in /saved"));
    size_t n_lines = 0;
    for (const char *at = g.saved; (at = strchr(at, '\n')) != NULL; at++)
        n_lines++;
    ck_assert_uint_eq(n_lines, 301);
    g.save_fails = true;
    stage_press(&g, "o");
    ck_assert(stage_shows(&g, "not saved: disk is full"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(page_acts_on_its_peer)
{
    open_page();
    g.n_sent = 0;
    stage_press(&g, "XyS");
    ck_assert_uint_eq(g.n_sent, 2);
    ck_assert_int_eq(g.sent[0].kind, COMMAND_KICK);
    ck_assert_int_eq(g.sent[1].kind, COMMAND_SNUB);
    ck_assert_uint_eq(g.sent[1].peer, FRAMES_PEERS_TRACED);
    /* A double click on a message leads nowhere else. */
    stage_mouse(&g, SCREEN_CLICK, 17, 20);
    stage_mouse(&g, SCREEN_DOUBLE_CLICK, 17, 20);
    row_has(17, ">");
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_page_without_any_tells_what_came_of_dialling)
{
    struct frame *f = frames_peers();
    f->torrents[0]->n_peers = 0;
    f->detail->n_peers = f->detail->n_gone = 0;
    f->detail->dials = (struct detail_dials){.n = 40,
                                             .n_greeted = 9,
                                             .n_refused = 12,
                                             .n_silent = 15};
    open_peers(f, 24, 80);
    ck_assert(
        stage_shows(&g, "dialled 40  reached 9  refused 12  silent 15\n"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(peers_any_size_holds)
{
    static const int heights[] = {1, 2, 3, 4, 6, 7, 8, 11, 13, 22, 34};
    static const int widths[] = {1, 2, 5, 20, 39, 60, 80, 119, 120, 161, 200};
    for (size_t i = 0; i < sizeof heights / sizeof *heights; i++) {
        stage_set_up(&g, frames_peers(), heights[i], widths[_i]);
        stage_press(&g, "\r3jGkl\rkkt/x\rq");
        stage_tear_down(&g);
    }
}
END_TEST

START_TEST(peers_that_are_many_are_all_reached)
{
    open_peers(frames_peers_many(), 24, 80);
    ck_assert(stage_shows(&g, "1000 connected"));
    uint32_t last = 0;
    for (int i = 0; i < 1003; i++) {
        ck_assert_uint_ne(g.focus.peer, last);
        last = g.focus.peer;
        g.n_sent = 0;
        stage_press(&g, "j");
    }
    ck_assert_uint_eq(g.focus.peer, last);
    ck_assert(stage_shows(&g, ">AU"));
    stage_press(&g, "g");
    ck_assert_uint_eq(g.focus.peer, FRAMES_PEERS_TRACED);
    stage_tear_down(&g);
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
    tcase_add_test(tc, peers_place_among_those_that_want_a_slot_is_told);
    tcase_add_test(tc, peers_columns_are_chosen_and_scrolled);
    tcase_add_test(tc, peers_countries_are_a_column_where_they_are_known);
    tcase_add_test(tc, peers_mouse_selects_rows_and_sorts);
    tcase_add_test(tc, peers_that_have_the_selected_piece_are_marked);
    tcase_add_test(tc, page_holds_a_message_while_others_come);
    tcase_add_test(tc, page_times_stay_what_they_were);
    tcase_add_test(tc, page_shows_kinds_and_finds);
    tcase_add_test(tc, page_of_one_that_leaves_keeps_what_was_seen);
    tcase_add_test(tc, page_saves_its_messages);
    tcase_add_test(tc, page_acts_on_its_peer);
    tcase_add_test(tc, peers_page_without_any_tells_what_came_of_dialling);
    tcase_add_loop_test(tc, peers_any_size_holds, 0, 11);
    tcase_add_test(tc, peers_that_are_many_are_all_reached);
    tcase_add_test(tc, peers_of_nothing_say_why);
    suite_add_tcase(s, tc);
    return s;
}
