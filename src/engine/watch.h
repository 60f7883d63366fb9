/* watch.h -- what is remembered of one torrent only so that somebody may look at it:
 * rates over a day, ten minutes of each peer, who sent which piece and when, who left
 * and why, the messages of one peer. It is told by who does these things, and by survey
 * each second; looks at nothing itself. Decides nothing; nothing in the engine depends on
 * it. A torrent that is not watched has none of it (t->watch is NULL), and every call
 * here is then one test of that pointer.
 * Memory: 11 kB once the torrent has moved a byte; 3.6 kB a peer; 8 bytes a piece once
 * one came; DETAIL_MAX_TRACE messages of one peer while asked for; nothing else grows.
 * A part of a torrent. Loop thread only. */
#ifndef ENGINE_WATCH_H
#define ENGINE_WATCH_H

#include "engine/torrent_parts.h"
#include "model/detail.h"
#include "util/bitset.h"

struct webserver;

struct watch {
    /* Rates. */
    struct history *history; /* owned; NULL: nothing has moved yet */
    uint64_t seen_down, seen_up, seen_overhead;
    uint16_t down_capped, up_capped; /* a bit a second: a limit held it back */
    int64_t last_payload_ms;         /* to us; 0: none */
    /* Pieces. */
    uint32_t *sources;  /* owned; n_pieces of peer_id_t, or NULL */
    uint32_t *came_s;   /* owned; n_pieces, the second plus 1, or NULL */
    struct bitset *bad; /* owned: failed, not had since; NULL: none ever */
    /* Scarcity, as of scarce_ms. */
    int64_t scarce_ms;
    int32_t availability_m; /* copies, in thousandths; -1: unknown */
    uint32_t n_no_source, n_one_source;
    int64_t seen_complete_ms;
    bool is_stalled;
    struct cause stall; /* why */
    /* Peers. */
    struct bitset *slots; /* owned: letters that are taken; NULL: none ever */
    struct detail_gone *gone; /* owned: ring of DETAIL_MAX_GONE, or NULL */
    uint64_t n_gone;          /* ever */
    /* The focus. */
    bool is_focused; /* events of it are told */
    int64_t told_s;  /* how many were told in this second */
    uint32_t n_told;
    peer_id_t traced;           /* PEER_ID_NONE: nobody */
    struct detail_trace *trace; /* owned: ring of DETAIL_MAX_TRACE, or NULL */
    uint64_t n_trace;           /* ever */
    char tracker_host[FRAME_HOST_LEN]; /* answered last, else the first */
    struct filetable *files;           /* shared; NULL until asked for */
};

void watch_init(struct torrent *t); /* begin to watch it */
void watch_fini(struct torrent *t);

/* Somebody looks at it from now on, or nobody does; traced: a peer, or none. */
void watch_focus(struct torrent *t, bool is_focused, peer_id_t traced);

/* Events, where they happen. */

/* Its block table is still there. */
void watch_on_piece(struct torrent *t, uint32_t piece_idx);
void watch_on_bad(struct torrent *t, uint32_t piece_idx);
/* l: its link, which it may not have yet. */
void watch_on_greeted(struct member *m, const struct peerlink *l);
/* A web server is asked from now on; again, after a rest of the torrent. */
void watch_on_web(struct webserver *s);
/* words: clean. Also of one that never greeted. */
void watch_on_left(struct member *m, const char *words);
/* It chokes us, or no more. */
void watch_on_choke(struct member *m);
/* We choke it, or no more. */
void watch_on_slot(struct member *m, bool is_unchoked);
void watch_on_release(struct member *m, struct block_ref b,
                      enum peer_release why);
/* A block came from m; before pieces know of it. */
void watch_on_block(struct member *m, struct block_ref b);
void watch_on_request(struct member *m, struct block_ref b, uint8_t reason);
/* We are interested in it from now on, or not; also when that is no change. */
void watch_on_wish(struct member *m, bool is_interested);
/* Its interest in us changed. */
void watch_on_interest(struct member *m, struct peer *p);
/* Any other message of the peer. */
void watch_on_message(struct member *m, enum detail_trace_kind kind,
                      bool is_out, uint32_t piece_idx, uint32_t begin,
                      uint32_t len);
void watch_on_tracker(struct torrent *t);

#endif
