/* store_files.h -- the store of the product: a torrent's files on disk. Splits a run of
 * the torrent into runs of files and moves each with as few calls as the system
 * allows, one as a rule.
 * Never follows a link and never leaves its folder (beneath.h), never cuts what
 * exists: a file longer than its torrent's keeps its tail. Creates folders and files as
 * they are first written, keeps at most STORE_FILES_MAX_OPEN descriptors (least
 * recently used are closed), refuses anything that is not a regular file, reads padding
 * (BEP 47) as zeros and does not write it. Remembers which files were written since the
 * last sync, and a failed sync for ever: what the kernel dropped is not there, whatever
 * the next fsync says. A download folder that vanished is reported, never made anew
 * (root.h).
 * Owner and thread: its struct store; any. Its mutex is not held across a system call.
 * Source: BEP 3 (files), BEP 47 (padding). */
#ifndef DISK_STORE_FILES_H
#define DISK_STORE_FILES_H

#include "disk/store.h"
#include "meta/metainfo.h"
#include "util/err.h"

enum { STORE_FILES_MAX_OPEN = 64 }; /* more than there may be workers */

/* The files of `meta` (borrowed; outlives the store) below folder `root`, which is
 * created if absent (its parents too). ERR_SYS, ERR_INVALID (root is a file). */
enum err store_files_open(const struct metainfo *meta, const char *root,
                          struct store **out,
                          struct cause *cause) ERR_MUST_CHECK;

/* The same, but a folder that is absent is ERR_NOT_FOUND and not made: for data
 * that should be there, and for commands that write nothing. */
enum err store_files_open_existing(const struct metainfo *meta,
                                   const char *root, struct store **out,
                                   struct cause *cause) ERR_MUST_CHECK;

#endif
