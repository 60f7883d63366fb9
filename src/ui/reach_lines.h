/* reach_lines.h -- in words: can the world reach our port, by what evidence, and whom does
 * the IP filter keep away. Knows the frame only. */
#ifndef UI_REACH_LINES_H
#define UI_REACH_LINES_H

#include "model/frame.h"
#include "ui/draw.h"

enum {
    REACH_LINES_LEN = 320,
    REACH_LINES_FROM_H = 16 /* rows of a pane from which it has these lines */
};

/* "port 51413: open, 5 peers came in, last 2m00s ago; UPnP maps 198.51.100.7:51413". */
void reach_lines_port(char dst[REACH_LINES_LEN], const struct frame *f);
/* "UDP: open, 12 nodes came in unasked, last 3s ago; nodes see us at 198.51.100.7"; ""
 * when the DHT has nothing to say of it. */
void reach_lines_udp(char dst[REACH_LINES_LEN], const struct frame *f);
/* "IP filter: 298000 ranges; kept out 12, not dialled 40"; "" when there is none. */
void reach_lines_filter(char dst[REACH_LINES_LEN], const struct frame *f);

/* Draw them at the bottom of a pane that has room; return what is left of it. */
struct draw_pane reach_lines_draw(const struct draw_pane *p,
                                  const struct frame *f);

#endif
