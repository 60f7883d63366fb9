#include "config.h"

#include "ui/marks.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/ui/suites.h"

/* A minute from 60 s on, in so many cells. */
static struct marks_span minute(int w)
{
    return (struct marks_span){60000, 120000, w};
}

static struct event event_at(int64_t at_ms, enum event_kind kind,
                             const char *text)
{
    struct event e = {.kind = kind, .torrent = 1, .at_ms = at_ms};
    snprintf(e.text, sizeof e.text, "%s", text);
    return e;
}

static char *row_of(const struct event *events, size_t n, int w)
{
    static struct marks m;
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    struct draw *d =
        draw_sheet_new((struct draw_look){GLYPHS_ASCII, THEME_MONO, true, 0}, 1,
                       w);
    ck_assert_ptr_nonnull(d);
    struct draw_pane p = draw_begin(d);
    marks_fit(&m, minute(w), events, n, 1);
    marks_draw(&m, &p, 0);
    char *row = draw_snapshot(d, false);
    draw_free(d);
    return row;
}

START_TEST(marks_stand_at_their_moments_with_words_where_there_is_room)
{
    const struct event events[] = {
        event_at(59999, EVENT_TRACKER, "before"),
        event_at(60000, EVENT_TRACKER, "x: 50 peers"),
        event_at(90000, EVENT_HASH_FAILED, "piece 7, and who sent it"),
        event_at(100000, EVENT_BANNED, "B"),
        event_at(119999, EVENT_FINISHED, "done"),
        event_at(120000, EVENT_FINISHED, "after"),
    };
    char *row = row_of(events, 6, 60);
    ck_assert_str_eq(row, "^c x: 50 peers                ^h pie..."
                          " ^x B              ^f\n");
    free(row);
}
END_TEST

START_TEST(marks_legend_explains_what_is_drawn)
{
    static struct marks m;
    char legend[MARKS_LEGEND_LEN];
    marks_fit(&m, minute(60), NULL, 0, 1);
    marks_legend(&m, legend);
    ck_assert_str_eq(legend, "");
    const struct event events[] = {
        event_at(60000, EVENT_TRACKER, "x: 50 peers"),
        event_at(90000, EVENT_CHOKE, "B"),
        event_at(90001, EVENT_BANNED, "B"),
        event_at(100000, EVENT_TRACKER, "again"),
    };
    marks_fit(&m, minute(60), events, 4, 1);
    marks_legend(&m, legend);
    ck_assert_str_eq(legend, "^c tracker ^x ban");
    /* With all of them it is still whole. */
    struct event all[EVENT_N_KINDS];
    for (int i = 0; i < EVENT_N_KINDS; i++)
        all[i] = event_at(60000 + i * 2000, (enum event_kind)i, "");
    marks_fit(&m, minute(300), all, EVENT_N_KINDS, 1);
    marks_legend(&m, legend);
    ck_assert(strstr(legend, "^u choke") != NULL);
}
END_TEST

START_TEST(marks_that_fall_together_show_the_weightiest)
{
    const struct event events[] = {
        event_at(90000, EVENT_CHOKE, "choke"),
        event_at(90100, EVENT_FINISHED, "done"),
        event_at(90200, EVENT_TRACKER, "tracker"),
        event_at(91500, EVENT_TRACKER, "no room beside it"),
        event_at(70000, EVENT_PIECE, "has no mark"),
    };
    char *row = row_of(events, 5, 30);
    ck_assert_str_eq(row, "               ^f done\n");
    free(row);
}
END_TEST

START_TEST(marks_next_finds_each_and_only_of_the_torrent)
{
    static struct marks m;
    struct event events[] = {
        event_at(60000, EVENT_TRACKER, "a"),
        event_at(80000, EVENT_TRACKER, "b"),
        event_at(119000, EVENT_TRACKER, "c"),
        event_at(100000, EVENT_TRACKER, "another's"),
    };
    events[3].torrent = 2;
    marks_fit(&m, minute(60), events, 4, 1);
    ck_assert_int_eq(marks_next(&m, -1, 1), 0);
    ck_assert_int_eq(marks_next(&m, 0, 1), 20);
    ck_assert_int_eq(marks_next(&m, 20, 1), 59);
    ck_assert_int_eq(marks_next(&m, 59, 1), -1);
    ck_assert_int_eq(marks_next(&m, 60, -1), 59);
    ck_assert_int_eq(marks_next(&m, 0, -1), -1);
    ck_assert_ptr_eq(marks_at(&m, 20), &events[1]);
    ck_assert_ptr_null(marks_at(&m, 21));
    ck_assert_ptr_null(marks_at(&m, 60));
    ck_assert_ptr_null(marks_at(&m, -1));
    marks_fit(&m, minute(60), events, 4, 0);
    ck_assert_int_eq(marks_next(&m, 20, 1), 40);
    marks_fit(&m, minute(0), events, 4, 0);
    ck_assert_int_eq(marks_next(&m, 0, 1), -1);
}
END_TEST

Suite *marks_suite(void)
{
    Suite *s = suite_create("marks");
    TCase *t = tcase_create("marks");
    tcase_add_test(t,
                   marks_stand_at_their_moments_with_words_where_there_is_room);
    tcase_add_test(t, marks_legend_explains_what_is_drawn);
    tcase_add_test(t, marks_that_fall_together_show_the_weightiest);
    tcase_add_test(t, marks_next_finds_each_and_only_of_the_torrent);
    suite_add_tcase(s, t);
    return s;
}
