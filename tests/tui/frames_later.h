/* frames_later.h -- what comes after the frames of the others: for tests of views that
 * are held, and shown as they were. */
#ifndef TESTS_TUI_FRAMES_LATER_H
#define TESTS_TUI_FRAMES_LATER_H

#include "model/frame.h"

/* f, taken, as it is so many seconds later: the first torrent has more, in its pieces
 * and files too, at another speed, from other peers' queues; all parts were asked for. */
struct frame *frames_later(struct frame *f, unsigned seconds);

#endif
