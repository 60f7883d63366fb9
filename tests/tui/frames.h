/* frames.h -- frames and events made in code, always the same, for tests of screens. */
#ifndef TESTS_TUI_FRAMES_H
#define TESTS_TUI_FRAMES_H

#include "model/event.h"
#include "model/frame.h"

enum { FRAMES_NOW_MS = 3600000, FRAMES_WALL_S = 1795413600 };

struct frame *frames_empty(void);
struct frame *frames_one(void);
/* Every state, and a stalled one. */
struct frame *frames_states(void);
/* Names that are wide, long, or have bytes that must not reach a terminal. */
struct frame *frames_hostile(void);
/* One, in focus: pieces in every state, peers of every kind. */
struct frame *frames_detail(void);
/* 500 torrents with different numbers. */
struct frame *frames_many(void);

/* As frames_detail(), with all that a list and an overview can say: history, labels, a
 * tracker, limits, sources, the rarest pieces and the next; others in other states. */
struct frame *frames_rich(void);

/* Those that frames_states() lacks: moving, started by force, and not open. */
struct frame *frames_odd(void);

/* The i-th of the events in that hour. */
struct event frames_event(size_t i);
enum { FRAMES_N_EVENTS = 8 };

#endif
