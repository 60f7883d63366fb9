/* why.h -- why a torrent is as fast as it is: ranked reasons, each with its numbers, and
 * what may be done. A pure function of counts: asks nobody, keeps nothing, so that the
 * same words come in the list, the overview and a log.
 * A reason that limits now weighs WHY_LIMITS or more; lighter ones are ruled out, and
 * say so ("not the cap"). Words are ours and clean. */
#ifndef MODEL_WHY_H
#define MODEL_WHY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is counted. Rates are payload. "Useful": has a piece that we want. */
struct why_input {
    bool is_running;          /* not paused, checking, failed or stopping */
    bool is_finished;         /* every wanted piece is had: then it is about sending */
    bool is_no_space;
    bool in_endgame;
    uint64_t down_Bps, up_Bps;
    uint64_t wanted_left_bytes;
    uint64_t limit_down_Bps, limit_up_Bps;         /* this torrent's; 0: none */
    uint64_t all_limit_down_Bps, all_limit_up_Bps; /* the session's */
    uint32_t down_capped_pct; /* of the last 16 s, spent waiting for a limit */
    uint32_t up_capped_pct;
    uint32_t n_peers;         /* connected, greeted */
    uint32_t n_seeds;
    uint32_t n_half_open;
    uint32_t n_known;         /* addresses */
    uint32_t n_dialable;      /* of them, not connected, not given up */
    uint32_t max_peers;       /* of this torrent */
    uint32_t n_useful;
    uint32_t n_useful_choking; /* they choke us */
    uint32_t n_giving;        /* useful, not choking, blocks came lately */
    uint32_t n_snubbing;      /* useful, not choking, let us wait 20 s */
    uint32_t n_starved;       /* useful, not choking, but nothing is on order there */
    uint64_t best_peer_Bps;   /* of down_Bps, by the fastest peer */
    uint32_t n_no_source;     /* wanted pieces that nobody here has */
    uint32_t n_one_source;    /* that one peer alone has */
    uint32_t n_wanted;        /* wanted pieces not had */
    uint32_t n_slots, n_slots_used; /* unchoked by us */
    uint32_t n_they_want;     /* peers interested in us */
    uint32_t n_disk_jobs;
    uint32_t pool_used_pct;   /* memory for pieces */
    uint32_t n_trackers, n_trackers_ok, n_trackers_failing; /* that are asked */
    uint32_t n_trackers_disabled; /* beside them */
    int64_t next_announce_s;  /* -1: none planned */
    uint32_t n_incoming;      /* connections that came to us, of n_peers */
    bool was_reached;         /* anybody ever connected to us, this run */
    uint16_t listen_port;     /* 0: none */
    uint32_t wasted_pct;      /* of what came in this run */
    uint32_t n_hash_fails;
};

enum why_kind {
    WHY_NONE,
    WHY_NOT_RUNNING,   /* paused, checking... */
    WHY_DISK_FULL,
    WHY_NO_PEERS,      /* nobody is connected */
    WHY_NO_SOURCES,    /* those here have nothing that we want */
    WHY_MISSING_PIECES, /* some pieces nobody here has */
    WHY_CHOKED,
    WHY_SNUBBED,
    WHY_CAP,           /* a limit of ours */
    WHY_DISK,          /* memory or disk is behind */
    WHY_ONE_PEER,      /* most comes from one peer */
    WHY_PEERS_SLOW,    /* those that send are just so fast */
    WHY_RARITY,        /* pieces that depend on one peer */
    WHY_ENDGAME,
    WHY_SLOTS,         /* our upload slots: reciprocity */
    WHY_NO_DEMAND,     /* seeding: nobody wants anything */
    WHY_REACHABILITY,
    WHY_TRACKERS,
    WHY_WASTE,
    WHY_N_KINDS
};

enum {
    WHY_MAX = 8,      /* reasons */
    WHY_LIMITS = 50,  /* weight from which a reason limits */
    WHY_TITLE_LEN = 24,
    WHY_TEXT_LEN = 120
};

struct why_reason {
    enum why_kind kind;
    uint32_t weight;           /* 0..100 */
    char title[WHY_TITLE_LEN]; /* "peers choking"; plain ASCII */
    char text[WHY_TEXT_LEN];   /* "6 of 9 useful peers choke us; ..." */
    char hint[WHY_TEXT_LEN];   /* what may help; "" when nothing */
};

struct why {
    size_t n;
    struct why_reason reasons[WHY_MAX]; /* heaviest first; equals by kind */
};

/* Rank. At least one reason comes out. */
void why_rank(const struct why_input *in, struct why *out);
/* "peers choking: 6 of 9 useful peers choke us; ..." in one line; "" when nothing limits.
 * cap >= 1. */
void why_line(const struct why *w, char *dst, size_t cap);

#endif
