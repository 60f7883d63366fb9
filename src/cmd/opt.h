/* opt.h -- options of a subcommand as const tables, which make the parser, the --help
 * text and completions, and the check of the manual. Each option names a field of the
 * subcommand's own struct, which holds the defaults before parsing.
 * Errors are one line on stderr that names the option: "tessera get: --port: ...". */
#ifndef CMD_OPT_H
#define CMD_OPT_H

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum opt_kind {
    OPT_FLAG,    /* bool: set to true */
    OPT_OFF,     /* bool: set to false */
    OPT_TEXT,    /* const char *: borrowed from argv */
    OPT_LIST,    /* struct opt_list: the option may be given again and again */
    OPT_COUNT,   /* unsigned: one more each time, as -vv */
    OPT_NUMBER,  /* uint64_t in min..max */
    OPT_SIZE,    /* uint64_t bytes in min..max; suffix K, M, G (of 1024) */
    OPT_DECIMAL, /* double, not negative */
    OPT_CHOICE   /* uint64_t: which of the words of `arg`, "auto|dark|light" */
};

struct opt_list {
    const char **items; /* owned array of borrowed strings */
    size_t n;
};

struct opt {
    const char *name; /* long form, without dashes; NULL ends a table */
    char letter;      /* short form, or 0 */
    enum opt_kind kind;
    /* What --help calls its argument; NULL for OPT_FLAG, OPT_OFF. */
    const char *arg;
    const char *help;  /* one sentence; --help breaks it into lines */
    size_t field;      /* offsetof() in the subcommand's struct */
    uint64_t min, max; /* OPT_NUMBER, OPT_SIZE; max 0: no bound */
};

struct opt_command {
    const char *name;    /* "get"; "" without a subcommand */
    const char *args;    /* "[OPTIONS] URI..." */
    const char *summary; /* one line */
    /* After the options in --help, or NULL; lines below 80. */
    const char *notes;
    const struct opt *opts;
    /* Further rows, that commands share: the i-th, or NULL when there are no more.
     * Their fields are of the struct that the subcommand's own begins with. */
    const struct opt *(*shared)(size_t i);
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

/* The i-th option, of the shared and then of its own; NULL: no more. */
const struct opt *opt_at(const struct opt_command *command, size_t i);
/* Does it take an argument? */
bool opt_has_argument(const struct opt *o);

/* Store an argument in its field of `into`; a flag takes true or false, yes or no, on
 * or off. ERR_USAGE: the cause says why not, and nothing was changed. */
enum err opt_store(const struct opt *o, const char *text, void *into,
                   struct cause *cause) ERR_MUST_CHECK;
/* The argument that stores what the field has now; not of lists. free() it. */
char *opt_text(const struct opt *o, const void *from);

/* What --help prints, in lines of at most 79 cells. */
void opt_print_help(const struct opt_command *command, FILE *out);

/* Free what a list holds. */
void opt_list_fini(struct opt_list *list);

/* Say on stderr "tessera NAME: " and this; the way of all errors of a subcommand. */
void opt_error(const struct opt_command *command, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Print text from a column on, broken between words before column 80; the cursor is
 * at `at`. `indent` begins each line after the first. */
void opt_print_wrapped(FILE *out, const char *text, size_t at,
                       const char *indent);

#endif
