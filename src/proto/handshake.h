/* handshake.h -- the first 68 bytes of a connection, and peer ids: ours, and
 * what another's says of its client. Does not decide whether an info-hash is
 * served here or a peer id is our own.
 * Layout: <19>"BitTorrent protocol" <reserved:8> <info-hash:20> <peer id:20>.
 * Source: BEP 3 "peer protocol"; BEP 5, 6, 10 (reserved bits); BEP 20 (peer
 * ids). */
#ifndef PROTO_HANDSHAKE_H
#define PROTO_HANDSHAKE_H

#include "util/err.h"
#include "util/hash.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HANDSHAKE_LEN = 68,
    HANDSHAKE_PEER_ID_LEN = 20,
    HANDSHAKE_CLIENT_MAX = 64 /* bytes of a client's name with its NUL */
};

struct handshake {
    uint8_t info_hash[SHA1_LEN];
    uint8_t peer_id[HANDSHAKE_PEER_ID_LEN];
    bool fast;     /* BEP 6: reserved[7] & 0x04 */
    bool extended; /* BEP 10: reserved[5] & 0x10 */
    bool dht;      /* BEP 5: reserved[7] & 0x01 */
};

/* Write the HANDSHAKE_LEN bytes; other reserved bits are 0. */
void handshake_encode(const struct handshake *h, uint8_t *out);

/* Read a handshake from the first n bytes of a stream. ERR_AGAIN: right so far,
 * more are needed; ERR_PROTO_HANDSHAKE: not BitTorrent, said at the first wrong
 * byte. Bytes after the 68th are not looked at. */
enum err handshake_decode(const uint8_t *bytes, size_t n,
                          struct handshake *out) ERR_MUST_CHECK;

/* Make a peer id of ours: "-TS0100-" and 12 random letters, digits, '-' or '_'.
 * out: 20 bytes. */
void handshake_make_peer_id(const struct rng *rng, uint8_t *out);

/* Write clean text for the client that a peer id names, such as "Transmission
 * 4.0.5"; for an unknown one its printable beginning, for an empty one
 * "unknown". peer_id: 20 bytes; dst: cap bytes with the NUL,
 * HANDSHAKE_CLIENT_MAX is enough. */
void handshake_client_name(const uint8_t *peer_id, char *dst, size_t cap);

#endif
