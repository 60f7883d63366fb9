#include "config.h"

#include "tests/cmd/suites.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/settings_file.h"
#include "cmd/uihost.h"
#include "model/command.h"
#include "tests/disk/tmpdir.h"

static struct bridge *bridge;
static struct uihost *u;
static struct settings settings;
static char *dir, *conf; /* a folder, and a file to be made in it */

static void set_up(void)
{
    bridge = bridge_new();
    u = uihost_new(bridge, "/down");
    dir = tmpdir_new();
    conf = tmpdir_path(dir, "conf/tessera.conf");
    settings_init(&settings);
}

static struct host with_settings(void)
{
    uihost_set_settings(u, &settings, conf);
    return uihost_host(u);
}

static void tear_down(void)
{
    uihost_free(u);
    bridge_free(bridge);
    settings_fini(&settings);
    free(conf);
    tmpdir_free(dir);
}

START_TEST(open_runs_the_program_with_the_path)
{
    char text[64] = "";
    char *fifo = tmpdir_path(dir, "fifo");
    struct cause cause = {""};
    const char *words[] = {"sh", "-c", "echo \"$1\" >\"$0\"", fifo};
    struct opt_list open_with = {words, 4};
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    uihost_set_opener(u, &open_with);
    struct host host = uihost_host(u);
    ck_assert_int_eq(host.open(host.ctx, "a b; $(c)", &cause), OK);
    int fd = open(fifo, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_gt(read(fd, text, sizeof text - 1), 0);
    ck_assert_str_eq(text, "a b; $(c)\n");
    close(fd);
    free(fifo);
}
END_TEST

START_TEST(open_says_what_cannot_be_run)
{
    struct cause cause = {""};
    const char *words[] = {"/nonexistent/\x1b"};
    struct opt_list open_with = {words, 1};
    uihost_set_opener(u, &open_with);
    struct host host = uihost_host(u);
    ck_assert_int_eq(host.open(host.ctx, "a", &cause), ERR_SYS);
    ck_assert_str_eq(cause.text,
                     "open-with: /nonexistent/\xef\xbf\xbd: No such "
                     "file or directory");
}
END_TEST

START_TEST(without_a_program_nothing_opens)
{
    struct opt_list none = {NULL, 0};
    ck_assert_ptr_null(uihost_host(u).open);
    uihost_set_opener(u, &none);
    ck_assert_ptr_null(uihost_host(u).open);
}
END_TEST

START_TEST(uihost_set_tells_the_engine_and_keep_writes_only_what_was_set)
{
    struct host host = with_settings();
    struct cause cause;
    ck_assert_int_eq(host.set(host.ctx, "max-active-seeds", "3", &cause), OK);
    struct command *slots = bridge_take_command(bridge);
    struct command *turns = bridge_take_command(bridge);
    ck_assert(slots->limits.has_slots && turns->limits.has_active);
    ck_assert(slots->limits.has_encryption);
    ck_assert_int_eq(slots->limits.encryption, ENCRYPTION_PREFERRED);
    ck_assert_uint_eq(turns->limits.max_active_seeds, 3);
    command_free(slots);
    command_free(turns);
    /* The screen's own are of no interest to the engine. */
    ck_assert_int_eq(host.set(host.ctx, "theme", "light", &cause), OK);
    ck_assert_ptr_null(bridge_take_command(bridge));
    size_t n, len;
    char *path;
    ck_assert_int_eq(host.keep(host.ctx, &n, &path, &cause), OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(path, conf);
    free(path);
    char *text = (char *)tmpdir_read(dir, "conf/tessera.conf", &len);
    ck_assert_ptr_nonnull(text);
    text = realloc(text, len + 1);
    text[len] = '\0';
    ck_assert_ptr_nonnull(strstr(text, "max-active-seeds = 3"));
    ck_assert_ptr_nonnull(strstr(text, "theme = light"));
    ck_assert_ptr_null(strstr(text, "slots"));
    free(text);
    /* And then nothing is left to keep. */
    ck_assert_int_eq(host.keep(host.ctx, &n, &path, &cause), OK);
    ck_assert_uint_eq(n, 0);
    free(path);
}
END_TEST

/* What a session in the background is told is what a file would say. */
START_TEST(uihost_unsaved_is_what_was_set_and_not_kept)
{
    struct host host = with_settings();
    struct cause cause;
    size_t n;
    char *path, *text = uihost_unsaved(u);
    ck_assert_str_eq(text, "");
    free(text);
    ck_assert_int_eq(host.set(host.ctx, "theme", "light", &cause), OK);
    ck_assert_int_eq(host.set(host.ctx, "log-file", "\"a $b\\nc\"", &cause),
                     OK);
    ck_assert_int_eq(host.set(host.ctx, "on-error", "{ a, \"b c\" }", &cause),
                     OK);
    text = uihost_unsaved(u);
    struct settings other;
    settings_init(&other);
    settings_file_read(&other, "unsaved", text, strlen(text));
    free(text);
    ck_assert_uint_eq(other.notes.n, 0);
    ck_assert_uint_eq(other.theme, SETTINGS_THEME_LIGHT);
    ck_assert_str_eq(other.log_file, settings.log_file);
    ck_assert_uint_eq(other.on_error.n, 2);
    ck_assert_str_eq(other.on_error.items[1], "b c");
    settings_fini(&other);
    ck_assert_int_eq(host.keep(host.ctx, &n, &path, &cause), OK);
    free(path);
    text = uihost_unsaved(u);
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

START_TEST(uihost_set_refuses_with_words)
{
    struct host host = with_settings();
    struct cause cause;
    ck_assert_int_eq(host.set(host.ctx, "them", "light", &cause),
                     ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(cause.text, "them"));
    ck_assert_int_eq(host.set(host.ctx, "theme", "pink", &cause), ERR_USAGE);
    char *value;
    bool found = false;
    const char *name;
    for (size_t i = 0; (name = host.setting(host.ctx, i, &value)) != NULL;
         i++) {
        found =
            found || (strcmp(name, "theme") == 0 && strcmp(value, "auto") == 0);
        free(value);
    }
    ck_assert(found);
}
END_TEST

START_TEST(uihost_save_takes_no_name_from_another)
{
    struct host host = with_settings();
    struct cause cause;
    char *name = tmpdir_path(dir, "trace.jsonl");
    char *first, *second;
    ck_assert_int_eq(host.save(host.ctx, name, "a\n", 2, &first, &cause), OK);
    ck_assert_int_eq(host.save(host.ctx, name, "b\n", 2, &second, &cause), OK);
    char *whole = realpath(name, NULL);
    ck_assert_pstr_eq(first, whole);
    free(whole);
    ck_assert_ptr_nonnull(strstr(second, "trace-2.jsonl"));
    ck_assert(tmpdir_is(dir, "trace.jsonl", "a\n", 2));
    ck_assert(tmpdir_is(dir, "trace-2.jsonl", "b\n", 2));
    ck_assert_int_eq(host.save(host.ctx, "/no/such/folder/x", "b", 1, &second,
                               &cause),
                     ERR_SYS);
    free(first);
    free(second);
    free(name);
}
END_TEST

START_TEST(uihost_save_says_where_it_is)
{
    struct host host = with_settings();
    struct cause cause;
    char *path, *wanted;
    ck_assert_int_eq(chdir(dir), 0);
    ck_assert_int_eq(host.save(host.ctx, "log.txt", "a\n", 2, &path, &cause),
                     OK);
    wanted = realpath("log.txt", NULL);
    ck_assert_pstr_eq(path, wanted);
    ck_assert_int_eq(path[0], '/');
    ck_assert_int_eq(chdir(".."), 0);
    free(path);
    free(wanted);
}
END_TEST

Suite *uihost_suite(void)
{
    Suite *s = suite_create("uihost");
    TCase *tc = tcase_create("uihost");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, open_runs_the_program_with_the_path);
    tcase_add_test(tc, open_says_what_cannot_be_run);
    tcase_add_test(tc, without_a_program_nothing_opens);
    tcase_add_test(
        tc, uihost_set_tells_the_engine_and_keep_writes_only_what_was_set);
    tcase_add_test(tc, uihost_unsaved_is_what_was_set_and_not_kept);
    tcase_add_test(tc, uihost_set_refuses_with_words);
    tcase_add_test(tc, uihost_save_takes_no_name_from_another);
    tcase_add_test(tc, uihost_save_says_where_it_is);
    suite_add_tcase(s, tc);
    return s;
}
