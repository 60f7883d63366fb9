#include "config.h"

#include "swarm/dht_upkeep.h"

#include <string.h>

#include "swarm/dht_addr.h"
#include "swarm/dht_search.h"
#include "swarm/dht_wire.h"

/* ---- Asking ---- */

static bool ask(struct dht *d, const struct addr *a, enum krpc_method method,
                enum dht_rpc_purpose purpose, int64_t now_ms)
{
    const struct dht_net *net = &d->nets[dht_addr_family(a)];
    struct dht_rpc_call call = {.addr = *a, .purpose = purpose};
    struct krpc_msg query = {.method = method};
    if (method == KRPC_FIND_NODE)
        query.target = dht_table_id(net->table);
    return dht_wire_ask(d, &query, &call, now_ms);
}

/* Does a family lack nodes? */
static bool is_poor(const struct dht *d, const struct dht_net *net,
                    int64_t now_ms)
{
    (void)d;
    return net->is_on && dht_table_n_good(net->table, now_ms) < DHT_TABLE_K;
}

static void ask_boot(struct dht *d, struct dht_boot *b, int64_t now_ms)
{
    (void)ask(d, &b->addr, KRPC_FIND_NODE, DHT_RPC_BOOTSTRAP, now_ms);
    b->due_ms = now_ms + b->delay_ms;
    b->delay_ms *= 2;
    if (b->delay_ms > DHT_UPKEEP_BOOT_MAX_MS)
        b->delay_ms = DHT_UPKEEP_BOOT_MAX_MS;
}

/* Is there anything to gain from it? Nodes enough are no reason not to ask one
 * that never answered: they may all have come to us, and know no more of the
 * network than we do. */
static bool is_wanted(const struct dht_boot *b, bool is_poor)
{
    return is_poor ||
           (!b->has_answered && b->delay_ms < DHT_UPKEEP_BOOT_MAX_MS);
}

/* Return whether any is to be asked, now or soon. */
static bool ask_boots(struct dht *d, int64_t now_ms)
{
    bool poor[DHT_N_FAMILIES];
    bool is_any = false;
    for (int f = 0; f < DHT_N_FAMILIES; f++)
        poor[f] = is_poor(d, &d->nets[f], now_ms);
    for (size_t i = 0; i < d->upkeep.n_boots; i++) {
        struct dht_boot *b = &d->upkeep.boots[i];
        if (!is_wanted(b, poor[dht_addr_family(&b->addr)]))
            continue;
        is_any = true;
        if (now_ms >= b->due_ms)
            ask_boot(d, b, now_ms);
    }
    return is_any;
}

void dht_upkeep_on_boot(struct dht *d, const struct addr *a, int64_t now_ms)
{
    for (size_t i = 0; i < d->upkeep.n_boots; i++) {
        struct dht_boot *b = &d->upkeep.boots[i];
        if (!addr_eq(&b->addr, a) || b->has_answered)
            continue;
        b->has_answered = true;
        dht_upkeep_restart(d, dht_addr_family(a), now_ms);
    }
}

void dht_upkeep_add_boot(struct dht *d, const struct addr *a, int64_t now_ms)
{
    struct dht_upkeep *u = &d->upkeep;
    if (!dht_wire_may_talk(d, a))
        return;
    for (size_t i = 0; i < u->n_boots; i++) {
        if (addr_eq(&u->boots[i].addr, a))
            return;
    }
    if (u->n_boots == DHT_MAX_BOOTSTRAP) {
        u->n_boots--;
        memmove(&u->boots[0], &u->boots[1], u->n_boots * sizeof u->boots[0]);
    }
    u->boots[u->n_boots++] = (struct dht_boot){
        .addr = *a,
        .due_ms = now_ms,
        .delay_ms = DHT_UPKEEP_BOOT_MS,
    };
    u->due_ms = now_ms;
}

void dht_upkeep_on_stranger(struct dht *d, const uint8_t *id,
                            const struct addr *a, int64_t now_ms)
{
    struct dht_upkeep *u = &d->upkeep;
    int64_t oldest_ms = now_ms - DHT_UPKEEP_STRANGERS * DHT_UPKEEP_STRANGER_MS;
    if (!dht_wire_may_talk(d, a) || u->strangers_ms > now_ms ||
        dht_rpc_is_asking(d->rpc, a))
        return;
    const struct dht_table *t = d->nets[dht_addr_family(a)].table;
    if (id != NULL && !dht_table_wants(t, id, a))
        return;
    if (u->strangers_ms < oldest_ms)
        u->strangers_ms = oldest_ms;
    u->strangers_ms += DHT_UPKEEP_STRANGER_MS;
    (void)ask(d, a, KRPC_PING, DHT_RPC_CHECK, now_ms);
}

/* ---- Looking ---- */

void dht_upkeep_restart(struct dht *d, enum dht_family family, int64_t now_ms)
{
    struct dht_net *net = &d->nets[family];
    net->self_due_ms = now_ms;
    net->self_delay_ms = DHT_UPKEEP_SELF_MS;
    d->upkeep.due_ms = now_ms;
}

void dht_upkeep_on_new_node(struct dht *d, enum dht_family family,
                            int64_t now_ms)
{
    if (dht_table_n_nodes(d->nets[family].table) == 1)
        dht_upkeep_restart(d, family, now_ms);
}

static void find_nodes(struct dht *d, const uint8_t *target, int64_t now_ms)
{
    const struct dht_search_plan plan = {
        .kind = DHT_FIND_NODE,
        .target = target,
    };
    if (dht_search_begin(d, &plan, now_ms) == OK)
        dht_search_run(d, now_ms);
}

static void look_up(struct dht *d, struct dht_net *net, int64_t now_ms)
{
    uint8_t target[DHT_ID_LEN];
    if (!net->is_on || dht_table_n_nodes(net->table) == 0)
        return;
    if (now_ms >= net->self_due_ms) {
        net->self_due_ms = now_ms + net->self_delay_ms;
        net->self_delay_ms *= 4;
        if (net->self_delay_ms > DHT_UPKEEP_SELF_MAX_MS)
            net->self_delay_ms = DHT_UPKEEP_SELF_MAX_MS;
        memcpy(target, dht_table_id(net->table), DHT_ID_LEN);
        find_nodes(d, target, now_ms);
        return;
    }
    if (!dht_search_has(d, DHT_FIND_NODE) &&
        dht_table_to_refresh(net->table, now_ms, target))
        find_nodes(d, target, now_ms);
}

static unsigned ping_silent(struct dht *d, struct dht_net *net, int64_t now_ms)
{
    unsigned n = 0;
    while (net->is_on && n < DHT_UPKEEP_PINGS) {
        const struct dht_table_node *node =
            dht_table_to_check(net->table, now_ms);
        if (node == NULL)
            break;
        struct addr a = node->addr;
        n++;
        if (!ask(d, &a, KRPC_PING, DHT_RPC_CHECK, now_ms))
            break;
    }
    return n;
}

void dht_upkeep_run(struct dht *d, int64_t now_ms)
{
    struct dht_upkeep *u = &d->upkeep;
    if (now_ms < u->due_ms)
        return;
    bool is_busy = ask_boots(d, now_ms);
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        struct dht_net *net = &d->nets[f];
        is_busy |= ping_silent(d, net, now_ms) == DHT_UPKEEP_PINGS;
        look_up(d, net, now_ms);
    }
    if (now_ms >= u->sweep_ms) {
        dht_store_sweep(d->store, now_ms);
        dht_items_sweep(d->items, now_ms);
        u->sweep_ms = now_ms + DHT_UPKEEP_SWEEP_MS;
    }
    u->due_ms = now_ms + (is_busy ? DHT_UPKEEP_FAST_MS : DHT_UPKEEP_SLOW_MS);
}

int64_t dht_upkeep_deadline_ms(const struct dht *d)
{
    bool is_idle = d->upkeep.n_boots == 0 &&
                   dht_store_n_hashes(d->store) == 0 &&
                   dht_items_n(d->items) == 0;
    for (int f = 0; f < DHT_N_FAMILIES; f++)
        is_idle &= dht_table_n_nodes(d->nets[f].table) == 0;
    return is_idle ? INT64_MAX : d->upkeep.due_ms;
}
