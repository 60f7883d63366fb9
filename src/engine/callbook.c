#include "config.h"

#include "engine/callbook.h"

#include "net/loop.h"

bool callbook_next(struct env *env, struct peers *known,
                   struct loop_timer *again, struct addr *out)
{
    int64_t now_ms = loop_now_ms(env->loop);
    selfaddr_apply(&env->self, env->listen_port, known);
    int64_t due_ms = peers_deadline_ms(known, now_ms);
    if (due_ms > now_ms) {
        if (due_ms != INT64_MAX)
            loop_timer_arm(env->loop, again, due_ms);
        return false;
    }
    if (!limits_may_dial(env->limits, now_ms)) {
        loop_timer_arm(env->loop, again, now_ms + CALLBOOK_RETRY_MS);
        return false;
    }
    if (!peers_next_to_dial(known, now_ms, out)) {
        limits_on_closed(env->limits, true);
        loop_timer_arm(env->loop, again, now_ms + CALLBOOK_NO_CANDIDATE_MS);
        return false;
    }
    return true;
}

bool callbook_counts(enum peers_verdict v)
{
    return v == PEERS_WELCOME || v == PEERS_REPLACES;
}

enum peers_verdict callbook_greet(struct env *env, struct peers *known,
                                  const struct peerlink *l,
                                  const struct handshake *theirs,
                                  struct addr *old, struct cause *cause)
{
    static const char *const words[] = {
        [PEERS_SELF] = "it is ourselves",
        [PEERS_BANNED] = "it is banned",
        [PEERS_DUPLICATE] = "connected already",
    };
    const struct addr *remote = peerlink_remote(l);
    enum peers_verdict v = peers_on_connected(known, remote, theirs->peer_id,
                                              peerlink_is_incoming(l),
                                              loop_now_ms(env->loop), old);
    if (!callbook_counts(v))
        cause_set(cause, "%s", words[v]);
    else if (!peerlink_is_incoming(l))
        peers_set_crypt(known, remote,
                        peerlink_has_crypt(l) ? PEERS_CRYPT_MSE
                                              : PEERS_CRYPT_NONE);
    return v;
}

void callbook_missed(struct env *env, struct peers *known,
                     const struct peerlink *l, enum err why)
{
    if (peerlink_is_incoming(l))
        return;
    bool is_up = !peerlink_is_half_open(l) && why != ERR_SYS;
    enum peers_fail fail = is_up                ? PEERS_NO_HANDSHAKE
                           : why == ERR_TIMEOUT ? PEERS_SILENT
                                                : PEERS_UNREACHABLE;
    peers_on_failed(known, peerlink_remote(l), fail, loop_now_ms(env->loop));
}
