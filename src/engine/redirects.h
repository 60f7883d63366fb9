/* redirects.h -- remembers where a web server's redirects led, so that the next range is
 * asked for there at once, and not of the server first. Asks nobody.
 * Where only scheme, host and port were others, that holds for all of the server (one of
 * many mirrors); else for the file, REDIRECTS_MAX_FILES of them, the latest. Kept for
 * REDIRECTS_KEEP_MS, not longer by being used: a redirect may be for a while only. Where
 * it led to an error it is forgotten, and for as long again none is learned: the server is
 * asked each time, as if this were not here.
 * All zero: nothing is known. A part of a webserver; loop thread only. Source: RFC 9110,
 * 15.4 (of which the wait is ours: most redirects do not say how long they hold). Costs:
 * O(REDIRECTS_MAX_FILES); memory of as many URLs of REDIRECTS_MAX_URL bytes at most. */
#ifndef ENGINE_REDIRECTS_H
#define ENGINE_REDIRECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REDIRECTS_KEEP_MS = 10 * 60 * 1000,
    REDIRECTS_MAX_FILES = 16,
    REDIRECTS_MAX_URL = 2048 /* longer ones are not kept */
};
/* The URL is of no one file: only what holds for all of the server is looked at. */
static const size_t REDIRECTS_NO_FILE = SIZE_MAX;

struct redirects_file {
    size_t file_idx;
    char *url; /* owned */
    int64_t until_ms;
};

struct redirects {
    char *origin; /* owned: scheme, host and port; NULL: those of the server */
    int64_t origin_until_ms;
    struct redirects_file files[REDIRECTS_MAX_FILES]; /* the oldest first */
    size_t n_files;
    int64_t barred_until_ms; /* none is learned before */
};

void redirects_fini(struct redirects *r);

/* Where to ask instead of url: a string, owned by the caller. NULL: url itself. */
char *redirects_find(struct redirects *r, size_t file_idx, const char *url,
                     int64_t now_ms);
/* A request for url was answered well, by `effective`: the last of its redirects. */
void redirects_learn(struct redirects *r, size_t file_idx, const char *url,
                     const char *effective, int64_t now_ms);
/* Where redirects_find() sent us leads elsewhere by now: forget it. */
void redirects_forget(struct redirects *r, size_t file_idx);
/* It failed there. */
void redirects_fail(struct redirects *r, size_t file_idx, int64_t now_ms);

#endif
