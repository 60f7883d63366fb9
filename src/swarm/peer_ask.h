/* peer_ask.h -- our requests to a peer: when to ask for more, when to give
 * one up, when it is snubbing us, and whose answer a block is. Which blocks
 * is the host's.
 * Each request ends in exactly one on_block or on_release. */
#ifndef SWARM_PEER_ASK_H
#define SWARM_PEER_ASK_H

#include "meta/geometry.h"
#include "swarm/outlook.h"
#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

struct endgame;
struct peer;

void peer_ask_fill(struct peer *p);
void peer_ask_cancel(struct peer *p, struct block_ref b);
/* A block begins: p->in is set from it. A fault when it was never asked for. */
enum err peer_ask_begin(struct peer *p, struct block_ref b) ERR_MUST_CHECK;
void peer_ask_payload(struct peer *p, size_t n); /* n bytes of it came */
void peer_ask_done(struct peer *p);              /* all of it came */
void peer_ask_on_choke(struct peer *p);
void peer_ask_on_unchoke(struct peer *p);
void peer_ask_on_reject(struct peer *p, struct block_ref b);
struct outlook peer_ask_outlook(const struct peer *p, int64_t now_ms);
void peer_ask_tell(const struct peer *p, struct endgame *e, int64_t now_ms);
int64_t peer_ask_deadline_ms(const struct peer *p); /* INT64_MAX: none */
void peer_ask_tick(struct peer *p);
/* The connection ends: release everything. */
void peer_ask_close(struct peer *p);

#endif
