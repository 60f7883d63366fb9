/* contacts.h -- the connections of a seeker: whom to dial, who is welcome, and what each
 * tells that matters before anybody knows the pieces. A part of a seeker. Loop thread only.
 * Every call costs O(contacts) at most. */
#ifndef ENGINE_CONTACTS_H
#define ENGINE_CONTACTS_H

#include "engine/seeker_parts.h"
#include "proto/metadata.h"

/* The one with this id that is greeted and not closing; NULL: there is none. */
struct contact *contacts_by_id(const struct seeker *s, peer_id_t id);
/* Ask for a piece of metadata, or reject; false: it cannot be sent now. */
bool contacts_send(struct contact *c, enum metadata_kind kind,
                   uint32_t piece_idx);
/* Dial candidates as far as the limits allow; what they do not is tried again later. */
void contacts_dial(struct seeker *s);
/* Candidates, heard of by source: dialled as soon as it runs. Nothing after
 * seeker_leave(). */
void contacts_add_peers(struct seeker *s, const struct addr *addrs, size_t n,
                        enum peers_source source);
/* As torrent_accept(). */
void contacts_accept(struct seeker *s, struct conn *conn,
                     const struct handshake *theirs);
/* Ban a culprit (peers_culprit() of an address), and close its connections; nothing when
 * it is banned already. words: what it did; clean, copied. */
void contacts_ban(struct seeker *s, const struct addr *culprit,
                  const char *words);
/* Note that a connection ends, or goes over to somebody else, where it is known. */
void contacts_leave(struct contact *c, enum err why);
/* Forget it; its link is the caller's matter. */
void contacts_remove(struct contact *c);

#endif
