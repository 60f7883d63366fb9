#include "config.h"

#include "swarm/metadata_draft.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "proto/metadata.h"

struct metadata_draft *metadata_draft_new(uint32_t size_bytes, peer_id_t owner)
{
    struct metadata_draft *d = xzalloc(sizeof *d);
    assert(size_bytes > 0 && size_bytes <= EXTENDED_MAX_METADATA);
    d->size_bytes = size_bytes;
    d->n_pieces = metadata_n_pieces(size_bytes);
    d->owner = owner;
    d->pieces = xcalloc(d->n_pieces, sizeof *d->pieces);
    return d;
}

void metadata_draft_clear(struct metadata_draft *d)
{
    for (uint32_t i = 0; i < d->n_pieces; i++) {
        free(d->pieces[i].bytes);
        d->pieces[i].bytes = NULL;
        d->pieces[i].from = PEER_ID_NONE;
    }
    d->n_have = 0;
    d->n_bytes = 0;
}

void metadata_draft_free(struct metadata_draft *d)
{
    if (d == NULL)
        return;
    metadata_draft_clear(d);
    free(d->pieces);
    free(d);
}

void metadata_draft_put(struct metadata_draft *d, uint32_t piece_idx,
                        const uint8_t *bytes, size_t len, peer_id_t from)
{
    struct metadata_draft_piece *piece = &d->pieces[piece_idx];
    assert(piece->bytes == NULL);
    assert(len == metadata_piece_len(d->size_bytes, piece_idx));
    piece->bytes = xmemdup(bytes, len);
    piece->from = from;
    d->n_have++;
    d->n_bytes += len;
}

bool metadata_draft_is_whole(const struct metadata_draft *d)
{
    return d->n_have == d->n_pieces;
}

uint8_t *metadata_draft_join(const struct metadata_draft *d)
{
    uint8_t *all = xmalloc(d->size_bytes);
    for (uint32_t i = 0; i < d->n_pieces; i++)
        memcpy(all + (size_t)i * METADATA_PIECE_LEN, d->pieces[i].bytes,
               metadata_piece_len(d->size_bytes, i));
    return all;
}

peer_id_t metadata_draft_only_sender(const struct metadata_draft *d)
{
    peer_id_t only = PEER_ID_NONE;
    for (uint32_t i = 0; i < d->n_pieces; i++) {
        peer_id_t from = d->pieces[i].from;
        if (d->pieces[i].bytes == NULL || from == only)
            continue;
        if (only != PEER_ID_NONE)
            return PEER_ID_NONE;
        only = from;
    }
    return only;
}

static bool has_sent_before(const struct metadata_draft *d, uint32_t piece_idx)
{
    for (uint32_t i = 0; i < piece_idx; i++)
        if (d->pieces[i].from == d->pieces[piece_idx].from)
            return true;
    return false;
}

uint32_t metadata_draft_n_senders(const struct metadata_draft *d)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < d->n_pieces; i++)
        n += d->pieces[i].from != PEER_ID_NONE && !has_sent_before(d, i);
    return n;
}
