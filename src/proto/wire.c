#include "config.h"

#include "proto/wire.h"

#include <assert.h>
#include <string.h>

#include "util/hash.h"

enum {
    LENGTH_LEN = 4,
    HEAD_LEN = LENGTH_LEN + 1, /* with the id */
    PIECE_FIELDS_LEN = 8       /* piece, begin: what is before a block */
};

_Static_assert(HEAD_LEN + PIECE_FIELDS_LEN == WIRE_PIECE_HEADER_LEN,
               "length, id, piece, begin");

/* How the payload of a message is laid out. */
enum form {
    FORM_UNKNOWN = 0,
    FORM_PLAIN,
    FORM_INDEX,
    FORM_BLOCK,
    FORM_PIECE,
    FORM_PORT,
    FORM_BITS,
    FORM_EXTENDED
};

/* The payload lengths that a form can have. */
static const struct {
    uint32_t min, max;
} LENGTHS[] = {
    [FORM_UNKNOWN] = {0, WIRE_MAX_MSG_LEN - 1},
    [FORM_PLAIN] = {0, 0},
    [FORM_INDEX] = {4, 4},
    [FORM_BLOCK] = {12, 12},
    /* An empty block answers no request that can be made. */
    [FORM_PIECE] = {PIECE_FIELDS_LEN + 1, PIECE_FIELDS_LEN + WIRE_BLOCK_LEN},
    [FORM_PORT] = {2, 2},
    [FORM_BITS] = {0, WIRE_MAX_PIECES / 8},
    [FORM_EXTENDED] = {1, WIRE_MAX_MSG_LEN - 1},
};

static const struct {
    const char *name;
    enum form form;
} MESSAGES[] = {
    [WIRE_CHOKE] = {"choke", FORM_PLAIN},
    [WIRE_UNCHOKE] = {"unchoke", FORM_PLAIN},
    [WIRE_INTERESTED] = {"interested", FORM_PLAIN},
    [WIRE_NOT_INTERESTED] = {"not interested", FORM_PLAIN},
    [WIRE_HAVE] = {"have", FORM_INDEX},
    [WIRE_BITFIELD] = {"bitfield", FORM_BITS},
    [WIRE_REQUEST] = {"request", FORM_BLOCK},
    [WIRE_PIECE] = {"piece", FORM_PIECE},
    [WIRE_CANCEL] = {"cancel", FORM_BLOCK},
    [WIRE_PORT] = {"port", FORM_PORT},
    [WIRE_SUGGEST] = {"suggest", FORM_INDEX},
    [WIRE_HAVE_ALL] = {"have all", FORM_PLAIN},
    [WIRE_HAVE_NONE] = {"have none", FORM_PLAIN},
    [WIRE_REJECT] = {"reject", FORM_BLOCK},
    [WIRE_ALLOWED_FAST] = {"allowed fast", FORM_INDEX},
    [WIRE_EXTENDED] = {"extended", FORM_EXTENDED},
};

enum { N_MESSAGES = sizeof MESSAGES / sizeof MESSAGES[0] };

/* A bitfield may be the longest message of all. */
_Static_assert(WIRE_MAX_PIECES / 8 >= WIRE_MAX_MSG_LEN,
               "the cap for all messages is the bitfield's");

static enum form form_of(uint16_t id)
{
    return id < N_MESSAGES ? MESSAGES[id].form : FORM_UNKNOWN;
}

static bool length_fits(uint16_t id, uint32_t payload_len, uint32_t n_pieces)
{
    enum form form = form_of(id);

    if (form == FORM_BITS && n_pieces > 0)
        return payload_len == ((uint64_t)n_pieces + 7) / 8;
    return payload_len >= LENGTHS[form].min && payload_len <= LENGTHS[form].max;
}

enum err wire_header(const uint8_t *bytes, size_t n, uint32_t n_pieces,
                     struct wire_header *out)
{
    uint32_t len;

    if (n < LENGTH_LEN)
        return ERR_AGAIN;
    len = bytes_be32(bytes);
    if (len == 0) {
        *out = (struct wire_header){.id = WIRE_KEEPALIVE, .len = LENGTH_LEN};
        return OK;
    }
    if (len > 1 + WIRE_MAX_PIECES / 8)
        return ERR_PROTO_LENGTH;
    if (n < HEAD_LEN)
        return ERR_AGAIN;
    if (!length_fits(bytes[LENGTH_LEN], len - 1, n_pieces))
        return ERR_PROTO_LENGTH;
    *out = (struct wire_header){.id = bytes[LENGTH_LEN],
                                .len = HEAD_LEN,
                                .payload_len = len - 1};
    return OK;
}

size_t wire_decode_len(const struct wire_header *h)
{
    return h->id == WIRE_PIECE ? PIECE_FIELDS_LEN : h->payload_len;
}

enum err wire_decode(const struct wire_header *h, const uint8_t *payload,
                     size_t n, struct wire_msg *out)
{
    struct wire_msg msg = {.id = h->id};
    struct bytes_reader r;

    if (n < wire_decode_len(h))
        return ERR_TRUNCATED;
    r = bytes_reader(payload, h->payload_len < n ? h->payload_len : n);
    switch (form_of(h->id)) {
    case FORM_PLAIN:
        break;
    case FORM_INDEX:
        msg.piece_idx = bytes_read_be32(&r);
        break;
    case FORM_BLOCK:
        msg.piece_idx = bytes_read_be32(&r);
        msg.begin = bytes_read_be32(&r);
        msg.len = bytes_read_be32(&r);
        break;
    case FORM_PIECE:
        msg.piece_idx = bytes_read_be32(&r);
        msg.begin = bytes_read_be32(&r);
        msg.len = h->payload_len - PIECE_FIELDS_LEN;
        break;
    case FORM_PORT:
        msg.port = bytes_read_be16(&r);
        break;
    case FORM_EXTENDED:
        msg.extended_id = bytes_read_u8(&r);
        msg.body = (struct span){payload + 1, h->payload_len - 1};
        break;
    case FORM_BITS:
    case FORM_UNKNOWN:
        msg.body = (struct span){payload, h->payload_len};
        break;
    }
    /* A header that did not come from wire_header() may be too short. */
    if (r.bad)
        return ERR_TRUNCATED;
    *out = msg;
    return OK;
}

const char *wire_name(uint16_t id)
{
    if (id == WIRE_KEEPALIVE)
        return "keep-alive";
    if (form_of(id) == FORM_UNKNOWN)
        return "unknown";
    return MESSAGES[id].name;
}

static size_t put_head(uint8_t *out, enum wire_id id, uint32_t payload_len)
{
    bytes_put_be32(out, 1 + payload_len);
    out[LENGTH_LEN] = (uint8_t)id;
    return HEAD_LEN;
}

size_t wire_put_plain(uint8_t *out, enum wire_id id)
{
    if (id == WIRE_KEEPALIVE) {
        bytes_put_be32(out, 0);
        return LENGTH_LEN;
    }
    assert(form_of((uint16_t)id) == FORM_PLAIN);
    return put_head(out, id, 0);
}

size_t wire_put_index(uint8_t *out, enum wire_id id, uint32_t piece_idx)
{
    assert(form_of((uint16_t)id) == FORM_INDEX);
    put_head(out, id, 4);
    bytes_put_be32(out + HEAD_LEN, piece_idx);
    return HEAD_LEN + 4;
}

size_t wire_put_block(uint8_t *out, enum wire_id id, uint32_t piece_idx,
                      uint32_t begin, uint32_t len)
{
    assert(form_of((uint16_t)id) == FORM_BLOCK);
    put_head(out, id, 12);
    bytes_put_be32(out + HEAD_LEN, piece_idx);
    bytes_put_be32(out + HEAD_LEN + 4, begin);
    bytes_put_be32(out + HEAD_LEN + 8, len);
    return WIRE_SMALL_MAX;
}

size_t wire_put_piece_header(uint8_t *out, uint32_t piece_idx, uint32_t begin,
                             uint32_t len)
{
    put_head(out, WIRE_PIECE, PIECE_FIELDS_LEN + len);
    bytes_put_be32(out + HEAD_LEN, piece_idx);
    bytes_put_be32(out + HEAD_LEN + 4, begin);
    return WIRE_PIECE_HEADER_LEN;
}

size_t wire_put_port(uint8_t *out, uint16_t port)
{
    put_head(out, WIRE_PORT, 2);
    bytes_put_be16(out + HEAD_LEN, port);
    return HEAD_LEN + 2;
}

enum err wire_append_bitfield(struct buf *b, const struct bitset *have)
{
    size_t len = bitset_wire_len(have);
    uint8_t *at;
    enum err e;

    assert(len <= WIRE_MAX_PIECES / 8);
    e = buf_extend(b, HEAD_LEN + len, &at);
    if (e != OK)
        return e;
    put_head(at, WIRE_BITFIELD, (uint32_t)len);
    bitset_to_wire(have, at + HEAD_LEN);
    return OK;
}

enum err wire_append_extended(struct buf *b, uint8_t extended_id,
                              const void *payload, size_t len)
{
    uint8_t *at;
    enum err e;

    if (len > WIRE_MAX_MSG_LEN - 2)
        return ERR_TOO_BIG;
    e = buf_extend(b, HEAD_LEN + 1 + len, &at);
    if (e != OK)
        return e;
    put_head(at, WIRE_EXTENDED, 1 + (uint32_t)len);
    at[HEAD_LEN] = extended_id;
    if (len > 0)
        memcpy(at + HEAD_LEN + 1, payload, len);
    return OK;
}

static bool is_among(const uint32_t *set, size_t n, uint32_t value)
{
    for (size_t i = 0; i < n; i++)
        if (set[i] == value)
            return true;
    return false;
}

size_t wire_allowed_fast(const struct addr *ip, const uint8_t *info_hash,
                         uint32_t n_pieces, size_t k, uint32_t *out)
{
    uint8_t x[4 + SHA1_LEN] = {0};
    size_t x_len = sizeof x;
    size_t n = 0;

    assert(k <= WIRE_ALLOWED_FAST_MAX);
    if (!addr_is_v4(ip))
        return 0;
    /* The canonical loop would never find more than all of them. */
    if (n_pieces <= k) {
        for (; n < n_pieces; n++)
            out[n] = (uint32_t)n;
        return n;
    }
    /* The last octet stays 0: one set for all addresses of a /24. */
    memcpy(x, ip->ip + ADDR_V4_AT, ADDR_V4_LEN - 1);
    memcpy(x + 4, info_hash, SHA1_LEN);
    while (n < k) {
        uint8_t digest[SHA1_LEN];

        hash_sha1(x, x_len, digest);
        memcpy(x, digest, SHA1_LEN);
        x_len = SHA1_LEN;
        for (size_t i = 0; i < 5 && n < k; i++) {
            uint32_t piece_idx = bytes_be32(digest + 4 * i) % n_pieces;

            if (!is_among(out, n, piece_idx))
                out[n++] = piece_idx;
        }
    }
    return n;
}
