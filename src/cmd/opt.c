#include "config.h"

#include "cmd/opt.h"

#include <assert.h>
#include <errno.h>
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

void opt_list_fini(struct opt_list *list)
{
    free(list->items);
    *list = (struct opt_list){0};
}

/* Print text from a column on, broken between words; the cursor is at `at`. */
static void print_wrapped(FILE *out, const char *text, size_t at, size_t column)
{
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        if (at > column && at + 1 + len > OPT_HELP_CELLS) {
            fprintf(out, "\n%*s", (int)column, "");
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
    char left[OPT_HELP_CELLS];
    char letter[8] = "    ";
    if (o->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    int len = snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name,
                       o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
    if (len >= OPT_HELP_COLUMN)
        fprintf(out, "%s\n%*s", left, OPT_HELP_COLUMN, "");
    else
        fprintf(out, "%-*s", OPT_HELP_COLUMN, left);
    print_wrapped(out, o->help, OPT_HELP_COLUMN, OPT_HELP_COLUMN);
}

void opt_print_help(const struct opt_command *command, FILE *out)
{
    static const struct opt help = {.name = "help",
                                    .letter = 'h',
                                    .help = "show this help"};
    fprintf(out, "Usage: tessera%s%s %s\n", gap(command), command->name,
            command->args);
    print_wrapped(out, command->summary, 0, 0);
    fputc('\n', out);
    for (const struct opt *o = command->opts; o->name != NULL; o++)
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

static bool store_number(const struct opt_command *command, const struct opt *o,
                         const char *text, uint64_t *field)
{
    uint64_t n;
    bool ok = o->kind == OPT_SIZE ? text_parse_size(text, &n)
                                  : text_parse_number(text, &n);
    if (ok && in_range(o, n)) {
        *field = n;
        return true;
    }
    char *clean = text_clean_dup(text, strlen(text));
    char min[24], max[24];
    if (o->max != 0)
        opt_error(command, "--%s: '%s' is not a %s from %s to %s", o->name,
                  clean, o->kind == OPT_SIZE ? "size" : "number",
                  bound_text(min, sizeof min, o, o->min),
                  bound_text(max, sizeof max, o, o->max));
    else
        opt_error(command, "--%s: '%s' is not a %s", o->name, clean,
                  o->kind == OPT_SIZE ? "size such as 500K or 2M" : "number");
    free(clean);
    return false;
}

static bool store_decimal(const struct opt_command *command,
                          const struct opt *o, const char *text, double *field)
{
    char *end;
    double v = strtod(text, &end);
    if (end == text || *end != '\0' || !(v >= 0 && v < 1e9)) {
        char *clean = text_clean_dup(text, strlen(text));
        opt_error(command, "--%s: '%s' is not a number such as 1.5", o->name,
                  clean);
        free(clean);
        return false;
    }
    *field = v;
    return true;
}

static bool store(const struct opt_command *command, const struct opt *o,
                  const char *text, void *into)
{
    void *field = (char *)into + o->field;
    struct opt_list *list = field;
    switch (o->kind) {
    case OPT_FLAG:
        *(bool *)field = true;
        return true;
    case OPT_TEXT:
        *(const char **)field = text;
        return true;
    case OPT_LIST:
        list->items =
            xreallocarray(list->items, list->n + 1, sizeof *list->items);
        list->items[list->n++] = text;
        return true;
    case OPT_COUNT:
        ++*(unsigned *)field;
        return true;
    case OPT_NUMBER:
    case OPT_SIZE:
        return store_number(command, o, text, field);
    case OPT_DECIMAL:
        return store_decimal(command, o, text, field);
    }
    return false;
}

static bool takes_argument(const struct opt *o)
{
    return o->kind != OPT_FLAG && o->kind != OPT_COUNT;
}

/* The table in getopt_long()'s terms. */
static size_t translate(const struct opt *opts, struct option *longs,
                        char *shorts)
{
    size_t n = 0;
    *shorts++ = ':'; /* tell a missing argument from an unknown option */
    for (; opts[n].name != NULL; n++) {
        assert(n < OPT_MAX);
        bool arg = takes_argument(&opts[n]);
        longs[n] =
            (struct option){.name = opts[n].name,
                            .has_arg = arg ? required_argument : no_argument,
                            .val = OPT_FIRST_CODE + (int)n};
        if (opts[n].letter == 0)
            continue;
        *shorts++ = opts[n].letter;
        if (arg)
            *shorts++ = ':';
    }
    longs[n] = (struct option){.name = "help", .val = OPT_HELP_CODE};
    longs[n + 1] = (struct option){0};
    *shorts++ = 'h';
    *shorts = '\0';
    return n;
}

static const struct opt *option_of(const struct opt *opts, size_t n, int code)
{
    if (code >= OPT_FIRST_CODE)
        return &opts[code - OPT_FIRST_CODE];
    for (size_t i = 0; i < n; i++)
        if (opts[i].letter == code)
            return &opts[i];
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
    size_t n = translate(command->opts, longs, shorts);
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
        const struct opt *o = option_of(command->opts, n, code);
        if (!store(command, o, optarg, into))
            return OPT_ERROR;
    }
    *first_out = optind;
    return OPT_OK;
}
