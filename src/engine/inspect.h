/* inspect.h -- makes what frames have of a torrent: its entry of the list, and the detail
 * of the one in focus. Copies what is asked for into plain values; changes nothing.
 * Loop thread only.
 * Cost: FOCUS_PIECES, SOURCES, AGES O(n_pieces); FILES O(n_pieces + n_files); ACTIVE
 * O(blocks of pieces under way); PEERS O(members), and where pieces have one source
 * alone, members x n_pieces / 64. */
#ifndef ENGINE_INSPECT_H
#define ENGINE_INSPECT_H

#include "model/detail.h"

struct announcer;
struct frame_torrent;
struct peers;
struct torrent;

/* Fill in a torrent's entry of the list; of one that is watched, what views need too.
 * O(members). */
void inspect_frame(struct torrent *t, struct frame_torrent *out);

/* Of a torrent that is watched (torrent_config.overall). Owned by the caller. */
struct detail *inspect_torrent(struct torrent *t, const struct focus *focus);

/* Parts; of a torrent whose metadata are still to come, too: what came of dialling whom
 * it knows, and the trackers. */
void inspect_dials(const struct peers *known, struct detail_dials *out);
void inspect_trackers(const struct announcer *a, struct detail *d);

#endif
