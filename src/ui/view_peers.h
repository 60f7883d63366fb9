/* view_peers.h -- the peers of one torrent as a table, and the one under the cursor in
 * words. */
#ifndef UI_VIEW_PEERS_H
#define UI_VIEW_PEERS_H

#include "ui/view.h"

const struct view_ops *view_peers_ops(void);

#endif
