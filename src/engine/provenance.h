/* provenance.h -- who sent how many blocks of a piece, counted and in words. Owns
 * nothing, knows no peers but by their ids. */
#ifndef ENGINE_PROVENANCE_H
#define ENGINE_PROVENANCE_H

#include "swarm/pieces.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PROVENANCE_MAX =
        8, /* senders that are told apart; the others are counted */
    PROVENANCE_NAME_LEN = 64,
    PROVENANCE_WORDS_LEN = 400
};

struct provenance {
    size_t n; /* senders in `of`, in the order of their first blocks */
    struct {
        peer_id_t peer; /* PEER_ID_NONE: found on disk */
        uint32_t n_blocks;
    } of[PROVENANCE_MAX];
    uint32_t n_others; /* blocks of those beyond */
};

/* Count the senders of n blocks, all of them received. */
void provenance_count(struct provenance *out, const struct pieces_block *blocks,
                      uint32_t n);
/* Who sent most of it; PEER_ID_NONE: the disk had it. */
peer_id_t provenance_main(const struct provenance *p);
/* "12 blocks from B, 4 from D"; name writes what a peer is called, clean, and
 * PROVENANCE_NAME_LEN bytes at most. dst: PROVENANCE_WORDS_LEN bytes are enough for most;
 * what does not fit is cut. */
void provenance_words(const struct provenance *p,
                      void (*name)(void *ctx, peer_id_t peer, char *dst),
                      void *ctx, char *dst, size_t cap);

#endif
