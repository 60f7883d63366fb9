#include "config.h"

#include "swarm/peer_pipe.h"

#include "swarm/peer.h"

enum { SIZE_EVERY_MS = 250 };

static uint32_t clamp(uint64_t depth, uint32_t min, uint32_t limit)
{
    if (depth < min)
        depth = min;
    return depth > limit ? limit : (uint32_t)depth;
}

static void begin_slow_start(struct peer_pipe *pipe, uint32_t depth)
{
    pipe->depth = clamp(depth, 1, pipe->limit);
    pipe->is_slow_start = true;
    pipe->second_ms = -1;
    pipe->second_bytes = 0;
    pipe->last_Bps = 0;
}

void peer_pipe_init(struct peer_pipe *pipe)
{
    *pipe = (struct peer_pipe){.limit = PEER_MAX_OUTSTANDING};
    begin_slow_start(pipe, PEER_START_DEPTH);
}

void peer_pipe_set_limit(struct peer_pipe *pipe, uint32_t reqq)
{
    uint32_t limit = reqq == 0 ? PEER_MAX_OUTSTANDING : reqq;
    pipe->limit = clamp(limit, 1, PEER_MAX_OUTSTANDING);
    pipe->depth = clamp(pipe->depth, 1, pipe->limit);
}

void peer_pipe_on_unchoke(struct peer_pipe *pipe)
{
    if (pipe->is_snubbed)
        return;
    begin_slow_start(pipe, pipe->depth > PEER_START_DEPTH ? pipe->depth
                                                          : PEER_START_DEPTH);
}

void peer_pipe_on_snub(struct peer_pipe *pipe)
{
    pipe->is_snubbed = true;
    pipe->is_slow_start = false;
    pipe->depth = 1;
}

/* At the end of a second: did it bring more than the one before? */
static void compare_seconds(struct peer_pipe *pipe, int64_t now_ms)
{
    uint64_t elapsed_ms = (uint64_t)(now_ms - pipe->second_ms);
    uint64_t Bps = pipe->second_bytes * 1000 / elapsed_ms;
    if (Bps < pipe->last_Bps + PEER_PIPE_GAIN_B)
        pipe->is_slow_start = false;
    pipe->last_Bps = Bps;
    pipe->second_ms = now_ms;
    pipe->second_bytes = 0;
}

bool peer_pipe_on_block(struct peer_pipe *pipe, uint32_t len, int64_t now_ms)
{
    if (pipe->is_snubbed) {
        pipe->is_snubbed = false;
        begin_slow_start(pipe, PEER_PIPE_MIN);
    }
    if (!pipe->is_slow_start)
        return now_ms - pipe->sized_ms >= SIZE_EVERY_MS;
    if (pipe->second_ms < 0)
        pipe->second_ms = now_ms;
    pipe->second_bytes += len;
    pipe->depth = clamp((uint64_t)pipe->depth + 1, 1, pipe->limit);
    if (now_ms - pipe->second_ms >= PEER_PIPE_SECOND_MS)
        compare_seconds(pipe, now_ms);
    return !pipe->is_slow_start;
}

void peer_pipe_size(struct peer_pipe *pipe, uint64_t rate_Bps, int64_t now_ms)
{
    uint64_t depth = rate_Bps * PEER_QUEUE_TIME_MS / 1000 / GEOMETRY_BLOCK_LEN;
    uint32_t min =
        depth < PEER_PIPE_MIN_TINY ? PEER_PIPE_MIN_TINY : PEER_PIPE_MIN;
    pipe->depth = clamp(depth, min, pipe->limit);
    pipe->sized_ms = now_ms;
}
