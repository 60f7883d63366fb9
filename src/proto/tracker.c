#include "config.h"

#include "proto/tracker.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

void tracker_reply_init(struct tracker_reply *r)
{
    *r = (struct tracker_reply){
        .interval_ms = TRACKER_INTERVAL_MS,
        .n_seeds = -1,
        .n_leechers = -1,
        .n_downloaded = -1,
    };
}

void tracker_reply_fini(struct tracker_reply *r)
{
    free(r->peers);
    r->peers = NULL;
    r->n_peers = 0;
}

void tracker_reply_add(struct tracker_reply *r, const struct addr *peer)
{
    size_t n = r->n_peers;

    if (!addr_is_dialable(peer)) {
        r->n_bad++;
        return;
    }
    if (n == TRACKER_MAX_PEERS) {
        r->n_over++;
        return;
    }
    /* Room for 64, then doubled each time it is full. */
    if (n == 0 || (n >= 64 && (n & (n - 1)) == 0))
        r->peers =
            xreallocarray(r->peers, n == 0 ? 64 : 2 * n, sizeof *r->peers);
    r->peers[n] = *peer;
    r->n_peers = n + 1;
}

void tracker_reply_add_compact(struct tracker_reply *r, struct span peers,
                               bool is_v6)
{
    size_t stride = is_v6 ? ADDR_COMPACT_V6_LEN : ADDR_COMPACT_V4_LEN;
    size_t at = 0;

    for (; peers.len - at >= stride; at += stride) {
        struct addr peer;

        (void)addr_from_compact(peers.p + at, stride, &peer);
        tracker_reply_add(r, &peer);
    }
    if (at < peers.len)
        r->n_bad++;
}

void tracker_text_set(struct tracker_text *t, struct span bytes)
{
    size_t len = bytes.len;

    if (len > TRACKER_MAX_TEXT)
        len = TRACKER_MAX_TEXT;
    if (len > 0)
        memcpy(t->bytes, bytes.p, len);
    t->len = (uint16_t)len;
}

int64_t tracker_interval_ms(int64_t seconds)
{
    if (seconds <= 0)
        return TRACKER_INTERVAL_MS;
    if (seconds < TRACKER_MIN_INTERVAL_MS / 1000)
        return TRACKER_MIN_INTERVAL_MS;
    if (seconds > TRACKER_MAX_INTERVAL_MS / 1000)
        return TRACKER_MAX_INTERVAL_MS;
    return seconds * 1000;
}

const char *tracker_event_name(enum tracker_event event)
{
    switch (event) {
    case TRACKER_EVENT_NONE:
        break;
    case TRACKER_EVENT_COMPLETED:
        return "completed";
    case TRACKER_EVENT_STARTED:
        return "started";
    case TRACKER_EVENT_STOPPED:
        return "stopped";
    case TRACKER_EVENT_PAUSED:
        return "paused";
    }
    return "";
}
