#include "config.h"

#include "tests/cmd/suites.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/report.h"
#include "util/err.h"

/* A report that writes to memory. */
struct rig {
    FILE *out, *err;
    char *out_text, *err_text;
    size_t out_len, err_len;
    size_t seen; /* of out_text, by said() */
    struct report *report;
    struct frame frame;
    struct frame_torrent torrent;
    struct frame_torrent *row;
};

static struct rig rig;

static void set_up(enum report_style style)
{
    rig = (struct rig){.out_text = NULL};
    rig.out = open_memstream(&rig.out_text, &rig.out_len);
    rig.err = open_memstream(&rig.err_text, &rig.err_len);
    ck_assert(rig.out != NULL && rig.err != NULL);
    struct report_config config = {.style = style,
                                   .command = "get",
                                   .out = rig.out,
                                   .err = rig.err,
                                   .cells = 81};
    rig.report = report_new(&config);
    rig.row = &rig.torrent;
    rig.torrent = (struct frame_torrent){.id = 1,
                                         .name = "debian.iso",
                                         .cause = "",
                                         .tracker = "",
                                         .state = FRAME_DOWNLOADING,
                                         .n_pieces = 1,
                                         .wanted_bytes = 4096,
                                         .wanted_left_bytes = 4096,
                                         .n_peers = 1,
                                         .eta_s = -1};
    rig.frame = (struct frame){.n_torrents = 1, .torrents = &rig.row};
}

static void tear_down(void)
{
    report_free(rig.report);
    fclose(rig.out);
    fclose(rig.err);
    free(rig.out_text);
    free(rig.err_text);
}

static void event(enum event_kind kind, enum err err, int64_t at_ms,
                  const char *text)
{
    struct event e = {.kind = kind,
                      .torrent = 1,
                      .err = (int)err,
                      .at_ms = at_ms};
    snprintf(e.text, sizeof e.text, "%s", text);
    report_event(rig.report, &e);
}

/* What was written since the last call. */
static const char *said(void)
{
    fflush(rig.out);
    const char *text = rig.out_text + rig.seen;
    rig.seen = rig.out_len;
    return text;
}

static const char *complained(void)
{
    fflush(rig.err);
    return rig.err_text;
}

/* One object without newlines or control bytes: strings are closed, brackets
 * are balanced. Returns what follows its line, NULL when it is no such line. */
static const char *skip_object(const char *at)
{
    int depth = 0;
    bool in_string = false;
    if (*at != '{')
        return NULL;
    for (;; at++) {
        if ((unsigned char)*at < ' ')
            return NULL;
        if (in_string && *at == '\\')
            at++;
        else if (*at == '"')
            in_string = !in_string;
        else if (!in_string && (*at == '{' || *at == '['))
            depth++;
        else if (!in_string && (*at == '}' || *at == ']') && --depth == 0)
            break;
    }
    return at[1] == '\n' ? at + 2 : NULL;
}

START_TEST(json_of_hostile_text_is_one_object_a_line)
{
    static const char hostile[] =
        "\"},{\\\"\n\r\t\033[2J\x7f\xc2\x9b\xe2\x80\xae\xff\\";
    set_up(REPORT_JSON);
    rig.torrent.name = rig.torrent.cause = rig.torrent.tracker = hostile;
    event(EVENT_TRACKER, ERR_REFUSED, 1, hostile);
    report_frame(rig.report, &rig.frame, 1000);
    report_result(rig.report, &rig.frame, 130, hostile, 2500);
    const char *all = said(), *at = all;
    size_t n = 0;
    for (; *at != '\0'; n++) {
        at = skip_object(at);
        ck_assert_msg(at != NULL, "object %zu of %s", n, all);
    }
    ck_assert_uint_eq(n, 4);
    ck_assert_ptr_null(strpbrk(all, "\033\x7f\r\t"));
    ck_assert_ptr_null(strstr(all, "\xc2\x9b"));
    ck_assert_ptr_null(strstr(all, "\xe2\x80\xae"));
    ck_assert_ptr_nonnull(strstr(all, "\\u001b[2J"));
    ck_assert_ptr_nonnull(strstr(all, "\"ok\":false"));
    ck_assert_ptr_nonnull(strstr(all, "\"status\":130,\"seconds\":2.5,"));
    ck_assert_str_eq(complained(), "");
    tear_down();
}
END_TEST

START_TEST(json_progress_comes_once_a_second)
{
    set_up(REPORT_JSON);
    rig.torrent.bytes_down = UINT64_MAX;
    report_frame(rig.report, &rig.frame, 0);
    ck_assert_ptr_nonnull(
        strstr(said(), "\"downloaded\":18446744073709551615,"));
    report_frame(rig.report, &rig.frame, REPORT_JSON_MS - 1);
    ck_assert_str_eq(said(), "");
    report_frame(rig.report, &rig.frame, REPORT_JSON_MS);
    ck_assert_ptr_nonnull(strstr(said(), "\"eta\":-1,"));
    tear_down();
}
END_TEST

START_TEST(lines_come_every_30_seconds)
{
    set_up(REPORT_LINES);
    report_frame(rig.report, &rig.frame, 0);
    ck_assert_ptr_nonnull(strstr(said(), "debian.iso:   0.0% of 4.0 KiB"));
    report_frame(rig.report, &rig.frame, REPORT_LINES_MS - 1);
    ck_assert_str_eq(said(), "");
    report_frame(rig.report, &rig.frame, REPORT_LINES_MS);
    ck_assert_ptr_nonnull(strstr(said(), "debian.iso:"));
    tear_down();
}
END_TEST

START_TEST(quiet_says_errors_only)
{
    set_up(REPORT_QUIET);
    event(EVENT_ADDED, OK, 0, "debian.iso");
    event(EVENT_CHECKED, OK, 0, "1 of 1");
    event(EVENT_TRACKER, ERR_REFUSED, 0, "no");
    report_frame(rig.report, &rig.frame, 0);
    ck_assert_str_eq(complained(), "");
    event(EVENT_ERROR, ERR_SYS, 0, "it broke");
    ck_assert_str_eq(complained(), "tessera get: debian.iso: it broke\n");
    report_result(rig.report, &rig.frame, 4, "failed", 0);
    ck_assert_str_eq(said(), "");
    tear_down();
}
END_TEST

START_TEST(completion_is_said_once_with_time_and_rate)
{
    set_up(REPORT_LINES);
    event(EVENT_ADDED, OK, 1000, "debian.iso");
    event(EVENT_CHECKED, OK, 3000, "0 of 1 pieces checked are right");
    report_frame(rig.report, &rig.frame, 3000);
    said();
    event(EVENT_FINISHED, OK, 7000, "done");
    rig.torrent.is_finished = true;
    rig.torrent.state = FRAME_SEEDING;
    rig.torrent.bytes_down = 9000;
    rig.torrent.bytes_down_run = 4096;
    rig.torrent.wanted_left_bytes = 0;
    report_frame(rig.report, &rig.frame, 7200);
    ck_assert_str_eq(said(), "debian.iso: complete, 4.0 KiB; received 4.0 KiB "
                             "in 4s (1.0 KiB/s)\n");
    report_frame(rig.report, &rig.frame, 8000);
    ck_assert_str_eq(said(), "");
    report_result(rig.report, &rig.frame, 0, "complete", 9000);
    ck_assert_str_eq(said(), "");
    rig.torrent.bytes_up = 6144;
    rig.torrent.bytes_up_run = 2048;
    report_result(rig.report, &rig.frame, 0, "complete", 9000);
    ck_assert_str_eq(said(), "debian.iso: sent 2.0 KiB (ratio 1.50 in all)\n");
    tear_down();
}
END_TEST

START_TEST(completion_puts_off_the_next_line)
{
    set_up(REPORT_LINES);
    rig.torrent.is_finished = true;
    rig.torrent.state = FRAME_FINISHED;
    report_frame(rig.report, &rig.frame, 0);
    ck_assert_str_eq(said(),
                     "debian.iso: the files asked for are complete, 4.0 KiB\n");
    report_frame(rig.report, &rig.frame, REPORT_LINES_MS);
    ck_assert_ptr_nonnull(strstr(said(), "debian.iso: finished 4.0 KiB"));
    tear_down();
}
END_TEST

START_TEST(result_of_what_is_not_finished_says_how_far_it_came)
{
    set_up(REPORT_LINES);
    report_frame(rig.report, &rig.frame, 0);
    said();
    rig.torrent.wanted_left_bytes = 1024;
    rig.torrent.bytes_down_run = 3072;
    report_stopping(rig.report, 3000);
    report_result(rig.report, &rig.frame, 130, "interrupted; state saved",
                  7000);
    ck_assert_str_eq(said(), "debian.iso: interrupted; state saved; 75.0% "
                             "there, received 3.0 KiB in 3s (1.0 KiB/s)\n");
    tear_down();
}
END_TEST

START_TEST(tracker_is_blamed_once_for_the_same_words)
{
    set_up(REPORT_LINES);
    event(EVENT_ADDED, OK, 0, "debian.iso");
    event(EVENT_TRACKER, ERR_REFUSED, 0, "http://t/: no");
    event(EVENT_TRACKER, ERR_REFUSED, 9, "http://t/: no");
    event(EVENT_TRACKER, OK, 9, "http://t/: 5 peers");
    ck_assert_str_eq(complained(),
                     "tessera get: debian.iso: tracker http://t/: no\n");
    tear_down();
}
END_TEST

START_TEST(live_line_covers_the_one_before)
{
    set_up(REPORT_LIVE);
    report_frame(rig.report, &rig.frame, 0);
    size_t first = strlen(said());
    rig.torrent.state = FRAME_STOPPED;
    report_frame(rig.report, &rig.frame, 250);
    const char *second = said();
    ck_assert_int_eq(second[0], '\r');
    ck_assert_uint_eq(strlen(second), first);
    ck_assert_ptr_null(strchr(second, '\n'));
    event(EVENT_BANNED, ERR_HASH, 300, "banned 192.0.2.1");
    const char *cleared = said();
    ck_assert_uint_eq(strspn(cleared + 1, " "), 80);
    ck_assert_str_eq(cleared + 81, "\r");
    ck_assert_str_eq(complained(),
                     "tessera get: debian.iso: banned 192.0.2.1\n");
    tear_down();
}
END_TEST

Suite *report_suite(void)
{
    Suite *s = suite_create("report");
    TCase *tc = tcase_create("report");
    tcase_add_test(tc, json_of_hostile_text_is_one_object_a_line);
    tcase_add_test(tc, json_progress_comes_once_a_second);
    tcase_add_test(tc, lines_come_every_30_seconds);
    tcase_add_test(tc, quiet_says_errors_only);
    tcase_add_test(tc, completion_is_said_once_with_time_and_rate);
    tcase_add_test(tc, completion_puts_off_the_next_line);
    tcase_add_test(tc, result_of_what_is_not_finished_says_how_far_it_came);
    tcase_add_test(tc, tracker_is_blamed_once_for_the_same_words);
    tcase_add_test(tc, live_line_covers_the_one_before);
    suite_add_tcase(s, tc);
    return s;
}
