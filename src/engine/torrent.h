/* torrent.h -- one torrent: joins its files, pieces, peers and trackers, and owns
 * their lifetime. Its parts: members (connected peers), intake (blocks in, pieces
 * out), upload (what peers ask for), checkup (what is on disk and remembered), trackers.
 * States:
 *   CHECKING  what is on disk is looked at, and hashed where it is in doubt
 *   RUNNING   peers are dialled, accepted, given work and served
 *   NO_SPACE  as RUNNING, but nothing is asked for until a write succeeds again
 *   FAILED    the disk or the data cannot be used; `cause` says why; nothing goes on
 *   STOPPING  trackers are told, what was received is saved
 *   STOPPED   nothing is under way: may be freed
 * Owned by a session; loop thread only. */
#ifndef ENGINE_TORRENT_H
#define ENGINE_TORRENT_H

#include "disk/queue.h"
#include "disk/store.h"
#include "engine/env.h"
#include "meta/metainfo.h"
#include "model/frame.h"
#include "proto/handshake.h"
#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct torrent;

struct torrent_config {
    uint32_t id;
    struct metainfo *meta;      /* taken */
    struct store *store;        /* taken: one reference */
    const char *dir;            /* copied: the download folder, for the record */
    char *resume_path;          /* taken; NULL: nothing is remembered */
    const uint8_t *priorities;  /* borrowed: one a file, or NULL */
    bool is_sequential;
    bool preallocate;
    uint64_t limit_down_Bps;    /* 0: unlimited */
    uint64_t limit_up_Bps;
    uint32_t max_peers;         /* 0: LIMITS_MAX_CONNS_TORRENT */
};

/* Begin: CHECKING. env is borrowed and outlives it. */
struct torrent *torrent_new(struct env *env,
                            const struct torrent_config *config);
/* Drops everything at once; no job of it may be with the disk any more. */
void torrent_free(struct torrent *t);

/* Tell the trackers, save, come to rest. */
void torrent_stop(struct torrent *t);
bool torrent_is_stopped(const struct torrent *t);
/* Give up what torrent_stop() still waits for. */
void torrent_stop_now(struct torrent *t);

/* A job of this torrent is done: taken. */
void torrent_on_job(struct torrent *t, struct disk_job *job);
/* An accepted connection (counted by limits_may_accept()) that named this torrent:
 * taken; its handshake was read, and nothing after it. */
void torrent_accept(struct torrent *t, struct conn *conn,
                    const struct handshake *theirs);
/* A peer that the user named. */
void torrent_add_peer(struct torrent *t, const struct addr *a);
void torrent_reannounce(struct torrent *t);
/* True when the datagram was an answer to this torrent. */
bool torrent_on_datagram(struct torrent *t, const struct addr *from,
                         struct span bytes);

uint32_t torrent_id(const struct torrent *t);
const uint8_t *torrent_info_hash(const struct torrent *t); /* 20 bytes */
void torrent_frame(struct torrent *t, struct frame_torrent *out);

void torrent_check(struct torrent *t); /* asserts its invariants: for tests */

#endif
