/* root.h -- the download folder of one store: made or found, opened, and watched.
 * Says whether the folder that was opened is still the one that its path names;
 * does not open files.
 * A folder that vanished, or whose path now lies on another device, is a missing
 * volume: it is never made anew, since that would begin a second tree on the disk
 * below the mount point. While no descriptor is held (root_close()) the volume can
 * be unmounted, and used again once it is back. A folder replaced by another on
 * the same device counts as missing until root_close().
 * Owner and thread: owned by a file store; any thread. */
#ifndef DISK_ROOT_H
#define DISK_ROOT_H

#include "disk/beneath.h"
#include "util/err.h"

#include <stdbool.h>

struct root;

/* Open folder `path`, which may lead over links; with create, it and its parents
 * are made if absent. ERR_NOT_FOUND: absent; ERR_INVALID: not a folder; ERR_SYS,
 * ERR_NO_SPACE. */
enum err root_new(const char *path, bool create, struct root **out,
                  struct cause *cause) ERR_MUST_CHECK;
/* Nobody may use it any more. NULL: nothing. */
void root_free(struct root *r);

const char *root_path(const struct root *r); /* as given; borrowed */

/* Take the folder for opening files; *out is borrowed until root_put().
 * ERR_NOT_FOUND: the volume is missing; ERR_SYS. */
enum err root_get(struct root *r, struct beneath **out,
                  struct cause *cause) ERR_MUST_CHECK;
void root_put(struct root *r);

/* Close the descriptor, at once or when the last user puts it back; the next
 * root_get() opens it again. */
void root_close(struct root *r);

#endif
