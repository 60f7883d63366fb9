/* safepath.h -- turns the path of a file, as a torrent gives it, into one that
 * may be opened below the download folder. Opens nothing: what lies on the disk
 * (links, files where folders must be) is the disk layer's to check.
 * Of each component, after overlong UTF-8 has been decoded:
 *   refused   "..", '/', NUL, and control characters (C0, DEL, C1);
 *   dropped   the empty one and ".", which name nothing;
 *   replaced  by '_': '\', bidirectional controls, invisible characters, line
 *             separators, and bytes that are no UTF-8;
 *   cut       over 255 bytes: to 240 with its extension kept, at a whole
 *             character, which leaves room for a number against duplicates.
 * Names are compared as bytes: what differs in case only stays two names.
 * Owner and thread: a plain value, any thread. Source: BEP 3 "files", BEP 52
 * (overlong forms); the CVEs of several clients that missed one of these. */
#ifndef META_SAFEPATH_H
#define META_SAFEPATH_H

#include "util/buf.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    SAFEPATH_MAX_NAME = 255, /* bytes of a component; NAME_MAX everywhere */
    SAFEPATH_CUT_NAME = 240, /* bytes that a longer one is cut to */
    SAFEPATH_MAX_DEPTH = 64, /* components */
    SAFEPATH_MAX_LEN = 4095, /* bytes of a path */
};

/* A path as it grows, component by component. */
struct safepath {
    struct buf text;   /* '/'-separated, no NUL */
    unsigned depth;    /* components in text; 0: no path yet */
    bool changed;      /* text is not just what the torrent says */
};

/* Begin an empty path; safepath_fini() frees it, safepath_reset() makes it
 * empty again. */
void safepath_init(struct safepath *p);
void safepath_fini(struct safepath *p);
void safepath_reset(struct safepath *p);

/* Append one component. ERR_UNSAFE_PATH: refused, see above; ERR_TOO_BIG: too
 * deep or too long. cause (may be NULL) then says which and why. */
enum err safepath_add(struct safepath *p, struct span raw,
                      struct cause *cause) ERR_MUST_CHECK;

/* The path in new memory; free with free(). */
char *safepath_dup(struct safepath *p);

/* A safe path with a number in its last component, in new memory: "dir/a.txt"
 * and 3 give "dir/a.3.txt". Its last component stays within the limit. */
char *safepath_numbered(const char *path, size_t number);

#endif
