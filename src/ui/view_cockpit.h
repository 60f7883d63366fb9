/* view_cockpit.h -- the views of one torrent on one screen, each in a box, all with the
 * same selection: those views themselves, in instances of the cockpit's own. Keys go to
 * the one in focus, but for those of KEYS_PANES. Where there is too little room it says
 * how much is needed, and shows the overview. */
#ifndef UI_VIEW_COCKPIT_H
#define UI_VIEW_COCKPIT_H

#include "ui/view.h"

const struct view_ops *view_cockpit_ops(void);

#endif
