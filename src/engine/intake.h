/* intake.h -- from a block's first byte to a piece that is given to the disk: what to ask
 * for (by the picker), where payload goes (assembly), who need not send it any more. What
 * the disk makes of the piece is verdict's. A part of a torrent. Loop thread only.
 * A block may come from two peers at once in endgame: the second is received aside, and
 * whoever is whole first is the block. */
#ifndef ENGINE_INTAKE_H
#define ENGINE_INTAKE_H

#include "engine/torrent_parts.h"

/* Make what the intake part of t needs; after its pieces and known peers. */
void intake_init(struct torrent *t);
/* Free it, the memory of begun pieces given back; after verdict_fini(). */
void intake_fini(struct torrent *t);

/* The functions of a member's peer_host that are about incoming blocks: see
 * swarm/peer_host.h for what each is asked. ctx: the struct member. */
size_t intake_pick(void *ctx, struct peer *p, struct block_ref *out,
                   size_t cap);
uint8_t *intake_block_memory(void *ctx, struct peer *p, struct block_ref b,
                             bool late);
void intake_on_block(void *ctx, struct peer *p, struct block_ref b);
void intake_on_block_dropped(void *ctx, struct peer *p, struct block_ref b);
void intake_on_release(void *ctx, struct peer *p, struct block_ref b,
                       enum peer_release why);

/* Take a block from somebody who is no member, geometry_block_len() bytes, copied.
 * was_asked: pieces has it as asked of `from`. Return whether it was needed. */
bool intake_take(struct torrent *t, peer_id_t from, struct block_ref b,
                 const uint8_t *bytes, bool was_asked);

/* Is there a limit of what may come, its own or the session's? */
bool intake_is_limited(const struct torrent *t);
/* Did so much come twice that no more of it is risked? */
bool intake_is_frugal(const struct torrent *t);

/* Put a block that was found on disk into its piece's memory, as if it had been
 * received from nobody. bytes: geometry_block_len() of b, copied. Does nothing when the
 * block is not needed. */
void intake_restore(struct torrent *t, struct block_ref b,
                    const uint8_t *bytes);
#endif
