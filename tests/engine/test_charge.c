#include "config.h"

#include "engine/charge.h"

#include "tests/engine/suites.h"

#include "tests/engine/house.h"

/* Whose turn it is, and when it was enough. */

START_TEST(queue_lets_the_first_run_and_the_next_when_its_place_is_free)
{
    struct session_config config = {.max_active_down = 1};
    house_start_keeping(&config);
    house_admit(house_add_kept("a"));
    house_admit(house_add_kept("b"));
    house_admit(house_add_kept("c"));
    house_wait_state("a", FRAME_DOWNLOADING);
    struct frame_torrent b = house_wait_state("b", FRAME_QUEUED);
    ck_assert_str_eq(b.cause, "waits for its turn: 1 are downloading");
    house_wait_state("c", FRAME_QUEUED);
    house_send(COMMAND_PAUSE, house_id_of("a"), false, NULL);
    house_wait_state("b", FRAME_DOWNLOADING);
    house_wait_state("a", FRAME_PAUSED);
    /* Before it again: it takes its place back. */
    house_send(COMMAND_RESUME, house_id_of("a"), false, NULL);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_wait_state("b", FRAME_QUEUED);
    house_send(COMMAND_FORCE, house_id_of("c"), true, NULL);
    ck_assert(house_wait_state("c", FRAME_DOWNLOADING).is_forced);
    house_wait_state("a", FRAME_DOWNLOADING);
    /* Finished, by its data: a seed waits for nobody here. */
    house_admit(house_add_whole("d", 1000, "data"));
    house_wait_state("d", FRAME_SEEDING);
    house_quit();
    house_start_keeping(&config);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_wait_state("b", FRAME_QUEUED);
    house_wait_state("c", FRAME_DOWNLOADING);
    house_wait_state("d", FRAME_SEEDING);
    struct command *c = command_new(COMMAND_LIMITS, 0);
    c->limits = (struct command_limits){.has_active = true};
    bridge_send(house.bridge, c);
    house_wait_state("b", FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

START_TEST(seeding_goal_pauses_with_words_and_once)
{
    struct session_config config = {.seed_ratio_m = 0};
    house_start_keeping(&config);
    struct command *c = house_add_whole("a", 40000, "data");
    house_admit(c);
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    /* Nothing was given yet: a goal of minutes, whose time a saved record has. */
    c = command_new(COMMAND_LIMITS, a.id);
    c->limits =
        (struct command_limits){.has_goals = true, .seed_ratio_m = 2000};
    bridge_send(house.bridge, c);
    frame_free(house_wait_frame());
    house_wait_state("a", FRAME_SEEDING);
    house_quit();
}
END_TEST

Suite *charge_suite(void)
{
    Suite *s = suite_create("charge");
    TCase *tc = tcase_create("charge");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, house_set_up, house_tear_down);
    tcase_add_test(
        tc, queue_lets_the_first_run_and_the_next_when_its_place_is_free);
    tcase_add_test(tc, seeding_goal_pauses_with_words_and_once);
    suite_add_tcase(s, tc);
    return s;
}
