/* list_preview.h -- a few lines on the torrent under the list's cursor: as many as there
 * is room for, the most telling first. Draws; keeps nothing. With LIST_PREVIEW_H lines
 * it shows the last minute's rates, which are in the detail with FOCUS_HISTORY. */
#ifndef UI_LIST_PREVIEW_H
#define UI_LIST_PREVIEW_H

#include "model/detail.h"
#include "model/frame.h"
#include "ui/draw.h"

enum { LIST_PREVIEW_H = 5 };

/* d: the torrent's detail, or NULL when it is not there yet. */
void list_preview_draw(const struct draw_pane *p, const struct frame_torrent *t,
                       const struct detail *d);

#endif
