#include "config.h"

#include "ui/peer_rows.h"

#include <stdio.h>
#include <string.h>

#include "tests/ui/suites.h"

enum { NOW_MS = 1000000 };

/* Four that are there, two that left: one of them long ago. */
static struct detail_peer peers[4];
static struct detail_gone gone[2];
static struct detail d;
static struct peer_rows o;

static void open_rows(void)
{
    static const char *const clients[] = {"beta", "Alpha long nam 2",
                                          "alpha long nam 1", ""};
    static const uint64_t rates[] = {5, 9, 5, 0};
    static const uint8_t last[] = {9, 200, 10, 1};
    static const char *const countries[] = {"SE", "DE", "--", "FR"};
    for (uint32_t i = 0; i < 4; i++) {
        uint8_t ip[4] = {10, 0, 0, last[i]};
        peers[i] = (struct detail_peer){.id = 11 + i,
                                        .slot = (uint16_t)(3 - i),
                                        .addr = addr_v4(ip, 1),
                                        .rate_down_Bps = rates[i],
                                        .rtt_us = (int)i - 1};
        snprintf(peers[i].country, sizeof peers[i].country, "%s", countries[i]);
        snprintf(peers[i].client, sizeof peers[i].client, "%s", clients[i]);
    }
    gone[0] = (struct detail_gone){.id = 2, .at_ms = NOW_MS - 5};
    gone[1] =
        (struct detail_gone){.id = 1, .at_ms = NOW_MS - PEER_ROWS_GONE_MS};
    d = (struct detail){.peers = peers,
                        .n_peers = 4,
                        .gone = gone,
                        .n_gone = 2};
    peer_rows_init(&o);
}

/* The ids of the rows, as text. */
static const char *ids(void)
{
    static char text[64];
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < o.n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%u",
                                i > 0 ? " " : "", peer_rows_id(&o, i));
    return text;
}

static const struct {
    enum peer_rows_by by;
    bool is_inverted;
    const char *ids;
} orders[] = {
    {PEER_ROWS_DOWN, false, "12 11 13 14 2"},
    /* Equals stay in their order. */
    {PEER_ROWS_DOWN, true, "14 11 13 12 2"},
    {PEER_ROWS_ID, false, "14 13 12 11 2"},
    {PEER_ROWS_ADDRESS, false, "14 11 13 12 2"},
    {PEER_ROWS_CLIENT, false, "14 13 12 11 2"},
    {PEER_ROWS_RTT, false, "14 13 12 11 2"},
    {PEER_ROWS_UNIQUE, false, "11 12 13 14 2"},
    /* Those that are not known come last. */
    {PEER_ROWS_COUNTRY, false, "12 14 11 13 2"},
    {PEER_ROWS_COUNTRY, true, "13 11 14 12 2"},
};

START_TEST(peer_rows_are_in_the_order_of_a_column)
{
    open_rows();
    o.by = orders[_i].by;
    o.is_inverted = orders[_i].is_inverted;
    peer_rows_update(&o, &d, "", NOW_MS);
    ck_assert_str_eq(ids(), orders[_i].ids);
    ck_assert_uint_eq(o.n_here, 4);
    ck_assert_ptr_eq(peer_rows_gone(&o, &d, 4), &gone[0]);
    ck_assert_ptr_null(peer_rows_peer(&o, &d, 4));
    peer_rows_fini(&o);
}
END_TEST

START_TEST(peer_rows_filter_and_find)
{
    open_rows();
    peer_rows_update(&o, &d, "alpha", NOW_MS);
    ck_assert_str_eq(ids(), "12 13");
    ck_assert_uint_eq(peer_rows_row_of(&o, 13), 1);
    ck_assert_uint_eq(peer_rows_row_of(&o, 11), 2);
    peer_rows_update(&o, NULL, "", NOW_MS);
    ck_assert_uint_eq(o.n, 0);
    peer_rows_fini(&o);
}
END_TEST

START_TEST(peer_rows_sort_keys_lead_through_all_columns)
{
    open_rows();
    for (int i = 0; i < PEER_ROWS_N; i++) {
        ck_assert(peer_rows_act(&o, KEYS_SORT_RIGHT, UINT32_MAX));
        peer_rows_update(&o, &d, "", NOW_MS);
        ck_assert_uint_eq(o.n, 5);
    }
    ck_assert_int_eq(o.by, PEER_ROWS_DOWN);
    ck_assert(peer_rows_act(&o, KEYS_SORT_RIGHT, 1 << PEER_ROWS_ID));
    ck_assert_int_eq(o.by, PEER_ROWS_ID);
    ck_assert(peer_rows_act(&o, KEYS_SORT_RIGHT, 0));
    ck_assert_int_eq(o.by, PEER_ROWS_ID);
    peer_rows_sort(&o, PEER_ROWS_UP);
    ck_assert(!o.is_inverted);
    peer_rows_sort(&o, PEER_ROWS_UP);
    ck_assert(o.is_inverted);
    peer_rows_sort(&o, PEER_ROWS_DOWN);
    ck_assert(!o.is_inverted);
    ck_assert(!peer_rows_act(&o, KEYS_OPEN, UINT32_MAX));
    peer_rows_fini(&o);
}
END_TEST

Suite *peer_rows_suite(void)
{
    Suite *s = suite_create("peer_rows");
    TCase *tc = tcase_create("peer_rows");
    tcase_add_loop_test(tc, peer_rows_are_in_the_order_of_a_column, 0,
                        sizeof orders / sizeof *orders);
    tcase_add_test(tc, peer_rows_filter_and_find);
    tcase_add_test(tc, peer_rows_sort_keys_lead_through_all_columns);
    suite_add_tcase(s, tc);
    return s;
}
