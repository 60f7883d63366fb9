/* view_trackers.h -- the trackers of one torrent and what else finds peers for it (DHT,
 * PEX, LSD), and what the one under the cursor answered, attempt by attempt. */
#ifndef UI_VIEW_TRACKERS_H
#define UI_VIEW_TRACKERS_H

#include "ui/view.h"

const struct view_ops *view_trackers_ops(void);

#endif
