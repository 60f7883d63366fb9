#include "config.h"

#include "meta/rejoin.h"

#include "tests/meta/suites.h"

#include <stdlib.h>
#include <string.h>

#include "util/hash.h"
#include "util/text.h"
#include "util/xalloc.h"

#define INFO                                                                   \
    "d6:lengthi5e4:name1:a12:piece lengthi16384e6:pieces20:"                   \
    "aaaaaaaaaaaaaaaaaaaa7:privatei1ee"
#define MANY                                                                   \
    "d5:filesld6:lengthi1e4:pathl1:xeed6:lengthi2e4:pathl1:yeed6:lengthi3e"    \
    "4:pathl1:zeee4:name1:d12:piece lengthi16384e6:pieces20:"                  \
    "aaaaaaaaaaaaaaaaaaaae"

/* The magnet of these metadata, with more parameters. */
static struct magnet *magnet_of(const char *info, const char *more)
{
    uint8_t hash[SHA1_LEN];
    char hex[41];
    struct magnet *m;
    struct cause cause = {""};
    hash_sha1(info, strlen(info), hash);
    text_hex(hex, hash, sizeof hash);
    char *link = xasprintf("magnet:?xt=urn:btih:%s%s", hex, more);
    ck_assert_msg(magnet_parse(link, &m, &cause) == OK, "%s", cause.text);
    free(link);
    return m;
}

static enum err join(const struct magnet *m, const char *info,
                     struct metainfo **out, struct cause *cause)
{
    return rejoin_torrent(m, (const uint8_t *)info, strlen(info), out, cause);
}

START_TEST(rejoin_makes_the_torrent_of_link_and_metadata)
{
    struct magnet *m =
        magnet_of(INFO,
                  "&tr=udp://a:1&tr=http://b/announce?x=1&ws=http://w/d/");
    struct metainfo *meta = NULL, *again = NULL;
    struct cause cause = {""};
    ck_assert_msg(join(m, INFO, &meta, &cause) == OK, "%s", cause.text);
    ck_assert_mem_eq(meta->info_hash, m->info_hash, SHA1_LEN);
    ck_assert_uint_eq(meta->info.len, strlen(INFO));
    ck_assert_mem_eq(meta->info.p, INFO, strlen(INFO));
    ck_assert(meta->is_private);
    ck_assert_uint_eq(meta->n_trackers, 2);
    ck_assert_str_eq(meta->trackers[0].url, "udp://a:1");
    ck_assert_str_eq(meta->trackers[1].url, "http://b/announce?x=1");
    ck_assert_uint_eq(meta->trackers[1].tier, 1);
    ck_assert_uint_eq(meta->n_web_seeds, 1);
    ck_assert_str_eq(meta->web_seeds[0], "http://w/d/");
    /* Its bytes are a .torrent. */
    ck_assert_int_eq(metainfo_parse(meta->raw, meta->raw_len, &again, NULL),
                     OK);
    metainfo_free(again);
    metainfo_free(meta);
    magnet_free(m);
}
END_TEST

START_TEST(rejoin_without_trackers_is_a_torrent_too)
{
    struct magnet *m = magnet_of(MANY, "");
    struct metainfo *meta = NULL;
    ck_assert_int_eq(join(m, MANY, &meta, NULL), OK);
    ck_assert_uint_eq(meta->n_trackers, 0);
    ck_assert_uint_eq(meta->n_files, 3);
    metainfo_free(meta);
    magnet_free(m);
}
END_TEST

/* The hash is right, but what it is of is no torrent. */
static const char *const hostile[] = {
    "",
    "i1e",
    "le",
    "de",
    "d4:name1:ae",
    INFO "d4:evil1:xe",
    "d6:lengthi5e4:name2:..12:piece lengthi16384e6:pieces20:"
    "aaaaaaaaaaaaaaaaaaaae",
    "d6:lengthi5e4:name1:a12:piece lengthi0e6:pieces20:aaaaaaaaaaaaaaaaaaaae",
    "d6:lengthi5e4:name1:a12:piece lengthi16384e6:pieces40:"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaae",
    "d9:file treed1:ad0:d6:lengthi5eeee12:meta versioni2e4:name1:a12:piece "
    "lengthi16384ee",
};
enum { N_HOSTILE = sizeof hostile / sizeof hostile[0] };

START_TEST(rejoin_refuses_what_is_no_torrent)
{
    struct magnet *m = magnet_of(hostile[_i], "");
    struct metainfo *meta = NULL;
    struct cause cause = {""};
    enum err err = join(m, hostile[_i], &meta, &cause);
    /* A folder called ".." is no error: it is renamed. */
    if (err == OK) {
        ck_assert_str_ne(metainfo_top(meta), "..");
        metainfo_free(meta);
    } else
        ck_assert_str_ne(cause.text, "");
    ck_assert(err != OK || _i == 6);
    magnet_free(m);
}
END_TEST

START_TEST(rejoin_refuses_another_torrent)
{
    struct magnet *m = magnet_of(MANY, "");
    struct metainfo *meta = NULL;
    struct cause cause = {""};
    ck_assert_int_eq(join(m, INFO, &meta, &cause), ERR_HASH);
    magnet_free(m);
}
END_TEST

static const struct {
    const char *more;
    const char *chosen; /* of three files; NULL: none said */
} selections[] = {
    {"", NULL},         {"&so=0", "100"},     {"&so=1-2", "011"},
    {"&so=2,0", "101"}, {"&so=1-9", "011"},   {"&so=3", NULL},
    {"&so=x", NULL},    {"&so=0,x,2", "100"}, {"&so=0-100000000", NULL},
    {"&so=2-1", NULL},  {"&so=", NULL},       {"&so=0&so=1", "100"},
};
enum { N_SELECTIONS = sizeof selections / sizeof selections[0] };

START_TEST(rejoin_selection_is_what_the_link_wants)
{
    struct magnet *m = magnet_of(MANY, selections[_i].more);
    struct metainfo *meta = NULL;
    const char *chosen = selections[_i].chosen;
    ck_assert_int_eq(join(m, MANY, &meta, NULL), OK);
    uint8_t *got = rejoin_selection(m, meta);
    ck_assert((got == NULL) == (chosen == NULL));
    for (size_t i = 0; chosen != NULL && i < 3; i++)
        ck_assert_int_eq(got[i] != 0, chosen[i] == '1');
    free(got);
    metainfo_free(meta);
    magnet_free(m);
}
END_TEST

Suite *rejoin_suite(void)
{
    Suite *s = suite_create("rejoin");
    TCase *t = tcase_create("rejoin");
    tcase_add_test(t, rejoin_makes_the_torrent_of_link_and_metadata);
    tcase_add_test(t, rejoin_without_trackers_is_a_torrent_too);
    tcase_add_loop_test(t, rejoin_refuses_what_is_no_torrent, 0, N_HOSTILE);
    tcase_add_test(t, rejoin_refuses_another_torrent);
    tcase_add_loop_test(t, rejoin_selection_is_what_the_link_wants, 0,
                        N_SELECTIONS);
    suite_add_tcase(s, t);
    return s;
}
