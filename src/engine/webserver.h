/* webserver.h -- one web server of a torrent, which is like a peer that has every piece: the
 * runs on their way from it, what it turned out not to have, what it did wrong. It is asked
 * by webasking.
 * It has an id as a peer has, for pieces and for who sent what, and an address that stands
 * for it in blame (one of 0/8, which nobody can have): what it sends is judged apart from
 * all else that its host does.
 * An open struct: webseeds makes it, webasking keeps its health and runs, inspect_web reads
 * it. A part of a torrent; loop thread
 * only. */
#ifndef ENGINE_WEBSERVER_H
#define ENGINE_WEBSERVER_H

#include "engine/redirects.h"
#include "engine/torrent_parts.h"
#include "engine/webfetch.h"
#include "swarm/outlook.h"
#include "swarm/webrun.h"
#include "swarm/webseed.h"
#include "util/bitset.h"

struct endgame;
struct timeline;

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
    bool is_refused; /* by the session, for its address, when it failed last */
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

/* Count it as a peer that has pieces, or no more; nothing when it is so already. */
void webserver_join(struct webserver *s);
void webserver_leave(struct webserver *s);
/* It cannot give what lies from byte `from` of a file on. */
void webserver_lack(struct webserver *s, size_t file_idx, uint64_t from);
/* Free a run; what it did not bring is given back. */
void webserver_close_run(struct webserver_run *r);
/* Have a run bring its first n_keep blocks only, and give back the others. Not while
 * libcurl hands on data. */
void webserver_cut_run(struct webserver_run *r, uint32_t n_keep);
/* End all its runs at once. Not while libcurl hands on data. */
void webserver_cancel(struct webserver *s);
/* End runs of which nothing is asked any more; likewise. */
void webserver_reap(struct webserver *s);
/* A block came from elsewhere: it is not asked of this one any more. */
void webserver_withdraw(struct webserver *s, struct block_ref b);
/* Others are refused by their address now: ask one that was at once. */
void webserver_reconsider(struct webserver *s);
/* Never ask it again: its runs end at once, the user is told. words: why; clean, copied. */
void webserver_drop(struct webserver *s, const char *words);

/* When what is on order with it may be expected, and when more. */
struct outlook webserver_outlook(const struct webserver *s);
/* Tell of all that is on order with it. */
void webserver_tell_orders(const struct webserver *s, struct endgame *e);
/* Blocks on order, runs under way. */
uint32_t webserver_n_asked(const struct webserver *s);
/* Is a block of it being received, or waited for? *out: which comes next. */
bool webserver_next_block(const struct webserver *s, struct block_ref *out);

/* Tell the user what became of it ("given up"), and why. words: clean, copied. */
void webserver_tell(struct webserver *s, const char *what, const char *words);
/* What it is shown as: scheme, host, port. dst: HTTP_SAFE_URL_MAX bytes are enough. */
void webserver_name(const struct webserver *s, char *dst, size_t cap);

#endif
