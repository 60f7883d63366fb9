#include "config.h"

#include "tests/disk/mmdb.h"

#include <check.h>
#include <stdbool.h>
#include <string.h>

#include "util/addr.h"

enum {
    MAX_NODES = MMDB_ENTRIES_MAX * 128,
    RECORD_BITS = 24,
    GAP_LEN = 16, /* zeroes between the tree and the data */
    TYPE_STRING = 2,
    TYPE_UINT16 = 5,
    TYPE_UINT32 = 6,
    TYPE_MAP = 7,
    TYPE_UINT64 = 9,
    TYPE_ARRAY = 11
};

/* A record is the number of a node, or stands for an entry: -1 - its index. */
struct tree {
    int32_t records[MAX_NODES][2];
    int32_t n;
};

enum { NOTHING = 0 }; /* no record leads to the root */

struct out {
    uint8_t *bytes;
    size_t len;
};

static void put(struct out *o, const void *bytes, size_t n)
{
    if (n > MMDB_LEN_MAX - o->len)
        ck_abort_msg("too many bytes"); /* not asserted for each */
    memcpy(o->bytes + o->len, bytes, n);
    o->len += n;
}

static void put_byte(struct out *o, unsigned byte)
{
    uint8_t b = (uint8_t)byte;
    put(o, &b, 1);
}

/* Types above 7 have a byte of their own. */
static void put_head(struct out *o, unsigned type, size_t size)
{
    ck_assert_uint_lt(size, 29);
    put_byte(o, (type <= 7 ? type << 5 : 0) | (unsigned)size);
    if (type > 7)
        put_byte(o, type - 7);
}

static void put_string(struct out *o, const char *s)
{
    put_head(o, TYPE_STRING, strlen(s));
    put(o, s, strlen(s));
}

static void put_number(struct out *o, const char *key, unsigned type,
                       uint32_t v)
{
    put_string(o, key);
    put_head(o, type, type == TYPE_UINT16 ? 2 : 4);
    for (int shift = type == TYPE_UINT16 ? 8 : 24; shift >= 0; shift -= 8)
        put_byte(o, v >> shift & 0xff);
}

static void insert(struct tree *t, const uint8_t *ip, int len, int32_t entry)
{
    int32_t node = 0;
    for (int i = 0; i < len; i++) {
        int32_t *record = &t->records[node][ip[i / 8] >> (7 - i % 8) & 1];
        if (i + 1 == len)
            *record = -1 - entry;
        else if (*record == NOTHING) {
            if (t->n == MAX_NODES)
                ck_abort_msg("too many nodes");
            *record = t->n++;
        }
        node = *record;
    }
}

/* IPv4 lies in ::/96. */
static void insert_entry(struct tree *t, const struct mmdb_entry *e,
                         int32_t index, int ip_version)
{
    struct addr a;
    uint8_t ip[16] = {0};
    ck_assert_int_eq(addr_parse(e->ip, 1, &a), OK);
    bool is_v4 = addr_is_v4(&a);
    if (!is_v4)
        memcpy(ip, a.ip, sizeof ip);
    else
        memcpy(ip_version == 4 ? ip : ip + 12, a.ip + 12, 4);
    insert(t, ip, e->len + (is_v4 && ip_version == 6 ? 96 : 0), index);
}

static void put_entry(struct out *o, const char *country, enum mmdb_shape shape)
{
    put_head(o, TYPE_MAP, 1);
    put_string(o, shape == MMDB_CODE ? "country_code" : "country");
    if (shape == MMDB_NESTED) {
        put_head(o, TYPE_MAP, 1);
        put_string(o, "iso_code");
    }
    put_string(o, country);
}

static void put_metadata(struct out *o, uint32_t n_nodes, int ip_version)
{
    static const char marker[] = "\xab\xcd\xefMaxMind.com";
    put(o, marker, sizeof marker - 1);
    put_head(o, TYPE_MAP, 9);
    put_number(o, "binary_format_major_version", TYPE_UINT16, 2);
    put_number(o, "binary_format_minor_version", TYPE_UINT16, 0);
    put_number(o, "build_epoch", TYPE_UINT64, 1700000000);
    put_number(o, "ip_version", TYPE_UINT16, (uint32_t)ip_version);
    put_number(o, "node_count", TYPE_UINT32, n_nodes);
    put_number(o, "record_size", TYPE_UINT16, RECORD_BITS);
    put_string(o, "database_type");
    put_string(o, "Test-Country");
    put_string(o, "languages");
    put_head(o, TYPE_ARRAY, 0);
    put_string(o, "description");
    put_head(o, TYPE_MAP, 0);
}

size_t mmdb_make(const struct mmdb_entry *entries, size_t n,
                 enum mmdb_shape shape, int ip_version, uint8_t *dst)
{
    static struct tree t;
    uint8_t bytes[4096];
    uint32_t offs[MMDB_ENTRIES_MAX];
    struct out o = {dst, 0}, data = {bytes, 0};
    memset(&t, 0, sizeof t);
    t.n = 1;
    ck_assert_uint_le(n, MMDB_ENTRIES_MAX);
    for (size_t i = 0; i < n; i++) {
        insert_entry(&t, &entries[i], (int32_t)i, ip_version);
        offs[i] = (uint32_t)data.len;
        put_entry(&data, entries[i].country, shape);
        ck_assert_uint_lt(data.len, sizeof bytes - 64);
    }
    uint32_t n_nodes = (uint32_t)t.n;
    for (uint32_t i = 0; i < n_nodes * 2; i++) {
        int32_t record = t.records[i / 2][i % 2];
        uint32_t v = record < 0          ? n_nodes + GAP_LEN + offs[-1 - record]
                     : record == NOTHING ? n_nodes
                                         : (uint32_t)record;
        for (int shift = RECORD_BITS - 8; shift >= 0; shift -= 8)
            put_byte(&o, v >> shift & 0xff);
    }
    put(&o, (const uint8_t[GAP_LEN]){0}, GAP_LEN);
    put(&o, data.bytes, data.len);
    put_metadata(&o, n_nodes, ip_version);
    return o.len;
}
