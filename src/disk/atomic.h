/* atomic.h -- state files: replaced whole or not at all, read within a bound. A
 * reader finds the old content or the new, after a crash or a power cut too:
 * written to NAME.tmp in the same folder, synced, renamed, and the folder synced.
 * What was there before stays as NAME.bak, where the file system has hard links;
 * which of the two to believe is the reader's to say, by a checksum inside.
 * One replacement of a path at a time. Source: rename(2), fsync(2). */
#ifndef DISK_ATOMIC_H
#define DISK_ATOMIC_H

#include "util/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Replace file `path` by len bytes; a new file has `mode` less the umask. On failure
 * the old content is in place, but for a failed sync of the folder, when either
 * may be after a power cut. ERR_NO_SPACE, ERR_SYS; the cause names the path. */
enum err atomic_replace(const char *path, const void *bytes, size_t len,
                        mode_t mode, struct cause *cause) ERR_MUST_CHECK;

/* The same, but the system writes it when it likes: after a power cut the file may be
 * damaged, and its .bak is what was there before. For what may be lost, of thousands. */
enum err atomic_replace_lazily(const char *path, const void *bytes, size_t len,
                               mode_t mode, struct cause *cause) ERR_MUST_CHECK;

/* Remove file `path` and what atomic_replace() keeps beside it, the older first: what is
 * gone does not come back by its .bak. That one is absent is no failure. ERR_SYS. */
enum err atomic_remove(const char *path, struct cause *cause) ERR_MUST_CHECK;

/* Read regular file `path` of at most max_len bytes: in *bytes_out, free with
 * free(), followed by a NUL that *len_out does not count. ERR_NOT_FOUND,
 * ERR_TOO_BIG, ERR_INVALID (not a regular file), ERR_SYS. */
enum err atomic_read(const char *path, size_t max_len, uint8_t **bytes_out,
                     size_t *len_out, struct cause *cause) ERR_MUST_CHECK;

#endif
