/* view_log.h -- what happened, the newest first: to one torrent, or to all. */
#ifndef UI_VIEW_LOG_H
#define UI_VIEW_LOG_H

#include "ui/view.h"

const struct view_ops *view_log_ops(void);     /* of the torrent selected */
const struct view_ops *view_log_all_ops(void); /* of the session */

#endif
