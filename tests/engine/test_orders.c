#include "config.h"

#include "engine/orders.h"

#include <string.h>

#include "tests/engine/suites.h"

#include "model/detail.h"
#include "tests/engine/house.h"

/* What is asked of torrents, one or all. */

static void move(const char *name, int32_t delta)
{
    struct command *c = command_new(COMMAND_QUEUE, house_id_of(name));
    c->delta = delta;
    bridge_send(house.bridge, c);
}

START_TEST(queue_order_is_moved_and_kept)
{
    house_start_keeping(NULL);
    house_admit(house_add_kept("a"));
    house_admit(house_add_kept("b"));
    house_admit(house_add_kept("c"));
    move("c", -1);
    house_wait_order("acb");
    move("a", 100);
    house_wait_order("cba");
    house_restart();
    house_wait_order("cba");
    house_quit();
}
END_TEST

START_TEST(all_pause_and_resume_and_verify)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_kept("a"));
    house_admit(house_add_whole("b", 40000, "data"));
    house_wait_state("b", FRAME_SEEDING);
    house_send(COMMAND_PAUSE, 0, false, NULL);
    house_wait_state("a", FRAME_PAUSED);
    house_wait_state("b", FRAME_PAUSED);
    house_send(COMMAND_RESUME, 0, false, NULL);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_wait_state("b", FRAME_SEEDING);
    house_send(COMMAND_VERIFY, 0, false, NULL);
    house_wait_event(EVENT_CHECKED, &e);
    ck_assert_str_eq(e.text, "3 of 3 pieces checked are right");
    house_send(COMMAND_LABEL, 0, false, "x");
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_eq(e.err, ERR_INVALID);
    house_quit();
}
END_TEST

/* Each way to deal with a peer reaches the torrent, which knows no such peer. */
START_TEST(peers_are_dealt_with_by_their_torrent)
{
    static const enum command_kind kinds[] = {COMMAND_KICK, COMMAND_BAN,
                                              COMMAND_SNUB};
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_kept("a"));
    uint32_t id = house_id_of("a");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        house_send(kinds[i], id, true, NULL);
        house_wait_event(EVENT_COMMAND, &e);
        ck_assert_int_eq(e.err, ERR_NOT_FOUND);
        ck_assert_str_eq(e.text, "that peer is not connected any more");
    }
    house_quit();
}
END_TEST

static bool has_refused(const struct frame *f, const void *ctx)
{
    (void)ctx;
    return f->detail != NULL && f->detail->dials.n_refused == 1;
}

START_TEST(dials_that_are_refused_are_told)
{
    house_start_keeping(NULL);
    house_admit(house_add_kept("a"));
    uint32_t id = house_id_of("a");
    struct command *c = command_new(COMMAND_FOCUS, id);
    c->focus.torrent = id;
    bridge_send(house.bridge, c);
    c = command_new(COMMAND_PEER, id);
    ck_assert_int_eq(addr_parse("127.0.0.1:9", 0, &c->addr), OK);
    bridge_send(house.bridge, c);
    struct frame *f = house_wait_for(has_refused, NULL);
    ck_assert_uint_eq(f->detail->dials.n, 1);
    ck_assert_uint_eq(f->detail->dials.n_greeted, 0);
    ck_assert_uint_eq(f->detail->dials.n_silent, 0);
    frame_free(f);
    house_quit();
}
END_TEST

static bool has_host(const struct frame *f, const void *ctx)
{
    return f->n_torrents == 1 && strcmp(f->torrents[0]->tracker_host, ctx) == 0;
}

/* Whose torrent it is can be seen before its tracker has answered. */
START_TEST(tracker_is_told_that_never_answered)
{
    house_start_keeping(NULL);
    struct command *c = house_add("a", "udp://127.0.0.1:9/own");
    c->add->is_paused = true;
    house_admit(c);
    frame_free(house_wait_for(has_host, "127.0.0.1:9"));
    house_quit();
}
END_TEST

Suite *orders_suite(void)
{
    Suite *s = suite_create("orders");
    TCase *tc = tcase_create("orders");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, house_set_up, house_tear_down);
    tcase_add_test(tc, queue_order_is_moved_and_kept);
    tcase_add_test(tc, dials_that_are_refused_are_told);
    tcase_add_test(tc, tracker_is_told_that_never_answered);
    tcase_add_test(tc, peers_are_dealt_with_by_their_torrent);
    tcase_add_test(tc, all_pause_and_resume_and_verify);
    suite_add_tcase(s, tc);
    return s;
}
