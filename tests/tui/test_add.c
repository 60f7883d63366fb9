#include "config.h"

#include "ui/view_add.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#undef OK
#undef ERR
#include "meta/metainfo.h"
#include "tests/tui/frames.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"
#include "ui/paste.h"

/* A torrent of three files, as it may be offered. */
static struct metainfo_file files[STAGE_N_FILES] = {
    {.path = (char *)"one.iso", .size_bytes = 3 << 20},
    {.path = (char *)"two\x1b[31m.iso", .size_bytes = 2 << 20},
    {.path = (char *)"readme", .size_bytes = 1000},
};
/* In the list of frames_states(). */
#define FIRST    "3b1de9cb7011350fa15"
#define HASH_HEX "abababababababababababababababababababab"

static const struct metainfo offered = {
    .name = (char *)"a set",
    .geo = {.size_bytes = (5 << 20) + 1000, .n_pieces = 21},
    .files = files,
    .n_files = STAGE_N_FILES,
};

static void offer(struct stage *g)
{
    g->offer =
        (struct offer){.state = OFFER_READY,
                       .meta = &offered,
                       .name = "a set",
                       .folder = {.is_known = true, .free_bytes = 40 << 20}};
    stage_key(g, 0);
}

static void set_up(struct stage *g)
{
    stage_set_up(g, frames_one(), 24, 80);
    stage_press(g, "a");
}

START_TEST(add_reads_the_source_and_then_adds_it)
{
    struct stage g;
    set_up(&g);
    stage_press(&g, "/tmp/set.torrent\r");
    ck_assert_str_eq(g.source, "/tmp/set.torrent");
    ck_assert(stage_shows(&g, "/tmp/set.torrent_"));
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    offer(&g);
    ck_assert(stage_shows(&g, "5.0M in 3 files"));
    ck_assert(stage_shows(&g, "free 40.0M  need 5.0M  ok") ||
              stage_shows(&g, "free 40M  need 5.0M  ok"));
    ck_assert(stage_shows(&g, "[x] one.iso"));
    stage_press(&g, "\r");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_ADD);
    ck_assert(stage_asked(&g, 0)->is_kept && !stage_asked(&g, 0)->is_paused);
    ck_assert_uint_eq(stage_asked(&g, 0)->priorities[0], 9);
    ck_assert_str_eq(g.dir, "/srv/dl");
    ck_assert(stage_shows(&g, "Done%"));
    /* The next time it is empty again. */
    stage_press(&g, "a");
    ck_assert(!stage_shows(&g, "set.torrent"));
    stage_tear_down(&g);
}
END_TEST

/* Text in a terminal's marks for what is pasted, as keys. */
static void paste(struct stage *g, const char *text)
{
    static struct paste p;
    p = (struct paste){0};
    for (; *text != '\0'; text++)
        p.keys[p.n++] = *text;
    screen_on_paste(g->screen, g->draw, &p, g->now_ms);
    stage_show(g);
}

START_TEST(what_is_pasted_is_read_at_once)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 24, 80);
    paste(&g, "/tmp/set.torrent");
    ck_assert_str_eq(g.source, "/tmp/set.torrent");
    offer(&g);
    ck_assert(stage_shows(&g, "5.0M in 3 files"));
    stage_press(&g, "\r");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_ADD);
    /* No key of it does anything. */
    paste(&g, "dDrX");
    ck_assert(stage_shows(&g, "no magnet link, URL or path"));
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    stage_tear_down(&g);
}
END_TEST

START_TEST(what_is_pasted_goes_into_the_line_that_is_open)
{
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    stage_press(&g, "/");
    paste(&g, "label:/x");
    ck_assert(stage_shows(&g, "label:/x"));
    ck_assert_str_eq(g.source, "");
    stage_press(&g, "\x1b");
    /* A question for a key is not answered by it. */
    stage_press(&g, "d");
    paste(&g, "D/tmp/x");
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    ck_assert_str_eq(g.source, "");
    stage_press(&g, "\x1b"
                    "a");
    paste(&g, "/a");
    paste(&g, "/b");
    ck_assert(stage_shows(&g, "/a/b_"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(add_shows_what_is_typed_where_one_row_is_all)
{
    struct stage g;
    stage_set_up(&g, frames_one(), 3, 20);
    stage_press(&g, "a/x");
    ck_assert(stage_shows(&g, "/x_"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(add_says_what_is_here_already)
{
    struct stage g;
    set_up(&g);
    stage_press(&g, "x\r");
    g.offer = (struct offer){.state = OFFER_READY, .meta = &offered};
    g.offer.name = "a set";
    stage_show(&g);
    ck_assert(stage_shows(&g, "a set"));
    ck_assert(!stage_shows(&g, "here already"));
    struct frame *f = frames_one();
    memcpy(f->torrents[0]->info_hash, offered.info_hash,
           sizeof offered.info_hash);
    screen_on_frame(g.screen, f);
    stage_show(&g);
    ck_assert(stage_shows(&g, "a set  is here already"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(add_forgets_what_was_wrong_with_another_source)
{
    struct stage g;
    set_up(&g);
    stage_press(&g, "x\r");
    g.offer = (struct offer){.state = OFFER_FAILED};
    cause_set(&g.offer.cause, "x: not a torrent");
    stage_show(&g);
    ck_assert(stage_shows(&g, "x: not a torrent"));
    stage_press(&g, "y");
    ck_assert(!stage_shows(&g, "not a torrent"));
    ck_assert(stage_shows(&g, "Enter reads it"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(add_by_an_enter_while_it_is_read_happens_when_it_is_there)
{
    struct stage g;
    set_up(&g);
    stage_press(&g, "x\r");
    g.offer.state = OFFER_READING;
    stage_show(&g);
    stage_press(&g, "\r\r");
    ck_assert(stage_shows(&g, "to add it at once"));
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    g.offer = (struct offer){.state = OFFER_READY, .meta = &offered};
    g.offer.name = "a set";
    stage_show(&g);
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    ck_assert_int_eq(stage_asked(&g, 0)->kind, COMMAND_ADD);
    ck_assert(stage_shows(&g, "Done%"));
    stage_show(&g);
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    stage_tear_down(&g);
}
END_TEST

/* Esc, another key, a source that is none: then it is to be asked for again. */
START_TEST(add_forgets_an_enter_that_something_else_followed)
{
    static const char *const keys[] = {"\033", "\t", ""};
    struct stage g;
    set_up(&g);
    stage_press(&g, "x\r");
    g.offer.state = OFFER_READING;
    stage_show(&g);
    stage_press(&g, "\r");
    stage_press(&g, keys[_i]);
    if (_i == 2)
        g.offer.state = OFFER_FAILED;
    stage_show(&g);
    offer(&g);
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    stage_tear_down(&g);
}
END_TEST

START_TEST(add_takes_what_was_filled_in)
{
    struct stage g;
    set_up(&g);
    stage_press(&g, "x\r");
    offer(&g);
    /* To the start, the order, and the lines behind them. */
    stage_press(&g, "\t\t \t   \tiso\t1.5\t500k\toff\t");
    /* Of the files: not the first, the second more, the third as it is. */
    stage_press(&g, " +");
    ck_assert(stage_shows(&g, "files: 2 of 3 chosen, 2.0M of 5.0M"));
    stage_press(&g, "\r");
    ck_assert_uint_eq(stage_n_asked(&g), 1);
    const struct stage_sent *sent = stage_asked(&g, 0);
    ck_assert(sent->is_paused);
    ck_assert(sent->is_sequential && sent->is_first_last);
    ck_assert_str_eq(sent->label, "iso");
    ck_assert_uint_eq(sent->seed_ratio_m, 1500);
    ck_assert_uint_eq(sent->down_Bps, 500 << 10);
    ck_assert_uint_eq(sent->up_Bps, 0);
    ck_assert_uint_eq(sent->priorities[0], 0);
    ck_assert_uint_eq(sent->priorities[1], 3);
    ck_assert_uint_eq(sent->priorities[2], 2);
    stage_tear_down(&g);
}
END_TEST

/* Row of the list's cursor has this name. */
static bool is_at(struct stage *g, const char *name)
{
    bool found = false;
    for (int y = 2; y < 20 && !found; y++) {
        char *row = stage_row(g, y);
        found = row[0] == '>' && strstr(row, name) != NULL;
        free(row);
    }
    return found;
}

static void add_magnet(struct stage *g)
{
    stage_press(g, "amagnet:?xt=urn:btih:" HASH_HEX "\r");
    g->offer = (struct offer){.state = OFFER_READY, .name = "by a link"};
    stage_show(g);
    stage_press(g, "\r");
}

/* Not at once, but soon; later it leaves the cursor where the user put it. */
START_TEST(add_leads_the_list_to_what_was_added)
{
    static const char *const wanted[] = {"dataset-2024", FIRST};
    struct stage g;
    stage_set_up(&g, frames_states(), 24, 80);
    stage_press(&g, "g");
    ck_assert(is_at(&g, FIRST));
    add_magnet(&g);
    ck_assert(is_at(&g, FIRST));
    g.now_ms += _i == 0 ? 1000 : 10000;
    struct frame *f = frames_states();
    for (size_t i = 0; i < f->n_torrents; i++)
        if (strcmp(f->torrents[i]->name, "dataset-2024") == 0)
            memset(f->torrents[i]->info_hash, 0xab, 20);
    screen_on_frame(g.screen, f);
    stage_show(&g);
    ck_assert(is_at(&g, wanted[_i]));
    stage_press(&g, "g");
    ck_assert(is_at(&g, FIRST));
    stage_tear_down(&g);
}
END_TEST

START_TEST(add_refuses_what_is_no_limit_and_keeps_the_form)
{
    struct stage g;
    set_up(&g);
    stage_press(&g, "x\r");
    offer(&g);
    stage_press(&g, "\t\t\t\t\t\tfast\r");
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    ck_assert(stage_shows(&g, "such as 500K"));
    ck_assert(stage_shows(&g, "fast_"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(add_esc_leaves_and_letters_are_text)
{
    struct stage g;
    set_up(&g);
    stage_press(&g, "qQ?~a");
    ck_assert(stage_shows(&g, "qQ?~a_"));
    ck_assert_int_eq(screen_phase(g.screen), SCREEN_RUNS);
    stage_press(&g, "\x1b");
    ck_assert(stage_shows(&g, "Done%"));
    ck_assert_uint_eq(g.n_dropped, 1);
    ck_assert_uint_eq(stage_n_asked(&g), 0);
    stage_tear_down(&g);
}
END_TEST

START_TEST(add_says_why_a_source_is_none)
{
    struct stage g;
    set_up(&g);
    stage_press(&g, "x\r");
    g.offer = (struct offer){.state = OFFER_FAILED};
    cause_set(&g.offer.cause, "x: not a torrent");
    stage_key(&g, 0);
    ck_assert(stage_shows(&g, "x: not a torrent"));
    g.source[0] = '\0';
    stage_press(&g, "\r"); /* tries again */
    ck_assert_str_eq(g.source, "x");
    stage_tear_down(&g);
}
END_TEST

START_TEST(add_chooses_all_none_and_the_others)
{
    struct stage g;
    set_up(&g);
    stage_press(&g, "x\r");
    offer(&g);
    stage_key(&g, KEY_BTAB); /* backwards: the files are last */
    stage_press(&g, "n");
    ck_assert(stage_shows(&g, "files: 0 of 3"));
    stage_press(&g, " !");
    ck_assert(stage_shows(&g, "files: 2 of 3"));
    stage_press(&g, "a");
    ck_assert(stage_shows(&g, "files: 3 of 3"));
    /* No escape of a name reaches the screen. */
    ck_assert(!stage_shows(&g, "\x1b"));
    ck_assert(stage_shows(&g, "two"));
    stage_tear_down(&g);
}
END_TEST

START_TEST(add_click_goes_to_the_field_or_the_file_that_is_there)
{
    struct stage g;
    set_up(&g);
    stage_press(&g, "x\r");
    offer(&g);
    stage_mouse(&g, SCREEN_CLICK, 9, 5); /* below header, form and heading */
    ck_assert(stage_shows(&g, "[ ] two"));
    stage_mouse(&g, SCREEN_CLICK, 3, 15);
    stage_press(&g, "x");
    ck_assert(stage_shows(&g, "/srv/dlx_"));
    stage_tear_down(&g);
    /* In little room the form goes up as far as it must. */
    stage_set_up(&g, frames_one(), 10, 40);
    stage_press(&g, "ax\r");
    offer(&g);
    stage_press(&g, "\t\t\t\t\t\t\t");
    ck_assert(stage_shows(&g, "U [_"));
    ck_assert(!stage_shows(&g, "source"));
    stage_mouse(&g, SCREEN_CLICK, 1, 15);
    stage_press(&g, "y");
    ck_assert(stage_shows(&g, "/srv/dly_"));
    stage_tear_down(&g);
}
END_TEST

Suite *add_suite(void)
{
    Suite *s = suite_create("add");
    TCase *t = tcase_create("add");
    tcase_add_test(t, what_is_pasted_is_read_at_once);
    tcase_add_test(t, what_is_pasted_goes_into_the_line_that_is_open);
    tcase_add_test(t, add_reads_the_source_and_then_adds_it);
    tcase_add_test(t, add_shows_what_is_typed_where_one_row_is_all);
    tcase_add_test(t, add_says_what_is_here_already);
    tcase_add_test(t, add_forgets_what_was_wrong_with_another_source);
    tcase_add_test(t,
                   add_by_an_enter_while_it_is_read_happens_when_it_is_there);
    tcase_add_loop_test(t, add_forgets_an_enter_that_something_else_followed, 0,
                        3);
    tcase_add_test(t, add_takes_what_was_filled_in);
    tcase_add_loop_test(t, add_leads_the_list_to_what_was_added, 0, 2);
    tcase_add_test(t, add_refuses_what_is_no_limit_and_keeps_the_form);
    tcase_add_test(t, add_esc_leaves_and_letters_are_text);
    tcase_add_test(t, add_says_why_a_source_is_none);
    tcase_add_test(t, add_chooses_all_none_and_the_others);
    tcase_add_test(t, add_click_goes_to_the_field_or_the_file_that_is_there);
    suite_add_tcase(s, t);
    return s;
}
