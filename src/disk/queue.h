/* queue.h -- disk work: jobs in, completions out. The engine submits jobs that carry
 * their bytes (ownership moves with them) and name what they are for by numbers, never
 * by pointers into engine state; workers run them; the loop drains the completions.
 * Order: what a worker takes next is a READ (an upload waits for it), else the
 * longest waiting of the WRITEs (they hold memory) and of the jobs that are
 * neither READ nor HASH, else a HASH, so that checking one torrent does not stall
 * the others; after DISKQ_READ_BURST READs in a row one of the others has its turn.
 * Two jobs may run at once, so whoever needs an order waits for a completion, but
 * for this: what is neither a WRITE, READ nor HASH starts only when all WRITEs of its
 * torrent and all others of that kind that were submitted before have completed,
 * and a HASH only when all WRITEs to its piece have.
 * Hashing: a worker that finds several DISK_WRITE or DISK_HASH jobs waiting takes up
 * to hash_many_lanes() of them and hashes them together.
 * One mutex, never held across a system call or callback. diskq_run_one() is a
 * worker's whole body: tests and simulations call it without threads. */
#ifndef DISK_QUEUE_H
#define DISK_QUEUE_H

#include "util/bitset.h"
#include "util/err.h"
#include "util/hash.h"
#include "util/refbuf.h"
#include "disk/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DISKQ_MAX_WORKERS = 32, /* fewer than STORE_FILES_MAX_OPEN */
    DISKQ_READ_BURST = 16
};

struct diskq;
struct haul;
struct ipload;

enum disk_op {
    DISK_PREPARE, /* store_prepare() */
    /* Write `len` bytes at (piece_idx, begin); with `check`, they are a whole
     * piece: first hash, and write only if right. */
    DISK_WRITE,
    /* Read piece `piece_idx` back and compare its hash. What memory this takes
     * does not grow with the piece. */
    DISK_HASH,
    DISK_READ,   /* read `len` bytes at (piece_idx, begin) into `data` */
    DISK_SYNC,   /* store_sync() */
    DISK_STAT,   /* store_stat() of every file, into `stats` */
    DISK_SAVE,   /* atomic_replace() of file `path` by `bytes`, mode 0600 */
    DISK_DROP,   /* atomic_remove() of file `path` */
    DISK_BRING,  /* haul_bring() */
    DISK_ERASE,  /* haul_erase() */
    DISK_SPACE,  /* space_free() of folder `path`, into `free_bytes` */
    DISK_IPLOAD, /* ipload_run() of `ipload` */
    DISK_CLOSE,  /* close the store's descriptors */
    DISK_N_OPS
};

struct disk_job {
    enum disk_op op;
    uint32_t torrent;    /* whom it is for */
    uint64_t tag;        /* the submitter's own; untouched */
    struct store *store; /* owned reference, or NULL where none is needed */
    uint64_t off;        /* in the torrent, of the first byte */
    uint32_t piece_idx;
    uint32_t begin;
    uint32_t len;        /* DISK_HASH: of the piece */
    uint8_t *bytes;      /* owned; DISK_WRITE, DISK_SAVE */
    struct refbuf *data; /* owned; DISK_READ: `len` bytes of the submitter's */
    bool check;          /* DISK_WRITE: hash first */
    bool preallocate;    /* DISK_PREPARE */
    struct bitset *wanted; /* owned; DISK_PREPARE: files; NULL: all */
    /* DISK_WRITE with check, DISK_HASH: give the hash of every 16 KiB block. A
     * WRITE gives them unasked too when the piece is wrong; a HASH, whose bytes
     * are gone by then, has to be submitted again with this set. */
    bool want_block_hashes;
    uint8_t hash[SHA1_LEN]; /* what the piece must hash to */
    char *path;             /* owned; DISK_SAVE, DISK_DROP */
    bool is_lazy;           /* DISK_SAVE: by atomic_replace_lazily() */
    struct haul *haul;      /* owned reference; DISK_BRING, DISK_ERASE */
    struct ipload *ipload;  /* owned; DISK_IPLOAD */
    size_t n_files;         /* DISK_STAT */

    /* Results. */
    enum err err;             /* OK; ERR_HASH; what the store said */
    struct cause cause;       /* words for err */
    uint8_t *block_hashes;    /* owned; SHA1_LEN each, or NULL */
    struct store_stat *stats; /* owned; n_files, or NULL */
    uint64_t free_bytes;      /* DISK_SPACE */
    int64_t queued_us, started_us, done_us; /* for the disk view */

    /* The queue's own. */
    struct disk_job *next;
    uint64_t seq; /* order of submission */
};

/* A zeroed job; takes a reference to store (may be NULL). */
struct disk_job *disk_job_new(enum disk_op op, struct store *store,
                              uint32_t torrent);
/* Frees what it owns, its bytes too. NULL: nothing. */
void disk_job_free(struct disk_job *job);

/* n_workers threads, at most DISKQ_MAX_WORKERS; 0: none (diskq_run_one() is called
 * by hand). on_done (may be NULL) is called in a worker, or in diskq_cancel(), when
 * completions wait and did not before: it wakes the loop. ERR_SYS: no threads. */
enum err diskq_new(unsigned n_workers, void (*on_done)(void *ctx), void *ctx,
                   struct diskq **out) ERR_MUST_CHECK;
/* Finish what was submitted, end the threads, free undrained completions. */
void diskq_free(struct diskq *q);

/* Hand a job over. Never blocks, never fails; the submitter bounds how much. */
void diskq_submit(struct diskq *q, struct disk_job *job);
/* The next completed job, now the caller's; NULL when none. */
struct disk_job *diskq_take_done(struct diskq *q);
/* Forget waiting DISK_HASH and DISK_READ jobs of a torrent: they complete with
 * ERR_CANCELLED. */
void diskq_cancel(struct diskq *q, uint32_t torrent);
/* Jobs waiting or running, and the bytes that they carry (out may be NULL). */
size_t diskq_depth(struct diskq *q, uint64_t *bytes_out);
/* How many HASH jobs of one submitter keep every worker busy: twice what they
 * take at a time. */
size_t diskq_hash_window(const struct diskq *q);
/* Hash up to n (1..SHA1_MAX_LANES) jobs together in place of hash_many_lanes(). Before
 * the first job. */
void diskq_set_batch(struct diskq *q, size_t n);
/* Run waiting work once (one job, or one batch); false when there was none. */
bool diskq_run_one(struct diskq *q);

#endif
