#include "config.h"

#include "tests/cmd/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/conffile.h"

enum { MAX_FOUND = 512 };

static struct conffile begin(const char *text)
{
    return conffile_begin(text, strlen(text));
}

/* All statements of a text in one line: "1 key=a|b; 2 key!what is wrong; ". */
static void describe(const char *text, size_t len, char found[MAX_FOUND])
{
    struct conffile f = conffile_begin(text, len);
    struct conffile_statement s;
    size_t at = 0;
    found[0] = '\0';
    while (conffile_next(&f, &s)) {
        ck_assert_uint_le(s.off + s.len, len);
        at += (size_t)snprintf(found + at, MAX_FOUND - at, "%u %s%s", s.line,
                               s.name, s.broken == NULL ? "" : "!");
        struct conffile_values v = {0};
        struct cause cause = {""};
        if (s.broken != NULL)
            at += (size_t)snprintf(found + at, MAX_FOUND - at, "%s", s.broken);
        else if (conffile_values(&f, &s, &v, &cause) != OK)
            at +=
                (size_t)snprintf(found + at, MAX_FOUND - at, "?%s", cause.text);
        for (size_t i = 0; i < v.n; i++)
            at += (size_t)snprintf(found + at, MAX_FOUND - at, "%s%s",
                                   i > 0    ? "|"
                                   : s.adds ? "+="
                                            : "=",
                                   v.items[i]);
        at += (size_t)snprintf(found + at, MAX_FOUND - at, "; ");
        conffile_values_fini(&v);
        ck_assert_uint_lt(at, MAX_FOUND);
    }
}

static const struct {
    const char *text, *found;
} cases[] = {
    {"", ""},
    {"\n# only this\n// and this\n/* and\n this */\n", ""},
    {"a = 1", "1 a=1; "},
    {"a=1\r\nb  =\t2 # c\n", "1 a=1; 2 b=2; "},
    {"# one\n# two\na = x", "3 a=x; "},
    {"/* one\ntwo */ a = x", "2 a=x; "},
    {"\xef\xbb\xbf"
     "a = x",
     "1 a=x; "},
    {"a = \"x # y\" // c\nb = 'it\\'s' /* d */", "1 a=x # y; 2 b=it's; "},
    {"a = \"b\\\"c\\\\\"\nd = e", "1 a=b\"c\\; 2 d=e; "},
    {"a = \"two\nlines\"\nb = 2", "1 a=two\nlines; 3 b=2; "},
    {"a = {}\nb = {c}\nd = {e, f,}", "1 a; 2 b=c; 3 d=e|f; "},
    {"a = { # why\n  \"b c\", # more\n  /* } */ d\n}\ne = f",
     "1 a=b c|d; 5 e=f; "},
    {"a = {'#', \"//\", '}'}", "1 a=#|//|}; "},
    {"a += {b, c}\nd += e", "1 a+=b|c; 2 d+=e; "},
    {"a = ~/x-y_z.w:9@h%20", "1 a=~/x-y_z.w:9@h%20; "},
    {"a = \"\\$HOME\"", "1 a=$HOME; "},
    /* Broken, and what follows is read again. */
    {"a\nb = 1", "1 a!no = after the key; 2 b=1; "},
    {"a 1\nb = 1", "1 a!no = after the key; 2 b=1; "},
    {"a =\nb = 1", "1 a!no value after =; 2 b=1; "},
    {"a =", "1 a!no value after =; "},
    {"= 1\nb = 1", "1 !not of the form key = value; 2 b=1; "},
    {"}\nb = 1", "1 !not of the form key = value; 2 b=1; "},
    {"a = *.x\nb = 1", "1 a!this value needs quotes; 2 b=1; "},
    {"a = my files\nb = 1",
     "1 a!more after the value; a value with spaces needs quotes; 2 b=1; "},
    {"a = 5*3\nb = 1",
     "1 a!more after the value; a value with spaces needs quotes; 2 b=1; "},
    {"a = 1 b = 2\nc = 3",
     "1 a!more after the value; a value with spaces needs quotes; 2 c=3; "},
    {"a = {b c}\nd = 1", "1 a?unexpected token 'c'; 2 d=1; "},
    {"a = \"\\777\"\nd = 1", "1 a?invalid octal number '\\777'; 2 d=1; "},
    {"a = 1\nb = \"x\nc = 3", "1 a=1; 2 b!a quote is not closed; "},
    {"a = 1\nb = {x\nc = 3", "1 a=1; 2 b!this value needs quotes; "},
    {"a = 1\nb = {x, y", "1 a=1; 2 b!a list is not closed by }; "},
    {"a = 1\n\n/* x\ny", "1 a=1; 3 !a comment is not closed; "},
    {"a = \"x\\", "1 a!a quote is not closed; "},
};

START_TEST(next_finds_statements_with_their_lines)
{
    char found[MAX_FOUND];
    describe(cases[_i].text, strlen(cases[_i].text), found);
    ck_assert_str_eq(found, cases[_i].found);
}
END_TEST

START_TEST(next_reads_a_text_that_ends_anywhere)
{
    static const char text[] =
        "# c\na = {\"b\\\"\", 'c' /* d */, e} // f\nb += 1\n/* g */ c = ~x\n";
    char found[MAX_FOUND];
    for (size_t len = 0; len < sizeof text; len++) {
        char *cut = malloc(len + 1);
        ck_assert_ptr_nonnull(cut);
        memcpy(cut, text, len);
        describe(cut, len, found);
        free(cut);
    }
    ck_assert_str_eq(found, "2 a=b\"|c|e; 3 b+=1; 4 c=~x; ");
}
END_TEST

START_TEST(values_refuse_a_byte_0)
{
    char found[MAX_FOUND];
    describe("a = \"x\0y\"\nb = 1", 15, found);
    ck_assert_str_eq(found, "1 a?a byte 0: not a text file; 2 b=1; ");
}
END_TEST

START_TEST(values_have_a_maximum)
{
    char text[1024] = "a = {x";
    for (int i = 0; i < CONFFILE_MAX_VALUES; i++)
        memcpy(text + strlen(text), ", x", 4);
    memcpy(text + strlen(text), "}", 2);
    char found[MAX_FOUND];
    describe(text, strlen(text), found);
    ck_assert_str_eq(found, "1 a?more than 64 values; ");
}
END_TEST

START_TEST(values_take_variables)
{
    char found[MAX_FOUND];
    static const char text[] =
        "a = \"${TESSERA_TEST}/x\"\nb = '${TESSERA_TEST}'";
    ck_assert_int_eq(setenv("TESSERA_TEST", "/some where", 1), 0);
    describe(text, strlen(text), found);
    ck_assert_str_eq(found, "1 a=/some where/x; 2 b=${TESSERA_TEST}; ");
}
END_TEST

static const char *const quoted[] = {
    "",     "x",    "500K",   "two words", "it's \"it\"", "a\\b", "${HOME}",
    "$x",   "#no",  "//no",   "a//b",      "/*",          "{x}",  "a,b",
    "a\nb", "\x1b", "\xffzz", "ü/ö",       "=",           "5*3",  "\x7f",
    "\t1",  "a=b",  "\n1",    "()",        "+=",
};

START_TEST(quote_is_read_as_it_was)
{
    char *value = conffile_quote(quoted[_i]);
    char text[64];
    snprintf(text, sizeof text, "key = {x, %s}\n", value);
    struct conffile f = begin(text);
    struct conffile_statement s;
    struct conffile_values v;
    struct cause cause = {""};
    ck_assert(conffile_next(&f, &s));
    ck_assert_ptr_null(s.broken);
    ck_assert_msg(conffile_values(&f, &s, &v, &cause) == OK, "%s: %s", text,
                  cause.text);
    ck_assert_uint_eq(v.n, 2);
    ck_assert_str_eq(v.items[1], quoted[_i]);
    ck_assert(!conffile_next(&f, &s));
    conffile_values_fini(&v);
    free(value);
}
END_TEST

START_TEST(quote_leaves_plain_words_bare)
{
    char *bare = conffile_quote("~/Downloads-2");
    char *spaced = conffile_quote("my files");
    ck_assert_str_eq(bare, "~/Downloads-2");
    ck_assert_str_eq(spaced, "\"my files\"");
    free(bare);
    free(spaced);
}
END_TEST

Suite *conffile_suite(void)
{
    Suite *s = suite_create("conffile");
    TCase *tc = tcase_create("conffile");
    tcase_add_loop_test(tc, next_finds_statements_with_their_lines, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tc, next_reads_a_text_that_ends_anywhere);
    tcase_add_test(tc, values_refuse_a_byte_0);
    tcase_add_test(tc, values_have_a_maximum);
    tcase_add_test(tc, values_take_variables);
    tcase_add_loop_test(tc, quote_is_read_as_it_was, 0,
                        (int)(sizeof quoted / sizeof quoted[0]));
    tcase_add_test(tc, quote_leaves_plain_words_bare);
    suite_add_tcase(s, tc);
    return s;
}
