#include "config.h"

#include "tests/cmd/suites.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/hook.h"
#include "tests/disk/tmpdir.h"

/* The program is sh, which tells what it was given, through a fifo: reading from it
 * waits for the program, without a clock. */
static char *dir, *fifo;
static struct opt_list complete, error;
static struct hook *h;
static char said[512];
static const char *place; /* where the torrent lies */

static void say(void *ctx, const char *line)
{
    size_t len = strlen(said);
    (void)ctx;
    snprintf(said + len, sizeof said - len, "%s;", line);
}

/* Say what there is of the facts, of streams, descriptors and signals. */
static const char script[] =
    "exec 9>\"$0\"; { echo \"args $#:$1\"; set | sed -n 's/^TESSERA_/ /p'; "
    "for fd in 0 1 2 42; do readlink /proc/$$/fd/$fd; done; } >&9";

static void set_up(void)
{
    dir = tmpdir_new();
    fifo = tmpdir_path(dir, "fifo");
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    said[0] = '\0';
    place = "";
    static const char *words[8];
    words[0] = "sh";
    words[1] = "-c";
    words[2] = script;
    words[3] = fifo;
    words[4] = "one; $(two)";
    complete = (struct opt_list){words, 5};
    error = (struct opt_list){words, 5};
    h = hook_new(&complete, &error, say, NULL);
}

static void tear_down(void)
{
    hook_free(h);
    tmpdir_free(dir);
    free(fifo);
}

static struct event event_of(enum event_kind kind, uint32_t torrent)
{
    struct event e = {.kind = kind, .torrent = torrent, .at_ms = 1000};
    snprintf(e.text, sizeof e.text, "the words");
    return e;
}

/* One torrent that is complete, with id 7. */
static struct frame *frame_of(uint64_t bytes_down_run)
{
    struct frame *f = frame_new(1);
    struct frame_torrent *t = f->torrents[0];
    f->now_ms = 1000;
    t->id = 7;
    memset(t->info_hash, 0xab, sizeof t->info_hash);
    t->name = "a name";
    t->label = "films";
    t->dir = place;
    t->top = "album";
    t->size_bytes = 12345;
    t->is_finished = true;
    t->bytes_down_run = bytes_down_run;
    return f;
}

static void show(uint64_t bytes_down_run)
{
    struct frame *f = frame_of(bytes_down_run);
    hook_on_frame(h, f);
    frame_free(f);
}

/* What the program wrote, up to its end. */
static void heard(char text[2048])
{
    size_t len = 0;
    ssize_t n;
    int fd = open(fifo, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    while ((n = read(fd, text + len, 2047 - len)) > 0)
        len += (size_t)n;
    text[len] = '\0';
    close(fd);
}

static bool has_line(const char *text, const char *line)
{
    size_t len = strlen(line);
    for (const char *at = text; at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n' ? 1 : 0;
        if (strncmp(at, line, len) == 0 && (at[len] == '\n' || at[len] == '\0'))
            return true;
    }
    return false;
}

START_TEST(complete_is_told_with_its_facts)
{
    char text[2048];
    struct event e = event_of(EVENT_FINISHED, 7);
    int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    ck_assert_int_eq(dup2(fd, 42), 42); /* one that programs would get */
    ck_assert_int_eq(setenv("TESSERA_NAME", "of old", 1), 0);
    ck_assert_int_eq(setenv("TESSERA_DIR", "of old", 1), 0);
    hook_on_event(h, &e);
    ck_assert_uint_eq(hook_n_waiting(h), 1);
    show(1);
    ck_assert_uint_eq(hook_n_running(h), 1);
    ck_assert_uint_eq(hook_n_waiting(h), 0);
    heard(text);
    ck_assert_msg(has_line(text, "args 1:one; $(two)"), "%s", text);
    ck_assert_msg(has_line(text, " EVENT='complete'") ||
                      has_line(text, " EVENT=complete"),
                  "%s", text);
    ck_assert(has_line(text, " NAME='a name'"));
    ck_assert_ptr_nonnull(
        strstr(text, "abababababababababababababababababababab"));
    ck_assert_ptr_nonnull(strstr(text, "12345"));
    ck_assert_ptr_nonnull(strstr(text, "films"));
    ck_assert_ptr_null(strstr(text, "of old"));
    ck_assert_ptr_null(strstr(text, "DIR"));
    ck_assert(has_line(text, "/dev/null"));
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
    ck_assert_msg(!has_line(text, "/dev/zero"), "%s", text);
#endif
    ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(error_is_told_with_its_words_and_place)
{
    char text[2048];
    struct event e = event_of(EVENT_ERROR, 7);
    place = "/down loads";
    hook_on_event(h, &e);
    show(0);
    heard(text);
    ck_assert_msg(has_line(text, " ERROR='the words'"), "%s", text);
    ck_assert(has_line(text, " DIR='/down loads'"));
    ck_assert(has_line(text, " PATH='/down loads/album'"));
    /* Its data were moved since, as on disk: bytes stay what they are. */
    place = "/other\x1b\xff";
    hook_on_event(h, &e);
    show(0);
    heard(text);
    ck_assert_ptr_nonnull(strstr(text, "/other\x1b\xff/album"));
}
END_TEST

START_TEST(what_was_complete_is_not_told)
{
    struct event e = event_of(EVENT_FINISHED, 7);
    hook_on_event(h, &e);
    show(0);
    ck_assert_uint_eq(hook_n_running(h) + hook_n_waiting(h), 0);
    e.torrent = 8; /* removed since */
    hook_on_event(h, &e);
    show(1);
    ck_assert_uint_eq(hook_n_running(h) + hook_n_waiting(h), 0);
    e = event_of(EVENT_CHECKED, 7);
    hook_on_event(h, &e);
    e = event_of(EVENT_ERROR, 0);
    hook_on_event(h, &e);
    ck_assert_uint_eq(hook_n_waiting(h), 0);
}
END_TEST

START_TEST(an_older_frame_has_no_facts)
{
    struct event e = event_of(EVENT_FINISHED, 7);
    struct frame *f = frame_of(1);
    hook_on_event(h, &e);
    f->now_ms = 999;
    hook_on_frame(h, f);
    ck_assert_uint_eq(hook_n_waiting(h), 1);
    f->now_ms = 1000;
    f->torrents[0]->is_finished = false;
    hook_on_frame(h, f);
    ck_assert_uint_eq(hook_n_waiting(h), 1);
    frame_free(f);
}
END_TEST

START_TEST(no_program_no_hook)
{
    struct event e = event_of(EVENT_FINISHED, 7);
    complete.n = 0;
    hook_on_event(h, &e);
    ck_assert_uint_eq(hook_n_waiting(h), 0);
}
END_TEST

START_TEST(a_program_that_cannot_start_is_said_once)
{
    static const char *missing[] = {"/nonexistent/\x1b[31m", NULL};
    struct event e = event_of(EVENT_FINISHED, 7);
    complete = (struct opt_list){missing, 1};
    for (int i = 0; i < 3; i++) {
        hook_on_event(h, &e);
        show(1);
    }
    ck_assert_str_eq(said,
                     "on-complete: /nonexistent/\xef\xbf\xbd[31m: No such "
                     "file or directory;");
    ck_assert_uint_eq(hook_n_running(h) + hook_n_waiting(h), 0);
}
END_TEST

START_TEST(a_few_run_at_once_and_the_rest_waits)
{
    struct event e = event_of(EVENT_ERROR, 7);
    for (int i = 0; i < HOOK_MAX_RUNNING + 2; i++)
        hook_on_event(h, &e);
    show(0);
    hook_tick(h);
    ck_assert_uint_eq(hook_n_running(h), HOOK_MAX_RUNNING);
    ck_assert_uint_eq(hook_n_waiting(h), 2);
    /* From here on the fifo has a reader, and all of them end. */
    int fd = open(fifo, O_RDWR | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    while (hook_n_running(h) + hook_n_waiting(h) > 0) {
        siginfo_t ended; /* one, left for the hook to find */
        ck_assert_int_eq(waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), 0);
        hook_tick(h);
    }
    close(fd);
}
END_TEST

START_TEST(too_many_are_left_out_and_that_is_said)
{
    struct event e = event_of(EVENT_ERROR, 7);
    for (int i = 0; i < HOOK_MAX_WAITING + 2; i++)
        hook_on_event(h, &e);
    ck_assert_uint_eq(hook_n_waiting(h), HOOK_MAX_WAITING);
    ck_assert_str_eq(
        said, "on-error: sh: too many wait to be run: some are left out;");
}
END_TEST

Suite *hook_suite(void)
{
    Suite *s = suite_create("hook");
    TCase *tc = tcase_create("hook");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, complete_is_told_with_its_facts);
    tcase_add_test(tc, error_is_told_with_its_words_and_place);
    tcase_add_test(tc, what_was_complete_is_not_told);
    tcase_add_test(tc, an_older_frame_has_no_facts);
    tcase_add_test(tc, no_program_no_hook);
    tcase_add_test(tc, a_program_that_cannot_start_is_said_once);
    tcase_add_test(tc, a_few_run_at_once_and_the_rest_waits);
    tcase_add_test(tc, too_many_are_left_out_and_that_is_said);
    suite_add_tcase(s, tc);
    return s;
}
