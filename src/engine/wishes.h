/* wishes.h -- what the user wants of a torrent that is added, as the settings that are kept
 * of it: paths absolute, words clean, what was not said at its default. Values only; loop
 * thread. */
#ifndef ENGINE_WISHES_H
#define ENGINE_WISHES_H

#include "disk/kept.h"
#include "meta/metainfo.h"
#include "model/command.h"

/* Of the command that adds it; order: its place in the queue. Owned by the caller. */
struct kept *wishes_of(const struct command_add *a, const uint8_t *info_hash,
                       int64_t order);
/* What a magnet's link wants of the files, now that they are known (one byte a file,
 * nonzero: wanted; NULL: all), unless the user chose already. */
void wishes_select(struct kept *k, const struct metainfo *meta,
                   const uint8_t *selection);

#endif
