/* seeker_parts.h -- a seeker as its parts know it: the struct that they share (seeker.c,
 * contacts.c, seeker_view.c), and what they need of it: events, and whether it has found
 * what it seeks (and seeker_is_quiet(), for others too). Knows none of them; nobody else
 * includes it. Loop thread only. */
#ifndef ENGINE_SEEKER_PARTS_H
#define ENGINE_SEEKER_PARTS_H

#include "engine/peerlink.h"
#include "engine/seeker.h"
#include "engine/senders.h"
#include "engine/trackers.h"
#include "net/loop.h"
#include "swarm/metadata_fetch.h"

struct exactsource;
struct gossip;
struct quest;
struct resolve_query;

/* A connection, from dial or accept until it ends or is the torrent's. */
struct contact {
    struct seeker *seeker; /* borrowed: holds it */
    struct contact *next;
    struct peerlink *link; /* owned */
    struct peer *peer;     /* borrowed: the link's; NULL before greeted */
    struct peer_host host;
    struct gossip *gossip; /* owned; NULL: it told of no peers yet */
    peer_id_t id;
    enum peers_source source;
    bool has_told_node; /* of the DHT */
    bool is_counted;    /* in peers, by peers_on_connected() */
    bool is_lost;       /* the network is why it closes */
};

/* A peer of the link: a name that is looked up. */
struct named_peer {
    struct seeker *seeker;       /* borrowed */
    struct resolve_query *query; /* borrowed; NULL: none under way */
};

struct seeker {
    struct env *env; /* borrowed: the session's */
    uint32_t id;
    struct magnet *magnet; /* owned, as the rest */
    struct seeker_host host;
    struct handshake hello;
    struct peers *known;       /* NULL after seeker_leave() */
    struct trackers *trackers; /* likewise */
    struct metadata_fetch *fetch;
    struct exactsource *source; /* of its .torrent */
    struct contact *contacts;   /* the latest first */
    size_t n_contacts, max_contacts;
    peer_id_t next_id;
    struct senders senders;
    struct quest *quest;      /* NULL: the DHT is not used */
    struct named_peer *named; /* one a peer of the link */
    struct loop_timer dial_timer, ask_timer, tick_timer;
    struct bucket down_limit, up_limit; /* none */
    struct cause tracker;               /* the latest words of a tracker */
    bool is_running;
    bool gives_up; /* seeker_stop_now() */
    bool is_found; /* on_found was called, or will be in this turn */
};

/* Look whether the fetch has found the metadata, and when it wants to be called: after
 * each call into it. */
void seeker_look(struct seeker *s);
/* Tell the host of the metadata, at the end of this turn, if it runs then. */
void seeker_tell_found(struct seeker *s);
/* Post an event of this entry. text: clean, copied. */
void seeker_post(struct seeker *s, enum event_kind kind, enum err err,
                 const char *text);

#endif
