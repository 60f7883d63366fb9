/* exchange.h -- peer exchange of one torrent: tells peers that want it of those that can
 * be dialled (we dialled them, or they told their port), and takes in whom they name as
 * candidates. What is told to whom and when, and what is believed, is swarm/gossip's.
 * Off for private torrents (BEP 27), and where the session does without.
 * One timer: at the earliest time at which somebody may be told something, and a second
 * after somebody came or went. A part of a torrent; a member's gossip is its own. Loop
 * thread only. Source: BEP 11. A round costs O(members log members) and O(members) a
 * peer that is told. */
#ifndef ENGINE_EXCHANGE_H
#define ENGINE_EXCHANGE_H

#include "engine/torrent_parts.h"
#include "model/detail_finder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exchange;

/* t is borrowed and outlives it. Owned by t. */
struct exchange *exchange_new(struct torrent *t);
void exchange_free(struct exchange *x); /* NULL: nothing */

/* Is it used: are its messages offered to peers? */
bool exchange_is_on(const struct torrent *t);
/* Its extended handshake came (again). */
void exchange_on_extended(struct member *m, struct peer *p);
/* It told of others. */
void exchange_on_message(struct member *m, struct peer *p, const uint8_t *bytes,
                         size_t len);
/* Somebody came, or his address became known. */
void exchange_on_changed(struct torrent *t);
/* m goes; it is still a member. */
void exchange_on_left(struct member *m);
/* What a view may know of it. */
void exchange_row(const struct torrent *t, struct detail_finder *out);

#endif
