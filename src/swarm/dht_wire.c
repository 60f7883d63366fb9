#include "config.h"

#include "swarm/dht_wire.h"

#include "swarm/dht_addr.h"

_Static_assert((int)KRPC_N_METHODS == (int)DHT_N_KINDS &&
                   (int)KRPC_SAMPLE_INFOHASHES == (int)DHT_SAMPLE &&
                   (int)KRPC_UNKNOWN == (int)DHT_OTHER,
               "kinds are methods");

enum dht_kind dht_wire_kind(enum krpc_method method)
{
    return (enum dht_kind)method;
}

bool dht_wire_may_talk(const struct dht *d, const struct addr *a)
{
    return dht_addr_is_allowed(a) && d->nets[dht_addr_family(a)].is_on &&
           (d->host.refuses == NULL || !d->host.refuses(d->host.ctx, a));
}

static void dispatch(struct dht *d, const struct addr *to, int64_t now_ms)
{
    rate_add(&d->sent, d->out.len, now_ms);
    dht_contacts_note(&d->contacts, to, now_ms);
    d->host.send(d->host.ctx, to, buf_bytes(&d->out), d->out.len);
}

/* Write msg to d->out; false when it is longer than max_len. */
static bool encode(struct dht *d, const struct krpc_msg *msg, size_t max_len)
{
    buf_reset(&d->out);
    return krpc_write(msg, &d->out) == OK && d->out.len <= max_len;
}

bool dht_wire_ask(struct dht *d, struct krpc_msg *query,
                  struct dht_rpc_call *call, int64_t now_ms)
{
    enum dht_family family = dht_addr_family(&call->addr);
    struct dht_net *net = &d->nets[family];
    if (!dht_wire_may_talk(d, &call->addr))
        return false;
    call->kind = dht_wire_kind(query->method);
    if (!dht_rpc_begin(d->rpc, call, now_ms))
        return false;
    query->type = KRPC_QUERY;
    query->tid = (struct span){call->tid, sizeof call->tid};
    query->id = dht_table_id(net->table);
    query->is_read_only = d->config.is_read_only;
    bool is_both = d->nets[DHT_V4].is_on && d->nets[DHT_V6].is_on;
    bool finds = query->target != NULL && query->method != KRPC_ANNOUNCE_PEER;
    query->wants_v4 = query->wants_v6 = finds && is_both;
    if (!encode(d, query, DHT_MAX_DATAGRAM))
        return false; /* not ours: what we send is bounded */
    d->traffic[call->kind].queries_out++;
    dht_table_on_ask(net->table, &call->addr, now_ms);
    dispatch(d, &call->addr, now_ms);
    return true;
}

void dht_wire_reply(struct dht *d, const struct addr *to,
                    const struct krpc_msg *query, struct krpc_msg *reply,
                    size_t max_len, int64_t now_ms)
{
    reply->type = KRPC_REPLY;
    reply->tid = query->tid;
    reply->id = dht_table_id(d->nets[dht_addr_family(to)].table);
    reply->has_ip = true;
    reply->ip = *to;
    bool fits = encode(d, reply, max_len);
    for (int i = 0; !fits && i < 3; i++) {
        struct span *const spare[] = {&reply->nodes6, &reply->nodes,
                                      &reply->values};
        spare[i]->len = 0;
        fits = encode(d, reply, max_len);
    }
    if (!fits || !dht_guard_sends(d->guard, d->out.len, now_ms)) {
        d->dropped_limited++;
        return;
    }
    d->traffic[dht_wire_kind(query->method)].replies_out++;
    dispatch(d, to, now_ms);
}

void dht_wire_refuse(struct dht *d, const struct addr *to,
                     const struct krpc_msg *query, int code, const char *text,
                     int64_t now_ms)
{
    struct krpc_msg error = {
        .type = KRPC_ERROR,
        .tid = query->tid,
        .has_ip = true,
        .ip = *to,
        .code = code,
        .text = span_of(text),
    };
    if (!encode(d, &error, DHT_SEND_MAX) ||
        !dht_guard_sends(d->guard, d->out.len, now_ms)) {
        d->dropped_limited++;
        return;
    }
    d->traffic[dht_wire_kind(query->method)].errors_out++;
    dispatch(d, to, now_ms);
}
