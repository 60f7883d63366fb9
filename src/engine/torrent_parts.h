/* torrent_parts.h -- a torrent as its parts know it: the struct that they share, and
 * what all of them need of it: its state, events, jobs (and torrent_touch(), for others
 * too). Knows none of them. Included by torrent.c and its parts (members, intake, verdict,
 * upload, checkup, traffic ...), and by nobody else; HACKING says which stands above which.
 * Loop thread only. */
#ifndef ENGINE_TORRENT_PARTS_H
#define ENGINE_TORRENT_PARTS_H

#include "disk/resume.h"
#include "disk/verify.h"
#include "engine/assembly.h"
#include "engine/member.h"
#include "engine/overall.h"
#include "engine/peerlink.h"
#include "engine/senders.h"
#include "engine/shuns.h"
#include "engine/torrent.h"
#include "engine/trackers.h"
#include "net/loop.h"
#include "swarm/blame.h"
#include "swarm/choker.h"
#include "swarm/peer.h"
#include "swarm/peers.h"
#include "swarm/picker.h"
#include "swarm/pieces.h"

struct metaserve;

enum torrent_state {
    TORRENT_CHECKING,
    TORRENT_RUNNING,
    TORRENT_NO_SPACE,
    TORRENT_FAILED,
    TORRENT_PAUSED,
    TORRENT_STOPPING,
    TORRENT_STOPPED
};

/* What a torrent that is STOPPING will be. */
enum torrent_goal {
    TORRENT_TO_STOP,
    TORRENT_TO_PAUSE,
    TORRENT_TO_MOVE,   /* then as TO_RESTART */
    TORRENT_TO_RESTART /* CHECKING again */
};

struct torrent {
    /* What is looked at in every frame and every second, of thousands of them. */
    struct frame_torrent *row; /* owned reference: the latest, or NULL */
    int64_t row_due_ms;        /* when it is to be made anew in any case */
    bool row_is_good;          /* nothing happened since it was made */
    bool is_at_rest;           /* survey_second() has nothing to do */
    uint32_t id;
    uint32_t queue_pos; /* 1 first; 0: none */
    size_t n_members;
    struct member *members;
    struct env *env; /* borrowed: the session's */

    enum torrent_state state;
    uint32_t n_jobs;            /* of all kinds with the disk */
    const struct kept *kept;    /* borrowed: who opened it; or NULL */
    struct metainfo *meta;      /* owned */
    const struct geometry *geo; /* borrowed: meta's */
    uint32_t n_files;           /* of them, those on disk */
    struct store *store;        /* owned reference */
    char *dir;                  /* owned */
    char *resume_path;          /* owned or NULL */
    enum torrent_goal goal;     /* of STOPPING */
    bool is_paused;             /* what the user wants */
    bool is_waiting;            /* it is not its turn */
    struct cause paused_why;    /* "": the user wanted it */
    struct cause waiting_why;
    bool check_all;            /* what is on disk, whatever is remembered */
    struct cause cause;        /* of FAILED, NO_SPACE */
    enum err err;              /* likewise */
    struct cause tracker;      /* the latest words of a tracker */
    char name[FRAME_NAME_LEN]; /* clean */

    struct pieces *pieces; /* owned, as the rest here */
    struct picker *picker;
    struct choker *choker;
    struct peers *known;
    struct blame *blame;
    struct trackers *trackers;
    struct quest *quest; /* NULL: no DHT for it */
    struct exchange *exchange;
    struct webseeds *webseeds; /* NULL: it has none */
    struct assembly *assembly;
    struct metaserve *metaserve; /* NULL: nobody waits for metadata */
    uint8_t *file_priorities;    /* one a file */
    bool is_first_last;

    /* What is done by those above who asks for it; set once, at the beginning. */
    void (*fill)(void *torrent); /* members': after torrent_fill_soon() */
    /* The torrent's: a member left while it does not run. */
    void (*on_eased)(struct torrent *t);

    /* members */
    struct handshake hello;
    uint32_t max_peers;
    uint32_t n_slots; /* to upload, in the latest round */
    peer_id_t next_id;
    struct senders senders;
    struct shuns shuns;
    struct loop_timer dial_timer, choke_timer, tick_timer;
    struct loop_timer look_timer; /* intake's: what is on order is looked at */
    int64_t look_ms;              /* after so long; 0: the least */
    bool fill_is_due; /* torrent_fill_soon() was called */
    bool choke_is_due;
    struct bucket down_limit, up_limit;

    /* verdict */
    /* Writes that found no space, to be tried again. */
    struct disk_job *stalled;
    struct loop_timer retry_timer;
    /* When it was last told that the disk is full; 0: never. */
    int64_t told_full_ms;
    uint32_t n_writes;   /* with the disk */
    uint16_t *runs_left; /* a piece in several runs: not yet written; or NULL */
    uint32_t n_hash_fails;

    /* checkup */
    struct resume *resume; /* as it was loaded, until it is used */
    struct verify *verify; /* of what was in doubt at the start, or NULL */
    uint32_t n_restoring;  /* partial pieces being read back */
    struct loop_timer save_timer;
    int64_t save_began_ms, save_took_ms; /* the latest that synced data */
    bool is_saving, is_dirty, save_is_last;
    bool is_recorded;   /* all but its counts is as the record on disk says */
    bool save_is_stale; /* what is had was looked at anew while it goes on */
    bool save_is_lazy;  /* that goes on: it is for the counts only */
    bool holds_files;   /* jobs opened some */
    bool preallocate;
    bool guards_data;  /* as configured */
    bool was_finished; /* it has been told */
    bool has_totals;   /* those of earlier runs were taken over */

    /* relocate */
    char *move_to;          /* owned; NULL: it does not move */
    struct haul *haul;      /* owned reference, while it moves */
    struct haul *old_place; /* owned reference: what may be erased now */

    /* watch */
    struct overall *overall; /* borrowed, or NULL */
    struct watch *watch;     /* owned, or NULL: nobody looks */

    /* numbers */
    struct rate down, up;                /* payload */
    uint64_t overhead_down, overhead_up; /* of links that are closed */
    uint64_t bytes_down_before, bytes_up_before, bytes_wasted;
    uint64_t bytes_wasted_before; /* of bytes_wasted, in earlier runs */
    uint64_t bytes_twice; /* of bytes_wasted, in this run: blocks that were there */
    int64_t seconds_seed_before, seconds_down_before;
    int64_t running_since_ms, finished_since_ms;
    int64_t added_wall, completed_wall;
};

/* Post an event of this torrent to the front end, and log it. text: clean, copied. */
void torrent_post(struct torrent *t, enum event_kind kind, enum err err,
                  const char *text);
/* The same, of a peer or a piece: e has kind, err and those. */
void torrent_post_about(struct torrent *t, struct event e, const char *text);
/* Go to a state, and log it. */
void torrent_set_state(struct torrent *t, enum torrent_state state);
/* Is it to be at rest: paused, or not its turn? */
bool torrent_is_held(const struct torrent *t);
/* Is it RUNNING or NO_SPACE? */
bool torrent_is_running(const struct torrent *t);
/* Nothing is under way: be PAUSED, and have the disk close its files. */
void torrent_rest(struct torrent *t);
/* Give a job of this torrent to the disk, counted until torrent_on_job(). job: taken. */
void torrent_submit(struct torrent *t, struct disk_job *job);
/* Give everybody work at the end of this turn: blocks became free, or memory. */
void torrent_fill_soon(struct torrent *t);
/* The member with this id that is connected; borrowed until the end of the turn. NULL:
 * it is gone. O(members). */
struct member *torrent_member(struct torrent *t, peer_id_t id);
/* How long it wanted data, and how long it had all, over all runs. */
void torrent_seconds(const struct torrent *t, int64_t *down_out,
                     int64_t *seed_out);

#endif
