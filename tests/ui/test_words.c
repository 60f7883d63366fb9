#include "config.h"

#include "ui/words.h"

#include <string.h>

#include "tests/ui/suites.h"
#include "ui/list_column.h"

enum { N_STATES = FRAME_MOVING + 1 };

static struct frame_torrent torrent_in(enum frame_state state)
{
    return (struct frame_torrent){.name = "it",
                                  .cause = "",
                                  .tracker = "",
                                  .label = "",
                                  .tracker_host = "",
                                  .state = state,
                                  .rate_down_Bps = 1000,
                                  .availability_m = -1,
                                  .eta_s = -1};
}

/* Acceptance check 6: what does not go on by itself says why, also when the engine has
 * no words for it. */
START_TEST(words_cause_of_any_odd_state_is_there)
{
    struct frame_torrent t = torrent_in((enum frame_state)(_i % N_STATES));
    t.is_stalled = _i / N_STATES % 2 == 1;
    t.n_peers = _i / N_STATES / 2 % 2 == 1 ? 3 : 0;
    t.n_to_check = _i / N_STATES / 4 == 1 ? 100 : 0;
    char cause[WORDS_LEN];
    words_cause(&t, cause);
    if (strchr("!EQMCV", words_letter(&t)) != NULL) {
        ck_assert(words_is_odd(&t));
        ck_assert_str_ne(cause, "");
    }
}
END_TEST

/* Acceptance check 3: letters and causes tell every two states apart that ask for
 * something else of the user. */
START_TEST(words_tell_states_apart_without_colour)
{
    for (int i = 0; i < N_STATES; i++)
        for (int k = 0; k < i; k++) {
            struct frame_torrent a = torrent_in((enum frame_state)i),
                                 b = torrent_in((enum frame_state)k);
            char of_a[WORDS_LEN], of_b[WORDS_LEN];
            words_cause(&a, of_a);
            words_cause(&b, of_b);
            bool is_alike = (i == FRAME_SEEDING && k == FRAME_FINISHED) ||
                            (i == FRAME_STOPPED && k == FRAME_STOPPING);
            ck_assert_int_eq(words_letter(&a) == words_letter(&b) &&
                                 strcmp(of_a, of_b) == 0,
                             is_alike);
        }
}
END_TEST

START_TEST(words_letter_of_one_without_progress_is_stalled)
{
    struct frame_torrent t = torrent_in(FRAME_DOWNLOADING);
    ck_assert_int_eq(words_letter(&t), 'D');
    t.rate_down_Bps = 0;
    ck_assert_int_eq(words_letter(&t), '!');
}
END_TEST

START_TEST(words_of_trackers_pass_the_disabled_over)
{
    struct frame_torrent t = torrent_in(FRAME_DOWNLOADING);
    char cause[WORDS_LEN];
    t.rate_down_Bps = 0;
    t.n_trackers = 2;
    t.n_trackers_disabled = 1;
    words_cause(&t, cause);
    ck_assert_str_eq(cause, "no peers yet: asking the trackers");
    ck_assert_str_eq(words_tracker(&t), "not asked yet");
    t.n_trackers_disabled = 2;
    words_cause(&t, cause);
    ck_assert_str_eq(cause, "no peers, and all its trackers are disabled");
    ck_assert_str_eq(words_tracker(&t), "all disabled");
    t.n_trackers = t.n_trackers_disabled = 0;
    words_cause(&t, cause);
    ck_assert_str_eq(cause, "no peers, and no tracker to ask");
    ck_assert_str_eq(words_tracker(&t), "none");
    t.tracker = "a: 1 peer";
    ck_assert_str_eq(words_tracker(&t), "a: 1 peer");
}
END_TEST

/* Who is not asked is not told either. */
START_TEST(words_leaving_count_who_is_told)
{
    struct frame_torrent t = torrent_in(FRAME_SEEDING), *row = &t;
    struct frame f = {.torrents = &row, .n_torrents = 1};
    char words[WORDS_LEN];
    t.n_trackers = 2;
    t.n_trackers_disabled = 1;
    words_leaving(&f, 0, words);
    ck_assert_ptr_nonnull(strstr(words, "telling 1 torrent's"));
    t.n_trackers_disabled = 2;
    words_leaving(&f, 0, words);
    ck_assert_ptr_null(strstr(words, "telling"));
}
END_TEST

START_TEST(words_brief_begins_with_what_tells)
{
    static const struct {
        enum frame_state state;
        const char *cause, *brief;
    } cases[] = {
        {FRAME_NO_SPACE, "/srv/a: cannot write: No space left", "disk full"},
        {FRAME_NO_SPACE, "", "disk full"},
        {FRAME_ERROR, "/srv/dl/a.bin: cannot create: denied",
         "a.bin: cannot create: denied"},
        {FRAME_ERROR, "a/b.bin: denied", "a/b.bin: denied"},
        {FRAME_ERROR, "/srv/dl", "/srv/dl"},
        {FRAME_ERROR, "/: denied", ": denied"},
    };
    struct frame_torrent t = torrent_in(cases[_i].state);
    char brief[WORDS_LEN];
    t.cause = cases[_i].cause;
    words_brief(&t, brief);
    ck_assert_str_eq(brief, cases[_i].brief);
}
END_TEST

START_TEST(words_state_says_nothing_twice)
{
    struct frame_torrent t = torrent_in(FRAME_MOVING);
    char text[WORDS_LEN];
    words_state(&t, text);
    ck_assert_str_eq(text, "moving its data: 0%");
    t.state = FRAME_ERROR;
    t.cause = "a.bin: denied";
    words_state(&t, text);
    ck_assert_str_eq(text, "error: a.bin: denied");
    t.state = FRAME_PAUSED;
    t.cause = "";
    words_state(&t, text);
    ck_assert_str_eq(text, "paused");
}
END_TEST

START_TEST(column_name_says_what_is_odd_and_what_is_forced)
{
    char name[LIST_COLUMN_NAME_LEN];
    struct frame_torrent t = torrent_in(FRAME_DOWNLOADING);
    list_column_name(&t, name);
    ck_assert_str_eq(name, "it");
    t.is_forced = true;
    list_column_name(&t, name);
    ck_assert_str_eq(name, "it (forced)");
    t.state = FRAME_NO_SPACE;
    list_column_name(&t, name);
    ck_assert_str_eq(name, "it (disk full)");
}
END_TEST

/* A paused magnet, and one whose files cannot be opened, are not all there. */
START_TEST(column_done_of_what_is_not_known_is_nothing)
{
    char text[LIST_COLUMN_LEN];
    struct frame_torrent t = torrent_in(FRAME_PAUSED);
    list_column_text(&t, LIST_COLUMN_DONE, text);
    ck_assert_str_eq(text, "0.0");
    list_column_text(&t, LIST_COLUMN_SIZE, text);
    ck_assert_str_eq(text, "?");
    t.state = FRAME_ERROR;
    t.size_bytes = 3 << 20;
    list_column_text(&t, LIST_COLUMN_DONE, text);
    ck_assert_str_eq(text, "0.0");
    list_column_text(&t, LIST_COLUMN_SIZE, text);
    ck_assert_str_eq(text, "3.0M");
    t.state = FRAME_FINISHED; /* nothing of it is wanted */
    t.is_finished = true;
    list_column_text(&t, LIST_COLUMN_DONE, text);
    ck_assert_str_eq(text, "100.0");
}
END_TEST

Suite *words_suite(void)
{
    Suite *s = suite_create("words");
    TCase *t = tcase_create("words");
    tcase_add_loop_test(t, words_cause_of_any_odd_state_is_there, 0,
                        8 * N_STATES);
    tcase_add_test(t, words_tell_states_apart_without_colour);
    tcase_add_test(t, words_letter_of_one_without_progress_is_stalled);
    tcase_add_test(t, words_of_trackers_pass_the_disabled_over);
    tcase_add_test(t, words_leaving_count_who_is_told);
    tcase_add_loop_test(t, words_brief_begins_with_what_tells, 0, 6);
    tcase_add_test(t, words_state_says_nothing_twice);
    tcase_add_test(t, column_name_says_what_is_odd_and_what_is_forced);
    tcase_add_test(t, column_done_of_what_is_not_known_is_nothing);
    suite_add_tcase(s, t);
    return s;
}
