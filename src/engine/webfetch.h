/* webfetch.h -- one run of blocks on its way from a web server: asks for the ranges of files
 * that it lies in, one after another over a kept connection, cuts what comes into blocks,
 * waits while a limit or the memory for pieces is used up. Decides nothing about pieces or
 * servers; keeps one block.
 * Where the server's redirects led is asked at once; what fails there is asked of the server
 * itself, before it is an error.
 * Padding is not asked for, it is zeros. A server that gives less than was asked for is
 * asked for the rest. The first error ends it.
 * Nothing is told inside webfetch_new(); on_end comes once, unless it is freed before.
 * Owned by a webserver; loop thread only. Source: BEP 17, 19. */
#ifndef ENGINE_WEBFETCH_H
#define ENGINE_WEBFETCH_H

#include "engine/env.h"
#include "meta/metainfo.h"
#include "swarm/webrun.h"
#include "util/rate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct redirects;
struct webfetch;

struct webfetch_end {
    enum err err;      /* OK: it is whole, or on_block wanted no more */
    int status;        /* of HTTP; 0: none came */
    const char *words; /* borrowed for the call, clean */
    /* How long the server wants to be left alone; 0: not told. */
    int64_t wish_s;
    size_t file_idx; /* that it was at */
    bool is_refused; /* by the session, for its address: see http_reply */
};

struct webfetch_owner {
    /* The next block of the run is here, geometry_block_len() bytes, borrowed for the
     * call. Return whether any of the rest is wanted. It may not free the fetch. */
    bool (*on_block)(void *ctx, struct webfetch *f, struct block_ref b,
                     const uint8_t *bytes);
    /* So many bytes came that nobody asked for. */
    void (*on_vain)(void *ctx, size_t n);
    /* It is over; it may be freed. */
    void (*on_end)(void *ctx, struct webfetch *f,
                   const struct webfetch_end *end);
    void *ctx; /* borrowed, outlives the fetch */
};

struct webfetch_config {
    const struct metainfo *meta; /* borrowed, as all here: outlives the fetch */
    const char *url;             /* the server's base */
    struct redirects *redirects; /* the server's: used, and added to */
    struct bucket *down;         /* the torrent's limit, beside the session's */
    bool is_http_seed;           /* BEP 17 */
    bool is_limited; /* a limit is set: take little at once, as peers do */
    /* Of a file that is sent whole: bytes that may come in vain. */
    uint64_t max_skip;
    struct webrun run;
};

/* Begin; never NULL. config and owner are copied. */
struct webfetch *webfetch_new(struct env *env,
                              const struct webfetch_config *config,
                              const struct webfetch_owner *owner);
/* End it at once, its request cancelled. Not inside on_block. NULL: nothing. */
void webfetch_free(struct webfetch *f);

const struct webrun *webfetch_run(const struct webfetch *f);
/* Blocks handed on; blocks that it is to bring. */
uint32_t webfetch_n_done(const struct webfetch *f);
uint32_t webfetch_n_kept(const struct webfetch *f);
/* Bring only the first n_kept blocks (n_done < n_kept <= what it was). */
void webfetch_trim(struct webfetch *f, uint32_t n_kept);
/* It has stalled: if it was asked where a redirect led, ask the server itself. false: it
 * was. Not while libcurl hands on data. */
bool webfetch_leave_detour(struct webfetch *f);
/* When its last byte came, or it began; the latter. While it waits for us to take more,
 * time does not count. */
int64_t webfetch_last_ms(const struct webfetch *f);
int64_t webfetch_began_ms(const struct webfetch *f);
/* Bytes of the run that came. */
uint64_t webfetch_got_bytes(const struct webfetch *f);
/* Did the server send more of a file than the range that it was asked for? */
bool webfetch_was_whole(const struct webfetch *f);

#endif
