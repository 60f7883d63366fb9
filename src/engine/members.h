/* members.h -- the connected peers of one torrent: whom to dial, who is interesting,
 * who is unchoked, and what each of them tells. Decides about connections and choking;
 * blocks are intake's and upload's. A part of a torrent. Loop thread only. Choking and
 * interest as choker.h and BEP 3 say; a piece that is had costs O(members). */
#ifndef ENGINE_MEMBERS_H
#define ENGINE_MEMBERS_H

#include "engine/torrent_parts.h"

/* Make what the members part of t needs; before any other of these. */
void members_init(struct torrent *t);
/* Close every connection at once, telling nobody, and free. */
void members_fini(struct torrent *t);
/* The torrent is RUNNING: begin to dial, and to look after members every second. */
void members_run(struct torrent *t);
/* Close every connection, as of the end of this turn, and dial no more. words: why, for
 * the log; clean, copied. */
void members_close_all(struct torrent *t, const char *words);
/* Dial candidates as far as the limits allow; what they do not is tried again later. */
void members_dial(struct torrent *t);
/* Candidates, heard of by source: dialled as soon as it runs. */
void members_add_peers(struct torrent *t, const struct addr *addrs, size_t n,
                       enum peers_source source);
/* Take an accepted connection in, or close it: as torrent_accept(). */
void members_accept(struct torrent *t, struct conn *conn,
                    const struct handshake *theirs);
/* Take over a connection of the seeker that this torrent was: as torrent_adopt(). */
void members_adopt(struct torrent *t, struct peerlink *link,
                   enum peers_source source, bool is_counted);
/* A piece is had: tell everybody, and look who is still interesting. O(members). */
void members_on_have(struct torrent *t, uint32_t piece_idx);
/* Bytes beside payload that all links carried, those that are closed too: O(members). */
void members_overhead(const struct torrent *t, uint64_t *down_out,
                      uint64_t *up_out);
/* Nobody is there and nothing is under way: have the disk close its files. */
void members_let_go(struct torrent *t);
/* All that is wanted is had. */
void members_on_finished(struct torrent *t);
/* It was finished, and wants something again. */
void members_on_wanting(struct torrent *t);
/* Wanted pieces changed: count interest anew. O(members * n_pieces / 64). */
void members_recount(struct torrent *t);
/* Ban a culprit (peers_culprit() of an address), close its connections, and post
 * EVENT_BANNED; nothing when it is banned already. words: what it did; clean, copied. */
void members_ban(struct torrent *t, const struct addr *culprit,
                 const char *words);
/* Assert the invariants of all, and add to *n_asked_out the blocks on order with them: for
 * tests. */
void members_check(struct torrent *t, uint64_t *n_asked_out);

#endif
