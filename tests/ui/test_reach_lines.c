#include "config.h"

#include "ui/reach_lines.h"

#include <stdio.h>
#include <string.h>

#include "tests/ui/suites.h"

enum { NOW_MS = 1000000, PORT = 51413 };

static const struct {
    struct reach reach;
    const char *words;
} ports[] = {
    {{.mapping = REACH_MAPPING_OFF}, "port 51413: nobody came in yet"},
    {{.mapping = REACH_MAPPING_OFF, .mapping_words = "bound to loopback"},
     "port 51413: nobody came in yet; not mapped: bound to loopback"},
    {{.mapping = REACH_MAPPING_ASKING},
     "port 51413: nobody came in yet; the gateway is being asked"},
    {{.mapping = REACH_MAPPING_FAILED,
      .mapping_words = "UPnP: no gateway answers"},
     "port 51413: nobody came in yet; not mapped: UPnP: no gateway answers"},
    {{.mapping = REACH_MAPPED,
      .mapped_by = "UPnP",
      .external = "198.51.100.7:51413"},
     "port 51413: nobody came in yet; UPnP maps "
     "198.51.100.7:51413"},
    {{.mapping = REACH_MAPPED,
      .mapped_by = "NAT-PMP",
      .n_from_afar = 5,
      .afar_ms = NOW_MS - 120000,
      .n_from_near = 1,
      .near_ms = NOW_MS},
     "port 51413: open, 5 peers came in, last 2m00s ago; NAT-PMP maps it"},
    {{.n_from_near = 1, .near_ms = NOW_MS - 5000, .afar_ms = -1},
     "port 51413: reached from this network only, 1 peer came in, last 5s ago"},
};

START_TEST(port_words_say_the_evidence)
{
    char got[REACH_LINES_LEN];
    struct frame f = {.now_ms = NOW_MS,
                      .listen_port = PORT,
                      .reach = ports[_i].reach};
    reach_lines_port(got, &f);
    ck_assert_str_eq(got, ports[_i].words);
    f.listen_port = 0;
    reach_lines_port(got, &f);
    ck_assert_str_eq(got, "no port is listened on");
    snprintf(f.reach.proxy, sizeof f.reach.proxy, "socks5://host:1080");
    reach_lines_port(got, &f);
    ck_assert_str_eq(
        got, "by proxy socks5://host:1080: no port, UDP trackers, DHT or LSD");
}
END_TEST

static const struct {
    struct reach reach;
    const char *words;
} udps[] = {
    {{.stranger_ms = -1}, ""},
    {{.stranger_ms = -1, .seen_at = {"", "2001:db8::7"}},
     "UDP: no node came in unasked yet; nodes see us at 2001:db8::7"},
    {{.n_strangers = 1, .stranger_ms = NOW_MS - 3000},
     "UDP: open, 1 node came in unasked, last 3s ago"},
    {{.n_strangers = 12,
      .stranger_ms = NOW_MS - 120000,
      .seen_at = {"198.51.100.7", "2001:db8::7"},
      .mapping = REACH_MAPPED,
      .external = "198.51.100.7:51413"},
     "UDP: open, 12 nodes came in unasked, last 2m00s ago; nodes see us at "
     "198.51.100.7 and 2001:db8::7"},
    {{.stranger_ms = -1,
      .seen_at = {"198.51.100.7", ""},
      .mapping = REACH_MAPPED,
      .external = "100.64.0.3:51413"},
     "UDP: no node came in unasked yet; nodes see us at 198.51.100.7, which is "
     "not the gateway's"},
    {{.stranger_ms = -1,
      .seen_at = {"198.51.100.7", ""},
      .mapping = REACH_MAPPED,
      .external = "198.51.100.77:51413"},
     "UDP: no node came in unasked yet; nodes see us at 198.51.100.7, which is "
     "not the gateway's"},
    {{.stranger_ms = -1,
      .seen_at = {"198.51.100.7", ""},
      .mapping = REACH_MAPPED},
     "UDP: no node came in unasked yet; nodes see us at 198.51.100.7"},
};

START_TEST(udp_words_say_the_evidence)
{
    char got[REACH_LINES_LEN];
    struct frame f = {.now_ms = NOW_MS,
                      .listen_port = PORT,
                      .reach = udps[_i].reach};
    reach_lines_udp(got, &f);
    ck_assert_str_eq(got, udps[_i].words);
}
END_TEST

START_TEST(filter_words_count)
{
    char got[REACH_LINES_LEN];
    struct frame f = {.reach = {.n_ranges = 5}};
    reach_lines_filter(got, &f);
    ck_assert_str_eq(got, "");
    f.reach = (struct reach){.has_filter = true,
                             .n_ranges = 298000,
                             .n_kept_out = 12,
                             .n_not_dialled = 40};
    reach_lines_filter(got, &f);
    ck_assert_str_eq(got,
                     "IP filter: 298000 ranges; kept out 12, not dialled 40");
    f.reach.filter_failed = true;
    reach_lines_filter(got, &f);
    ck_assert_ptr_nonnull(strstr(got, "40; it cannot be read"));
}
END_TEST

/* Everything as long as it may be. */
START_TEST(longest_words_fit)
{
    char got[REACH_LINES_LEN];
    struct frame f = {.now_ms = INT64_MAX, .listen_port = 65535};
    memset(f.reach.mapping_words, 'x', REACH_WORDS_LEN - 1);
    memset(f.reach.mapped_by, 'x', REACH_BY_LEN - 1);
    memset(f.reach.external, 'x', REACH_ADDR_LEN - 1);
    memset(f.reach.seen_at[0], 'x', REACH_ADDR_LEN - 1);
    memset(f.reach.seen_at[1], 'x', REACH_ADDR_LEN - 1);
    f.reach.n_from_near = f.reach.n_strangers = UINT32_MAX;
    for (int i = 0; i < 4; i++) {
        f.reach.mapping = (enum reach_mapping)i;
        reach_lines_port(got, &f);
        ck_assert_uint_lt(strlen(got), sizeof got - 1);
        reach_lines_udp(got, &f);
        ck_assert_uint_lt(strlen(got), sizeof got - 1);
    }
}
END_TEST

Suite *reach_lines_suite(void)
{
    Suite *s = suite_create("reach_lines");
    TCase *tc = tcase_create("reach_lines");
    tcase_add_loop_test(tc, port_words_say_the_evidence, 0,
                        sizeof ports / sizeof *ports);
    tcase_add_loop_test(tc, udp_words_say_the_evidence, 0,
                        sizeof udps / sizeof *udps);
    tcase_add_test(tc, filter_words_count);
    tcase_add_test(tc, longest_words_fit);
    suite_add_tcase(s, tc);
    return s;
}
