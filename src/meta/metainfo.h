/* metainfo.h -- a .torrent file, checked and as values: immutable once made.
 * Strings are strangers' raw bytes (NUL-terminated copies, never holding NUL):
 * pass them through text_clean() before anyone sees them. Paths are already
 * safe for the disk: safepath has made each component a plain name, duplicates
 * were renamed, clashes (a file where a folder must be) refused.
 * Owner and thread: whoever parsed it frees it; any thread may read it.
 * Source: BEP 3, 5 (nodes), 12 (announce-list), 17 (httpseeds), 19 (url-list),
 * 27 (private), 47 (attr, padding). Limits: 16 MiB, depth 32, 3,000,000 tokens. */
#ifndef META_METAINFO_H
#define META_METAINFO_H

#include "meta/geometry.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { METAINFO_HASH_LEN = 20 };
static const size_t METAINFO_MAX_LEN = 16u << 20;

struct metainfo_file {
    char *path;          /* owned; relative, '/'-separated, safe for the disk */
    uint64_t off;        /* first byte, in the torrent */
    uint64_t size_bytes; /* may be 0 */
    bool is_pad;         /* BEP 47 padding: zeros, never on disk */
    bool is_executable;  /* attr x */
    bool was_renamed;    /* path differs from what the torrent says */
    struct span names;   /* inside the torrent's raw: its bencoded list of raw
                            names; empty for a single file, and for padding */
};

struct metainfo_tracker {
    char *url;     /* owned; http, https or udp */
    uint32_t tier; /* 0 first */
};

struct metainfo_node {
    char *host; /* owned */
    uint16_t port;
};

struct metainfo {
    uint8_t info_hash[METAINFO_HASH_LEN]; /* of the raw bytes of `info` */
    struct geometry geo;
    char *name; /* owned; of the torrent, raw */
    char *dir;  /* owned; folder of a multi-file torrent, safe; NULL for a single
                   file */
    struct metainfo_file *files; /* owned; n_files, in torrent order */
    size_t n_files;
    const uint8_t *piece_hashes;       /* inside raw; 20 * geo.n_pieces bytes */
    struct metainfo_tracker *trackers; /* owned; in tier order */
    size_t n_trackers;
    char **web_seeds; /* owned; http(s) URLs, of BEP 19 */
    size_t n_web_seeds;
    char **http_seeds; /* owned; http(s) URLs, of BEP 17 */
    size_t n_http_seeds;
    struct metainfo_node *nodes; /* owned */
    size_t n_nodes;
    char *comment;        /* owned or NULL */
    char *created_by;     /* owned or NULL */
    char *source;         /* owned or NULL: the `source` of the info dict */
    int64_t created_wall; /* seconds since 1970; 0 unknown */
    bool is_private;      /* BEP 27 */
    uint8_t *raw;         /* owned; the whole file as read */
    size_t raw_len;
    struct span info; /* the info dict, inside raw */
};

/* A run of bytes in one file. */
struct metainfo_part {
    size_t file_idx;
    uint64_t from; /* in the file */
    uint64_t len;
    bool is_pad; /* zeros: to be had from nowhere */
};

/* Read a torrent from len bytes (copied). On failure cause (may be NULL) says
 * which field is wrong and why. ERR_SYNTAX, ERR_TRUNCATED: not bencode;
 * ERR_INVALID, ERR_TOO_BIG, ERR_UNSAFE_PATH, ERR_UNSUPPORTED (v2 only). */
enum err metainfo_parse(const void *bytes, size_t len, struct metainfo **out,
                        struct cause *cause) ERR_MUST_CHECK;
void metainfo_free(struct metainfo *m);

/* The 20-byte hash of piece piece_idx. */
const uint8_t *metainfo_piece_hash(const struct metainfo *m,
                                   uint32_t piece_idx);

/* The first file whose bytes reach beyond `off`, by binary search; n_files when
 * off >= size. Skips zero-length files. O(log n_files). */
size_t metainfo_file_at(const struct metainfo *m, uint64_t off);

/* The first part of the len bytes at off (len > 0; both inside the torrent): up to the
 * end of its file, or of the bytes. O(log n_files). */
struct metainfo_part metainfo_part_at(const struct metainfo *m, uint64_t off,
                                      uint64_t len);

/* First and last piece that hold bytes of a file of at least one byte. */
void metainfo_file_pieces(const struct metainfo *m, size_t file_idx,
                          uint32_t *first_out, uint32_t *last_out);
/* The same of its bytes from `size_bytes` on, which a file on disk of that size lacks.
 * False: it lacks none, as padding does. */
bool metainfo_lacking_pieces(const struct metainfo *m, size_t file_idx,
                             uint64_t size_bytes, uint32_t *first_out,
                             uint32_t *last_out);

/* How many of its files are on disk: all but padding. O(n_files). */
size_t metainfo_n_on_disk(const struct metainfo *m);

/* What its data are in the download folder: its folder, or its one file. Borrowed. */
const char *metainfo_top(const struct metainfo *m);

/* The path of a file below the download folder: "dir/path" or "path". Free. */
char *metainfo_disk_path(const struct metainfo *m, size_t file_idx);

#endif
