#include "config.h"

#include "cmd/offers.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "meta/metainfo.h"
#include "model/command.h"
#include "tests/cmd/suites.h"
#include "tests/disk/tmpdir.h"

/* One file "a" of one byte. */
static const char torrent[] =
    "d4:infod6:lengthi1e4:name1:a12:piece lengthi16384e"
    "6:pieces20:01234567890123456789ee";

struct rig {
    char *dir, *path;
    struct offers *offers;
    struct offer_host host;
};

static void set_up(struct rig *g)
{
    g->dir = tmpdir_new();
    g->path = tmpdir_path(g->dir, "a.torrent");
    tmpdir_write(g->dir, "a.torrent", torrent, sizeof torrent - 1);
    g->offers = offers_new();
    g->host = offers_host(g->offers);
}

static void tear_down(struct rig *g)
{
    offers_free(g->offers);
    free(g->path);
    tmpdir_free(g->dir);
}

/* Its thread is at work: look until it is done. The test's own limit ends this. */
static struct offer wait_for(struct rig *g, bool wants_folder)
{
    struct offer o;
    do {
        sched_yield();
        g->host.look(g->host.ctx, &o);
    } while (o.state == OFFER_READING || (wants_folder && !o.folder.is_known));
    return o;
}

START_TEST(offers_read_a_torrent_and_hand_it_over)
{
    struct rig g;
    set_up(&g);
    g.host.begin(g.host.ctx, g.path);
    struct offer o = wait_for(&g, false);
    ck_assert_int_eq(o.state, OFFER_READY);
    ck_assert_str_eq(o.name, "a");
    ck_assert_uint_eq(o.meta->n_files, 1);
    struct command *c = g.host.take(g.host.ctx, "/srv/dl");
    ck_assert_ptr_nonnull(c);
    ck_assert_str_eq(c->add->meta->name, "a");
    ck_assert_str_eq(c->add->dir, "/srv/dl");
    command_free(c);
    g.host.look(g.host.ctx, &o);
    ck_assert_int_eq(o.state, OFFER_NONE);
    ck_assert_ptr_null(g.host.take(g.host.ctx, "/srv/dl"));
    tear_down(&g);
}
END_TEST

START_TEST(offers_say_what_the_folder_has)
{
    struct rig g;
    set_up(&g);
    tmpdir_write(g.dir, "a", "x", 1);
    g.host.set_folder(g.host.ctx, g.dir);
    g.host.begin(g.host.ctx, g.path);
    struct offer o = wait_for(&g, false);
    o = wait_for(&g, true);
    ck_assert_uint_eq(o.folder.n_existing, 1);
    ck_assert_uint_eq(o.folder.existing_bytes, 1);
    ck_assert_str_eq(o.folder.trouble.text, "");
    ck_assert_uint_gt(o.folder.free_bytes, 0);
    /* A file is no folder. */
    g.host.set_folder(g.host.ctx, g.path);
    o = wait_for(&g, true);
    ck_assert_str_ne(o.folder.trouble.text, "");
    /* What is not there is made beneath what is. */
    char *below = tmpdir_path(g.dir, "new/er");
    g.host.set_folder(g.host.ctx, below);
    o = wait_for(&g, true);
    ck_assert_str_eq(o.folder.trouble.text, "");
    free(below);
    tear_down(&g);
}
END_TEST

START_TEST(offers_fail_with_words_and_can_be_tried_again)
{
    struct rig g;
    set_up(&g);
    g.host.begin(g.host.ctx, "/no/such/file.torrent");
    struct offer o = wait_for(&g, false);
    ck_assert_int_eq(o.state, OFFER_FAILED);
    ck_assert(strstr(o.cause.text, "/no/such/file.torrent") != NULL);
    g.host.begin(g.host.ctx, g.path);
    ck_assert_int_eq(wait_for(&g, false).state, OFFER_READY);
    /* The next one takes its place at once. */
    g.host.begin(g.host.ctx, "/no/such/file.torrent");
    g.host.begin(g.host.ctx, g.path);
    ck_assert_int_eq(wait_for(&g, false).state, OFFER_READY);
    g.host.drop(g.host.ctx);
    g.host.look(g.host.ctx, &o);
    ck_assert_int_eq(o.state, OFFER_NONE);
    tear_down(&g);
}
END_TEST

Suite *offers_suite(void)
{
    Suite *s = suite_create("offers");
    TCase *t = tcase_create("offers");
    tcase_add_test(t, offers_read_a_torrent_and_hand_it_over);
    tcase_add_test(t, offers_say_what_the_folder_has);
    tcase_add_test(t, offers_fail_with_words_and_can_be_tried_again);
    suite_add_tcase(s, t);
    return s;
}
