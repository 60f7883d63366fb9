/* keeper.h -- the state files of the torrents that a lasting session keeps: reads them,
 * and makes the disk jobs that write and remove them. Decides nothing about when.
 * HASH.torrent is the torrent as it came, HASH.session how it is set (disk/kept.h); each
 * has the one before as .bak, which is read when it cannot be used itself. Nothing that
 * cannot be read is removed or written over here.
 * Reading blocks: at the start, when the user asks, and when one is removed. Loop thread
 * only, but for keeper_has(). */
#ifndef ENGINE_KEEPER_H
#define ENGINE_KEEPER_H

#include "disk/kept.h"
#include "disk/queue.h"
#include "engine/statedir.h"
#include "meta/metainfo.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The torrents that have settings here; see statedir_list(). */
enum err keeper_list(const struct statedir *s, uint8_t (**out)[20],
                     size_t *n_out, struct cause *cause) ERR_MUST_CHECK;
/* *out: owned. ERR_NOT_FOUND, or what kept_decode() and atomic_read() say of the newer
 * file; cause names that. */
enum err keeper_read_settings(const struct statedir *s,
                              const uint8_t info_hash[20], struct kept **out,
                              struct cause *cause) ERR_MUST_CHECK;
/* The same of the torrent; ERR_INVALID: it is another's. */
enum err keeper_read_torrent(const struct statedir *s,
                             const uint8_t info_hash[20], struct metainfo **out,
                             struct cause *cause) ERR_MUST_CHECK;

/* Is all of a torrent written that its next start needs? Any thread; two look-ups. */
bool keeper_has(const struct statedir *s, const uint8_t info_hash[20]);

/* A job that writes the file, of entry `id`; NULL: it would be too large. */
struct disk_job *keeper_save_settings(const struct statedir *s,
                                      const struct kept *k, uint32_t id);
struct disk_job *keeper_save_torrent(const struct statedir *s,
                                     const struct metainfo *meta, uint32_t id);

/* What is remembered of what is had, as it is on disk. *out: owned; ERR_NOT_FOUND, and
 * as atomic_read(). */
enum err keeper_read_resume(const struct statedir *s,
                            const uint8_t info_hash[20], uint8_t **out,
                            size_t *len_out,
                            struct cause *cause) ERR_MUST_CHECK;
/* Put that back, for who opens the torrent next. Blocks a little; ERR_SYS. */
enum err keeper_write_resume(const struct statedir *s,
                             const uint8_t info_hash[20], const uint8_t *bytes,
                             size_t len, struct cause *cause) ERR_MUST_CHECK;

/* How many files of one torrent are removed with it; 0: of how it is set. */
enum { KEEPER_N_FILES = 3 };
/* A job that removes one of them, file_idx of KEEPER_N_FILES. */
struct disk_job *keeper_forget(const struct statedir *s,
                               const uint8_t info_hash[20], size_t file_idx,
                               uint32_t id);

#endif
