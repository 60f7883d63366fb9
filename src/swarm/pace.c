#include "config.h"

#include "swarm/pace.h"

static uint64_t stretch_Bps(const struct pace *p, int64_t now_ms)
{
    uint64_t Bps = p->bytes * 1000 / (uint64_t)(now_ms - p->since_ms);
    return Bps > 0 ? Bps : 1;
}

void pace_on_block(struct pace *p, uint32_t len, bool has_more, int64_t now_ms)
{
    if (!p->is_on) {
        p->is_on = has_more;
        p->since_ms = now_ms;
        p->bytes = 0;
        return;
    }
    p->bytes += len;
    if (now_ms - p->since_ms >= (has_more ? PACE_MS : PACE_MIN_MS)) {
        uint64_t Bps = stretch_Bps(p, now_ms);
        p->Bps = p->Bps == 0 ? Bps : (p->Bps + Bps + 1) / 2;
        p->since_ms = now_ms;
        p->bytes = 0;
    }
    p->is_on = has_more;
}

void pace_pause(struct pace *p)
{
    p->is_on = false;
}

uint64_t pace_Bps(const struct pace *p, int64_t now_ms)
{
    if (p->Bps > 0 || !p->is_on || p->bytes == 0 ||
        now_ms - p->since_ms < PACE_MIN_MS)
        return p->Bps;
    return stretch_Bps(p, now_ms);
}
