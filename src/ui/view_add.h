/* view_add.h -- adding a torrent: its source (a path, a URL, a magnet link), where it is
 * saved, how it begins, and which of its files are wanted. What the source holds is read
 * by the host meanwhile (ui/offer.h). */
#ifndef UI_VIEW_ADD_H
#define UI_VIEW_ADD_H

#include "ui/view.h"

const struct view_ops *view_add_ops(void);

#endif
