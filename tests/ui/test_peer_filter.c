#include "config.h"

#include "ui/peer_filter.h"

#include <stdio.h>
#include <string.h>

#include "tests/ui/suites.h"

static struct detail_peer make_peer(void)
{
    const uint8_t ip[4] = {185, 21, 3, 4};
    struct detail_peer p = {.addr = addr_v4(ip, 51413),
                            .source = DETAIL_BY_TRACKER,
                            .country = "DE",
                            .am_interested = true,
                            .is_choking = true,
                            .is_encrypted = true,
                            .rate_down_Bps = 10240,
                            .n_pieces = 50,
                            .n_gives = 7,
                            .rtt_us = 31999};
    snprintf(p.client, sizeof p.client, "qBittorrent 4.6.3");
    return p;
}

static const struct {
    const char *text;
    bool takes;
} cases[] = {
    {"", true},
    {"   ", true},
    {"185.21", true},
    {":51413", true},
    {"186", false},
    {"QBITT", true},
    {"tracker", true},
    {"DHT", false},
    {"dI", true},
    {"DI", false}, /* flags are letters that differ by case */
    {"choked", true},
    {"open", false},
    {"!open", true},
    {"!choked", false},
    {"encrypted outgoing !seed", true},
    {"has", false},
    {"down>0", true},
    {"down>10k", false},
    {"down>9.9k", true},
    {"down<10.1K", true},
    {"!down>0", false},
    {"done=50 done<51 done>49", true},
    {"rtt>30 rtt<32", true},
    {"gives=7 qbit", true},
    {"gives=7 186", false},
    {"cc=DE", true},
    {"cc=de qbit", true},
    {"cc=FR", false},
    {"!cc=FR", true},
    {"!cc=DE", false},
    {"cc=DEU", true}, /* no country: not read */
    /* Not typed to the end yet. */
    {"cc=", true},
    {"cc=F", true},
    {"down>", true},
    {"!", true},
    {"down>x", true},
    /* No number has this name, which is said. */
    {"speed>3", true},
    {"down>99999999999999999999999", false},
};

START_TEST(peer_filter_takes_what_all_its_terms_hold_for)
{
    struct detail_peer p = make_peer();
    struct peer_filter f;
    peer_filter_parse(&f, cases[_i].text);
    ck_assert_msg(peer_filter_takes(&f, &p, 100) == cases[_i].takes, "\"%s\"",
                  cases[_i].text);
}
END_TEST

START_TEST(peer_filter_of_many_long_terms_reads_the_first)
{
    char text[400];
    size_t len = 0;
    for (int i = 0; i < 12; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s ",
                                i < PEER_FILTER_TERMS ? "185" : "no-such");
    struct detail_peer p = make_peer();
    struct peer_filter f;
    peer_filter_parse(&f, text);
    ck_assert_uint_eq(f.n, PEER_FILTER_TERMS);
    ck_assert(peer_filter_takes(&f, &p, 100));
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    peer_filter_parse(&f, text);
    ck_assert_uint_eq(f.n, 1);
    ck_assert(!peer_filter_takes(&f, &p, 100));
}
END_TEST

START_TEST(peer_filter_says_what_no_peer_has)
{
    struct detail_peer p = make_peer();
    struct peer_filter f;
    peer_filter_parse(&f, "foo>3 de");
    ck_assert_str_eq(f.error, "no field \"foo\": down up done rtt req gives "
                              "uniq in out bad late cc");
    ck_assert_uint_eq(f.n, 1);
    peer_filter_parse(&f, "!foo=");
    ck_assert_str_ne(f.error, "");
    ck_assert(peer_filter_takes(&f, &p, 100));
    peer_filter_parse(&f, "down> cc= >3 seed");
    ck_assert_str_eq(f.error, "");
}
END_TEST

START_TEST(peer_filter_of_those_gone_knows_words_only)
{
    static const struct {
        const char *text;
        bool takes;
    } gone[] = {{"", true},        {"1.2.3", true}, {"timed", true},
                {"down<9", false}, {"seed", false}, {"other", false},
                {"cc=DE", false}};
    const uint8_t ip[4] = {1, 2, 3, 4};
    struct detail_gone g = {.addr = addr_v4(ip, 5), .words = "timed out"};
    struct peer_filter f;
    peer_filter_parse(&f, gone[_i].text);
    ck_assert(peer_filter_takes_gone(&f, &g) == gone[_i].takes);
}
END_TEST

Suite *peer_filter_suite(void)
{
    Suite *s = suite_create("peer_filter");
    TCase *tc = tcase_create("peer_filter");
    tcase_add_loop_test(tc, peer_filter_takes_what_all_its_terms_hold_for, 0,
                        sizeof cases / sizeof *cases);
    tcase_add_test(tc, peer_filter_of_many_long_terms_reads_the_first);
    tcase_add_test(tc, peer_filter_says_what_no_peer_has);
    tcase_add_loop_test(tc, peer_filter_of_those_gone_knows_words_only, 0, 7);
    suite_add_tcase(s, tc);
    return s;
}
