/* create.h -- makes a .torrent: its piece length, its hashes, its bytes. Opens
 * no file and starts no thread: data comes through a create_source that the
 * caller gives, and hashing goes on in as many threads as the caller has, each
 * with a create_hasher of its own.
 * Files are laid end to end in the order given; offsets count in that run.
 * Owner and thread: values; a hasher belongs to one thread.
 * Source: BEP 3, 12 (announce-list), 19 (url-list), 27 (private). */
#ifndef META_CREATE_H
#define META_CREATE_H

#include "meta/geometry.h"
#include "meta/metainfo.h"
#include "util/buf.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static const uint32_t CREATE_MIN_PIECE_LEN = 16u << 10;
static const uint32_t CREATE_MAX_CHOSEN_PIECE_LEN = 16u << 20;

/* Where the data is read. */
struct create_source {
    /* Read exactly len bytes at off of the run of all files. */
    enum err (*read)(void *ctx, uint64_t off, void *bytes, size_t len,
                     struct cause *cause);
    void *ctx; /* borrowed: outlives the hasher */
};

struct create_file {
    const char *path;    /* borrowed; '/'-separated, relative */
    uint64_t size_bytes; /* may be 0 */
};

/* What goes into a torrent besides its hashes. All is borrowed. */
struct create_spec {
    const char *name;    /* of the file, or of the folder of all files */
    bool is_single;      /* one file, whose path is not used */
    const struct create_file *files;
    size_t n_files;
    struct geometry geo;
    const struct metainfo_tracker *trackers; /* in tier order */
    size_t n_trackers;
    const char *const *web_seeds;
    size_t n_web_seeds;
    const char *comment;    /* NULL: none; so below */
    const char *created_by;
    const char *source;
    int64_t created_wall;   /* seconds since 1970; 0: not said */
    bool is_private;
};

/* The piece length for a torrent of size_bytes bytes: a power of two, from
 * 16 KiB to 16 MiB, that gives 1,000 to 2,000 pieces where it can. */
uint32_t create_piece_len(uint64_t size_bytes);

/* Hashes pieces, in lanes where this machine is quicker so. */
struct create_hasher;

/* Begin on a torrent of geometry geo (copied), read from source (copied). */
struct create_hasher *create_hasher_new(const struct geometry *geo,
                                        struct create_source source);
void create_hasher_free(struct create_hasher *h);

/* How many pieces create_hasher_run() is best given at once. */
uint32_t create_hasher_batch(const struct create_hasher *h);

/* Hash pieces first .. first + n - 1 (n at most the batch) to hashes_out:
 * 20 * n bytes. A failure is that of the source; the hasher may then only be
 * freed. */
enum err create_hasher_run(struct create_hasher *h, uint32_t first, uint32_t n,
                           uint8_t *hashes_out,
                           struct cause *cause) ERR_MUST_CHECK;

/* Append the .torrent to out; piece_hashes: 20 * geo.n_pieces bytes.
 * ERR_TOO_BIG: out's maximum. */
enum err create_write(const struct create_spec *spec,
                      const uint8_t *piece_hashes,
                      struct buf *out) ERR_MUST_CHECK;

#endif
