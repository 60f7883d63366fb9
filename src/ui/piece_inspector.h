/* piece_inspector.h -- in words all that is known of one piece: its blocks and who is
 * asked for them since when, who has it, who of those is not asked and why, when it will
 * be there, what files lie in it, and what came of the latest pieces. The most telling
 * first, as much as the pane has room for. Draws; keeps nothing. */
#ifndef UI_PIECE_INSPECTOR_H
#define UI_PIECE_INSPECTOR_H

#include "ui/view.h"

#include <stdint.h>

/* Draw the selected piece (world.piece_idx) of a detail with FOCUS_PIECES, _ACTIVE and
 * _PEERS. files: of the torrent, or NULL: not known. Return the rows used. */
int piece_inspector_draw(const struct draw_pane *p, const struct view_world *w,
                         const struct detail *d, const struct filetable *files);
/* The pieces that would be begun next, how many here have each, and the letters of the
 * peer that would be asked, or "-": one row. */
void piece_inspector_next(const struct draw_pane *p, int y,
                          const struct detail *d);
/* The first file, seen by the user, that lies in a piece; *n_more_out: how many more.
 * NULL: none. O(n_files). */
const struct filetable_file *piece_inspector_file(const struct filetable *files,
                                                  uint32_t piece_idx,
                                                  uint32_t *n_more_out);

#endif
