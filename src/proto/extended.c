#include "config.h"

#include "proto/extended.h"

#include <string.h>

#include "meta/bencode.h"

/* In the order of the enum; the writer wants them sorted: see ORDER. */
static const char *const NAMES[EXTENDED_N] = {
    [EXTENDED_UT_METADATA] = "ut_metadata",
    [EXTENDED_UT_PEX] = "ut_pex",
    [EXTENDED_LT_DONTHAVE] = "lt_donthave",
    [EXTENDED_UPLOAD_ONLY] = "upload_only",
};

/* Keys of a dictionary go out sorted by their bytes. */
static const enum extended_kind ORDER[EXTENDED_N] = {
    EXTENDED_LT_DONTHAVE,
    EXTENDED_UPLOAD_ONLY,
    EXTENDED_UT_METADATA,
    EXTENDED_UT_PEX,
};

enum { MAX_REQQ = 1000000, MAX_TOKENS = 4096 };

uint8_t extended_our_id(enum extended_kind kind)
{
    return (uint8_t)(EXTENDED_FIRST_ID + (int)kind);
}

enum extended_kind extended_kind_of(uint8_t id)
{
    if (id < EXTENDED_FIRST_ID || id >= EXTENDED_FIRST_ID + EXTENDED_N)
        return EXTENDED_N;
    return (enum extended_kind)(id - EXTENDED_FIRST_ID);
}

static void write_kinds(struct bencode_writer *w,
                        const struct extended_offer *offer)
{
    bencode_write_key(w, "m");
    bencode_begin_dict(w);
    for (int i = 0; i < EXTENDED_N; i++) {
        enum extended_kind kind = ORDER[i];

        if (offer->kinds[kind])
            bencode_put_int(w, NAMES[kind], extended_our_id(kind));
        else if (offer->drop[kind])
            bencode_put_int(w, NAMES[kind], 0);
    }
    bencode_end(w);
}

enum err extended_append(struct buf *b, const struct extended_offer *offer)
{
    struct bencode_writer w;
    size_t len_before = b->len;
    enum err e;

    bencode_writer_init(&w, b);
    bencode_begin_dict(&w);
    if (offer->prefers_encryption)
        bencode_put_int(&w, "e", 1);
    write_kinds(&w, offer);
    if (offer->metadata_size > 0)
        bencode_put_int(&w, "metadata_size", offer->metadata_size);
    if (offer->port > 0)
        bencode_put_int(&w, "p", offer->port);
    if (offer->reqq > 0)
        bencode_put_int(&w, "reqq", offer->reqq);
    if (offer->tell_upload_only)
        bencode_put_int(&w, "upload_only", offer->upload_only);
    bencode_put_str(&w, "v", offer->client);
    if (offer->yourip != NULL) {
        size_t skip = addr_is_v4(offer->yourip) ? ADDR_V4_AT : 0;

        bencode_put_bytes(&w, "yourip", offer->yourip->ip + skip,
                          ADDR_V6_LEN - skip);
    }
    bencode_end(&w);
    e = bencode_writer_finish(&w);
    if (e != OK)
        buf_chop(b, b->len - len_before);
    return e;
}

static bool is_in(const struct bencode *v, int64_t min, int64_t max)
{
    return v->type == BENCODE_INT && v->num >= min && v->num <= max;
}

static void take_kinds(const struct bencode *m, struct extended *ext)
{
    for (int i = 0; i < EXTENDED_N; i++) {
        struct bencode id;

        if (bencode_get(m, NAMES[i], &id) && is_in(&id, 0, UINT8_MAX))
            ext->ids[i] = (uint8_t)id.num;
    }
}

static void take_flag(const struct bencode *v, bool *flag)
{
    if (v->type == BENCODE_INT)
        *flag = v->num != 0;
}

static void take_client(const struct bencode *v, struct extended *ext)
{
    size_t len = v->str.len;

    if (len == 0)
        return;
    if (len > EXTENDED_MAX_CLIENT)
        len = EXTENDED_MAX_CLIENT;
    memcpy(ext->client, v->str.p, len);
    ext->client_len = (uint8_t)len;
}

enum err extended_parse(const uint8_t *bytes, size_t len, struct extended *ext)
{
    static const struct bencode_limits LIMITS = {EXTENDED_MAX_DEPTH,
                                                 MAX_TOKENS};
    struct bencode root, m, e, v, port, reqq, size, upload, yourip;
    const struct bencode_want wants[] = {
        {"m", BENCODE_DICT, &m},
        {"e", BENCODE_INT, &e},
        {"v", BENCODE_STR, &v},
        {"p", BENCODE_INT, &port},
        {"reqq", BENCODE_INT, &reqq},
        {"metadata_size", BENCODE_INT, &size},
        {"upload_only", BENCODE_INT, &upload},
        {"yourip", BENCODE_STR, &yourip},
    };
    enum err err;

    if (len > EXTENDED_MAX_LEN)
        return ERR_TOO_BIG;
    err = bencode_parse(bytes, len, &LIMITS, &root, NULL);
    if (err != OK)
        return err;
    if (root.type != BENCODE_DICT)
        return ERR_SYNTAX;
    bencode_get_many(&root, wants, sizeof wants / sizeof wants[0]);
    take_kinds(&m, ext);
    take_client(&v, ext);
    take_flag(&e, &ext->prefers_encryption);
    take_flag(&upload, &ext->upload_only);
    ext->has_upload_only |= upload.type == BENCODE_INT;
    if (is_in(&port, 1, UINT16_MAX))
        ext->port = (uint16_t)port.num;
    if (is_in(&reqq, 1, MAX_REQQ))
        ext->reqq = (uint32_t)reqq.num;
    if (is_in(&size, 0, EXTENDED_MAX_METADATA))
        ext->metadata_size = (uint32_t)size.num;
    if (addr_from_ip(yourip.str.p, yourip.str.len, &ext->yourip))
        ext->has_yourip = true;
    return OK;
}
