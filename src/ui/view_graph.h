/* view_graph.h -- how fast one torrent was, over a minute to a day. */
#ifndef UI_VIEW_GRAPH_H
#define UI_VIEW_GRAPH_H

#include "ui/view.h"

const struct view_ops *view_graph_ops(void);

#endif
