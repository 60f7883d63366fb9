/* pool.h -- memory for pieces that are being received or written, with a ceiling
 * over all torrents. Does not decide who gets it; says when it runs short:
 * above 75 % no new piece is begun, at 100 % sockets are not read until it sinks.
 * Buffers given back are kept for the next taker of the same size, up to a quarter
 * of the ceiling.
 * Owned by the session; loop thread only. */
#ifndef ENGINE_POOL_H
#define ENGINE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POOL_DEFAULT_BYTES = 64 << 20 };

struct pool;

/* Make one with nothing taken; max_bytes: the ceiling. Owned by the caller. */
struct pool *pool_new(size_t max_bytes);
/* Free it and what it keeps; everything must have been given back. NULL: nothing. */
void pool_free(struct pool *p);

/* Take len bytes (more than 0), not zeroed, the caller's until pool_give(). Always
 * succeeds: the ceiling is kept by the askers through pool_may_open() and
 * pool_is_full(). */
uint8_t *pool_take(struct pool *p, size_t len);
/* Give back what was taken with the same len. NULL: nothing. */
void pool_give(struct pool *p, uint8_t *bytes, size_t len);

/* May another piece be begun: is less than 75 % taken? */
bool pool_may_open(const struct pool *p);
/* Is the ceiling reached? */
bool pool_is_full(const struct pool *p);
size_t pool_used(const struct pool *p); /* bytes taken */
size_t pool_max(const struct pool *p);  /* the ceiling, bytes */

#endif
