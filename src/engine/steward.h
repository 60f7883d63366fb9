/* steward.h -- the torrents of a session together: the roster, how its entries are saved,
 * seen, found and stopped, and what its parts need of all that. Its parts, each above it:
 * admit and opening (torrents come in), orders (what is asked of them), rounds (what is done
 * by itself), charge, magnets, removal. Knows none of them, no sockets and no bridge.
 * Saving: settings go to the disk within STEWARD_SAVE_MS of their change, by a job; no
 * entry whose lock is another instance's is ever saved or removed.
 * An open struct, shared with its parts; to others by calls only. Owned by a session; loop
 * thread only. */
#ifndef ENGINE_STEWARD_H
#define ENGINE_STEWARD_H

#include "disk/queue.h"
#include "engine/env.h"
#include "engine/lineup.h"
#include "engine/roster.h"
#include "engine/statedir.h"
#include "engine/undo.h"
#include "model/command.h"
#include "model/frame.h"
#include "net/loop.h"
#include "proto/handshake.h"
#include "swarm/peers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct detail;
struct focus;
struct overall;

enum {
    STEWARD_SAVE_MS = 200,
    STEWARD_IDLE_MS = 300000 /* nothing moved: its place is free for the next */
};

/* The tags of jobs of entries themselves; all others are their torrent's. */
static const uint64_t STEWARD_TAG = UINT64_MAX - 1;
static const uint64_t STEWARD_TAG_MOVED =
    UINT64_MAX - 2; /* saves a new place */

struct steward {
    struct env *env;           /* borrowed */
    struct statedir *statedir; /* borrowed */
    struct overall *overall;   /* borrowed, or NULL: nobody looks */
    bool keeps; /* what is added to be kept is there at the next start */
    struct roster roster;
    struct undo undo; /* what was removed */
    struct lineup_bounds bounds;
    bool was_bounded; /* when the queue was last looked at: some may wait */
    uint32_t seed_ratio_m, seed_minutes; /* goals; 0: none */
    struct loop_timer step_timer, save_timer;
    bool is_stopping;
};

/* Borrowed things outlive it. Makes s empty; see admit_load(). look: called with s in the
 * turn after steward_look_soon() (rounds_look()). */
void steward_init(struct steward *s, struct env *env, struct statedir *statedir,
                  struct overall *overall, void (*look)(void *steward));
/* When steward_is_stopped(), or when the disk is gone. */
void steward_fini(struct steward *s);

/* The bounds and goals of the session, those that it has. */
void steward_limit(struct steward *s, const struct command_limits *limits);

/* As env->changed(): have it all looked at, later in this turn. */
void steward_look_soon(struct steward *s);
/* Begin to stop all; nothing is obeyed from then on. */
void steward_stop(struct steward *s);
/* Give up what that waits for, but the disk; call again until it is. */
void steward_stop_now(struct steward *s);
bool steward_is_stopped(const struct steward *s);

/* An accepted connection that named this torrent, or magnet: as torrent_accept(). False:
 * there is none that is open, and the connection is the caller's. */
bool steward_accept(struct steward *s, struct conn *conn,
                    const struct handshake *theirs);
/* Peers of a torrent, or magnet, heard of by source; of others they are forgotten. */
void steward_add_peers(struct steward *s, const uint8_t info_hash[20],
                       const struct addr *addrs, size_t n,
                       enum peers_source source);
/* All that the focus asks for; owned by the caller. NULL: it is not open. */
struct detail *steward_detail(const struct steward *s,
                              const struct focus *focus);

/* The torrent of this id, or hash; NULL: none that is open. */
struct torrent *steward_torrent(const struct steward *s, uint32_t id);
struct torrent *steward_torrent_of(const struct steward *s,
                                   const uint8_t info_hash[20]);
/* A frame with the list and the sums over it; owned by the caller. */
struct frame *steward_frame(const struct steward *s);

/* For its parts. */

/* Tell the front end: of entry e, or of the session (NULL). text: clean, copied. */
void steward_post(struct steward *s, const struct roster_entry *e,
                  enum event_kind kind, enum err err, const char *text);
/* Give a job of e itself to the disk (taken). */
void steward_submit(struct steward *s, struct roster_entry *e,
                    struct disk_job *job, uint64_t tag);
/* Save the settings of e, soon, or at once; of one that is not saved, do nothing. */
void steward_save_soon(struct steward *s, struct roster_entry *e);
void steward_save(struct steward *s, struct roster_entry *e, uint64_t tag);
/* May its settings be saved: is it to be kept, and are its files ours? */
bool steward_can_save(const struct roster_entry *e);
/* Save all that it needs to be there at the next start. */
void steward_keep(struct steward *s, struct roster_entry *e);
/* How it waits at its start: NULL, or words for torrent_wait(). */
bool steward_has_bounds(const struct steward *s);

#endif
