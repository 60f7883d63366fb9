/* tenure.h -- one process at a time that holds a file, and which one: a record lock of
 * fcntl(), whose holder others can ask the system for. It ends with its holder, however
 * that ends, so that no stale one is ever seen. The file stays there, and is empty.
 * Such locks are a process's, not a descriptor's: a process takes one of a path at most,
 * does not see its own by tenure_holder(), and loses it by that call; its children do
 * not have it. Where two descriptors of one process are to exclude each other, see
 * lockset.h and lockfile.h.
 * Source: POSIX.1-2008, fcntl(), F_SETLK and F_GETLK. Belongs to whoever took it; any
 * thread, one at a time. */
#ifndef DISK_TENURE_H
#define DISK_TENURE_H

#include "util/err.h"

#include <sys/types.h>

/* Held, by a process whose number is of no use here: of another machine, or namespace. */
static const pid_t TENURE_ELSEWHERE = -1;

struct tenure;

/* Hold the file `path` (made with mode 0600 if absent, its folder must be there), without
 * waiting. *out: owned, tenure_release() it. ERR_BUSY: another process holds it, which
 * cause names; ERR_SYS: it cannot be opened or locked, or is a symbolic link: cause has
 * path and errno. */
enum err tenure_take(const char *path, struct tenure **out,
                     struct cause *cause) ERR_MUST_CHECK;
void tenure_release(struct tenure *t); /* NULL: nothing */

/* Which other process holds it: *out; 0: none, also where there is no such file.
 * ERR_SYS: that cannot be told: cause has path and errno. */
enum err tenure_holder(const char *path, pid_t *out,
                       struct cause *cause) ERR_MUST_CHECK;

#endif
