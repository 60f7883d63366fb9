/* detail_peer.h -- the peers of the torrent in focus, as values: a part of a detail.
 * Strings are clean. */
#ifndef MODEL_DETAIL_PEER_H
#define MODEL_DETAIL_PEER_H

#include "util/addr.h"

#include <stdbool.h>
#include <stdint.h>

/* Where we heard of it; a letter each in the table. */
enum detail_source {
    DETAIL_BY_USER,
    DETAIL_BY_RESUME, /* an earlier run */
    DETAIL_BY_TRACKER,
    DETAIL_BY_LSD,
    DETAIL_BY_INCOMING,
    DETAIL_BY_PEX,
    DETAIL_BY_DHT,
    DETAIL_N_SOURCES,
    DETAIL_BY_TORRENT = DETAIL_N_SOURCES /* a web seed: it is named in there */
};

enum {
    DETAIL_CLIENT_LEN = 64,
    DETAIL_WEB_LEN = 72,
    DETAIL_ADDRESS_LEN = 72, /* what detail_peer_address() may need */
    DETAIL_WORDS_LEN = 120,
    DETAIL_MAX_PEERS = 1024, /* beyond, the latest are left out */
    DETAIL_MAX_GONE = 32,
    DETAIL_MAX_UNIQUE = 16,
    DETAIL_MAX_TRACE = 2048
};

struct detail_peer {
    uint32_t id; /* for the life of the torrent, never used again */
    /* 0.. the least that was free: its letters, see detail_peer_letters(). */
    uint16_t slot;
    struct addr addr; /* of a web seed none */
    /* A web seed: scheme, host, port; "": it is a peer. */
    char web[DETAIL_WEB_LEN];
    char client[DETAIL_CLIENT_LEN];
    char country[3]; /* two letters, or "--"; "": see detail.has_countries */
    uint8_t source;  /* enum detail_source */
    bool is_incoming;
    bool is_encrypted; /* all of the stream */
    bool has_crypt;    /* its handshakes at least */
    bool am_choking, am_interested, is_choking, is_interested;
    bool is_snubbed, is_optimistic, is_seed, is_upload_only;
    bool is_shunned; /* the user has us choke it: COMMAND_SNUB */
    bool has_fast, has_extended;
    bool has_piece;         /* the piece in focus */
    bool is_downloading;    /* a block of ours is coming in now */
    uint32_t n_pieces;      /* that it has */
    uint32_t n_gives;       /* of them, we want */
    uint32_t n_unique;      /* of them, nobody else here has */
    uint32_t n_outstanding; /* our requests on order */
    uint32_t depth;         /* how many we would like there */
    uint32_t n_queued;      /* its requests waiting here */
    uint32_t reqq;          /* what it takes at most; 0: not told */
    uint64_t rate_down_Bps, rate_up_Bps;
    uint64_t bytes_down, bytes_up, bytes_wasted;
    int64_t rtt_us; /* of the network, smoothed; -1: unknown */
    /* Smoothed, from asking to the block, so with its wait there; -1: unknown. */
    int64_t request_delay_ms;
    int64_t oldest_ms; /* when its oldest request on order was sent; 0: none */
    int64_t connected_ms;
    int64_t last_rx_ms, last_tx_ms;
    int64_t last_block_ms; /* 0: none came */
    int64_t choke_ms;      /* when it last choked or unchoked us */
    int64_t unchoked_ms;   /* since when we unchoke it; 0: choked */
    /* In the latest choking round, 1 first; 0: out of it. The best of them have
     * detail.n_slots, but for those given by lot. */
    uint32_t choke_rank;
    uint32_t n_timeouts, n_rejects, n_bad; /* requests; pieces it had part in */
    bool gets_block; /* now_block is being received, or is the oldest asked */
    uint32_t now_piece_idx, now_block_idx;
    char words[DETAIL_WORDS_LEN]; /* a web seed: what is wrong; "": nothing */
    int trust; /* what its pieces earned: below 0 is suspect */
};

/* One whose connection ended. */
struct detail_gone {
    uint32_t id;
    uint16_t slot;
    struct addr addr;
    char client[DETAIL_CLIENT_LEN];
    bool is_banned;
    int64_t at_ms;
    uint64_t bytes_down, bytes_up;
    char words[DETAIL_WORDS_LEN]; /* why */
};

/* What was said, by whom. */
enum detail_trace_kind {
    DETAIL_TRACE_CHOKE,
    DETAIL_TRACE_UNCHOKE,
    DETAIL_TRACE_INTERESTED,
    DETAIL_TRACE_NOT_INTERESTED,
    DETAIL_TRACE_HAVE,
    DETAIL_TRACE_BITFIELD, /* or have-all, have-none: piece_idx counts them */
    DETAIL_TRACE_REQUEST,
    DETAIL_TRACE_PIECE,
    DETAIL_TRACE_CANCEL,
    DETAIL_TRACE_REJECT,
    DETAIL_TRACE_EXTENDED,
    DETAIL_TRACE_TIMEOUT, /* no message: we gave a request up */
    DETAIL_TRACE_N_KINDS
};

struct detail_trace {
    int64_t at_ms;
    uint8_t kind;   /* enum detail_trace_kind */
    bool is_out;    /* we said it */
    uint8_t reason; /* REQUEST of ours: enum detail_reason */
    uint32_t piece_idx;
    uint32_t begin;
    uint32_t len;
    uint32_t took_ms;       /* PIECE to us: since it was asked for; else 0 */
    uint32_t n_outstanding; /* our requests on order after it */
};

const char *detail_peer_trace_name(enum detail_trace_kind kind); /* "UNCHOKE" */
/* Its address as text, or what a web seed is called; dst of DETAIL_ADDRESS_LEN bytes.
 * Return dst. */
const char *detail_peer_address(const struct detail_peer *p, char *dst);
/* 'T' for a tracker... */
char detail_peer_source_letter(enum detail_source source);
/* "tracker" */
const char *detail_peer_source_name(enum detail_source source);

/* The letters that stand for a slot: "A".."Z", "a".."z", then two of them; dst of 4
 * bytes. Return dst. */
const char *detail_peer_letters(uint16_t slot, char *dst);

/* The flags column of screens: 7 characters and a NUL, "DISuI p" and the like:
 * D/d we download / would; I/- we are interested; S snubbed; U/u they take / would;
 * I/- they are interested; O optimistic, X choked by the user; e/p encrypted / plain.
 * S, O and X else blank. */
enum { DETAIL_FLAGS_LEN = 8 };
void detail_peer_flags(const struct detail_peer *p, char *dst);

#endif
