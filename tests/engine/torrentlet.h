/* torrentlet.h -- the owner that a peerlink needs, for its tests: a torrent of one
 * connection, that seeds or leeches made-up bytes, in order, without a disk. Notes what
 * it is told, and may close its link from inside any callback. */
#ifndef TESTS_ENGINE_TORRENTLET_H
#define TESTS_ENGINE_TORRENTLET_H

#include "engine/peerlink.h"
#include "tests/engine/stage.h"

enum torrentlet_call {
    TORRENTLET_NONE,
    TORRENTLET_GREETED,
    TORRENTLET_SENT,
    TORRENTLET_PICK,
    TORRENTLET_MEMORY,
    TORRENTLET_BLOCK,
    TORRENTLET_RELEASE,
    TORRENTLET_HAS,
    TORRENTLET_CHOKE,
    TORRENTLET_REQUEST,
    TORRENTLET_EXTENDED,
    TORRENTLET_TX,
    TORRENTLET_CLOSED,
    TORRENTLET_N_CALLS
};

struct torrentlet {
    struct stage_side *side; /* borrowed */
    struct peerlink *link;   /* owned until on_closed; NULL: none */
    struct peer *peer;       /* borrowed: the link's */
    struct peerlink_owner owner;
    struct peer_host host;
    struct bucket down, up; /* unlimited at first */
    struct geometry geo;
    struct bitset *have; /* owned; all or nothing, never changed */
    uint8_t *data;       /* owned: what is seeded, or what came */
    bool *asked;         /* owned; one a block */
    uint32_t n_blocks, n_received;
    bool refuses;                  /* on_greeted says no */
    enum torrentlet_call close_in; /* close the link when called so */
    int n_calls[TORRENTLET_N_CALLS];
    enum err why; /* of on_closed */
    struct cause words;
    bool was_half_open; /* in on_closed */
};

/* The true byte at an offset. */
uint8_t torrentlet_byte(uint32_t off);

/* A torrent of n_pieces of 32 KiB; its hash is all 'h'. */
void torrentlet_init(struct torrentlet *t, struct stage_side *side,
                     uint32_t n_pieces, bool is_seed);
/* Frees its link too. */
void torrentlet_fini(struct torrentlet *t);

/* As the engine does, counted by the limits; the error is peerlink_dial()'s. */
enum err torrentlet_dial(struct torrentlet *t, const struct addr *remote);
/* Take what is dialled at the side's address: read its handshake, and accept. */
void torrentlet_listen(struct torrentlet *t);

/* Dial, at the other side of the stage, a stream that the test plays, and let it come up:
 * *far (NULL before) is its end, the caller's; set anew by each connection, while it is
 * NULL. */
void torrentlet_dial_bare(struct torrentlet *t, struct stage *stage,
                          struct conn **far);

/* The handshake of that stream: for this torrent. */
void torrentlet_far_hello(uint8_t out[HANDSHAKE_LEN]);
/* Its link ended once, so, with `words` among the words, and gave all counts back. */
void torrentlet_expect_closed(const struct torrentlet *t, enum err why,
                              const char *words);

/* Is everything here, and right? */
bool torrentlet_is_whole(const struct torrentlet *t);

#endif
