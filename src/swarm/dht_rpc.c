#include "config.h"

#include "swarm/dht_rpc.h"

#include <stdlib.h>
#include <string.h>

#include "util/heap.h"
#include "util/xalloc.h"

struct waiting {
    struct heap_node due; /* first: a node is its waiting */
    struct dht_rpc_call call;
};

struct dht_rpc {
    const struct rng *rng; /* borrowed */
    struct heap due;       /* of all; owns each */
};

_Static_assert(offsetof(struct waiting, due) == 0, "of_due() is a cast");

static struct waiting *of_due(struct heap_node *node)
{
    return (struct waiting *)(void *)node;
}

struct dht_rpc *dht_rpc_new(const struct rng *rng)
{
    struct dht_rpc *r = xzalloc(sizeof *r);
    r->rng = rng;
    heap_init(&r->due);
    return r;
}

static void forget(struct dht_rpc *r, struct waiting *w)
{
    heap_remove(&r->due, &w->due);
    free(w);
}

void dht_rpc_reset(struct dht_rpc *r)
{
    struct heap_node *node;
    while ((node = heap_min(&r->due)) != NULL)
        forget(r, of_due(node));
}

void dht_rpc_free(struct dht_rpc *r)
{
    if (r == NULL)
        return;
    dht_rpc_reset(r);
    heap_fini(&r->due);
    free(r);
}

bool dht_rpc_begin(struct dht_rpc *r, struct dht_rpc_call *call, int64_t now_ms)
{
    if (r->due.n >= DHT_RPC_MAX)
        return false;
    rng_bytes(r->rng, call->tid, sizeof call->tid);
    call->asked_ms = now_ms;
    call->is_late = false;
    struct waiting *w = xzalloc(sizeof *w);
    w->call = *call;
    heap_push(&r->due, &w->due, now_ms + DHT_RPC_LATE_MS);
    return true;
}

bool dht_rpc_end(struct dht_rpc *r, struct span tid, const struct addr *from,
                 struct dht_rpc_call *out)
{
    if (tid.len != DHT_RPC_TID_LEN)
        return false;
    for (size_t i = 0; i < r->due.n; i++) {
        struct waiting *w = of_due(r->due.nodes[i]);
        if (memcmp(w->call.tid, tid.p, tid.len) != 0 ||
            !addr_eq(&w->call.addr, from))
            continue;
        *out = w->call;
        forget(r, w);
        return true;
    }
    return false;
}

bool dht_rpc_expire(struct dht_rpc *r, int64_t now_ms, struct dht_rpc_call *out,
                    bool *is_failed_out)
{
    struct heap_node *node = heap_min(&r->due);
    if (node == NULL || node->key > now_ms)
        return false;
    struct waiting *w = of_due(node);
    *is_failed_out = w->call.is_late;
    w->call.is_late = true;
    *out = w->call;
    if (*is_failed_out) {
        forget(r, w);
        return true;
    }
    heap_remove(&r->due, node);
    heap_push(&r->due, node, w->call.asked_ms + DHT_RPC_FAIL_MS);
    return true;
}

bool dht_rpc_is_asking(const struct dht_rpc *r, const struct addr *a)
{
    for (size_t i = 0; i < r->due.n; i++) {
        if (addr_eq(&of_due(r->due.nodes[i])->call.addr, a))
            return true;
    }
    return false;
}

int64_t dht_rpc_deadline_ms(const struct dht_rpc *r)
{
    struct heap_node *node = heap_min(&r->due);
    return node == NULL ? INT64_MAX : node->key;
}

uint32_t dht_rpc_n(const struct dht_rpc *r)
{
    return (uint32_t)r->due.n;
}
