/* torrent.h -- one torrent: joins its files, pieces, peers and trackers, and owns
 * their lifetime. Stands above its parts (torrent_parts.h): begins and stops them, and is
 * what others know of them.
 * States:
 *   CHECKING  what is on disk is looked at, and hashed where it is in doubt
 *   RUNNING   peers are dialled, accepted, given work and served
 *   NO_SPACE  as RUNNING, but nothing is asked for until a write succeeds again
 *   FAILED    the disk or the data cannot be used; `cause` says why; nothing goes on
 *   PAUSED    nothing goes on, nothing is held in memory, until it is resumed
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
#include "swarm/peers.h"
#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct detail;
struct focus;
struct kept;
struct overall;
struct peerlink;
struct torrent;
struct trackers;

struct torrent_config {
    uint32_t id;
    /* Borrowed, outlives it, may change (then torrent_touch()): label and is_forced are
     * shown; NULL: neither. */
    const struct kept *kept;
    struct metainfo *meta;     /* taken */
    struct store *store;       /* taken: one reference */
    const char *dir;           /* copied: the download folder, for the record */
    char *resume_path;         /* taken; NULL: nothing is remembered */
    const uint8_t *priorities; /* borrowed: one a file, or NULL */
    bool is_sequential;
    bool is_first_last; /* first and last piece of each file before others */
    bool preallocate;
    bool is_paused;         /* from the start */
    bool is_waiting;        /* from the start: for torrent_wait() to end it */
    const char *paused_why; /* copied; NULL: the user wanted it */
    int64_t added_wall;     /* 0: now */
    bool is_restored;       /* it was here before: EVENT_ADDED is not posted */
    /* When all of its files are gone, it does not begin anew. */
    bool guards_data;
    uint64_t limit_down_Bps; /* 0: unlimited */
    uint64_t limit_up_Bps;
    uint32_t max_peers; /* 0: LIMITS_MAX_CONNS_TORRENT */
    /* Borrowed, outlives it; NULL: nobody looks, and what only views need is not
     * kept. */
    struct overall *overall;
    /* Of one that was a magnet, what its seeker left; all NULL for others. */
    const uint8_t *peer_id;    /* borrowed: 20 bytes */
    struct peers *known;       /* taken */
    struct trackers *trackers; /* taken; they have been announced to */
};

/* Make a torrent and begin: CHECKING. env is borrowed and outlives it; what config
 * takes is the torrent's from here on. Owned by the caller. */
struct torrent *torrent_new(struct env *env,
                            const struct torrent_config *config);
/* Drop everything at once, and free; no job of it may be with the disk any more: only
 * when torrent_is_stopped(), or when the disk is gone. NULL: nothing. */
void torrent_free(struct torrent *t);

/* Begin to stop: close the connections, tell the trackers, save, come to rest. A second
 * call does nothing. */
void torrent_stop(struct torrent *t);
/* Has it come to rest? */
bool torrent_is_stopped(const struct torrent *t);
/* Give up what torrent_stop() still waits for but the disk: STOPPED, unless a job is
 * with the disk; then call again. */
void torrent_stop_now(struct torrent *t);

/* Close the connections, save, and be PAUSED; a torrent that was being checked is
 * checked when it is resumed. Does nothing once torrent_stop() was called. */
void torrent_pause(struct torrent *t);
/* Go on: looks at the files again first. After it FAILED too. */
void torrent_resume(struct torrent *t);
/* Hash all that is on disk, then go on as before. */
void torrent_verify(struct torrent *t);
/* Stop, bring the data to folder `dir`, and go on as before; or go on where it is, when
 * that fails. EVENT_COMMAND says what came of it. ERR_BUSY: it moves already, or stops;
 * ERR_INVALID: it is there. */
enum err torrent_move(struct torrent *t, const char *dir,
                      struct cause *cause) ERR_MUST_CHECK;
/* Is it PAUSED, or about to be? */
bool torrent_is_paused(const struct torrent *t);
/* The same as torrent_pause(), but not by the user: words (clean, copied) say why. */
void torrent_pause_for(struct torrent *t, const char *words);
/* Come to rest as if paused until this is called with NULL: it is not its turn, words
 * (clean, copied) say why. It may be paused as well. */
void torrent_wait(struct torrent *t, const char *words);
bool torrent_is_waiting(const struct torrent *t);

/* A job of this torrent is done: taken. */
void torrent_on_job(struct torrent *t, struct disk_job *job);
/* An accepted connection (counted by limits_may_accept()) that named this torrent:
 * taken, and closed when it is not welcome; its handshake was read, and nothing after
 * it. theirs: borrowed for the call. */
void torrent_accept(struct torrent *t, struct conn *conn,
                    const struct handshake *theirs);
/* A connection of the seeker that left this torrent its peers (is_counted: there), dialled
 * or greeted, with a peer that knows no pieces: taken. Right after torrent_new(). */
void torrent_adopt(struct torrent *t, struct peerlink *link,
                   enum peers_source source, bool is_counted);
/* Peers of this torrent, heard of by source: dialled as soon as it runs. A private one takes
 * none of LSD, PEX, DHT. */
void torrent_add_peers(struct torrent *t, const struct addr *addrs, size_t n,
                       enum peers_source source);
/* Tell the front end that something it asked for is not done (EVENT_COMMAND). words:
 * clean, copied. */
void torrent_refuse(struct torrent *t, enum err err, const char *words);

uint32_t torrent_id(const struct torrent *t); /* as configured */
const struct metainfo *torrent_meta(const struct torrent *t); /* borrowed */
const char *torrent_dir(const struct torrent *t);             /* borrowed */
const char *torrent_name(const struct torrent *t); /* clean, borrowed */
/* 20 bytes, borrowed. */
const uint8_t *torrent_info_hash(const struct torrent *t);
/* Fill in what a front end may know of it; strings are the torrent's, and good until it
 * changes. O(members). */
void torrent_frame(struct torrent *t, struct frame_torrent *out);
/* The same as a row to be shared, the one of before when nothing can have changed;
 * borrowed: until the next call. queue_pos: its place, 1 first; 0: no queue. */
struct frame_torrent *torrent_row(struct torrent *t, uint32_t queue_pos);
/* Something that its row shows was changed: the next one is made anew. */
void torrent_touch(struct torrent *t);
/* Once a second, when it is watched: a sample of its rates and peers. */
void torrent_second(struct torrent *t);
/* It is looked at from now on, or no more (focus: NULL): what only that needs is kept,
 * or dropped. */
void torrent_focus(struct torrent *t, const struct focus *focus);
/* All that the focus asks for, when it is watched; owned by the caller. */
struct detail *torrent_detail(struct torrent *t, const struct focus *focus);

void torrent_check(struct torrent *t); /* asserts its invariants: for tests */

#endif
