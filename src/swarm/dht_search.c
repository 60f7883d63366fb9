#include "config.h"

#include "swarm/dht_search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "swarm/dht_addr.h"
#include "swarm/dht_find.h"
#include "swarm/dht_wire.h"
#include "util/log.h"
#include "util/xalloc.h"

/* Phases: see the header. QUEUED waits for a start, WAITING for a node, LOOKING
 * and ANNOUNCING for answers or time-outs. */

enum { N_SEEDS = 16, MAX_HEEDS = 1024, AGAIN_SMALL_MS = 15 * 1000 };
enum { AGAIN_EMPTY_MS = 5 * 60 * 1000, AGAIN_MS = 15 * 60 * 1000 };

struct dht_search_heed {
    uint8_t info_hash[DHT_ID_LEN];
    int64_t until_ms;
};

static struct dht_find *find(const struct dht *d, enum dht_kind kind,
                             const uint8_t *target)
{
    for (struct dht_find *s = d->searches.all; s != NULL; s = s->next) {
        if (!s->is_over && s->kind == kind &&
            memcmp(s->target, target, DHT_ID_LEN) == 0)
            return s;
    }
    return NULL;
}

static struct dht_find *by_number(const struct dht *d, uint32_t number)
{
    for (struct dht_find *s = d->searches.all; s != NULL; s = s->next) {
        if (!s->is_over && s->number == number)
            return s;
    }
    return NULL;
}

static bool is_running(const struct dht_find *s)
{
    return s->phase == DHT_LOOKING || s->phase == DHT_ANNOUNCING;
}

static void set_phase(struct dht *d, struct dht_find *s, enum dht_phase phase)
{
    static const char *const names[] = {"queued", "waiting", "looking",
                                        "announcing"};
    d->searches.n_running -= is_running(s);
    s->phase = phase;
    d->searches.n_running += is_running(s);
    log_write(LOG_DHT, LOG_TRACE, "search %u: %s", s->number, names[phase]);
}

/* ---- Heeding ---- */

static struct dht_search_heed *find_heed(struct dht_searches *all,
                                         const uint8_t *info_hash)
{
    for (size_t i = 0; i < all->n_heeds; i++) {
        if (memcmp(all->heeds[i].info_hash, info_hash, DHT_ID_LEN) == 0)
            return &all->heeds[i];
    }
    return NULL;
}

static void heed(struct dht_searches *all, const uint8_t *info_hash,
                 int64_t now_ms)
{
    struct dht_search_heed *h = find_heed(all, info_hash);
    for (size_t i = 0; h == NULL && i < all->n_heeds; i++) {
        if (all->heeds[i].until_ms <= now_ms)
            h = &all->heeds[i];
    }
    if (h == NULL && all->n_heeds == MAX_HEEDS)
        h = &all->heeds[0];
    if (h == NULL) {
        all->heeds =
            xreallocarray(all->heeds, all->n_heeds + 1, sizeof *all->heeds);
        h = &all->heeds[all->n_heeds++];
    }
    memcpy(h->info_hash, info_hash, DHT_ID_LEN);
    h->until_ms = now_ms + DHT_SEARCH_HEED_MS;
}

void dht_search_on_announced(struct dht *d, const uint8_t *info_hash,
                             const struct addr *peer, int64_t now_ms)
{
    struct dht_find *s = find(d, DHT_GET_PEERS, info_hash);
    struct dht_search_heed *h = find_heed(&d->searches, info_hash);
    /* Only those that run remember whom they told: they are few. */
    if (s != NULL && is_running(s))
        dht_find_tell(d, s, peer, 1);
    else if ((s != NULL || (h != NULL && now_ms < h->until_ms)) &&
             d->host.on_peers != NULL)
        d->host.on_peers(d->host.ctx, info_hash, peer, 1);
}

/* ---- Beginning and ending ---- */

static void sweep(struct dht *d)
{
    struct dht_find **at = &d->searches.all;
    while (*at != NULL) {
        struct dht_find *s = *at;
        if (!s->is_over) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        d->searches.n--;
        d->searches.n_running -= is_running(s);
        dht_find_free(s);
    }
}

enum err dht_search_begin(struct dht *d, const struct dht_search_plan *plan,
                          int64_t now_ms)
{
    struct dht_searches *all = &d->searches;
    struct dht_find *s = find(d, plan->kind, plan->target);
    if (plan->kind == DHT_GET_PEERS)
        heed(all, plan->target, now_ms);
    if (s != NULL && plan->kind != DHT_PUT) {
        s->announce = plan->announce;
        return OK;
    }
    if (all->n >= DHT_MAX_SEARCHES)
        return ERR_TOO_BIG;
    if (s != NULL)
        s->is_over = true; /* what is put now takes its place */
    s = dht_find_new(d, plan, now_ms);
    s->number = ++all->last_number;
    if (s->number == 0) /* means "of none" */
        s->number = ++all->last_number;
    struct dht_find **end = &all->all;
    while (*end != NULL)
        end = &(*end)->next;
    *end = s;
    all->n++;
    return OK;
}

void dht_search_cancel(struct dht *d, enum dht_kind kind, const uint8_t *target)
{
    struct dht_find *s = find(d, kind, target);
    struct dht_search_heed *h = find_heed(&d->searches, target);
    if (s != NULL)
        s->is_over = true;
    if (h != NULL && kind == DHT_GET_PEERS)
        h->until_ms = INT64_MIN;
    if (!d->searches.is_running)
        sweep(d);
}

bool dht_search_has(const struct dht *d, enum dht_kind kind)
{
    for (struct dht_find *s = d->searches.all; s != NULL; s = s->next) {
        if (!s->is_over && s->kind == kind)
            return true;
    }
    return false;
}

static int64_t again_ms(const struct dht_find *s)
{
    if (s->n_answered < DHT_TABLE_K)
        return AGAIN_SMALL_MS;
    return s->n_peers == 0 ? AGAIN_EMPTY_MS : AGAIN_MS;
}

/* Over: tell the owner, whose call may begin and cancel searches. */
static void end(struct dht *d, struct dht_find *s)
{
    const struct dht_search_result result = {
        .n_asked = s->n_asked,
        .n_answered = s->n_answered,
        .n_peers = s->n_peers,
        .n_announced = s->n_stored,
        .again_ms = again_ms(s),
    };
    s->is_over = true;
    if (s->kind == DHT_GET_PEERS && d->host.on_search_done != NULL)
        d->host.on_search_done(d->host.ctx, s->target, &result);
    if (s->kind == DHT_GET)
        dht_find_tell_item(d, s);
    if (s->kind == DHT_PUT && d->host.on_put_done != NULL)
        d->host.on_put_done(d->host.ctx, s->target, s->n_stored);
}

void dht_search_free_all(struct dht *d)
{
    for (struct dht_find *s = d->searches.all; s != NULL; s = s->next)
        s->is_over = true;
    sweep(d);
    free(d->searches.heeds);
}

/* ---- Going on ---- */

/* Starts are paid for by time: `starts_ms` is up to when. */
static int64_t start_costs_ms(const struct dht *d)
{
    uint32_t n = dht_table_n_nodes(d->nets[DHT_V4].table) +
                 dht_table_n_nodes(d->nets[DHT_V6].table);
    return n >= DHT_SEARCH_MANY_NODES ? 250 : 1000;
}

static void pay_for_start(struct dht *d, int64_t now_ms)
{
    struct dht_searches *all = &d->searches;
    int64_t cost_ms = start_costs_ms(d);
    if (all->starts_ms < now_ms - cost_ms)
        all->starts_ms = now_ms - cost_ms;
    all->starts_ms += cost_ms;
    all->due_ms = all->starts_ms - (DHT_SEARCH_BURST - 1) * cost_ms;
}

static bool may_start(const struct dht *d, const struct dht_find *s,
                      int64_t now_ms)
{
    if (s->phase == DHT_WAITING && !s->wakes)
        return false;
    /* The upkeep's own are few. */
    return s->kind == DHT_FIND_NODE ||
           (d->searches.n_running < DHT_RUNNING_SEARCHES &&
            now_ms >= d->searches.due_ms);
}

static void look(struct dht *d, struct dht_find *s, int64_t now_ms)
{
    bool has_any = false;
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        struct dht_table_node nodes[N_SEEDS];
        struct dht_net *net = &d->nets[f];
        if (!net->is_on)
            continue;
        dht_lookup_free(s->lookups[f]);
        s->lookups[f] = dht_lookup_new(s->target, dht_table_id(net->table));
        size_t n =
            dht_table_closest(net->table, s->target, false, nodes, N_SEEDS);
        for (size_t i = 0; i < n; i++)
            dht_lookup_add(s->lookups[f], nodes[i].id, &nodes[i].addr);
        has_any |= n > 0;
    }
    s->wakes = false;
    s->begun_ms = now_ms;
    set_phase(d, s, has_any ? DHT_LOOKING : DHT_WAITING);
}

static void start(struct dht *d, struct dht_find *s, int64_t now_ms)
{
    if (s->phase == DHT_QUEUED)
        dht_find_at_home(d, s, now_ms);
    if (s->is_over) /* cancelled, out of our call */
        return;
    look(d, s, now_ms);
    if (s->phase == DHT_LOOKING && s->kind != DHT_FIND_NODE)
        pay_for_start(d, now_ms); /* waiting costs nothing */
}

static void sum_up(struct dht_find *s)
{
    s->n_asked = s->n_answered = 0;
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        if (s->lookups[f] == NULL)
            continue;
        s->n_asked += dht_lookup_n_asked(s->lookups[f]);
        s->n_answered += dht_lookup_n_answered(s->lookups[f]);
    }
}

/* Ask whom the look-ups want asked; return whether they are done. */
static bool ask(struct dht *d, struct dht_find *s, int64_t now_ms)
{
    bool is_done = true;
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        const struct dht_lookup_node *node;
        if (s->lookups[f] == NULL)
            continue;
        while ((node = dht_lookup_next(s->lookups[f])) != NULL) {
            struct addr a = node->addr;
            if (!dht_find_ask(d, s, &a, now_ms))
                dht_lookup_on_fail(s->lookups[f], &a);
        }
        is_done &= dht_lookup_is_done(s->lookups[f]);
    }
    return is_done;
}

static void go_on(struct dht *d, struct dht_find *s, int64_t now_ms)
{
    switch (s->phase) {
    case DHT_QUEUED:
    case DHT_WAITING:
        if (may_start(d, s, now_ms))
            start(d, s, now_ms);
        if (s->is_over || s->phase != DHT_LOOKING)
            return;
        /* fallthrough */
    case DHT_LOOKING:
        if (!ask(d, s, now_ms) && !s->has_enough)
            return;
        sum_up(s);
        if (s->n_answered == 0 && !s->has_enough) {
            set_phase(d, s, DHT_WAITING);
            if (s->kind == DHT_FIND_NODE)
                end(d, s);
            return;
        }
        dht_find_store(d, s, now_ms);
        set_phase(d, s, DHT_ANNOUNCING);
        /* fallthrough */
    case DHT_ANNOUNCING:
        if (s->n_storing == 0)
            end(d, s);
    }
}

void dht_search_run(struct dht *d, int64_t now_ms)
{
    struct dht_searches *all = &d->searches;
    if (all->is_running) {
        all->runs_again = true; /* a call of the owner's, out of ours */
        return;
    }
    all->is_running = true;
    do {
        all->runs_again = false;
        for (struct dht_find *s = all->all; s != NULL; s = s->next) {
            if (!s->is_over)
                go_on(d, s, now_ms);
        }
    } while (all->runs_again);
    all->is_running = false;
    sweep(d);
}

int64_t dht_search_deadline_ms(const struct dht *d)
{
    if (d->searches.n_running >= DHT_RUNNING_SEARCHES)
        return INT64_MAX;
    for (struct dht_find *s = d->searches.all; s != NULL; s = s->next) {
        if (s->phase == DHT_QUEUED || (s->phase == DHT_WAITING && s->wakes))
            return d->searches.due_ms;
    }
    return INT64_MAX;
}

/* ---- What comes in ---- */

void dht_search_offer(struct dht *d, const uint8_t *id, const struct addr *a)
{
    enum dht_family family = dht_addr_family(a);
    for (struct dht_find *s = d->searches.all; s != NULL; s = s->next) {
        if (s->phase == DHT_LOOKING && s->lookups[family] != NULL)
            dht_lookup_add(s->lookups[family], id, a);
    }
}

void dht_search_wake(struct dht *d)
{
    for (struct dht_find *s = d->searches.all; s != NULL; s = s->next)
        s->wakes |= s->phase == DHT_WAITING;
}

void dht_search_on_answer(struct dht *d, const struct dht_rpc_call *call,
                          const struct krpc_msg *reply)
{
    struct dht_find *s = by_number(d, call->search);
    if (s == NULL)
        return;
    if (call->purpose == DHT_RPC_STORE) {
        s->n_storing -= !call->is_late;
        s->n_stored += reply != NULL;
        return;
    }
    struct dht_lookup *l = s->lookups[dht_addr_family(&call->addr)];
    if (l == NULL || s->phase != DHT_LOOKING)
        return;
    if (reply == NULL) {
        dht_lookup_on_fail(l, &call->addr);
        return;
    }
    dht_lookup_on_answer(l, &call->addr, reply->id, reply->token);
    dht_find_take_nodes(s, &call->addr, reply);
    dht_find_take(d, s, &call->addr, reply);
}

void dht_search_on_late(struct dht *d, const struct dht_rpc_call *call)
{
    struct dht_find *s = by_number(d, call->search);
    if (s == NULL)
        return;
    struct dht_lookup *l = s->lookups[dht_addr_family(&call->addr)];
    if (call->purpose == DHT_RPC_STORE)
        s->n_storing--;
    else if (l != NULL)
        dht_lookup_on_late(l, &call->addr);
}

void dht_search_on_fail(struct dht *d, const struct dht_rpc_call *call)
{
    struct dht_find *s = by_number(d, call->search);
    if (s == NULL || call->purpose == DHT_RPC_STORE)
        return;
    struct dht_lookup *l = s->lookups[dht_addr_family(&call->addr)];
    if (l != NULL)
        dht_lookup_on_fail(l, &call->addr);
}

/* ---- Telling ---- */

static void describe(const struct dht_find *s, int64_t now_ms,
                     struct dht_stats_search *out)
{
    *out = (struct dht_stats_search){
        .kind = s->kind,
        .phase = s->phase,
        .announces = s->announce.is_wanted || s->kind == DHT_PUT,
        .age_ms = now_ms - s->begun_ms,
        .n_peers = s->n_peers,
        .n_announced = s->n_stored,
    };
    memcpy(out->target, s->target, DHT_ID_LEN);
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        const struct dht_lookup *l = s->lookups[f];
        if (l == NULL)
            continue;
        out->n_asked += dht_lookup_n_asked(l);
        out->n_answered += dht_lookup_n_answered(l);
        out->n_failed += dht_lookup_n_failed(l);
        out->n_in_flight += dht_lookup_n_in_flight(l);
        unsigned prefix = dht_lookup_prefix(l);
        if (prefix > out->closest_prefix)
            out->closest_prefix = prefix;
    }
}

uint32_t dht_search_stats(const struct dht *d, int64_t now_ms,
                          struct dht_stats_search *out, uint32_t cap)
{
    uint32_t n = 0;
    for (int turn = 0; turn < 2; turn++) {
        struct dht_find *s = d->searches.all;
        for (; s != NULL && n < cap; s = s->next) {
            if (!s->is_over && is_running(s) == (turn == 0))
                describe(s, now_ms, &out[n++]);
        }
    }
    return n;
}

void dht_search_check(const struct dht *d)
{
    uint32_t n = 0, n_running = 0;
    for (struct dht_find *s = d->searches.all; s != NULL; s = s->next) {
        n++;
        n_running += is_running(s);
        for (int f = 0; f < DHT_N_FAMILIES; f++) {
            if (s->lookups[f] != NULL)
                dht_lookup_check(s->lookups[f]);
        }
    }
    assert(n == d->searches.n && n <= DHT_MAX_SEARCHES);
    assert(n_running == d->searches.n_running);
}
