/* lockset.h -- locks by key below one folder: one holder at a time of each key, over all
 * processes and all locksets of one. A lock ends with its holder, however that ends.
 * Of all of a lockset's locks one descriptor is open: they are ranges of the file
 * FOLDER/lock, which stays there, locked by open file description (F_OFD_SETLK). Where
 * there are no such locks each key has a file of its own (disk/lockfile).
 * Who deletes the file takes all locks away from their holders, who are not told.
 * Keys count by their first 62 bits: of two that are alike in those, one lockset may
 * hold both, and gives both back with the first.
 * A lockset belongs to whoever opened it; any thread, one at a time. */
#ifndef DISK_LOCKSET_H
#define DISK_LOCKSET_H

#include "util/err.h"

#include <stdint.h>

enum { LOCKSET_KEY_LEN = 20 };

enum lockset_way {
    LOCKSET_BEST,
    LOCKSET_BY_FILE /* as where ranges cannot be locked */
};

struct lockset;
struct lockset_lock;

/* Open the locks below `folder`, which must be there; the file is made with mode 0600.
 * *out: owned. ERR_SYS: it cannot be opened, or is a symbolic link: cause has path and
 * errno. */
enum err lockset_open(const char *folder, enum lockset_way way,
                      struct lockset **out, struct cause *cause) ERR_MUST_CHECK;
/* After its locks. NULL: nothing. */
void lockset_free(struct lockset *s);

/* Take the lock of a key that this lockset does not hold, without waiting. *out: owned,
 * lockset_release() it before the lockset goes. ERR_BUSY: it is held elsewhere: cause
 * has the process where that is known; ERR_SYS: cause says why. */
enum err lockset_take(struct lockset *s, const uint8_t key[LOCKSET_KEY_LEN],
                      struct lockset_lock **out,
                      struct cause *cause) ERR_MUST_CHECK;
void lockset_release(struct lockset_lock *l); /* NULL: nothing */

#endif
