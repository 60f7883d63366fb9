/* wire.h -- reads and writes the messages that follow the handshake: BEP 3,
 * the fast extension (BEP 6), and the envelope of BEP 10. No descriptor, no
 * clock, no state: which message is allowed when is for swarm/peer to say, and
 * whether a piece or block is in range for meta/geometry.
 * A message is <length:4><id:1><payload>; length 0 is a keep-alive. Reading
 * goes in two steps, so that a length is refused before a byte of its payload
 * is kept:
 *   wire_header()  4 or 5 bytes -> id and payload length, checked against
 *                  what that id can have
 *   wire_decode()  the fields; of a piece only its first 8 payload bytes are
 *                  needed, the block itself goes where the caller wants it
 * Source: BEP 3 "peer messages"; BEP 5 (port); BEP 6; BEP 10. */
#ifndef PROTO_WIRE_H
#define PROTO_WIRE_H

#include "util/addr.h"
#include "util/bitset.h"
#include "util/buf.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

enum wire_id {
    WIRE_CHOKE = 0,
    WIRE_UNCHOKE = 1,
    WIRE_INTERESTED = 2,
    WIRE_NOT_INTERESTED = 3,
    WIRE_HAVE = 4,
    WIRE_BITFIELD = 5,
    WIRE_REQUEST = 6,
    WIRE_PIECE = 7,
    WIRE_CANCEL = 8,
    WIRE_PORT = 9,
    WIRE_SUGGEST = 13,
    WIRE_HAVE_ALL = 14,
    WIRE_HAVE_NONE = 15,
    WIRE_REJECT = 16,
    WIRE_ALLOWED_FAST = 17,
    WIRE_EXTENDED = 20,
    WIRE_KEEPALIVE = 256 /* no id on the wire: a length of 0 */
};

enum {
    WIRE_BLOCK_LEN = 16384,     /* the most that we ask for at once */
    WIRE_MAX_MSG_LEN = 131072,  /* id and payload, but of piece, bitfield */
    WIRE_MAX_PIECES = 2097152,  /* bounds a bitfield of unknown size */
    WIRE_SMALL_MAX = 17,        /* longest that wire_put_*() writes */
    WIRE_PIECE_HEADER_LEN = 13, /* length, id, piece, begin */
    WIRE_ALLOWED_FAST_MAX = 32
};

/* What the first bytes of a message say. */
struct wire_header {
    uint16_t id;          /* enum wire_id, or an id that we do not know */
    uint8_t len;          /* bytes of the header itself: 4 (keep-alive) or 5 */
    uint32_t payload_len; /* bytes that follow */
};

/* One message's fields; which are set depends on its id. */
struct wire_msg {
    uint16_t id;
    uint32_t piece_idx; /* have, suggest, allowed-fast, request, cancel, reject,
                           piece */
    uint32_t begin;     /* request, cancel, reject, piece */
    uint32_t len;       /* request, cancel, reject; piece: bytes of the block */
    uint16_t port;      /* port */
    uint8_t extended_id; /* extended: 0 is its handshake */
    struct span body; /* bitfield; extended, after its id; unknown ids: all of
                         it. Borrowed from the payload. */
};

/* Read a header from the first n bytes of a message. n_pieces: of the torrent,
 * 0 while unknown. ERR_AGAIN: more bytes are needed (at most 5);
 * ERR_PROTO_LENGTH: no message with that id, or none at all, has that length.
 * Ids that we do not know are OK, to be skipped, up to WIRE_MAX_MSG_LEN. */
enum err wire_header(const uint8_t *bytes, size_t n, uint32_t n_pieces,
                     struct wire_header *out) ERR_MUST_CHECK;

/* How many payload bytes wire_decode() needs: 8 of a piece, else all. */
size_t wire_decode_len(const struct wire_header *h);

/* Read the fields of a message with a header from wire_header() and the first n
 * payload bytes, n >= wire_decode_len(); more are not looked at. out->body is
 * borrowed from payload. ERR_TRUNCATED: n is too small. */
enum err wire_decode(const struct wire_header *h, const uint8_t *payload,
                     size_t n, struct wire_msg *out) ERR_MUST_CHECK;

/* The name of a message, such as "not interested"; "unknown". Static. */
const char *wire_name(uint16_t id);

/* Writing: each puts one whole message to out, which has room for
 * WIRE_SMALL_MAX bytes, and returns its length. */

/* Messages without payload: choke, unchoke, interested, not interested,
 * have-all, have-none, keep-alive. */
size_t wire_put_plain(uint8_t *out, enum wire_id id);
/* have, suggest, allowed-fast. */
size_t wire_put_index(uint8_t *out, enum wire_id id, uint32_t piece_idx);
/* request, cancel, reject. */
size_t wire_put_block(uint8_t *out, enum wire_id id, uint32_t piece_idx,
                      uint32_t begin, uint32_t len);
/* What goes before the len bytes of a block. */
size_t wire_put_piece_header(uint8_t *out, uint32_t piece_idx, uint32_t begin,
                             uint32_t len);
size_t wire_put_port(uint8_t *out, uint16_t port);

/* Append a whole bitfield message. ERR_TOO_BIG: b's maximum. */
enum err wire_append_bitfield(struct buf *b,
                              const struct bitset *have) ERR_MUST_CHECK;
/* Append a whole extended message. extended_id: the receiver's id for it, 0 for
 * the handshake. ERR_TOO_BIG: b's maximum, or WIRE_MAX_MSG_LEN. */
enum err wire_append_extended(struct buf *b, uint8_t extended_id,
                              const void *payload, size_t len) ERR_MUST_CHECK;

/* Write the first k pieces (k <= WIRE_ALLOWED_FAST_MAX) that a peer at `ip` may
 * ask for while choked, to out (k slots), and return how many: 0 for IPv6, for
 * which the BEP has no rule; all n_pieces when they are no more than k.
 * info_hash: 20 bytes. Source: BEP 6, "Allowed Fast Set Generation". */
size_t wire_allowed_fast(const struct addr *ip, const uint8_t *info_hash,
                         uint32_t n_pieces, size_t k, uint32_t *out);

#endif
