/* resume.h -- what is remembered of a torrent between runs, as a value and as bytes.
 * The file is bencoded, with a version and a SHA-256 over its content: anything that
 * does not check out is refused whole, and the data is hashed again instead. It is as
 * untrusted as what comes from the net (CVE-2009-3575): every length is bounded.
 * HAVE bits of a file are trusted only while its size and time are what was
 * recorded; resume_trust() clears those that touch a file that changed. */
#ifndef DISK_RESUME_H
#define DISK_RESUME_H

#include "disk/store.h"
#include "meta/metainfo.h"
#include "util/addr.h"
#include "util/bitset.h"
#include "util/buf.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Priorities as enum piece_priority has them (swarm/pieces.h), which this layer
 * does not know. */
enum { RESUME_PRIORITY_NORMAL = 2, RESUME_PRIORITY_MAX = 3 };

enum {
    RESUME_MAX_PARTIALS = 8192, /* more are forgotten when written */
    RESUME_MAX_PEERS = 100,     /* likewise */
    RESUME_MAX_DIR_LEN = 4096,  /* bytes of `dir` */
    RESUME_MAX_LEN = 32 << 20   /* bytes of the whole file */
};

/* A piece begun: which of its blocks are right there in the files, unverified. */
struct resume_partial {
    uint32_t piece_idx;
    struct bitset *blocks; /* owned */
};

struct resume {
    uint8_t info_hash[METAINFO_HASH_LEN];
    char *dir;                /* owned: the download folder */
    struct bitset *have;      /* owned */
    struct store_stat *files; /* owned; n_files, as of the last sync */
    uint8_t *file_priorities; /* owned; n_files of enum piece_priority */
    size_t n_files;
    struct resume_partial *partials; /* owned */
    size_t n_partials;
    struct addr *peers; /* owned; whom to begin with */
    size_t n_peers;
    uint64_t bytes_down, bytes_up; /* payload, of all runs */
    uint64_t bytes_wasted;
    int64_t seconds_down, seconds_seed;
    int64_t added_wall, completed_wall; /* 0: unknown, not yet */
    bool is_sequential;
};

/* An empty one for this torrent: nothing had, priorities normal, no dir. */
struct resume *resume_new(const struct metainfo *meta);
void resume_free(struct resume *r);

/* Append the file's bytes to out. ERR_TOO_BIG when out is too small (what it held
 * before is kept). */
enum err resume_encode(const struct resume *r, struct buf *out) ERR_MUST_CHECK;
/* Read it back for this torrent. ERR_TOO_BIG, ERR_SYNTAX; ERR_HASH: the checksum,
 * so cut or damaged; ERR_INVALID: another version, not this torrent, or values
 * that do not fit it; cause says which. */
enum err resume_decode(const void *bytes, size_t len,
                       const struct metainfo *meta, struct resume **out,
                       struct cause *cause) ERR_MUST_CHECK;

/* Compare the record with the files' stats now (n_files entries). The pieces that
 * touch a file that changed lose their have bit and their partial, and are set in
 * `doubt` (n_pieces bits): to be hashed again. Pieces that lie beyond the end of a
 * file, or in an absent one, are not had and need no hashing. Return how many bits
 * of doubt are set. O(n_files + n_pieces). */
uint32_t resume_trust(struct resume *r, const struct metainfo *meta,
                      const struct store_stat *now, struct bitset *doubt);

#endif
