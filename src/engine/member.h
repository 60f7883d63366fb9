/* member.h -- a torrent's record of one connection, from dial or accept to close: an open
 * struct that the parts of a torrent share. members makes and frees them; choking,
 * intake, upload and watch keep what is theirs in it. Loop thread only. */
#ifndef ENGINE_MEMBER_H
#define ENGINE_MEMBER_H

#include "meta/geometry.h"
#include "swarm/peer.h"
#include "swarm/peers.h"
#include "swarm/pieces.h"

#include <stdbool.h>
#include <stdint.h>

struct gossip;
struct peerlink;
struct timeline;
struct torrent;

/* A connected peer, or one on its way. */
struct member {
    struct torrent *torrent; /* borrowed: holds it */
    struct member *next;
    struct peerlink *link; /* owned */
    struct peer *peer;     /* borrowed: the link's; NULL before greeted */
    struct peer_host host;
    peer_id_t id;
    bool is_counted;        /* in peers, by peers_on_connected() */
    bool is_lost;           /* the network is why it closes */
    bool has_told;          /* its pieces are counted in availability */
    bool is_seed;           /* counted as a seed there */
    bool has_told_node;     /* the port of its node of the DHT */
    uint32_t n_interesting; /* pieces that it has and we want */
    /* Choking. */
    int64_t flipped_ms;
    uint64_t bytes_at_unchoke; /* uploaded then */
    bool is_optimistic;
    uint32_t choke_rank; /* in the latest round; 0: not in it */
    bool is_shunned;     /* by the user (shuns): never unchoked */
    /* The block on its way in. */
    bool is_filling;
    bool is_late;    /* its request had been released */
    bool fills_side; /* into `side`, another has the block's memory */
    struct block_ref filling;
    uint8_t *side; /* owned; one block, or NULL */
    /* Peer exchange: exchange's. */
    struct gossip *gossip; /* owned; NULL: not with this peer */
    /* Uploading: one read ahead of what it asks for. */
    bool is_reading;
    uint64_t bytes_sent; /* of blocks, and counted as uploaded */
    uint32_t n_metadata; /* pieces of metadata that it asked for */
    /* For views: watch's. */
    enum peers_source source; /* where we heard of it */
    bool is_greeted;          /* it has a slot */
    bool had_trouble;         /* within this second */
    bool was_interested;      /* we, when last told */
    uint16_t slot;            /* its letters */
    uint32_t n_timeouts, n_rejects, n_bad;
    int64_t choke_ms;          /* when it choked or unchoked us */
    struct timeline *timeline; /* owned, or NULL */
};

#endif
