/* fdcache.h -- a torrent's files, opened at need, the least recently used closed
 * beyond a maximum. Says who may use which descriptor and for how long; does not
 * read, write or sync.
 * A descriptor in use is never closed: it is taken by fdcache_find() or
 * fdcache_open() and given back by fdcache_put(). One opened for reading is
 * replaced by one for both at the first use for writing. Users hold one descriptor
 * at a time each, and there are fewer of them (disk workers) than the maximum, so
 * that it holds.
 * Owner and thread: owned by a file store; any thread. Its mutex is not held
 * across a system call. Cost: O(open files), at most the maximum. */
#ifndef DISK_FDCACHE_H
#define DISK_FDCACHE_H

#include "disk/beneath.h"

#include <stdbool.h>
#include <stddef.h>

struct fdcache;

struct fdcache_file {
    size_t key; /* file index */
    int fd;
    bool is_writable;
    /* The cache's own. */
    unsigned n_users;
    bool is_stale; /* no longer found; closed by its last user */
    struct fdcache_file *newer, *older; /* borrowed */
};

/* At most max_open descriptors, 1 or more. */
struct fdcache *fdcache_new(size_t max_open);
/* Nobody may use a descriptor any more. NULL: nothing. */
void fdcache_free(struct fdcache *c);

/* Take file `key` when it is open, well enough for mode; NULL else. Borrowed until
 * fdcache_put(). */
struct fdcache_file *fdcache_find(struct fdcache *c, size_t key,
                                  enum beneath_mode mode);
/* Take file `key`, opening `path` beneath b unless it is open. Return 0, with the
 * file in *out as above, or an errno value of beneath_open(). */
int fdcache_open(struct fdcache *c, struct beneath *b, size_t key,
                 const char *path, enum beneath_mode mode,
                 struct fdcache_file **out);
void fdcache_put(struct fdcache *c, struct fdcache_file *file);

/* Forget one file's descriptor, or all: closed at once, or by the last user. */
void fdcache_drop(struct fdcache *c, size_t key);
void fdcache_drop_all(struct fdcache *c);

/* Descriptors open now, stale ones included. */
size_t fdcache_n_open(struct fdcache *c);

#endif
