/* gossip.h -- peer exchange with one connected peer: what it is told of the
 * others, and how much of what it tells is used. Knows neither the torrent nor
 * the other connections: the caller has the list of those that may be told of
 * (connected, at an address where they can be dialled), and the candidates.
 * Telling: at most every GOSSIP_EVERY_MS, the difference between that list and
 * what the peer was told before, PEX_MAX_PEERS added and as many dropped; the
 * rest the next time. Who came and went in between is never mentioned.
 * Listening: one message each GOSSIP_HEAR_MS, one that comes sooner is not
 * used; after GOSSIP_MAX_FAULTS of those or of malformed ones nothing more is.
 * Both ways an address is passed on only to where it means the same: one of
 * this machine stays there, one of a private network within such networks; a
 * message names an IP once (but see peers_culprit()), and the peer itself
 * never.
 * Owned by a connection; loop thread only. Source: BEP 11. Costs O(told + told
 * of). */
#ifndef SWARM_GOSSIP_H
#define SWARM_GOSSIP_H

#include "proto/pex.h"
#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gossip;

enum {
    GOSSIP_FIRST_MS = 2000, /* after the connection: others come meanwhile */
    GOSSIP_EVERY_MS = 60000,
    GOSSIP_HEAR_MS = 55000, /* 60 s by a clock and a network not ours */
    GOSSIP_MAX_FAULTS = 5,
    GOSSIP_MAX_TOLD = 1000 /* that it is held to know; then none is added */
};

/* Begin with a peer at `remote`, whose messages may come now. */
struct gossip *gossip_new(const struct addr *remote, int64_t now_ms);
void gossip_free(struct gossip *g);

/* The next message may not be sent before. */
int64_t gossip_due_ms(const struct gossip *g);
/* Where it can be dialled, so that it is not told of itself: not its remote when
 * it dialled us. */
void gossip_set_own(struct gossip *g, const struct addr *own);
/* Write what to tell it now to *out. others: n, sorted by addr_cmp() and all
 * different; may have the peer itself among them. False: it is not due yet, or
 * there is nothing to tell; *out is untouched. */
bool gossip_next(const struct gossip *g, const struct pex_peer *others,
                 size_t n, int64_t now_ms, struct pex *out);
/* What gossip_next() gave was sent. */
void gossip_said(struct gossip *g, const struct pex *said, int64_t now_ms);

/* A message came: write what may be used of it to *out. ERR_BUSY: too soon
 * after the one before; ERR_REFUSED: it is not listened to any more; else as
 * pex_parse(). *out is untouched then. */
enum err gossip_hear(struct gossip *g, const uint8_t *bytes, size_t len,
                     int64_t now_ms, struct pex *out) ERR_MUST_CHECK;

size_t gossip_n_told(const struct gossip *g);
/* When it told something that was used; -1: never. */
int64_t gossip_heard_ms(const struct gossip *g);

/* Assert its invariants: for tests. */
void gossip_check(const struct gossip *g);

#endif
