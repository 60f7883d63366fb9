#include "config.h"

#include "engine/seeker_view.h"

#include "tests/engine/suites.h"

#include <stdlib.h>
#include <string.h>

#include "engine/seeker_parts.h"
#include "engine/trackers.h"
#include "model/detail.h"
#include "tests/engine/stage.h"

/* Without anybody to connect to: what is shown of peers is in tests/sim/test_magnet.c. */

#define HEX "0123456789abcdef0123456789abcdef01234567"

static struct stage stage;
static struct seeker *seeker;

static void set_up(void)
{
    stage_init(&stage);
    struct seeker_config config = {.id = 5};
    ck_assert_int_eq(magnet_parse("magnet:?xt=urn:btih:" HEX
                                  "&tr=http://t/announce&tr=udp://u:1",
                                  &config.magnet, NULL),
                     OK);
    seeker = seeker_new(&stage.here.env, &config);
}

static void tear_down(void)
{
    seeker_free(seeker);
    stage_fini(&stage);
}

START_TEST(view_words_tell_what_is_done_about_it)
{
    struct cause words;
    struct addr a = stage_addr(77, 6881);
    seeker_view_words(seeker, &words);
    ck_assert_str_eq(words.text, "metadata: no peers yet; asking its trackers");
    seeker_add_peers(seeker, &a, 1, PEERS_TRACKER);
    seeker_view_words(seeker, &words);
    ck_assert_str_eq(words.text,
                     "metadata: 1 peer known, none can be reached now");
}
END_TEST

START_TEST(view_words_do_not_ask_who_is_disabled)
{
    struct cause words;
    struct frame_torrent row = {.id = 5};
    static const char *const urls[] = {"http://t/announce", "udp://u:1"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(trackers_enable(seeker->trackers, urls[i], false), OK);
        seeker_view_row(seeker, &row);
        ck_assert_uint_eq(row.n_trackers_disabled, i + 1);
        seeker_view_words(seeker, &words);
        ck_assert_int_eq(strstr(words.text, "all its trackers are disabled") !=
                             NULL,
                         i == 1);
    }
}
END_TEST

START_TEST(view_row_and_detail_have_what_is_known)
{
    struct frame_torrent row = {.id = 5};
    struct kept *kept = kept_new((const uint8_t *)"aaaaaaaaaaaaaaaaaaaa");
    struct focus focus = {.torrent = 5,
                          .parts = FOCUS_PEERS | FOCUS_TRACKERS | FOCUS_PIECES |
                                   FOCUS_FILES};
    struct addr a = stage_addr(77, 6881);
    char dir[] = "/d\x1b";
    kept->dir = dir;
    seeker_add_peers(seeker, &a, 1, PEERS_TRACKER);
    seeker_view_row(seeker, &row);
    ck_assert_uint_eq(row.n_known, 1);
    ck_assert_uint_eq(row.n_trackers, 2);
    ck_assert_str_eq(row.tracker, "");
    struct detail *d = seeker_view_detail(seeker, kept, &focus);
    ck_assert_uint_eq(d->n_trackers, 2);
    ck_assert_uint_eq(d->n_peers, 0);
    ck_assert_uint_eq(d->n_pieces, 0);
    ck_assert_ptr_null(d->files);
    ck_assert_str_eq(d->dir, "/d\xef\xbf\xbd");
    detail_free(d);
    kept->dir = NULL;
    kept_free(kept);
}
END_TEST

Suite *seeker_view_suite(void)
{
    Suite *s = suite_create("seeker_view");
    TCase *t = tcase_create("seeker_view");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, view_words_tell_what_is_done_about_it);
    tcase_add_test(t, view_words_do_not_ask_who_is_disabled);
    tcase_add_test(t, view_row_and_detail_have_what_is_known);
    suite_add_tcase(s, t);
    return s;
}
