/* pieces.h -- the single source of truth about every piece and block: what is
 * had, asked, missing, unwanted, and how rare. Picks nothing (picker does),
 * sends nothing, holds no payload.
 * A piece is in exactly one state:
 *   MISSING   wanted, no block asked or received
 *   PARTIAL   wanted, some block asked or received: it has a block table
 *   COMPLETE  all blocks received; being hashed and written
 *   HAVE      hash right and written: only now others are told
 *   UNWANTED  every file in it is skipped (a partial one keeps its blocks: it
 *             goes back to PARTIAL when wanted again)
 * A block of a piece with a table: FREE, ASKED (of n peers; the latest, and
 * since when, are kept) or RECEIVED (from whom is kept until the piece is
 * HAVE). Availability is kept twice: n_seeds (peers that have all, counted
 * once) and a count per piece for the others. Owned by a torrent; loop thread
 * only. Costs: O(1) for getters of counts and states, O(log n_partial) for what
 * touches blocks (plus moving n_partial pointers when a table comes or goes),
 * unless said otherwise. Memory: 3 bytes and 2 bits a piece, 16 bytes a block
 * of a table. */
#ifndef SWARM_PIECES_H
#define SWARM_PIECES_H

#include "meta/geometry.h"
#include "util/bitset.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pieces;

/* Names one connection for the life of a torrent, never used again. */
typedef uint32_t peer_id_t;
enum { PEER_ID_NONE = 0 };

enum piece_state {
    PIECE_MISSING,
    PIECE_PARTIAL,
    PIECE_COMPLETE,
    PIECE_HAVE,
    PIECE_UNWANTED
};

enum block_state { BLOCK_FREE, BLOCK_ASKED, BLOCK_RECEIVED };

enum piece_priority {
    PIECE_SKIP = 0,
    PIECE_LOW = 1,
    PIECE_NORMAL = 2,
    PIECE_HIGH = 3
};

/* Why the picker chose a block: shown to the user. */
enum pick_reason {
    PICK_NONE,
    PICK_PARTIAL, /* finishes a piece already begun */
    PICK_RANDOM,  /* first pieces: any, to have something to trade */
    PICK_RAREST,
    PICK_PRIORITY, /* a high-priority file */
    PICK_SEQUENTIAL,
    PICK_ALLOWED_FAST, /* BEP 6: though choked */
    PICK_SUGGESTED,    /* BEP 6 */
    PICK_ENDGAME,      /* asked of another peer too, as all else is */
    PICK_LATE,         /* asked of another peer too, who is late */
    PICK_N_REASONS
};

struct pieces_block {
    uint8_t state;    /* enum block_state */
    uint8_t n_asked;  /* peers asked now; > 1: ENDGAME or LATE */
    uint8_t reason;   /* enum pick_reason of the latest ask */
    peer_id_t peer;   /* ASKED: the latest asked; RECEIVED: the sender */
    int64_t since_ms; /* of that state */
};

/* All missing, priority normal. */
struct pieces *pieces_new(const struct geometry *geo);
void pieces_free(struct pieces *p);

const struct geometry *pieces_geometry(const struct pieces *p);
enum piece_state pieces_state(const struct pieces *p, uint32_t piece_idx);
enum piece_priority pieces_priority(const struct pieces *p, uint32_t piece_idx);

/* The pieces we have, as told to peers. Borrowed. */
const struct bitset *pieces_have(const struct pieces *p);
/* Wanted and not HAVE: what makes a peer interesting. Borrowed. */
const struct bitset *pieces_wanted(const struct pieces *p);

uint32_t pieces_n_have(const struct pieces *p);
uint32_t pieces_n_wanted(const struct pieces *p); /* wanted and not HAVE */
uint32_t pieces_n_partial(const struct pieces *p);
uint64_t pieces_bytes_have(const struct pieces *p);   /* of HAVE pieces */
uint64_t pieces_bytes_wanted(const struct pieces *p); /* of all wanted pieces */
/* Of all that are not HAVE, as trackers are told; of the wanted ones of them. */
uint64_t pieces_bytes_left(const struct pieces *p);
uint64_t pieces_bytes_wanted_left(const struct pieces *p);
bool pieces_is_complete(const struct pieces *p); /* every piece HAVE */
bool pieces_is_finished(const struct pieces *p); /* every wanted piece HAVE */
/* Blocks of wanted pieces that are FREE (or in MISSING pieces): 0 is
 * endgame. */
uint64_t pieces_n_free_blocks(const struct pieces *p);
/* Blocks of wanted pieces that are ASKED. */
uint64_t pieces_n_asked_blocks(const struct pieces *p);

/* Availability. A peer is counted as a seed or piece by piece, never both. */
void pieces_seed_joined(struct pieces *p);
void pieces_seed_left(struct pieces *p);
/* O(pieces that it has), both. */
void pieces_peer_joined(struct pieces *p, const struct bitset *has);
void pieces_peer_left(struct pieces *p, const struct bitset *has);
void pieces_peer_gained(struct pieces *p, uint32_t piece_idx);
/* Seeds included. */
uint32_t pieces_availability(const struct pieces *p, uint32_t piece_idx);
uint32_t pieces_n_seeds(const struct pieces *p);
/* Counted now, seeds included. */
uint32_t pieces_n_peers(const struct pieces *p);

/* Block table of a PARTIAL or COMPLETE piece, or of an UNWANTED one with
 * blocks: n_blocks entries, borrowed until the next change; NULL when it has
 * none. */
const struct pieces_block *pieces_blocks(const struct pieces *p,
                                         uint32_t piece_idx);
/* RECEIVED also for every block of a HAVE piece. */
enum block_state pieces_block_state(const struct pieces *p, struct block_ref b);
/* The first FREE block of a piece with a table; -1 when none. */
int64_t pieces_first_free(const struct pieces *p, uint32_t piece_idx);
/* Counts of a piece's blocks; all 0 without a table. */
uint32_t pieces_n_blocks_free(const struct pieces *p, uint32_t piece_idx);
uint32_t pieces_n_blocks_asked(const struct pieces *p, uint32_t piece_idx);
uint32_t pieces_n_blocks_received(const struct pieces *p, uint32_t piece_idx);

/* Walk the pieces that have a table: the first with index >= from, -1 none. */
int64_t pieces_next_partial(const struct pieces *p, uint32_t from);

/* Events. `peer` is whom the block is asked of or came from. */

/* Mark a FREE or (endgame) ASKED block of a wanted piece as asked. A MISSING
 * piece becomes PARTIAL. */
void pieces_ask(struct pieces *p, struct block_ref b, peer_id_t peer,
                enum pick_reason reason, int64_t now_ms);
/* One ask came to nothing (choke, reject, time-out, peer gone): the block is
 * FREE again unless others were asked too. No-op when it is not ASKED. A
 * PARTIAL piece with nothing asked or received becomes MISSING. */
void pieces_unask(struct pieces *p, struct block_ref b, peer_id_t peer);
/* A block's payload is in. Return true when this made its piece COMPLETE. Must
 * not be RECEIVED already. It need not be asked (a late answer): a MISSING or
 * UNWANTED piece gets a table. Asks of others for it are forgotten. */
bool pieces_receive(struct pieces *p, struct block_ref b, peer_id_t peer,
                    int64_t now_ms);
/* COMPLETE -> HAVE: hash right, written. Frees the table. */
void pieces_written(struct pieces *p, uint32_t piece_idx);
/* COMPLETE -> MISSING (or UNWANTED): hash wrong, or the write failed. */
void pieces_failed(struct pieces *p, uint32_t piece_idx);
/* Any state but COMPLETE, without blocks ASKED -> HAVE: found on disk. */
void pieces_found(struct pieces *p, uint32_t piece_idx);
/* HAVE -> MISSING (or UNWANTED): the data on disk is no longer right. */
void pieces_lost(struct pieces *p, uint32_t piece_idx);
/* Forget the blocks of a PARTIAL piece that were received (their memory is
 * gone); asked ones stay asked. */
void pieces_drop_received(struct pieces *p, uint32_t piece_idx);
/* MISSING and PARTIAL pieces move to UNWANTED and back, a table is kept.
 * COMPLETE and HAVE stay what they are. */
void pieces_set_priority(struct pieces *p, uint32_t piece_idx,
                         enum piece_priority priority);

/* Told of each change that may move a piece in the picker's order: state,
 * priority, availability, or its count of FREE or of ASKED blocks reaching or
 * leaving 0. One observer (the picker); seeds joining move nothing. Must not
 * change pieces. */
struct pieces_observer {
    void (*on_change)(void *ctx, uint32_t piece_idx);
    /* The availability of many pieces changed. */
    void (*on_many)(void *ctx);
    void *ctx; /* borrowed */
};
/* The observer is copied; NULL: none. */
void pieces_observe(struct pieces *p, const struct pieces_observer *observer);

/* Assert every invariant above. O(pieces + blocks in flight): for tests. */
void pieces_check(const struct pieces *p);

#endif
