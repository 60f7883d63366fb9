#include "config.h"

#include "engine/selfaddr.h"

#include "tests/engine/suites.h"

#include <stdio.h>

#include "engine/callbook.h"
#include "swarm/peers.h"
#include "tests/engine/stage.h"

static struct selfaddr self;

static void set_up(void)
{
    selfaddr_forget(&self);
}

static struct addr at(const char *text)
{
    struct addr a;
    ck_assert_int_eq(addr_parse(text, 1, &a), OK);
    return a;
}

static void hear(enum selfaddr_witness by, const char *text)
{
    struct addr a = at(text);
    selfaddr_hear(&self, by, &a);
}

static void check_v4(const char *text)
{
    char got[ADDR_TEXT_MAX];
    ck_assert_int_ne(self.v4.by, SELFADDR_NOBODY);
    ck_assert_str_eq(addr_ip_text(&self.v4.ip, got), text);
}

START_TEST(better_witness_is_believed_and_of_equals_the_later_one)
{
    hear(SELFADDR_TRACKER, "203.0.113.1:1");
    check_v4("203.0.113.1");
    hear(SELFADDR_TRACKER, "203.0.113.2:1");
    check_v4("203.0.113.2");
    hear(SELFADDR_DHT, "203.0.113.3:1");
    hear(SELFADDR_GATEWAY, "203.0.113.4:1");
    hear(SELFADDR_TRACKER, "203.0.113.5:1");
    check_v4("203.0.113.3");
    hear(SELFADDR_DHT, "203.0.113.6:1");
    check_v4("203.0.113.6");
    ck_assert_int_eq(self.v6.by, SELFADDR_NOBODY);
    hear(SELFADDR_TRACKER, "[2001:db8::1]:1");
    ck_assert_int_eq(self.v6.by, SELFADDR_TRACKER);
    check_v4("203.0.113.6");
    selfaddr_forget(&self);
    hear(SELFADDR_TRACKER, "203.0.113.7:1");
    check_v4("203.0.113.7");
}
END_TEST

/* A tracker of the same network may be right about a private one; a gateway behind another
 * cannot. */
START_TEST(what_cannot_be_ours_is_nobodys)
{
    hear(SELFADDR_GATEWAY, "10.1.2.3:1");
    hear(SELFADDR_GATEWAY, "100.64.0.9:1");
    hear(SELFADDR_DHT, "0.0.0.0:1");
    hear(SELFADDR_DHT, "224.0.0.1:1");
    ck_assert_int_eq(self.v4.by, SELFADDR_NOBODY);
    hear(SELFADDR_TRACKER, "10.1.2.3:1");
    check_v4("10.1.2.3");
}
END_TEST

/* In a storm of candidates that are alike, those first whom BEP 40 has first, though our
 * address was not known when we heard of them. */
START_TEST(peers_are_dialled_in_the_order_of_bep_40)
{
    enum { N = 12 };
    struct stage stage;
    stage_init(&stage);
    struct env *env = &stage.here.env;
    struct addr own = at("203.0.113.80:1"), before = {.port = 0}, next;
    struct loop_timer again;
    struct peers *known =
        peers_new((const uint8_t *)"-TS0100-abcdefghijkl", &env->rng);
    loop_timer_init(&again, NULL, NULL);
    for (int i = 0; i < N; i++) {
        char text[ADDR_TEXT_MAX];
        snprintf(text, sizeof text, "198.51.%d.%d:6881", i * 20, i);
        struct addr a = at(text);
        (void)peers_add(known, &a, PEERS_TRACKER, stage_now(&stage));
    }
    selfaddr_hear(&env->self, SELFADDR_TRACKER, &own);
    own.port = env->listen_port;
    for (int i = 0; i < N; i++) {
        stage_run(&stage, 1000);
        ck_assert(callbook_next(env, known, &again, &next));
        ck_assert(i == 0 ||
                  addr_priority(&own, &before) >= addr_priority(&own, &next));
        before = next;
        limits_on_closed(env->limits, true);
    }
    loop_timer_cancel(env->loop, &again);
    peers_free(known);
    stage_fini(&stage);
}
END_TEST

Suite *selfaddr_suite(void)
{
    Suite *s = suite_create("selfaddr");
    TCase *t = tcase_create("selfaddr");
    tcase_add_checked_fixture(t, set_up, NULL);
    tcase_add_test(t, better_witness_is_believed_and_of_equals_the_later_one);
    tcase_add_test(t, what_cannot_be_ours_is_nobodys);
    tcase_add_test(t, peers_are_dialled_in_the_order_of_bep_40);
    suite_add_tcase(s, t);
    return s;
}
