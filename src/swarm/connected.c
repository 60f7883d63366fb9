#include "config.h"

#include "swarm/connected.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

struct connected {
    uint8_t own_id[CONNECTED_ID_LEN];
    struct keyed_hash hash;
    struct connected_peer *by_remote; /* owned: hash table, and each */
    /* Hash table of those that are not replaced. */
    struct connected_peer *by_id;
};

struct connected *connected_new(const uint8_t *own_id, const struct rng *rng)
{
    struct connected *cs = xzalloc(sizeof *cs);
    memcpy(cs->own_id, own_id, CONNECTED_ID_LEN);
    keyed_hash_init(&cs->hash, rng);
    return cs;
}

void connected_free(struct connected *cs)
{
    if (cs == NULL)
        return;
    struct connected_peer *l, *next;
    HASH_CLEAR(hh_id, cs->by_id);
    HASH_ITER(hh, cs->by_remote, l, next)
    {
        HASH_DEL(cs->by_remote, l);
        free(l);
    }
    free(cs);
}

static unsigned hash_of(const struct connected *cs, const void *key, size_t len)
{
    return keyed_hash_of(&cs->hash, key, len);
}

size_t connected_count(const struct connected *cs)
{
    return HASH_COUNT(cs->by_remote);
}

struct connected_peer *connected_find(const struct connected *cs,
                                      const struct addr *remote)
{
    struct connected_peer *l;
    HASH_FIND_BYHASHVALUE(hh, cs->by_remote, remote, sizeof *remote,
                          hash_of(cs, remote, sizeof *remote), l);
    return l;
}

struct connected_peer *connected_find_id(const struct connected *cs,
                                         const uint8_t *peer_id)
{
    struct connected_peer *l;
    HASH_FIND_BYHASHVALUE(hh_id, cs->by_id, peer_id, CONNECTED_ID_LEN,
                          hash_of(cs, peer_id, CONNECTED_ID_LEN), l);
    return l;
}

struct connected_peer *connected_next(const struct connected *cs,
                                      const struct connected_peer *l)
{
    return l == NULL ? cs->by_remote : l->hh.next;
}

struct connected_peer *connected_add(struct connected *cs,
                                     const struct addr *remote,
                                     const uint8_t *peer_id, bool is_incoming,
                                     int64_t now_ms)
{
    struct connected_peer *l = xzalloc(sizeof *l);
    l->remote = *remote;
    l->is_incoming = is_incoming;
    l->since_ms = now_ms;
    memcpy(l->peer_id, peer_id, CONNECTED_ID_LEN);
    HASH_ADD_BYHASHVALUE(hh, cs->by_remote, remote, sizeof l->remote,
                         hash_of(cs, remote, sizeof *remote), l);
    HASH_ADD_BYHASHVALUE(hh_id, cs->by_id, peer_id, CONNECTED_ID_LEN,
                         hash_of(cs, peer_id, CONNECTED_ID_LEN), l);
    return l;
}

void connected_set_replaced(struct connected *cs, struct connected_peer *l)
{
    assert(!l->is_replaced);
    HASH_DELETE(hh_id, cs->by_id, l);
    l->is_replaced = true;
}

void connected_remove(struct connected *cs, struct connected_peer *l)
{
    if (!l->is_replaced)
        HASH_DELETE(hh_id, cs->by_id, l);
    HASH_DEL(cs->by_remote, l);
    free(l);
}

bool connected_is_to_replace(const struct connected *cs,
                             const struct connected_peer *old, bool is_incoming,
                             int64_t now_ms)
{
    bool is_ours_greater =
        memcmp(cs->own_id, old->peer_id, CONNECTED_ID_LEN) > 0;
    return old->is_incoming != is_incoming &&
           now_ms - old->since_ms < CONNECTED_CROSSING_MS &&
           is_ours_greater == !is_incoming;
}

void connected_check(const struct connected *cs)
{
    size_t n_replaced = 0;
    for (const struct connected_peer *l = connected_next(cs, NULL); l != NULL;
         l = connected_next(cs, l)) {
        assert(connected_find(cs, &l->remote) == l);
        assert(l->is_replaced || connected_find_id(cs, l->peer_id) == l);
        n_replaced += l->is_replaced;
    }
    assert(HASH_CNT(hh_id, cs->by_id) + n_replaced == connected_count(cs));
}
