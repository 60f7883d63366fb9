/* lockfile.h -- one holder at a time of a name in the file system, by flock(): the
 * lock ends with its holder, however that ends, so there is no stale file to delete.
 * The file holds the pid of the holder, for the message to the second. Who deletes the
 * file of a lock that is held takes the lock away from its holder, who is not told.
 * A lockfile belongs to whoever took it; any thread, one at a time. */
#ifndef DISK_LOCKFILE_H
#define DISK_LOCKFILE_H

#include "util/err.h"

struct lockfile;

/* Take the lock of file `path` (absolute or not; created with mode 0600 if absent, its
 * folder must be there), without waiting. *out: owned, lockfile_release() it.
 * ERR_BUSY: it is held, by another process or this one: cause has the pid; ERR_SYS: it
 * cannot be opened or locked, or is a symbolic link: cause has path and errno. */
enum err lockfile_take(const char *path, struct lockfile **out,
                       struct cause *cause) ERR_MUST_CHECK;
/* Let go, remove the file if it is still the one that was locked, and free. NULL:
 * nothing. */
void lockfile_release(struct lockfile *l);

#endif
