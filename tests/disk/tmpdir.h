/* tmpdir.h -- a new folder for one test, and plain files in it. Paths are given
 * below the folder, and come back in memory that the caller frees. */
#ifndef TESTS_DISK_TMPDIR_H
#define TESTS_DISK_TMPDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Make a folder in $TMPDIR, or in the current one; its path is owned. */
char *tmpdir_new(void);
/* Remove it and all that is in it, and free the path. */
void tmpdir_free(char *dir);

char *tmpdir_path(const char *dir, const char *name);
/* Write a file, and the folders above it. */
void tmpdir_write(const char *dir, const char *name, const void *bytes,
                  size_t len);
/* The bytes of a file, or NULL when it cannot be read; free(). */
uint8_t *tmpdir_read(const char *dir, const char *name, size_t *len_out);
bool tmpdir_has(const char *dir, const char *name);
bool tmpdir_is(const char *dir, const char *name, const void *bytes,
               size_t len);

#endif
