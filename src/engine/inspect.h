/* inspect.h -- makes the detail of the torrent in focus: copies what a front end asked
 * to see into plain values, and nothing else. Changes nothing. Loop thread only.
 * Cost: FOCUS_PIECES, SOURCES, AGES O(n_pieces); FILES O(n_pieces + n_files); ACTIVE
 * O(blocks of pieces under way); PEERS O(members), and where pieces have one source
 * alone, members x n_pieces / 64. */
#ifndef ENGINE_INSPECT_H
#define ENGINE_INSPECT_H

#include "model/detail.h"

struct frame_torrent;
struct torrent;

/* Fill in what an entry of the list has for views only; the rest is there. Of a torrent
 * that is watched. O(1). */
void inspect_entry(struct torrent *t, struct frame_torrent *out);

/* Of a torrent that is watched (torrent_config.overall). Owned by the caller. */
struct detail *inspect_torrent(struct torrent *t, const struct focus *focus);

#endif
