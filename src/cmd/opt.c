#include "config.h"

#include "cmd/opt.h"

#include <assert.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"
#include "util/xalloc.h"

enum {
    OPT_MAX = 48,
    OPT_HELP_COLUMN = 28,
    OPT_HELP_CELLS = 79,
    OPT_HELP_CODE = 1000, /* --help, in getopt_long()'s answers */
    OPT_FIRST_CODE        /* of the table's options, by their place */
};

/* Before the name; without a subcommand there is none. */
static const char *gap(const struct opt_command *command)
{
    return command->name[0] != '\0' ? " " : "";
}

void opt_error(const struct opt_command *command, const char *fmt, ...)
{
    va_list ap;
    fprintf(stderr, "tessera%s%s: ", gap(command), command->name);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

const struct opt *opt_at(const struct opt_command *command, size_t i)
{
    if (command->shared != NULL) {
        size_t n = 0;
        while (n <= i && command->shared(n) != NULL)
            n++;
        if (n > i)
            return command->shared(i);
        i -= n;
    }
    const struct opt *o = command->opts;
    while (o->name != NULL && i > 0) {
        o++;
        i--;
    }
    return o->name != NULL ? o : NULL;
}

void opt_list_fini(struct opt_list *list)
{
    free(list->items);
    *list = (struct opt_list){0};
}

void opt_print_wrapped(FILE *out, const char *text, size_t at,
                       const char *indent)
{
    size_t column = strlen(indent);
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        if (at > column && at + 1 + len > OPT_HELP_CELLS) {
            fprintf(out, "\n%s", indent);
            at = column;
        }
        fprintf(out, "%s%.*s", at > column ? " " : "", (int)len, text);
        at += len + (at > column ? 1 : 0);
        text += len + strspn(text + len, " ");
    }
    fputc('\n', out);
}

static void print_option(FILE *out, const struct opt *o)
{
    char indent[OPT_HELP_COLUMN + 1];
    snprintf(indent, sizeof indent, "%*s", OPT_HELP_COLUMN, "");
    char left[OPT_HELP_CELLS];
    char letter[8] = "    ";
    if (o->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    int len = snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name,
                       o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
    if (len >= OPT_HELP_COLUMN)
        fprintf(out, "%s\n%s", left, indent);
    else
        fprintf(out, "%-*s", OPT_HELP_COLUMN, left);
    opt_print_wrapped(out, o->help, OPT_HELP_COLUMN, indent);
}

void opt_print_help(const struct opt_command *command, FILE *out)
{
    static const struct opt help = {.name = "help",
                                    .letter = 'h',
                                    .help = "show this help"};
    fprintf(out, "Usage: tessera%s%s %s\n", gap(command), command->name,
            command->args);
    opt_print_wrapped(out, command->summary, 0, "");
    fputc('\n', out);
    const struct opt *o;
    for (size_t i = 0; (o = opt_at(command, i)) != NULL; i++)
        print_option(out, o);
    print_option(out, &help);
    if (command->notes != NULL)
        fprintf(out, "\n%s\n", command->notes);
}

static bool in_range(const struct opt *o, uint64_t n)
{
    return n >= o->min && (o->max == 0 || n <= o->max);
}

/* A bound as the user would write it: 16384 of a size is 16K. */
static const char *bound_text(char *dst, size_t cap, const struct opt *o,
                              uint64_t n)
{
    static const char *const suffixes[] = {"", "K", "M", "G"};
    size_t i = 0;
    while (o->kind == OPT_SIZE && i < 3 && n != 0 && n % 1024 == 0) {
        n /= 1024;
        i++;
    }
    snprintf(dst, cap, "%llu%s", (unsigned long long)n, suffixes[i]);
    return dst;
}

static enum err refuse(const char *text, const char *what, struct cause *cause)
{
    char *clean = text_clean_dup(text, strlen(text));
    cause_set(cause, "'%s' is not %s", clean, what);
    free(clean);
    return ERR_USAGE;
}

static enum err store_number(const struct opt *o, const char *text,
                             uint64_t *field, struct cause *cause)
{
    uint64_t n;
    bool is_size = o->kind == OPT_SIZE;
    if ((is_size ? text_parse_size(text, &n) : text_parse_number(text, &n)) &&
        in_range(o, n)) {
        *field = n;
        return OK;
    }
    char min[24], max[24], what[80] = "a size such as 500K or 2M";
    if (o->max != 0)
        snprintf(what, sizeof what, "a %s from %s to %s",
                 is_size ? "size" : "number",
                 bound_text(min, sizeof min, o, o->min),
                 bound_text(max, sizeof max, o, o->max));
    else if (!is_size)
        snprintf(what, sizeof what, "a number");
    return refuse(text, what, cause);
}

static enum err store_decimal(const char *text, double *field,
                              struct cause *cause)
{
    char *end;
    double v = strtod(text, &end);
    bool is_plain = text[strspn(text, "0123456789.")] == '\0';
    if (end == text || *end != '\0' || !is_plain || !(v >= 0 && v < 1e9))
        return refuse(text, "a number such as 1.5", cause);
    *field = v;
    return OK;
}

static enum err store_flag(const char *text, bool *field, struct cause *cause)
{
    static const char *const words[] = {"false", "true", "no",
                                        "yes",   "off",  "on"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *field = i % 2 == 1;
            return OK;
        }
    }
    return refuse(text, "true or false", cause);
}

/* The i-th word of "one|two|three", and its length; NULL: no more. */
static const char *choice(const char *words, size_t i, size_t *len_out)
{
    for (; i > 0 && words != NULL; i--) {
        words = strchr(words, '|');
        words = words != NULL ? words + 1 : NULL;
    }
    *len_out = words != NULL ? strcspn(words, "|") : 0;
    return words;
}

static enum err store_choice(const struct opt *o, const char *text,
                             uint64_t *field, struct cause *cause)
{
    size_t len;
    const char *word;
    for (size_t i = 0; (word = choice(o->arg, i, &len)) != NULL; i++) {
        if (strlen(text) == len && memcmp(text, word, len) == 0) {
            *field = i;
            return OK;
        }
    }
    char what[80];
    snprintf(what, sizeof what, "one of %s", o->arg);
    return refuse(text, what, cause);
}

enum err opt_store(const struct opt *o, const char *text, void *into,
                   struct cause *cause)
{
    void *field = (char *)into + o->field;
    struct opt_list *list = field;
    switch (o->kind) {
    case OPT_FLAG:
    case OPT_OFF:
        return store_flag(text, field, cause);
    case OPT_TEXT:
        *(const char **)field = text;
        return OK;
    case OPT_LIST:
        list->items =
            xreallocarray(list->items, list->n + 1, sizeof *list->items);
        list->items[list->n++] = text;
        return OK;
    case OPT_COUNT:
        ++*(unsigned *)field;
        return OK;
    case OPT_NUMBER:
    case OPT_SIZE:
        return store_number(o, text, field, cause);
    case OPT_DECIMAL:
        return store_decimal(text, field, cause);
    case OPT_CHOICE:
        return store_choice(o, text, field, cause);
    }
    return ERR_USAGE;
}

char *opt_text(const struct opt *o, const void *from)
{
    const void *field = (const char *)from + o->field;
    char digits[24];
    size_t len;
    const char *word;
    switch (o->kind) {
    case OPT_FLAG:
    case OPT_OFF:
        return xstrdup(*(const bool *)field ? "true" : "false");
    case OPT_TEXT:
        return xstrdup(*(const char *const *)field);
    case OPT_COUNT:
        return xasprintf("%u", *(const unsigned *)field);
    case OPT_NUMBER:
    case OPT_SIZE:
        return xstrdup(
            bound_text(digits, sizeof digits, o, *(const uint64_t *)field));
    case OPT_DECIMAL:
        return xasprintf("%.10g", *(const double *)field);
    case OPT_CHOICE:
        word = choice(o->arg, *(const uint64_t *)field, &len);
        assert(word != NULL);
        return xstrndup(word, len);
    case OPT_LIST: /* has no one text */
        break;
    }
    assert(false);
    return NULL;
}

bool opt_has_argument(const struct opt *o)
{
    return o->kind != OPT_FLAG && o->kind != OPT_OFF && o->kind != OPT_COUNT;
}

/* The table in getopt_long()'s terms. */
static void translate(const struct opt_command *command, struct option *longs,
                      char *shorts)
{
    size_t n = 0;
    const struct opt *o;
    *shorts++ = ':'; /* tell a missing argument from an unknown option */
    for (; (o = opt_at(command, n)) != NULL; n++) {
        assert(n < OPT_MAX);
        bool arg = opt_has_argument(o);
        longs[n] =
            (struct option){.name = o->name,
                            .has_arg = arg ? required_argument : no_argument,
                            .val = OPT_FIRST_CODE + (int)n};
        if (o->letter == 0)
            continue;
        *shorts++ = o->letter;
        if (arg)
            *shorts++ = ':';
    }
    longs[n] = (struct option){.name = "help", .val = OPT_HELP_CODE};
    longs[n + 1] = (struct option){0};
    *shorts++ = 'h';
    *shorts = '\0';
}

static const struct opt *option_of(const struct opt_command *command, int code)
{
    if (code >= OPT_FIRST_CODE)
        return opt_at(command, (size_t)(code - OPT_FIRST_CODE));
    const struct opt *o;
    for (size_t i = 0; (o = opt_at(command, i)) != NULL; i++)
        if (o->letter == code)
            return o;
    return NULL;
}

/* How many options begin with a word that stands after two dashes? */
static size_t n_beginning(const struct option *longs, const char *word)
{
    size_t n = 0;
    size_t len = strcspn(word, "=");
    for (size_t i = 0; longs[i].name != NULL; i++)
        n += strncmp(longs[i].name, word, len) == 0 ? 1 : 0;
    return n;
}

/* getopt_long() said '?' or ':' of a word: say what is wrong with it. */
static void say_misused(const struct opt_command *command,
                        const struct option *longs, int code, const char *word)
{
    const char *what = "unknown option";
    char letter[3] = {'-', (char)optopt, '\0'};
    if (code == ':')
        what = "needs an argument";
    else if (optopt >= OPT_HELP_CODE)
        what = "takes no argument";
    else if (optopt == 0 && strncmp(word, "--", 2) == 0 &&
             n_beginning(longs, word + 2) > 1)
        what = "could be one of several options";
    if (optopt > 0 && optopt < OPT_HELP_CODE)
        word = letter;
    char *clean = text_clean_dup(word, strlen(word));
    opt_error(command, "%s: %s (see tessera%s%s --help)", clean, what,
              gap(command), command->name);
    free(clean);
}

enum opt_result opt_parse(const struct opt_command *command, int argc,
                          char **argv, void *into, int *first_out)
{
    struct option longs[OPT_MAX + 2];
    char shorts[2 * OPT_MAX + 3];
    translate(command, longs, shorts);
    optind = 1;
    opterr = 0;
    for (;;) {
        int code = getopt_long(argc, argv, shorts, longs, NULL);
        if (code == -1)
            break;
        if (code == 'h' || code == OPT_HELP_CODE) {
            opt_print_help(command, stdout);
            return OPT_DONE;
        }
        if (code == '?' || code == ':') {
            say_misused(command, longs, code, argv[optind - 1]);
            return OPT_ERROR;
        }
        const struct opt *o = option_of(command, code);
        struct cause cause;
        const char *text = o->kind == OPT_FLAG  ? "true"
                           : o->kind == OPT_OFF ? "false"
                                                : optarg;
        if (opt_store(o, text, into, &cause) != OK) {
            opt_error(command, "--%s: %s", o->name, cause.text);
            return OPT_ERROR;
        }
    }
    *first_out = optind;
    return OPT_OK;
}
