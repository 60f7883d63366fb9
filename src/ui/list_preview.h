/* list_preview.h -- a few lines on the torrent under the list's cursor: as many as there
 * is room for, the most telling first. */
#ifndef UI_LIST_PREVIEW_H
#define UI_LIST_PREVIEW_H

#include "model/frame.h"
#include "ui/draw.h"

enum { LIST_PREVIEW_H = 6 };

void list_preview_draw(const struct draw_pane *p,
                       const struct frame_torrent *t);

#endif
