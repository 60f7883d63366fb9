/* frames_dht.h -- what finds peers beside trackers: rows of a torrent, and the session's
 * node of the DHT. Always the same. */
#ifndef TESTS_TUI_FRAMES_DHT_H
#define TESTS_TUI_FRAMES_DHT_H

#include "model/frame.h"

/* As frames_flow(), found by the DHT and PEX too. */
struct frame *frames_finders(void);
/* The same, that is private. */
struct frame *frames_private(void);

/* A node that knows many, with look-ups of every kind; one that knows nobody yet; and
 * frames_one() without a node. */
struct frame *frames_dht(void);
struct frame *frames_dht_alone(void);
struct frame *frames_dht_off(void);

#endif
