#include "config.h"

#include "cmd/watchdir.h"

#include <stdlib.h>
#include <string.h>

#include "meta/metainfo.h"
#include "tests/cmd/suites.h"
#include "tests/disk/tmpdir.h"

/* One file "a" of one byte. */
static const char torrent[] =
    "d4:infod6:lengthi1e4:name1:a12:piece lengthi16384e"
    "6:pieces20:01234567890123456789ee";

struct rig {
    bool is_kept; /* what was added */
    char *dir;
    struct bridge *bridge;
    struct watchdir *watch;
};

static bool is_kept(void *ctx, const uint8_t *info_hash)
{
    const struct rig *g = ctx;
    ck_assert_ptr_nonnull(info_hash);
    return g->is_kept;
}

static void set_up(struct rig *g, enum watchdir_action action)
{
    g->is_kept = true;
    g->dir = tmpdir_new();
    g->bridge = bridge_new();
    const char *folders[] = {g->dir};
    g->watch = watchdir_new(&(struct watchdir_config){.folders = folders,
                                                      .n_folders = 1,
                                                      .action = action,
                                                      .save_dir = "/srv/dl",
                                                      .is_kept = is_kept,
                                                      .ctx = g},
                            g->bridge);
}

static void tear_down(struct rig *g)
{
    watchdir_free(g->watch);
    bridge_free(g->bridge);
    tmpdir_free(g->dir);
}

/* How many torrents were added since; each is looked at. */
static int n_added(struct rig *g)
{
    int n = 0;
    struct command *c;
    while ((c = bridge_take_command(g->bridge)) != NULL) {
        ck_assert_int_eq(c->kind, COMMAND_ADD);
        ck_assert_str_eq(c->add->dir, "/srv/dl");
        ck_assert_str_eq(c->add->meta->name, "a");
        ck_assert(c->add->is_kept);
        command_free(c);
        n++;
    }
    return n;
}

static int n_refused(struct rig *g)
{
    int n = 0;
    struct event e;
    while (bridge_take_event(g->bridge, &e)) {
        ck_assert_int_eq(e.kind, EVENT_REFUSED);
        n++;
    }
    return n;
}

static void put(struct rig *g, const char *name, size_t len)
{
    tmpdir_write(g->dir, name, torrent, len);
}

START_TEST(watchdir_adds_once_when_the_file_stands_still)
{
    struct rig g;
    set_up(&g, WATCHDIR_RENAME);
    put(&g, "a.torrent", 30);
    put(&g, "note.txt", 4);
    put(&g, ".hidden.torrent", sizeof torrent - 1);
    watchdir_look(g.watch);
    ck_assert_int_eq(n_added(&g), 0);
    put(&g, "a.torrent", sizeof torrent - 1); /* still being written */
    watchdir_look(g.watch);
    ck_assert_int_eq(n_added(&g), 0);
    watchdir_look(g.watch);
    ck_assert_int_eq(n_added(&g), 1);
    ck_assert(!tmpdir_has(g.dir, "a.torrent"));
    ck_assert(tmpdir_has(g.dir, "a.torrent.added"));
    watchdir_look(g.watch);
    watchdir_look(g.watch);
    ck_assert_int_eq(n_added(&g), 0);
    ck_assert_int_eq(n_refused(&g), 0);
    tear_down(&g);
}
END_TEST

START_TEST(watchdir_rename_takes_no_name_from_another)
{
    struct rig g;
    set_up(&g, WATCHDIR_RENAME);
    tmpdir_write(g.dir, "a.torrent.added", "mine", 4);
    put(&g, "a.torrent", sizeof torrent - 1);
    watchdir_look(g.watch);
    watchdir_look(g.watch);
    ck_assert_int_eq(n_added(&g), 1);
    ck_assert(tmpdir_is(g.dir, "a.torrent.added", "mine", 4));
    ck_assert(tmpdir_has(g.dir, "a.torrent.added.1"));
    tear_down(&g);
}
END_TEST

START_TEST(watchdir_deletes_or_keeps_as_it_is_told)
{
    struct rig g;
    bool keeps = _i == 1;
    set_up(&g, keeps ? WATCHDIR_KEEP : WATCHDIR_DELETE);
    put(&g, "a.torrent", sizeof torrent - 1);
    for (int i = 0; i < 4; i++)
        watchdir_look(g.watch);
    ck_assert_int_eq(n_added(&g), 1);
    ck_assert_int_eq(tmpdir_has(g.dir, "a.torrent"), keeps);
    tear_down(&g);
}
END_TEST

START_TEST(watchdir_leaves_the_file_until_the_torrent_is_kept)
{
    struct rig g;
    set_up(&g, _i ? WATCHDIR_RENAME : WATCHDIR_DELETE);
    g.is_kept = false;
    put(&g, "a.torrent", sizeof torrent - 1);
    for (int i = 0; i < 4; i++)
        watchdir_look(g.watch);
    ck_assert_int_eq(n_added(&g), 1);
    ck_assert(tmpdir_has(g.dir, "a.torrent"));
    g.is_kept = true;
    watchdir_look(g.watch);
    ck_assert(!tmpdir_has(g.dir, "a.torrent"));
    ck_assert_int_eq(tmpdir_has(g.dir, "a.torrent.added"), _i);
    ck_assert_int_eq(n_added(&g), 0);
    tear_down(&g);
}
END_TEST

START_TEST(watchdir_says_once_what_is_wrong_and_tries_again_when_it_changed)
{
    struct rig g;
    set_up(&g, WATCHDIR_RENAME);
    put(&g, "a.torrent", 30);
    for (int i = 0; i < 4; i++)
        watchdir_look(g.watch);
    ck_assert_int_eq(n_refused(&g), 1);
    ck_assert(tmpdir_has(g.dir, "a.torrent"));
    put(&g, "a.torrent", sizeof torrent - 1);
    for (int i = 0; i < 2; i++)
        watchdir_look(g.watch);
    ck_assert_int_eq(n_added(&g), 1);
    tear_down(&g);
}
END_TEST

START_TEST(watchdir_says_once_that_a_folder_is_missing)
{
    struct bridge *bridge = bridge_new();
    const char *folders[] = {"/no/such/folder"};
    struct watchdir *w =
        watchdir_new(&(struct watchdir_config){.folders = folders,
                                               .n_folders = 1,
                                               .save_dir = "."},
                     bridge);
    struct event e;
    for (int i = 0; i < 3; i++)
        watchdir_look(w);
    ck_assert(bridge_take_event(bridge, &e));
    ck_assert(strstr(e.text, "/no/such/folder") != NULL);
    ck_assert(!bridge_take_event(bridge, &e));
    watchdir_free(w);
    bridge_free(bridge);
}
END_TEST

Suite *watchdir_suite(void)
{
    Suite *s = suite_create("watchdir");
    TCase *t = tcase_create("watchdir");
    tcase_add_test(t, watchdir_adds_once_when_the_file_stands_still);
    tcase_add_test(t, watchdir_rename_takes_no_name_from_another);
    tcase_add_loop_test(t, watchdir_deletes_or_keeps_as_it_is_told, 0, 2);
    tcase_add_loop_test(t, watchdir_leaves_the_file_until_the_torrent_is_kept,
                        0, 2);
    tcase_add_test(
        t, watchdir_says_once_what_is_wrong_and_tries_again_when_it_changed);
    tcase_add_test(t, watchdir_says_once_that_a_folder_is_missing);
    suite_add_tcase(s, t);
    return s;
}
