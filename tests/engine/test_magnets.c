#include "config.h"

#include "engine/magnets.h"

#include "tests/engine/suites.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "meta/magnet.h"
#include "meta/metainfo.h"
#include "tests/disk/tmpdir.h"
#include "tests/engine/house.h"
#include "util/text.h"
#include "util/xalloc.h"

/* The house adds a magnet; a second session, with a state folder of its own, seeds what
 * that is of. */

enum { LEN = 100000 };

static struct {
    struct bridge *bridge;
    struct session *session;
    uint16_t port;
    char hex[41];
} seed;

static void quit_seed(void)
{
    struct event e = {.kind = EVENT_N_KINDS};
    bridge_send(seed.bridge, command_new(COMMAND_QUIT, 0));
    while (e.kind != EVENT_STOPPED || e.torrent != 0)
        if (!bridge_take_event(seed.bridge, &e))
            bridge_wait(seed.bridge, 1000);
    session_join(seed.session);
    bridge_free(seed.bridge);
    seed.session = NULL;
}

static void start_seed(struct command *add)
{
    struct session_config config = {.has_port = true};
    struct cause cause = {""};
    char *state = xasprintf("%s/other", house.dir);
    ck_assert_int_eq(mkdir(state, 0700), 0);
    setenv("XDG_STATE_HOME", state, 1);
    seed.bridge = bridge_new();
    text_hex(seed.hex, add->add->meta->info_hash, 20);
    bridge_send(seed.bridge, add);
    ck_assert_msg(session_new(&config, seed.bridge, &seed.session, &cause) ==
                      OK,
                  "%s", cause.text);
    ck_assert_int_eq(session_start(seed.session, &cause), OK);
    setenv("XDG_STATE_HOME", house.dir, 1);
    free(state);
    for (bool is_seeding = false; !is_seeding;) {
        struct event dropped;
        while (bridge_take_event(seed.bridge, &dropped))
            ;
        bridge_wait(seed.bridge, 1000);
        struct frame *f = bridge_take_frame(seed.bridge);
        if (f == NULL)
            continue;
        is_seeding =
            f->n_torrents == 1 && f->torrents[0]->state == FRAME_SEEDING;
        seed.port = f->listen_port;
        frame_free(f);
    }
}

static void set_up(void)
{
    house_set_up();
    start_seed(house_add_whole("data", LEN, "seed"));
}

static void tear_down(void)
{
    quit_seed();
    house_tear_down();
}

static struct command *add_magnet(const char *more)
{
    struct command *c = command_new(COMMAND_ADD, 0);
    char *link = xasprintf("magnet:?xt=urn:btih:%s&dn=m&x.pe=127.0.0.1:%u%s",
                           seed.hex, (unsigned)seed.port, more);
    ck_assert_int_eq(magnet_parse(link, &c->add->magnet, &house.cause), OK);
    free(link);
    c->add->dir = xasprintf("%s/into", house.dir);
    (void)mkdir(c->add->dir, 0700);
    c->add->is_kept = true;
    return c;
}

static void expect_data(void)
{
    struct stat st;
    char *path = xasprintf("%s/into/data", house.dir);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_size, LEN);
    free(path);
}

START_TEST(magnet_becomes_its_torrent_and_is_kept_as_one)
{
    struct event e;
    house_start_keeping(NULL);
    struct command *c = add_magnet("");
    c->add->label = xstrdup("films");
    house_admit(c);
    house_wait_event(EVENT_METADATA, &e);
    char *told =
        xasprintf("metadata are here, from 127.0.0.1:%u: data, 1 file, "
                  "97.6 KiB",
                  (unsigned)seed.port);
    ck_assert_str_eq(e.text, told);
    free(told);
    struct frame_torrent t = house_wait_state("data", FRAME_SEEDING);
    ck_assert_str_eq(t.label, "films");
    expect_data();
    house_restart();
    t = house_wait_state("data", FRAME_SEEDING);
    ck_assert_uint_eq(t.bytes_down, LEN);
    ck_assert_str_eq(t.label, "films");
    house_quit();
}
END_TEST

START_TEST(magnet_paused_begins_when_it_is_resumed)
{
    house_start_keeping(NULL);
    struct command *c = add_magnet("");
    c->add->is_paused = true;
    house_admit(c);
    house_wait_state("m", FRAME_PAUSED);
    house_restart();
    house_wait_state("m", FRAME_PAUSED);
    house_send(COMMAND_RESUME, house_id_of("m"), false, NULL);
    house_wait_state("data", FRAME_SEEDING);
    expect_data();
    house_quit();
}
END_TEST

/* Also over a start: its metadata come, then it rests until the user says go. */
START_TEST(magnet_waits_for_a_choice)
{
    house_start_keeping(NULL);
    struct command *c = add_magnet("");
    c->add->chooses = true;
    c->add->is_paused = true;
    house_admit(c);
    house_wait_state("m", FRAME_PAUSED);
    house_restart();
    house_send(COMMAND_RESUME, house_id_of("m"), false, NULL);
    struct frame_torrent t = house_wait_state("data", FRAME_PAUSED);
    ck_assert_str_eq(t.cause, "choose its files, then start it");
    ck_assert_uint_eq(t.bytes_down, 0);
    house_send(COMMAND_RESUME, t.id, false, NULL);
    house_wait_state("data", FRAME_SEEDING);
    house_quit();
}
END_TEST

/* Asked for, and taken back, while its metadata are looked for. */
START_TEST(magnet_waits_for_a_choice_that_was_asked_for_later)
{
    struct event e;
    house_start_keeping(NULL);
    struct command *c = command_new(COMMAND_ADD, 0);
    ck_assert_int_eq(magnet_parse(seed.hex, &c->add->magnet, &house.cause), OK);
    c->add->dir = xstrdup(house.dir);
    c->add->is_kept = true;
    house_admit(c);
    uint32_t id = house_id_of(seed.hex);
    ck_assert(!house_wait_state(seed.hex, FRAME_METADATA).chooses);
    house_send(COMMAND_CHOOSE, id, true, NULL);
    house_restart();
    id = house_id_of(seed.hex);
    ck_assert(house_wait_state(seed.hex, FRAME_METADATA).chooses);
    if (_i > 0)
        house_send(COMMAND_CHOOSE, id, false, NULL);
    c = command_new(COMMAND_PEER, id);
    c->addr = addr_v4((const uint8_t[4]){127, 0, 0, 1}, seed.port);
    bridge_send(house.bridge, c);
    (void)house_wait_state("data", _i > 0 ? FRAME_SEEDING : FRAME_PAUSED);
    house_send(COMMAND_CHOOSE, id, true, NULL);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_eq(e.err, ERR_BUSY);
    house_quit();
}
END_TEST

START_TEST(magnet_that_wants_files_it_has_not_says_so)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(add_magnet("&so=7"));
    house_wait_event(EVENT_ERROR, &e);
    ck_assert_ptr_nonnull(strstr(e.text, "none of the files"));
    house_wait_state("data", FRAME_PAUSED);
    house_quit();
}
END_TEST

START_TEST(magnet_metadata_only_gives_them_and_nothing_else)
{
    struct event e;
    size_t len;
    struct metainfo *meta;
    struct stat st;
    char hex[41];
    house_start();
    struct command *c = add_magnet("&tr=udp://127.0.0.1:9/x");
    c->add->metadata_only = true;
    house_admit(c);
    house_wait_event(EVENT_METADATA, &e);
    uint8_t *bytes = bridge_take_torrent(house.bridge, &len);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_int_eq(metainfo_parse(bytes, len, &meta, &house.cause), OK);
    text_hex(hex, meta->info_hash, 20);
    ck_assert_str_eq(hex, seed.hex);
    ck_assert_uint_eq(meta->n_trackers, 1);
    char *path = xasprintf("%s/into/data", house.dir);
    ck_assert_int_ne(stat(path, &st), 0);
    free(path);
    metainfo_free(meta);
    free(bytes);
    house_quit();
}
END_TEST

START_TEST(magnet_does_what_is_asked_meanwhile)
{
    struct event e;
    house_start_keeping(NULL);
    struct command *c = command_new(COMMAND_ADD, 0);
    ck_assert_int_eq(magnet_parse(seed.hex, &c->add->magnet, &house.cause), OK);
    c->add->dir = xstrdup(house.dir);
    c->add->is_kept = true;
    house_admit(c);
    uint32_t id = house_id_of(seed.hex);
    struct frame_torrent t = house_wait_state(seed.hex, FRAME_METADATA);
    ck_assert_ptr_nonnull(strstr(t.cause, "add a tracker or a peer"));
    house_send(COMMAND_VERIFY, id, false, NULL);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_eq(e.err, ERR_BUSY);
    house_send(COMMAND_SEQUENTIAL, id, true, NULL);
    house_send(COMMAND_TRACKER, id, false, "ftp://x");
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_ne(e.err, OK);
    house_send(COMMAND_REANNOUNCE, id, false, NULL);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_str_eq(e.text, "no tracker can be asked now");
    house_send(COMMAND_PAUSE, id, false, NULL);
    house_wait_state(seed.hex, FRAME_PAUSED);
    house_send(COMMAND_FORCE, id, true, NULL);
    house_wait_state(seed.hex, FRAME_METADATA);
    c = command_new(COMMAND_PEER, id);
    c->addr = addr_v4((const uint8_t[4]){127, 0, 0, 1}, seed.port);
    bridge_send(house.bridge, c);
    t = house_wait_state("data", FRAME_SEEDING);
    ck_assert(t.is_forced);
    house_quit();
}
END_TEST

START_TEST(magnet_is_removed_while_it_seeks)
{
    struct event e;
    house_start_keeping(NULL);
    struct command *c = command_new(COMMAND_ADD, 0);
    ck_assert_int_eq(magnet_parse(seed.hex, &c->add->magnet, &house.cause), OK);
    c->add->dir = xstrdup(house.dir);
    c->add->is_kept = true;
    house_admit(c);
    house_send(COMMAND_REMOVE, house_id_of(seed.hex), true, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    house_restart();
    house_wait_n(0);
    house_quit();
}
END_TEST

Suite *magnets_suite(void)
{
    Suite *s = suite_create("magnets");
    TCase *t = tcase_create("magnets");
    tcase_set_timeout(t, 30);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, magnet_becomes_its_torrent_and_is_kept_as_one);
    tcase_add_test(t, magnet_paused_begins_when_it_is_resumed);
    tcase_add_test(t, magnet_waits_for_a_choice);
    tcase_add_loop_test(t, magnet_waits_for_a_choice_that_was_asked_for_later,
                        0, 2);
    tcase_add_test(t, magnet_that_wants_files_it_has_not_says_so);
    tcase_add_test(t, magnet_metadata_only_gives_them_and_nothing_else);
    tcase_add_test(t, magnet_does_what_is_asked_meanwhile);
    tcase_add_test(t, magnet_is_removed_while_it_seeks);
    suite_add_tcase(s, t);
    return s;
}
