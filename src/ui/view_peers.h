/* view_peers.h -- the peers of one torrent as a table to sort, filter and scroll; who
 * left lately after them; and the one under the cursor in words and strips, below the
 * table or beside it. */
#ifndef UI_VIEW_PEERS_H
#define UI_VIEW_PEERS_H

#include "ui/view.h"

const struct view_ops *view_peers_ops(void);

#endif
