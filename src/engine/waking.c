#include "config.h"

#include "engine/waking.h"

#include "util/err.h"
#include "util/text.h"

void waking_init(struct waking *w, const struct waking_host *host,
                 int64_t now_ms)
{
    *w = (struct waking){.host = *host,
                         .network_due_ms = now_ms + WAKING_NETWORK_MS};
    w->slept_ms = host->slept_ms(host->ctx);
    host->own_addr(host->ctx, &w->at);
    w->home = w->at;
}

static void owe(struct waking *w, enum waking_why why, int64_t now_ms)
{
    if (w->why == WAKING_NOT) {
        w->since_ms = now_ms;
        w->changed_ms = now_ms;
    }
    if (why > w->why)
        w->why = why;
}

static void look_at_clocks(struct waking *w, int64_t now_ms)
{
    int64_t before_ms = w->slept_ms;
    w->slept_ms = w->host.slept_ms(w->host.ctx);
    if (w->slept_ms - before_ms <= WAKING_SLEPT_MS)
        return;
    w->owed_ms += w->slept_ms - before_ms;
    w->since_ms = w->changed_ms = now_ms;
    owe(w, WAKING_SLEPT, now_ms);
    w->host.lost(w->host.ctx, true, true, "the machine slept");
}

static void look_at_network(struct waking *w, int64_t now_ms)
{
    struct ownaddr is;
    if (w->why == WAKING_NOT && now_ms < w->network_due_ms)
        return;
    w->network_due_ms = now_ms + WAKING_NETWORK_MS;
    w->host.own_addr(w->host.ctx, &is);
    if (ownaddr_eq(&is, &w->at))
        return;
    bool was_none = ownaddr_is_none(&w->at);
    w->at = is;
    w->changed_ms = now_ms;
    if (ownaddr_is_none(&is))
        return;
    bool lost_v4 = ownaddr_lost_v4(&w->home, &is);
    bool lost_v6 = ownaddr_lost_v6(&w->home, &is);
    bool is_new = ownaddr_lost_v4(&is, &w->home) || /* home lacks it */
                  ownaddr_lost_v6(&is, &w->home);
    w->home = is;
    if (is_new)
        owe(w, WAKING_ELSEWHERE, now_ms);
    else if (was_none)
        owe(w, WAKING_BACK, now_ms);
    if (lost_v4 || lost_v6)
        w->host.lost(w->host.ctx, lost_v4, lost_v6, "the network is another");
}

static bool is_time(const struct waking *w, int64_t now_ms)
{
    if (ownaddr_is_none(&w->at))
        return now_ms - w->since_ms >= WAKING_PATIENCE_MS;
    return now_ms - w->changed_ms >= WAKING_SETTLE_MS;
}

static void ask(struct waking *w)
{
    static const char *const begins[] = {[WAKING_BACK] = "the network is back",
                                         [WAKING_ELSEWHERE] =
                                             "another network"};
    char asleep[16];
    struct cause line;
    text_duration(asleep, sizeof asleep, w->owed_ms / 1000);
    if (w->why == WAKING_SLEPT)
        cause_set(&line,
                  "woke after %s asleep: peers and trackers are asked again",
                  asleep);
    else
        cause_set(&line, "%s: peers and trackers are asked again",
                  begins[w->why]);
    int64_t slept_ms = w->owed_ms;
    w->owed_ms = 0;
    w->why = WAKING_NOT;
    w->host.ask(w->host.ctx, slept_ms, line.text);
}

void waking_look(struct waking *w, int64_t now_ms)
{
    look_at_clocks(w, now_ms);
    look_at_network(w, now_ms);
    if (w->why != WAKING_NOT && is_time(w, now_ms))
        ask(w);
}
