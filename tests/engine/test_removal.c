#include "config.h"

#include "engine/removal.h"

#include "tests/engine/suites.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/disk/tmpdir.h"
#include "tests/engine/house.h"
#include "util/xalloc.h"

/* Torrents that go, and what goes with them. */

START_TEST(removal_forgets_and_keeps_data)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_whole("a", 50000, "data"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_REMOVE, a.id, false, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    ck_assert_int_eq(e.err, OK);
    ck_assert_uint_eq(e.torrent, a.id);
    ck_assert_str_eq(e.text, "a: removed; its data are kept");
    ck_assert(tmpdir_has(house.dir, "data/a"));
    house_wait_n(0);
    house_restart();
    house_wait_n(0);
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
    house_admit(house_add_whole("a", 50000, "data"));
    house_admit(house_add_whole("b", 50000, "data"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_REMOVE, a.id, true, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    ck_assert_str_eq(e.text, "a: removed; 1 file, 48.8 KiB deleted");
    ck_assert(!tmpdir_has(house.dir, "data/a"));
    ck_assert(tmpdir_has(house.dir, "data/b"));
    ck_assert(tmpdir_has(house.dir, "data/other"));
    /* Nothing hinders adding it again. */
    house_admit(house_add_whole("a", 50000, "data"));
    house_wait_state("a", FRAME_SEEDING);
    house_quit();
}
END_TEST

/* The same file, in two torrents of another piece count. */
START_TEST(removal_spares_what_another_torrent_has)
{
    struct event e;
    house_start_keeping(NULL);
    house_admit(house_add_whole("a", 50000, "data"));
    house_wait_state("a", FRAME_SEEDING);
    house_admit(house_add_whole("a", 40000, "data/../data"));
    struct frame *f = house_wait_frame();
    while (f->n_torrents < 2) {
        frame_free(f);
        f = house_wait_frame();
    }
    uint32_t id = f->torrents[1]->id;
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
    house_admit(house_add_whole("a", 50000, "data"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    char *path = tmpdir_path(house.dir, "data/a");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(symlink("/etc/passwd", path), 0);
    house_send(COMMAND_REMOVE, a.id, true, NULL);
    house_wait_event(EVENT_REMOVED, &e);
    ck_assert_int_eq(e.err, ERR_UNSAFE_PATH);
    ck_assert_msg(strstr(e.text, "1 could not be: ") != NULL, "%s", e.text);
    ck_assert_msg(strstr(e.text, "is a link") != NULL, "%s", e.text);
    house_wait_n(0);
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
    house_admit(house_add_whole("a", 50000, "data"));
    struct frame_torrent a = house_wait_state("a", FRAME_SEEDING);
    house_send(COMMAND_REMOVE, a.id, true, NULL);
    bridge_send(house.bridge, command_new(COMMAND_QUIT, 0));
    house_wait_event(EVENT_REMOVED, &e);
    house_wait_event(EVENT_STOPPED, &e);
    house_end();
    ck_assert(!tmpdir_has(house.dir, "data/a"));
}
END_TEST

Suite *removal_suite(void)
{
    Suite *s = suite_create("removal");
    TCase *tc = tcase_create("removal");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, house_set_up, house_tear_down);
    tcase_add_test(tc, removal_forgets_and_keeps_data);
    tcase_add_test(tc, removal_with_data_deletes_them_and_says_so);
    tcase_add_test(tc, removal_spares_what_another_torrent_has);
    tcase_add_test(tc, removal_tells_what_it_could_not_delete);
    tcase_add_test(tc, removal_is_done_before_the_end);
    suite_add_tcase(s, tc);
    return s;
}
