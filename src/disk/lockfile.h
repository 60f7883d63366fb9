/* lockfile.h -- one holder at a time of a name in the file system, by flock(): the
 * lock ends with its holder, however that ends, so there is no stale file to delete.
 * The file holds the pid of the holder, for the message to the second. */
#ifndef DISK_LOCKFILE_H
#define DISK_LOCKFILE_H

#include "util/err.h"

struct lockfile;

/* Take the lock of file `path`, created if absent. ERR_BUSY: held by another
 * instance, cause has its pid; ERR_SYS. */
enum err lockfile_take(const char *path, struct lockfile **out,
                       struct cause *cause) ERR_MUST_CHECK;
/* Let go, and remove the file. NULL: nothing. */
void lockfile_release(struct lockfile *l);

#endif
