/* webseeds.h -- the web servers that one torrent has: found by id, address and place, begun
 * and ended together, told what they need not bring any more. Asks them for nothing: that
 * is webasking's. A torrent without any has NULL here, and every call is one test of that.
 * A part of a torrent; loop thread only. Source: BEP 17, 19. */
#ifndef ENGINE_WEBSEEDS_H
#define ENGINE_WEBSEEDS_H

#include "engine/torrent_parts.h"
#include "engine/webserver.h"

struct webseeds;

/* Make what t's metainfo names; after its pieces and its picker. tick: called with t once
 * a second while they run. */
void webseeds_init(struct torrent *t, void (*tick)(struct torrent *t));
void webseeds_fini(struct torrent *t);

/* The torrent runs and wants data: they may be asked. False: they are already, or there
 * is nothing to ask for, or nobody. */
bool webseeds_run(struct torrent *t);
/* It rests, ends, or has all: every request ends at once. */
void webseeds_stop(struct torrent *t);
/* Others are refused by their address now: ask again those that were. */
void webseeds_reconsider(struct torrent *t);
/* The machine woke, or its network is another: what is under way comes to nothing, and
 * who rests is asked again at once. */
void webseeds_wake(struct torrent *t);
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
#endif
