#include "config.h"

#include "tests/engine/house.h"
#include "tests/engine/suites.h"

#include "disk/lockset.h"
#include "engine/session.h"
#include "meta/metainfo.h"
#include "model/detail.h"
#include "net/loop.h"
#include "proto/handshake.h"
#include "proto/tracker.h"
#include "tests/disk/mmdb.h"
#include "tests/disk/tmpdir.h"
#include "tests/fake/udptracker.h"
#include "tests/net/turns.h"
#include "util/text.h"
#include "util/xalloc.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Whole sessions, in their own thread, on loopback: see house.h. */

START_TEST(new_without_start_is_freed)
{
    house_open();
    house_end();
}
END_TEST

START_TEST(quit_of_an_empty_session_stops)
{
    house_start();
    struct frame *f = house_wait_frame();
    ck_assert_uint_eq(f->n_torrents, 0);
    ck_assert_uint_ne(f->listen_port, 0);
    frame_free(f);
    house_quit();
}
END_TEST

/* What was asked before the session ran is done. */
START_TEST(commands_from_before_the_start_are_carried_out)
{
    struct event e;
    bridge_send(house.bridge, house_add("a", NULL));
    bridge_send(house.bridge, command_new(COMMAND_QUIT, 0));
    bridge_send(house.bridge, command_new(COMMAND_QUIT, 0));
    house_start();
    house_wait_event(EVENT_ADDED, &e);
    house_wait_event(EVENT_STOPPED, &e);
    house_end();
}
END_TEST

START_TEST(add_runs_and_leaves_its_resume_state)
{
    struct event e;
    house_start();
    bridge_send(house.bridge, house_add("a", NULL));
    house_wait_event(EVENT_ADDED, &e);
    ck_assert_uint_eq(e.torrent, 1);
    ck_assert_str_eq(e.text, "a");
    house_wait_running(1);
    ck_assert_ptr_null(house_lock("a"));
    struct command *unknown = command_new(COMMAND_PEER, 99);
    unknown->addr = turns_v4(9);
    bridge_send(house.bridge, unknown);
    bridge_send(house.bridge, command_new(COMMAND_REANNOUNCE, 99));
    bridge_send(house.bridge, command_new(COMMAND_REANNOUNCE, 1));
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_uint_eq(e.torrent, 1);
    ck_assert_str_eq(e.text, "no tracker can be asked now");
    house_quit();
    char *resume = house_state_path("a", ".resume");
    ck_assert_int_eq(access(resume, F_OK), 0);
    free(resume);
    struct lockset_lock *lock = house_lock("a");
    ck_assert_ptr_nonnull(lock);
    lockset_release(lock);
}
END_TEST

START_TEST(add_of_a_torrent_that_is_there_is_refused)
{
    struct event e;
    house_start();
    bridge_send(house.bridge, house_add("a", NULL));
    bridge_send(house.bridge, house_add("a", NULL));
    bridge_send(house.bridge, house_add("b", NULL));
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_int_eq(e.err, ERR_BUSY);
    ck_assert_str_eq(e.text, "a: added already");
    house_wait_running(2);
    house_quit();
}
END_TEST

/* The lock is the open file's: it stands for another process as well. */
START_TEST(add_of_a_torrent_in_use_elsewhere_is_refused_until_it_is_free)
{
    struct event e;
    house_start();
    struct lockset_lock *lock = house_lock("a");
    ck_assert_ptr_nonnull(lock);
    bridge_send(house.bridge, house_add("a", NULL));
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_int_eq(e.err, ERR_BUSY);
    ck_assert_ptr_nonnull(strstr(e.text, "another tessera"));
    lockset_release(lock);
    bridge_send(house.bridge, house_add("a", NULL));
    house_wait_event(EVENT_ADDED, &e);
    house_quit();
}
END_TEST

START_TEST(add_into_what_is_no_folder_is_refused_and_unlocked)
{
    struct event e;
    tmpdir_write(house.dir, "file", "x", 1);
    house_start();
    struct command *c = house_add("a", NULL);
    free(c->add->dir);
    c->add->dir = xasprintf("%s/file", house.dir);
    bridge_send(house.bridge, c);
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_int_ne(e.err, OK);
    struct lockset_lock *lock = house_lock("a");
    ck_assert_ptr_nonnull(lock);
    lockset_release(lock);
    bridge_send(house.bridge, house_add("a", NULL));
    house_wait_event(EVENT_ADDED, &e);
    house_quit();
}
END_TEST

START_TEST(add_while_quitting_is_refused)
{
    struct event e;
    bridge_send(house.bridge, command_new(COMMAND_QUIT, 0));
    bridge_send(house.bridge, house_add("a", NULL));
    house_start();
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_int_eq(e.err, ERR_CANCELLED);
    house_wait_event(EVENT_STOPPED, &e);
    house_end();
}
END_TEST

/* Ports. */

/* A port of which TCP is taken; returns the socket. */
static int take_port(uint16_t *port_out)
{
    struct addr at;
    int fd = turns_listen(&at);
    *port_out = at.port;
    return fd;
}

START_TEST(new_with_a_given_port_that_is_taken_fails)
{
    struct session_config config = {.has_port = true};
    int fd = take_port(&config.port);
    char port[16];
    snprintf(port, sizeof port, "%u", (unsigned)config.port);
    ck_assert_int_eq(session_new(&config, house.bridge, &house.session,
                                 &house.cause),
                     ERR_BUSY);
    ck_assert_ptr_null(house.session);
    ck_assert_msg(strstr(house.cause.text, port) != NULL, "%s",
                  house.cause.text);
    close(fd);
}
END_TEST

START_TEST(new_with_the_kept_port_taken_uses_another)
{
    uint16_t port;
    int fd = take_port(&port);
    char text[16];
    int len = snprintf(text, sizeof text, "%u\n", (unsigned)port);
    tmpdir_write(house.dir, "tessera/port", text, (size_t)len);
    struct session_config config = {.has_port = false};
    ck_assert_msg(session_new(&config, house.bridge, &house.session,
                              &house.cause) == OK,
                  "%s", house.cause.text);
    ck_assert_int_eq(session_start(house.session, &house.cause), OK);
    struct frame *f = house_wait_frame();
    ck_assert_uint_ne(f->listen_port, 0);
    ck_assert_uint_ne(f->listen_port, port);
    frame_free(f);
    house_quit();
    ck_assert(tmpdir_is(house.dir, "tessera/port", text, (size_t)len));
    close(fd);
}
END_TEST

START_TEST(new_without_a_state_folder_fails)
{
    struct session_config config = {.has_port = true};
    if (_i == 0) {
        unsetenv("XDG_STATE_HOME");
        unsetenv("HOME");
    } else
        tmpdir_write(house.dir, "tessera", "x", 1);
    ck_assert_int_eq(session_new(&config, house.bridge, &house.session,
                                 &house.cause),
                     _i == 0 ? ERR_INVALID : ERR_SYS);
    ck_assert_ptr_null(house.session);
    ck_assert_str_ne(house.cause.text, "");
}
END_TEST

/* Connections. */

/* Connect, and send a handshake for this hash; *len_out: the length of what comes back,
 * until the end of the stream or a whole handshake. Return the descriptor. */
static int knock(uint16_t port, const uint8_t *info_hash,
                 struct handshake *theirs, size_t *len_out)
{
    struct addr at = turns_v4(port);
    struct handshake hello = {.fast = true};
    uint8_t bytes[HANDSHAKE_LEN];
    memcpy(hello.info_hash, info_hash, sizeof hello.info_hash);
    memset(hello.peer_id, 'x', sizeof hello.peer_id);
    handshake_encode(&hello, bytes);
    int fd = turns_connect(&at);
    ck_assert_int_eq(send(fd, bytes, sizeof bytes, 0), sizeof bytes);
    size_t len = 0;
    ssize_t n = 1;
    while (len < sizeof bytes && n > 0) {
        n = recv(fd, bytes + len, sizeof bytes - len, 0);
        len += n > 0 ? (size_t)n : 0;
    }
    if (len == sizeof bytes)
        ck_assert_int_eq(handshake_decode(bytes, len, theirs), OK);
    *len_out = len;
    return fd;
}

static size_t greet(uint16_t port, const uint8_t *info_hash,
                    struct handshake *theirs)
{
    size_t len;
    close(knock(port, info_hash, theirs, &len));
    return len;
}

START_TEST(connections_are_greeted_for_torrents_that_are_here)
{
    struct handshake theirs;
    struct command *c = house_add("a", NULL);
    uint8_t hash[20];
    memcpy(hash, c->add->meta->info_hash, sizeof hash);
    house_start();
    bridge_send(house.bridge, c);
    uint16_t port = house_wait_running(1);
    ck_assert_uint_eq(greet(port, hash, &theirs), HANDSHAKE_LEN);
    ck_assert_int_eq(memcmp(theirs.info_hash, hash, sizeof hash), 0);
    hash[0] ^= 1;
    ck_assert_uint_eq(greet(port, hash, &theirs), 0);
    house_quit();
}
END_TEST

/* Quitting ends with the tracker's answer, not with the time that it may take. */
START_TEST(quit_ends_when_the_last_tracker_answered)
{
    struct loop *loop = turns_loop();
    struct udptracker tracker;
    udptracker_init(&tracker, loop, false);
    char *url =
        xasprintf("udp://127.0.0.1:%u/announce", (unsigned)tracker.at.port);
    house_start();
    bridge_send(house.bridge, house_add("a", url));
    turns_until_count(loop, &tracker.n_announces, 1);
    struct event e;
    house_wait_event(EVENT_TRACKER, &e);
    ck_assert_int_eq(e.err, OK);
    bridge_send(house.bridge, command_new(COMMAND_QUIT, 0));
    /* The state is saved long before the third frame; nothing else happens then. */
    for (int i = 0; i < 3; i++)
        frame_free(house_wait_frame());
    turns_until_count(loop, &tracker.n_announces, 2);
    ck_assert_uint_eq(tracker.event, TRACKER_EVENT_STOPPED);
    int64_t told_ms = loop_now_ms(loop);
    house_wait_event(EVENT_STOPPED, &e);
    ck_assert_int_eq(loop_run_once(loop, 0), OK);
    ck_assert_int_lt(loop_now_ms(loop) - told_ms, SESSION_STOP_MS / 2);
    house_end();
    udptracker_fini(&tracker);
    loop_free(loop);
    free(url);
}
END_TEST

/* A session that is watched, with one torrent; this is looked at. */
static void focus_on(struct focus focus)
{
    struct session_config config = {.has_port = true, .is_watched = true};
    ck_assert_int_eq(session_new(&config, house.bridge, &house.session,
                                 &house.cause),
                     OK);
    ck_assert_int_eq(session_start(house.session, &house.cause), OK);
    bridge_send(house.bridge, house_add("a", "udp://127.0.0.1:9"));
    house_wait_running(1);
    struct command *c = command_new(COMMAND_FOCUS, 0);
    c->focus = focus;
    bridge_send(house.bridge, c);
}

/* Frames have a detail from the command that asks for it to the one that does not. */
START_TEST(focus_brings_details_while_it_lasts)
{
    focus_on((struct focus){.torrent = 1,
                            .parts = FOCUS_PIECES | FOCUS_TRACKERS,
                            .interval_ms = 100});
    struct frame *f = house_wait_frame();
    for (int i = 0; i < HOUSE_WAITS && f->detail == NULL; i++) {
        frame_free(f);
        f = house_wait_frame();
    }
    ck_assert_ptr_nonnull(f->detail);
    ck_assert_uint_eq(f->detail->torrent, 1);
    ck_assert_uint_eq(f->detail->n_pieces, 1);
    ck_assert_uint_eq(f->detail->n_trackers, 1);
    ck_assert_str_eq(f->detail->trackers[0].url, "udp://127.0.0.1:9");
    ck_assert_ptr_nonnull(f->detail->pieces);
    ck_assert_ptr_null(f->detail->peers);
    bridge_send(house.bridge, command_new(COMMAND_FOCUS, 0));
    for (int i = 0; i < HOUSE_WAITS && f->detail != NULL; i++) {
        frame_free(f);
        f = house_wait_frame();
    }
    ck_assert_ptr_null(f->detail);
    frame_free(f);
    house_quit();
}
END_TEST

START_TEST(focus_has_more_in_the_first_frame_of_a_second)
{
    focus_on((struct focus){.torrent = 1,
                            .parts = FOCUS_TRACKERS,
                            .parts_each_s = FOCUS_PIECES,
                            .interval_ms = FOCUS_INTERVAL_MIN_MS});
    unsigned n_whole = 0, n_others = 0;
    int64_t whole_s = -1;
    for (int i = 0; i < HOUSE_WAITS && (n_whole < 2 || n_others < 2); i++) {
        struct frame *f = house_wait_frame();
        const struct detail *d = f->detail;
        if (d != NULL) {
            ck_assert_uint_eq(d->n_trackers, 1);
            ck_assert_int_eq(d->pieces != NULL, f->now_ms / 1000 != whole_s);
            whole_s = f->now_ms / 1000;
            if (d->pieces != NULL)
                n_whole++;
            else
                n_others++;
        }
        frame_free(f);
    }
    ck_assert_uint_ge(n_whole, 2);
    ck_assert_uint_ge(n_others, 2);
    house_quit();
}
END_TEST

/* What a COMMAND_GEOIP of this file (NULL: none) is answered. */
static struct event set_countries(const char *path)
{
    struct event e;
    house_send(COMMAND_GEOIP, 0, false, path);
    house_wait_event(EVENT_NETWORK, &e);
    return e;
}

START_TEST(countries_are_read_by_config_and_by_command)
{
    static const struct mmdb_entry entries[] = {{"127.0.0.0", 8, "XL"}};
    static uint8_t bytes[MMDB_LEN_MAX];
    struct event e;
    size_t n = mmdb_make(entries, 1, MMDB_NESTED, 6, bytes);
    tmpdir_write(house.dir, "good", bytes, n);
    tmpdir_write(house.dir, "broken", bytes, n / 2);
    char *good = tmpdir_path(house.dir, "good");
    char *broken = tmpdir_path(house.dir, "broken");
    house_start_keeping(&(struct session_config){.geoip_path = broken});
    house_wait_event(EVENT_NETWORK, &e);
    ck_assert_int_eq(e.err, ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(e.text, "broken: no database"));
    ck_assert_int_eq(set_countries(good).err, OK);
    ck_assert_int_eq(set_countries(broken).err, ERR_INVALID);
    ck_assert_int_eq(set_countries("/no/such").err, ERR_NOT_FOUND);
    e = set_countries(NULL);
    ck_assert_int_eq(e.err, OK);
    ck_assert_str_eq(e.text, "countries of addresses: off");
    house_quit();
    free(good);
    free(broken);
}
END_TEST

static atomic_llong slept_ms;

static int64_t machine_slept_ms(void)
{
    return atomic_load(&slept_ms);
}

/* The tracker that just failed is asked long before its next try, and who is connected is
 * closed. */
START_TEST(waking_is_told_and_asks_again)
{
    struct event failed, woke, again;
    house_start_keeping(&(struct session_config){.slept_ms = machine_slept_ms});
    struct command *c = house_add("a", "http://127.0.0.1:1/announce");
    uint8_t hash[20];
    memcpy(hash, c->add->meta->info_hash, sizeof hash);
    bridge_send(house.bridge, c);
    house_wait_event(EVENT_TRACKER, &failed);
    ck_assert_int_ne(failed.err, OK);
    struct handshake theirs;
    size_t len;
    int fd = knock(house_wait_running(1), hash, &theirs, &len);
    ck_assert_uint_eq(len, HANDSHAKE_LEN);
    atomic_fetch_add(&slept_ms, 3 * 3600 * 1000);
    house_wait_event(EVENT_NETWORK, &woke);
    ck_assert_str_eq(woke.text, "woke after 3h00m asleep: peers and trackers "
                                "are asked again");
    house_wait_event(EVENT_TRACKER, &again);
    ck_assert_int_le(again.at_ms - woke.at_ms, 10000);
    char byte;
    ssize_t n;
    while ((n = recv(fd, &byte, 1, 0)) > 0)
        ;
    ck_assert_int_eq(n, 0);
    close(fd);
    house_quit();
}
END_TEST

Suite *session_suite(void)
{
    Suite *s = suite_create("session");
    TCase *tc = tcase_create("session");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, house_set_up, house_tear_down);
    tcase_add_test(tc, new_without_start_is_freed);
    tcase_add_test(tc, focus_brings_details_while_it_lasts);
    tcase_add_test(tc, focus_has_more_in_the_first_frame_of_a_second);
    tcase_add_test(tc, quit_of_an_empty_session_stops);
    tcase_add_test(tc, commands_from_before_the_start_are_carried_out);
    tcase_add_test(tc, add_runs_and_leaves_its_resume_state);
    tcase_add_test(tc, add_of_a_torrent_that_is_there_is_refused);
    tcase_add_test(
        tc, add_of_a_torrent_in_use_elsewhere_is_refused_until_it_is_free);
    tcase_add_test(tc, add_into_what_is_no_folder_is_refused_and_unlocked);
    tcase_add_test(tc, add_while_quitting_is_refused);
    tcase_add_test(tc, new_with_a_given_port_that_is_taken_fails);
    tcase_add_test(tc, new_with_the_kept_port_taken_uses_another);
    tcase_add_loop_test(tc, new_without_a_state_folder_fails, 0, 2);
    tcase_add_test(tc, connections_are_greeted_for_torrents_that_are_here);
    tcase_add_test(tc, quit_ends_when_the_last_tracker_answered);
    tcase_add_test(tc, countries_are_read_by_config_and_by_command);
    tcase_add_test(tc, waking_is_told_and_asks_again);
    suite_add_tcase(s, tc);
    return s;
}
