/* finding.h -- how a torrent finds peers beside its trackers: by the DHT, where the session
 * has a node and the torrent is not private (BEP 27); and has it called out on the local
 * network meanwhile. A part of a torrent. When the DHT is searched is quest's; what comes
 * goes to the torrent's candidates. Loop thread only.
 * Source: BEP 5, 27, 33. */
#ifndef ENGINE_FINDING_H
#define ENGINE_FINDING_H

#include "engine/quest.h"
#include "engine/torrent_parts.h"
#include "model/detail_finder.h"

void finding_init(struct torrent *t); /* before the first handshake is made */
void finding_fini(struct torrent *t);
/* The torrent is RUNNING: look for peers, and let them be told of us. */
void finding_run(struct torrent *t);
void finding_stop(struct torrent *t);
/* Does it want peers, and is short of whom to dial? */
bool finding_is_short(const struct torrent *t);
/* Candidates run short: look again as early as is of use. Cheap. */
void finding_want_peers(struct torrent *t);
/* The user asks. False: the DHT is not used. */
bool finding_ask_now(struct torrent *t);

/* The port of our node that a peer is told; 0: none. theirs: its handshake. */
uint16_t finding_port(const struct torrent *t, const struct handshake *theirs);
/* A peer told the port of its node, for the first time. */
void finding_on_port(struct torrent *t, const struct addr *peer, uint16_t port);

/* How it stands, for the views. */
void finding_status(const struct torrent *t, struct detail_finder *out);

/* The same of any quest; NULL: there is none, why_not says why. */
void finding_quest(struct env *env, const struct quest *q,
                   const uint8_t info_hash[20], const char *why_not,
                   struct detail_finder *out);
/* What came of a search, in words. */
void finding_words(const struct quest_past *past, char *dst, size_t cap);

#endif
