/* members.h -- the connected peers of one torrent: whom to dial, who is interesting,
 * who is unchoked, and what each of them tells. Decides about connections and choking;
 * blocks are intake's and upload's. A part of a torrent. Loop thread only. Choking and
 * interest as choker.h and BEP 3 say; a piece that is had costs O(members). */
#ifndef ENGINE_MEMBERS_H
#define ENGINE_MEMBERS_H

#include "engine/torrent_parts.h"

void members_init(struct torrent *t);
void members_fini(struct torrent *t);
void members_run(struct torrent *t);
void members_close_all(struct torrent *t, const char *words);
void members_dial(struct torrent *t);
void members_fill_soon(struct torrent *t);
void members_accept(struct torrent *t, struct conn *conn,
                    const struct handshake *theirs);
/* A piece is had: tell everybody, and look who is still interesting. */
void members_on_have(struct torrent *t, uint32_t piece_idx);
/* Wanted pieces changed: count interest anew. */
void members_recount(struct torrent *t);
struct member *members_by_id(struct torrent *t, peer_id_t id);
/* The address that a connection had, also one that is gone. */
struct addr members_sender(const struct torrent *t, peer_id_t id);
void members_ban(struct torrent *t, const struct addr *culprit,
                 const char *words);

#endif
