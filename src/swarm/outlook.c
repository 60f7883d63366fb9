#include "config.h"

#include "swarm/outlook.h"

static int64_t takes_ms(const struct outlook *o, uint64_t bytes)
{
    return (int64_t)(bytes * 1000 / o->Bps);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

struct outlook outlook_of(int64_t now_ms, int64_t round_ms, uint64_t Bps,
                          uint64_t bytes)
{
    if (Bps == 0)
        Bps = round_ms < 0 ? OUTLOOK_STRANGER_BPS : OUTLOOK_PACE_BPS;
    if (round_ms < 0)
        round_ms = OUTLOOK_ROUND_MS;
    if (round_ms > OUTLOOK_MAX_ROUND_MS)
        round_ms = OUTLOOK_MAX_ROUND_MS;
    return (struct outlook){.now_ms = now_ms,
                            .round_ms = round_ms,
                            .Bps = Bps,
                            .bytes = bytes};
}

void outlook_is_silent(struct outlook *o, int64_t since_ms, uint64_t next_bytes)
{
    int64_t lag_ms = o->now_ms - since_ms - takes_ms(o, next_bytes);
    o->lag_ms = later(o->lag_ms, lag_ms);
}

int64_t outlook_due_ms(const struct outlook *o, int64_t asked_ms,
                       uint64_t end_bytes)
{
    int64_t queue_ms = o->now_ms + o->lag_ms + takes_ms(o, end_bytes);
    return later(asked_ms + o->round_ms, queue_ms);
}

int64_t outlook_stop_ms(const struct outlook *o)
{
    return later(0, o->round_ms - o->lag_ms);
}

int64_t outlook_next_ms(const struct outlook *o, uint64_t more_bytes)
{
    int64_t first_ms = later(o->round_ms, o->lag_ms + takes_ms(o, o->bytes));
    return o->now_ms + first_ms + takes_ms(o, more_bytes);
}

bool outlook_has_room(const struct outlook *o, uint64_t more_bytes)
{
    return o->lag_ms + takes_ms(o, o->bytes + more_bytes) <=
           o->round_ms + OUTLOOK_SLACK_MS;
}
