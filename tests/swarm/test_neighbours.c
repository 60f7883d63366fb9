/* When torrents are called out on the local network, and who is heard there:
 * BEP 14. */
#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/neighbours.h"

#include <stdio.h>
#include <string.h>

enum { START = 1000000, EARLIEST = NEIGHBOURS_EVERY_MS * 9 / 10 };

static uint64_t state;
static struct rng rng;
static struct neighbours *n;
static int64_t now_ms;
static struct lsd called;

static void open_house(void)
{
    state = 7;
    rng = rng_seeded(&state);
    n = neighbours_new(&rng);
    now_ms = START;
}

static void close_house(void)
{
    neighbours_free(n);
}

/* The i-th info-hash; borrowed until the next call. */
static const uint8_t *hash(size_t i)
{
    static uint8_t out[LSD_HASH_LEN];
    memset(out, 0, sizeof out);
    out[0] = (uint8_t)i;
    out[1] = (uint8_t)(i >> 8);
    return out;
}

static void join(size_t i)
{
    neighbours_join(n, hash(i), now_ms);
    neighbours_check(n);
}

/* Go to when the next call is due, and make it; return when it was. */
static int64_t call(void)
{
    ck_assert_int_ne(neighbours_deadline_ms(n), INT64_MAX);
    if (neighbours_deadline_ms(n) > now_ms) {
        now_ms = neighbours_deadline_ms(n) - 1;
        ck_assert(!neighbours_next(n, now_ms, &called));
        now_ms++;
    }
    ck_assert(neighbours_next(n, now_ms, &called));
    neighbours_check(n);
    return now_ms;
}

static struct addr at(const char *text)
{
    struct addr a;
    ck_assert_int_eq(addr_parse(text, 0, &a), OK);
    return a;
}

/* A neighbour of another cookie calls out torrents first to last. */
static enum err hear(const char *from, size_t first, size_t last,
                     struct lsd *out)
{
    uint8_t bytes[LSD_MAX_LEN];
    struct lsd theirs = {.port = 6881, .cookie = "other"};
    struct addr a = at(from);
    for (size_t i = first; i <= last; i++)
        memcpy(theirs.hashes[theirs.n_hashes++], hash(i), LSD_HASH_LEN);
    size_t len = lsd_write(bytes, "x", &theirs);
    enum err err = neighbours_hear(n, &a, bytes, len, now_ms, out);
    neighbours_check(n);
    return err;
}

START_TEST(next_calls_soon_then_every_five_minutes)
{
    open_house();
    ck_assert_int_eq(neighbours_deadline_ms(n), INT64_MAX);
    join(1);
    join(1);
    ck_assert_int_eq(call(), START + NEIGHBOURS_FIRST_MS);
    ck_assert_uint_eq(called.n_hashes, 1);
    ck_assert_mem_eq(called.hashes[0], hash(1), LSD_HASH_LEN);
    ck_assert_str_ne(called.cookie, "");
    for (int i = 0; i < 20; i++) {
        int64_t before_ms = now_ms;
        int64_t wait_ms = call() - before_ms;
        ck_assert_int_ge(wait_ms, EARLIEST);
        ck_assert_int_le(wait_ms, NEIGHBOURS_EVERY_MS * 11 / 10);
    }
    close_house();
}
END_TEST

/* 50 torrents are three datagrams, a second apart; then nobody for minutes. */
START_TEST(next_many_share_datagrams)
{
    open_house();
    for (size_t i = 0; i < 50; i++)
        join(i);
    int64_t first_ms = call();
    ck_assert_uint_eq(called.n_hashes, LSD_MAX_HASHES);
    ck_assert_int_eq(call(), first_ms + NEIGHBOURS_GAP_MS);
    ck_assert_uint_eq(called.n_hashes, LSD_MAX_HASHES);
    ck_assert_int_eq(call(), first_ms + 2 * NEIGHBOURS_GAP_MS);
    ck_assert_uint_eq(called.n_hashes, 50 - 2 * LSD_MAX_HASHES);
    ck_assert_int_ge(neighbours_deadline_ms(n), first_ms + EARLIEST);
    close_house();
}
END_TEST

START_TEST(waking_calls_all_as_if_they_joined)
{
    open_house();
    for (size_t i = 0; i < LSD_MAX_HASHES + 1; i++)
        join(i);
    call();
    call();
    now_ms += NEIGHBOURS_EARLY_MS;
    neighbours_wake(n, now_ms);
    neighbours_check(n);
    int64_t woke_ms = now_ms;
    ck_assert_int_eq(call(), woke_ms + NEIGHBOURS_FIRST_MS);
    ck_assert_uint_eq(called.n_hashes, LSD_MAX_HASHES);
    ck_assert_int_eq(call(), woke_ms + NEIGHBOURS_FIRST_MS + NEIGHBOURS_GAP_MS);
    ck_assert_uint_eq(called.n_hashes, 1);
    close_house();
}
END_TEST

START_TEST(leave_is_not_called_any_more)
{
    struct neighbours_status s;
    open_house();
    join(1);
    join(2);
    neighbours_leave(n, hash(1));
    neighbours_leave(n, hash(3));
    neighbours_check(n);
    call();
    ck_assert_uint_eq(called.n_hashes, 1);
    ck_assert_mem_eq(called.hashes[0], hash(2), LSD_HASH_LEN);
    ck_assert(!neighbours_status(n, hash(1), &s));
    ck_assert(neighbours_status(n, hash(2), &s));
    ck_assert_int_eq(s.called_ms, now_ms);
    ck_assert_int_eq(s.heard_ms, -1);
    neighbours_leave(n, hash(2));
    ck_assert_int_eq(neighbours_deadline_ms(n), INT64_MAX);
    close_house();
}
END_TEST

START_TEST(hear_gives_what_joined)
{
    struct lsd out;
    struct neighbours_status s;
    open_house();
    join(3);
    ck_assert_int_eq(hear("10.0.0.7:6771", 4, 9, &out), ERR_NOT_FOUND);
    ck_assert_int_eq(hear("10.0.0.7:6771", 1, 9, &out), OK);
    ck_assert_uint_eq(out.n_hashes, 1);
    ck_assert_uint_eq(out.port, 6881);
    ck_assert_mem_eq(out.hashes[0], hash(3), LSD_HASH_LEN);
    ck_assert(neighbours_status(n, hash(3), &s));
    ck_assert_int_eq(s.heard_ms, now_ms);
    ck_assert_uint_eq(s.n_near, 1);
    close_house();
}
END_TEST

START_TEST(hear_ourselves_is_not_used)
{
    uint8_t bytes[LSD_MAX_LEN];
    struct lsd out;
    struct addr a = at("10.0.0.7:6771");
    open_house();
    join(1);
    call();
    called.port = 6881;
    size_t len = lsd_write(bytes, "x", &called);
    ck_assert_int_eq(neighbours_hear(n, &a, bytes, len, now_ms, &out),
                     ERR_CANCELLED);
    close_house();
}
END_TEST

/* One who is new is answered within seconds, one who is known is not; nobody
 * makes us call more than once a minute. */
START_TEST(hear_the_new_are_answered_once_a_minute)
{
    struct lsd out;
    open_house();
    join(1);
    call();
    now_ms += 100000;
    ck_assert_int_eq(hear("10.0.0.7:6771", 1, 1, &out), OK);
    int64_t heard_ms = now_ms;
    ck_assert_int_le(call(), heard_ms + NEIGHBOURS_ANSWER_BY_MS);
    ck_assert_int_eq(hear("10.0.0.7:9999", 1, 1, &out), OK);
    ck_assert_int_ge(neighbours_deadline_ms(n), now_ms + EARLIEST);
    int64_t called_ms = now_ms;
    ck_assert_int_eq(hear("10.0.0.8:6771", 1, 1, &out), OK);
    ck_assert_int_eq(call(), called_ms + NEIGHBOURS_ANSWER_MS);
    close_house();
}
END_TEST

/* Two that answer each other do not go on for ever. */
START_TEST(hear_two_come_to_rest)
{
    struct neighbours *sides[2];
    struct addr addrs[2] = {at("10.0.0.1:6771"), at("10.0.0.2:6771")};
    size_t n_calls = 0;
    open_house();
    sides[0] = n;
    sides[1] = neighbours_new(&rng);
    for (size_t i = 0; i < 2; i++)
        neighbours_join(sides[i], hash(1), now_ms + (int64_t)i * 90000);
    for (; now_ms < START + 1200000; now_ms += 100)
        for (size_t i = 0; i < 2; i++) {
            uint8_t bytes[LSD_MAX_LEN];
            if (!neighbours_next(sides[i], now_ms, &called))
                continue;
            struct lsd out;
            called.port = 1;
            size_t len = lsd_write(bytes, "x", &called);
            n_calls++;
            ck_assert_int_eq(neighbours_hear(sides[1 - i], &addrs[i], bytes,
                                             len, now_ms, &out),
                             OK);
        }
    /* Each at its start, one answer each, and every five minutes. */
    ck_assert_uint_le(n_calls, 2 * (1 + 1 + 5));
    neighbours_free(sides[1]);
    close_house();
}
END_TEST

START_TEST(hear_flood_is_cut)
{
    struct lsd out;
    open_house();
    join(1);
    for (int i = 0; i < NEIGHBOURS_MAX_HEARD; i++)
        ck_assert_int_eq(hear("10.0.0.7:6771", 1, 1, &out), OK);
    ck_assert_int_eq(hear("10.0.0.7:6771", 1, 1, &out), ERR_PROTO_FLOOD);
    now_ms += 1000;
    ck_assert_int_eq(hear("10.0.0.7:6771", 1, 1, &out), OK);
    close_house();
}
END_TEST

START_TEST(hear_many_neighbours_are_counted_to_a_bound)
{
    struct lsd out;
    struct neighbours_status s;
    char text[ADDR_TEXT_MAX];
    open_house();
    join(1);
    for (int i = 0; i < 3 * NEIGHBOURS_REMEMBERED; i++) {
        snprintf(text, sizeof text, "10.0.0.%d:6771", i + 1);
        now_ms += 1000;
        ck_assert_int_eq(hear(text, 1, 1, &out), OK);
    }
    ck_assert(neighbours_status(n, hash(1), &s));
    ck_assert_uint_eq(s.n_near, NEIGHBOURS_REMEMBERED);
    close_house();
}
END_TEST

Suite *neighbours_suite(void)
{
    Suite *s = suite_create("neighbours");
    TCase *tc = tcase_create("neighbours");
    tcase_add_test(tc, next_calls_soon_then_every_five_minutes);
    tcase_add_test(tc, next_many_share_datagrams);
    tcase_add_test(tc, waking_calls_all_as_if_they_joined);
    tcase_add_test(tc, leave_is_not_called_any_more);
    tcase_add_test(tc, hear_gives_what_joined);
    tcase_add_test(tc, hear_ourselves_is_not_used);
    tcase_add_test(tc, hear_the_new_are_answered_once_a_minute);
    tcase_add_test(tc, hear_two_come_to_rest);
    tcase_add_test(tc, hear_flood_is_cut);
    tcase_add_test(tc, hear_many_neighbours_are_counted_to_a_bound);
    suite_add_tcase(s, tc);
    return s;
}
