/* intake.h -- from a block's first byte to a piece on disk: what to ask for (by the
 * picker), where payload goes (assembly), writing, and who is to blame for what is
 * wrong. A part of a torrent. Loop thread only.
 * A block may come from two peers at once in endgame: the second is received aside, and
 * whoever is whole first is the block. */
#ifndef ENGINE_INTAKE_H
#define ENGINE_INTAKE_H

#include "engine/torrent_parts.h"

/* Make what the intake part of t needs; after its pieces and known peers. */
void intake_init(struct torrent *t);
/* Free it, the memory of begun pieces given back; after members_fini(). */
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

/* Take a block from somebody who is no member, geometry_block_len() bytes, copied. was_asked:
 * pieces has it as asked of `from`. Return whether it was needed. */
bool intake_take(struct torrent *t, peer_id_t from, struct block_ref b,
                 const uint8_t *bytes, bool was_asked);

/* A DISK_WRITE of ours is done: its piece is had, wrong, or has further runs to come;
 * without space it is kept and tried again. job: taken. */
void intake_on_written(struct torrent *t, struct disk_job *job);
/* A DISK_HASH of a piece that was written in runs is done: it is had, or wrong. job:
 * taken. */
void intake_on_hashed(struct torrent *t, struct disk_job *job);
/* Put a block that was found on disk into its piece's memory, as if it had been
 * received from nobody. bytes: geometry_block_len() of b, copied. Does nothing when the
 * block is not needed. */
void intake_restore(struct torrent *t, struct block_ref b,
                    const uint8_t *bytes);
/* Give up the writes that wait for space: when stopping. */
void intake_drop_stalled(struct torrent *t);
/* Give back the memory of all pieces begun, which are missing again. Only when nobody
 * sends and nothing is with the disk. */
void intake_forget(struct torrent *t);

#endif
