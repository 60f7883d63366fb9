#include "config.h"

#include "engine/admit.h"

#include "tests/engine/suites.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/atomic.h"
#include "disk/kept.h"
#include "disk/lockset.h"
#include "meta/metainfo.h"
#include "tests/disk/tmpdir.h"
#include "tests/engine/house.h"
#include "util/text.h"
#include "util/xalloc.h"

/* What is there again at the next start of a session that lasts, and how it was set. */

START_TEST(kept_torrents_are_there_again_as_they_were_set)
{
    house_start_keeping(NULL);
    struct command *c = house_add_kept("a");
    c->add->label = xstrdup("fi\x1blms");
    c->add->is_sequential = true;
    house_admit(c);
    house_admit(house_add("x", NULL)); /* not to be kept */
    house_admit(house_add_kept("b"));
    c = command_new(COMMAND_LIMITS, house_id_of("a"));
    c->limits = (struct command_limits){.has_down = true, .down_Bps = 5000};
    bridge_send(house.bridge, c);
    house_send(COMMAND_PAUSE, house_id_of("b"), false, NULL);
    house_wait_state("b", FRAME_PAUSED);
    house_restart();
    house_wait_order("ab");
    struct frame_torrent a = house_wait_state("a", FRAME_DOWNLOADING);
    ck_assert_str_eq(a.label, "fi\xef\xbf\xbdlms");
    ck_assert_str_eq(a.dir, house.dir);
    ck_assert_str_eq(a.top, "a");
    struct frame_torrent b = house_wait_state("b", FRAME_PAUSED);
    ck_assert_str_eq(b.cause, "");
    house_send(COMMAND_RESUME, b.id, false, NULL);
    house_wait_state("b", FRAME_DOWNLOADING);
    house_restart();
    house_wait_state("b", FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

static bool is_limited(const struct frame *f, const void *ctx)
{
    (void)ctx;
    return f->n_torrents == 1 && f->torrents[0]->limit_down_Bps == 5000 &&
           f->torrents[0]->is_sequential && f->torrents[0]->added_wall > 0;
}

START_TEST(kept_settings_are_seen_by_views)
{
    struct session_config config = {.is_watched = true};
    house_start_keeping(&config);
    struct command *c = house_add_kept("a");
    c->add->is_sequential = true;
    c->add->limit_down_Bps = 5000;
    house_admit(c);
    house_quit();
    house_start_keeping(&config);
    frame_free(house_wait_for(is_limited, NULL));
    house_quit();
}
END_TEST

/* `tessera get` neither loads what is kept, nor keeps. */
START_TEST(without_keeping_nothing_is_kept_or_loaded)
{
    house_start();
    house_admit(house_add_kept("a"));
    house_quit();
    house_start_keeping(NULL);
    house_wait_n(0);
    house_admit(house_add_kept("b"));
    house_quit();
    house_start();
    house_wait_n(0);
    house_quit();
}
END_TEST

/* Until the settings that are kept of it have this label. */
static void wait_kept_label(const char *name, enum frame_state state,
                            const char *label)
{
    char hex[41];
    struct frame_torrent t = house_wait_state(name, state);
    text_hex(hex, t.info_hash, sizeof t.info_hash);
    char *path = xasprintf("%s/tessera/torrents/%s.session", house.dir, hex);
    char *words = xasprintf("5:label%zu:%s", strlen(label), label);
    bool has = false;
    for (int i = 0; i < HOUSE_WAITS && !has; i++) {
        uint8_t *bytes = NULL;
        size_t len;
        frame_free(house_wait_frame());
        if (atomic_read(path, KEPT_MAX_LEN, &bytes, &len, &house.cause) == OK)
            has = memmem(bytes, len, words, strlen(words)) != NULL;
        free(bytes);
    }
    ck_assert_msg(has, "%s is not kept as \"%s\"", name, label);
    free(words);
    free(path);
}

/* What is right on disk is believed, after a kill too: nothing is hashed again. */
START_TEST(killed_it_finds_all_and_hashes_nothing)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        house_start_keeping(NULL);
        bridge_send(house.bridge, house_add_whole("a", 100000, "data"));
        bridge_send(house.bridge, house_add_whole("b", 50000, "data"));
        house_wait_state("a", FRAME_SEEDING);
        house_wait_state("b", FRAME_SEEDING);
        /* Its resume state is saved 15 s after the start: by quitting, here. */
        house_quit();
        house_start_keeping(NULL);
        house_wait_state("a", FRAME_SEEDING);
        house_send(COMMAND_LABEL, house_id_of("b"), false, "late");
        struct event e;
        bridge_send(house.bridge, house_add_kept("c"));
        house_wait_event(EVENT_ADDED, &e);
        house_send(COMMAND_LABEL, house_id_of("c"), false, "later");
        wait_kept_label("b", FRAME_SEEDING, "late");
        wait_kept_label("c", FRAME_DOWNLOADING, "later");
        kill(getpid(), SIGKILL);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    house_start_keeping(NULL);
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    struct frame_torrent b = house_wait_state("b", FRAME_SEEDING);
    struct frame_torrent c = house_wait_state("c", FRAME_DOWNLOADING);
    ck_assert_uint_eq(a.n_to_check, 0);
    ck_assert_uint_eq(b.n_to_check, 0);
    ck_assert_uint_eq(a.n_pieces_have, 7);
    ck_assert_str_eq(b.label, "late");
    ck_assert_str_eq(c.label, "later");
    house_quit();
}
END_TEST

static void damage(const char *name, const char *suffix)
{
    char *path = house_state_path(name, suffix);
    char *bak = xasprintf("%s.bak", path);
    (void)unlink(bak);
    ck_assert_int_eq(truncate(path, 40), 0);
    free(bak);
    free(path);
}

START_TEST(bad_settings_are_one_row_of_words)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_kept("a"));
    house_admit(house_add_kept("b"));
    house_admit(house_add_kept("c"));
    house_quit();
    damage("b", ".session");
    house_start_keeping(NULL);
    house_wait_n(3);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_wait_state("c", FRAME_DOWNLOADING);
    struct frame_torrent b = house_wait_state("b", FRAME_ERROR);
    ck_assert_msg(strstr(b.cause, "cut or damaged") != NULL, "%s", b.cause);
    ck_assert_msg(strstr(b.cause, ".session") != NULL, "%s", b.cause);
    /* It is not written over, and neither lost nor mended by a restart. */
    house_send(COMMAND_LABEL, b.id, false, "x");
    house_restart();
    b = house_wait_state("b", FRAME_ERROR);
    house_send(COMMAND_RESUME, b.id, false, NULL);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_ne(e.err, OK);
    /* Adding it again mends it. */
    house_admit(house_add_kept("b"));
    house_wait_state("b", FRAME_DOWNLOADING);
    house_restart();
    house_wait_state("b", FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

START_TEST(bad_torrent_is_told_and_the_others_are_there)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_kept("a"));
    house_admit(house_add_kept("b"));
    house_quit();
    damage("a", ".torrent");
    house_start_keeping(NULL);
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_msg(strstr(e.text, ".torrent") != NULL, "%s", e.text);
    ck_assert_msg(strstr(e.text, "add it again") != NULL, "%s", e.text);
    house_wait_order("b");
    char *path = house_state_path("a", ".torrent");
    ck_assert_int_eq(access(path, F_OK), 0);
    free(path);
    house_quit();
}
END_TEST

/* The one before stands in for what was cut. */
START_TEST(the_file_before_is_used)
{
    house_start_keeping(NULL);
    house_admit(house_add_kept("a"));
    house_send(COMMAND_LABEL, house_id_of("a"), false, "one");
    house_quit();
    house_start_keeping(NULL);
    house_send(COMMAND_LABEL, house_id_of("a"), false, "two");
    house_quit();
    char *path = house_state_path("a", ".session");
    ck_assert_int_eq(truncate(path, 100), 0);
    free(path);
    house_start_keeping(NULL);
    ck_assert_str_eq(house_wait_state("a", FRAME_DOWNLOADING).label, "one");
    house_quit();
}
END_TEST

START_TEST(missing_folder_is_an_error_until_it_is_back)
{
    house_start_keeping(NULL);
    struct command *c = house_add_whole("a", 100, "volume/data");
    house_admit(c);
    house_wait_state("a", FRAME_SEEDING);
    house_quit();
    char *here = tmpdir_path(house.dir, "volume");
    char *away = tmpdir_path(house.dir, "away");
    ck_assert_int_eq(rename(here, away), 0);
    tmpdir_write(house.dir, "volume", "a file", 6);
    house_start_keeping(NULL);
    struct frame_torrent a = house_wait_state("a", FRAME_ERROR);
    ck_assert_str_ne(a.cause, "");
    ck_assert_uint_eq(a.n_pieces, 1);
    ck_assert_int_eq(unlink(here), 0);
    ck_assert_int_eq(rename(away, here), 0);
    house_send(COMMAND_RESUME, a.id, false, NULL);
    house_wait_state("a", FRAME_SEEDING);
    house_quit();
    free(here);
    free(away);
}
END_TEST

START_TEST(adding_it_again_in_vain_changes_nothing)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_whole("a", 100, "volume/data"));
    house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_LABEL, house_id_of("a"), false, "mine");
    house_quit();
    char *here = tmpdir_path(house.dir, "volume");
    char *away = tmpdir_path(house.dir, "away");
    ck_assert_int_eq(rename(here, away), 0);
    tmpdir_write(house.dir, "volume", "a file", 6);
    house_start_keeping(NULL);
    house_wait_state("a", FRAME_ERROR);
    struct command *c = house_add_whole("a", 100, NULL);
    free(c->add->dir);
    c->add->dir = tmpdir_path(house.dir, "volume/data");
    bridge_send(house.bridge, c);
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_str_eq(house_wait_state("a", FRAME_ERROR).label, "mine");
    ck_assert_int_eq(unlink(here), 0);
    ck_assert_int_eq(rename(away, here), 0);
    house_send(COMMAND_RESUME, house_id_of("a"), false, NULL);
    ck_assert_str_eq(house_wait_state("a", FRAME_SEEDING).label, "mine");
    house_quit();
    free(here);
    free(away);
}
END_TEST

/* Where a disk is away there may be nothing at all, or the empty folder that it is
 * mounted on: neither is a reason to download all again. */
START_TEST(missing_data_are_not_downloaded_anew_by_itself)
{
    bool has_folder = _i == 1;
    house_start_keeping(NULL);
    house_admit(house_add_whole("a", 100, "volume/data"));
    house_wait_state("a", FRAME_SEEDING);
    house_quit();
    char *here = tmpdir_path(house.dir, "volume/data");
    char *away = tmpdir_path(house.dir, "away");
    ck_assert_int_eq(rename(here, away), 0);
    if (has_folder)
        ck_assert_int_eq(mkdir(here, 0755), 0);
    house_start_keeping(NULL);
    struct frame_torrent a = house_wait_state("a", FRAME_ERROR);
    ck_assert_msg(strstr(a.cause, "there") != NULL, "%s", a.cause);
    ck_assert_int_eq(access(here, F_OK) == 0, has_folder);
    if (has_folder)
        ck_assert_int_eq(rmdir(here), 0);
    ck_assert_int_eq(rename(away, here), 0);
    house_send(COMMAND_RESUME, a.id, false, NULL);
    house_wait_state("a", FRAME_SEEDING);
    house_quit();
    free(here);
    free(away);
}
END_TEST

START_TEST(missing_data_begin_anew_when_they_are_verified)
{
    house_start_keeping(NULL);
    house_admit(house_add_whole("a", 100, "data"));
    house_wait_state("a", FRAME_SEEDING);
    house_quit();
    char *file = tmpdir_path(house.dir, "data/a");
    ck_assert_int_eq(unlink(file), 0);
    free(file);
    house_start_keeping(NULL);
    struct frame_torrent a = house_wait_state("a", FRAME_ERROR);
    house_send(COMMAND_VERIFY, a.id, false, NULL);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

START_TEST(one_in_use_elsewhere_is_shown_and_comes_back)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_kept("a"));
    house_quit();
    struct lockset_lock *lock = house_lock("a");
    ck_assert_ptr_nonnull(lock);
    house_start_keeping(NULL);
    struct frame_torrent a = house_wait_state("a", FRAME_ERROR);
    ck_assert_msg(strstr(a.cause, "another tessera") != NULL, "%s", a.cause);
    house_send(COMMAND_REMOVE, a.id, true, NULL);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_eq(e.err, ERR_BUSY);
    lockset_release(lock);
    house_send(COMMAND_RESUME, a.id, false, NULL);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_restart();
    house_wait_state("a", FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

START_TEST(magnet_waits_is_kept_and_gives_way_to_its_torrent)
{
    struct event e;
    struct session_config config = {.is_watched = true};
    house_start_keeping(&config);
    house_admit(house_add_magnet("m"));
    struct frame_torrent m = house_wait_state("m", FRAME_METADATA);
    ck_assert_ptr_nonnull(strstr(m.cause, "metadata: no peers yet"));
    ck_assert_uint_eq(m.n_pieces, 0);
    ck_assert_uint_eq(m.size_bytes, 0);
    bridge_send(house.bridge, house_add_magnet("m"));
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_str_eq(e.text, "m: added already");
    house_send(COMMAND_LABEL, m.id, false, "later");
    house_send(COMMAND_PAUSE, 0, false, NULL);
    house_wait_state("m", FRAME_PAUSED);
    struct command *c = command_new(COMMAND_FOCUS, 0);
    c->focus = (struct focus){.torrent = m.id, .parts = FOCUS_PIECES};
    bridge_send(house.bridge, c);
    house_send(COMMAND_VERIFY, m.id, false, NULL);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_ne(e.err, OK);
    house_quit();
    house_start_keeping(&config);
    m = house_wait_state("m", FRAME_PAUSED);
    ck_assert_str_eq(m.label, "later");
    house_send(COMMAND_RESUME, m.id, false, NULL);
    house_wait_state("m", FRAME_METADATA);
    house_admit(house_add_kept("m"));
    m = house_wait_state("m", FRAME_DOWNLOADING);
    ck_assert_str_eq(m.label, "later");
    ck_assert_uint_eq(m.n_pieces, 1);
    house_wait_n(1);
    house_quit();
    house_start_keeping(&config);
    m = house_wait_state("m", FRAME_DOWNLOADING);
    house_send(COMMAND_REMOVE, m.id, false, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    house_wait_n(0);
    house_quit();
}
END_TEST

/* Added again, it gets what it lacks, and keeps that; a tracker comes once. */
START_TEST(added_again_gets_trackers_and_peers)
{
    struct event e;
    struct session_config config = {.is_watched = true};
    house_start_keeping(&config);
    house_admit(house_add_kept("m"));
    house_wait_state("m", FRAME_DOWNLOADING);
    struct command *again = house_add_magnet("m");
    again->add->n_peers = 1;
    again->add->peers = xcalloc(1, sizeof *again->add->peers);
    ck_assert_int_eq(addr_parse("127.0.0.1:1", 0, again->add->peers), OK);
    bridge_send(house.bridge, again);
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_str_eq(e.text,
                     "m: added already; it got 1 more tracker and 1 peer");
    bridge_send(house.bridge, house_add_magnet("m"));
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_str_eq(e.text, "m: added already");
    house_quit();
    house_start_keeping(&config);
    house_wait_state("m", FRAME_DOWNLOADING);
    bridge_send(house.bridge, house_add_magnet("m"));
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_str_eq(e.text, "m: added already");
    house_quit();
}
END_TEST

START_TEST(magnet_is_removed)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_magnet("m"));
    house_send(COMMAND_REMOVE, house_id_of("m"), true, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    ck_assert_str_eq(e.text, "m: removed; it had no data");
    house_restart();
    house_wait_n(0);
    house_quit();
}
END_TEST

Suite *admit_suite(void)
{
    Suite *s = suite_create("admit");
    TCase *tc = tcase_create("admit");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, house_set_up, house_tear_down);
    tcase_add_test(tc, kept_torrents_are_there_again_as_they_were_set);
    tcase_add_test(tc, kept_settings_are_seen_by_views);
    tcase_add_test(tc, without_keeping_nothing_is_kept_or_loaded);
    tcase_add_test(tc, killed_it_finds_all_and_hashes_nothing);
    tcase_add_test(tc, bad_settings_are_one_row_of_words);
    tcase_add_test(tc, bad_torrent_is_told_and_the_others_are_there);
    tcase_add_test(tc, the_file_before_is_used);
    tcase_add_test(tc, missing_folder_is_an_error_until_it_is_back);
    tcase_add_test(tc, adding_it_again_in_vain_changes_nothing);
    tcase_add_loop_test(tc, missing_data_are_not_downloaded_anew_by_itself, 0,
                        2);
    tcase_add_test(tc, missing_data_begin_anew_when_they_are_verified);
    tcase_add_test(tc, one_in_use_elsewhere_is_shown_and_comes_back);
    tcase_add_test(tc, magnet_waits_is_kept_and_gives_way_to_its_torrent);
    tcase_add_test(tc, added_again_gets_trackers_and_peers);
    tcase_add_test(tc, magnet_is_removed);
    suite_add_tcase(s, tc);
    return s;
}
