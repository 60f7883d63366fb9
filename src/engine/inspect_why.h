/* inspect_why.h -- counts what decides how fast a torrent is: the input of why_rank().
 * A part of a torrent. Loop thread only. O(members + trackers). */
#ifndef ENGINE_INSPECT_WHY_H
#define ENGINE_INSPECT_WHY_H

#include "engine/torrent_parts.h"
#include "model/why.h"

/* Of a torrent that is watched. */
void inspect_why_input(struct torrent *t, struct why_input *out);

#endif
