/* command.h -- what a front end may ask of the engine. Values with their own memory;
 * the engine answers by events (EVENT_COMMAND says why something was not done) and by
 * what the next frames show. A command for a torrent that is gone does nothing. */
#ifndef MODEL_COMMAND_H
#define MODEL_COMMAND_H

#include "model/encryption.h"
#include "model/focus.h"
#include "util/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct magnet;
struct metainfo;

enum command_kind {
    COMMAND_ADD, /* add. Answered by EVENT_ADDED or EVENT_REFUSED. The .torrent of
                           a magnet that is here takes its place */
    COMMAND_PEER, /* addr: a peer for a torrent, given by the user */
    COMMAND_REANNOUNCE,
    COMMAND_QUIT,   /* stop everything; EVENT_STOPPED (torrent 0) when done; a
                           second one waits no more for trackers */
    COMMAND_FOCUS,  /* focus: what frames are to show from now on */
    COMMAND_PAUSE,  /* torrent 0: all */
    COMMAND_RESUME, /* torrent 0: all; also tries again what failed */
    COMMAND_REMOVE, /* tell its trackers, and forget it; flag: delete its data too,
                           but what another torrent here has as well. Answered by
                           EVENT_REMOVED: what was done, and what could not be (err) */
    COMMAND_VERIFY, /* hash all that is on disk, then go on as before; torrent 0:
                           of all */
    COMMAND_LIMITS,     /* limits; torrent 0: of the session */
    COMMAND_PRIORITY,   /* priority of n_files files from first_file on */
    COMMAND_SEQUENTIAL, /* flag */
    COMMAND_FIRST_LAST, /* flag: first and last piece of each file before others */
    COMMAND_CHOOSE, /* flag: of a magnet, as command_add.chooses; or no more */
    COMMAND_RAISE,  /* piece_idx: before all others */
    COMMAND_KICK,   /* peer: close its connection */
    COMMAND_BAN,    /* peer: close it and never talk to its address again */
    COMMAND_SNUB, /* peer: choke it while it is connected (flag), or no more */
    COMMAND_TRACKER, /* text: URL, one more tracker, in a tier of its own behind the
                           others. Answered by EVENT_COMMAND, as the next */
    COMMAND_UNTRACK, /* text: URL of a tracker (as detail_tracker has it): asked no
                           more, not even told that we stop */
    COMMAND_ENABLE, /* text: likewise; flag: asked again, as a new one; without: no
                           more, but it stays where it is, and is told that we stop.
                           Answered by EVENT_COMMAND */
    COMMAND_LABEL, /* text, "" for none; cleaned, and cut at FRAME_LABEL_LEN */
    COMMAND_QUEUE, /* delta: so many places up (negative) or down; beyond the ends
                           is at the end */
    COMMAND_FORCE, /* flag: run whatever the queue says, and resume it if it is
                           paused; without: as its turn comes */
    COMMAND_MOVE, /* text: the folder that its data go to, made if absent. Shown as
                           FRAME_MOVING; answered by EVENT_COMMAND. Nothing is
                           overwritten, and all stays where it is when it fails */
    COMMAND_FILTER, /* paths: the lists of the IP filter from now on, none for none;
                           flag: read again those that it has. Of the session;
                           answered by EVENT_NETWORK */
    COMMAND_GEOIP, /* text: the file of the database of countries from now on, NULL
                           for none. Of the session; answered by EVENT_NETWORK */
    COMMAND_UNDO, /* the torrent that was removed last, of those in this session, is
                           here again as it was; what data were deleted is downloaded
                           again. Answered by EVENT_COMMAND or EVENT_ERROR */
    COMMAND_N_KINDS
};

struct command_add {
    struct metainfo *meta; /* owned; NULL: `magnet` says which */
    struct magnet *magnet; /* owned, or NULL */
    char *dir;             /* owned: the download folder */
    uint8_t *priorities;   /* owned: one a file (enum piece_priority), or NULL */
    bool is_sequential;
    bool is_first_last;
    bool preallocate;
    uint64_t limit_down_Bps; /* 0: unlimited */
    uint64_t limit_up_Bps;
    uint32_t max_peers; /* 0: the default */
    struct addr *peers; /* owned: known from the start */
    size_t n_peers;
    bool is_kept;   /* in the saved session: there again at the next start */
    bool is_paused; /* from the start */
    /* Of a magnet: fetch no more than its metadata, and give them to
     * bridge_take_torrent(). */
    bool metadata_only;
    /* Of a magnet: when its metadata are here it is paused, for its files to be
     * chosen. */
    bool chooses;
    char *label; /* owned, or NULL */
    /* Paused when it has given so much of its size, in thousandths, or was seeded so
     * long; 0: as the session is set. */
    uint32_t seed_ratio_m, seed_minutes;
};

struct command_limits {
    /* Which are set; the others stay as they are. */
    bool has_down, has_up, has_peers, has_slots;
    bool has_active, has_goals, has_encryption;
    uint64_t down_Bps, up_Bps; /* 0: unlimited */
    uint32_t max_peers;        /* 0: the default */
    /* Of the session: peers of a torrent that may download at once, from the next
     * choking round on; 0: nobody. */
    uint32_t n_slots;
    /* Of the session (has_active): torrents that download, and that seed, at once;
     * others wait. 0: no bound. */
    uint32_t max_active_down, max_active_seeds;
    /* has_goals: as in command_add. 0: of the session no goal, of a torrent the
     * session's. */
    uint32_t seed_ratio_m, seed_minutes;
    /* Of the session: of connections from then on. */
    enum encryption encryption;
};

struct command {
    enum command_kind kind;
    uint32_t torrent;
    bool flag;
    uint32_t peer; /* detail_peer.id */
    uint32_t piece_idx;
    uint32_t first_file, n_files; /* n_files 0: all from first_file on */
    uint8_t priority;             /* 0 skip, 1 low, 2 normal, 3 high */
    int32_t delta;
    struct focus focus;
    struct command_limits limits;
    struct addr addr;        /* COMMAND_PEER */
    struct command_add *add; /* owned; COMMAND_ADD */
    char *text;              /* owned, or NULL */
    char **paths;            /* owned, as each; or NULL */
    size_t n_paths;
    struct command *next; /* the bridge's */
};

/* With `add` there for COMMAND_ADD; all else 0. */
struct command *command_new(enum command_kind kind, uint32_t torrent);
void command_free(struct command *c); /* NULL: nothing */

#endif
