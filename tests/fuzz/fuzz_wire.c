/* A stream of messages: read each header, decode, encode again: the same bytes.
 * The first byte chooses how many pieces the torrent has. */
#include "config.h"

#include "proto/wire.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <string.h>

/* Write again what can be written from its fields; 0 for other messages. */
static size_t encode(const struct wire_msg *m, uint8_t *out)
{
    enum wire_id id = (enum wire_id)m->id;

    switch (id) {
    case WIRE_CHOKE:
    case WIRE_UNCHOKE:
    case WIRE_INTERESTED:
    case WIRE_NOT_INTERESTED:
    case WIRE_HAVE_ALL:
    case WIRE_HAVE_NONE:
    case WIRE_KEEPALIVE:
        return wire_put_plain(out, id);
    case WIRE_HAVE:
    case WIRE_SUGGEST:
    case WIRE_ALLOWED_FAST:
        return wire_put_index(out, id, m->piece_idx);
    case WIRE_REQUEST:
    case WIRE_CANCEL:
    case WIRE_REJECT:
        return wire_put_block(out, id, m->piece_idx, m->begin, m->len);
    case WIRE_PIECE:
        return wire_put_piece_header(out, m->piece_idx, m->begin, m->len);
    case WIRE_PORT:
        return wire_put_port(out, m->port);
    case WIRE_BITFIELD:
    case WIRE_EXTENDED:
        break;
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint32_t n_pieces;
    size_t at = 1;

    if (len == 0)
        return 0;
    n_pieces = bytes[0] == 255 ? 0 : bytes[0];
    for (;;) {
        struct wire_header h;
        struct wire_msg m;
        uint8_t again[WIRE_SMALL_MAX];
        enum err e = wire_header(bytes + at, len - at, n_pieces, &h);
        size_t body_at = at + h.len;

        if (e != OK)
            return 0;
        e = wire_decode(&h, bytes + body_at, len - body_at, &m);
        if (e != OK) {
            assert(e == ERR_TRUNCATED);
            return 0;
        }
        assert(m.id == h.id && m.body.len <= h.payload_len);
        assert(m.id != WIRE_PIECE || m.len <= WIRE_BLOCK_LEN);
        size_t again_len = encode(&m, again);
        assert(memcmp(again, bytes + at, again_len) == 0);
        if (h.payload_len > len - body_at)
            return 0;
        at = body_at + h.payload_len;
    }
}
