/* view_help.h -- the page of keys, made from the one table of bindings. */
#ifndef UI_VIEW_HELP_H
#define UI_VIEW_HELP_H

#include "ui/view.h"

const struct view_ops *view_help_ops(void);

#endif
