/* webpath.h -- under which URL a web seed has a file of a torrent, or a run of a piece.
 * Asks nobody.
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

/* The URL of a file under a base: a string, owned; NULL when it is longer than
 * WEBPATH_MAX_URL. Several files: base, '/' unless it ends so, name of the torrent and of
 * the file. A single file: the base, and its name if it ends with '/'. BEP 19. */
char *webpath_url(const struct metainfo *m, const char *base, size_t file_idx);

/* The URL of len bytes at begin of a piece of an HTTP seed, likewise. BEP 17. */
char *webpath_piece_url(const struct metainfo *m, const char *base,
                        uint32_t piece_idx, uint32_t begin, uint32_t len);

#endif
