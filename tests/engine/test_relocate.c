#include "config.h"

#include "engine/relocate.h"

#include "tests/engine/suites.h"

#include <stdlib.h>
#include <string.h>

#include "tests/disk/tmpdir.h"
#include "tests/engine/house.h"

/* Data that go to another folder. */

START_TEST(move_brings_the_data_and_hashes_nothing)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_whole("a", 100000, "old"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    char *to = tmpdir_path(house.dir, "new/place");
    house_send(COMMAND_MOVE, a.id, false, to);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_msg(e.err == OK, "%s", e.text);
    ck_assert_msg(strncmp(e.text, "moved to /", 10) == 0, "%s", e.text);
    a = house_wait_state("a", FRAME_SEEDING);
    ck_assert_uint_eq(a.n_pieces_have, 7);
    house_quit();
    ck_assert(tmpdir_has(house.dir, "new/place/a"));
    ck_assert(!tmpdir_has(house.dir, "old/a"));
    ck_assert(tmpdir_has(house.dir, "old"));
    house_start_keeping(NULL);
    a = house_wait_state("a", FRAME_SEEDING);
    ck_assert_uint_eq(a.n_to_check, 0);
    ck_assert_uint_eq(a.n_pieces_have, 7);
    house_quit();
    free(to);
}
END_TEST

START_TEST(move_onto_what_exists_fails_and_all_goes_on)
{
    struct event e;
    house_start_keeping(NULL);
    tmpdir_write(house.dir, "new/a", "mine", 4);
    house_admit(house_add_whole("a", 100000, "old"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    char *to = tmpdir_path(house.dir, "new");
    house_send(COMMAND_MOVE, a.id, false, to);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_eq(e.err, ERR_BUSY);
    ck_assert_msg(strstr(e.text, "exists already") != NULL, "%s", e.text);
    house_wait_state("a", FRAME_SEEDING);
    ck_assert(tmpdir_is(house.dir, "new/a", "mine", 4));
    ck_assert(tmpdir_has(house.dir, "old/a"));
    house_restart();
    house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_MOVE, house_id_of("a"), false, "relative");
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_eq(e.err, ERR_INVALID);
    house_quit();
    free(to);
}
END_TEST

/* A paused one moves, and is paused there. */
START_TEST(move_of_a_paused_one)
{
    struct event e;
    house_start_keeping(NULL);
    struct command *c = house_add_whole("a", 100000, "old");
    house_admit(c);
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_PAUSE, a.id, false, NULL);
    house_wait_state("a", FRAME_PAUSED);
    char *to = tmpdir_path(house.dir, "new");
    house_send(COMMAND_MOVE, a.id, false, to);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_msg(e.err == OK, "%s", e.text);
    a = house_wait_state("a", FRAME_PAUSED);
    house_restart();
    a = house_wait_state("a", FRAME_PAUSED);
    ck_assert_uint_eq(a.n_pieces_have, 7);
    house_send(COMMAND_RESUME, a.id, false, NULL);
    a = house_wait_state("a", FRAME_SEEDING);
    ck_assert_uint_eq(a.n_to_check, 0);
    ck_assert(!tmpdir_has(house.dir, "old/a"));
    house_quit();
    free(to);
}
END_TEST

Suite *relocate_suite(void)
{
    Suite *s = suite_create("relocate");
    TCase *tc = tcase_create("relocate");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, house_set_up, house_tear_down);
    tcase_add_test(tc, move_brings_the_data_and_hashes_nothing);
    tcase_add_test(tc, move_onto_what_exists_fails_and_all_goes_on);
    tcase_add_test(tc, move_of_a_paused_one);
    suite_add_tcase(s, tc);
    return s;
}
