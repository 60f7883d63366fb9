/* webseeds.h -- the web servers of one torrent: when they are asked, what others should
 * know of them. Decides in which turn they are served; what is asked of one, and when it
 * is left alone, is webserver's. A torrent without any has NULL here, and every call is
 * one test of that. A part of a torrent; loop thread only. Source: BEP 17, 19. */
#ifndef ENGINE_WEBSEEDS_H
#define ENGINE_WEBSEEDS_H

#include "engine/torrent_parts.h"
#include "engine/webserver.h"

enum {
    WEBSEEDS_SPLIT_BLOCKS = 32 /* fewer are not worth another request */
};

struct webseeds;

/* Make what t's metainfo names; after its pieces and its picker. */
void webseeds_init(struct torrent *t);
void webseeds_fini(struct torrent *t);

/* The torrent runs and wants data: ask. Nothing when it is done. */
void webseeds_run(struct torrent *t);
/* It rests, ends, or has all: every request ends at once. */
void webseeds_stop(struct torrent *t);
/* Others are refused by their address now: ask again those that were. */
void webseeds_reconsider(struct torrent *t);
/* Give every server work, as far as it may have any; not while libcurl hands on data:
 * members_fill_soon() leads here. */
void webseeds_fill(struct torrent *t);
/* Have the server whose run has most still to bring give half of that back, for another
 * one; false: none has WEBSEEDS_SPLIT_BLOCKS left. As webseeds_fill(). */
bool webseeds_split(struct torrent *t);
/* A block came from somebody: no web server is to bring it any more. */
void webseeds_withdraw(struct torrent *t, struct block_ref b);

/* The server with this id, or the one that an address stands for; NULL: there is none. */
struct webserver *webseeds_by_id(const struct torrent *t, peer_id_t id);
struct webserver *webseeds_by_addr(const struct torrent *t,
                                   const struct addr *a);
/* The i-th; NULL: there are not so many. */
struct webserver *webseeds_at(const struct torrent *t, size_t i);
/* Are they asked, or would be if there were need? */
bool webseeds_are_running(const struct torrent *t);
/* Is anything on its way from any? */
bool webseeds_are_busy(const struct torrent *t);
/* Blocks on order with all of them. */
uint64_t webseeds_n_asked(const struct torrent *t);

/* A piece that this server had part in was wrong. */
void webseeds_on_bad(struct torrent *t, uint32_t piece_idx);
/* Tell the user what became of a server ("given up"), and why. words: clean, copied. */
void webseeds_tell(struct webserver *s, const char *what, const char *words);
/* What it is shown as: scheme, host, port. dst: HTTP_SAFE_URL_MAX bytes are enough. */
void webseeds_name(const struct webserver *s, char *dst, size_t cap);

#endif
