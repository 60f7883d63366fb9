/* detail.h -- all about the one torrent in focus at one moment (and one peer, one piece
 * in it): plain values, immutable once published, part of a frame. Only what
 * focus.parts asked for is there; the rest is NULL or 0.
 * Times are on the clock of frame.now_ms. Strings are clean. Sizes: 2 bytes a piece
 * (8 more with sources or ages), the DETAIL_MAX_* of the parts for the rest; files are
 * 24 bytes each, their paths shared. */
#ifndef MODEL_DETAIL_H
#define MODEL_DETAIL_H

#include "model/detail_finder.h"
#include "model/detail_peer.h"
#include "model/detail_piece.h"
#include "model/detail_tracker.h"
#include "model/detail_web.h"
#include "model/filetable.h"
#include "model/focus.h"
#include "model/history.h"
#include "model/timeline.h"
#include "model/why.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* One file; what never changes of it is in the filetable, at the same index. */
struct detail_file {
    uint64_t done_bytes;       /* in pieces that are had */
    uint64_t contiguous_bytes; /* from its first byte on, readable */
    uint8_t priority;          /* 0 skip, 1 low, 2 normal, 3 high */
    bool has_first, has_last;  /* its first and its last piece are had */
};

enum { DETAIL_MAX_RARE = 16, DETAIL_MAX_NEXT = 10, DETAIL_MAX_STACK = 6 };

/* What one peer's part was in the rate. */
struct detail_stack {
    uint32_t peer; /* detail_peer.id */
    uint16_t slot;
    struct timeline *timeline; /* owned */
};

/* What came of dialling peers, since the start; those under way are in n alone. */
struct detail_dials {
    uint32_t n, n_greeted;
    uint32_t n_refused, n_silent, n_no_handshake; /* why it came to nothing */
    uint32_t n_came;                              /* to us, and greeted */
};

struct detail {
    struct focus focus; /* what this answers */
    uint32_t torrent;

    /* Always there. */
    uint8_t info_hash[20];
    char *dir;     /* owned: the download folder, clean */
    char *comment; /* owned, clean, or NULL */
    bool is_private, is_sequential, is_first_last;
    uint32_t n_pieces, piece_len, blocks_per_piece;
    uint64_t size_bytes;
    uint64_t limit_down_Bps, limit_up_Bps; /* 0: none */
    uint32_t max_peers;
    uint32_t n_slots, n_slots_used;          /* upload */
    int64_t added_wall, completed_wall;      /* 0: unknown, not yet */
    int64_t seconds_down, seconds_seed;      /* of all runs */
    int64_t n_swarm_seeds, n_swarm_leechers; /* by the trackers; -1: not told */
    uint32_t n_by_source[DETAIL_N_SOURCES];  /* connected now, by where from */
    struct detail_dials dials;
    /* When every wanted piece was last within reach; 0: never. */
    int64_t seen_complete_ms;
    uint64_t in_flight_bytes; /* asked for, not here yet */
    uint64_t free_bytes;      /* on the disk of `dir`; UINT64_MAX: unknown */
    struct why_input why_input;
    struct why why;

    /* FOCUS_PIECES */
    uint8_t *pieces;       /* owned; n_pieces of enum detail_piece, with bits */
    uint8_t *availability; /* owned; n_pieces, saturating; seeds included */
    uint32_t n_state[DETAIL_N_STATES]; /* how many pieces are in each */
    uint32_t n_bad;
    uint32_t availability_min;          /* over wanted pieces not had */
    uint32_t n_no_source, n_one_source; /* of wanted pieces not had */
    uint32_t n_rare; /* the rarest of them, and how many peers have them */
    uint32_t rare[DETAIL_MAX_RARE];
    uint32_t n_next; /* that would be begun next */
    uint32_t next[DETAIL_MAX_NEXT];
    /* Of whom each would be asked, as it looks now: the quickest that has it and lets us;
     * 0: nobody that has it does. */
    uint32_t next_peer[DETAIL_MAX_NEXT];

    /* FOCUS_ACTIVE; the piece in focus is among them when it has a table */
    size_t n_active;
    struct detail_active *active; /* owned; by index */
    size_t n_blocks;
    struct detail_block *blocks; /* owned; the tables, one after another */

    /* FOCUS_PEERS */
    bool has_countries; /* of addresses: there is a database of them */
    size_t n_peers;
    struct detail_peer *peers; /* owned; by id: those that came first, first */
    size_t n_gone;
    struct detail_gone *gone; /* owned; the latest first */

    /* The peer in focus, with FOCUS_PEERS */
    uint8_t *peer_has; /* owned; a bitfield as BEP 3 has it; NULL: not there */
    size_t n_unique;
    /* Pieces that we want, and it alone has. */
    uint32_t unique[DETAIL_MAX_UNIQUE];

    /* FOCUS_FILES */
    struct filetable *filetable; /* shared */
    struct detail_file *files;   /* owned; filetable->n_files */

    /* FOCUS_TRACKERS */
    size_t n_trackers;
    struct detail_tracker *trackers; /* owned */
    struct detail_finder finders[DETAIL_N_FINDERS];
    size_t n_webs;
    struct detail_web *webs; /* owned; in the order of the torrent */

    struct history *history; /* owned; FOCUS_HISTORY; NULL: nothing moved yet */
    /* FOCUS_SOURCES; owned, n_pieces: the id of who sent most of it; 0: before this run,
     * or not had. */
    uint32_t *sources;
    /* FOCUS_AGES; owned, n_pieces: seconds since it came, UINT32_MAX as above. */
    uint32_t *ages_s;
    struct timeline *timeline; /* owned; FOCUS_TIMELINE; NULL: no such peer */
    /* FOCUS_STACK: the peers that moved most in the last minute, most first. */
    size_t n_stack;
    struct detail_stack stack[DETAIL_MAX_STACK];
    size_t n_trace;
    struct detail_trace *trace; /* owned; FOCUS_TRACE; the oldest first */
    uint64_t n_trace_lost;      /* that fell out of the ring */
};

struct detail *detail_new(uint32_t torrent, const struct focus *focus);
void detail_free(struct detail *d); /* NULL: nothing */

/* Memory that a detail owns: where the pointer to it is, and its bytes, 0 when that is
 * NULL; a string's with its NUL. */
struct detail_part {
    void *at; /* read and written by the two below: pointers of many types */
    size_t len;
};
static inline void *detail_part_get(const struct detail_part *part)
{
    void *p;
    memcpy(&p, part->at, sizeof p);
    return p;
}
static inline void detail_part_set(const struct detail_part *part, void *p)
{
    memcpy(part->at, &p, sizeof p);
}
enum { DETAIL_N_PARTS = 17 + DETAIL_MAX_STACK };
/* All of it but for what is shared (filetable), always in the same order. */
void detail_parts(struct detail *d, struct detail_part out[DETAIL_N_PARTS]);

/* The peer of this id, borrowed; NULL when it is not there. O(log n). */
const struct detail_peer *detail_peer_by_id(const struct detail *d,
                                            uint32_t id);
/* The piece's entry, borrowed; NULL when it is not under way. O(log n). */
const struct detail_active *detail_active_at(const struct detail *d,
                                             uint32_t piece_idx);
/* Its table of n_blocks, borrowed; NULL when it was left out. */
const struct detail_block *detail_blocks_of(const struct detail *d,
                                            const struct detail_active *a);

#endif
