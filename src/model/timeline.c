#include "config.h"

#include "model/timeline.h"

void timeline_init(struct timeline *t, int64_t now_s)
{
    *t = (struct timeline){.first_s = now_s, .now_s = now_s - 1};
}

static struct timeline_slot *slot_of(struct timeline *t, int64_t second)
{
    return &t->slots[(uint64_t)(second - t->first_s) % TIMELINE_SLOTS];
}

void timeline_add(struct timeline *t, int64_t now_s, struct timeline_slot slot)
{
    if (now_s <= t->now_s)
        return;
    struct timeline_slot before = {0};
    if (t->now_s >= t->first_s)
        before = *slot_of(t, t->now_s);
    int64_t from = t->now_s + 1;
    if (from < now_s - TIMELINE_SLOTS)
        from = now_s - TIMELINE_SLOTS;
    for (int64_t s = from; s < now_s; s++)
        *slot_of(t, s) = before;
    *slot_of(t, now_s) = slot;
    t->now_s = now_s;
}

size_t timeline_len(const struct timeline *t)
{
    int64_t n = t->now_s - t->first_s + 1;
    return n < TIMELINE_SLOTS ? (size_t)n : TIMELINE_SLOTS;
}

struct timeline_slot timeline_at(const struct timeline *t, size_t age)
{
    uint64_t second = (uint64_t)(t->now_s - t->first_s) - age;
    return t->slots[second % TIMELINE_SLOTS];
}

uint32_t timeline_share_pct(const struct timeline *t, uint8_t flags,
                            uint8_t clear)
{
    size_t len = timeline_len(t);
    size_t n = 0;
    for (size_t age = 0; age < len; age++) {
        uint8_t at = timeline_at(t, age).flags;
        n += (at & flags) == flags && (at & clear) == 0;
    }
    return len == 0 ? 0 : (uint32_t)(100 * n / len);
}
