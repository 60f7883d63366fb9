#include "config.h"

#include "tests/engine/suites.h"

#include "engine/trackerurl.h"

static const struct {
    const char *url;
    bool is_udp, has_address;
} urls[] = {
    {"udp://tracker.example:80/announce", true, false},
    {"UDP://tracker.example:80", true, false},
    {"udp://10.1.2.3:80", true, true},
    {"udp://[2001:db8::1]:80/announce", true, true},
    {"http://tracker.example/announce", false, false},
    {"http://1.2.3.4/announce", false, true},
    {"https://1.2.3.4:8080/announce?a=b", false, true},
    {"http://[::1]", false, true},
    {"http://1.2.3.4.example/announce", false, false},
    {"http://1.2.3/announce", false, false},
    {"http://1.2.3.4?x", false, true},
    {"http://", false, false},
    {"http:///announce", false, false},
    {"udp", false, false},
    {"", false, false},
    {"http://"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     false, false},
};

START_TEST(scheme_and_host_are_told)
{
    ck_assert_int_eq(trackerurl_is_udp(urls[_i].url), urls[_i].is_udp);
    ck_assert_int_eq(trackerurl_has_address(urls[_i].url),
                     urls[_i].has_address);
}
END_TEST

static const struct {
    const char *url;
    bool may;
} gets[] = {
    {"http://tracker.example/", true},
    {"http://tracker.example/reboot.cgi?now=1", true},
    {"http://93.184.216.34/a?b", true},
    {"http://127.0.0.1:6969/announce", true},
    {"http://192.168.1.1/x/announce.php?passkey=1", true},
    {"http://localhost/announce", true},
    {"http://[fd00::1]/announce", true},
    {"http://192.168.1.1/reboot.cgi?now=1", false},
    {"http://192.168.1.1/announce/reboot.cgi", false},
    {"http://192.168.1.1/reboot.cgi?/announce", false},
    {"http://192.168.1.1/reboot.cgi#/announce", false},
    {"http://user@10.0.0.1/a", false},
    {"http://localhost:631/", false},
    {"https://[::1]/a", false},
    {"http://2130706433/a", false},
    {"http://127.1/a", false},
    {"http://0x7f.1/a", false},
};

START_TEST(private_addresses_are_asked_as_trackers_are)
{
    ck_assert_msg(trackerurl_may_get(gets[_i].url) == gets[_i].may, "%s",
                  gets[_i].url);
}
END_TEST

static const struct {
    const char *host, *to;
    bool may;
} ways[] = {
    {"tracker.example", "93.184.216.34:80", true},
    {"tracker.example", "[2606:2800::1]:80", true},
    {"tracker.example", "127.0.0.1:80", false},
    {"tracker.example", "127.8.8.8:80", false},
    {"tracker.example", "10.0.0.1:80", false},
    {"tracker.example", "192.168.1.1:80", false},
    {"tracker.example", "172.16.0.1:80", false},
    {"tracker.example", "169.254.169.254:80", false},
    {"tracker.example", "100.64.0.1:80", false},
    {"tracker.example", "0.0.0.0:80", false},
    {"tracker.example", "224.0.0.1:80", false},
    {"tracker.example", "255.255.255.255:80", false},
    {"tracker.example", "[::1]:80", false},
    {"tracker.example", "[::]:80", false},
    {"tracker.example", "[fe80::1]:80", false},
    {"tracker.example", "[fd00::1]:80", false},
    {"tracker.example", "[::ffff:127.0.0.1]:80", false},
    {"localhost", "127.0.0.1:80", true},
    {"LocalHost.", "[::1]:80", true},
    {"localhost.example", "127.0.0.1:80", false},
    {"127.0.0.1", "127.0.0.1:80", true},
    {"10.0.0.1", "10.0.0.1:9", true},
    {"10.0.0.1", "10.0.0.2:80", false},
    {"::1", "[::1]:80", true},
    {"fd00::1", "[fd00::1]:80", true},
    /* Other spellings of an address are names, as far as a reader can see. */
    {"127.1", "127.0.0.1:80", false},
    {"2130706433", "127.0.0.1:80", false},
};

START_TEST(private_addresses_are_reached_by_their_name_only)
{
    struct addr to;
    ck_assert_int_eq(addr_parse(ways[_i].to, 0, &to), OK);
    ck_assert_msg(trackerurl_may_reach(ways[_i].host, &to) == ways[_i].may,
                  "%s to %s", ways[_i].host, ways[_i].to);
}
END_TEST

Suite *trackerurl_suite(void)
{
    Suite *s = suite_create("trackerurl");
    TCase *tc = tcase_create("trackerurl");
    tcase_add_loop_test(tc, scheme_and_host_are_told, 0,
                        (int)(sizeof urls / sizeof urls[0]));
    tcase_add_loop_test(tc, private_addresses_are_asked_as_trackers_are, 0,
                        (int)(sizeof gets / sizeof gets[0]));
    tcase_add_loop_test(tc, private_addresses_are_reached_by_their_name_only, 0,
                        (int)(sizeof ways / sizeof ways[0]));
    suite_add_tcase(s, tc);
    return s;
}
