#include "config.h"

#include "tests/cmd/suites.h"

#include <stdio.h>
#include <string.h>

#include "cmd/statusline.h"
#include "util/text.h"

static struct frame_torrent moving(void)
{
    struct frame_torrent t = {.name = "debian.iso",
                              .cause = "",
                              .tracker = "",
                              .state = FRAME_DOWNLOADING,
                              .wanted_bytes = 631ull << 20,
                              .wanted_left_bytes = 331ull << 20,
                              .rate_down_Bps = 11 << 20,
                              .rate_up_Bps = 210 << 10,
                              .n_peers = 31,
                              .n_seeds = 24,
                              .eta_s = 30};
    return t;
}

START_TEST(percent_is_100_only_when_all_is_there)
{
    ck_assert_double_eq(statusline_percent(0, 7), 0.0);
    ck_assert_double_eq(statusline_percent(7, 7), 100.0);
    ck_assert_double_eq(statusline_percent(0, 0), 100.0);
    ck_assert_double_le(statusline_percent(UINT64_MAX - 1, UINT64_MAX), 99.9);
}
END_TEST

static const struct {
    size_t cells;
    const char *line;
} widths[] = {
    {120, "debian.iso   47.5% of 631 MiB  down 11.0 MiB/s  up  210 KiB/s  "
          "31 peers (24 seeds)  ETA 30s   "},
    {80, "debian.iso   47.5%  down 11.0 MiB/s  up  210 KiB/s  31 peers  "
         "ETA 30s   "},
    {60, "debian.iso   47.5%  down 11.0 MiB/s  31 peers  ETA 30s   "},
    {49, "debian.iso   47.5%  down 11.0 MiB/s  ETA 30s   "},
    {40, "debian.iso   47.5%  down 11.0 MiB/s"},
    {30, " 47.5%  down 11.0 MiB/s"},
    {10, " 47.5%"},
    {5, " 4..."},
    {0, ""},
};

START_TEST(format_leaves_out_what_matters_least)
{
    char line[STATUSLINE_MAX_LEN + FRAME_NAME_LEN];
    struct frame_torrent t = moving();
    size_t n = statusline_format(line, sizeof line, &t, widths[_i].cells);
    ck_assert_str_eq(line, widths[_i].line);
    ck_assert_uint_eq(n, strlen(line));
}
END_TEST

/* Whatever the state and the name, the line fits. */
START_TEST(format_fits_every_width)
{
    static const char *const names[] = {
        "", "x",
        "\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\xe3\x81\x8a"
        "\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\xe3\x81\x8a",
        "a name that is longer than any terminal would like to show in one "
        "line "
        "of eighty columns"};
    char line[STATUSLINE_MAX_LEN + FRAME_NAME_LEN];
    for (int state = FRAME_CHECKING; state <= FRAME_STOPPED; state++)
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            for (size_t cells = 0; cells < 200; cells++) {
                struct frame_torrent t = moving();
                t.state = (enum frame_state)state;
                t.n_peers = (uint32_t)(cells % 2);
                t.name = names[i];
                t.cause = names[3];
                size_t n = statusline_format(line, sizeof line, &t, cells);
                ck_assert_uint_eq(n, text_width(line));
                ck_assert_msg(n <= cells, "%zu cells: %s", cells, line);
            }
}
END_TEST

START_TEST(facts_say_what_is_waited_for)
{
    char line[STATUSLINE_MAX_LEN];
    struct frame_torrent t = moving();
    t.n_peers = t.n_seeds = 0;
    statusline_facts(line, sizeof line, &t, 200);
    ck_assert_str_eq(line,
                     " 47.5%  looking for peers: the torrent names no tracker");
    t.n_trackers = 1;
    statusline_facts(line, sizeof line, &t, 200);
    ck_assert_str_eq(line, " 47.5%  looking for peers: asking 1 tracker");
    t.n_trackers = 2;
    statusline_facts(line, sizeof line, &t, 200);
    ck_assert_str_eq(line, " 47.5%  looking for peers: asking 2 trackers");
    t.n_trackers_disabled = 2;
    statusline_facts(line, sizeof line, &t, 200);
    ck_assert_str_eq(
        line, " 47.5%  looking for peers: all its trackers are disabled");
    t.n_trackers_disabled = 0;
    t.tracker = "http://a/: 0 peers";
    statusline_facts(line, sizeof line, &t, 200);
    ck_assert_str_eq(line, " 47.5%  looking for peers: http://a/: 0 peers");
    t.n_connecting = 2;
    t.n_known = 3;
    statusline_facts(line, sizeof line, &t, 200);
    ck_assert_str_eq(line,
                     " 47.5%  looking for peers: connecting to 2 of 3 known");
}
END_TEST

START_TEST(facts_count_in_the_plural)
{
    char line[STATUSLINE_MAX_LEN];
    struct frame_torrent t = moving();
    t.n_peers = t.n_seeds = 1;
    statusline_facts(line, sizeof line, &t, 200);
    ck_assert_ptr_nonnull(strstr(line, "  1 peer (1 seed)  "));
    t.n_seeds = 0;
    statusline_facts(line, sizeof line, &t, 200);
    ck_assert_ptr_nonnull(strstr(line, "  1 peer  ETA"));
    t.state = FRAME_CHECKING;
    t.n_to_check = 1;
    statusline_facts(line, sizeof line, &t, 200);
    ck_assert_str_eq(line, "checking   0.0%  0 of 1 piece");
    t.state = FRAME_SEEDING;
    t.is_finished = true;
    t.bytes_up = 631ull << 19;
    statusline_facts(line, sizeof line, &t, 200);
    ck_assert_str_eq(line, "seeding 631 MiB  up  210 KiB/s  sent 315 MiB  "
                           "ratio 0.50  1 peer");
}
END_TEST

START_TEST(sum_adds_and_counts_what_is_done)
{
    struct frame_torrent two[2] = {moving(), moving()};
    struct frame_torrent *rows[] = {&two[0], &two[1]};
    struct frame f = {.n_torrents = 1, .torrents = rows};
    struct statusline_sum sum;
    statusline_sum(&f, &sum);
    ck_assert_str_eq(sum.row.name, "debian.iso");
    ck_assert_int_eq(sum.row.eta_s, 30);
    f.n_torrents = 2;
    two[1].is_finished = true;
    two[1].state = FRAME_SEEDING;
    two[1].wanted_left_bytes = 0;
    two[1].rate_down_Bps = 0;
    statusline_sum(&f, &sum);
    ck_assert_str_eq(sum.row.name, "2 torrents, 1 done");
    ck_assert_int_eq(sum.row.state, FRAME_DOWNLOADING);
    ck_assert(!sum.row.is_finished);
    ck_assert_uint_eq(sum.row.wanted_bytes, 1262ull << 20);
    ck_assert_uint_eq(sum.row.n_peers, 62);
    ck_assert_int_eq(sum.row.eta_s, 331 / 11);
    two[0] = two[1];
    statusline_sum(&f, &sum);
    ck_assert_str_eq(sum.row.name, "2 torrents");
    ck_assert(sum.row.is_finished);
}
END_TEST

Suite *statusline_suite(void)
{
    Suite *s = suite_create("statusline");
    TCase *tc = tcase_create("statusline");
    tcase_add_test(tc, percent_is_100_only_when_all_is_there);
    tcase_add_loop_test(tc, format_leaves_out_what_matters_least, 0,
                        sizeof widths / sizeof widths[0]);
    tcase_add_test(tc, format_fits_every_width);
    tcase_add_test(tc, facts_say_what_is_waited_for);
    tcase_add_test(tc, facts_count_in_the_plural);
    tcase_add_test(tc, sum_adds_and_counts_what_is_done);
    suite_add_tcase(s, tc);
    return s;
}
