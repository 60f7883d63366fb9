#include "config.h"

#include "engine/acquaint.h"

#include "engine/exchange.h"
#include "engine/metaserve.h"
#include "engine/watch.h"

struct peer_config acquaint_config(const struct member *m,
                                   const struct peerlink *l)
{
    const struct torrent *t = m->torrent;
    struct peer_config config = {
        .id = m->id,
        .remote = *peerlink_remote(l),
        .is_incoming = peerlink_is_incoming(l),
        .geo = t->geo,
        .have = pieces_have(t->pieces),
        .info_hash = t->meta->info_hash,
        .listen_port = t->env->listen_port,
        .prefers_encryption = t->env->encryption != ENCRYPTION_PLAIN,
    };
    config.kinds[EXTENDED_UT_PEX] = exchange_is_on(t);
    metaserve_configure(t, &config);
    return config;
}

void acquaint_adopt(struct member *m)
{
    struct torrent *t = m->torrent;
    m->peer = peerlink_peer(m->link);
    if (m->peer == NULL)
        return;
    struct peer_config config = acquaint_config(m, m->link);
    senders_remember(&t->senders, m->id, &config.remote);
    watch_on_greeted(m, m->link);
    enum err err =
        peer_settle(m->peer, &config, &m->host, loop_now_ms(t->env->loop));
    if (err != OK)
        peerlink_close(m->link, err, peer_fault(m->peer));
    exchange_on_changed(t);
}

void acquaint_tell(struct torrent *t)
{
    const struct bitset *have = pieces_have(t->pieces);
    for (struct member *m = t->members; m != NULL; m = m->next) {
        if (m->peer == NULL || peerlink_is_closing(m->link))
            continue;
        for (int64_t i = bitset_next_set(have, 0); i >= 0;
             i = bitset_next_set(have, (size_t)i + 1))
            peer_announce_have(m->peer, (uint32_t)i);
    }
}
