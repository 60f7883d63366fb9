/* ipload.h -- loads an IP filter: one or more lists (meta/iplist), each plain or
 * compressed by gzip, into one sealed ipset. Decides not when.
 * A load carries what it needs and what came of it, so that any thread may run it:
 * the engine does by a job (DISK_IPLOAD). What the files were is remembered in a
 * stamp each: when all are as before, nothing is read.
 * A file that is missing, damaged, or has not one range among lines that are bad,
 * fails the whole load, with its name: half a filter would be no filter.
 * Bound: IPLOAD_MAX_BYTES of text of all files, IPSET_MAX_RANGES.
 * Cost: 500,000 ranges of IPv4 take half a second, and 4 MiB then. */
#ifndef DISK_IPLOAD_H
#define DISK_IPLOAD_H

#include "meta/iplist.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IPLOAD_MAX_FILES = 16, IPLOAD_MAX_BYTES = 128 << 20 };

struct ipset;

/* Which state of a file it was; all 0: none. */
struct ipload_stamp {
    uint64_t inode, size;
    int64_t changed_ns;
};

struct ipload {
    char **paths; /* owned, as each */
    size_t n_paths; /* at most IPLOAD_MAX_FILES */
    struct ipload_stamp stamps[IPLOAD_MAX_FILES]; /* before, and then after */
    bool is_forced; /* read them even if they are as before */

    bool is_same;      /* nothing was read */
    struct ipset *set; /* owned: what came of it; NULL: an error, or is_same */
    size_t n_read;     /* lines that are ranges, of all files */
    size_t n_allowed, n_bad;
    char *words; /* owned: which lines are bad, for people; NULL: none */
};

/* paths: copied, at most IPLOAD_MAX_FILES of n. Owned by the caller. */
struct ipload *ipload_new(const char *const *paths, size_t n);
void ipload_free(struct ipload *l); /* NULL: nothing */

/* Do it; once. ERR_SYS, ERR_NOT_FOUND, ERR_INVALID (no regular file, damaged, or no
 * list), ERR_TOO_BIG: cause names the file; the stamps are set nevertheless. */
enum err ipload_run(struct ipload *l, struct cause *cause) ERR_MUST_CHECK;

#endif
