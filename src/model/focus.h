/* focus.h -- what a front end is looking at: the one torrent, peer and piece, and which
 * parts of them. The engine fills in a frame's detail what is asked for here, and
 * nothing else. A plain value; COMMAND_FOCUS carries it, the latest one counts. */
#ifndef MODEL_FOCUS_H
#define MODEL_FOCUS_H

#include <stdint.h>

/* The parts of a detail, as bits of focus.parts. */
enum {
    FOCUS_PIECES = 1 << 0,   /* state and availability of every piece */
    FOCUS_ACTIVE = 1 << 1,   /* pieces under way, with their blocks */
    FOCUS_PEERS = 1 << 2,    /* the table of peers, and who left */
    FOCUS_FILES = 1 << 3,    /* done, contiguous, priority of each file */
    FOCUS_TRACKERS = 1 << 4, /* with their attempts */
    FOCUS_HISTORY = 1 << 5,  /* rates, 1 m to 24 h */
    FOCUS_SOURCES = 1 << 6,  /* who sent each piece */
    FOCUS_AGES = 1 << 7,     /* when each piece came */
    FOCUS_TIMELINE = 1 << 8, /* ten minutes of the peer */
    FOCUS_TRACE = 1 << 9,    /* messages of the peer, from when it is asked for */
    FOCUS_STACK = 1 << 10,   /* ten minutes of those that move most */
    /* In the frame: rates of all torrents together; how the DHT stands. */
    FOCUS_ALL_HISTORY = 1 << 11,
    FOCUS_DHT = 1 << 12
};

static const uint32_t FOCUS_PIECE_NONE = UINT32_MAX;

enum {
    FOCUS_INTERVAL_MIN_MS = 100, /* between two frames */
    FOCUS_INTERVAL_MAX_MS = 2000
};

struct focus {
    uint32_t torrent;   /* 0: none, and no detail at all */
    uint32_t peer;      /* detail_peer.id; 0: none */
    uint32_t piece_idx; /* or FOCUS_PIECE_NONE */
    uint32_t parts;     /* FOCUS_* bits */
    /* More of them, for the first frame of each second alone: what may be looked back
     * at. */
    uint32_t parts_each_s;
    uint32_t interval_ms; /* between frames; 0: the default, 250 */
};

#endif
