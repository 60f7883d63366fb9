#include "config.h"

#include "engine/wishes.h"

#include "tests/engine/suites.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "meta/magnet.h"
#include "swarm/pieces.h"
#include "util/err.h"
#include "util/xalloc.h"

/* A torrent of three files. */
static const char torrent[] =
    "d4:infod5:filesld6:lengthi1e4:pathl1:aeed6:lengthi1e4:pathl1:beed6:length"
    "i1e4:pathl1:ceee4:name1:t12:piece lengthi16384e6:pieces"
    "20:aaaaaaaaaaaaaaaaaaaaee";

static struct command *c;
static struct cause cause;

static void setup(void)
{
    c = command_new(COMMAND_ADD, 0);
    ck_assert_int_eq(metainfo_parse(torrent, strlen(torrent), &c->add->meta,
                                    &cause),
                     OK);
    c->add->dir = xstrdup("/there");
}

static void teardown(void)
{
    command_free(c);
}

static struct kept *wishes(void)
{
    return wishes_of(c->add, c->add->meta->info_hash, 7);
}

START_TEST(what_is_said_is_kept)
{
    static const uint8_t priorities[] = {PIECE_SKIP, PIECE_HIGH, PIECE_NORMAL};
    c->add->priorities = xmemdup(priorities, sizeof priorities);
    c->add->is_paused = true;
    c->add->limit_up_Bps = 5;
    c->add->seed_ratio_m = 1500;
    struct kept *k = wishes();
    ck_assert_mem_eq(k->info_hash, c->add->meta->info_hash, KEPT_HASH_LEN);
    ck_assert_int_eq(k->order, 7);
    ck_assert_str_eq(k->dir, "/there");
    ck_assert_ptr_null(k->label);
    ck_assert_ptr_null(k->magnet);
    ck_assert_uint_eq(k->n_priorities, 3);
    ck_assert_mem_eq(k->priorities, priorities, 3);
    ck_assert(k->is_paused);
    ck_assert(!k->is_sequential);
    ck_assert_uint_eq(k->limit_up_Bps, 5);
    ck_assert_uint_eq(k->limit_down_Bps, 0);
    ck_assert_uint_eq(k->seed_ratio_m, 1500);
    ck_assert_int_gt(k->added_wall, 0);
    kept_free(k);
}
END_TEST

static const struct {
    const char *dir;
    const char *below; /* the folder we are in; NULL: as it was said */
} folders[] = {
    {".", ""},       {"", ""},          {"./", ""},        {"././", ""},
    {"sub", "/sub"}, {"./s/t", "/s/t"}, {"../x", "/../x"}, {"/a/./b", NULL},
};

START_TEST(folders_are_absolute)
{
    char here[4096];
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    free(c->add->dir);
    c->add->dir = xstrdup(folders[_i].dir);
    char *want = folders[_i].below != NULL
                     ? xasprintf("%s%s", here, folders[_i].below)
                     : xstrdup(folders[_i].dir);
    struct kept *k = wishes();
    ck_assert_str_eq(k->dir, want);
    kept_free(k);
    free(want);
}
END_TEST

START_TEST(labels_are_clean)
{
    c->add->label = xstrdup("a\033[31m\nb");
    struct kept *k = wishes();
    ck_assert_ptr_nonnull(k->label);
    ck_assert_ptr_null(strchr(k->label, '\033'));
    ck_assert_ptr_null(strchr(k->label, '\n'));
    kept_free(k);
    c->add->label[0] = '\0';
    k = wishes();
    ck_assert_ptr_null(k->label);
    kept_free(k);
}
END_TEST

START_TEST(of_a_magnet_the_link_is_kept)
{
    static const char link[] =
        "magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567";
    struct command *m = command_new(COMMAND_ADD, 0);
    ck_assert_int_eq(magnet_parse(link, &m->add->magnet, &cause), OK);
    m->add->dir = xstrdup("/there");
    struct kept *k = wishes_of(m->add, m->add->magnet->info_hash, 0);
    ck_assert_str_eq(k->magnet, link);
    ck_assert_ptr_null(k->priorities);
    kept_free(k);
    command_free(m);
}
END_TEST

START_TEST(what_the_link_selects_is_wanted)
{
    static const uint8_t selection[] = {0, 1, 0};
    static const uint8_t want[] = {PIECE_SKIP, PIECE_NORMAL, PIECE_SKIP};
    struct kept *k = wishes();
    wishes_select(k, c->add->meta, NULL);
    ck_assert_ptr_null(k->priorities);
    wishes_select(k, c->add->meta, selection);
    ck_assert_uint_eq(k->n_priorities, 3);
    ck_assert_mem_eq(k->priorities, want, sizeof want);
    /* The user's own choice stays. */
    k->priorities[0] = PIECE_HIGH;
    wishes_select(k, c->add->meta, selection);
    ck_assert_uint_eq(k->priorities[0], PIECE_HIGH);
    kept_free(k);
}
END_TEST

Suite *wishes_suite(void)
{
    Suite *suite = suite_create("wishes");
    TCase *tc = tcase_create("wishes");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, what_is_said_is_kept);
    tcase_add_loop_test(tc, folders_are_absolute, 0,
                        sizeof folders / sizeof *folders);
    tcase_add_test(tc, labels_are_clean);
    tcase_add_test(tc, of_a_magnet_the_link_is_kept);
    tcase_add_test(tc, what_the_link_selects_is_wanted);
    suite_add_tcase(suite, tc);
    return suite;
}
