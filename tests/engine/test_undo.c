#include "config.h"

#include "engine/undo.h"

#include "tests/engine/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk/lockset.h"
#include "meta/magnet.h"
#include "tests/disk/tmpdir.h"
#include "tests/engine/house.h"
#include "util/xalloc.h"

/* What was removed comes back. */

static struct undo_item item_of(uint8_t n, size_t len)
{
    return (struct undo_item){.info_hash = {n},
                              .settings = {xzalloc(len), len}};
}

START_TEST(the_oldest_are_forgotten)
{
    struct undo u;
    undo_init(&u);
    ck_assert_ptr_null(undo_top(&u));
    for (uint8_t n = 1; n <= UNDO_MAX + 3; n++) {
        struct undo_item i = item_of(n, 10);
        undo_push(&u, &i);
    }
    ck_assert_uint_eq(u.n, UNDO_MAX);
    for (uint8_t n = UNDO_MAX + 3; n > 3; n--) {
        ck_assert_uint_eq(undo_top(&u)->info_hash[0], n);
        undo_pop(&u);
    }
    ck_assert_ptr_null(undo_top(&u));
    for (uint8_t n = 1; n <= 3; n++) {
        struct undo_item i = item_of(n, UNDO_MAX_BYTES / 2);
        undo_push(&u, &i);
    }
    ck_assert_uint_eq(u.n, 2);
    struct undo_item large = item_of(9, UNDO_MAX_BYTES + 1);
    undo_push(&u, &large);
    ck_assert_uint_eq(u.n, 1);
    ck_assert_uint_eq(undo_top(&u)->info_hash[0], 9);
    undo_fini(&u);
}
END_TEST

static void remove_it(uint32_t id, bool erases)
{
    struct event e;
    house_send(COMMAND_REMOVE, id, erases, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    ck_assert_int_eq(e.err, OK);
}

static struct event undo(void)
{
    struct event e;
    house_send(COMMAND_UNDO, 0, false, NULL);
    house_wait_event(EVENT_COMMAND, &e);
    return e;
}

static void settle(void)
{
    struct command *c = house_add_whole("a", 100000, "data");
    c->add->label = xstrdup("films");
    c->add->limit_up_Bps = 7000;
    c->add->is_sequential = true;
    c->add->priorities = xmemdup(&(uint8_t){3}, 1);
    house_admit(c);
    house_wait_state("a", FRAME_SEEDING);
}

static void check_settled(const struct frame_torrent *a)
{
    ck_assert_str_eq(a->label, "films");
    ck_assert_uint_eq(a->limit_up_Bps, 7000);
    ck_assert(a->is_sequential);
    char *dir = tmpdir_path(house.dir, "data");
    ck_assert_str_eq(a->dir, dir);
    free(dir);
}

START_TEST(it_is_as_it_was_and_nothing_is_hashed)
{
    house_start_keeping(NULL);
    settle();
    house_admit(house_add_kept("b"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    int64_t added_wall = a.added_wall;
    remove_it(a.id, false);
    house_wait_order("b");
    struct event e = undo();
    ck_assert_int_eq(e.err, OK);
    ck_assert_str_eq(e.text, "a: here again, as it was");
    a = house_wait_state("a", FRAME_SEEDING);
    house_wait_order("ab");
    check_settled(&a);
    ck_assert_uint_eq(a.n_to_check, 0);
    ck_assert_int_eq(a.added_wall, added_wall);
    /* At the next start, too. */
    house_restart();
    house_wait_order("ab");
    a = house_wait_state("a", FRAME_SEEDING);
    check_settled(&a);
    ck_assert_uint_eq(a.n_to_check, 0);
    house_quit();
}
END_TEST

START_TEST(paused_it_is_paused)
{
    house_start_keeping(NULL);
    settle();
    uint32_t id = house_id_of("a");
    house_send(COMMAND_PAUSE, id, false, NULL);
    house_wait_state("a", FRAME_PAUSED);
    remove_it(id, false);
    ck_assert_int_eq(undo().err, OK);
    struct frame_torrent a = house_wait_state("a", FRAME_PAUSED);
    check_settled(&a);
    ck_assert_uint_eq(a.n_pieces_have, a.n_pieces);
    house_quit();
}
END_TEST

START_TEST(what_was_deleted_is_downloaded_again)
{
    house_start_keeping(NULL);
    settle();
    remove_it(house_id_of("a"), true);
    ck_assert(!tmpdir_has(house.dir, "data/a"));
    struct event e = undo();
    ck_assert_int_eq(e.err, OK);
    ck_assert_ptr_nonnull(strstr(e.text, "were deleted"));
    struct frame_torrent a = house_wait_state("a", FRAME_DOWNLOADING);
    check_settled(&a);
    ck_assert_uint_eq(a.n_pieces_have, 0);
    ck_assert_uint_eq(a.wanted_left_bytes, 100000);
    house_quit();
}
END_TEST

START_TEST(the_latest_comes_first_and_each_once)
{
    house_start_keeping(NULL);
    house_admit(house_add_kept("a"));
    house_admit(house_add_kept("b"));
    remove_it(house_id_of("b"), false);
    remove_it(house_id_of("a"), false);
    ck_assert_int_eq(undo().err, OK);
    house_wait_order("a");
    /* It was added by hand meanwhile. */
    house_admit(house_add_kept("b"));
    struct event e = undo();
    ck_assert_int_eq(e.err, ERR_BUSY);
    ck_assert_str_eq(e.text, "b: was added again since");
    e = undo();
    ck_assert_int_eq(e.err, ERR_NOT_FOUND);
    ck_assert_str_eq(e.text, "nothing was removed in this session");
    house_quit();
}
END_TEST

START_TEST(one_in_use_elsewhere_waits_for_another_try)
{
    house_start_keeping(NULL);
    house_admit(house_add_kept("a"));
    remove_it(house_id_of("a"), false);
    house_wait_n(0);
    struct lockset_lock *lock = house_lock("a");
    struct event e = undo();
    ck_assert_int_eq(e.err, ERR_BUSY);
    ck_assert_ptr_nonnull(strstr(e.text, "a: "));
    lockset_release(lock);
    ck_assert_int_eq(undo().err, OK);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

/* Its folder went away meanwhile: it is there, with words, and goes on when it is back. */
START_TEST(without_its_folder_it_says_so)
{
    struct event e;
    house_start_keeping(NULL);
    settle();
    remove_it(house_id_of("a"), false);
    char *dir = tmpdir_path(house.dir, "data");
    char *away = tmpdir_path(house.dir, "away");
    ck_assert_int_eq(rename(dir, away), 0);
    house_send(COMMAND_UNDO, 0, false, NULL);
    house_wait_event(EVENT_ERROR, &e);
    ck_assert_int_eq(e.err, ERR_NOT_FOUND);
    struct frame_torrent a = house_wait_state("a", FRAME_ERROR);
    ck_assert_ptr_nonnull(strstr(a.cause, "the folder is not there"));
    ck_assert_int_eq(rename(away, dir), 0);
    house_send(COMMAND_RESUME, a.id, false, NULL);
    a = house_wait_state("a", FRAME_SEEDING);
    ck_assert_uint_eq(a.n_to_check, 0);
    check_settled(&a);
    house_quit();
    free(dir);
    free(away);
}
END_TEST

START_TEST(a_magnet_comes_back_too)
{
    house_start_keeping(NULL);
    struct command *c = command_new(COMMAND_ADD, 0);
    ck_assert_int_eq(magnet_parse("magnet:?xt=urn:btih:"
                                  "3b1de9cb703b1de9cb703b1de9cb703b1de9cb70"
                                  "&dn=m",
                                  &c->add->magnet, &house.cause),
                     OK);
    c->add->dir = xstrdup(house.dir);
    c->add->is_kept = true;
    house_admit(c);
    remove_it(house_id_of("m"), true);
    struct event e = undo();
    ck_assert_str_eq(e.text, "m: here again, as it was");
    house_wait_state("m", FRAME_METADATA);
    house_quit();
}
END_TEST

Suite *undo_suite(void)
{
    Suite *s = suite_create("undo");
    TCase *tc = tcase_create("undo");
    tcase_add_test(tc, the_oldest_are_forgotten);
    suite_add_tcase(s, tc);
    tc = tcase_create("session");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, house_set_up, house_tear_down);
    tcase_add_test(tc, it_is_as_it_was_and_nothing_is_hashed);
    tcase_add_test(tc, paused_it_is_paused);
    tcase_add_test(tc, what_was_deleted_is_downloaded_again);
    tcase_add_test(tc, the_latest_comes_first_and_each_once);
    tcase_add_test(tc, one_in_use_elsewhere_waits_for_another_try);
    tcase_add_test(tc, without_its_folder_it_says_so);
    tcase_add_test(tc, a_magnet_comes_back_too);
    suite_add_tcase(s, tc);
    return s;
}
