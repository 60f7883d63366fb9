/* webpath.h -- where on a web seed the bytes of a torrent lie: which file, which bytes of
 * it, and under which URL. Asks nobody.
 * A web seed (BEP 19) has the files under the names that the torrent gives them, not under
 * those that are safe here; padding is nowhere, it is zeros. An HTTP seed (BEP 17) has one
 * URL that takes piece and range as its query. Of a base, what comes behind '#' is left
 * out; in names all but RFC 3986's unreserved characters are percent-encoded, in the base
 * what may not stand in a URL at all.
 * Any thread. O(URL). */
#ifndef META_WEBPATH_H
#define META_WEBPATH_H

#include "meta/metainfo.h"

#include <stddef.h>
#include <stdint.h>

enum { WEBPATH_MAX_URL = 8000 /* bytes */ };

/* A run of bytes in one file. */
struct webpath_part {
    size_t file_idx;
    uint64_t from; /* in the file */
    uint64_t len;
    bool is_pad; /* zeros: to be had from nowhere */
};

/* The first part of the len bytes at off (len > 0; both inside the torrent): up to the
 * end of its file, or of the bytes. O(log n_files). */
struct webpath_part webpath_part_at(const struct metainfo *m, uint64_t off,
                                    uint64_t len);

/* The URL of a file under a base: a string, owned; NULL when it is longer than
 * WEBPATH_MAX_URL. Several files: base, '/' unless it ends so, name of the torrent and of
 * the file. A single file: the base, and its name if it ends with '/'. BEP 19. */
char *webpath_url(const struct metainfo *m, const char *base, size_t file_idx);

/* The URL of len bytes at begin of a piece of an HTTP seed, likewise. BEP 17. */
char *webpath_piece_url(const struct metainfo *m, const char *base,
                        uint32_t piece_idx, uint32_t begin, uint32_t len);

#endif
