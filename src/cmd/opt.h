/* opt.h -- options of a subcommand as one const table, which makes the parser, the
 * --help text and, later, completions and the manual. Each option names a field of the
 * subcommand's own struct, which holds the defaults before parsing.
 * Errors are one line on stderr that names the option: "tessera get: --port: ...". */
#ifndef CMD_OPT_H
#define CMD_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum opt_kind {
    OPT_FLAG,   /* bool: set to true */
    OPT_TEXT,   /* const char *: borrowed from argv */
    OPT_LIST,   /* struct opt_list: the option may be given again and again */
    OPT_COUNT,  /* unsigned: one more each time, as -vv */
    OPT_NUMBER, /* uint64_t in min..max */
    OPT_SIZE,   /* uint64_t bytes in min..max; suffix K, M, G (of 1024) */
    OPT_DECIMAL /* double, not negative */
};

struct opt_list {
    const char **items; /* owned array of borrowed strings */
    size_t n;
};

struct opt {
    const char *name; /* long form, without dashes; NULL ends a table */
    char letter;      /* short form, or 0 */
    enum opt_kind kind;
    const char *arg;   /* what --help calls its argument; NULL for OPT_FLAG */
    const char *help;  /* one sentence; --help breaks it into lines */
    size_t field;      /* offsetof() in the subcommand's struct */
    uint64_t min, max; /* OPT_NUMBER, OPT_SIZE; max 0: no bound */
};

struct opt_command {
    const char *name;    /* "get"; "" without a subcommand */
    const char *args;    /* "[OPTIONS] URI..." */
    const char *summary; /* one line */
    const char
        *notes; /* after the options in --help, or NULL; lines below 80 */
    const struct opt *opts;
};

enum opt_result {
    OPT_OK,
    OPT_DONE, /* --help was asked for and printed */
    OPT_ERROR /* said on stderr */
};

/* Parse argv (argv[0] is the subcommand's name) into `into`. The arguments that are
 * not options are moved to the end: they begin at argv[*first_out]. */
enum opt_result opt_parse(const struct opt_command *command, int argc,
                          char **argv, void *into, int *first_out);

/* What --help prints, in lines of at most 79 cells. */
void opt_print_help(const struct opt_command *command, FILE *out);

/* Free what a list holds. */
void opt_list_fini(struct opt_list *list);

/* Say on stderr "tessera NAME: " and this; the way of all errors of a subcommand. */
void opt_error(const struct opt_command *command, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
