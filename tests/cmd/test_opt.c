#include "config.h"

#include "tests/cmd/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/opt.h"

struct values {
    bool flag, is_on;
    const char *text;
    struct opt_list list;
    unsigned count;
    uint64_t number, size, any_size;
    double decimal;
};

#define AT(member) offsetof(struct values, member)

static const struct opt options[] = {
    {"flag", 'f', OPT_FLAG, NULL, "a flag", AT(flag), 0, 0},
    {"text", 't', OPT_TEXT, "TEXT", "a text", AT(text), 0, 0},
    {"list", 0, OPT_LIST, "ITEM",
     "of words enough that the line has to be broken at least two times before "
     "it comes to its end, at which nothing may be lost",
     AT(list), 0, 0},
    {"count", 'c', OPT_COUNT, NULL, "one more", AT(count), 0, 0},
    {"number", 'n', OPT_NUMBER, "N", "from 5 to 70", AT(number), 5, 70},
    {"size-within-bounds", 0, OPT_SIZE, "BYTES", "a bounded size", AT(size),
     16384, 1 << 20},
    {"any-size", 0, OPT_SIZE, "BYTES", "any size", AT(any_size), 0, 0},
    {"decimal", 0, OPT_DECIMAL, "R", "a decimal", AT(decimal), 0, 0},
    {"without", 0, OPT_OFF, NULL, "without", AT(is_on), 0, 0},
    {0},
};

#undef AT

static const struct opt_command command = {.name = "test",
                                           .args = "[OPTIONS] WHAT...",
                                           .summary = "Test.",
                                           .notes = "Notes.",
                                           .opts = options};

enum { MAX_WORDS = 20, MAX_SAID = 512 };

/* A command line, cut at spaces, in memory of its own. */
struct line {
    char text[256];
    char *argv[MAX_WORDS + 1];
    int argc;
};

static struct line *line_of(const char *text)
{
    struct line *l = calloc(1, sizeof *l);
    ck_assert_ptr_nonnull(l);
    snprintf(l->text, sizeof l->text, "test %s", text);
    for (char *at = l->text; at != NULL && *at != '\0';) {
        ck_assert_int_lt(l->argc, MAX_WORDS);
        l->argv[l->argc++] = at;
        at = strchr(at, ' ');
        if (at != NULL)
            *at++ = '\0';
    }
    return l;
}

/* Parse; what was said on stderr goes to said (MAX_SAID bytes). */
static enum opt_result parse(struct line *l, struct values *into, char *said)
{
    int first = 0;
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
    enum opt_result result =
        opt_parse(&command, l->argc, l->argv, into, &first);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    said[fread(said, 1, MAX_SAID - 1, file)] = '\0';
    fclose(file);
    return result;
}

START_TEST(parse_all_kinds_stores_values)
{
    struct values v = {.is_on = true};
    int first = 0;
    struct line *l = line_of("one -f --text=words --list a --list b -cc "
                             "-n 70 --any-size 3k --without");
    ck_assert_int_eq(opt_parse(&command, l->argc, l->argv, &v, &first), OPT_OK);
    ck_assert(v.flag && !v.is_on);
    ck_assert_str_eq(v.text, "words");
    ck_assert_uint_eq(v.list.n, 2);
    ck_assert_str_eq(v.list.items[0], "a");
    ck_assert_str_eq(v.list.items[1], "b");
    ck_assert_uint_eq(v.count, 2);
    ck_assert_uint_eq(v.number, 70);
    ck_assert_uint_eq(v.any_size, 3 * 1024);
    ck_assert_int_eq(first, l->argc - 1);
    ck_assert_str_eq(l->argv[first], "one");
    opt_list_fini(&v.list);
    ck_assert_uint_eq(v.list.n, 0);
    free(l);
}
END_TEST

START_TEST(parse_double_dash_ends_options)
{
    struct values v = {.flag = false};
    int first = 0;
    struct line *l = line_of("--decimal 1.5 -- -f --text");
    ck_assert_int_eq(opt_parse(&command, l->argc, l->argv, &v, &first), OPT_OK);
    ck_assert(!v.flag);
    ck_assert_double_eq(v.decimal, 1.5);
    ck_assert_int_eq(l->argc - first, 2);
    ck_assert_str_eq(l->argv[first], "-f");
    free(l);
}
END_TEST

static const struct {
    const char *line, *said;
} wrong[] = {
    {"--nonsense", "--nonsense: unknown option"},
    {"word --nonsense=5", "--nonsense=5: unknown option"},
    {"-x", "-x: unknown option"},
    {"-fx", "-x: unknown option"},
    {"word --flag=1", "--flag=1: takes no argument"},
    {"--help=1", "--help=1: takes no argument"},
    {"--text", "--text: needs an argument"},
    {"word -t", "-t: needs an argument"},
    {"--l= --n", "--n: needs an argument"},
    {"--t", "--t: needs an argument"},
    {"--=", "--=: could be one of several options"},
    {"-n 4", "--number: '4' is not a number from 5 to 70"},
    {"-n 71", "--number: '71' is not a number from 5 to 70"},
    {"-n 99999999999999999999", "--number: '99999999999999999999' is not"},
    {"-n 5x", "--number: '5x' is not a number"},
    {"-n +5", "--number: '+5' is not a number"},
    {"-n -5", "--number: '-5' is not a number"},
    {"-n=5", "--number: '=5' is not a number"},
    {"--size-within-bounds 16383",
     "--size-within-bounds: '16383' is not a size from 16K to 1M"},
    {"--size-within-bounds 2M",
     "--size-within-bounds: '2M' is not a size from 16K to 1M"},
    {"--any-size 5X", "--any-size: '5X' is not a size such as 500K or 2M"},
    {"--any-size K", "--any-size: 'K' is not a size"},
    {"--any-size 5KK", "--any-size: '5KK' is not a size"},
    {"--any-size 18014398509481984K", "--any-size: '18014398509481984K'"},
    {"--any-size 17179869184G", "--any-size: '17179869184G' is not"},
    {"--decimal -1", "--decimal: '-1' is not a number such as 1.5"},
    {"--decimal nan", "--decimal: 'nan' is not a number"},
    {"--decimal inf", "--decimal: 'inf' is not a number"},
    {"--decimal 1.5x", "--decimal: '1.5x' is not a number"},
    {"--text a\033[31m --number \033[31mq", "--number: '"},
};

START_TEST(parse_wrong_use_says_one_line_that_names_the_option)
{
    struct values v = {.flag = false};
    char said[MAX_SAID];
    struct line *l = line_of(wrong[_i].line);
    ck_assert_int_eq(parse(l, &v, said), OPT_ERROR);
    ck_assert_msg(strncmp(said, "tessera test: ", 14) == 0, "%s", said);
    ck_assert_msg(strncmp(said + 14, wrong[_i].said, strlen(wrong[_i].said)) ==
                      0,
                  "%s: %s", wrong[_i].line, said);
    ck_assert_ptr_eq(strchr(said, '\n'), said + strlen(said) - 1);
    ck_assert_ptr_null(strchr(said, '\033'));
    opt_list_fini(&v.list);
    free(l);
}
END_TEST

START_TEST(help_fits_a_terminal_and_loses_nothing)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    ck_assert_ptr_nonnull(out);
    opt_print_help(&command, out);
    fclose(out);
    for (char *at = text; *at != '\0';) {
        size_t n = strcspn(at, "\n");
        ck_assert_msg(n < 80, "%.*s", (int)n, at);
        ck_assert_msg(n == 0 || at[n - 1] != ' ', "%.*s", (int)n, at);
        at += n + (at[n] == '\n' ? 1 : 0);
    }
    ck_assert_ptr_nonnull(strstr(text, "Usage: tessera test [OPTIONS] WHAT"));
    ck_assert_ptr_nonnull(
        strstr(text, "\n  -f, --flag                a flag\n"));
    ck_assert_ptr_nonnull(strstr(text, "      --list ITEM           of words"));
    ck_assert_ptr_nonnull(strstr(text, "be lost\n"));
    ck_assert_ptr_nonnull(strstr(text,
                                 "      --size-within-bounds BYTES\n"
                                 "                            a bounded"));
    ck_assert_ptr_nonnull(strstr(text, "  -h, --help  "));
    ck_assert_ptr_nonnull(strstr(text, "\n\nNotes.\n"));
    free(text);
}
END_TEST

Suite *opt_suite(void)
{
    Suite *s = suite_create("opt");
    TCase *tc = tcase_create("opt");
    tcase_add_test(tc, parse_all_kinds_stores_values);
    tcase_add_test(tc, parse_double_dash_ends_options);
    tcase_add_loop_test(tc, parse_wrong_use_says_one_line_that_names_the_option,
                        0, sizeof wrong / sizeof wrong[0]);
    tcase_add_test(tc, help_fits_a_terminal_and_loses_nothing);
    suite_add_tcase(s, tc);
    return s;
}
