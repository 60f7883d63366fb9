#include "config.h"

#include "tests/cmd/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/settings_file.h"
#include "tests/disk/tmpdir.h"

static struct settings s;
static char *dir, *path;

static void set_up(void)
{
    settings_init(&s);
    dir = tmpdir_new();
    path = tmpdir_path(dir, "new/folder/tessera.conf");
}

static void tear_down(void)
{
    settings_fini(&s);
    tmpdir_free(dir);
    free(path);
}

static void read_text(const char *text)
{
    settings_file_read(&s, "conf", text, strlen(text));
}

static void expect_note(size_t i, const char *line)
{
    ck_assert_uint_gt(s.notes.n, i);
    ck_assert_str_eq(s.notes.items[i], line);
}

START_TEST(path_follows_xdg)
{
    static const struct {
        const char *config, *home, *path;
    } cases[] = {
        {"/etc/xdg", "/home/me", "/etc/xdg/tessera/tessera.conf"},
        {"relative", "/home/me", "/home/me/.config/tessera/tessera.conf"},
        {"", "/home/me", "/home/me/.config/tessera/tessera.conf"},
        {"", "relative", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_int_eq(setenv("XDG_CONFIG_HOME", cases[i].config, 1), 0);
        ck_assert_int_eq(setenv("HOME", cases[i].home, 1), 0);
        char *found = settings_file_path();
        if (cases[i].path == NULL)
            ck_assert_ptr_null(found);
        else
            ck_assert_str_eq(found, cases[i].path);
        free(found);
    }
}
END_TEST

START_TEST(read_sets_what_is_right_and_notes_the_rest)
{
    read_text("# mine\n"
              "up = 5K\n"
              "thme = dark\n"
              "down = fast\n"
              "\n"
              "dir = my files\n"
              "slots = 4\n"
              "xyzzy = { 1, # and\n"
              "  2 }\n"
              "up = 7K\n");
    ck_assert_uint_eq(s.up_Bps, 7 * 1024);
    ck_assert_uint_eq(s.n_slots, 4);
    ck_assert_uint_eq(s.down_Bps, 0);
    ck_assert_str_eq(s.dir, ".");
    expect_note(0, "conf:3: unknown setting 'thme': did you mean 'theme'?");
    expect_note(1, "conf:4: down: 'fast' is not a size such as 500K or 2M");
    expect_note(2, "conf:6: dir: more after the value; a value with spaces "
                   "needs quotes");
    expect_note(3, "conf:8: unknown setting 'xyzzy'");
    ck_assert_uint_eq(s.notes.n, 4);
}
END_TEST

START_TEST(read_keeps_what_stands_before_what_is_broken)
{
    read_text("up = 5K\non-complete = { a, \"b\nslots = 4\n");
    ck_assert_uint_eq(s.up_Bps, 5 * 1024);
    ck_assert_uint_eq(s.n_slots, 8);
    ck_assert_uint_eq(s.on_complete.n, 0);
    expect_note(0, "conf:2: on-complete: a quote is not closed");
}
END_TEST

START_TEST(read_sees_guards_behind_what_is_broken)
{
    static const struct {
        const char *text, *guard; /* "": none */
    } rows[] = {
        {"log = \"x\n\tbind = ::1\n", "bind"},
        {"open-with = { a\nip-filter += { b }\n", "ip-filter"},
        {"slots = 4\n/* so\nproxy=a\n", "proxy"},
        {"log = \"x\nproxy\n", ""},
        {"log = \"x\nproxy-x = 1\n#proxy = a\n", ""},
        {"encription = plain\n", "encryption"},
        {"up = a\nproxy = \"\"\n", ""},
    };
    read_text(rows[_i].text);
    ck_assert_str_eq(s.lost_guard != NULL ? s.lost_guard : "", rows[_i].guard);
}
END_TEST

START_TEST(read_adds_to_lists)
{
    read_text("watch-folder = /a\nwatch-folder += { /b, /c }\nup += 3\n");
    ck_assert_uint_eq(s.watch_folders.n, 3);
    ck_assert_str_eq(s.watch_folders.items[2], "/c");
    expect_note(0, "conf:3: up: takes one value");
}
END_TEST

START_TEST(read_shows_strangers_bytes_harmless)
{
    static const char text[] =
        "th\x1b[31m = x\n\x9b = \xff\ntheme = \"\x1b]0;\"\n";
    settings_file_read(&s, "co\nnf", text, sizeof text - 1);
    ck_assert_uint_eq(s.notes.n, 3);
    for (size_t i = 0; i < s.notes.n; i++)
        for (const char *c = s.notes.items[i]; *c != '\0'; c++)
            ck_assert((unsigned char)*c >= ' ');
}
END_TEST

START_TEST(print_gives_what_reads_as_the_defaults)
{
    char *text = NULL;
    size_t len = 0, n;
    FILE *out = open_memstream(&text, &len);
    ck_assert_ptr_nonnull(out);
    settings_file_print(out);
    ck_assert_int_eq(fclose(out), 0);
    settings_file_read(&s, "example", text, len);
    ck_assert_uint_eq(s.notes.n, 0);
    const struct settings_item *items = settings_table(&n);
    for (size_t i = 0; i < n; i++) {
        char *now = settings_text(&s, &items[i]);
        char *line;
        ck_assert_str_eq(now, items[i].value);
        ck_assert_int_gt(asprintf(&line, "\n%s = %s\n", items[i].opt.name, now),
                         0);
        ck_assert_ptr_nonnull(strstr(text, line));
        free(line);
        free(now);
    }
    for (const char *line = text; *line != '\0';) {
        size_t cells = strcspn(line, "\n");
        ck_assert_uint_lt(cells, 80);
        line += cells + 1;
    }
    free(text);
}
END_TEST

static void save(const char *name)
{
    struct cause cause = {""};
    ck_assert_msg(settings_file_save(&s, path, &name, 1, &cause) == OK, "%s",
                  cause.text);
}

static void expect_file(const char *text)
{
    size_t len;
    char *now = (char *)tmpdir_read(dir, "new/folder/tessera.conf", &len);
    ck_assert_ptr_nonnull(now);
    char *copy = strndup(now, len);
    ck_assert_str_eq(copy, text);
    free(copy);
    free(now);
}

static void write_file(const char *text)
{
    tmpdir_write(dir, "new/folder/tessera.conf", text, strlen(text));
}

START_TEST(save_begins_a_file)
{
    struct settings again;
    struct cause cause;
    struct stat st;
    read_text("theme = light\ndir = \"/a b\"\n");
    const char *names[] = {"theme", "dir"};
    ck_assert_int_eq(settings_file_save(&s, path, names, 2, &cause), OK);
    expect_file("theme = light\ndir = \"/a b\"\n");
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    settings_init(&again);
    ck_assert_int_eq(settings_file_load(&again, path, &cause), OK);
    ck_assert_uint_eq(again.theme, SETTINGS_THEME_LIGHT);
    ck_assert_str_eq(again.dir, "/a b");
    settings_fini(&again);
}
END_TEST

START_TEST(save_keeps_all_else)
{
    write_file("# my file\n  up=5K // not too fast\nup = 6K # last\n\n"
               "nonsense = 1\nbroken\nwatch-folder = { a, # one\n  b }\n# end");
    ck_assert_int_eq(chmod(path, 0600), 0);
    read_text("up = 7K\nwatch-folder = c\n");
    save("up");
    expect_file(
        "# my file\n  up=5K // not too fast\nup = 7K # last\n\n"
        "nonsense = 1\nbroken\nwatch-folder = { a, # one\n  b }\n# end");
    save("watch-folder");
    save("theme");
    expect_file("# my file\n  up=5K // not too fast\nup = 7K # last\n\n"
                "nonsense = 1\nbroken\nwatch-folder = { c }\n# end\n"
                "theme = auto\n");
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
}
END_TEST

START_TEST(save_follows_a_link)
{
    struct stat st;
    tmpdir_write(dir, "real.conf", "up = 1\n", 7);
    write_file("");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(symlink("../../real.conf", path), 0);
    read_text("up = 2\n");
    save("up");
    ck_assert_int_eq(lstat(path, &st), 0);
    ck_assert(S_ISLNK(st.st_mode));
    ck_assert(tmpdir_is(dir, "real.conf", "up = 2\n", 7));
}
END_TEST

START_TEST(save_refuses_and_leaves_the_file)
{
    struct cause cause = {""};
    const char *unknown[] = {"theme", "nonsense"}, *theme = "theme";
    write_file("up = 1\n");
    ck_assert_int_eq(settings_file_save(&s, path, unknown, 2, &cause),
                     ERR_NOT_FOUND);
    expect_file("up = 1\n");
    write_file("dir = \"open\n");
    ck_assert_int_eq(settings_file_save(&s, path, &theme, 1, &cause),
                     ERR_INVALID);
    ck_assert_str_eq(cause.text,
                     "a quote, list or comment is not closed there");
    expect_file("dir = \"open\n");
    tmpdir_write(dir, "new/folder/tessera.conf", "up = 1\0\n", 8);
    ck_assert_int_eq(settings_file_save(&s, path, &theme, 1, &cause),
                     ERR_INVALID);
}
END_TEST

START_TEST(load_says_what_cannot_be_read)
{
    struct cause cause = {""};
    ck_assert_int_eq(settings_file_load(&s, path, &cause), ERR_NOT_FOUND);
    ck_assert_int_eq(settings_file_load(&s, dir, &cause), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(cause.text, "not a regular file"));
    char *big = malloc(300000);
    ck_assert_ptr_nonnull(big);
    memset(big, '\n', 300000);
    tmpdir_write(dir, "new/folder/tessera.conf", big, 300000);
    free(big);
    ck_assert_int_eq(settings_file_load(&s, path, &cause), ERR_TOO_BIG);
}
END_TEST

Suite *settings_file_suite(void)
{
    Suite *suite = suite_create("settings_file");
    TCase *tc = tcase_create("settings_file");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, path_follows_xdg);
    tcase_add_test(tc, read_sets_what_is_right_and_notes_the_rest);
    tcase_add_test(tc, read_keeps_what_stands_before_what_is_broken);
    tcase_add_loop_test(tc, read_sees_guards_behind_what_is_broken, 0, 7);
    tcase_add_test(tc, read_adds_to_lists);
    tcase_add_test(tc, read_shows_strangers_bytes_harmless);
    tcase_add_test(tc, print_gives_what_reads_as_the_defaults);
    tcase_add_test(tc, save_begins_a_file);
    tcase_add_test(tc, save_keeps_all_else);
    tcase_add_test(tc, save_follows_a_link);
    tcase_add_test(tc, save_refuses_and_leaves_the_file);
    tcase_add_test(tc, load_says_what_cannot_be_read);
    suite_add_tcase(suite, tc);
    return suite;
}
