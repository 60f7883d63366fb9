#include "config.h"

#include "ui/extras.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "tests/ui/suites.h"
#include "util/xalloc.h"

static const char *const *environment; /* name, value, ..., NULL */

static const char *get(const char *name)
{
    for (const char *const *e = environment; *e != NULL; e += 2)
        if (strcmp(e[0], name) == 0)
            return e[1];
    return NULL;
}

static const struct {
    const char *env[9];
    const char *has; /* t: title, c: copy, p: paste, s: sync, r: rgb */
} choices[] = {
    {{NULL}, ""},
    {{"TERM", "linux", NULL}, ""},
    {{"TERM", "vt100", "COLORTERM", "", NULL}, ""},
    {{"TERM", "xterm-256color", NULL}, "tcp"},
    {{"TERM", "xterm-256color", "COLORTERM", "truecolor", NULL}, "tcpr"},
    {{"TERM", "xterm-256color", "COLORTERM", "24bit", NULL}, "tcpr"},
    {{"TERM", "xterm-256color", "COLORTERM", "yes", NULL}, "tcp"},
    {{"TERM", "xterm-kitty", NULL}, "tcps"},
    {{"TERM", "foot", NULL}, "tcps"},
    {{"TERM", "xterm-256color", "TERM_PROGRAM", "WezTerm", NULL}, "tcps"},
    {{"TERM", "tmux-256color", "TERM_PROGRAM", "WezTerm", "TMUX", "/x,1,0",
      NULL},
     "tcp"},
    {{"TERM", "screen", "STY", "1.x", "COLORTERM", "truecolor", NULL}, "pr"},
};

START_TEST(extras_choose_is_careful)
{
    environment = choices[_i].env;
    struct extras e = extras_choose(get);
    char has[8] = "";
    snprintf(has, sizeof has, "%s%s%s%s%s", e.has_title ? "t" : "",
             e.has_copy ? "c" : "", e.has_paste ? "p" : "",
             e.has_sync ? "s" : "", e.has_rgb ? "r" : "");
    ck_assert_str_eq(has, choices[_i].has);
}
END_TEST

START_TEST(extras_title_has_nothing_but_its_text)
{
    char got[EXTRAS_LEN];
    extras_title(got, "tessera: 3 active, 4.1M/s");
    ck_assert_str_eq(got, "\033]2;tessera: 3 active, 4.1M/s\a");
    extras_title(got, "a\a\033]0;b\x9c\n\xc3\xa9");
    ck_assert_str_eq(got, "\033]2;a??]0;b????\a");
    char *endless = xzalloc(5000);
    memset(endless, 'x', 4999);
    extras_title(got, endless);
    ck_assert_uint_eq(strlen(got), 4 + EXTRAS_TITLE_LEN - 1 + 1);
    free(endless);
}
END_TEST

/* What the terminal would have on its clipboard. */
static void expect_copy(const char *text, const char *wanted)
{
    char got[EXTRAS_LEN], decoded[EXTRAS_LEN];
    size_t len;
    const char *end;
    ck_assert(extras_copy(got, text));
    ck_assert_int_eq(strncmp(got, "\033]52;c;", 7), 0);
    ck_assert_int_eq(sodium_base642bin((uint8_t *)decoded, sizeof decoded,
                                       got + 7, strlen(got + 7), NULL, &len,
                                       &end, sodium_base64_VARIANT_ORIGINAL),
                     0);
    ck_assert_str_eq(end, "\a");
    decoded[len] = '\0';
    ck_assert_str_eq(decoded, wanted);
}

START_TEST(extras_copy_puts_clean_text_on_the_clipboard)
{
    expect_copy("a", "a");
    expect_copy("192.0.2.7:6881", "192.0.2.7:6881");
    expect_copy("d\xc3\xa9j\xc3\xa0", "d\xc3\xa9j\xc3\xa0");
    /* What a shell would run, were it pasted, is not to be there. */
    expect_copy("a\nrm\033[201~", "a\xef\xbf\xbdrm\xef\xbf\xbd[201~");
}
END_TEST

START_TEST(extras_copy_is_bounded)
{
    char got[EXTRAS_LEN] = "";
    char *text = xzalloc(EXTRAS_COPY_MAX_LEN + 2);
    ck_assert(!extras_copy(got, ""));
    memset(text, 'x', EXTRAS_COPY_MAX_LEN);
    expect_copy(text, text);
    text[EXTRAS_COPY_MAX_LEN] = 'x';
    ck_assert(!extras_copy(got, text));
    free(text);
}
END_TEST

START_TEST(extras_direct_name_names_the_same_terminal)
{
    static const char *const names[][2] = {{"xterm-256color", "xterm-direct"},
                                           {"xterm", "xterm-direct"},
                                           {"-256color", "-256color-direct"},
                                           {"", "-direct"}};
    char got[16];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        extras_direct_name(got, sizeof got, names[i][0]);
        ck_assert_int_eq(strncmp(got, names[i][1], sizeof got - 1), 0);
    }
}
END_TEST

Suite *extras_suite(void)
{
    Suite *s = suite_create("extras");
    TCase *t = tcase_create("extras");
    tcase_add_loop_test(t, extras_choose_is_careful, 0,
                        sizeof choices / sizeof choices[0]);
    tcase_add_test(t, extras_title_has_nothing_but_its_text);
    tcase_add_test(t, extras_copy_puts_clean_text_on_the_clipboard);
    tcase_add_test(t, extras_copy_is_bounded);
    tcase_add_test(t, extras_direct_name_names_the_same_terminal);
    suite_add_tcase(s, t);
    return s;
}
