#include "config.h"

#include "swarm/dht.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "meta/bencode.h"
#include "swarm/dht_addr.h"
#include "swarm/dht_answer.h"
#include "swarm/dht_internal.h"
#include "swarm/dht_save.h"
#include "swarm/dht_search.h"
#include "swarm/dht_upkeep.h"
#include "swarm/dht_wire.h"
#include "util/log.h"
#include "util/xalloc.h"

_Static_assert((int)DHT_MAX_VALUE == (int)DHT_ITEMS_VALUE &&
                   (int)DHT_MAX_SALT == (int)DHT_ITEMS_SALT &&
                   (int)DHT_KEY_LEN == (int)KRPC_KEY_LEN &&
                   (int)DHT_SECRET_LEN == (int)DHT_ITEMS_SECRET_LEN &&
                   (int)DHT_MAX_STATE == (int)DHT_SAVE_MAX_LEN,
               "the header says what the parts do");

enum { MAX_EXPIRED = 256 }; /* calls ended by one step */

static void set_on(struct dht *d, bool has_v4, bool has_v6)
{
    d->nets[DHT_V4].is_on = has_v4;
    d->nets[DHT_V6].is_on = has_v6;
}

struct dht *dht_new(const struct dht_config *config,
                    const struct dht_host *host, int64_t now_ms)
{
    struct dht *d = xzalloc(sizeof *d);
    d->config = *config;
    d->host = *host;
    d->now_ms = now_ms;
    d->before_ms = now_ms;
    dht_contacts_init(&d->contacts, &d->config.rng, now_ms);
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        uint8_t id[DHT_ID_LEN];
        dht_id_make(&d->config.rng, NULL, id);
        d->nets[f].table =
            dht_table_new((enum dht_family)f, id, &d->config.rng);
        d->nets[f].self_due_ms = now_ms;
        d->nets[f].self_delay_ms = DHT_UPKEEP_SELF_MS;
    }
    set_on(d, config->has_v4, config->has_v6);
    d->rpc = dht_rpc_new(&d->config.rng);
    uint32_t reply_Bps = config->reply_Bps;
    if (reply_Bps == 0)
        reply_Bps = DHT_REPLY_BPS;
    d->guard = dht_guard_new(&d->config.rng, reply_Bps, now_ms);
    d->store = dht_store_new(&d->config.rng);
    d->items = dht_items_new(&d->config.rng);
    dht_tokens_init(&d->tokens, &d->config.rng, now_ms);
    d->searches.starts_ms = INT64_MIN / 2; /* long ago */
    d->searches.due_ms = INT64_MIN;
    d->upkeep.due_ms = now_ms;
    d->upkeep.sweep_ms = now_ms + DHT_UPKEEP_SWEEP_MS;
    buf_init(&d->out, DHT_MAX_DATAGRAM);
    rate_init(&d->in);
    rate_init(&d->sent);
    return d;
}

void dht_free(struct dht *d)
{
    if (d == NULL)
        return;
    dht_search_free_all(d);
    for (int f = 0; f < DHT_N_FAMILIES; f++)
        dht_table_free(d->nets[f].table);
    dht_rpc_free(d->rpc);
    dht_guard_free(d->guard);
    dht_store_free(d->store);
    dht_items_free(d->items);
    dht_contacts_fini(&d->contacts);
    buf_fini(&d->out);
    free(d);
}

const uint8_t *dht_id(const struct dht *d, enum dht_family family)
{
    return dht_table_id(d->nets[family].table);
}

uint32_t dht_n_good(const struct dht *d)
{
    return dht_table_n_good(d->nets[DHT_V4].table, d->now_ms) +
           dht_table_n_good(d->nets[DHT_V6].table, d->now_ms);
}

/* ---- Answers ---- */

/* Our address, as the one who answers sees it; another one than so far makes
 * another id. */
static void on_vote(struct dht *d, const struct addr *voter,
                    const struct addr *ip, int64_t now_ms)
{
    enum dht_family family = dht_addr_family(voter);
    struct dht_net *net = &d->nets[family];
    char text[ADDR_TEXT_MAX];
    if (!dht_votes_add(&net->votes, voter, ip))
        return;
    const struct addr *ours = &net->votes.winner;
    log_write(LOG_DHT, LOG_INFO, "our address is %s", addr_ip_text(ours, text));
    if (!dht_id_fits(dht_table_id(net->table), ours)) {
        uint8_t id[DHT_ID_LEN];
        dht_id_make(&d->config.rng, ours, id);
        dht_table_set_id(net->table, id, now_ms);
        dht_upkeep_restart(d, family, now_ms);
    }
    if (d->host.on_external != NULL)
        d->host.on_external(d->host.ctx, ours);
}

/* Nodes named by a bootstrap address: searches that go on may begin with them,
 * without asking that address once more. */
static void offer_named(struct dht *d, const struct addr *teller,
                        const struct krpc_msg *msg)
{
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        struct span nodes = f == DHT_V4 ? msg->nodes : msg->nodes6;
        const uint8_t *id;
        struct addr a;
        for (int i = 0;
             i < DHT_MAX_NAMED && krpc_next_node(&nodes, f == DHT_V6, &id, &a);
             i++) {
            if (!dht_addr_may_name(teller, &a) ||
                dht_addr_family(&a) != (enum dht_family)f)
                continue;
            dht_search_offer(d, id, &a);
            dht_upkeep_on_stranger(d, id, &a, d->now_ms);
        }
    }
}

static void on_reply(struct dht *d, const struct dht_rpc_call *call,
                     const struct krpc_msg *msg, int64_t now_ms)
{
    enum dht_family family = dht_addr_family(&call->addr);
    d->traffic[call->kind].replies_in++;
    if (dht_table_on_answer(d->nets[family].table, msg->id, &call->addr,
                            now_ms)) {
        dht_search_offer(d, msg->id, &call->addr);
        dht_upkeep_on_new_node(d, family, now_ms);
    }
    if (call->purpose == DHT_RPC_BOOTSTRAP)
        dht_upkeep_on_boot(d, &call->addr, now_ms);
    if (msg->has_ip)
        on_vote(d, &call->addr, &msg->ip, now_ms);
    dht_search_wake(d);
    dht_upkeep_run(d, now_ms); /* the first node: look about at once */
    if (call->purpose == DHT_RPC_BOOTSTRAP)
        offer_named(d, &call->addr, msg);
    dht_search_on_answer(d, call, msg);
}

static void on_answer(struct dht *d, const struct addr *from,
                      const struct krpc_msg *msg, int64_t now_ms)
{
    struct dht_rpc_call call;
    if (!dht_rpc_end(d->rpc, msg->tid, from, &call)) {
        d->dropped_unasked++;
        return;
    }
    if (msg->type == KRPC_ERROR) {
        d->traffic[call.kind].errors_in++;
        dht_search_on_answer(d, &call, NULL);
    } else {
        on_reply(d, &call, msg, now_ms);
    }
    dht_search_run(d, now_ms);
}

/* ---- Queries ---- */

static void on_query(struct dht *d, const struct addr *from,
                     const struct krpc_msg *msg, int64_t now_ms)
{
    struct dht_table *t = d->nets[dht_addr_family(from)].table;
    bool is_known = dht_table_on_query(t, msg->id, from, now_ms);
    d->traffic[dht_wire_kind(msg->method)].queries_in++;
    if (d->host.on_stranger != NULL &&
        dht_contacts_is_stranger(&d->contacts, from, now_ms))
        d->host.on_stranger(d->host.ctx, from);
    dht_answer(d, from, msg, is_known, now_ms);
    if (!is_known && !msg->is_read_only)
        dht_upkeep_on_stranger(d, msg->id, from, now_ms);
}

/* Is it to be read at all? */
static bool is_heard(struct dht *d, const struct addr *from, int64_t now_ms)
{
    if (!dht_wire_may_talk(d, from)) {
        d->dropped_forbidden++;
        return false;
    }
    /* His address may have been forged: what we asked for is read. */
    if (dht_guard_is_blocked(d->guard, from, now_ms) &&
        !dht_rpc_is_asking(d->rpc, from)) {
        d->dropped_limited++;
        return false;
    }
    return true;
}

static bool may_ask(struct dht *d, const struct addr *from, int64_t now_ms)
{
    if (d->config.is_read_only)
        return false;
    if (dht_guard_hears(d->guard, from, now_ms))
        return true;
    d->dropped_limited++;
    return false;
}

bool dht_rx(struct dht *d, const struct addr *from, const uint8_t *bytes,
            size_t len, int64_t now_ms)
{
    struct krpc_msg msg = {.type = KRPC_QUERY};
    if (!krpc_is_message(bytes, len))
        return false;
    d->now_ms = now_ms;
    rate_add(&d->in, len, now_ms);
    if (!is_heard(d, from, now_ms))
        return true;
    enum err err = krpc_parse(bytes, len, &msg);
    if (err != OK) {
        d->dropped_malformed++;
        msg.method = KRPC_UNKNOWN;
        if (err == ERR_INVALID && msg.tid.len > 0 && may_ask(d, from, now_ms))
            dht_wire_refuse(d, from, &msg, KRPC_PROTOCOL, "missing argument",
                            now_ms);
    } else if (msg.type != KRPC_QUERY) {
        on_answer(d, from, &msg, now_ms);
    } else if (may_ask(d, from, now_ms)) {
        on_query(d, from, &msg, now_ms);
        dht_search_run(d, now_ms);
    }
    return true;
}

/* ---- Time ---- */

static void expire(struct dht *d, int64_t now_ms)
{
    struct dht_rpc_call call;
    bool is_failed;
    for (int i = 0;
         i < MAX_EXPIRED && dht_rpc_expire(d->rpc, now_ms, &call, &is_failed);
         i++) {
        if (!is_failed) {
            dht_search_on_late(d, &call);
            continue;
        }
        d->traffic[call.kind].timeouts++;
        dht_search_on_fail(d, &call);
        dht_table_on_fail(d->nets[dht_addr_family(&call.addr)].table,
                          &call.addr);
    }
}

void dht_step(struct dht *d, int64_t now_ms)
{
    d->now_ms = now_ms;
    expire(d, now_ms);
    dht_upkeep_run(d, now_ms);
    dht_search_run(d, now_ms);
}

int64_t dht_deadline_ms(const struct dht *d)
{
    int64_t rpc_ms = dht_rpc_deadline_ms(d->rpc);
    int64_t upkeep_ms = dht_upkeep_deadline_ms(d);
    int64_t search_ms = dht_search_deadline_ms(d);
    int64_t first_ms = rpc_ms < upkeep_ms ? rpc_ms : upkeep_ms;
    return search_ms < first_ms ? search_ms : first_ms;
}

void dht_add_bootstrap(struct dht *d, const struct addr *a, int64_t now_ms)
{
    d->now_ms = now_ms;
    dht_upkeep_add_boot(d, a, now_ms);
    dht_upkeep_run(d, now_ms);
}

void dht_add_node(struct dht *d, const struct addr *a, int64_t now_ms)
{
    d->now_ms = now_ms;
    dht_upkeep_on_stranger(d, NULL, a, now_ms);
}

void dht_weed(struct dht *d, int64_t now_ms)
{
    d->now_ms = now_ms;
    for (int f = 0; d->host.refuses != NULL && f < DHT_N_FAMILIES; f++) {
        if (dht_table_weed(d->nets[f].table, d->host.refuses, d->host.ctx) > 0)
            dht_upkeep_restart(d, (enum dht_family)f, now_ms);
    }
}

/* ---- Searches ---- */

static enum err begin(struct dht *d, const struct dht_search_plan *plan,
                      int64_t now_ms)
{
    d->now_ms = now_ms;
    enum err err = dht_search_begin(d, plan, now_ms);
    if (err == OK)
        dht_search_run(d, now_ms);
    return err;
}

enum err dht_search(struct dht *d, const uint8_t *info_hash,
                    const struct dht_announce *announce, int64_t now_ms)
{
    const struct dht_search_plan plan = {
        .kind = DHT_GET_PEERS,
        .target = info_hash,
        .announce = *announce,
    };
    return begin(d, &plan, now_ms);
}

void dht_cancel(struct dht *d, const uint8_t *info_hash)
{
    dht_search_cancel(d, DHT_GET_PEERS, info_hash);
}

enum err dht_get(struct dht *d, const uint8_t *target, const uint8_t *key,
                 struct span salt, int64_t now_ms)
{
    uint8_t of_key[DHT_ID_LEN];
    const struct dht_items_item item = {.key = key, .salt = salt};
    struct dht_search_plan plan = {.kind = DHT_GET, .target = target};
    if (salt.len > DHT_MAX_SALT)
        return ERR_TOO_BIG;
    if (key != NULL) {
        dht_items_target(&item, of_key);
        plan.target = of_key;
        plan.item = &item;
    }
    return begin(d, &plan, now_ms);
}

static enum err check_value(struct span value)
{
    struct bencode b;
    if (value.len > DHT_MAX_VALUE)
        return ERR_TOO_BIG;
    if (bencode_parse(value.p, value.len, &BENCODE_REPLY, &b, NULL) != OK ||
        b.raw.len != value.len)
        return ERR_SYNTAX;
    return OK;
}

enum err dht_put(struct dht *d, const struct dht_put *put, uint8_t *target_out,
                 int64_t now_ms)
{
    uint8_t sig[KRPC_SIG_LEN], key[KRPC_KEY_LEN], target[DHT_ID_LEN];
    struct dht_items_item item = {.value = put->value};
    enum err err = check_value(put->value);
    if (err == OK && put->salt.len > DHT_MAX_SALT)
        err = ERR_TOO_BIG;
    if (err != OK)
        return err;
    if (put->secret != NULL) {
        item.salt = put->salt;
        item.seq = put->seq;
        dht_items_sign(&item, put->secret, sig, key);
        item.key = key;
        item.sig = sig;
    }
    dht_items_target(&item, target);
    const struct dht_search_plan plan = {
        .kind = DHT_PUT,
        .target = target,
        .item = &item,
        .cas = put->has_cas ? &put->cas : NULL,
    };
    err = begin(d, &plan, now_ms);
    if (err == OK)
        memcpy(target_out, target, DHT_ID_LEN);
    return err;
}

/* ---- Settings ---- */

void dht_set_families(struct dht *d, bool has_v4, bool has_v6, int64_t now_ms)
{
    set_on(d, has_v4, has_v6);
    dht_wake(d, now_ms);
}

void dht_set_read_only(struct dht *d, bool is_read_only)
{
    d->config.is_read_only = is_read_only;
}

void dht_wake(struct dht *d, int64_t now_ms)
{
    d->now_ms = now_ms;
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        dht_table_forgive(d->nets[f].table);
        dht_upkeep_restart(d, (enum dht_family)f, now_ms);
    }
    for (size_t i = 0; i < d->upkeep.n_boots; i++) {
        d->upkeep.boots[i].due_ms = now_ms;
        d->upkeep.boots[i].delay_ms = DHT_UPKEEP_BOOT_MS;
    }
}

/* ---- State ---- */

enum err dht_save(const struct dht *d, struct buf *out)
{
    struct dht_save state;
    uint8_t *bytes[DHT_N_FAMILIES];
    struct dht_table_node *nodes = xcalloc(DHT_SAVE_MAX_NODES, sizeof *nodes);
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        const struct dht_table *t = d->nets[f].table;
        size_t len = 0;
        size_t n = dht_table_list(t, nodes, DHT_SAVE_MAX_NODES);
        bytes[f] = xmalloc(DHT_SAVE_MAX_NODES * KRPC_NODE6_LEN);
        for (size_t i = 0; i < n; i++)
            len += krpc_put_node(bytes[f] + len, nodes[i].id, &nodes[i].addr);
        state.ids[f] = dht_table_id(t);
        state.nodes[f] = (struct span){bytes[f], len};
    }
    enum err err = dht_save_write(&state, out);
    for (int f = 0; f < DHT_N_FAMILIES; f++)
        free(bytes[f]);
    free(nodes);
    return err;
}

enum err dht_load(struct dht *d, const uint8_t *bytes, size_t len,
                  int64_t now_ms)
{
    struct dht_save state;
    enum err err = dht_save_read(bytes, len, &state);
    if (err != OK)
        return err;
    d->now_ms = now_ms;
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        struct dht_table *t = d->nets[f].table;
        const uint8_t *id;
        struct addr a;
        if (state.ids[f] != NULL)
            dht_table_set_id(t, state.ids[f], now_ms);
        while (krpc_next_node(&state.nodes[f], f == DHT_V6, &id, &a)) {
            if (dht_wire_may_talk(d, &a))
                dht_table_load(t, id, &a, now_ms);
        }
        dht_upkeep_restart(d, (enum dht_family)f, now_ms);
    }
    return OK;
}

void dht_check(const struct dht *d)
{
    for (int f = 0; f < DHT_N_FAMILIES; f++)
        dht_table_check(d->nets[f].table);
    dht_search_check(d);
    assert(dht_rpc_n(d->rpc) <= DHT_RPC_MAX);
    assert(d->upkeep.n_boots <= DHT_MAX_BOOTSTRAP);
}
