#include "config.h"

#include "ui/view_pieces.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/frames.h"
#include "tests/tui/frames_flow.h"
#include "tests/tui/frames_pieces.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "ui/view.h"
#include "util/xalloc.h"

/* The piece that the engine was told of last. */
static uint32_t at(const struct stage *g)
{
    return g->focus.piece_idx;
}

START_TEST(pieces_keys_find_what_they_say)
{
    static const struct {
        const char *keys;
        uint32_t piece_idx;
    } scripts[] = {
        {":1852\r", 1852},  {":1852\rn", 1860},
        {":1852\rN", 1840}, {":1852\rPn", 1860},
        {":9999\r", 0},     {":12x\r", 0},
        {":\r", 0},         {":-1\r", 0},
        {"l", 6},           {"lh", 0},
        {"j", 384},         {"jk", 0},
        {"k", 0},           {"h", 0},
        {":3771\rn", 1811}, {"z:100\rl", 101},
        {"zj", 64},         {"zG", 3771},
        {"zGg", 0},         {":4\rz", 4},
    };
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r2");
    stage_press(&g, scripts[_i].keys);
    ck_assert_uint_eq(at(&g), scripts[_i].piece_idx);
    stage_tear_down(&g);
}
END_TEST

START_TEST(pieces_find_goes_round_and_only_to_its_kind)
{
    struct stage g;
    struct frame *f = frames_pieces();
    uint8_t *pieces = xmemdup(f->detail->pieces, f->detail->n_pieces);
    uint8_t *copies = xmemdup(f->detail->availability, f->detail->n_pieces);
    stage_set_up(&g, f, 24, 80);
    stage_press(&g, "\r2");
    for (uint32_t i = 0, before = 0; i < 9; i++, before = at(&g)) {
        stage_press(&g, "x");
        ck_assert(pieces[at(&g)] & DETAIL_BAD);
        ck_assert(i == 0 || i == 7 || at(&g) > before);
    }
    stage_press(&g, "r");
    ck_assert_uint_eq(copies[at(&g)], 1);
    ck_assert_uint_ne(detail_piece_state(pieces[at(&g)]), DETAIL_HAVE);
    stage_tear_down(&g);
    free(pieces);
    free(copies);
}
END_TEST

START_TEST(pieces_raise_is_sent_only_for_what_is_lacked)
{
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r2:1852\rP");
    const struct stage_sent *last = &g.sent[g.n_sent - 1];
    ck_assert_int_eq(last->kind, COMMAND_RAISE);
    ck_assert_uint_eq(last->torrent, 1);
    ck_assert_uint_eq(last->piece_idx, 1852);
    size_t n = g.n_sent;
    stage_press(&g, ":0\rP");
    ck_assert(stage_shows(&g, "here already"));
    ck_assert_int_ne(g.sent[g.n_sent - 1].kind, COMMAND_RAISE);
    ck_assert_uint_gt(g.n_sent, n); /* the focus followed */
    stage_tear_down(&g);
}
END_TEST

START_TEST(pieces_lead_to_peers_and_back)
{
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r2:1852\r\r");
    ck_assert(stage_shows(&g, "[3 Peers]"));
    ck_assert_uint_eq(at(&g), 1852);
    stage_press(&g, "2");
    ck_assert(stage_shows(&g, "piece 1852"));
    stage_tear_down(&g);
}
END_TEST

/* What a mode does not need is not asked for; files only until they are known. */
START_TEST(pieces_ask_for_what_the_mode_shows)
{
    static const uint32_t parts[] = {0, 0, FOCUS_AGES, FOCUS_SOURCES, 0, 0};
    const uint32_t always = FOCUS_PIECES | FOCUS_ACTIVE | FOCUS_PEERS;
    struct stage g;
    stage_set_up(&g, frames_large(), 24, 80);
    stage_press(&g, "\r2");
    ck_assert_uint_eq(g.focus.parts, always | FOCUS_FILES);
    screen_on_frame(g.screen, frames_pieces());
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        stage_press(&g, "l");
        ck_assert_uint_eq(g.focus.parts, always | parts[i]);
        stage_press(&g, "m");
    }
    ck_assert(stage_shows(&g, "State"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(pieces_click_selects_the_telling_piece_of_a_cell)
{
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r2");
    char *row = stage_row(&g, 8);
    int x = (int)(strchr(row, '*') - row);
    free(row);
    stage_mouse(&g, SCREEN_CLICK, 8, x);
    ck_assert_uint_eq(at(&g), 1811);
    uint32_t before = at(&g);
    /* The gap between groups, the numbers, and below the last. */
    stage_mouse(&g, SCREEN_CLICK, 8, 6 + 16);
    stage_mouse(&g, SCREEN_CLICK, 8, 2);
    stage_mouse(&g, SCREEN_CLICK, 13, 78);
    ck_assert_uint_eq(at(&g), before);
    stage_tear_down(&g);
}
END_TEST

START_TEST(pieces_click_in_the_list_of_those_under_way)
{
    struct stage g;
    stage_set_up(&g, frames_pieces(), 40, 160);
    stage_press(&g, "\r2");
    for (int y = 4; y < 38; y++) {
        char *row = stage_row(&g, y);
        char *found = strstr(row, " 2244 ##");
        int x = found != NULL ? (int)(found - row) + 4 : -1;
        free(row);
        if (x < 0)
            continue;
        stage_mouse(&g, SCREEN_CLICK, y, x);
        break;
    }
    ck_assert_uint_eq(at(&g), 2244);
    stage_tear_down(&g);
}
END_TEST

/* What comes while the view is held is not shown. */
START_TEST(pieces_show_events_up_to_their_frame)
{
    struct stage g;
    stage_set_up(&g, frames_pieces(), 24, 80);
    struct event e = {.kind = EVENT_PIECE,
                      .torrent = 1,
                      .at_ms = FRAMES_NOW_MS,
                      .text = "7 verified"};
    screen_on_event(g.screen, &e, g.now_ms);
    stage_press(&g, "\r2:0\rF");
    ck_assert(stage_shows(&g, "7 verified"));
    e.at_ms++;
    memcpy(e.text, "8", 1);
    screen_on_event(g.screen, &e, g.now_ms);
    stage_press(&g, "l");
    ck_assert(!stage_shows(&g, "8 verified"));
    struct frame *f = frames_pieces();
    f->now_ms++;
    screen_on_frame(g.screen, f);
    stage_press(&g, "F");
    ck_assert(stage_shows(&g, "8 verified"));
    stage_tear_down(&g);
}
END_TEST

/* A bad piece and who was banned for it: by the piece, in the log and below the graph. */
START_TEST(pieces_that_failed_are_told_wherever_it_matters)
{
    static const struct {
        enum event_kind kind;
        const char *text;
    } told[] = {{EVENT_HASH_FAILED,
                 "piece 9 did not match its hash: 3 blocks from K, 1 from B"},
                {EVENT_BANNED, "banned 9.9.4.2: sent a bad block (K)"}};
    struct stage g;
    struct frame *f = frames_flow();
    stage_set_up(&g, frames_pieces(), 40, 160);
    for (size_t i = 0; i < 2; i++) {
        struct event e = {.kind = told[i].kind,
                          .torrent = 1,
                          .piece_idx = 9,
                          .at_ms = FRAMES_NOW_MS - 9000 * (2 - (int64_t)i)};
        snprintf(e.text, sizeof e.text, "%s", told[i].text);
        screen_on_event(g.screen, &e, g.now_ms);
    }
    stage_press(&g, "\r2:9\r");
    ck_assert(stage_shows(&g, "18s ago  piece 9 did not match its hash: 3"));
    ck_assert(stage_shows(&g, "9s ago  banned 9.9.4.2: sent a bad block (K)"));
    stage_press(&g, "7");
    for (size_t i = 0; i < 2; i++)
        ck_assert_msg(stage_shows(&g, told[i].text), "%s", told[i].text);
    screen_on_frame(g.screen, f);
    stage_press(&g, "6k");
    ck_assert(stage_shows(&g, "^x banned: banned 9.9.4.2: sent a bad block"));
    stage_press(&g, "k");
    ck_assert(
        stage_shows(&g, "^h hash-failed: piece 9 did not match its hash"));
    stage_tear_down(&g);
}
END_TEST

/* A piece, a peer or a file of one torrent is none of another. */
START_TEST(pieces_selection_ends_with_its_torrent)
{
    struct stage g;
    struct frame *f = frames_states(), *pieces = frames_pieces();
    uint32_t first;
    stage_set_up(&g, frames_states(), 24, 80);
    stage_press(&g, "\r");
    first = g.focus.torrent;
    f->detail = pieces->detail;
    f->detail->torrent = first;
    pieces->detail = NULL;
    frame_free(pieces);
    screen_on_frame(g.screen, f);
    stage_press(&g, "3");
    stage_press(&g, "j2:1852\r");
    ck_assert_uint_eq(at(&g), 1852);
    ck_assert_uint_ne(g.focus.peer, 0);
    stage_press(&g, "qj\r2");
    ck_assert_uint_ne(g.focus.torrent, first);
    ck_assert_uint_eq(at(&g), FOCUS_PIECE_NONE);
    ck_assert_uint_eq(g.focus.peer, 0);
    stage_tear_down(&g);
}
END_TEST

/* One view on a sheet of its own, with a peer selected elsewhere. */
START_TEST(pieces_of_the_selected_peer_stand_out)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    struct draw *draw =
        draw_sheet_new((struct draw_look){GLYPHS_ASCII, THEME_MONO, true, 0},
                       40, 80);
    const struct view_ops *ops = view_pieces_ops();
    void *view = ops->make();
    struct frame *f = frames_pieces();
    struct view_world w = {.frame = f,
                           .torrent = 1,
                           .peer = 2,
                           .piece_idx = 0,
                           .file_idx = VIEW_NO_FILE};
    for (int is_marked = 1; is_marked >= 0; is_marked--) {
        ops->act(view, &w, KEYS_ZOOM);
        w.piece_idx = 3770;
        struct draw_pane p = draw_begin(draw);
        ops->draw(view, &w, &p);
        char *text = draw_snapshot(draw, false);
        char *looks = draw_snapshot(draw, true);
        ck_assert_int_eq(strstr(text, "B has 612") != NULL, is_marked);
        ck_assert_int_eq(strchr(looks, 'U') != NULL, is_marked);
        free(text);
        free(looks);
        ops->act(view, &w, KEYS_MARK);
        ops->act(view, &w, KEYS_ZOOM);
    }
    ops->free(view);
    frame_free(f);
    draw_free(draw);
}
END_TEST

/* Any keys, any size, any of the frames: nothing breaks. */
START_TEST(pieces_random_keys_at_any_size)
{
    static struct frame *(*const frames[])(
        void) = {frames_pieces, frames_endgame, frames_detail, frames_one};
    static const char keys[] = "hjklgGnNrxmzPf  \r23\x04\x15\x06\x02~:5\r";
    uint64_t seed = 99 + (uint64_t)_i;
    for (int round = 0; round < 6; round++) {
        struct stage g;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        unsigned r = (unsigned)(seed >> 33);
        stage_set_up(&g, frames[r % 4](), 1 + (int)(r / 5 % 60),
                     1 + (int)(r / 150 % 200));
        stage_press(&g, "\r2");
        for (int i = 0; i < 60 && screen_phase(g.screen) == SCREEN_RUNS; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            r = (unsigned)(seed >> 33);
            g.n_sent = 0;
            if (r % 17 == 0)
                screen_on_frame(g.screen, frames[r / 17 % 4]());
            if (r % 13 == 0)
                stage_mouse(&g, SCREEN_CLICK, (int)(r / 13 % 60),
                            (int)(r / 800 % 200));
            stage_key(&g, keys[r / 85 % (sizeof keys - 1)]);
        }
        stage_tear_down(&g);
    }
}
END_TEST

Suite *pieces_suite(void)
{
    Suite *s = suite_create("pieces");
    TCase *t = tcase_create("pieces");
    tcase_add_loop_test(t, pieces_keys_find_what_they_say, 0, 20);
    tcase_add_test(t, pieces_find_goes_round_and_only_to_its_kind);
    tcase_add_test(t, pieces_raise_is_sent_only_for_what_is_lacked);
    tcase_add_test(t, pieces_lead_to_peers_and_back);
    tcase_add_test(t, pieces_ask_for_what_the_mode_shows);
    tcase_add_test(t, pieces_click_selects_the_telling_piece_of_a_cell);
    tcase_add_test(t, pieces_click_in_the_list_of_those_under_way);
    tcase_add_test(t, pieces_show_events_up_to_their_frame);
    tcase_add_test(t, pieces_that_failed_are_told_wherever_it_matters);
    tcase_add_test(t, pieces_selection_ends_with_its_torrent);
    tcase_add_test(t, pieces_of_the_selected_peer_stand_out);
    tcase_add_loop_test(t, pieces_random_keys_at_any_size, 0, 4);
    suite_add_tcase(s, t);
    return s;
}
