/* kept.h -- how one torrent of a lasting session was set, as a value and as bytes: where
 * it lies, what the user wants of it, its place in the queue. What is had of it is
 * resume.h's; the torrent itself lies beside it as it came.
 * The file is sealed (sealed.h) and has a version. It is as untrusted as any: every
 * length is bounded, every number is in its range, or the whole is refused. A key that
 * is absent has its default: what a later version adds needs no new version.
 * Owner and thread: a value; any thread. */
#ifndef DISK_KEPT_H
#define DISK_KEPT_H

#include "util/buf.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KEPT_HASH_LEN = 20,
    KEPT_MAX_LEN = 8 << 20,       /* bytes of the whole file */
    KEPT_MAX_DIR_LEN = 4096,      /* bytes of `dir` */
    KEPT_MAX_LABEL_LEN = 128,     /* bytes of `label` */
    KEPT_MAX_WORDS_LEN = 400,     /* bytes of `paused_why` */
    KEPT_MAX_MAGNET_LEN = 65536,  /* bytes of `magnet` */
    KEPT_MAX_URL_LEN = 2048,      /* bytes of a tracker's URL */
    KEPT_MAX_URLS = 256,          /* of each list */
    KEPT_MAX_PRIORITY = 3
};

/* Of `order`, either way: there is room to count on from it. */
static const int64_t KEPT_MAX_ORDER = (int64_t)1 << 60;

/* A list of URLs. */
struct kept_urls {
    char **items; /* owned, each too */
    size_t n;
};

struct kept {
    uint8_t info_hash[KEPT_HASH_LEN];
    char *dir;        /* owned: the download folder, absolute */
    char *label;      /* owned, or NULL */
    char *magnet;     /* owned, or NULL: the link; what it holds is not known yet */
    char *paused_why; /* owned, or NULL: why it was paused, if not by the user */
    bool is_paused;
    bool chooses;     /* of a magnet: paused when its metadata are here */
    bool is_forced;   /* runs whatever the queue says */
    bool is_sequential;
    bool is_first_last;
    bool preallocate;
    uint64_t limit_down_Bps, limit_up_Bps; /* 0: unlimited */
    uint32_t max_peers;                    /* 0: the default */
    uint32_t seed_ratio_m;                 /* thousandths; 0: the session's */
    uint32_t seed_minutes;                 /* 0: the session's */
    bool is_seeded;     /* it has reached its goal: it is not paused for it again */
    int64_t order;      /* of the queue: ascending */
    int64_t added_wall; /* 0: unknown */
    uint8_t *priorities; /* owned: one a file, 0..KEPT_MAX_PRIORITY, or NULL */
    size_t n_priorities;
    struct kept_urls more_trackers; /* the user's, beside the torrent's own */
    struct kept_urls no_trackers;   /* the torrent's, that the user removed */
    /* Of all: not to be asked until the user says so. May have some that are not there. */
    struct kept_urls disabled_trackers;
};

/* An empty one: nothing set, no dir. Owned by the caller. */
struct kept *kept_new(const uint8_t info_hash[KEPT_HASH_LEN]);
void kept_free(struct kept *k); /* NULL: nothing */

/* Append the file's bytes to out. ERR_TOO_BIG when out is too small (what it held
 * before is kept). */
enum err kept_encode(const struct kept *k, struct buf *out) ERR_MUST_CHECK;
/* Read it back; info_hash: whose it must be. ERR_TOO_BIG, ERR_SYNTAX; ERR_HASH: cut or
 * damaged; ERR_INVALID: another version, another torrent, or values that cannot be;
 * cause says which. */
enum err kept_decode(const void *bytes, size_t len,
                     const uint8_t info_hash[KEPT_HASH_LEN], struct kept **out,
                     struct cause *cause) ERR_MUST_CHECK;

/* Put a URL at the end (copied), unless it is there. False: the list is full, or the
 * URL is too long. */
bool kept_urls_add(struct kept_urls *urls, const char *url);
/* Take one out. False: it is not there. */
bool kept_urls_remove(struct kept_urls *urls, const char *url);
/* The lists of `from` take the place of those of k, and `from` has none then. */
void kept_take_urls(struct kept *k, struct kept *from);
bool kept_urls_has(const struct kept_urls *urls, const char *url);

#endif
