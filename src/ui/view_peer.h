/* view_peer.h -- one peer's page: who it is, ten minutes in strips, its pieces beside
 * ours, and its messages as they come, to filter, search, hold and save. It stays when
 * the peer has left, with why. */
#ifndef UI_VIEW_PEER_H
#define UI_VIEW_PEER_H

#include "ui/view.h"

const struct view_ops *view_peer_ops(void);

#endif
