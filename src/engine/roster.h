/* roster.h -- the torrents of a session, in the order of its queue: found by id, by hash
 * and by place. An entry is a torrent that is open, or what stands for one that is not
 * (yet): a magnet, one that another instance has, one whose files cannot be used; its
 * `cause` then says why. Knows no files and no network: what happens to entries is
 * admit's, steward's and removal's, who share these open structs.
 * Invariants: each id and each hash is there once; `order` of the entries ascends.
 * Owned by a session; loop thread only. Finding is O(1); the rest O(n) at most. */
#ifndef ENGINE_ROSTER_H
#define ENGINE_ROSTER_H

#include "disk/kept.h"
#include "meta/metainfo.h"
#include "model/frame.h"
#include "util/err.h"
#include "util/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

struct haul;
struct lockset_lock;
struct seeker;
struct steward;
struct torrent;

/* What is to become of an entry. */
enum roster_fate {
    ROSTER_STAYS,
    ROSTER_STOPPING, /* to be removed: its torrent comes to rest first */
    ROSTER_CLEARING  /* to be removed: the disk is at work */
};

struct roster_entry {
    uint32_t id;
    uint8_t info_hash[METAINFO_HASH_LEN];
    uint8_t mse_hash[SHA1_LEN]; /* what names it in an encrypted handshake */
    char name[FRAME_NAME_LEN];  /* clean */
    struct torrent *torrent;    /* owned, or NULL: it is not open */
    struct lockset_lock *lock;  /* owned, or NULL */
    struct metainfo *meta; /* owned; of one that is not open, where known */
    struct kept *kept;     /* owned: how it is set */
    bool is_saved;         /* to be there at the next start */
    bool is_magnet;
    /* Owned; of a magnet that is ours: gets its metadata. */
    struct seeker *seeker;
    bool metadata_only; /* of a magnet: nothing is opened when they are here */
    struct steward *steward; /* borrowed: holds it; with seeker */
    enum err err;            /* of one that is not open */
    struct cause cause;      /* likewise: why */
    /* Saving. */
    bool save_is_due;
    uint32_t n_jobs;        /* with the disk, of this entry itself */
    struct haul *old_place; /* owned: to be erased when its new one is saved */
    /* Its turn. */
    bool was_active;     /* when last looked at */
    uint64_t bytes_seen; /* moved, when last looked at */
    int64_t moved_ms;    /* when that last was less than now */
    /* Removal. */
    enum roster_fate fate;
    bool erases;               /* its data too */
    struct haul *haul;         /* owned: what is being erased */
    struct cause failed;       /* what could not be done, or "" */
    struct frame_torrent *row; /* owned reference: the latest of one not open */
    UT_hash_handle by_id, by_hash, by_mse;
};

struct roster {
    /* Owned, each too; the first in the queue first. */
    struct roster_entry **order;
    size_t n, cap;
    struct roster_entry *by_id, *by_hash, *by_mse;
    uint32_t next_id;
};

void roster_init(struct roster *r);
/* Its entries, with all that they own; their torrents must be stopped, or the disk be
 * gone. */
void roster_fini(struct roster *r);

/* A new entry, not in the roster yet, of this hash and settings (taken). */
struct roster_entry *
roster_entry_new(const uint8_t info_hash[METAINFO_HASH_LEN], struct kept *kept);
void roster_entry_free(struct roster_entry *e); /* NULL: nothing */

/* Put e (taken) in: it gets its id, and its place by kept->order. */
void roster_insert(struct roster *r, struct roster_entry *e);
/* Take e out, and free it. */
void roster_drop(struct roster *r, struct roster_entry *e);
/* An order behind all that are there. */
int64_t roster_last_order(const struct roster *r);

struct roster_entry *roster_find_id(const struct roster *r, uint32_t id);
struct roster_entry *
roster_find_hash(const struct roster *r,
                 const uint8_t info_hash[METAINFO_HASH_LEN]);

/* The one with this mse_torrent_hash(). */
struct roster_entry *roster_find_mse(const struct roster *r,
                                     const uint8_t hash[SHA1_LEN]);

/* Move e so many places up (delta < 0) or down, as far as there are. The order of e, and
 * of others if there is no room between, changes: these have save_is_due. False: it
 * is there already. */
bool roster_move(struct roster *r, struct roster_entry *e, int32_t delta);

void roster_check(
    const struct roster *r); /* asserts its invariants: for tests */

#endif
