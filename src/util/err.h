/* err.h -- the one family of error codes, and the one-line cause shown to a
 * user. Anything that can fail for outside reasons returns `enum err`; what it
 * yields goes through an `out` parameter, untouched on failure. `struct cause`
 * carries the words: which file, option or field, what is wrong, what to do. */
#ifndef UTIL_ERR_H
#define UTIL_ERR_H

#include <stddef.h>

enum err {
    OK = 0,
    ERR_SYS,         /* the system refused; errno was captured in the cause */
    ERR_AGAIN,       /* nothing now, not a failure: ask again when ready */
    ERR_CLOSED,      /* the other side closed */
    ERR_TIMEOUT,     /* nothing came in time */
    ERR_CANCELLED,   /* we ended it ourselves */
    ERR_SYNTAX,      /* input is not in its grammar */
    ERR_TRUNCATED,   /* input ends before it is whole */
    ERR_TOO_BIG,     /* over a limit of ours, which the cause names */
    ERR_INVALID,     /* well-formed, but its values make no sense */
    ERR_UNSUPPORTED, /* makes sense, but not here or not yet */
    ERR_UNSAFE_PATH, /* a name that would leave the download folder */
    ERR_NOT_FOUND,
    ERR_BUSY,            /* in use by another instance */
    ERR_NO_SPACE,        /* the disk is full */
    ERR_HASH,            /* data does not match its hash */
    ERR_USAGE,           /* the user gave an option or argument we cannot use */
    ERR_REFUSED,         /* a tracker or peer said no */
    ERR_PROTO_HANDSHAKE, /* a peer's handshake is not BitTorrent's, or ours */
    ERR_PROTO_LENGTH,    /* a peer's message has a length its id cannot have */
    ERR_PROTO_RANGE,     /* a peer's message names what is out of range */
    ERR_PROTO_STATE,     /* a peer's message is not allowed now */
    ERR_PROTO_FLOOD,     /* a peer asked or sent beyond our limits */
    ERR_N
};

#define ERR_MUST_CHECK __attribute__((warn_unused_result))

enum { CAUSE_MAX_LEN = 480 }; /* bytes with the final NUL */

/* One line of text for people: no newline, already safe for a terminal when
 * built by cause_set() from trusted format strings and filtered arguments. */
struct cause {
    char text[CAUSE_MAX_LEN];
};

/* The general words for a code, such as "timed out". Static, never NULL. */
const char *err_text(enum err code);

/* Write the formatted text to cause, cut at its size; cause may be NULL.
 * Strings of strangers must have gone through text_clean() before. */
void cause_set(struct cause *cause, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* As cause_set(), and append ": " and the text of errno value errnum. */
void cause_set_errno(struct cause *cause, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "PREFIX: " before what cause holds; cause may be NULL. */
void cause_prefix(struct cause *cause, const char *prefix);

#endif
