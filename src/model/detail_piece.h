/* detail_piece.h -- pieces and blocks of the torrent in focus, as values: a part of a
 * detail. Numbers of the enums are the engine's own. */
#ifndef MODEL_DETAIL_PIECE_H
#define MODEL_DETAIL_PIECE_H

#include <stdint.h>

/* A piece in one byte: its state, and bits beside it. */
enum detail_piece {
    DETAIL_MISSING,
    DETAIL_PARTIAL,  /* begun, and nobody is asked now */
    DETAIL_ACTIVE,   /* begun, and blocks of it are on order */
    DETAIL_CHECKING, /* all there; being hashed and written */
    DETAIL_HAVE,
    DETAIL_UNWANTED,
    DETAIL_N_STATES,
    DETAIL_STATE_MASK = 0x07,
    DETAIL_BAD = 0x08,           /* failed its hash, and is not had since */
    DETAIL_PRIORITY_SHIFT = 4,   /* 0 skip, 1 low, 2 normal, 3 high */
    DETAIL_PRIORITY_MASK = 0x30
};

static inline enum detail_piece detail_piece_state(uint8_t piece)
{
    return (enum detail_piece)(piece & DETAIL_STATE_MASK);
}

/* Why a block was picked. */
enum detail_reason {
    DETAIL_PICK_NONE,
    DETAIL_PICK_PARTIAL, /* finishes a piece already begun */
    DETAIL_PICK_RANDOM,  /* first pieces: any, to have something to trade */
    DETAIL_PICK_RAREST,
    DETAIL_PICK_PRIORITY, /* a high-priority file */
    DETAIL_PICK_SEQUENTIAL,
    DETAIL_PICK_ALLOWED_FAST, /* though choked */
    DETAIL_PICK_SUGGESTED,
    DETAIL_PICK_ENDGAME, /* asked of another peer too, as all else is */
    DETAIL_PICK_LATE,    /* asked of another peer too, who is late */
    DETAIL_PICK_N
};

/* Words for it: "rarest". */
const char *detail_piece_reason_name(enum detail_reason reason);

enum detail_block_state {
    DETAIL_BLOCK_FREE,
    DETAIL_BLOCK_ASKED,
    DETAIL_BLOCK_RECEIVED
};

struct detail_block {
    uint8_t state;    /* enum detail_block_state */
    uint8_t reason;   /* enum detail_reason of the latest ask */
    uint8_t n_asked;  /* peers asked now */
    uint32_t peer;    /* detail_peer.id: the latest asked, or the sender; 0: from disk */
    int64_t since_ms; /* of that state */
};

enum {
    DETAIL_MAX_ACTIVE = 1024, /* pieces under way; beyond, the highest are left out */
    DETAIL_MAX_BLOCKS = 65536 /* in all their tables; beyond, tables are left out */
};

/* A piece under way: it has a table of blocks. */
struct detail_active {
    uint32_t piece_idx;
    uint32_t n_blocks;
    uint32_t n_received;
    uint32_t n_asked;
    uint8_t piece;        /* as in detail.pieces */
    uint8_t availability; /* 255: or more */
    int64_t first_ms;     /* the oldest of its blocks' times; 0: none */
    int64_t last_ms;      /* the latest payload; 0: none yet */
    uint32_t table;       /* its first block in detail.blocks, or DETAIL_NO_TABLE */
};
static const uint32_t DETAIL_NO_TABLE = UINT32_MAX;

#endif
