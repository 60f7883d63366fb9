#include "config.h"

#include "disk/kept.h"

#include "tests/disk/suites.h"

#include <stdlib.h>
#include <string.h>

#include "disk/sealed.h"
#include "util/xalloc.h"

static const uint8_t hash[KEPT_HASH_LEN + 1] = "hhhhhhhhhhhhhhhhhhhh";

static struct kept *full(void)
{
    static const uint8_t priorities[] = {0, 1, 2, 3};
    struct kept *k = kept_new(hash);
    k->dir = xstrdup("/srv/d\xff l");
    k->label = xstrdup("films");
    k->magnet = xstrdup("magnet:?x");
    k->paused_why = xstrdup("seeded to 2.00");
    k->is_paused = k->is_forced = k->is_sequential = true;
    k->is_first_last = true;
    k->preallocate = k->is_seeded = true;
    k->limit_down_Bps = (uint64_t)1 << 40;
    k->limit_up_Bps = 7;
    k->max_peers = UINT32_MAX;
    k->seed_ratio_m = 2000;
    k->seed_minutes = 90;
    k->order = -5;
    k->added_wall = 1700000000;
    k->priorities = xmemdup(priorities, sizeof priorities);
    k->n_priorities = sizeof priorities;
    ck_assert(kept_urls_add(&k->more_trackers, "udp://a:1"));
    ck_assert(kept_urls_add(&k->more_trackers, "udp://b:1"));
    ck_assert(kept_urls_add(&k->no_trackers, "http://c/"));
    ck_assert(kept_urls_add(&k->disabled_trackers, "udp://a:1"));
    ck_assert(kept_urls_add(&k->disabled_trackers, "udp://gone:1"));
    return k;
}

static enum err decode(struct buf *b, struct kept **out, struct cause *cause)
{
    return kept_decode(buf_bytes(b), b->len, hash, out, cause);
}

START_TEST(all_that_is_set_comes_back)
{
    struct kept *k = full(), *again;
    struct buf first, second;
    buf_init(&first, KEPT_MAX_LEN);
    buf_init(&second, KEPT_MAX_LEN);
    ck_assert_int_eq(kept_encode(k, &first), OK);
    ck_assert_int_eq(decode(&first, &again, NULL), OK);
    ck_assert_str_eq(again->dir, k->dir);
    ck_assert_str_eq(again->paused_why, "seeded to 2.00");
    ck_assert_int_eq(again->order, -5);
    ck_assert_uint_eq(again->max_peers, UINT32_MAX);
    ck_assert_uint_eq(again->limit_down_Bps, (uint64_t)1 << 40);
    ck_assert(again->is_seeded && again->is_forced && again->is_paused);
    ck_assert_uint_eq(again->n_priorities, 4);
    ck_assert(kept_urls_has(&again->more_trackers, "udp://b:1"));
    ck_assert_uint_eq(again->disabled_trackers.n, 2);
    ck_assert(kept_urls_has(&again->disabled_trackers, "udp://a:1"));
    /* And what is not looked at here, by its bytes. */
    ck_assert_int_eq(kept_encode(again, &second), OK);
    ck_assert_uint_eq(first.len, second.len);
    ck_assert_mem_eq(buf_bytes(&first), buf_bytes(&second), first.len);
    buf_fini(&first);
    buf_fini(&second);
    kept_free(k);
    kept_free(again);
}
END_TEST

START_TEST(absent_keys_have_their_defaults)
{
    struct buf b;
    struct kept *k;
    buf_init(&b, 4096);
    const char *text = "d3:dir2:/a9:info-hash20:hhhhhhhhhhhhhhhhhhhh"
                       "5:lateri1e7:versioni1ee";
    ck_assert_int_eq(buf_append(&b, text, strlen(text)), OK);
    ck_assert_int_eq(sealed_close(&b, 0), OK);
    ck_assert_int_eq(decode(&b, &k, NULL), OK);
    ck_assert(!k->is_paused);
    ck_assert_ptr_null(k->label);
    ck_assert_ptr_null(k->priorities);
    ck_assert_uint_eq(k->disabled_trackers.n, 0);
    kept_free(k);
    buf_fini(&b);
}
END_TEST

#define BEGIN "d3:dir2:/a9:info-hash20:hhhhhhhhhhhhhhhhhhhh"

static const struct {
    const char *text;
    const char *words;
} wrong[] = {
    {"d9:info-hash20:hhhhhhhhhhhhhhhhhhhh7:versioni1ee", "'dir'"},
    {"d3:dir1:a9:info-hash20:hhhhhhhhhhhhhhhhhhhh7:versioni1ee", "'dir'"},
    {"d3:dir2:/a9:info-hash20:ihhhhhhhhhhhhhhhhhhh7:versioni1ee",
     "another torrent"},
    {BEGIN "7:versioni2ee", "version 2"},
    {BEGIN "e", "'version'"},
    {BEGIN "9:max-peersi4294967296e7:versioni1ee", "'max-peers'"},
    {BEGIN "9:max-peersi-1e7:versioni1ee", "'max-peers'"},
    {BEGIN "6:pausedi2e7:versioni1ee", "'paused'"},
    {BEGIN "6:paused1:x7:versioni1ee", "'paused'"},
    {BEGIN "10:priorities2:\x02\x04"
           "7:versioni1ee",
     "'priorities'"},
    {BEGIN "11:no-trackersi1e7:versioni1ee", "'no-trackers'"},
    {BEGIN "11:no-trackersli1ee7:versioni1ee", "'no-trackers'"},
    {BEGIN "17:disabled-trackers1:x7:versioni1ee", "'disabled-trackers'"},
};

START_TEST(wrong_values_are_refused_by_name)
{
    struct buf b;
    struct kept *k = NULL;
    struct cause cause = {""};
    buf_init(&b, 4096);
    ck_assert_int_eq(buf_append(&b, wrong[_i].text, strlen(wrong[_i].text)),
                     OK);
    ck_assert_int_eq(sealed_close(&b, 0), OK);
    ck_assert_int_ne(decode(&b, &k, &cause), OK);
    ck_assert_ptr_null(k);
    ck_assert_msg(strstr(cause.text, wrong[_i].words) != NULL, "%s",
                  cause.text);
    buf_fini(&b);
}
END_TEST

START_TEST(urls_are_a_bounded_set)
{
    struct kept *k = kept_new(hash);
    ck_assert(kept_urls_add(&k->no_trackers, "a"));
    ck_assert(kept_urls_add(&k->no_trackers, "a"));
    ck_assert_uint_eq(k->no_trackers.n, 1);
    ck_assert(!kept_urls_remove(&k->no_trackers, "b"));
    ck_assert(kept_urls_remove(&k->no_trackers, "a"));
    ck_assert_uint_eq(k->no_trackers.n, 0);
    for (int i = 0; i < KEPT_MAX_URLS; i++) {
        char *url = xasprintf("u%d", i);
        ck_assert(kept_urls_add(&k->no_trackers, url));
        free(url);
    }
    ck_assert(!kept_urls_add(&k->no_trackers, "one more"));
    kept_free(k);
}
END_TEST

/* As many as there may be of each list, and not one more. */
START_TEST(full_lists_come_back_and_longer_ones_are_refused)
{
    struct kept *k = kept_new(hash), *again = NULL;
    struct buf b;
    struct cause cause = {""};
    buf_init(&b, KEPT_MAX_LEN);
    k->dir = xstrdup("/a");
    for (int i = 0; i < KEPT_MAX_URLS; i++) {
        char *url = xasprintf("u%d", i);
        ck_assert(kept_urls_add(&k->more_trackers, url));
        ck_assert(kept_urls_add(&k->no_trackers, url));
        ck_assert(kept_urls_add(&k->disabled_trackers, url));
        free(url);
    }
    ck_assert_int_eq(kept_encode(k, &b), OK);
    ck_assert_int_eq(decode(&b, &again, &cause), OK);
    ck_assert_uint_eq(again->disabled_trackers.n, KEPT_MAX_URLS);
    kept_free(again);
    again = NULL;
    buf_chop(&b, b.len);
    struct kept_urls *urls = &k->disabled_trackers;
    urls->items = xreallocarray(urls->items, urls->n + 1, sizeof *urls->items);
    urls->items[urls->n++] = xstrdup("one more");
    ck_assert_int_eq(kept_encode(k, &b), OK);
    ck_assert_int_ne(decode(&b, &again, &cause), OK);
    ck_assert_ptr_null(again);
    buf_fini(&b);
    kept_free(k);
}
END_TEST

START_TEST(urls_are_taken_in_the_place_of_others)
{
    struct kept *k = kept_new(hash), *from = full();
    ck_assert(kept_urls_add(&k->no_trackers, "udp://other:1"));
    kept_take_urls(k, from);
    ck_assert_uint_eq(k->more_trackers.n, 2);
    ck_assert_uint_eq(k->no_trackers.n, 1);
    ck_assert(kept_urls_has(&k->no_trackers, "http://c/"));
    ck_assert(kept_urls_has(&k->disabled_trackers, "udp://gone:1"));
    ck_assert_uint_eq(from->more_trackers.n + from->disabled_trackers.n, 0);
    kept_free(k);
    kept_free(from);
}
END_TEST

Suite *kept_suite(void)
{
    Suite *s = suite_create("kept");
    TCase *tc = tcase_create("kept");
    tcase_add_test(tc, all_that_is_set_comes_back);
    tcase_add_test(tc, absent_keys_have_their_defaults);
    tcase_add_loop_test(tc, wrong_values_are_refused_by_name, 0,
                        sizeof wrong / sizeof wrong[0]);
    tcase_add_test(tc, urls_are_a_bounded_set);
    tcase_add_test(tc, full_lists_come_back_and_longer_ones_are_refused);
    tcase_add_test(tc, urls_are_taken_in_the_place_of_others);
    suite_add_tcase(s, tc);
    return s;
}
