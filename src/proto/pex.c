#include "config.h"

#include "proto/pex.h"

#include <stdbool.h>

#include "meta/bencode.h"
#include "util/bytes.h"

enum { MAX_TOKENS = 64, MAX_WIRE = PEX_MAX_PEERS * ADDR_COMPACT_V6_LEN };

/* ---- Reading ---- */

/* Addresses in compact form, on the way through. */
struct compact {
    struct span bytes;
    size_t stride;
    struct span flags; /* one byte an address, or empty */
};

static struct compact compact_of(const struct bencode *peers,
                                 const struct bencode *flags, size_t stride)
{
    struct compact c = {.bytes = peers->str, .stride = stride};
    if (flags != NULL && flags->str.len == peers->str.len / stride)
        c.flags = flags->str;
    return c;
}

/* Step to the next address that a peer may have. */
static bool next_peer(struct compact *c, struct pex_peer *out)
{
    while (c->bytes.len >= c->stride) {
        (void)addr_from_compact(c->bytes.p, c->stride, &out->addr);
        out->flags = c->flags.len > 0 ? c->flags.p[0] : 0;
        c->bytes.p += c->stride;
        c->bytes.len -= c->stride;
        if (c->flags.len > 0) {
            c->flags.p++;
            c->flags.len--;
        }
        if (addr_is_dialable(&out->addr))
            return true;
    }
    return false;
}

static size_t count(struct compact c)
{
    struct pex_peer peer;
    size_t n = 0;
    while (next_peer(&c, &peer))
        n++;
    return n;
}

/* Take up to PEX_MAX_PEERS of both families, half of each when both are many. */
static size_t take_both(struct compact v4, struct compact v6,
                        struct pex_peer *out)
{
    size_t n_v6 = count(v6);
    size_t kept_for_v6 = n_v6 < PEX_MAX_PEERS / 2 ? n_v6 : PEX_MAX_PEERS / 2;
    size_t n = 0;
    while (n < PEX_MAX_PEERS - kept_for_v6 && next_peer(&v4, &out[n]))
        n++;
    while (n < PEX_MAX_PEERS && next_peer(&v6, &out[n]))
        n++;
    return n;
}

static bool is_whole(const struct bencode *peers, size_t stride)
{
    return peers->str.len % stride == 0;
}

enum err pex_parse(const uint8_t *bytes, size_t len, struct pex *out)
{
    static const struct bencode_limits LIMITS = {PEX_MAX_DEPTH, MAX_TOKENS};
    struct bencode root, added, added_f, added6, added6_f, dropped, dropped6;
    const struct bencode_want wants[] = {
        {"added", BENCODE_STR, &added},
        {"added.f", BENCODE_STR, &added_f},
        {"added6", BENCODE_STR, &added6},
        {"added6.f", BENCODE_STR, &added6_f},
        {"dropped", BENCODE_STR, &dropped},
        {"dropped6", BENCODE_STR, &dropped6},
    };

    if (len > PEX_MAX_LEN)
        return ERR_TOO_BIG;
    enum err err = bencode_parse(bytes, len, &LIMITS, &root, NULL);
    if (err != OK)
        return err;
    if (root.type != BENCODE_DICT)
        return ERR_SYNTAX;
    bencode_get_many(&root, wants, sizeof wants / sizeof wants[0]);
    if (added.type == BENCODE_NONE && added6.type == BENCODE_NONE &&
        dropped.type == BENCODE_NONE && dropped6.type == BENCODE_NONE)
        return ERR_INVALID;
    if (!is_whole(&added, ADDR_COMPACT_V4_LEN) ||
        !is_whole(&added6, ADDR_COMPACT_V6_LEN) ||
        !is_whole(&dropped, ADDR_COMPACT_V4_LEN) ||
        !is_whole(&dropped6, ADDR_COMPACT_V6_LEN))
        return ERR_INVALID;
    out->n_added =
        take_both(compact_of(&added, &added_f, ADDR_COMPACT_V4_LEN),
                  compact_of(&added6, &added6_f, ADDR_COMPACT_V6_LEN),
                  out->added);
    struct pex_peer gone[PEX_MAX_PEERS];
    out->n_dropped =
        take_both(compact_of(&dropped, NULL, ADDR_COMPACT_V4_LEN),
                  compact_of(&dropped6, NULL, ADDR_COMPACT_V6_LEN), gone);
    for (size_t i = 0; i < out->n_dropped; i++)
        out->dropped[i] = gone[i].addr;
    return OK;
}

/* ---- Writing ---- */

static void write_addr(struct bytes_writer *w, const struct addr *a, bool v4)
{
    if (addr_is_v4(a) != v4)
        return;
    uint8_t compact[ADDR_COMPACT_V6_LEN];
    bytes_write(w, compact, addr_put_compact(a, compact));
}

static void write_bytes(struct bencode_writer *w, const char *key,
                        const struct bytes_writer *bytes)
{
    bencode_write_key(w, key);
    bencode_write_bytes(w, bytes->start, bytes_written(bytes));
}

static void write_added(struct bencode_writer *w, const struct pex *pex,
                        bool v4)
{
    uint8_t addrs[MAX_WIRE], flags[PEX_MAX_PEERS];
    struct bytes_writer a = bytes_writer(addrs, sizeof addrs);
    struct bytes_writer f = bytes_writer(flags, sizeof flags);
    for (size_t i = 0; i < pex->n_added; i++) {
        write_addr(&a, &pex->added[i].addr, v4);
        if (addr_is_v4(&pex->added[i].addr) == v4)
            bytes_write_u8(&f, pex->added[i].flags);
    }
    if (bytes_written(&a) == 0)
        return;
    write_bytes(w, v4 ? "added" : "added6", &a);
    write_bytes(w, v4 ? "added.f" : "added6.f", &f);
}

static void write_dropped(struct bencode_writer *w, const struct pex *pex,
                          bool v4)
{
    uint8_t addrs[MAX_WIRE];
    struct bytes_writer a = bytes_writer(addrs, sizeof addrs);
    for (size_t i = 0; i < pex->n_dropped; i++)
        write_addr(&a, &pex->dropped[i], v4);
    if (bytes_written(&a) > 0)
        write_bytes(w, v4 ? "dropped" : "dropped6", &a);
}

enum err pex_append(struct buf *b, const struct pex *pex)
{
    if (pex->n_added == 0 && pex->n_dropped == 0)
        return ERR_INVALID;
    struct bencode_writer w;
    size_t len_before = b->len;
    bencode_writer_init(&w, b);
    bencode_begin_dict(&w);
    write_added(&w, pex, true);
    write_added(&w, pex, false);
    write_dropped(&w, pex, true);
    write_dropped(&w, pex, false);
    bencode_end(&w);
    enum err err = bencode_writer_finish(&w);
    if (err != OK)
        buf_chop(b, b->len - len_before);
    return err;
}
