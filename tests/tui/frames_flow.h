/* frames_flow.h -- a torrent of which a day is known: rates with gaps, trackers in every
 * state with their attempts, and events of every kind. Always the same. */
#ifndef TESTS_TUI_FRAMES_FLOW_H
#define TESTS_TUI_FRAMES_FLOW_H

#include "model/event.h"
#include "model/frame.h"

#include <stddef.h>

/* frames_detail() with all that. */
struct frame *frames_flow(void);
/* The same, with the second tracker disabled, which has heard `stopped`. */
struct frame *frames_disabled(void);
/* The same, with a port that is mapped and reached, and an IP filter. */
struct frame *frames_reach(void);
/* The same torrent five minutes after its start, without limits. */
struct frame *frames_flow_young(void);
/* The i-th of the events of its day, the oldest first. */
struct event frames_flow_event(size_t i);
extern const size_t frames_flow_n_events;

#endif
