/* view_overview.h -- one torrent in numbers. */
#ifndef UI_VIEW_OVERVIEW_H
#define UI_VIEW_OVERVIEW_H

#include "ui/view.h"

const struct view_ops *view_overview_ops(void);

#endif
