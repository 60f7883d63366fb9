/* view_pieces.h -- the map of all pieces, with a cursor, and what is known of the piece
 * under it, down to its blocks and who sends them. */
#ifndef UI_VIEW_PIECES_H
#define UI_VIEW_PIECES_H

#include "ui/view.h"

const struct view_ops *view_pieces_ops(void);

#endif
