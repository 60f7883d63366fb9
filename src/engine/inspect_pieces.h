/* inspect_pieces.h -- the parts of a detail that are about pieces, blocks and files.
 * As inspect.h. */
#ifndef ENGINE_INSPECT_PIECES_H
#define ENGINE_INSPECT_PIECES_H

#include "engine/torrent_parts.h"
#include "model/detail.h"

void inspect_pieces(struct torrent *t, struct detail *d);
void inspect_pieces_active(struct torrent *t, struct detail *d);
void inspect_pieces_files(struct torrent *t, struct detail *d);
/* Sources and ages. */
void inspect_pieces_origins(struct torrent *t, struct detail *d);

#endif
