/* metadata_draft.h -- metadata of one size as they come in: its pieces, who sent each,
 * who else is asked for them. Decides nothing; a size is only what somebody said, so
 * memory is taken for what came (and 13 bytes a piece of what is said to come, at most
 * 13 KiB). Owned by a metadata_fetch. Costs: O(1), but for the whole O(size). */
#ifndef SWARM_METADATA_DRAFT_H
#define SWARM_METADATA_DRAFT_H

#include "swarm/pieces.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct metadata_draft_piece {
    uint8_t *bytes;   /* owned; NULL: it is still to come */
    int64_t asked_ms; /* when it was last asked for */
    peer_id_t from;   /* who sent it */
    uint32_t n_asked; /* requests for it under way */
};

struct metadata_draft {
    struct metadata_draft *next;
    uint32_t size_bytes;
    uint32_t n_pieces;
    uint32_t n_have;
    uint32_t n_peers; /* that tell this size */
    peer_id_t owner;  /* who alone fills it; PEER_ID_NONE: all of this size */
    size_t n_bytes;   /* that came */
    struct metadata_draft_piece *pieces; /* owned; n_pieces */
};

/* size_bytes: 1 to EXTENDED_MAX_METADATA. Owned by the caller. */
struct metadata_draft *metadata_draft_new(uint32_t size_bytes, peer_id_t owner);
void metadata_draft_free(struct metadata_draft *d);
/* Forget what came. */
void metadata_draft_clear(struct metadata_draft *d);

/* Piece piece_idx came (len: its true length; it was not there): copied. */
void metadata_draft_put(struct metadata_draft *d, uint32_t piece_idx,
                        const uint8_t *bytes, size_t len, peer_id_t from);
bool metadata_draft_is_whole(const struct metadata_draft *d);
/* All of it in one run: size_bytes bytes, the caller's; only when it is whole. */
uint8_t *metadata_draft_join(const struct metadata_draft *d);
/* Who sent all that is there; PEER_ID_NONE: nobody, or more than one did. */
peer_id_t metadata_draft_only_sender(const struct metadata_draft *d);
/* How many sent what is there. O(pieces squared). */
uint32_t metadata_draft_n_senders(const struct metadata_draft *d);

#endif
