#include "config.h"

#include "engine/steward.h"

#include "tests/engine/suites.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk/lockfile.h"
#include "meta/magnet.h"
#include "meta/metainfo.h"
#include "tests/disk/tmpdir.h"
#include "tests/engine/house.h"
#include "util/text.h"
#include "util/xalloc.h"

/* Sessions that last: what is there again at the next start, and what was asked of a
 * torrent meanwhile. */

static void add(struct command *c)
{
    struct event e;
    bridge_send(house.bridge, c);
    house_wait_event(EVENT_ADDED, &e);
}

static void restart(void)
{
    house_quit();
    house_start_keeping(NULL);
}

static uint32_t id_of(const char *name)
{
    for (int i = 0; i < HOUSE_WAITS; i++) {
        struct frame *f = house_wait_frame();
        const struct frame_torrent *t = house_row(f, name);
        uint32_t id = t != NULL ? t->id : 0;
        frame_free(f);
        if (id != 0)
            return id;
    }
    ck_abort_msg("no torrent %s", name);
}

static bool has_n(const struct frame *f, const void *ctx)
{
    return f->n_torrents == *(const size_t *)ctx;
}

static void wait_n(size_t n)
{
    frame_free(house_wait_for(has_n, &n));
}

/* The names of the list, each by its first letter. */
static bool is_in_order(const struct frame *f, const void *ctx)
{
    const char *letters = ctx;
    if (f->n_torrents != strlen(letters))
        return false;
    for (size_t i = 0; i < f->n_torrents; i++)
        if (f->torrents[i].name[0] != letters[i] ||
            f->torrents[i].queue_pos != i + 1)
            return false;
    return true;
}

static void wait_order(const char *letters)
{
    frame_free(house_wait_for(is_in_order, letters));
}

static void damage(const char *name, const char *suffix)
{
    char *path = house_state_path(name, suffix);
    char *bak = xasprintf("%s.bak", path);
    (void)unlink(bak);
    ck_assert_int_eq(truncate(path, 40), 0);
    free(bak);
    free(path);
}

/* ---- Kept ---- */

START_TEST(kept_torrents_are_there_again_as_they_were_set)
{
    house_start_keeping(NULL);
    struct command *c = house_add_kept("a");
    c->add->label = xstrdup("fi\x1blms");
    c->add->is_sequential = true;
    add(c);
    add(house_add("x", NULL)); /* not to be kept */
    add(house_add_kept("b"));
    c = command_new(COMMAND_LIMITS, id_of("a"));
    c->limits = (struct command_limits){.has_down = true, .down_Bps = 5000};
    bridge_send(house.bridge, c);
    house_send(COMMAND_PAUSE, id_of("b"), false, NULL);
    house_wait_state("b", FRAME_PAUSED);
    restart();
    wait_order("ab");
    struct frame_torrent a = house_wait_state("a", FRAME_DOWNLOADING);
    ck_assert_str_eq(a.label, "fi\xef\xbf\xbdlms");
    struct frame_torrent b = house_wait_state("b", FRAME_PAUSED);
    ck_assert_str_eq(b.cause, "");
    house_send(COMMAND_RESUME, b.id, false, NULL);
    house_wait_state("b", FRAME_DOWNLOADING);
    restart();
    house_wait_state("b", FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

static bool is_limited(const struct frame *f, const void *ctx)
{
    (void)ctx;
    return f->n_torrents == 1 && f->torrents[0].limit_down_Bps == 5000 &&
           f->torrents[0].is_sequential && f->torrents[0].added_wall > 0;
}

START_TEST(kept_settings_are_seen_by_views)
{
    struct session_config config = {.is_watched = true};
    house_start_keeping(&config);
    struct command *c = house_add_kept("a");
    c->add->is_sequential = true;
    c->add->limit_down_Bps = 5000;
    add(c);
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
    add(house_add_kept("a"));
    house_quit();
    house_start_keeping(NULL);
    wait_n(0);
    add(house_add_kept("b"));
    house_quit();
    house_start();
    wait_n(0);
    house_quit();
}
END_TEST

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
        house_send(COMMAND_LABEL, id_of("b"), false, "late");
        struct event e;
        bridge_send(house.bridge, house_add_kept("c"));
        house_wait_event(EVENT_ADDED, &e);
        house_send(COMMAND_LABEL, id_of("c"), false, "later");
        char *path = house_state_path("c", ".session.bak");
        for (int i = 0; i < HOUSE_WAITS && access(path, F_OK) != 0; i++)
            frame_free(house_wait_frame());
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

/* ---- Bad files ---- */

START_TEST(bad_settings_are_one_row_of_words)
{
    struct event e;
    house_start_keeping(NULL);
    add(house_add_kept("a"));
    add(house_add_kept("b"));
    add(house_add_kept("c"));
    house_quit();
    damage("b", ".session");
    house_start_keeping(NULL);
    wait_n(3);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_wait_state("c", FRAME_DOWNLOADING);
    struct frame_torrent b = house_wait_state("b", FRAME_ERROR);
    ck_assert_msg(strstr(b.cause, "cut or damaged") != NULL, "%s", b.cause);
    ck_assert_msg(strstr(b.cause, ".session") != NULL, "%s", b.cause);
    /* It is not written over, and neither lost nor mended by a restart. */
    house_send(COMMAND_LABEL, b.id, false, "x");
    restart();
    b = house_wait_state("b", FRAME_ERROR);
    house_send(COMMAND_RESUME, b.id, false, NULL);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_ne(e.err, OK);
    /* Adding it again mends it. */
    add(house_add_kept("b"));
    house_wait_state("b", FRAME_DOWNLOADING);
    restart();
    house_wait_state("b", FRAME_DOWNLOADING);
    house_quit();
}
END_TEST

START_TEST(bad_torrent_is_told_and_the_others_are_there)
{
    struct event e;
    house_start_keeping(NULL);
    add(house_add_kept("a"));
    add(house_add_kept("b"));
    house_quit();
    damage("a", ".torrent");
    house_start_keeping(NULL);
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_msg(strstr(e.text, ".torrent") != NULL, "%s", e.text);
    ck_assert_msg(strstr(e.text, "add it again") != NULL, "%s", e.text);
    wait_order("b");
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
    add(house_add_kept("a"));
    house_send(COMMAND_LABEL, id_of("a"), false, "one");
    house_quit();
    house_start_keeping(NULL);
    house_send(COMMAND_LABEL, id_of("a"), false, "two");
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
    add(c);
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

START_TEST(one_in_use_elsewhere_is_shown_and_comes_back)
{
    struct lockfile *lock;
    struct event e;
    house_start_keeping(NULL);
    add(house_add_kept("a"));
    house_quit();
    char *path = house_state_path("a", ".lock");
    ck_assert_int_eq(lockfile_take(path, &lock, &house.cause), OK);
    house_start_keeping(NULL);
    struct frame_torrent a = house_wait_state("a", FRAME_ERROR);
    ck_assert_msg(strstr(a.cause, "another tessera") != NULL, "%s", a.cause);
    house_send(COMMAND_REMOVE, a.id, true, NULL);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_eq(e.err, ERR_BUSY);
    lockfile_release(lock);
    house_send(COMMAND_RESUME, a.id, false, NULL);
    house_wait_state("a", FRAME_DOWNLOADING);
    restart();
    house_wait_state("a", FRAME_DOWNLOADING);
    house_quit();
    free(path);
}
END_TEST

/* ---- Removal ---- */

START_TEST(removal_forgets_and_keeps_data)
{
    struct event e;
    house_start_keeping(NULL);
    add(house_add_whole("a", 50000, "data"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_REMOVE, a.id, false, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    ck_assert_int_eq(e.err, OK);
    ck_assert_uint_eq(e.torrent, a.id);
    ck_assert_str_eq(e.text, "a: removed; its data are kept");
    ck_assert(tmpdir_has(house.dir, "data/a"));
    wait_n(0);
    restart();
    wait_n(0);
    char *left = xasprintf("ls '%s/tessera/torrents' | grep -q .", house.dir);
    ck_assert_int_ne(system(left), 0);
    free(left);
    house_quit();
}
END_TEST

START_TEST(removal_with_data_deletes_them_and_says_so)
{
    struct event e;
    house_start_keeping(NULL);
    tmpdir_write(house.dir, "data/other", "x", 1);
    add(house_add_whole("a", 50000, "data"));
    add(house_add_whole("b", 50000, "data"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_REMOVE, a.id, true, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    ck_assert_str_eq(e.text, "a: removed; 1 file, 48.8 KiB deleted");
    ck_assert(!tmpdir_has(house.dir, "data/a"));
    ck_assert(tmpdir_has(house.dir, "data/b"));
    ck_assert(tmpdir_has(house.dir, "data/other"));
    /* Nothing hinders adding it again. */
    add(house_add_whole("a", 50000, "data"));
    house_wait_state("a", FRAME_SEEDING);
    house_quit();
}
END_TEST

/* The same file, in two torrents of another piece count. */
START_TEST(removal_spares_what_another_torrent_has)
{
    struct event e;
    house_start_keeping(NULL);
    add(house_add_whole("a", 50000, "data"));
    house_wait_state("a", FRAME_SEEDING);
    add(house_add_whole("a", 40000, "data/../data"));
    struct frame *f = house_wait_frame();
    while (f->n_torrents < 2) {
        frame_free(f);
        f = house_wait_frame();
    }
    uint32_t id = f->torrents[1].id;
    frame_free(f);
    house_send(COMMAND_REMOVE, id, true, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    ck_assert_msg(strstr(e.text, "1 kept for another torrent") != NULL, "%s",
                  e.text);
    ck_assert(tmpdir_has(house.dir, "data/a"));
    house_quit();
}
END_TEST

START_TEST(removal_tells_what_it_could_not_delete)
{
    struct event e;
    house_start_keeping(NULL);
    add(house_add_whole("a", 50000, "data"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    char *path = tmpdir_path(house.dir, "data/a");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(symlink("/etc/passwd", path), 0);
    house_send(COMMAND_REMOVE, a.id, true, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    ck_assert_int_eq(e.err, ERR_UNSAFE_PATH);
    ck_assert_msg(strstr(e.text, "1 could not be: ") != NULL, "%s", e.text);
    ck_assert_msg(strstr(e.text, "is a link") != NULL, "%s", e.text);
    wait_n(0);
    house_quit();
    ck_assert_int_eq(unlink(path), 0);
    free(path);
}
END_TEST

/* Quitting waits for what is being removed. */
START_TEST(removal_is_done_before_the_end)
{
    struct event e;
    house_start_keeping(NULL);
    add(house_add_whole("a", 50000, "data"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_REMOVE, a.id, true, NULL);
    bridge_send(house.bridge, command_new(COMMAND_QUIT, 0));
    house_wait_event(EVENT_REMOVED, &e);
    house_wait_event(EVENT_STOPPED, &e);
    house_end();
    ck_assert(!tmpdir_has(house.dir, "data/a"));
}
END_TEST

/* ---- The queue ---- */

static void move(const char *name, int32_t delta)
{
    struct command *c = command_new(COMMAND_QUEUE, id_of(name));
    c->delta = delta;
    bridge_send(house.bridge, c);
}

START_TEST(queue_order_is_moved_and_kept)
{
    house_start_keeping(NULL);
    add(house_add_kept("a"));
    add(house_add_kept("b"));
    add(house_add_kept("c"));
    move("c", -1);
    wait_order("acb");
    move("a", 100);
    wait_order("cba");
    restart();
    wait_order("cba");
    house_quit();
}
END_TEST

START_TEST(queue_lets_the_first_run_and_the_next_when_its_place_is_free)
{
    struct session_config config = {.max_active_down = 1};
    house_start_keeping(&config);
    add(house_add_kept("a"));
    add(house_add_kept("b"));
    add(house_add_kept("c"));
    house_wait_state("a", FRAME_DOWNLOADING);
    struct frame_torrent b = house_wait_state("b", FRAME_QUEUED);
    ck_assert_str_eq(b.cause, "waits for its turn: 1 are downloading");
    house_wait_state("c", FRAME_QUEUED);
    house_send(COMMAND_PAUSE, id_of("a"), false, NULL);
    house_wait_state("b", FRAME_DOWNLOADING);
    house_wait_state("a", FRAME_PAUSED);
    /* Before it again: it takes its place back. */
    house_send(COMMAND_RESUME, id_of("a"), false, NULL);
    house_wait_state("a", FRAME_DOWNLOADING);
    house_wait_state("b", FRAME_QUEUED);
    house_send(COMMAND_FORCE, id_of("c"), true, NULL);
    ck_assert(house_wait_state("c", FRAME_DOWNLOADING).is_forced);
    house_wait_state("a", FRAME_DOWNLOADING);
    /* Finished, by its data: a seed waits for nobody here. */
    add(house_add_whole("d", 1000, "data"));
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

START_TEST(all_pause_and_resume_and_verify)
{
    struct event e;
    house_start_keeping(NULL);
    add(house_add_kept("a"));
    add(house_add_whole("b", 40000, "data"));
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

/* ---- Goals ---- */

START_TEST(seeding_goal_pauses_with_words_and_once)
{
    struct session_config config = {.seed_ratio_m = 0};
    house_start_keeping(&config);
    struct command *c = house_add_whole("a", 40000, "data");
    add(c);
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

/* ---- Moving ---- */

START_TEST(move_brings_the_data_and_hashes_nothing)
{
    struct event e;
    house_start_keeping(NULL);
    add(house_add_whole("a", 100000, "old"));
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
    add(house_add_whole("a", 100000, "old"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    char *to = tmpdir_path(house.dir, "new");
    house_send(COMMAND_MOVE, a.id, false, to);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_int_eq(e.err, ERR_BUSY);
    ck_assert_msg(strstr(e.text, "exists already") != NULL, "%s", e.text);
    house_wait_state("a", FRAME_SEEDING);
    ck_assert(tmpdir_is(house.dir, "new/a", "mine", 4));
    ck_assert(tmpdir_has(house.dir, "old/a"));
    restart();
    house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_MOVE, id_of("a"), false, "relative");
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
    add(c);
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_PAUSE, a.id, false, NULL);
    house_wait_state("a", FRAME_PAUSED);
    char *to = tmpdir_path(house.dir, "new");
    house_send(COMMAND_MOVE, a.id, false, to);
    house_wait_event(EVENT_COMMAND, &e);
    ck_assert_msg(e.err == OK, "%s", e.text);
    a = house_wait_state("a", FRAME_PAUSED);
    restart();
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

/* ---- Magnets ---- */

/* The magnet of the torrent of house_add(name). */
static struct command *add_magnet(const char *name)
{
    struct command *of = house_add(name, NULL);
    struct command *c = command_new(COMMAND_ADD, 0);
    char hex[41];
    text_hex(hex, of->add->meta->info_hash, 20);
    command_free(of);
    char *link =
        xasprintf("magnet:?xt=urn:btih:%s&dn=%s&tr=udp://t:1", hex, name);
    ck_assert_int_eq(magnet_parse(link, &c->add->magnet, &house.cause), OK);
    free(link);
    c->add->dir = xstrdup(house.dir);
    c->add->is_kept = true;
    return c;
}

START_TEST(magnet_waits_is_kept_and_gives_way_to_its_torrent)
{
    struct event e;
    struct session_config config = {.is_watched = true};
    house_start_keeping(&config);
    add(add_magnet("m"));
    struct frame_torrent m = house_wait_state("m", FRAME_METADATA);
    ck_assert_ptr_nonnull(strstr(m.cause, "waits for its metadata"));
    ck_assert_uint_eq(m.n_pieces, 0);
    ck_assert_uint_eq(m.size_bytes, 0);
    bridge_send(house.bridge, add_magnet("m"));
    house_wait_event(EVENT_REFUSED, &e);
    ck_assert_str_eq(e.text, "m: added already");
    house_send(COMMAND_LABEL, m.id, false, "later");
    house_send(COMMAND_PAUSE, m.id, false, NULL);
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
    add(house_add_kept("m"));
    m = house_wait_state("m", FRAME_DOWNLOADING);
    ck_assert_str_eq(m.label, "later");
    ck_assert_uint_eq(m.n_pieces, 1);
    wait_n(1);
    house_quit();
    house_start_keeping(&config);
    m = house_wait_state("m", FRAME_DOWNLOADING);
    house_send(COMMAND_REMOVE, m.id, false, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    wait_n(0);
    house_quit();
}
END_TEST

START_TEST(magnet_is_removed)
{
    struct event e;
    house_start_keeping(NULL);
    add(add_magnet("m"));
    house_send(COMMAND_REMOVE, id_of("m"), true, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    ck_assert_str_eq(e.text, "m: removed; it had no data");
    restart();
    wait_n(0);
    house_quit();
}
END_TEST

/* ---- Trackers ---- */

static bool has_trackers(const struct frame *f, const void *ctx)
{
    return f->n_torrents == 1 &&
           f->torrents[0].n_trackers == *(const uint32_t *)ctx;
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
    add(c);
    wait_trackers(1);
    uint32_t id = id_of("a");
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
    restart();
    wait_trackers(1);
    id = id_of("a");
    house_send(COMMAND_UNTRACK, id, false, "http://127.0.0.1:9/announce");
    wait_trackers(0);
    house_send(COMMAND_TRACKER, id, false, "udp://127.0.0.1:9/own");
    wait_trackers(1);
    restart();
    wait_trackers(1);
    house_quit();
}
END_TEST

Suite *steward_suite(void)
{
    Suite *s = suite_create("steward");
    TCase *tc = tcase_create("steward");
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
    tcase_add_test(tc, one_in_use_elsewhere_is_shown_and_comes_back);
    tcase_add_test(tc, removal_forgets_and_keeps_data);
    tcase_add_test(tc, removal_with_data_deletes_them_and_says_so);
    tcase_add_test(tc, removal_spares_what_another_torrent_has);
    tcase_add_test(tc, removal_tells_what_it_could_not_delete);
    tcase_add_test(tc, removal_is_done_before_the_end);
    tcase_add_test(tc, queue_order_is_moved_and_kept);
    tcase_add_test(
        tc, queue_lets_the_first_run_and_the_next_when_its_place_is_free);
    tcase_add_test(tc, all_pause_and_resume_and_verify);
    tcase_add_test(tc, seeding_goal_pauses_with_words_and_once);
    tcase_add_test(tc, move_brings_the_data_and_hashes_nothing);
    tcase_add_test(tc, move_onto_what_exists_fails_and_all_goes_on);
    tcase_add_test(tc, move_of_a_paused_one);
    tcase_add_test(tc, magnet_waits_is_kept_and_gives_way_to_its_torrent);
    tcase_add_test(tc, magnet_is_removed);
    tcase_add_test(tc, trackers_are_added_and_removed_and_kept_so);
    suite_add_tcase(s, tc);
    return s;
}
