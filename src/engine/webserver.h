/* webserver.h -- one web server of a torrent, which is like a peer that has every piece: the
 * runs on their way from it, what it turned out not to have, what it did wrong. How often
 * and how much it is asked is swarm/webseed's, what of is swarm/webrun's; blocks are
 * intake's.
 * It has an id as a peer has, for pieces and for who sent what, and an address that stands
 * for it in blame (one of 0/8, which nobody can have): what it sends is judged apart from
 * all else that its host does.
 * An open struct: webseeds makes it, inspect_web reads it. A part of a torrent; loop thread
 * only. */
#ifndef ENGINE_WEBSERVER_H
#define ENGINE_WEBSERVER_H

#include "engine/redirects.h"
#include "engine/torrent_parts.h"
#include "engine/webfetch.h"
#include "swarm/webrun.h"
#include "swarm/webseed.h"
#include "util/bitset.h"

struct timeline;

enum {
    WEBSERVER_SKIP =
        1 << 20, /* in vain, of a file that is sent whole: at first */
    WEBSERVER_RANGELESS_SKIP = 16 << 20 /* and of a server known to do that */
};

/* A run on its way. */
struct webserver_run {
    struct webserver *server; /* borrowed: holds it */
    struct webfetch *fetch;   /* owned; NULL: there is none */
    struct bitset *asked;     /* owned: blocks that are still asked of it */
};

struct webserver {
    struct torrent *torrent; /* borrowed: holds it */
    const char *url;         /* borrowed: the metainfo's */
    bool is_http_seed;       /* BEP 17 */
    peer_id_t id;
    struct addr blamed_as;
    struct webseed health;
    struct redirects redirects;
    struct bitset *has; /* owned: what it can give */
    uint32_t n_lacking; /* files that it turned out not to have */
    bool is_joined;     /* counted in availability */
    bool is_refused;    /* by the session, for its address, when it failed last */
    struct webserver_run runs[WEBSEED_MAX_ACTIVE];
    struct webrun last; /* what it brought last; n_blocks 0: nothing */
    uint64_t bytes_wasted;
    uint32_t n_bad;    /* pieces it had part in */
    uint32_t n_errors; /* ever */
    int64_t since_ms;  /* when it was first asked; 0: never */
    /* For views. */
    bool has_slot;
    uint16_t slot;
    struct timeline *timeline; /* owned; NULL: not watched */
};

/* number: 1 for the first of a torrent. */
void webserver_init(struct webserver *s, struct torrent *t, const char *url,
                    bool is_http_seed, uint16_t number);
void webserver_fini(struct webserver *s);

/* Begin one more run, if it may and there is something to ask it for. */
bool webserver_begin(struct webserver *s);
/* Count it as a peer that has pieces, or no more; nothing when it is so already. */
void webserver_join(struct webserver *s);
void webserver_leave(struct webserver *s);
/* End all its runs at once. Not while libcurl hands on data. */
void webserver_cancel(struct webserver *s);
/* Once a second: what has stalled, what takes too long. Not while libcurl hands on data. */
void webserver_tick(struct webserver *s);
/* End runs of which nothing is asked any more; likewise. */
void webserver_reap(struct webserver *s);
/* A block came from elsewhere: it is not asked of this one any more. */
void webserver_withdraw(struct webserver *s, struct block_ref b);
/* Others are refused by their address now: ask one that was at once. */
void webserver_reconsider(struct webserver *s);
/* Never ask it again: its runs end at once, the user is told. words: why; clean, copied. */
void webserver_drop(struct webserver *s, const char *words);

/* Blocks that its longest run has still to bring; 0: there is none. */
uint32_t webserver_n_longest(struct webserver *s);
/* Give the second half of what that run has still to bring back, at least 2 blocks being
 * left of it. Not while libcurl hands on data. */
void webserver_split(struct webserver *s);

/* Blocks on order, runs under way. */
uint32_t webserver_n_asked(const struct webserver *s);
/* Is a block of it being received, or waited for? *out: which comes next. */
bool webserver_next_block(const struct webserver *s, struct block_ref *out);

#endif
