/* undo.h -- what brings the torrents back that were removed in this session: their state
 * files, as they were, put aside in memory. Decides not when; knows nothing of what is in
 * them. The latest comes first; beyond UNDO_MAX of them, or UNDO_MAX_BYTES in all, the
 * oldest are forgotten. A part of a steward, open; loop thread only. */
#ifndef ENGINE_UNDO_H
#define ENGINE_UNDO_H

#include "meta/metainfo.h"
#include "model/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UNDO_MAX = 20, UNDO_MAX_BYTES = 64 << 20 };

struct undo_bytes {
    uint8_t *bytes; /* owned; NULL: none */
    size_t len;
};

struct undo_item {
    uint8_t info_hash[METAINFO_HASH_LEN];
    char name[FRAME_NAME_LEN]; /* clean */
    struct undo_bytes torrent; /* none: it is a magnet */
    struct undo_bytes settings;
    struct undo_bytes resume; /* none: nothing was remembered */
    bool is_saved;            /* as in the roster, like the next */
    bool metadata_only;
    bool is_erased; /* its data were deleted, too */
};

struct undo {
    struct undo_item items[UNDO_MAX]; /* the latest last */
    size_t n;
};

void undo_init(struct undo *u);
void undo_fini(struct undo *u);
/* Put one on top; what it owns is taken. */
void undo_push(struct undo *u, const struct undo_item *item);
/* The latest, borrowed until the next call; NULL: there is none. */
const struct undo_item *undo_top(const struct undo *u);
/* Forget the latest; there is one. */
void undo_pop(struct undo *u);

#endif
