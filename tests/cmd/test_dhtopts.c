#include "config.h"

#include "cmd/dhtopts.h"

#include <stdlib.h>

#include "tests/cmd/suites.h"
#include "util/xalloc.h"

static struct runopts opts;
static struct dhtopts dht;
static struct session_config config;
static const struct opt no_opts[] = {{0}};
static const struct opt_command command = {.name = "test",
                                           .opts = no_opts,
                                           .shared = runopts_option};

static void set_up(void)
{
    unsetenv("TESSERA_DHT_BOOTSTRAP");
    unsetenv("TESSERA_OFFLINE");
    runopts_init(&opts);
}

static void tear_down(void)
{
    dhtopts_fini(&dht);
    runopts_fini(&opts);
}

static void name_node(const char *text)
{
    struct opt_list *list = &opts.dht_nodes;
    list->items = xreallocarray(list->items, list->n + 1, sizeof *list->items);
    list->items[list->n++] = text;
}

START_TEST(session_by_default_asks_the_routers_of_the_settings)
{
    ck_assert(dhtopts_session(&dht, &command, &opts, &config));
    ck_assert(config.dht.is_on);
    ck_assert_uint_eq(config.dht.n_routers, opts.settings.dht_bootstrap.n);
    ck_assert_uint_gt(config.dht.n_routers, 1);
    ck_assert_str_eq(config.dht.routers[0].host, "router.bittorrent.com");
    ck_assert_uint_eq(config.dht.routers[0].port, 6881);
    ck_assert_uint_eq(config.dht.n_nodes, 0);
}
END_TEST

START_TEST(session_by_the_environment_asks_those_alone)
{
    setenv("TESSERA_DHT_BOOTSTRAP", " a.example:1  [::1]:2", 1);
    name_node("192.0.2.7:3");
    ck_assert(dhtopts_session(&dht, &command, &opts, &config));
    ck_assert_uint_eq(config.dht.n_routers, 2);
    ck_assert_str_eq(config.dht.routers[1].host, "::1");
    ck_assert_uint_eq(config.dht.n_nodes, 1);
    ck_assert_uint_eq(config.dht.nodes[0].port, 3);
    dhtopts_fini(&dht);
    setenv("TESSERA_DHT_BOOTSTRAP", "", 1);
    ck_assert(dhtopts_session(&dht, &command, &opts, &config));
    ck_assert_uint_eq(config.dht.n_routers, 0);
}
END_TEST

START_TEST(session_offline_asks_named_nodes_alone)
{
    setenv("TESSERA_OFFLINE", "1", 1);
    name_node("192.0.2.7:3");
    ck_assert(dhtopts_session(&dht, &command, &opts, &config));
    ck_assert_uint_eq(config.dht.n_routers, 0);
    ck_assert_uint_eq(config.dht.n_nodes, 1);
}
END_TEST

START_TEST(session_is_off_by_option_or_setting)
{
    static char program[] = "test", option[] = "--no-dht";
    char *argv[] = {program, option, NULL};
    int first;
    ck_assert_int_eq(opt_parse(&command, 2, argv, &opts, &first), OPT_OK);
    ck_assert(dhtopts_session(&dht, &command, &opts, &config));
    ck_assert(!config.dht.is_on);
    dhtopts_fini(&dht);
    opts.settings.dht = true;
    ck_assert(dhtopts_session(&dht, &command, &opts, &config));
    ck_assert(config.dht.is_on);
    dhtopts_fini(&dht);
    opts.settings.dht = false;
    ck_assert(dhtopts_session(&dht, &command, &opts, &config));
    ck_assert(!config.dht.is_on);
}
END_TEST

START_TEST(session_of_a_node_that_is_none_is_refused)
{
    name_node("192.0.2.7");
    ck_assert(!dhtopts_session(&dht, &command, &opts, &config));
    ck_assert_uint_eq(dht.n, 0);
}
END_TEST

Suite *dhtopts_suite(void)
{
    Suite *s = suite_create("dhtopts");
    TCase *tc = tcase_create("dhtopts");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, session_by_default_asks_the_routers_of_the_settings);
    tcase_add_test(tc, session_by_the_environment_asks_those_alone);
    tcase_add_test(tc, session_offline_asks_named_nodes_alone);
    tcase_add_test(tc, session_is_off_by_option_or_setting);
    tcase_add_test(tc, session_of_a_node_that_is_none_is_refused);
    suite_add_tcase(s, tc);
    return s;
}
