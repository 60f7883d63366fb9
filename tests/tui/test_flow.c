#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/detail.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_flow.h"
#include "tests/tui/stage.h"
#include "tests/tui/suites.h"

/* What keys do to the graph, the log and the trackers. */

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
    ck_assert(stage_shows(&g, "^c tracker"));
    stage_press(&g, "hll");
    ck_assert(stage_shows(&g, "^c tracker"));
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

START_TEST(graph_draws_into_any_pane)
{
    for (int h = 1; h < 30; h += 3)
        for (int w = 1; w < 230; w += 19) {
            struct stage g;
            open_stage(&g, h, w, "\r6hkttTgG");
            stage_tear_down(&g);
        }
}
END_TEST

Suite *flow_suite(void)
{
    Suite *s = suite_create("flow");
    TCase *t = tcase_create("graph");
    tcase_add_test(t, graph_spans_go_round);
    tcase_add_test(t, graph_cursor_stays_at_its_moment);
    tcase_add_test(t, graph_cursor_goes_from_event_to_event);
    tcase_add_test(t, graph_click_puts_the_cursor_there);
    tcase_add_test(t, graph_draws_into_any_pane);
    suite_add_tcase(s, t);
    return s;
}
