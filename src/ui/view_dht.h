/* view_dht.h -- how the session's node of the DHT stands: nodes it knows, look-ups under
 * way with the torrent that each is for, traffic, what it keeps for others. */
#ifndef UI_VIEW_DHT_H
#define UI_VIEW_DHT_H

#include "ui/view.h"

const struct view_ops *view_dht_ops(void);

#endif
