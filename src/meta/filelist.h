/* filelist.h -- reads the files of an info dictionary: sizes, offsets, and
 * names that are safe on the disk and differ from each other. Knows nothing of
 * pieces.
 * Two files of one name: the later is renamed, "a.txt" to "a.1.txt". A file
 * where another one needs a folder is refused. Padding files (BEP 47, and those
 * of BitComet, known by their name) take their bytes of the torrent, and no
 * part in the naming; symbolic links (attr l) are left out altogether, they
 * have no bytes.
 * Owner and thread: plain values, any thread. Source: BEP 3, BEP 47.
 * Cost: O(n log n) comparisons of paths. */
#ifndef META_FILELIST_H
#define META_FILELIST_H

#include "meta/bencode.h"
#include "meta/metainfo.h"
#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
    FILELIST_MAX_RENAMES = 500 /* names tried for duplicates, in a torrent */
};

struct filelist {
    struct metainfo_file *files; /* owned; n */
    size_t n;
    uint64_t size_bytes; /* sum */
};

/* Make the list of a single file of `length` bytes; length may be of any type,
 * safe_name is a path for the disk already. Errors as filelist_read(). */
enum err filelist_read_single(const char *safe_name,
                              const struct bencode *length,
                              struct filelist *out,
                              struct cause *cause) ERR_MUST_CHECK;

/* Read the list `files`. cause (may be NULL) says which file is wrong and why.
 * ERR_INVALID: no list, a field missing or of the wrong type, a negative
 * length, no files, a file where a folder must be; ERR_TOO_BIG: sum of lengths
 * over GEOMETRY_MAX_SIZE, path too deep or too long, too many duplicates;
 * ERR_UNSAFE_PATH. */
enum err filelist_read(const struct bencode *files, struct filelist *out,
                       struct cause *cause) ERR_MUST_CHECK;

/* Free n files and the array. */
void filelist_free(struct metainfo_file *files, size_t n);

#endif
