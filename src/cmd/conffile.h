/* conffile.h -- a configuration file as text: its statements `key = value` one after
 * the other, with the lines they stand on; what values a statement has; and how a value
 * is written so that it is read the same. Knows no key and touches no file.
 * A value is a word, a quoted string ("..." with escapes and ${VARIABLE}s, '...'), or a
 * list { a, b } that may go over several lines; `+=` adds to a list. Comments begin with
 * # or //, or stand between slash-star and star-slash. One statement a line: what does
 * not fit is one broken statement, and the next line is read again.
 * The statements are found here, for libconfuse counts no lines that can be shown and
 * ends at the first thing it does not know; it reads the values of each.
 * Thread: the main one only, for libconfuse's scanner is one for the process. */
#ifndef CMD_CONFFILE_H
#define CMD_CONFFILE_H

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    CONFFILE_NAME_LEN = 48,
    CONFFILE_MAX_VALUES = 64, /* of one list */
    CONFFILE_MAX_LEN = 256 * 1024
};

/* A place in a text; begin with conffile_begin(). */
struct conffile {
    const char *text; /* borrowed; CONFFILE_MAX_LEN at most */
    size_t len;
    size_t off;
    unsigned line; /* from 1 */
};

struct conffile_statement {
    size_t off, len; /* in the text: from its key to its value's end */
    unsigned line;   /* of its key */
    char name[CONFFILE_NAME_LEN]; /* cut when longer; clean when not broken */
    bool adds;                    /* += */
    bool is_list;                 /* in braces */
    const char *broken; /* what is wrong with its form; static, or NULL */
};

struct conffile_values {
    char **items; /* owned */
    size_t n;
};

struct conffile conffile_begin(const char *text, size_t len);

/* The next statement; false at the end. O(its length). */
bool conffile_next(struct conffile *f, struct conffile_statement *out);

/* Read the values of a statement that is not broken. ERR_SYNTAX: the cause says what is
 * wrong with them; ERR_TOO_BIG: more than CONFFILE_MAX_VALUES. */
enum err conffile_values(const struct conffile *f,
                         const struct conffile_statement *s,
                         struct conffile_values *out,
                         struct cause *cause) ERR_MUST_CHECK;
void conffile_values_fini(struct conffile_values *v);

/* The text that is read as this one value: bare or quoted. free() it. */
char *conffile_quote(const char *value);

#endif
