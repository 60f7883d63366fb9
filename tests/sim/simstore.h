/* simstore.h -- a torrent's files for simulations: keeps no bytes, only what each
 * block of 16 KiB is: absent, right (as the content) or wrong. So that 50 nodes
 * cost no more memory than one, and that what is written is compared with the
 * truth at once. Can be told to lie when read, to be full, and to fail.
 * A wrong block reads as the content with every bit turned; an absent one as
 * zeros, or ERR_TRUNCATED beyond the end of what was written, as on a disk.
 * Reads and writes of one piece: writes are whole blocks. No threads. */
#ifndef TESTS_SIM_SIMSTORE_H
#define TESTS_SIM_SIMSTORE_H

#include "disk/store.h"
#include "tests/sim/content.h"

#include <stdbool.h>
#include <stdint.h>

struct simstore;

/* Nothing there. content: borrowed, outlives the store. *control_out lives as
 * long as the store. */
struct store *simstore_new(const struct content *content,
                           struct simstore **control_out);

/* Put n pieces there, right. */
void simstore_fill(struct simstore *s, uint32_t first_piece, uint32_t n);
/* Make a piece wrong behind everybody's back: no size and no time changes. */
void simstore_damage(struct simstore *s, uint32_t piece_idx);
/* So many of a thousand blocks are read with a bit turned: always the same. */
void simstore_lie(struct simstore *s, uint32_t per_mille);
/* Room for so many bytes more; UINT64_MAX at first. */
void simstore_set_space(struct simstore *s, uint64_t size_bytes);
/* Every write fails with err; OK: no more. */
void simstore_fail_writes(struct simstore *s, enum err err);

/* Bytes of blocks that are right, and number of blocks that are wrong. */
uint64_t simstore_right_bytes(const struct simstore *s);
/* Were its files closed after the last read or write? */
bool simstore_is_closed(const struct simstore *s);
uint32_t simstore_n_wrong(const struct simstore *s);
bool simstore_has_piece(const struct simstore *s, uint32_t piece_idx);

#endif
