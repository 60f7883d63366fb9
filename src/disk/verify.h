/* verify.h -- checks pieces on disk against their hashes: all, or some. Feeds a
 * disk queue within a bounded window and gathers the answers; does not wait, and
 * does not read or hash itself. Pieces of files that are absent or too short are
 * missing without being read.
 * States: looking at the files (one STAT job), hashing, done. The owner routes the
 * completions that carry its torrent and tag to verify_on_done(), which goes on by
 * itself, until verify_is_done().
 * Owner and thread: whoever drains the queue; that thread. Cost: O(n_files +
 * n_pieces) memory and time beside the hashing. */
#ifndef DISK_VERIFY_H
#define DISK_VERIFY_H

#include "meta/metainfo.h"
#include "util/bitset.h"
#include "util/err.h"
#include "disk/queue.h"
#include "disk/store.h"

#include <stdbool.h>
#include <stdint.h>

struct verify;

enum verify_result {
    VERIFY_GOOD,
    VERIFY_BAD,       /* there, and wrong */
    VERIFY_MISSING,   /* a file of it is absent or too short */
    VERIFY_UNREADABLE /* the disk said no: verify_error() */
};

struct verify_progress {
    uint32_t n_pieces; /* to check */
    uint32_t n_good, n_bad, n_missing, n_unreadable;
    uint64_t size_bytes; /* of the pieces to check */
    uint64_t done_bytes; /* of those checked, missing ones too */
    uint64_t read_bytes; /* of those read */
};

/* Told of each piece; may be NULL. It may not free the verify. */
struct verify_host {
    void (*on_piece)(void *ctx, uint32_t piece_idx, enum verify_result result);
    void *ctx; /* borrowed */
};

/* Begin to check the pieces set in `which` (NULL: all; copied) of store (a
 * reference is taken). meta and q are borrowed; torrent and tag are put in each
 * job. The first jobs are submitted by verify_start(). */
struct verify *verify_new(const struct metainfo *meta, struct store *store,
                          struct diskq *q, uint32_t torrent, uint64_t tag,
                          const struct bitset *which);
/* Allowed at any time: jobs in flight complete to their submitter. NULL: nothing. */
void verify_free(struct verify *v);

void verify_start(struct verify *v, const struct verify_host *host);

/* Take a completed job of this verify, owned, and submit more. A cancelled one
 * (diskq_cancel()) ends the whole. */
void verify_on_done(struct verify *v, struct disk_job *job);

/* Nothing is in flight, and nothing more is to be submitted. */
bool verify_is_done(const struct verify *v);
/* OK; ERR_CANCELLED; the first that the disk said, in cause (may be NULL). */
enum err verify_error(const struct verify *v, struct cause *cause);

const struct verify_progress *verify_progress(const struct verify *v);
/* The pieces found good, bad, missing; borrowed. */
const struct bitset *verify_pieces(const struct verify *v,
                                   enum verify_result result);
/* The files as they were found, n_files; NULL before that. Borrowed. */
const struct store_stat *verify_stats(const struct verify *v);

#endif
