#include "config.h"

#include "tests/engine/suites.h"

#include "engine/gateway.h"
#include "model/reach.h"
#include "tests/net/turns.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct loop *loop;
static struct gateway gateway;
static struct addr outside;
static int n_said;
static enum err said_err;
static char said[480];
static bool gives; /* the device; set while no thread is at it */

/* A device that does not answer. */
static pthread_mutex_t shut = PTHREAD_MUTEX_INITIALIZER;

static enum err map(void *ctx, const struct portmap_wish *wish,
                    struct portmap_mapping *out, struct cause *cause)
{
    (void)ctx;
    pthread_mutex_lock(&shut);
    pthread_mutex_unlock(&shut);
    if (gives)
        *out = (struct portmap_mapping){
            .by = "test",
            .has_external = true,
            .external =
                addr_v4((const uint8_t[4]){198, 51, 100, 7}, wish->port)};
    else
        cause_set(cause, "it said no");
    return gives ? OK : ERR_REFUSED;
}

static void unmap(void *ctx, const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping)
{
    (void)ctx;
    (void)wish;
    (void)mapping;
}

static const struct portmap_mapper mapper = {map, unmap, NULL};

static void say(void *ctx, enum err err, const char *words)
{
    (void)ctx;
    n_said++;
    said_err = err;
    snprintf(said, sizeof said, "%s", words);
}

static void on_outside(void *ctx, const struct addr *at)
{
    ck_assert_ptr_eq(ctx, &gateway);
    outside = *at;
}

static void set_up(void)
{
    struct gateway_host host = {.say = say,
                                .outside = on_outside,
                                .ctx = &gateway};
    static uint64_t seed = 1;
    struct rng rng = rng_seeded(&seed);
    loop = turns_loop();
    n_said = 0;
    gateway_init(&gateway, loop, &rng, &host);
    gives = true;
}

static void tear_down(void)
{
    gateway_fini(&gateway);
    loop_free(loop);
}

static struct reach look(void)
{
    struct reach r;
    memset(&r, 0x55, sizeof r);
    gateway_fill(&gateway, &r);
    return r;
}

START_TEST(a_mapping_is_said_and_shown)
{
    gateway_open(&gateway, 7000, PORTMAP_ANY_WAY, NULL, &mapper);
    ck_assert_int_eq(look().mapping, REACH_MAPPING_ASKING);
    turns_until_count(loop, &n_said, 1);
    ck_assert_int_eq(said_err, OK);
    ck_assert_str_eq(said, "port 7000 is mapped by test: outside it is "
                           "198.51.100.7:7000");
    char text[ADDR_TEXT_MAX];
    struct reach r = look();
    ck_assert_int_eq(r.mapping, REACH_MAPPED);
    ck_assert_str_eq(r.mapped_by, "test");
    ck_assert_str_eq(r.external, "198.51.100.7:7000");
    ck_assert_str_eq(addr_text(&outside, text), "198.51.100.7:7000");
    ck_assert_str_eq(r.mapping_words, "");
    ck_assert(!gateway_is_over(&gateway));
    gateway_stop(&gateway);
    bool is_over = false;
    while (!is_over) {
        ck_assert_int_eq(loop_run_once(loop, 2000), OK);
        is_over = gateway_is_over(&gateway);
    }
    ck_assert_int_eq(look().mapping, REACH_MAPPING_OFF);
    ck_assert_int_eq(n_said, 1);
}
END_TEST

/* Each time it fails anew it says the same: once is enough. */
START_TEST(a_failure_is_said_once)
{
    gives = false;
    gateway_open(&gateway, 7000, PORTMAP_ANY_WAY, NULL, &mapper);
    for (int i = 0; i < 3; i++) {
        while (look().mapping != REACH_MAPPING_FAILED)
            ck_assert_int_eq(loop_run_once(loop, 2000), OK);
        ck_assert_str_eq(said, "port 7000 is not mapped: it said no");
        ck_assert_int_eq(said_err, OK);
        ck_assert_str_eq(look().mapping_words, "it said no");
        loop_step(loop, loop_now_ms(loop) + PORTMAP_RETRY_MAX_MS);
        ck_assert_int_eq(look().mapping, REACH_MAPPING_ASKING);
    }
    ck_assert_int_eq(n_said, 1);
}
END_TEST

START_TEST(where_nobody_outside_can_come_nobody_is_asked)
{
    struct addr local[2] = {turns_v4(0), turns_v6(0)};
    local[1].ip[0] = 0x20;
    gateway_open(&gateway, 7000, PORTMAP_ANY_WAY, &local[_i], &mapper);
    ck_assert_int_eq(look().mapping, REACH_MAPPING_OFF);
    ck_assert_str_eq(look().mapping_words,
                     _i == 0 ? "bound to loopback"
                             : "bound to IPv6, which needs no mapping");
    ck_assert(gateway_is_over(&gateway));
    gateway_stop(&gateway);
}
END_TEST

START_TEST(the_end_does_not_wait_for_a_device_that_hangs)
{
    pthread_mutex_lock(&shut);
    gateway_open(&gateway, 7000, PORTMAP_ANY_WAY, NULL, &mapper);
    loop_step(loop, loop_now_ms(loop));
    gateway_stop(&gateway);
    ck_assert(!gateway_is_over(&gateway));
    loop_step(loop, loop_now_ms(loop) + GATEWAY_STOP_MS);
    ck_assert(gateway_is_over(&gateway));
    pthread_mutex_unlock(&shut);
}
END_TEST

Suite *gateway_suite(void)
{
    Suite *s = suite_create("gateway");
    TCase *tc = tcase_create("gateway");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_mapping_is_said_and_shown);
    tcase_add_test(tc, a_failure_is_said_once);
    tcase_add_loop_test(tc, where_nobody_outside_can_come_nobody_is_asked, 0,
                        2);
    tcase_add_test(tc, the_end_does_not_wait_for_a_device_that_hangs);
    suite_add_tcase(s, tc);
    return s;
}
