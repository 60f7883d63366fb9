/* bencode.h -- reads bencoded values where they lie, and writes them.
 * Allocates nothing and does not recurse: bencode_parse() checks a whole value
 * once, within limits, and what it returns can then be walked by calls that
 * cannot fail. Values borrow the input. What the values mean is not decided
 * here.
 * Strict about tokens: no leading zeros, no "-0", numbers fit int64, strings
 * lie inside the input, dictionary keys are strings. Tolerant about
 * dictionaries, as the v1 torrents out there need it: keys may come unsorted,
 * and of a key that comes twice the first one counts (as other clients have it,
 * so that all agree on one info-hash). Trailing bytes are the caller's matter:
 * raw.len of the value says where it ended.
 * Owner and thread: plain values, any thread. Source: BEP 3, "bencoding".
 * Cost: parsing is O(input); walking a level is O(that level's raw bytes). */
#ifndef META_BENCODE_H
#define META_BENCODE_H

#include "util/buf.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCODE_MAX_DEPTH = 64 }; /* of any limits, and of the writer */

struct bencode_limits {
    unsigned max_depth; /* of nested containers, <= BENCODE_MAX_DEPTH */
    size_t max_tokens;  /* numbers, strings (keys too), lists, dictionaries */
};

/* For a .torrent, and for what trackers and peers send. */
static const struct bencode_limits BENCODE_METAINFO = {32, 3000000};
static const struct bencode_limits BENCODE_REPLY = {8, 100000};

enum bencode_type {
    BENCODE_NONE, /* absent: what a look-up leaves when there is no such key */
    BENCODE_INT,
    BENCODE_STR,
    BENCODE_LIST,
    BENCODE_DICT
};

struct bencode {
    enum bencode_type type;
    int64_t num;      /* of an INT, else 0 */
    struct span str;  /* borrowed; of a STR, else empty. May hold any byte */
    struct span raw;  /* borrowed; the whole encoded form */
};

/* Where and why an input was refused. */
struct bencode_error {
    size_t off;       /* bytes from the start of the input */
    const char *what; /* static; such as "number with a leading zero" */
};

/* Check the value at the start of len bytes and describe it in *out:
 * out->raw.len is where it ended, bytes behind it are not looked at. error (may
 * be NULL) is written on failure only. ERR_TRUNCATED: the input ends inside the
 * value, or a string claims to go beyond it; ERR_SYNTAX: not bencode;
 * ERR_TOO_BIG: over a limit, or a number over int64. */
enum err bencode_parse(const void *bytes, size_t len,
                       const struct bencode_limits *limits,
                       struct bencode *out,
                       struct bencode_error *error) ERR_MUST_CHECK;

/* A walk over the items of a list or the pairs of a dictionary. */
struct bencode_iter {
    struct span rest; /* borrowed; from the next item to the final 'e' */
    bool is_dict;
};

/* Begin at the first item of a container that bencode_parse() or a walk gave.
 * Of any other value, BENCODE_NONE too, the walk has no items. */
struct bencode_iter bencode_iter(const struct bencode *container);

/* Step to the next item of a list. Return false, *out untouched, at its end;
 * at once when it is no list. */
bool bencode_next(struct bencode_iter *it, struct bencode *out);

/* Step to the next pair of a dictionary. Return false, outputs untouched, at
 * its end; at once when it is no dictionary. */
bool bencode_next_pair(struct bencode_iter *it, struct span *key_out,
                       struct bencode *out);

/* What to take out of a dictionary. */
struct bencode_want {
    const char *key;
    enum bencode_type type; /* BENCODE_NONE: any */
    struct bencode *out;    /* borrowed */
};

/* Take n keys out of a dictionary in one pass. Each out is set: to BENCODE_NONE
 * when dict is no dictionary, has no such key, or holds another type than asked
 * for there. */
void bencode_get_many(const struct bencode *dict,
                      const struct bencode_want *wants, size_t n);

/* Take one key, of any type; *out is set as above. Return whether there
 * is one. */
bool bencode_get(const struct bencode *dict, const char *key,
                 struct bencode *out);

/* ---- Writing ---- */

/* Appends to a buf that nobody else changes meanwhile. A write that the buf
 * refuses is remembered, all later ones do nothing: check once, at the end. */
struct bencode_writer {
    struct buf *buf;   /* borrowed */
    enum err err;
    unsigned depth;
    uint64_t dicts;    /* bit i: the container at depth i is a dictionary */
    bool wants_key;
    struct {
        size_t off;    /* in buf */
        size_t len;
    } last_key[BENCODE_MAX_DEPTH]; /* to assert their order; len 0: none yet */
};

/* Begin to append to buf. */
void bencode_writer_init(struct bencode_writer *w, struct buf *buf);

void bencode_begin_dict(struct bencode_writer *w);
void bencode_begin_list(struct bencode_writer *w);
/* Close the innermost list or dictionary. */
void bencode_end(struct bencode_writer *w);

/* Write a key, to be followed by one value. Keys of a dictionary must come in
 * ascending order of their bytes, each once: that is asserted. Not empty. */
void bencode_write_key(struct bencode_writer *w, const char *key);
void bencode_write_int(struct bencode_writer *w, int64_t num);
void bencode_write_bytes(struct bencode_writer *w, const void *p, size_t len);
void bencode_write_str(struct bencode_writer *w, const char *text);
/* Write a value that is encoded already. */
void bencode_write_raw(struct bencode_writer *w, struct span raw);

/* Write a pair of a dictionary: a key and its value. text NULL: nothing. */
void bencode_put_int(struct bencode_writer *w, const char *key, int64_t num);
void bencode_put_bytes(struct bencode_writer *w, const char *key, const void *p,
                       size_t len);
void bencode_put_str(struct bencode_writer *w, const char *key,
                     const char *text);

/* Return OK when one whole value (all containers closed: asserted) was written;
 * ERR_TOO_BIG when the buf's maximum was met. */
enum err bencode_writer_finish(struct bencode_writer *w) ERR_MUST_CHECK;

#endif
