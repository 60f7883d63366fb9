/* space.h -- how much room there is on the file system of a folder. May block on a disk
 * that is slow or gone: for workers and commands. Thread-safe. */
#ifndef DISK_SPACE_H
#define DISK_SPACE_H

#include "util/err.h"

#include <stdint.h>

/* Bytes that an ordinary user may still write where dir is, or will be once made.
 * ERR_SYS. */
enum err space_free(const char *dir, uint64_t *out,
                    struct cause *cause) ERR_MUST_CHECK;

#endif
