#include "config.h"

#include "proto/krpc.h"

#include <string.h>

#include "meta/bencode.h"

static const struct bencode_limits LIMITS = {16, 1024};

static const char *const method_names[KRPC_N_METHODS] = {
    [KRPC_PING] = "ping",
    [KRPC_FIND_NODE] = "find_node",
    [KRPC_GET_PEERS] = "get_peers",
    [KRPC_ANNOUNCE_PEER] = "announce_peer",
    [KRPC_GET] = "get",
    [KRPC_PUT] = "put",
    [KRPC_SAMPLE_INFOHASHES] = "sample_infohashes",
    [KRPC_UNKNOWN] = "unknown",
};

const char *krpc_method_name(enum krpc_method method)
{
    return method_names[method];
}

static enum krpc_method method_of(struct span name)
{
    for (int i = 0; i < KRPC_UNKNOWN; i++) {
        if (span_is(name, method_names[i]))
            return (enum krpc_method)i;
    }
    return KRPC_UNKNOWN;
}

bool krpc_is_message(const uint8_t *bytes, size_t len)
{
    return len >= 2 && bytes[0] == 'd' && bytes[1] >= '0' && bytes[1] <= '9';
}

/* ---- Compact addresses ---- */

bool krpc_next_node(struct span *nodes, bool is_v6, const uint8_t **id_out,
                    struct addr *addr_out)
{
    size_t len = is_v6 ? KRPC_NODE6_LEN : KRPC_NODE4_LEN;
    if (nodes->len < len)
        return false;
    *id_out = nodes->p;
    (void)addr_from_compact(nodes->p + KRPC_ID_LEN, len - KRPC_ID_LEN,
                            addr_out);
    nodes->p += len;
    nodes->len -= len;
    return true;
}

size_t krpc_put_node(uint8_t *out, const uint8_t *id, const struct addr *a)
{
    memcpy(out, id, KRPC_ID_LEN);
    return KRPC_ID_LEN + addr_put_compact(a, out + KRPC_ID_LEN);
}

/* The list was parsed whole: its items are known to be sound, each a string or
 * what bencode_parse() can step over. */
bool krpc_next_value(struct span *values, struct addr *out)
{
    if (values->len > 0 && values->p[0] == 'l') {
        values->p++;
        values->len--;
    }
    while (values->len > 0 && values->p[0] != 'e') {
        struct bencode item;
        if (bencode_parse(values->p, values->len, &LIMITS, &item, NULL) != OK)
            break;
        values->p += item.raw.len;
        values->len -= item.raw.len;
        if (item.type == BENCODE_STR &&
            addr_from_compact(item.str.p, item.str.len, out))
            return true;
    }
    values->len = 0;
    return false;
}

enum err krpc_put_values(const struct addr *peers, size_t n, struct buf *out)
{
    struct bencode_writer w;
    bencode_writer_init(&w, out);
    bencode_begin_list(&w);
    for (size_t i = 0; i < n; i++) {
        uint8_t compact[ADDR_COMPACT_V6_LEN];
        size_t len = addr_put_compact(&peers[i], compact);
        bencode_write_bytes(&w, compact, len);
    }
    bencode_end(&w);
    return bencode_writer_finish(&w);
}

/* ---- Reading ---- */

static const uint8_t *fixed(const struct bencode *b, size_t len)
{
    return b->type == BENCODE_STR && b->str.len == len ? b->str.p : NULL;
}

static struct span multiple(const struct bencode *b, size_t of)
{
    return (struct span){b->str.p, b->str.len - b->str.len % of};
}

static void read_wants(const struct bencode *want, struct krpc_msg *m)
{
    struct bencode_iter it = bencode_iter(want);
    struct bencode item;
    while (bencode_next(&it, &item)) {
        m->wants_v4 |= item.type == BENCODE_STR && span_is(item.str, "n4");
        m->wants_v6 |= item.type == BENCODE_STR && span_is(item.str, "n6");
    }
}

/* What finding and announcing peers has in a or r. */
static void read_peer_keys(const struct bencode *body, struct krpc_msg *m)
{
    struct bencode implied, nodes, nodes6, no_seed, port, scrape, seed, token;
    struct bencode values, want, seeds, peers;
    const struct bencode_want wants[] = {
        {"BFpe", BENCODE_STR, &peers},
        {"BFsd", BENCODE_STR, &seeds},
        {"nodes", BENCODE_STR, &nodes},
        {"nodes6", BENCODE_STR, &nodes6},
        {"noseed", BENCODE_INT, &no_seed},
        {"port", BENCODE_INT, &port},
        {"scrape", BENCODE_INT, &scrape},
        {"seed", BENCODE_INT, &seed},
        {"token", BENCODE_STR, &token},
        {"values", BENCODE_LIST, &values},
        {"want", BENCODE_LIST, &want},
        {"implied_port", BENCODE_INT, &implied},
    };
    bencode_get_many(body, wants, sizeof wants / sizeof wants[0]);
    m->nodes = multiple(&nodes, KRPC_NODE4_LEN);
    m->nodes6 = multiple(&nodes6, KRPC_NODE6_LEN);
    m->values = values.raw;
    if (token.str.len <= KRPC_MAX_TOKEN)
        m->token = token.str;
    if (port.num > 0 && port.num <= UINT16_MAX)
        m->port = (uint16_t)port.num;
    m->has_implied_port = implied.num != 0;
    m->is_seed = seed.num != 0;
    m->no_seed = no_seed.num != 0;
    m->wants_scrape = scrape.num != 0;
    if (fixed(&seeds, KRPC_BLOOM_LEN) != NULL)
        m->bloom_seeds = seeds.str;
    if (fixed(&peers, KRPC_BLOOM_LEN) != NULL)
        m->bloom_peers = peers.str;
    read_wants(&want, m);
}

/* What items and samples have. */
static void read_item_keys(const struct bencode *body, struct krpc_msg *m)
{
    struct bencode cas, interval, key, num, salt, samples, seq, sig, value;
    const struct bencode_want wants[] = {
        {"cas", BENCODE_INT, &cas},   {"interval", BENCODE_INT, &interval},
        {"k", BENCODE_STR, &key},     {"num", BENCODE_INT, &num},
        {"salt", BENCODE_STR, &salt}, {"samples", BENCODE_STR, &samples},
        {"seq", BENCODE_INT, &seq},   {"sig", BENCODE_STR, &sig},
        {"v", BENCODE_NONE, &value},
    };
    bencode_get_many(body, wants, sizeof wants / sizeof wants[0]);
    m->value = value.raw;
    m->key = fixed(&key, KRPC_KEY_LEN);
    m->sig = fixed(&sig, KRPC_SIG_LEN);
    m->salt = salt.str;
    m->has_seq = seq.type == BENCODE_INT;
    m->seq = seq.num;
    m->has_cas = cas.type == BENCODE_INT;
    m->cas = cas.num;
    m->has_samples = samples.type == BENCODE_STR;
    m->samples = multiple(&samples, KRPC_ID_LEN);
    m->interval_s = interval.num;
    m->n_stored = num.num;
}

static enum err read_body(const struct bencode *body, struct krpc_msg *m)
{
    struct bencode id, info_hash, target;
    const struct bencode_want wants[] = {
        {"id", BENCODE_STR, &id},
        {"info_hash", BENCODE_STR, &info_hash},
        {"target", BENCODE_STR, &target},
    };
    bencode_get_many(body, wants, sizeof wants / sizeof wants[0]);
    m->id = fixed(&id, KRPC_ID_LEN);
    if (m->id == NULL)
        return ERR_INVALID;
    bool has_hash =
        m->method == KRPC_GET_PEERS || m->method == KRPC_ANNOUNCE_PEER;
    m->target = fixed(has_hash ? &info_hash : &target, KRPC_ID_LEN);
    if (m->target == NULL && m->method == KRPC_UNKNOWN)
        m->target = fixed(&info_hash, KRPC_ID_LEN);
    read_peer_keys(body, m);
    read_item_keys(body, m);
    return OK;
}

static enum err read_error(const struct bencode *e, struct krpc_msg *m)
{
    struct bencode_iter it = bencode_iter(e);
    struct bencode code, text;
    m->type = KRPC_ERROR;
    if (!bencode_next(&it, &code) || code.type != BENCODE_INT)
        return ERR_INVALID;
    m->code = code.num;
    if (bencode_next(&it, &text) && text.type == BENCODE_STR)
        m->text = text.str;
    return OK;
}

static enum err read_message(const struct bencode *top, struct krpc_msg *m)
{
    struct bencode a, e, ip, q, r, ro, y;
    const struct bencode_want wants[] = {
        {"a", BENCODE_DICT, &a},  {"e", BENCODE_LIST, &e},
        {"ip", BENCODE_STR, &ip}, {"q", BENCODE_STR, &q},
        {"r", BENCODE_DICT, &r},  {"ro", BENCODE_INT, &ro},
        {"y", BENCODE_STR, &y},
    };
    bencode_get_many(top, wants, sizeof wants / sizeof wants[0]);
    m->has_ip = addr_from_compact(ip.str.p, ip.str.len, &m->ip);
    if (span_is(y.str, "e"))
        return read_error(&e, m);
    if (span_is(y.str, "r")) {
        m->type = KRPC_REPLY;
        return read_body(&r, m);
    }
    if (!span_is(y.str, "q"))
        return ERR_INVALID;
    m->type = KRPC_QUERY;
    m->is_read_only = ro.num != 0;
    m->method = method_of(q.str);
    return q.type == BENCODE_STR ? read_body(&a, m) : ERR_INVALID;
}

enum err krpc_parse(const uint8_t *bytes, size_t len, struct krpc_msg *out)
{
    struct bencode top, tid;
    struct krpc_msg m = {.type = KRPC_REPLY};
    if (len > KRPC_MAX_DATAGRAM)
        return ERR_TOO_BIG;
    enum err err = bencode_parse(bytes, len, &LIMITS, &top, NULL);
    if (err != OK)
        return err;
    (void)bencode_get(&top, "t", &tid);
    if (tid.str.len > KRPC_MAX_TID)
        return ERR_TOO_BIG;
    if (tid.str.len == 0) {
        out->tid.len = 0;
        return ERR_INVALID;
    }
    m.tid = tid.str;
    err = read_message(&top, &m);
    if (err == OK) {
        *out = m;
    } else {
        out->tid = m.tid;
        out->tid.len = m.type == KRPC_QUERY ? m.tid.len : 0;
    }
    return err;
}

/* ---- Writing ---- */

static void put_bytes(struct bencode_writer *w, const char *key, const void *p,
                      size_t len)
{
    if (len == 0 || p == NULL)
        return;
    bencode_write_key(w, key);
    bencode_write_bytes(w, p, len);
}

static void put_span(struct bencode_writer *w, const char *key, struct span s)
{
    put_bytes(w, key, s.p, s.len);
}

static void put_raw(struct bencode_writer *w, const char *key, struct span raw)
{
    if (raw.len == 0)
        return;
    bencode_write_key(w, key);
    bencode_write_raw(w, raw);
}

static void put_int(struct bencode_writer *w, const char *key, bool is_there,
                    int64_t num)
{
    if (!is_there)
        return;
    bencode_write_key(w, key);
    bencode_write_int(w, num);
}

static void put_wants(struct bencode_writer *w, const struct krpc_msg *m)
{
    if (!m->wants_v4 && !m->wants_v6)
        return;
    bencode_write_key(w, "want");
    bencode_begin_list(w);
    if (m->wants_v4)
        bencode_write_str(w, "n4");
    if (m->wants_v6)
        bencode_write_str(w, "n6");
    bencode_end(w);
}

static void put_samples(struct bencode_writer *w, const struct krpc_msg *m)
{
    if (!m->has_samples)
        return;
    bencode_write_key(w, "samples"); /* also when it is empty: BEP 51 */
    bencode_write_bytes(w, m->samples.p, m->samples.len);
}

/* Everything that a or r may hold, in the order of its keys. */
static void put_body(struct bencode_writer *w, const struct krpc_msg *m)
{
    bool has_hash =
        m->method == KRPC_GET_PEERS || m->method == KRPC_ANNOUNCE_PEER;
    bool is_query = m->type == KRPC_QUERY;
    bool announces = is_query && m->method == KRPC_ANNOUNCE_PEER;
    size_t target_len = is_query && m->target != NULL ? KRPC_ID_LEN : 0;
    bencode_begin_dict(w);
    put_span(w, "BFpe", m->bloom_peers);
    put_span(w, "BFsd", m->bloom_seeds);
    put_int(w, "cas", m->has_cas, m->cas);
    put_bytes(w, "id", m->id, KRPC_ID_LEN);
    put_int(w, "implied_port", announces && m->has_implied_port, 1);
    put_bytes(w, "info_hash", m->target, has_hash ? target_len : 0);
    put_int(w, "interval", m->has_samples, m->interval_s);
    put_bytes(w, "k", m->key, KRPC_KEY_LEN);
    put_span(w, "nodes", m->nodes);
    put_span(w, "nodes6", m->nodes6);
    put_int(w, "noseed", m->no_seed, 1);
    put_int(w, "num", m->has_samples, m->n_stored);
    put_int(w, "port", announces, m->port);
    put_span(w, "salt", m->salt);
    put_samples(w, m);
    put_int(w, "scrape", m->wants_scrape, 1);
    put_int(w, "seed", m->is_seed, 1);
    put_int(w, "seq", m->has_seq, m->seq);
    put_bytes(w, "sig", m->sig, KRPC_SIG_LEN);
    put_bytes(w, "target", m->target, has_hash ? 0 : target_len);
    put_span(w, "token", m->token);
    put_raw(w, "v", m->value);
    put_raw(w, "values", m->values);
    put_wants(w, m);
    bencode_end(w);
}

static void put_error(struct bencode_writer *w, const struct krpc_msg *m)
{
    bencode_write_key(w, "e");
    bencode_begin_list(w);
    bencode_write_int(w, m->code);
    bencode_write_bytes(w, m->text.p, m->text.len);
    bencode_end(w);
}

enum err krpc_write(const struct krpc_msg *msg, struct buf *out)
{
    struct bencode_writer w;
    uint8_t ip[ADDR_COMPACT_V6_LEN];
    bencode_writer_init(&w, out);
    bencode_begin_dict(&w);
    if (msg->type == KRPC_QUERY) {
        bencode_write_key(&w, "a");
        put_body(&w, msg);
    }
    if (msg->type == KRPC_ERROR)
        put_error(&w, msg);
    if (msg->has_ip)
        put_bytes(&w, "ip", ip, addr_put_compact(&msg->ip, ip));
    if (msg->type == KRPC_QUERY) {
        bencode_write_key(&w, "q");
        bencode_write_str(&w, krpc_method_name(msg->method));
    }
    if (msg->type == KRPC_REPLY) {
        bencode_write_key(&w, "r");
        put_body(&w, msg);
    }
    put_int(&w, "ro", msg->type == KRPC_QUERY && msg->is_read_only, 1);
    put_span(&w, "t", msg->tid);
    bencode_write_key(&w, "y");
    bencode_write_str(&w, (const char *[]){"q", "r", "e"}[msg->type]);
    bencode_end(&w);
    return bencode_writer_finish(&w);
}
