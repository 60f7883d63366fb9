#include "config.h"

#include "tests/util/suites.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "util/log.h"
#include "util/text.h"

/* A sink that keeps the last line. */
struct kept {
    int n_lines;
    enum log_topic topic;
    enum log_level level;
    char line[4096];
};

static void keep(void *ctx, enum log_topic topic, enum log_level level,
                 const char *line)
{
    struct kept *kept = ctx;
    kept->n_lines++;
    kept->topic = topic;
    kept->level = level;
    (void)snprintf(kept->line, sizeof kept->line, "%s", line);
    errno = ERANGE;
}

static struct kept kept;

static void set_up(void)
{
    memset(&kept, 0, sizeof kept);
    log_set_sink(keep, &kept);
    log_set_all_levels(LOG_WARN);
}

static void tear_down(void)
{
    log_set_sink(NULL, NULL);
    log_set_all_levels(LOG_WARN);
}

START_TEST(line_reaches_the_sink)
{
    log_write(LOG_DISK, LOG_ERROR, "piece %d is %s", 7, "bad");
    ck_assert_int_eq(kept.n_lines, 1);
    ck_assert_int_eq(kept.topic, LOG_DISK);
    ck_assert_int_eq(kept.level, LOG_ERROR);
    ck_assert_str_eq(kept.line, "piece 7 is bad");
}
END_TEST

START_TEST(line_is_cleaned)
{
    log_write(LOG_PEER, LOG_WARN, "client %s", "\x1b[31m\n\xff\xe2\x80\xae");
    ck_assert_str_eq(kept.line,
                     "client \xef\xbf\xbd[31m\xef\xbf\xbd\xef\xbf\xbd"
                     "\xef\xbf\xbd");
}
END_TEST

START_TEST(long_line_is_cut_at_a_character)
{
    char text[3000];
    for (size_t n = 1010; n < 1030; n++) {
        memset(text, 'a', sizeof text);
        memcpy(text + n, "\xf0\x9f\x8e\x89", 4);
        text[sizeof text - 1] = '\0';
        log_write(LOG_GENERAL, LOG_ERROR, "%s", text);
        size_t len = strlen(kept.line);
        ck_assert_uint_ge(len, 1010);
        ck_assert_uint_lt(len, 1024);
        ck_assert_mem_eq(kept.line, text, len);
        ck_assert(text_is_utf8(kept.line, len));
    }
    /* Each byte of a bad line takes three, and none is lost for that. */
    memset(text, '\n', 1000);
    text[1000] = '\0';
    log_write(LOG_GENERAL, LOG_ERROR, "%s", text);
    ck_assert_uint_eq(strlen(kept.line), 3000);
}
END_TEST

START_TEST(level_above_the_topics_is_dropped)
{
    ck_assert(log_on(LOG_NET, LOG_WARN));
    ck_assert(!log_on(LOG_NET, LOG_INFO));
    log_write(LOG_NET, LOG_INFO, "x");
    ck_assert_int_eq(kept.n_lines, 0);
    log_set_level(LOG_NET, LOG_INFO);
    log_write(LOG_NET, LOG_INFO, "x");
    log_write(LOG_NET, LOG_DEBUG, "x");
    log_write(LOG_PEER, LOG_INFO, "x");
    ck_assert_int_eq(kept.n_lines, 1);
}
END_TEST

START_TEST(no_sink_means_off)
{
    log_set_sink(NULL, NULL);
    ck_assert(!log_on(LOG_GENERAL, LOG_ERROR));
    log_write(LOG_GENERAL, LOG_ERROR, "x");
    ck_assert_int_eq(kept.n_lines, 0);
}
END_TEST

START_TEST(errno_is_kept)
{
    errno = ENOENT;
    log_write(LOG_GENERAL, LOG_ERROR, "x");
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_int_eq(kept.n_lines, 1);
}
END_TEST

START_TEST(words_set_levels)
{
    ck_assert(log_set_levels_from("peer=trace,disk"));
    ck_assert(log_on(LOG_PEER, LOG_TRACE));
    ck_assert(log_on(LOG_DISK, LOG_DEBUG));
    ck_assert(!log_on(LOG_DISK, LOG_TRACE));
    ck_assert(!log_on(LOG_NET, LOG_INFO));
    ck_assert(log_set_levels_from("all,net=error"));
    ck_assert(log_on(LOG_HTTP, LOG_DEBUG));
    ck_assert(!log_on(LOG_NET, LOG_WARN));
    ck_assert(log_set_levels_from("all=info"));
    ck_assert(!log_on(LOG_PEER, LOG_DEBUG));
}
END_TEST

static const char *const bad_words[] = {
    "",       ",",       "peer,",  ",peer",     "nothing",     "peer=",
    "=trace", "peer=99", "peer =", "peer=trac", "peer==trace", "peertrace",
};

START_TEST(bad_words_change_nothing)
{
    char words[64];
    (void)snprintf(words, sizeof words, "disk=trace,%s", bad_words[_i]);
    ck_assert(!log_set_levels_from(bad_words[_i]));
    ck_assert(!log_set_levels_from(words));
    ck_assert(!log_on(LOG_DISK, LOG_INFO));
}
END_TEST

START_TEST(names_are_those_that_words_take)
{
    for (int i = 0; i < LOG_N_TOPICS; i++) {
        for (int j = LOG_ERROR; j <= LOG_TRACE; j++) {
            char words[64];
            (void)snprintf(words, sizeof words, "%s=%s",
                           log_topic_name((enum log_topic)i),
                           log_level_name((enum log_level)j));
            ck_assert_msg(log_set_levels_from(words), "%s", words);
            ck_assert(log_on((enum log_topic)i, (enum log_level)j));
        }
    }
}
END_TEST

enum { N_THREADS = 4, N_LINES = 500 };

static void *log_many(void *arg)
{
    (void)arg;
    for (int i = 0; i < N_LINES; i++)
        log_write(LOG_DISK, LOG_ERROR, "line %d", i);
    return NULL;
}

START_TEST(threads_take_turns_at_the_sink)
{
    pthread_t threads[N_THREADS];
    for (int i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, log_many, NULL), 0);
    for (int i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_int_eq(kept.n_lines, N_THREADS * N_LINES);
}
END_TEST

Suite *log_suite(void)
{
    Suite *s = suite_create("log");
    TCase *tc = tcase_create("log");
    suite_add_tcase(s, tc);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, line_reaches_the_sink);
    tcase_add_test(tc, line_is_cleaned);
    tcase_add_test(tc, long_line_is_cut_at_a_character);
    tcase_add_test(tc, level_above_the_topics_is_dropped);
    tcase_add_test(tc, no_sink_means_off);
    tcase_add_test(tc, errno_is_kept);
    tcase_add_test(tc, words_set_levels);
    tcase_add_loop_test(tc, bad_words_change_nothing, 0,
                        sizeof bad_words / sizeof bad_words[0]);
    tcase_add_test(tc, names_are_those_that_words_take);
    tcase_add_test(tc, threads_take_turns_at_the_sink);
    return s;
}
