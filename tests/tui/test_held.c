#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/detail.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_dht.h"
#include "tests/tui/frames_flow.h"
#include "tests/tui/frames_later.h"
#include "tests/tui/frames_peers.h"
#include "tests/tui/frames_pieces.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "ui/draw.h"

/* Views that are held, and step back through what was seen. */

enum { H = 60, W = 200, SEEN = 8, LAST = 20 };

static const struct {
    const char *keys; /* that lead to the view */
    struct frame *(*frame)(void);
} views[] = {
    {"", frames_rich},
    {"c3", frames_peers},
    {"jjj\r", frames_rich},
    {"\r2", frames_pieces},
    {"\r2mz", frames_pieces},
    {"\r3jj", frames_peers},
    {"\r3/seed\r", frames_peers},
    {"\r3\r", frames_peers},
    {"\r4", frames_pieces},
    {"\r4/EEP\r", frames_pieces},
    {"\r5", frames_flow},
    {"\r6", frames_flow},
    {"\r7", frames_flow},
    {"H", frames_dht},
};
enum { N_VIEWS = sizeof views / sizeof *views };

static void utc(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
}

/* All of the screen but the header, the message and the keys; in new memory. */
static char *body(struct stage *g)
{
    char *all = draw_snapshot(g->draw, false), *end = all;
    char *from = strchr(all, '\n') + 1;
    for (int y = 0; y < H - 2; y++)
        end = strchr(end, '\n') + 1;
    char *rows = strndup(from, (size_t)(end - from));
    free(all);
    return rows;
}

/* What comes with a second: a frame, taken, and an event. */
static void feed(struct stage *g, struct frame *f)
{
    struct event e = {.kind = EVENT_PIECE, .torrent = 1, .at_ms = f->now_ms};
    snprintf(e.text, sizeof e.text, "%lld verified",
             (long long)f->now_ms / 1000);
    screen_on_event(g->screen, &e, g->now_ms);
    screen_on_frame(g->screen, f);
    stage_show(g);
}

START_TEST(held_view_is_as_it_was)
{
    struct stage g;
    char *then = NULL;
    utc();
    stage_set_up(&g, views[_i].frame(), H, W);
    stage_press(&g, views[_i].keys);
    for (unsigned s = 1; s <= LAST; s++) {
        feed(&g, frames_later(views[_i].frame(), s));
        if (s == SEEN)
            then = body(&g);
    }
    char *now = body(&g);
    ck_assert_str_ne(now, then);
    stage_press(&g, "F(,,");
    ck_assert(stage_shows(&g, " held 06:00:08, 12s ago (,/. step, F live)"));
    char *held = body(&g);
    ck_assert_str_eq(held, then);
    stage_press(&g, "F");
    ck_assert(!stage_shows(&g, " held 0"));
    char *live = body(&g);
    ck_assert_str_eq(live, now);
    free(live);
    free(held);
    free(now);
    free(then);
    stage_tear_down(&g);
}
END_TEST

/* Frames as the engine makes them: with the parts that the screen asked for. */
static struct frame *looked_at(const struct stage *g, unsigned second)
{
    struct frame *f = frames_later(frames_pieces(), second);
    f->detail->focus = g->focus;
    f->detail->torrent = g->focus.torrent;
    return f;
}

START_TEST(held_moment_without_what_a_tab_needs_says_so)
{
    struct stage g;
    utc();
    stage_set_up(&g, frames_pieces(), 24, 80);
    unsigned s = 0;
    while (s < 5)
        feed(&g, looked_at(&g, ++s));
    stage_press(&g, "\r2");
    while (s < 10)
        feed(&g, looked_at(&g, ++s));
    stage_press(&g, ",,");
    ck_assert(stage_shows(&g, "next up"));
    ck_assert(!stage_shows(&g, "not kept"));
    stage_press(&g, "((");
    ck_assert(stage_shows(&g, "was not kept:"));
    ck_assert(stage_shows(&g, "nobody looked at it then"));
    ck_assert(!stage_shows(&g, "next up"));
    /* The list was seen at that time. */
    stage_press(&g, "q");
    ck_assert(!stage_shows(&g, "not kept"));
    ck_assert(stage_shows(&g, "Done%"));
    stage_press(&g, "\r2F");
    ck_assert(stage_shows(&g, "next up"));
    stage_tear_down(&g);
}
END_TEST

/* One tab was open, and what others show was asked for once a second: they can be opened
 * at a moment that is held, also when it is held between those. */
START_TEST(held_moment_has_what_other_tabs_show)
{
    struct stage g;
    utc();
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r3");
    ck_assert((g.focus.parts & FOCUS_ACTIVE) == 0);
    ck_assert((g.focus.parts_each_s & FOCUS_ACTIVE) != 0);
    for (unsigned s = 1; s <= 10; s++) {
        struct frame *f = looked_at(&g, s);
        f->detail->focus.parts |= f->detail->focus.parts_each_s;
        feed(&g, f);
        f = looked_at(&g, s);
        f->now_ms += 500;
        f->detail->n_next = 0;
        feed(&g, f);
    }
    stage_press(&g, "F2");
    ck_assert(stage_shows(&g, "next up"));
    ck_assert(!stage_shows(&g, "not kept"));
    ck_assert(stage_shows(&g, " held 06:00:10"));
    stage_press(&g, ",,");
    ck_assert(stage_shows(&g, " held 06:00:08"));
    ck_assert(stage_shows(&g, "next up"));
    stage_tear_down(&g);
}
END_TEST

/* One torrent was looked at, then the next: the one is not shown as the other. */
START_TEST(held_moment_of_another_torrent_is_not_shown_as_this_ones)
{
    struct stage g;
    utc();
    stage_set_up(&g, frames_rich(), 24, 80);
    stage_press(&g, "jjj\r2");
    for (unsigned s = 1; s <= 5; s++)
        feed(&g, frames_later(frames_rich(), s));
    ck_assert(stage_shows(&g, "State"));
    stage_press(&g, "qj\r2");
    for (unsigned s = 6; s <= 10; s++) {
        struct frame *f = frames_later(frames_rich(), s);
        f->detail->torrent = g.focus.torrent;
        feed(&g, f);
    }
    stage_press(&g, ",,");
    ck_assert(stage_shows(&g, "State"));
    stage_press(&g, "^");
    ck_assert(!stage_shows(&g, "State"));
    ck_assert(stage_shows(&g, "was not kept:"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(held_moment_before_a_torrent_came_says_so)
{
    struct stage g;
    utc();
    stage_set_up(&g, frames_empty(), 24, 80);
    for (unsigned s = 1; s <= 3; s++)
        feed(&g, frames_later(frames_empty(), s));
    for (unsigned s = 4; s <= 6; s++)
        feed(&g, frames_later(frames_pieces(), s));
    stage_press(&g, "\r2(");
    ck_assert(stage_shows(&g, "at 06:00:00 this torrent was not there"));
    stage_press(&g, "F");
    ck_assert(stage_shows(&g, "next up"));
    stage_tear_down(&g);
}
END_TEST

/* Commands. */

START_TEST(held_keys_act_on_what_is_now)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    for (unsigned s = 1; s <= 5; s++) {
        struct frame *f = frames_later(frames_one(), s);
        f->torrents[0]->state = s > 3 ? FRAME_PAUSED : FRAME_DOWNLOADING;
        feed(&g, f);
    }
    stage_press(&g, "^");
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    stage_press(&g, "p");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_RESUME);
    ck_assert_uint_eq(stage_asked(&g, 0)->torrent, 1);
    /* Gone meanwhile, it is left alone. */
    feed(&g, frames_later(frames_empty(), 6));
    stage_press(&g, "p");
    ck_assert(stage_shows(&g, "that torrent is not there any more"));
    stage_press(&g, "dr");
    stage_press(&g, "\r3X");
    stage_press(&g, "y");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    stage_press(&g, "qF");
    ck_assert(stage_shows(&g, "no torrents yet"));
    stage_tear_down(&g);
}
END_TEST

/* Who is choked by the user by now is let go, though then it was not choked. */
START_TEST(held_snub_goes_by_what_is_now)
{
    struct stage g;
    stage_set_up(&g, frames_peers(), 24, 80);
    stage_press(&g, "\r3");
    for (unsigned s = 1; s <= 5; s++) {
        struct frame *f = frames_later(frames_peers(), s);
        for (size_t i = 0; i < f->detail->n_peers; i++)
            f->detail->peers[i].is_shunned = s > 3;
        feed(&g, f);
    }
    stage_press(&g, "(S");
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_SNUB);
    ck_assert(!stage_asked(&g, 0)->flag);
    stage_tear_down(&g);
}
END_TEST

/* A file is wanted more than it is now, not than it was then, which stays shown. */
START_TEST(held_priorities_go_by_what_is_now)
{
    struct stage g;
    utc();
    stage_set_up(&g, frames_pieces(), 24, 80);
    stage_press(&g, "\r4");
    struct frame *first = frames_later(frames_pieces(), 1);
    struct filetable *table = first->detail->filetable;
    feed(&g, first);
    for (unsigned s = 2; s <= 12; s++) {
        struct frame *f = frames_later(frames_pieces(), s);
        filetable_unref(f->detail->filetable);
        f->detail->filetable = filetable_ref(table);
        for (size_t i = 0; i < table->n_files; i++)
            f->detail->files[i].priority = s > 6 ? 1 : 3;
        f->detail->is_sequential = s > 6;
        feed(&g, f);
    }
    stage_press(&g, "(");
    stage_press(&g, "+");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_PRIORITY);
    ck_assert_int_eq(stage_asked(&g, 0)->priority, 2);
    stage_press(&g, "S");
    ck_assert_int_eq(stage_asked(&g, 1)->kind, COMMAND_SEQUENTIAL);
    ck_assert(!stage_asked(&g, 1)->flag);
    stage_press(&g, ".,");
    ck_assert(stage_shows(&g, " HIGH "));
    ck_assert(!stage_shows(&g, " norm "));
    ck_assert(!stage_shows(&g, " low "));
    stage_tear_down(&g);
}
END_TEST

START_TEST(held_marks_outlast_a_moment_before_their_torrents)
{
    struct stage g;
    stage_set_up(&g, frames_empty(), 24, 80);
    for (unsigned s = 1; s <= 3; s++)
        feed(&g, frames_later(frames_empty(), s));
    feed(&g, frames_later(frames_states(), 4));
    stage_press(&g, "  ");
    ck_assert(stage_shows(&g, "2 marked"));
    stage_press(&g, "(");
    ck_assert(stage_shows(&g, "no torrents yet"));
    stage_press(&g, "F");
    ck_assert(stage_shows(&g, "2 marked"));
    stage_tear_down(&g);
}
END_TEST

/* In a line that is typed they are characters. */
START_TEST(held_keys_are_typed_into_lines)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    feed(&g, frames_later(frames_one(), 1));
    stage_press(&g, "/a,(^$).F");
    ck_assert(stage_shows(&g, "a,(^$).F"));
    ck_assert(!stage_shows(&g, " held "));
    stage_press(&g, "\x1b,");
    ck_assert(stage_shows(&g, " held "));
    stage_tear_down(&g);
}
END_TEST

/* Keys, sizes and frames in any order. */
START_TEST(held_takes_random_keys)
{
    static const char keys[] = "F,.()^$F,.()^$jkhlq\r\t1234567cHeszmopXn <>I";
    uint32_t state = 1;
    unsigned n_left = 0;
    struct stage g;
    stage_set_up(&g, frames_pieces(), 40, 160);
    for (unsigned i = 1; i < 3000; i++) {
        state = state * 1664525 + 1013904223;
        if (state >> 30 == 0)
            feed(&g, i % 7 == 0 ? frames_later(frames_rich(), i)
                                : frames_later(frames_pieces(), i));
        /* Some come so quickly that nothing is drawn between them. */
        int key = keys[(state >> 8) % (sizeof keys - 1)];
        if ((state >> 20) % 2 == 0)
            stage_key(&g, key);
        else
            screen_on_key(g.screen, g.draw, key, g.now_ms);
        g.n_sent = 0;
        if (screen_phase(g.screen) == SCREEN_RUNS)
            continue;
        stage_tear_down(&g);
        stage_set_up(&g, frames_pieces(), 40, 160);
        n_left++;
    }
    ck_assert_uint_gt(n_left, 0);
    ck_assert_uint_lt(n_left, 200);
    stage_tear_down(&g);
}
END_TEST

Suite *held_suite(void)
{
    Suite *s = suite_create("held");
    TCase *t = tcase_create("held");
    tcase_add_loop_test(t, held_view_is_as_it_was, 0, N_VIEWS);
    tcase_add_test(t, held_moment_without_what_a_tab_needs_says_so);
    tcase_add_test(t, held_moment_has_what_other_tabs_show);
    tcase_add_test(t, held_moment_of_another_torrent_is_not_shown_as_this_ones);
    tcase_add_test(t, held_moment_before_a_torrent_came_says_so);
    tcase_add_test(t, held_keys_act_on_what_is_now);
    tcase_add_test(t, held_snub_goes_by_what_is_now);
    tcase_add_test(t, held_priorities_go_by_what_is_now);
    tcase_add_test(t, held_marks_outlast_a_moment_before_their_torrents);
    tcase_add_test(t, held_keys_are_typed_into_lines);
    tcase_add_test(t, held_takes_random_keys);
    suite_add_tcase(s, t);
    return s;
}
