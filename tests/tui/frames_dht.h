/* frames_dht.h -- what finds peers beside trackers: rows of a torrent. Always the same. */
#ifndef TESTS_TUI_FRAMES_DHT_H
#define TESTS_TUI_FRAMES_DHT_H

#include "model/frame.h"

/* As frames_flow(), found by the DHT and PEX too. */
struct frame *frames_finders(void);
/* The same, that is private. */
struct frame *frames_private(void);

#endif
