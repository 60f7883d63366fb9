/* view_list.h -- the list of torrents: rows, sort, filter, marks, and a preview of the
 * one under the cursor. The cursor stays on its torrent while rows move. */
#ifndef UI_VIEW_LIST_H
#define UI_VIEW_LIST_H

#include "ui/view.h"

const struct view_ops *view_list_ops(void);

#endif
