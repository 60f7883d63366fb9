/* fdio.h -- what all that works on descriptors here does alike: every byte is moved,
 * however short the moves and whatever signals come, and what is opened cannot make us
 * wait. Decides nothing, keeps nothing; any thread.
 * Calls without a cause return 0 or an errno value. */
#ifndef DISK_FDIO_H
#define DISK_FDIO_H

#include "util/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

enum { FDIO_SHORT = -1 }; /* the file ends before */

/* Open `path` for reading, if it is a regular file: a pipe or a device would let us wait,
 * or never end. *size_out: its bytes (NULL: not wanted). The cause names the file.
 * ERR_NOT_FOUND; ERR_INVALID: it is something else; ERR_SYS. */
enum err fdio_open_regular(const char *path, int *fd_out, uint64_t *size_out,
                           struct cause *cause) ERR_MUST_CHECK;

/* Write len bytes, where the descriptor stands or at `off`. */
int fdio_write(int fd, const void *bytes, size_t len);
int fdio_write_at(int fd, const void *bytes, size_t len, uint64_t off);
/* Read len bytes at `off`; FDIO_SHORT when there are fewer. */
int fdio_read_at(int fd, void *bytes, size_t len, uint64_t off);
/* Read up to len bytes from where the descriptor stands, fewer at the end of the file
 * alone; *n_out: how many. */
int fdio_read(int fd, void *bytes, size_t len, size_t *n_out);

/* fsync(2); and fdatasync(2) where there is one: the bytes, and what finds them. */
int fdio_sync(int fd);
int fdio_sync_data(int fd);
/* Sync folder `path`, seen from dir_fd (AT_FDCWD: as paths are), so that names in it
 * last. 0, too, where the file system has no such thing. */
int fdio_sync_folder(int dir_fd, const char *path);

/* When it was last read and last changed, as futimens(2) takes them. */
enum { FDIO_READ_TIME, FDIO_CHANGE_TIME, FDIO_N_TIMES };
void fdio_times(const struct stat *st, struct timespec out[FDIO_N_TIMES]);
/* The latter, in nanoseconds since 1970. */
int64_t fdio_change_ns(const struct stat *st);

#endif
