#include "config.h"

#include "tests/net/suites.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "net/portmap.h"
#include "tests/net/turns.h"

/* A gateway in the test's hands. */
struct gateway {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool is_shut; /* whoever asks waits */
    bool refuses;
    uint32_t life_s;  /* that it gives */
    uint8_t external; /* last byte of its address */
    int n_asked, n_maps, n_unmaps;
};

static struct gateway gateway = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                 .moved = PTHREAD_COND_INITIALIZER};

static void enter(struct gateway *g, int *n)
{
    pthread_mutex_lock(&g->lock);
    g->n_asked++;
    pthread_cond_broadcast(&g->moved);
    while (g->is_shut)
        pthread_cond_wait(&g->moved, &g->lock);
    ++*n;
    pthread_cond_broadcast(&g->moved);
}

static enum err map(void *ctx, const struct portmap_wish *wish,
                    struct portmap_mapping *out, struct cause *cause)
{
    struct gateway *g = ctx;
    enter(g, &g->n_maps);
    enum err err = g->refuses ? ERR_REFUSED : OK;
    uint8_t ip[4] = {198, 51, 100, g->external};
    if (err == OK)
        *out = (struct portmap_mapping){.by = "test",
                                        .has_external = true,
                                        .external = addr_v4(ip, wish->port),
                                        .life_s = g->life_s,
                                        .control_url = "here"};
    else
        cause_set(cause, "it said no");
    pthread_mutex_unlock(&g->lock);
    return err;
}

static void unmap(void *ctx, const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping)
{
    struct gateway *g = ctx;
    ck_assert_uint_eq(wish->port, 7000);
    ck_assert_str_eq(mapping->control_url, "here");
    enter(g, &g->n_unmaps);
    pthread_mutex_unlock(&g->lock);
}

static void open_gateway(void)
{
    pthread_mutex_lock(&gateway.lock);
    gateway.is_shut = false;
    pthread_cond_broadcast(&gateway.moved);
    pthread_mutex_unlock(&gateway.lock);
}

/* Wait, in the operating system's queue, for a thread to get there. */
static void wait_for(const int *n, int want)
{
    pthread_mutex_lock(&gateway.lock);
    while (*n < want)
        pthread_cond_wait(&gateway.moved, &gateway.lock);
    pthread_mutex_unlock(&gateway.lock);
}

static struct loop *loop;
static struct portmap *p;
static int n_told;
static int64_t now_ms; /* what a step has the loop believe */

static void on_change(void *ctx)
{
    ck_assert_ptr_eq(ctx, &gateway);
    n_told++;
}

static void set_up(void)
{
    struct portmap_mapper mapper = {map, unmap, &gateway};
    struct portmap_wish wish = {.port = 7000};
    loop = turns_loop();
    now_ms = loop_now_ms(loop);
    gateway.is_shut = gateway.refuses = false;
    gateway.n_asked = gateway.n_maps = gateway.n_unmaps = n_told = 0;
    gateway.life_s = 3600;
    gateway.external = 7;
    p = portmap_new(loop, &mapper, &wish, on_change, &gateway);
}

static void tear_down(void)
{
    portmap_free(p);
    loop_free(loop);
}

/* Let time pass: what is due by then is done. */
static void skip(int64_t ms)
{
    now_ms = loop_now_ms(loop) + ms;
    loop_step(loop, now_ms);
}

START_TEST(maps_and_says_what_it_got)
{
    ck_assert_int_eq(portmap_state(p), PORTMAP_ASKING);
    turns_until_count(loop, &n_told, 1);
    ck_assert_int_eq(portmap_state(p), PORTMAP_MAPPED);
    char text[ADDR_TEXT_MAX];
    ck_assert_str_eq(addr_text(&portmap_mapping(p)->external, text),
                     "198.51.100.7:7000");
    ck_assert_str_eq(portmap_mapping(p)->by, "test");
    ck_assert_str_eq(portmap_words(p), "");
}
END_TEST

/* Renewing what stays the same tells nobody. */
START_TEST(renews_at_half_its_life)
{
    gateway.life_s = 600;
    turns_until_count(loop, &n_told, 1);
    skip(300 * 1000 - 1000);
    turns_quiet(loop);
    ck_assert_int_eq(gateway.n_asked, 1);
    skip(1000);
    wait_for(&gateway.n_maps, 2);
    turns_quiet(loop);
    ck_assert_int_eq(n_told, 1);
    pthread_mutex_lock(&gateway.lock);
    gateway.external = 8;
    pthread_mutex_unlock(&gateway.lock);
    while (portmap_mapping(p)->external.ip[15] != 8) {
        skip(301 * 1000);
        turns_quiet(loop);
    }
    ck_assert_int_eq(n_told, 2);
    ck_assert_int_eq(portmap_state(p), PORTMAP_MAPPED);
}
END_TEST

/* What ends never, and what ends at once, is renewed within reason. */
START_TEST(life_is_bounded_both_ways)
{
    gateway.life_s = _i == 0 ? 0 : 1;
    int64_t due_ms = _i == 0 ? PORTMAP_RENEW_MAX_MS : PORTMAP_RENEW_MIN_MS;
    turns_until_count(loop, &n_told, 1);
    skip(due_ms - 1000);
    turns_quiet(loop);
    ck_assert_int_eq(gateway.n_asked, 1);
    skip(1000);
    wait_for(&gateway.n_maps, 2);
}
END_TEST

START_TEST(failures_are_tried_again_later_and_later)
{
    int64_t wait_ms = PORTMAP_RETRY_MIN_MS;
    gateway.refuses = true;
    for (int i = 0; i < 9; i++) {
        turns_until_count(loop, &n_told, 2 * i + 1);
        ck_assert_int_eq(portmap_state(p), PORTMAP_FAILED);
        ck_assert_str_eq(portmap_words(p), "it said no");
        skip(wait_ms - 1000);
        ck_assert_int_eq(portmap_state(p), PORTMAP_FAILED);
        if (i == 8)
            gateway.refuses = false;
        skip(1000);
        ck_assert_int_eq(portmap_state(p), PORTMAP_ASKING);
        wait_ms = 2 * wait_ms < PORTMAP_RETRY_MAX_MS ? 2 * wait_ms
                                                     : PORTMAP_RETRY_MAX_MS;
    }
    turns_until_count(loop, &n_told, 19);
    ck_assert_int_eq(portmap_state(p), PORTMAP_MAPPED);
    ck_assert_str_eq(portmap_words(p), "");
}
END_TEST

START_TEST(a_mapping_that_is_lost_is_a_failure)
{
    turns_until_count(loop, &n_told, 1);
    pthread_mutex_lock(&gateway.lock);
    gateway.refuses = true;
    pthread_mutex_unlock(&gateway.lock);
    skip(PORTMAP_RENEW_MAX_MS);
    turns_until_count(loop, &n_told, 2);
    ck_assert_int_eq(portmap_state(p), PORTMAP_FAILED);
    /* Nothing is there to take back. */
    portmap_stop(p);
    ck_assert_int_eq(portmap_state(p), PORTMAP_OVER);
    ck_assert_int_eq(gateway.n_unmaps, 0);
}
END_TEST

START_TEST(renew_asks_at_once_and_forgets_failures)
{
    gateway.refuses = true;
    for (int i = 0; i < 3; i++) {
        turns_until_count(loop, &n_told, 2 * i + 1);
        skip(PORTMAP_RETRY_MAX_MS);
    }
    turns_until_count(loop, &n_told, 7);
    portmap_renew(p);
    skip(0);
    turns_until_count(loop, &n_told, 9);
    ck_assert_int_eq(gateway.n_maps, 5);
    /* The waits begin anew. */
    skip(PORTMAP_RETRY_MIN_MS);
    ck_assert_int_eq(portmap_state(p), PORTMAP_ASKING);
    /* No thread of a test outlives it, where tests share a process. */
    turns_until_count(loop, &n_told, 11);
}
END_TEST

/* What is under way may be with the gateway that was. */
START_TEST(renew_asks_again_after_what_is_under_way)
{
    gateway.is_shut = true;
    skip(0);
    wait_for(&gateway.n_asked, 1);
    portmap_renew(p);
    ck_assert_int_eq(gateway.n_asked, 1);
    open_gateway();
    turns_until_count(loop, &n_told, 1);
    skip(0);
    wait_for(&gateway.n_maps, 2);
    turns_quiet(loop);
    skip(PORTMAP_RENEW_MIN_MS);
    turns_quiet(loop);
    ck_assert_int_eq(gateway.n_asked, 2);
    portmap_stop(p);
    portmap_renew(p);
    ck_assert_int_eq(portmap_state(p), PORTMAP_ENDING);
    turns_until_count(loop, &n_told, 2);
    ck_assert_int_eq(portmap_state(p), PORTMAP_OVER);
}
END_TEST

START_TEST(stop_takes_back)
{
    turns_until_count(loop, &n_told, 1);
    portmap_stop(p);
    portmap_stop(p);
    ck_assert_int_eq(portmap_state(p), PORTMAP_ENDING);
    turns_until_count(loop, &n_told, 2);
    ck_assert_int_eq(portmap_state(p), PORTMAP_OVER);
    ck_assert_int_eq(gateway.n_unmaps, 1);
    skip(PORTMAP_RENEW_MAX_MS);
    ck_assert_int_eq(gateway.n_asked, 2);
}
END_TEST

START_TEST(stop_waits_for_what_is_under_way_and_takes_it_back)
{
    gateway.is_shut = true;
    skip(0);
    wait_for(&gateway.n_asked, 1);
    portmap_stop(p);
    ck_assert_int_eq(portmap_state(p), PORTMAP_ENDING);
    open_gateway();
    turns_until_count(loop, &n_told, 1);
    ck_assert_int_eq(portmap_state(p), PORTMAP_OVER);
    ck_assert_int_eq(gateway.n_maps, 1);
    ck_assert_int_eq(gateway.n_unmaps, 1);
}
END_TEST

START_TEST(stop_before_anything_is_over_at_once)
{
    portmap_stop(p);
    ck_assert_int_eq(portmap_state(p), PORTMAP_OVER);
    skip(0);
    ck_assert_int_eq(gateway.n_asked, 0);
}
END_TEST

/* Nobody waits for a gateway that hangs; the thread cleans up after itself. */
START_TEST(free_leaves_a_thread_that_hangs)
{
    gateway.is_shut = true;
    skip(0);
    wait_for(&gateway.n_asked, 1);
    portmap_free(p);
    p = NULL;
    open_gateway();
    wait_for(&gateway.n_maps, 1);
    ck_assert_int_eq(n_told, 0);
}
END_TEST

Suite *portmap_suite(void)
{
    Suite *s = suite_create("portmap");
    TCase *tc = tcase_create("portmap");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, maps_and_says_what_it_got);
    tcase_add_test(tc, renews_at_half_its_life);
    tcase_add_loop_test(tc, life_is_bounded_both_ways, 0, 2);
    tcase_add_test(tc, failures_are_tried_again_later_and_later);
    tcase_add_test(tc, a_mapping_that_is_lost_is_a_failure);
    tcase_add_test(tc, renew_asks_at_once_and_forgets_failures);
    tcase_add_test(tc, renew_asks_again_after_what_is_under_way);
    tcase_add_test(tc, stop_takes_back);
    tcase_add_test(tc, stop_waits_for_what_is_under_way_and_takes_it_back);
    tcase_add_test(tc, stop_before_anything_is_over_at_once);
    tcase_add_test(tc, free_leaves_a_thread_that_hangs);
    suite_add_tcase(s, tc);
    return s;
}
