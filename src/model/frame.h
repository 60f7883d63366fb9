/* frame.h -- what a front end may know of one moment, as plain values: immutable
 * once published, holding no pointer into the engine. Strings are clean (text_clean),
 * but for a row's dir and top.
 * Owned by whoever took it from the bridge. */
#ifndef MODEL_FRAME_H
#define MODEL_FRAME_H

#include "model/reach.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_state {
    FRAME_CHECKING, /* data on disk is being hashed */
    FRAME_DOWNLOADING,
    FRAME_FINISHED, /* every wanted piece is there; some were skipped */
    FRAME_SEEDING,
    FRAME_PAUSED,
    FRAME_NO_SPACE, /* the disk is full: waiting for space */
    FRAME_ERROR,    /* `cause` says what; nothing goes on */
    FRAME_STOPPING, /* saying goodbye to trackers, saving */
    FRAME_STOPPED,
    FRAME_QUEUED,   /* waits for its turn: others are before it */
    FRAME_METADATA, /* a magnet: what it holds is not known yet: n_pieces is 0 */
    FRAME_MOVING    /* its data are on their way to another folder */
};

enum frame_dht {
    FRAME_DHT_OFF,
    FRAME_DHT_ALONE, /* no node has answered yet, or does any more */
    FRAME_DHT_ON
};

/* What the strings of a row may take, with the NUL. */
enum {
    FRAME_NAME_LEN = 256,
    FRAME_LABEL_LEN = 32,
    FRAME_HOST_LEN = 64
};

struct frame_torrent {
    uint32_t id;
    enum frame_state state;
    /* Read of every row in every frame: side by side. */
    uint64_t rate_down_Bps; /* payload */
    uint64_t rate_up_Bps;
    uint64_t bytes_down_run; /* payload, of this run */
    uint64_t bytes_up_run;
    uint32_t n_peers;    /* connected, greeted */
    uint32_t n_incoming; /* of n_peers, that came to us */
    uint8_t info_hash[20];
    /* Strings are never NULL: "" when there is nothing to say. */
    const char *name;    /* all of these: owned with the row, see below */
    const char *cause;   /* why it is in its state; "" when all is well */
    const char *tracker; /* what the latest tracker answer said */
    /* Where its data lie, as on disk, "" where that is not known: the folder, and what
     * is in it (a file, or a folder of them). For programs: not clean. */
    const char *dir, *top;
    bool is_finished; /* every wanted piece is had */
    uint64_t size_bytes;
    uint64_t wanted_bytes; /* of all wanted pieces */
    uint64_t wanted_left_bytes;
    uint64_t have_bytes;
    uint32_t n_files; /* on disk; 0: not known */
    uint32_t n_pieces;
    uint32_t n_pieces_have;
    /* FRAME_CHECKING: pieces done, of n_to_check; FRAME_MOVING: thousandths, of 1000;
     * FRAME_METADATA: pieces of metadata. */
    uint32_t n_checked;
    uint32_t n_to_check;
    uint64_t bytes_down; /* payload, of all runs */
    uint64_t bytes_up;
    uint64_t bytes_wasted;        /* not needed, or failed its hash */
    uint64_t bytes_overhead_down; /* what peers' connections carried beside
                                     payload, this run */
    uint64_t bytes_overhead_up;
    uint32_t n_hash_fails; /* pieces that failed, this run */
    uint32_t n_seeds;      /* of them, with every piece */
    uint32_t n_connecting;
    uint32_t n_known; /* peers known, connected or not */
    uint32_t n_banned;
    uint32_t n_trackers;  /* that it has */
    uint32_t n_trackers_disabled; /* of them */
    int64_t eta_s;        /* -1: unknown */
    int64_t seconds_seed; /* of all runs */
    /* For views; filled when the session keeps them (session_config.is_watched). */
    int err;         /* enum err: of FRAME_ERROR, FRAME_NO_SPACE */
    bool is_stalled; /* wants data, none comes: `cause` says why */
    bool is_sequential;
    bool is_private;
    bool is_forced; /* runs whatever the queue says */
    /* A magnet: it will rest when its files are known, for a choice. */
    bool chooses;
    const char *label;        /* the user's; "" */
    const char *tracker_host; /* who answered last, else the first */
    int64_t added_wall;       /* 0: unknown */
    int64_t completed_wall;   /* 0: not yet */
    uint32_t queue_pos;       /* 1 first */
    /* Copies here, thousandths; ours not; -1: unknown. */
    int32_t availability_m;
    uint64_t limit_down_Bps, limit_up_Bps; /* 0: none */
    int64_t eta_low_s, eta_high_s; /* a range about eta_s; -1: unknown */
};

/* The cause of a torrent that came of a magnet, and rests (FRAME_PAUSED) until the user has
 * chosen its files. */
#define FRAME_CHOOSE_FILES "choose its files, then start it"

struct detail;
struct detail_dht;
struct history;

struct frame {
    int64_t now_ms;   /* the engine's clock; all *_ms of events and details */
    int64_t now_wall; /* the same moment, seconds since 1970 */
    uint64_t rate_down_Bps, rate_up_Bps;
    uint16_t listen_port;
    uint32_t n_peers;
    size_t disk_jobs;         /* waiting or running */
    uint64_t pool_used_bytes; /* piece buffers */
    uint64_t pool_max_bytes;
    uint64_t limit_down_Bps, limit_up_Bps;      /* of the session; 0: none */
    uint32_t max_peers;                         /* over all torrents */
    uint32_t max_active_down, max_active_seeds; /* 0: no bound */
    uint32_t seed_ratio_m, seed_minutes; /* goals of the session; 0: none */
    uint32_t n_half_open;
    uint64_t bytes_down_run, bytes_up_run; /* payload */
    uint64_t disk_write_Bps, disk_read_Bps;
    /* When somebody last connected to us; -1: never. */
    int64_t last_incoming_ms;
    uint32_t n_incoming; /* of n_peers, that came to us */
    struct reach reach;
    size_t n_torrents;
    /* Owned, with a reference to each; in queue order. What was published is not
     * changed. */
    struct frame_torrent **torrents;
    struct detail *detail; /* owned; NULL: nothing is in focus */
    uint64_t free_bytes;   /* where downloads go; UINT64_MAX: unknown */
    /* The longest since the last frame: a turn of the engine's loop, and a job's wait
     * for a disk worker. */
    uint32_t loop_ms, disk_wait_ms;
    struct history *history; /* owned: of all torrents; NULL: not asked for
                                (FOCUS_ALL_HISTORY), or nothing moved yet */
    enum frame_dht dht_state;
    uint32_t n_dht_nodes;   /* that answered lately */
    struct detail_dht *dht; /* owned; NULL: not asked for (FOCUS_DHT), or off */
};

/* A row of these values, with one reference. Its strings are copied (NULL: ""), and are
 * freed with it. Rows are shared between frames, so that what did not change is not
 * copied; references may be dropped by any thread. */
struct frame_torrent *frame_torrent_new(const struct frame_torrent *values);
struct frame_torrent *frame_torrent_ref(struct frame_torrent *t);
void frame_torrent_unref(struct frame_torrent *t); /* NULL: nothing */

/* Where the strings of a row are, always in the same order. */
enum { FRAME_TORRENT_N_STRINGS = 7 };
void frame_torrent_strings(struct frame_torrent *t,
                           const char **out[FRAME_TORRENT_N_STRINGS]);

/* With n rows of its own, all zero. */
struct frame *frame_new(size_t n_torrents);
/* With room for n rows: each is to be set, and then frame_gather() called, before anybody
 * sees it. */
struct frame *frame_new_shared(size_t n_torrents);
/* Take a reference to every row of the frame (who set them has others), and add them up:
 * rates, bytes and peers of the whole session. */
void frame_gather(struct frame *f);
void frame_free(struct frame *f); /* NULL: nothing */

/* A word for a state: "downloading". */
const char *frame_state_name(enum frame_state state);

#endif
