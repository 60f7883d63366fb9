/* torrent_parts.h -- what the parts of one torrent share: included by torrent.c,
 * members.c, intake.c, upload.c and checkup.c, and by nobody else. */
#ifndef ENGINE_TORRENT_PARTS_H
#define ENGINE_TORRENT_PARTS_H

#include "disk/resume.h"
#include "engine/assembly.h"
#include "engine/peerlink.h"
#include "engine/torrent.h"
#include "engine/trackers.h"
#include "net/loop.h"
#include "swarm/blame.h"
#include "swarm/choker.h"
#include "swarm/peer.h"
#include "swarm/peers.h"
#include "swarm/picker.h"
#include "swarm/pieces.h"

enum torrent_state {
    TORRENT_CHECKING,
    TORRENT_RUNNING,
    TORRENT_NO_SPACE,
    TORRENT_FAILED,
    TORRENT_STOPPING,
    TORRENT_STOPPED
};

/* A connected peer, or one on its way. */
struct member {
    struct torrent *torrent;   /* borrowed: holds it */
    struct member *next;
    struct peerlink *link;     /* owned */
    struct peer *peer;         /* borrowed: the link's; NULL before greeted */
    struct peer_host host;
    peer_id_t id;
    bool is_counted;           /* in peers, by peers_on_connected() */
    bool has_told;             /* its pieces are counted in availability */
    bool is_seed;              /* counted as a seed there */
    uint32_t n_interesting;    /* pieces that it has and we want */
    /* Choking. */
    int64_t flipped_ms;
    uint64_t bytes_at_unchoke; /* uploaded then */
    bool is_optimistic;
    /* The block on its way in. */
    bool is_filling;
    bool is_late;              /* its request had been released */
    bool fills_side;           /* into `side`, another has the block's memory */
    struct block_ref filling;
    uint8_t *side;             /* owned; one block, or NULL */
    /* Uploading: one read ahead of what it asks for. */
    bool is_reading;
};

enum { TORRENT_SENDERS = 4096 }; /* connections whose address is remembered */

struct torrent {
    struct env *env;           /* borrowed: the session's */
    uint32_t id;
    struct metainfo *meta;     /* owned */
    const struct geometry *geo; /* borrowed: meta's */
    struct store *store;       /* owned reference */
    char *dir;                 /* owned */
    char *resume_path;         /* owned or NULL */
    enum torrent_state state;
    struct cause cause;        /* of FAILED, NO_SPACE */
    struct cause tracker;      /* the latest words of a tracker */
    char name[FRAME_NAME_LEN]; /* clean */

    struct pieces *pieces;     /* owned, as the rest here */
    struct picker *picker;
    struct choker *choker;
    struct peers *known;
    struct blame *blame;
    struct trackers *trackers;
    struct assembly *assembly;
    uint8_t *file_priorities;  /* one a file */

    /* members */
    struct handshake hello;
    struct member *members;
    size_t n_members;
    uint32_t max_peers;
    peer_id_t next_id;
    struct addr *senders;      /* ring of TORRENT_SENDERS, by peer id */
    struct loop_timer dial_timer, choke_timer, tick_timer;
    bool fill_is_due;          /* members_fill_soon() was called */
    bool choke_is_due;
    struct bucket down_limit, up_limit;

    /* intake */
    struct disk_job *stalled;  /* writes that found no space, to be tried again */
    struct loop_timer retry_timer;
    uint32_t n_writes;         /* with the disk */
    uint32_t n_reads;
    uint16_t *runs_left;       /* a piece in several runs: not yet written; or NULL */
    uint32_t n_hash_fails;

    /* checkup */
    struct resume *resume;     /* as it was loaded, until it is used */
    struct bitset *doubt;      /* pieces still to be hashed */
    uint32_t check_next, n_check_jobs, n_checked, n_to_check;
    uint32_t n_restoring;      /* partial pieces being read back */
    struct loop_timer save_timer;
    bool is_saving, is_dirty, save_is_last;
    uint32_t n_jobs;           /* of all kinds with the disk */
    bool preallocate;
    bool was_finished;         /* it has been told */

    /* numbers */
    struct rate down, up;      /* payload */
    uint64_t bytes_down_before, bytes_up_before, bytes_wasted;
    int64_t seconds_seed_before, seconds_down_before;
    int64_t running_since_ms, finished_since_ms;
    int64_t added_wall, completed_wall;
    int64_t stop_deadline_ms;
};

/* torrent.c */
void torrent_post(struct torrent *t, enum event_kind kind, enum err err,
                  const char *text);
void torrent_set_state(struct torrent *t, enum torrent_state state);
void torrent_fail(struct torrent *t, enum err err, const char *words);
bool torrent_is_running(const struct torrent *t); /* RUNNING or NO_SPACE */
/* Checking is over: begin. */
void torrent_run(struct torrent *t);
/* Pieces were had or lost: look whether that finishes it. */
void torrent_on_progress(struct torrent *t);
void torrent_submit(struct torrent *t, struct disk_job *job);
/* Something under way ended: is that what STOPPING waited for? */
void torrent_stop_step(struct torrent *t);

/* members.c: who is connected, dialling, choking, interest. */
void members_init(struct torrent *t);
void members_fini(struct torrent *t);
void members_run(struct torrent *t);
void members_close_all(struct torrent *t, const char *words);
void members_dial(struct torrent *t);
void members_fill_soon(struct torrent *t);
void members_accept(struct torrent *t, struct conn *conn,
                    const struct handshake *theirs);
/* A piece is had: tell everybody, and look who is still interesting. */
void members_on_have(struct torrent *t, uint32_t piece_idx);
/* Wanted pieces changed: count interest anew. */
void members_recount(struct torrent *t);
struct member *members_by_id(struct torrent *t, peer_id_t id);
/* The address that a connection had, also one that is gone. */
struct addr members_sender(const struct torrent *t, peer_id_t id);
void members_ban(struct torrent *t, const struct addr *culprit,
                 const char *words);

/* intake.c: from a block's first byte to a piece on disk. */
void intake_init(struct torrent *t);
void intake_fini(struct torrent *t);
/* The peer_host functions that concern incoming blocks; ctx is a member. */
size_t intake_pick(void *ctx, struct peer *p, struct block_ref *out,
                   size_t cap);
uint8_t *intake_block_memory(void *ctx, struct peer *p, struct block_ref b,
                             bool late);
void intake_on_block(void *ctx, struct peer *p, struct block_ref b);
void intake_on_block_dropped(void *ctx, struct peer *p, struct block_ref b);
void intake_on_release(void *ctx, struct peer *p, struct block_ref b,
                       enum peer_release why);
void intake_on_written(struct torrent *t, struct disk_job *job);
void intake_on_hashed(struct torrent *t, struct disk_job *job);
/* Put a block that was found on disk into its piece's memory. */
void intake_restore(struct torrent *t, struct block_ref b,
                    const uint8_t *bytes);
void intake_drop_stalled(struct torrent *t);

/* upload.c: what members ask for. */
void upload_serve(struct member *m);
void upload_on_read(struct torrent *t, struct disk_job *job);

/* checkup.c: what is on disk, and what is remembered. */
void checkup_init(struct torrent *t);
void checkup_start(struct torrent *t);
void checkup_fini(struct torrent *t);
void checkup_on_stat(struct torrent *t, struct disk_job *job);
void checkup_on_prepared(struct torrent *t, struct disk_job *job);
void checkup_on_hashed(struct torrent *t, struct disk_job *job);
void checkup_on_restored(struct torrent *t, struct disk_job *job);
/* Remember, soon; or now and for the last time. */
void checkup_save_soon(struct torrent *t);
void checkup_save_last(struct torrent *t);
void checkup_on_synced(struct torrent *t, struct disk_job *job);
void checkup_on_saved(struct torrent *t, struct disk_job *job);

#endif
