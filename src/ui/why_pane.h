/* why_pane.h -- why the selected torrent is as fast as it is, in a pane of its own: the
 * ranked reasons, and what may help where there is room. */
#ifndef UI_WHY_PANE_H
#define UI_WHY_PANE_H

#include "ui/view.h"

const struct view_ops *why_pane_ops(void);

#endif
