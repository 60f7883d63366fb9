#include "config.h"

#include "swarm/dht_save.h"

#include <string.h>

#include "meta/bencode.h"
#include "util/hash.h"

enum { MAGIC_LEN = 8 };

static const char magic[MAGIC_LEN + 1] = "tessdht1";
static const struct bencode_limits LIMITS = {1, 16};

enum err dht_save_write(const struct dht_save *s, struct buf *out)
{
    static const char *const id_keys[] = {"id4", "id6"};
    static const char *const node_keys[] = {"nodes", "nodes6"};
    struct bencode_writer w;
    uint8_t sum[SHA256_LEN];
    size_t start = out->len;
    enum err err = buf_append(out, magic, MAGIC_LEN);
    if (err != OK)
        return err;
    bencode_writer_init(&w, out);
    bencode_begin_dict(&w);
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        if (s->ids[f] == NULL)
            continue;
        bencode_write_key(&w, id_keys[f]);
        bencode_write_bytes(&w, s->ids[f], KRPC_ID_LEN);
    }
    for (int f = 0; f < DHT_N_FAMILIES; f++) {
        bencode_write_key(&w, node_keys[f]);
        bencode_write_bytes(&w, s->nodes[f].p, s->nodes[f].len);
    }
    bencode_end(&w);
    err = bencode_writer_finish(&w);
    if (err != OK)
        return err;
    hash_sha256(buf_bytes(out) + start, out->len - start, sum);
    return buf_append(out, sum, sizeof sum);
}

static enum err take_nodes(const struct bencode *b, size_t each,
                           struct span *out)
{
    if (b->str.len % each != 0)
        return ERR_SYNTAX;
    if (b->str.len / each > DHT_SAVE_MAX_NODES)
        return ERR_TOO_BIG;
    *out = b->str;
    return OK;
}

static enum err read_body(const uint8_t *bytes, size_t len,
                          struct dht_save *out)
{
    struct bencode top, id4, id6, nodes, nodes6;
    const struct bencode_want wants[] = {
        {"id4", BENCODE_STR, &id4},
        {"id6", BENCODE_STR, &id6},
        {"nodes", BENCODE_STR, &nodes},
        {"nodes6", BENCODE_STR, &nodes6},
    };
    struct dht_save s = {{NULL, NULL}, {{NULL, 0}, {NULL, 0}}};
    enum err err = bencode_parse(bytes, len, &LIMITS, &top, NULL);
    if (err != OK)
        return err;
    if (top.type != BENCODE_DICT || top.raw.len != len)
        return ERR_SYNTAX;
    bencode_get_many(&top, wants, sizeof wants / sizeof wants[0]);
    if (id4.str.len == KRPC_ID_LEN)
        s.ids[DHT_V4] = id4.str.p;
    if (id6.str.len == KRPC_ID_LEN)
        s.ids[DHT_V6] = id6.str.p;
    err = take_nodes(&nodes, KRPC_NODE4_LEN, &s.nodes[DHT_V4]);
    if (err == OK)
        err = take_nodes(&nodes6, KRPC_NODE6_LEN, &s.nodes[DHT_V6]);
    if (err == OK)
        *out = s;
    return err;
}

enum err dht_save_read(const uint8_t *bytes, size_t len, struct dht_save *out)
{
    uint8_t sum[SHA256_LEN];
    if (len > DHT_SAVE_MAX_LEN)
        return ERR_TOO_BIG;
    if (len < MAGIC_LEN + SHA256_LEN)
        return ERR_TRUNCATED;
    if (memcmp(bytes, magic, MAGIC_LEN) != 0)
        return ERR_UNSUPPORTED;
    len -= SHA256_LEN;
    hash_sha256(bytes, len, sum);
    if (memcmp(bytes + len, sum, sizeof sum) != 0)
        return ERR_HASH;
    return read_body(bytes + MAGIC_LEN, len - MAGIC_LEN, out);
}
