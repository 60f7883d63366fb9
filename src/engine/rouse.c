#include "config.h"

#include "engine/rouse.h"

#include "engine/finding.h"
#include "engine/members.h"
#include "engine/peerlink.h"
#include "engine/torrent_parts.h"
#include "engine/trackers.h"
#include "engine/webseeds.h"

void rouse_lose(struct torrent *t, bool v4, bool v6, const char *words)
{
    for (struct member *m = t->members; m != NULL; m = m->next) {
        if (!(addr_is_v4(peerlink_remote(m->link)) ? v4 : v6))
            continue;
        m->is_lost = true;
        peerlink_close(m->link, ERR_CANCELLED, words);
    }
}

void rouse_ask(struct torrent *t, int64_t slept_ms, int64_t delay_ms)
{
    trackers_wake(t->trackers, slept_ms, delay_ms);
    if (!torrent_is_running(t))
        return;
    peers_forgive_all(t->known);
    (void)finding_ask_now(t);
    webseeds_wake(t);
    members_dial(t);
}
