#include "config.h"

#include "tests/engine/suites.h"

#include "disk/lockfile.h"
#include "engine/session.h"
#include "meta/metainfo.h"
#include "model/detail.h"
#include "net/loop.h"
#include "proto/handshake.h"
#include "proto/tracker.h"
#include "tests/disk/tmpdir.h"
#include "tests/fake/udptracker.h"
#include "tests/net/turns.h"
#include "util/text.h"
#include "util/xalloc.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Whole sessions, in their own thread, on loopback. Nothing is slept for: a test waits
 * for an event or a frame, and fails after WAITS of them. */

enum { WAITS = 40, WAIT_MS = 1000 };

static char *dir; /* state and downloads */
static struct bridge *bridge;
static struct session *session;
static struct cause cause;

static void set_up(void)
{
    signal(SIGPIPE, SIG_IGN);
    dir = tmpdir_new();
    char *absolute = realpath(dir, NULL);
    ck_assert_ptr_nonnull(absolute);
    free(dir);
    dir = absolute;
    setenv("XDG_STATE_HOME", dir, 1);
    session = NULL;
    bridge = bridge_new();
    cause = (struct cause){""};
}

static void tear_down(void)
{
    session_join(session);
    bridge_free(bridge);
    tmpdir_free(dir);
}

static void open_session(void)
{
    struct session_config config = {.has_port = true};
    ck_assert_msg(session_new(&config, bridge, &session, &cause) == OK, "%s",
                  cause.text);
}

static void start(void)
{
    open_session();
    ck_assert_int_eq(session_start(session, &cause), OK);
}

static void end(void)
{
    session_join(session);
    session = NULL;
}

/* A torrent of one file of 5 bytes called `name`; tracker may be NULL. */
static struct command *add_command(const char *name, const char *tracker)
{
    struct command *c = command_new(COMMAND_ADD, 0);
    char *announce = tracker != NULL ? xasprintf("8:announce%zu:%s",
                                                 strlen(tracker), tracker)
                                     : xstrdup("");
    char *text = xasprintf("d%s4:infod6:lengthi5e4:name%zu:%s"
                           "12:piece lengthi16384e"
                           "6:pieces20:aaaaaaaaaaaaaaaaaaaaee",
                           announce, strlen(name), name);
    ck_assert_msg(metainfo_parse(text, strlen(text), &c->add->meta, &cause) ==
                      OK,
                  "%s", cause.text);
    c->add->dir = xstrdup(dir);
    free(text);
    free(announce);
    return c;
}

/* The state file of the torrent of that name. */
static char *state_path(const char *name, const char *suffix)
{
    struct command *c = add_command(name, NULL);
    char hex[41];
    text_hex(hex, c->add->meta->info_hash, 20);
    command_free(c);
    return xasprintf("%s/tessera/torrents/%s%s", dir, hex, suffix);
}

static void wait_event(enum event_kind kind, struct event *out)
{
    for (int i = 0; i < WAITS; i++) {
        while (bridge_take_event(bridge, out))
            if (out->kind == kind)
                return;
        frame_free(bridge_take_frame(bridge));
        bridge_wait(bridge, WAIT_MS);
    }
    ck_abort_msg("no event of kind %s", event_kind_name(kind));
}

/* Events that come meanwhile are dropped. */
static struct frame *wait_frame(void)
{
    for (int i = 0; i < WAITS; i++) {
        struct event dropped;
        struct frame *f = bridge_take_frame(bridge);
        if (f != NULL)
            return f;
        while (bridge_take_event(bridge, &dropped))
            ;
        bridge_wait(bridge, WAIT_MS);
    }
    ck_abort_msg("no frame");
}

/* Wait until there are so many torrents, the first one past checking. */
static uint16_t wait_running(size_t n)
{
    for (int i = 0; i < WAITS; i++) {
        struct frame *f = wait_frame();
        bool is_running =
            f->n_torrents == n && f->torrents[0]->state == FRAME_DOWNLOADING;
        uint16_t port = f->listen_port;
        frame_free(f);
        if (is_running)
            return port;
    }
    ck_abort_msg("it does not run");
}

static void quit_and_wait(void)
{
    struct event e;
    bridge_send(bridge, command_new(COMMAND_QUIT, 0));
    wait_event(EVENT_STOPPED, &e);
    ck_assert_uint_eq(e.torrent, 0);
    ck_assert_int_eq(e.err, OK);
    ck_assert(!bridge_take_event(bridge, &e));
    end();
}

START_TEST(new_without_start_is_freed)
{
    open_session();
    end();
}
END_TEST

START_TEST(quit_of_an_empty_session_stops)
{
    start();
    struct frame *f = wait_frame();
    ck_assert_uint_eq(f->n_torrents, 0);
    ck_assert_uint_ne(f->listen_port, 0);
    frame_free(f);
    quit_and_wait();
}
END_TEST

/* What was asked before the session ran is done. */
START_TEST(commands_from_before_the_start_are_carried_out)
{
    struct event e;
    bridge_send(bridge, add_command("a", NULL));
    bridge_send(bridge, command_new(COMMAND_QUIT, 0));
    bridge_send(bridge, command_new(COMMAND_QUIT, 0));
    start();
    wait_event(EVENT_ADDED, &e);
    wait_event(EVENT_STOPPED, &e);
    end();
}
END_TEST

START_TEST(add_runs_and_leaves_its_resume_state)
{
    struct event e;
    start();
    bridge_send(bridge, add_command("a", NULL));
    wait_event(EVENT_ADDED, &e);
    ck_assert_uint_eq(e.torrent, 1);
    ck_assert_str_eq(e.text, "a");
    wait_running(1);
    struct command *unknown = command_new(COMMAND_PEER, 99);
    unknown->addr = turns_v4(9);
    bridge_send(bridge, unknown);
    bridge_send(bridge, command_new(COMMAND_REANNOUNCE, 99));
    bridge_send(bridge, command_new(COMMAND_REANNOUNCE, 1));
    wait_event(EVENT_COMMAND, &e);
    ck_assert_uint_eq(e.torrent, 1);
    ck_assert_str_eq(e.text, "no tracker can be asked now");
    quit_and_wait();
    char *resume = state_path("a", ".resume"), *lock = state_path("a", ".lock");
    ck_assert_int_eq(access(resume, F_OK), 0);
    ck_assert_int_eq(access(lock, F_OK), -1);
    free(resume);
    free(lock);
}
END_TEST

START_TEST(add_of_a_torrent_that_is_there_is_refused)
{
    struct event e;
    start();
    bridge_send(bridge, add_command("a", NULL));
    bridge_send(bridge, add_command("a", NULL));
    bridge_send(bridge, add_command("b", NULL));
    wait_event(EVENT_REFUSED, &e);
    ck_assert_int_eq(e.err, ERR_BUSY);
    ck_assert_str_eq(e.text, "a: added already");
    wait_running(2);
    quit_and_wait();
}
END_TEST

/* The lock is the open file's: it stands for another process as well. */
START_TEST(add_of_a_torrent_in_use_elsewhere_is_refused_until_it_is_free)
{
    struct event e;
    struct lockfile *lock;
    char *path = state_path("a", ".lock");
    start();
    ck_assert_msg(lockfile_take(path, &lock, &cause) == OK, "%s", cause.text);
    bridge_send(bridge, add_command("a", NULL));
    wait_event(EVENT_REFUSED, &e);
    ck_assert_int_eq(e.err, ERR_BUSY);
    ck_assert_ptr_nonnull(strstr(e.text, "another tessera"));
    lockfile_release(lock);
    bridge_send(bridge, add_command("a", NULL));
    wait_event(EVENT_ADDED, &e);
    quit_and_wait();
    free(path);
}
END_TEST

START_TEST(add_into_what_is_no_folder_is_refused_and_unlocked)
{
    struct event e;
    char *path = state_path("a", ".lock");
    tmpdir_write(dir, "file", "x", 1);
    start();
    struct command *c = add_command("a", NULL);
    free(c->add->dir);
    c->add->dir = xasprintf("%s/file", dir);
    bridge_send(bridge, c);
    wait_event(EVENT_REFUSED, &e);
    ck_assert_int_ne(e.err, OK);
    ck_assert_int_eq(access(path, F_OK), -1);
    bridge_send(bridge, add_command("a", NULL));
    wait_event(EVENT_ADDED, &e);
    quit_and_wait();
    free(path);
}
END_TEST

START_TEST(add_while_quitting_is_refused)
{
    struct event e;
    bridge_send(bridge, command_new(COMMAND_QUIT, 0));
    bridge_send(bridge, add_command("a", NULL));
    start();
    wait_event(EVENT_REFUSED, &e);
    ck_assert_int_eq(e.err, ERR_CANCELLED);
    wait_event(EVENT_STOPPED, &e);
    end();
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
    ck_assert_int_eq(session_new(&config, bridge, &session, &cause), ERR_BUSY);
    ck_assert_ptr_null(session);
    ck_assert_msg(strstr(cause.text, port) != NULL, "%s", cause.text);
    close(fd);
}
END_TEST

START_TEST(new_with_the_kept_port_taken_uses_another)
{
    uint16_t port;
    int fd = take_port(&port);
    char text[16];
    int len = snprintf(text, sizeof text, "%u\n", (unsigned)port);
    tmpdir_write(dir, "tessera/port", text, (size_t)len);
    struct session_config config = {.has_port = false};
    ck_assert_msg(session_new(&config, bridge, &session, &cause) == OK, "%s",
                  cause.text);
    ck_assert_int_eq(session_start(session, &cause), OK);
    struct frame *f = wait_frame();
    ck_assert_uint_ne(f->listen_port, 0);
    ck_assert_uint_ne(f->listen_port, port);
    frame_free(f);
    quit_and_wait();
    ck_assert(tmpdir_is(dir, "tessera/port", text, (size_t)len));
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
        tmpdir_write(dir, "tessera", "x", 1);
    ck_assert_int_eq(session_new(&config, bridge, &session, &cause),
                     _i == 0 ? ERR_INVALID : ERR_SYS);
    ck_assert_ptr_null(session);
    ck_assert_str_ne(cause.text, "");
}
END_TEST

/* Connections. */

/* What comes back to a handshake for this hash: its length, until the end of the
 * stream or a whole handshake. */
static size_t greet(uint16_t port, const uint8_t *info_hash,
                    struct handshake *theirs)
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
    close(fd);
    if (len == sizeof bytes)
        ck_assert_int_eq(handshake_decode(bytes, len, theirs), OK);
    return len;
}

START_TEST(connections_are_greeted_for_torrents_that_are_here)
{
    struct handshake theirs;
    struct command *c = add_command("a", NULL);
    uint8_t hash[20];
    memcpy(hash, c->add->meta->info_hash, sizeof hash);
    start();
    bridge_send(bridge, c);
    uint16_t port = wait_running(1);
    ck_assert_uint_eq(greet(port, hash, &theirs), HANDSHAKE_LEN);
    ck_assert_int_eq(memcmp(theirs.info_hash, hash, sizeof hash), 0);
    hash[0] ^= 1;
    ck_assert_uint_eq(greet(port, hash, &theirs), 0);
    quit_and_wait();
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
    start();
    bridge_send(bridge, add_command("a", url));
    turns_until_count(loop, &tracker.n_announces, 1);
    struct event e;
    wait_event(EVENT_TRACKER, &e);
    ck_assert_int_eq(e.err, OK);
    bridge_send(bridge, command_new(COMMAND_QUIT, 0));
    /* The state is saved long before the third frame; nothing else happens then. */
    for (int i = 0; i < 3; i++)
        frame_free(wait_frame());
    turns_until_count(loop, &tracker.n_announces, 2);
    ck_assert_uint_eq(tracker.event, TRACKER_EVENT_STOPPED);
    int64_t told_ms = loop_now_ms(loop);
    wait_event(EVENT_STOPPED, &e);
    ck_assert_int_eq(loop_run_once(loop, 0), OK);
    ck_assert_int_lt(loop_now_ms(loop) - told_ms, SESSION_STOP_MS / 2);
    end();
    udptracker_fini(&tracker);
    loop_free(loop);
    free(url);
}
END_TEST

/* Frames have a detail from the command that asks for it to the one that does not. */
START_TEST(focus_brings_details_while_it_lasts)
{
    struct session_config config = {.has_port = true, .is_watched = true};
    ck_assert_int_eq(session_new(&config, bridge, &session, &cause), OK);
    ck_assert_int_eq(session_start(session, &cause), OK);
    bridge_send(bridge, add_command("a", "udp://127.0.0.1:9"));
    wait_running(1);
    struct command *c = command_new(COMMAND_FOCUS, 0);
    c->focus = (struct focus){.torrent = 1,
                              .parts = FOCUS_PIECES | FOCUS_TRACKERS,
                              .interval_ms = 100};
    bridge_send(bridge, c);
    struct frame *f = wait_frame();
    for (int i = 0; i < WAITS && f->detail == NULL; i++) {
        frame_free(f);
        f = wait_frame();
    }
    ck_assert_ptr_nonnull(f->detail);
    ck_assert_uint_eq(f->detail->torrent, 1);
    ck_assert_uint_eq(f->detail->n_pieces, 1);
    ck_assert_uint_eq(f->detail->n_trackers, 1);
    ck_assert_str_eq(f->detail->trackers[0].url, "udp://127.0.0.1:9");
    ck_assert_ptr_nonnull(f->detail->pieces);
    ck_assert_ptr_null(f->detail->peers);
    bridge_send(bridge, command_new(COMMAND_FOCUS, 0));
    for (int i = 0; i < WAITS && f->detail != NULL; i++) {
        frame_free(f);
        f = wait_frame();
    }
    ck_assert_ptr_null(f->detail);
    frame_free(f);
    quit_and_wait();
}
END_TEST

Suite *session_suite(void)
{
    Suite *s = suite_create("session");
    TCase *tc = tcase_create("session");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, new_without_start_is_freed);
    tcase_add_test(tc, focus_brings_details_while_it_lasts);
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
    suite_add_tcase(s, tc);
    return s;
}
