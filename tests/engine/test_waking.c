/* When the machine slept, and when it is elsewhere: in virtual time. */
#include "config.h"

#include "tests/engine/suites.h"

#include "engine/waking.h"

#include <stdio.h>
#include <string.h>

enum { START_MS = 5000000, SECOND = 1000, HOUR = 3600 * SECOND };

static struct waking w;
static int64_t now_ms;
static int64_t slept_ms; /* by the machine's clocks */
static struct ownaddr at;
static int64_t told_ms; /* when it was last to be asked */
static int64_t told_slept_ms;
static int n_asked, n_lost_v4, n_lost_v6;
static char words[300];

static int64_t on_slept(void *ctx)
{
    ck_assert_ptr_eq(ctx, &w);
    return slept_ms;
}

static void on_own_addr(void *ctx, struct ownaddr *out)
{
    ck_assert_ptr_eq(ctx, &w);
    *out = at;
}

static void on_lost(void *ctx, bool v4, bool v6, const char *why)
{
    ck_assert_ptr_eq(ctx, &w);
    ck_assert_str_ne(why, "");
    n_lost_v4 += v4;
    n_lost_v6 += v6;
}

static void on_ask(void *ctx, int64_t for_ms, const char *line)
{
    ck_assert_ptr_eq(ctx, &w);
    n_asked++;
    told_ms = now_ms;
    told_slept_ms = for_ms;
    snprintf(words, sizeof words, "%s", line);
}

static struct ownaddr place(const char *v4, const char *v6)
{
    struct ownaddr o = {.has_v4 = v4 != NULL, .has_v6 = v6 != NULL};
    if (v4 != NULL)
        ck_assert_int_eq(addr_parse(v4, 9, &o.v4), OK);
    if (v6 != NULL)
        ck_assert_int_eq(addr_parse(v6, 9, &o.v6), OK);
    o.v4.port = o.v6.port = 0;
    return o;
}

static void set_up(void)
{
    struct waking_host host = {on_slept, on_own_addr, on_lost, on_ask, &w};
    now_ms = START_MS;
    slept_ms = 7 * HOUR; /* before this session */
    at = place("192.168.1.5", NULL);
    n_asked = n_lost_v4 = n_lost_v6 = 0;
    words[0] = '\0';
    waking_init(&w, &host, now_ms);
}

/* Look once a second for so long. */
static void run(int seconds)
{
    for (int i = 0; i < seconds; i++) {
        now_ms += SECOND;
        waking_look(&w, now_ms);
    }
}

START_TEST(sleep_closes_at_once_and_asks_when_settled)
{
    run(100);
    slept_ms += 2 * HOUR;
    run(1);
    ck_assert_int_eq(n_lost_v4, 1);
    ck_assert_int_eq(n_lost_v6, 1);
    ck_assert_int_eq(n_asked, 0);
    run(WAKING_SETTLE_MS / SECOND);
    ck_assert_int_eq(n_asked, 1);
    ck_assert_int_eq(told_slept_ms, 2 * HOUR);
    ck_assert_str_eq(words, "woke after 2h00m asleep: peers and trackers are "
                            "asked again");
    run(1000);
    ck_assert_int_eq(n_asked, 1);
    ck_assert_int_eq(n_lost_v4, 1);
}
END_TEST

/* Stopped, or behind a slow disk, the looks are far apart; nothing was slept. */
START_TEST(stall_is_no_sleep)
{
    run(10);
    now_ms += HOUR;
    run(100);
    ck_assert_int_eq(n_asked, 0);
    ck_assert_int_eq(n_lost_v4, 0);
}
END_TEST

START_TEST(nap_is_no_sleep)
{
    for (int i = 0; i < 10; i++) {
        slept_ms += WAKING_SLEPT_MS;
        run(1);
    }
    run(10);
    ck_assert_int_eq(n_asked, 0);
    slept_ms += WAKING_SLEPT_MS + 1;
    run(10);
    ck_assert_int_eq(n_asked, 1);
}
END_TEST

/* Wireless networks come back seconds after waking, and IPv6 after IPv4. */
START_TEST(asking_waits_for_the_network_that_comes_back)
{
    slept_ms += HOUR;
    at = place(NULL, NULL);
    run(6);
    ck_assert_int_eq(n_asked, 0);
    at = place("192.168.1.5", NULL);
    run(2);
    at = place("192.168.1.5", "2001:db8:1::");
    run(WAKING_SETTLE_MS / SECOND);
    ck_assert_int_eq(n_asked, 0);
    run(1);
    ck_assert_int_eq(n_asked, 1);
    ck_assert_ptr_nonnull(strstr(words, "woke after 1h00m"));
    ck_assert_int_eq(n_lost_v4, 1); /* that there is IPv6, too, loses nothing */
    run(100);
    ck_assert_int_eq(n_asked, 1);
}
END_TEST

/* A network may have no way out; if one comes after all, it is asked again. */
START_TEST(asking_does_not_wait_for_ever)
{
    at = place(NULL, NULL);
    slept_ms += HOUR;
    run(1);
    int64_t woke_ms = now_ms;
    run(60);
    ck_assert_int_eq(n_asked, 1);
    ck_assert_int_eq(told_ms, woke_ms + WAKING_PATIENCE_MS);
    at = place("192.168.1.5", NULL);
    run((WAKING_NETWORK_MS + WAKING_SETTLE_MS) / SECOND);
    ck_assert_int_eq(n_asked, 2);
    ck_assert_int_eq(told_slept_ms, 0);
    ck_assert_str_eq(words, "the network is back: peers and trackers are "
                            "asked again");
}
END_TEST

START_TEST(second_sleep_before_asking_counts_too)
{
    slept_ms += HOUR;
    run(2);
    slept_ms += HOUR;
    run(1);
    ck_assert_int_eq(n_lost_v4, 2);
    run(WAKING_SETTLE_MS / SECOND);
    ck_assert_int_eq(n_asked, 1);
    ck_assert_int_eq(told_slept_ms, 2 * HOUR);
}
END_TEST

START_TEST(another_address_is_another_network)
{
    run(10);
    at = place("10.0.0.7", NULL);
    run(WAKING_NETWORK_MS / SECOND);
    ck_assert_int_eq(n_lost_v4, 1);
    ck_assert_int_eq(n_lost_v6, 0);
    run(WAKING_SETTLE_MS / SECOND);
    ck_assert_int_eq(n_asked, 1);
    ck_assert_int_eq(told_slept_ms, 0);
    ck_assert_str_eq(words, "another network: peers and trackers are asked "
                            "again");
    run(1000);
    ck_assert_int_eq(n_asked, 1);
}
END_TEST

/* Unplugged and plugged in again connections may live on; in another one they do not. */
START_TEST(no_network_is_waited_for)
{
    at = place(NULL, NULL);
    run(500);
    ck_assert_int_eq(n_asked, 0);
    ck_assert_int_eq(n_lost_v4, 0);
    at = _i == 0 ? place("192.168.1.5", NULL) : place("10.0.0.7", NULL);
    run(WAKING_NETWORK_MS / SECOND + WAKING_SETTLE_MS / SECOND);
    ck_assert_int_eq(n_asked, 1);
    ck_assert_int_eq(n_lost_v4, _i);
    ck_assert_ptr_nonnull(
        strstr(words, _i == 0 ? "the network is back" : "another network"));
}
END_TEST

/* One family goes: its connections are dead, the others are not, and nobody new can be
 * asked. */
START_TEST(family_that_goes_takes_its_own)
{
    at = place("192.168.1.5", "2001:db8:1::");
    run(60);
    ck_assert_int_eq(n_asked, 1);
    at = place("192.168.1.5", NULL);
    run(60);
    ck_assert_int_eq(n_lost_v6, 1);
    ck_assert_int_eq(n_lost_v4, 0);
    ck_assert_int_eq(n_asked, 1);
}
END_TEST

Suite *waking_suite(void)
{
    Suite *s = suite_create("waking");
    TCase *tc = tcase_create("waking");
    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, sleep_closes_at_once_and_asks_when_settled);
    tcase_add_test(tc, stall_is_no_sleep);
    tcase_add_test(tc, nap_is_no_sleep);
    tcase_add_test(tc, asking_waits_for_the_network_that_comes_back);
    tcase_add_test(tc, asking_does_not_wait_for_ever);
    tcase_add_test(tc, second_sleep_before_asking_counts_too);
    tcase_add_test(tc, another_address_is_another_network);
    tcase_add_loop_test(tc, no_network_is_waited_for, 0, 2);
    tcase_add_test(tc, family_that_goes_takes_its_own);
    suite_add_tcase(s, tc);
    return s;
}
