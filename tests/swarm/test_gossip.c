/* What a peer is told of others, and what of its own words is used: BEP 11. */
#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/gossip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

enum { START = 1000000, MANY = 70 };

static struct addr at(const char *text)
{
    struct addr a;
    ck_assert_int_eq(addr_parse(text, 0, &a), OK);
    return a;
}

/* The n-th public address. */
static struct addr nth(uint32_t n)
{
    uint8_t ip[4] = {80, 0, (uint8_t)(n >> 8), (uint8_t)n};
    return addr_v4(ip, 6881);
}

/* Addresses nth(from) to nth(from + n - 1). */
static void fill(struct pex_peer *out, uint32_t from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (struct pex_peer){nth(from + (uint32_t)i), PEX_OUTGOING};
}

struct ear {
    struct gossip *g;
    int64_t now_ms;
    struct pex said;
};

/* A peer whose first message is due. */
static void ear_open(struct ear *e, const char *remote)
{
    struct addr a = at(remote);
    *e = (struct ear){.now_ms = START};
    e->g = gossip_new(&a, e->now_ms);
    e->now_ms += GOSSIP_FIRST_MS;
}

static bool tell(struct ear *e, const struct pex_peer *others, size_t n)
{
    if (!gossip_next(e->g, others, n, e->now_ms, &e->said))
        return false;
    gossip_said(e->g, &e->said, e->now_ms);
    gossip_check(e->g);
    return true;
}

START_TEST(next_first_waits_then_tells_all)
{
    struct ear e;
    struct pex_peer others[3];
    ear_open(&e, "80.1.0.1:1");
    fill(others, 1, 3);
    e.now_ms--;
    ck_assert(!tell(&e, others, 3));
    e.now_ms++;
    ck_assert(tell(&e, others, 3));
    ck_assert_uint_eq(e.said.n_added, 3);
    ck_assert_uint_eq(e.said.n_dropped, 0);
    ck_assert_uint_eq(e.said.added[0].flags, PEX_OUTGOING);
    ck_assert_uint_eq(gossip_n_told(e.g), 3);
    gossip_free(e.g);
}
END_TEST

/* One came and one went; who came and went in between is not mentioned. */
START_TEST(next_again_tells_the_difference_a_minute_later)
{
    struct ear e;
    struct pex_peer others[4];
    struct addr gone = nth(1);
    struct addr came = nth(4);
    ear_open(&e, "80.1.0.1:1");
    fill(others, 1, 4);
    ck_assert(tell(&e, others, 3));
    e.now_ms += GOSSIP_EVERY_MS - 1;
    ck_assert(!tell(&e, others + 1, 3));
    e.now_ms++;
    ck_assert(tell(&e, others + 1, 3));
    ck_assert_uint_eq(e.said.n_added, 1);
    ck_assert(addr_eq(&e.said.added[0].addr, &came));
    ck_assert_uint_eq(e.said.n_dropped, 1);
    ck_assert(addr_eq(&e.said.dropped[0], &gone));
    e.now_ms += GOSSIP_EVERY_MS;
    ck_assert(!tell(&e, others + 1, 3));
    gossip_free(e.g);
}
END_TEST

/* Nothing to tell does not use the minute up. */
START_TEST(next_nothing_to_tell_tells_news_at_once)
{
    struct ear e;
    struct pex_peer others[1];
    ear_open(&e, "80.1.0.1:1");
    ck_assert(!tell(&e, others, 0));
    fill(others, 1, 1);
    ck_assert(tell(&e, others, 1));
    gossip_free(e.g);
}
END_TEST

START_TEST(next_many_come_in_parts)
{
    struct ear e;
    struct pex_peer others[MANY];
    ear_open(&e, "80.1.0.1:1");
    fill(others, 1, MANY);
    ck_assert(tell(&e, others, MANY));
    ck_assert_uint_eq(e.said.n_added, PEX_MAX_PEERS);
    e.now_ms += GOSSIP_EVERY_MS;
    ck_assert(tell(&e, others, MANY));
    ck_assert_uint_eq(e.said.n_added, MANY - PEX_MAX_PEERS);
    e.now_ms += GOSSIP_EVERY_MS;
    ck_assert(tell(&e, NULL, 0));
    ck_assert_uint_eq(e.said.n_dropped, PEX_MAX_PEERS);
    e.now_ms += GOSSIP_EVERY_MS;
    ck_assert(tell(&e, NULL, 0));
    ck_assert_uint_eq(e.said.n_dropped, MANY - PEX_MAX_PEERS);
    ck_assert_uint_eq(gossip_n_told(e.g), 0);
    gossip_free(e.g);
}
END_TEST

START_TEST(next_not_sent_is_told_again)
{
    struct ear e;
    struct pex_peer others[2];
    ear_open(&e, "80.1.0.1:1");
    fill(others, 1, 2);
    ck_assert(gossip_next(e.g, others, 2, e.now_ms, &e.said));
    ck_assert(gossip_next(e.g, others, 2, e.now_ms, &e.said));
    ck_assert_uint_eq(e.said.n_added, 2);
    gossip_free(e.g);
}
END_TEST

/* A peer is not told of itself: where it is dialled, when it dialled us. */
START_TEST(next_itself_left_out)
{
    struct ear e;
    struct pex_peer others[2];
    struct addr own = nth(1);
    ear_open(&e, "80.0.0.1:50000");
    fill(others, 1, 2);
    gossip_set_own(e.g, &own);
    ck_assert(tell(&e, others, 2));
    ck_assert_uint_eq(e.said.n_added, 1);
    ck_assert(addr_eq(&e.said.added[0].addr, &others[1].addr));
    gossip_free(e.g);
}
END_TEST

/* Which of loopback, private and public addresses pass, by where the peer is. */
static const struct {
    const char *remote;
    size_t n_pass;
} reaches[] = {
    {"127.0.0.9:1", 3},
    {"10.9.9.9:1", 2},
    {"[fd00::9]:1", 2},
    {"80.1.0.1:1", 1},
};
static const char *const placed[] = {"10.0.0.1:5", "80.0.0.1:5", "127.0.0.1:5"};

START_TEST(both_ways_addresses_stay_where_they_mean_the_same)
{
    struct ear e;
    struct pex_peer others[3];
    struct pex all = {.n_added = 3}, heard;
    struct buf b;
    for (size_t i = 0; i < 3; i++)
        all.added[i] = others[i] = (struct pex_peer){at(placed[i]), 0};
    ear_open(&e, reaches[_i].remote);
    ck_assert(tell(&e, others, 3));
    ck_assert_uint_eq(e.said.n_added, reaches[_i].n_pass);
    buf_init(&b, PEX_MAX_LEN);
    ck_assert_int_eq(pex_append(&b, &all), OK);
    ck_assert_int_eq(gossip_hear(e.g, buf_bytes(&b), b.len, e.now_ms, &heard),
                     OK);
    ck_assert_uint_eq(heard.n_added, reaches[_i].n_pass);
    buf_fini(&b);
    gossip_free(e.g);
}
END_TEST

static enum err hear(struct ear *e, const char *text)
{
    enum err err = gossip_hear(e->g, (const uint8_t *)text, strlen(text),
                               e->now_ms, &e->said);
    gossip_check(e->g);
    return err;
}

static const char HELLO[] = "d5:added6:Paaabbe";

START_TEST(hear_twice_a_minute_is_not_used)
{
    struct ear e;
    ear_open(&e, "80.1.0.1:1");
    ck_assert_int_eq(gossip_heard_ms(e.g), -1);
    ck_assert_int_eq(hear(&e, HELLO), OK);
    ck_assert_uint_eq(e.said.n_added, 1);
    int64_t heard_ms = e.now_ms;
    e.now_ms += GOSSIP_HEAR_MS - 1;
    ck_assert_int_eq(hear(&e, HELLO), ERR_BUSY);
    ck_assert_int_eq(gossip_heard_ms(e.g), heard_ms);
    e.now_ms++;
    ck_assert_int_eq(hear(&e, HELLO), OK);
    gossip_free(e.g);
}
END_TEST

START_TEST(hear_repeated_faults_end_it)
{
    struct ear e;
    ear_open(&e, "80.1.0.1:1");
    ck_assert_int_eq(hear(&e, "junk"), ERR_SYNTAX);
    ck_assert_int_eq(hear(&e, HELLO), OK);
    for (int i = 0; i < GOSSIP_MAX_FAULTS - 1; i++)
        ck_assert_int_eq(hear(&e, HELLO), ERR_BUSY);
    e.now_ms += 10 * GOSSIP_HEAR_MS;
    ck_assert_int_eq(hear(&e, HELLO), ERR_REFUSED);
    gossip_free(e.g);
}
END_TEST

/* N10: a victim's IP with 50 ports is one address; on this machine a port is
 * what tells programs apart. */
START_TEST(hear_an_ip_counts_once)
{
    static const struct {
        const char *ip;
        size_t expected;
    } cases[] = {{"80.0.0.7", 1}, {"127.0.0.1", 50}};
    for (size_t k = 0; k < 2; k++) {
        struct ear e;
        struct pex many = {.n_added = PEX_MAX_PEERS};
        struct buf b;
        char text[ADDR_TEXT_MAX];
        for (size_t i = 0; i < PEX_MAX_PEERS; i++) {
            snprintf(text, sizeof text, "%s:%zu", cases[k].ip, i + 1);
            many.added[i] = (struct pex_peer){at(text), 0};
        }
        buf_init(&b, PEX_MAX_LEN);
        ck_assert_int_eq(pex_append(&b, &many), OK);
        ear_open(&e, "127.0.0.9:1");
        ck_assert_int_eq(gossip_hear(e.g, buf_bytes(&b), b.len, e.now_ms,
                                     &e.said),
                         OK);
        ck_assert_uint_eq(e.said.n_added, cases[k].expected);
        buf_fini(&b);
        gossip_free(e.g);
    }
}
END_TEST

/* However many there are, and however long it goes on. */
START_TEST(told_is_bounded)
{
    enum { N = GOSSIP_MAX_TOLD + 200 };
    static struct pex_peer others[N];
    struct ear e;
    ear_open(&e, "80.1.0.1:1");
    fill(others, 1, N);
    ck_assert(tell(&e, others, GOSSIP_MAX_TOLD - 20));
    while (tell(&e, others, GOSSIP_MAX_TOLD - 20))
        e.now_ms += GOSSIP_EVERY_MS;
    e.now_ms += GOSSIP_EVERY_MS;
    for (int i = 0; i < 40; i++) {
        (void)tell(&e, others, N);
        e.now_ms += GOSSIP_EVERY_MS;
    }
    ck_assert_uint_eq(gossip_n_told(e.g), GOSSIP_MAX_TOLD);
    gossip_free(e.g);
}
END_TEST

Suite *gossip_suite(void)
{
    Suite *s = suite_create("gossip");
    TCase *tc = tcase_create("gossip");
    tcase_add_test(tc, next_first_waits_then_tells_all);
    tcase_add_test(tc, next_again_tells_the_difference_a_minute_later);
    tcase_add_test(tc, next_nothing_to_tell_tells_news_at_once);
    tcase_add_test(tc, next_many_come_in_parts);
    tcase_add_test(tc, next_not_sent_is_told_again);
    tcase_add_test(tc, next_itself_left_out);
    tcase_add_loop_test(tc, both_ways_addresses_stay_where_they_mean_the_same,
                        0, sizeof reaches / sizeof reaches[0]);
    tcase_add_test(tc, hear_twice_a_minute_is_not_used);
    tcase_add_test(tc, hear_repeated_faults_end_it);
    tcase_add_test(tc, hear_an_ip_counts_once);
    tcase_add_test(tc, told_is_bounded);
    suite_add_tcase(s, tc);
    return s;
}
