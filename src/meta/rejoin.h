/* rejoin.h -- makes a torrent of a magnet link and the metadata that peers gave: the info
 * dictionary byte for byte, since its hash is the torrent's name, and the trackers and
 * web seeds of the link. What comes of it is checked as any .torrent from a stranger.
 * Owner and thread: values; any thread. Source: BEP 9. */
#ifndef META_REJOIN_H
#define META_REJOIN_H

#include "meta/magnet.h"
#include "meta/metainfo.h"
#include "util/err.h"

#include <stdint.h>

/* info: len bytes, whose SHA-1 is the magnet's hash. *out: owned; its raw bytes are the
 * .torrent file. cause (may be NULL) says what is wrong with it, as metainfo_parse() does;
 * ERR_HASH: they are of another torrent. */
enum err rejoin_torrent(const struct magnet *magnet, const uint8_t *info,
                        size_t len, struct metainfo **out,
                        struct cause *cause) ERR_MUST_CHECK;

/* The files that a magnet's `so` selects (BEP 53), one byte each, nonzero where it does;
 * owned by the caller. NULL: it selects none that this torrent has, or has no `so`. */
uint8_t *rejoin_selection(const struct magnet *magnet,
                          const struct metainfo *meta);

#endif
