/* view_files.h -- the files of one torrent as a tree: what is had of each, and how much
 * it is wanted. */
#ifndef UI_VIEW_FILES_H
#define UI_VIEW_FILES_H

#include "ui/view.h"

const struct view_ops *view_files_ops(void);

#endif
