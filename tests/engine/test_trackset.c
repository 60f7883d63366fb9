#include "config.h"

#include "engine/trackset.h"

#include <string.h>

#include "tests/engine/suites.h"

#include "tests/engine/house.h"

/* Which trackers there are, as the user changes that: now, and at the next start. */

static bool has_trackers(const struct frame *f, const void *ctx)
{
    return f->n_torrents == 1 &&
           f->torrents[0]->n_trackers == *(const uint32_t *)ctx;
}

static void wait_trackers(uint32_t n)
{
    frame_free(house_wait_for(has_trackers, &n));
}

START_TEST(trackers_are_added_and_removed_and_kept_so)
{
    struct event e;
    house_start_keeping(NULL);
    struct command *c = house_add("a", "udp://127.0.0.1:9/own");
    c->add->is_kept = true;
    house_admit(c);
    wait_trackers(1);
    uint32_t id = house_id_of("a");
    static const char *const wrong[] = {"", "ftp://x/", "udp://nowhere",
                                        "udp://127.0.0.1:9/own"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        house_send(COMMAND_TRACKER, id, false, wrong[i]);
        house_wait_event(EVENT_COMMAND, &e);
        ck_assert_int_ne(e.err, OK);
        ck_assert_str_ne(e.text, "");
    }
    house_send(COMMAND_TRACKER, id, false, "udp://127.0.0.1:9/more");
    house_send(COMMAND_TRACKER, id, false, "http://127.0.0.1:9/announce");
    wait_trackers(3);
    house_send(COMMAND_UNTRACK, id, false, "udp://127.0.0.1:9/own");
    house_send(COMMAND_UNTRACK, id, false, "udp://127.0.0.1:9/more");
    wait_trackers(1);
    house_send(COMMAND_UNTRACK, id, false, "udp://127.0.0.1:9/own");
    house_wait_event(EVENT_COMMAND, &e);
    house_restart();
    wait_trackers(1);
    id = house_id_of("a");
    house_send(COMMAND_UNTRACK, id, false, "http://127.0.0.1:9/announce");
    wait_trackers(0);
    house_send(COMMAND_TRACKER, id, false, "udp://127.0.0.1:9/own");
    wait_trackers(1);
    house_restart();
    wait_trackers(1);
    house_quit();
}
END_TEST

static bool has_disabled(const struct frame *f, const void *ctx)
{
    return f->n_torrents == 1 &&
           f->torrents[0]->n_trackers_disabled == *(const uint32_t *)ctx;
}

static void wait_disabled(uint32_t n)
{
    frame_free(house_wait_for(has_disabled, &n));
}

/* Its own and one that the user added; what is removed and added anew is a new one. */
START_TEST(trackers_are_disabled_and_enabled_and_kept_so)
{
    static const char own[] = "udp://127.0.0.1:9/own",
                      more[] = "udp://127.0.0.1:9/more";
    struct event e;
    house_start_keeping(NULL);
    struct command *c = house_add("a", own);
    c->add->is_kept = true;
    house_admit(c);
    uint32_t id = house_id_of("a");
    house_send(COMMAND_ENABLE, id, false, "udp://nobody:1/");
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_str_eq(e.text, "there is no such tracker");
    house_send(COMMAND_TRACKER, id, false, more);
    wait_trackers(2);
    house_send(COMMAND_ENABLE, id, false, more);
    wait_disabled(1);
    house_send(COMMAND_ENABLE, id, false, own);
    wait_disabled(2);
    house_restart();
    wait_disabled(2);
    id = house_id_of("a");
    house_send(COMMAND_REANNOUNCE, id, false, NULL);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_str_eq(e.text, "no tracker can be asked now");
    house_send(COMMAND_ENABLE, id, true, own);
    wait_disabled(1);
    house_restart();
    wait_disabled(1);
    id = house_id_of("a");
    house_send(COMMAND_UNTRACK, id, false, more);
    wait_trackers(1);
    wait_disabled(0);
    house_send(COMMAND_TRACKER, id, false, more);
    wait_trackers(2);
    house_restart();
    wait_trackers(2);
    wait_disabled(0);
    house_quit();
}
END_TEST

/* Paused or not, what happens is told. */
START_TEST(trackers_that_are_disabled_are_told_of)
{
    struct event e;
    house_start_keeping(NULL);
    struct command *c = house_add("a", "udp://127.0.0.1:9/own");
    c->add->is_paused = true;
    house_admit(c);
    uint32_t id = house_id_of("a");
    house_send(COMMAND_ENABLE, id, false, "udp://127.0.0.1:9/own");
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_str_eq(e.text, "tracker disabled");
    ck_assert_int_eq(e.err, OK);
    house_send(COMMAND_ENABLE, id, true, "udp://127.0.0.1:9/own");
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_str_eq(e.text, "tracker enabled");
    house_quit();
}
END_TEST

static bool is_disabled_and(const struct frame *f, const void *ctx)
{
    const struct frame_torrent *t = house_row(f, "m");
    return t != NULL && t->state == *(const enum frame_state *)ctx &&
           t->n_trackers == 1 && t->n_trackers_disabled == 1;
}

static void wait_disabled_and(enum frame_state state)
{
    frame_free(house_wait_for(is_disabled_and, &state));
}

/* As the user left it: at the next start, in the torrent that takes the magnet's place, and
 * when that is added again. */
START_TEST(disabled_tracker_of_a_magnet_stays_so)
{
    struct event e;
    struct session_config config = {.is_watched = true};
    house_start_keeping(&config);
    house_admit(house_add_magnet("m"));
    struct frame_torrent m = house_wait_state("m", FRAME_METADATA);
    house_send(COMMAND_ENABLE, m.id, false, "udp://t:1");
    wait_disabled_and(FRAME_METADATA);
    house_quit();
    house_start_keeping(&config);
    wait_disabled_and(FRAME_METADATA);
    m = house_wait_state("m", FRAME_METADATA);
    ck_assert_ptr_nonnull(strstr(m.cause, "all its trackers are disabled"));
    house_admit(house_add("m", "udp://t:1"));
    wait_disabled_and(FRAME_DOWNLOADING);
    house_quit();
    house_start_keeping(&config);
    wait_disabled_and(FRAME_DOWNLOADING);
    bridge_send(house.bridge, house_add_magnet("m"));
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_str_eq(e.text, "m: added already");
    bridge_send(house.bridge, house_add("m", "udp://t:1"));
    house_wait_event(EVENT_REFUSED, &e);
    wait_disabled_and(FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

/* Of a magnet, too: not at the next start, nor in the torrent that takes its place. */
START_TEST(tracker_of_a_magnet_is_removed)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_magnet("m"));
    wait_trackers(1);
    uint32_t id = house_id_of("m");
    house_send(COMMAND_TRACKER, id, false, "udp://127.0.0.1:9/more");
    wait_trackers(2);
    house_send(COMMAND_TRACKER, id, false, "ftp://x/");
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_ne(e.err, OK);
    ck_assert_ptr_nonnull(strstr(e.text, "begins with"));
    house_send(COMMAND_UNTRACK, id, false, "udp://t:1");
    wait_trackers(1);
    house_restart();
    wait_trackers(1);
    id = house_id_of("m");
    house_send(COMMAND_UNTRACK, id, false, "udp://t:1");
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_str_eq(e.text, "there is no such tracker");
    house_admit(house_add("m", "udp://t:1"));
    house_wait_state("m", FRAME_DOWNLOADING);
    wait_trackers(1);
    house_send(COMMAND_UNTRACK, house_id_of("m"), false,
               "udp://127.0.0.1:9/more");
    wait_trackers(0);
    house_quit();
}
END_TEST

Suite *trackset_suite(void)
{
    Suite *s = suite_create("trackset");
    TCase *tc = tcase_create("trackset");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, house_set_up, house_tear_down);
    tcase_add_test(tc, trackers_are_added_and_removed_and_kept_so);
    tcase_add_test(tc, trackers_are_disabled_and_enabled_and_kept_so);
    tcase_add_test(tc, trackers_that_are_disabled_are_told_of);
    tcase_add_test(tc, disabled_tracker_of_a_magnet_stays_so);
    tcase_add_test(tc, tracker_of_a_magnet_is_removed);
    suite_add_tcase(s, tc);
    return s;
}
