/* peer_pipe.h -- how many blocks to keep on order from one peer.
 * Two phases: SLOW START (at first, after an unchoke, after a snub): one more
 * for each block that comes, until a second brings hardly more than the second
 * before it; then STEADY: what the measured rate delivers in
 * PEER_QUEUE_TIME_MS. Always 1 while snubbed. A value of its own, without
 * memory. Source: libtorrent's rules. */
#ifndef SWARM_PEER_PIPE_H
#define SWARM_PEER_PIPE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PEER_PIPE_MIN = 4,
    PEER_PIPE_MIN_TINY = 2,     /* the rate is under 2 blocks a queue time */
    PEER_PIPE_SECOND_MS = 1000, /* between comparisons in slow start */
    PEER_PIPE_GAIN_B = 5000     /* a second that brings less more ends it */
};

struct peer_pipe {
    uint32_t depth;
    uint32_t limit; /* what the other side takes at most */
    bool is_slow_start;
    bool is_snubbed;
    int64_t second_ms;     /* when the current second began; -1: not yet */
    uint64_t second_bytes; /* payload since */
    uint64_t last_Bps;     /* of the second before */
    int64_t sized_ms;      /* when the rate was last looked at */
};

void peer_pipe_init(struct peer_pipe *pipe);
/* What the other side says it takes (reqq; 0: not told). */
void peer_pipe_set_limit(struct peer_pipe *pipe, uint32_t reqq);
/* We may ask (again): begin a slow start, from no less than what is known. */
void peer_pipe_on_unchoke(struct peer_pipe *pipe);
void peer_pipe_on_snub(struct peer_pipe *pipe);
/* A block of len bytes came. Return true when rate_Bps is wanted: call
 * peer_pipe_size() then. */
bool peer_pipe_on_block(struct peer_pipe *pipe, uint32_t len, int64_t now_ms);
void peer_pipe_size(struct peer_pipe *pipe, uint64_t rate_Bps, int64_t now_ms);

#endif
