/* newfile.h -- puts a whole file in its place, or nothing: for files that the user is to
 * have. Owner and thread: the subcommand's; blocks. */
#ifndef CMD_NEWFILE_H
#define CMD_NEWFILE_H

#include <stdbool.h>
#include <stddef.h>

/* Write len bytes to path, and sync them. What lies there already is replaced where
 * `replaces` says so, else left as it is: false, errno EEXIST. False, errno: it cannot
 * be written, and nothing is left behind. */
bool newfile_write(const char *path, const void *bytes, size_t len,
                   bool replaces);

#endif
