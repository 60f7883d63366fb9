/* frames_peers.h -- frames with peers of all kinds, made in code, always the same. */
#ifndef TESTS_TUI_FRAMES_PEERS_H
#define TESTS_TUI_FRAMES_PEERS_H

#include "model/frame.h"

enum { FRAMES_PEERS_N = 60, FRAMES_PEERS_TRACED = 7 };

/* 60 peers and four that left, some with names that must not reach a terminal; the peer
 * with id FRAMES_PEERS_TRACED, which is the fastest, has a timeline and a trace. */
struct frame *frames_peers(void);
/* The same; piece 1852 is in focus, and every third peer has it. */
struct frame *frames_peers_piece(void);
/* The same a second later: that peer has left, and is the latest that did. */
struct frame *frames_peers_left(void);
/* The same, when so many messages more have come, 203 ms each. */
struct frame *frames_peers_later(uint32_t n_messages);
/* The same with countries, some of which are not known. */
struct frame *frames_peers_countries(void);
/* 1000 peers. */
struct frame *frames_peers_many(void);

#endif
