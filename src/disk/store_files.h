/* store_files.h -- the store of the product: a torrent's files on disk. See
 * store.h for what it promises. Splits a run of the torrent into runs of files
 * and moves each with as few calls as the system allows, one as a rule.
 * Remembers which files were written since the last sync, and a failed sync for
 * ever. Owner and thread: its struct store; any. Its mutex is not held across a
 * system call. Source: BEP 3 (files), BEP 47 (padding). */
#ifndef DISK_STORE_FILES_H
#define DISK_STORE_FILES_H

#include "disk/store.h"
#include "meta/metainfo.h"
#include "util/err.h"

#include <stdbool.h>

/* As store_open_files() (create) or store_open_existing(). */
enum err store_files_open(const struct metainfo *meta, const char *root,
                          bool create, struct store **out,
                          struct cause *cause) ERR_MUST_CHECK;

#endif
