/* intake.h -- from a block's first byte to a piece on disk: what to ask for (by the
 * picker), where payload goes (assembly), writing, and who is to blame for what is
 * wrong. A part of a torrent. Loop thread only.
 * A block may come from two peers at once in endgame: the second is received aside, and
 * whoever is whole first is the block. */
#ifndef ENGINE_INTAKE_H
#define ENGINE_INTAKE_H

#include "engine/torrent_parts.h"

void intake_init(struct torrent *t);
void intake_fini(struct torrent *t);
/* The peer_host functions that concern incoming blocks; ctx is a member. */
size_t intake_pick(void *ctx, struct peer *p, struct block_ref *out,
                   size_t cap);
uint8_t *intake_block_memory(void *ctx, struct peer *p, struct block_ref b,
                             bool late);
void intake_on_block(void *ctx, struct peer *p, struct block_ref b);
void intake_on_block_dropped(void *ctx, struct peer *p, struct block_ref b);
void intake_on_release(void *ctx, struct peer *p, struct block_ref b,
                       enum peer_release why);
void intake_on_written(struct torrent *t, struct disk_job *job);
void intake_on_hashed(struct torrent *t, struct disk_job *job);
/* Put a block that was found on disk into its piece's memory. */
void intake_restore(struct torrent *t, struct block_ref b,
                    const uint8_t *bytes);
void intake_drop_stalled(struct torrent *t);

#endif
