/* lsd.h -- the datagrams of local service discovery, BEP 14: reads theirs,
 * writes ours. When to say what is swarm/neighbours', the sockets are
 * net/multicast's.
 * A datagram looks like an HTTP request, "BT-SEARCH * HTTP/1.1", with headers
 * Host, Port, one or more Infohash, and cookie. Header names are taken in any
 * case, lines may end in LF alone, unknown headers are skipped.
 * Bounds: LSD_MAX_LEN bytes, of the info-hashes the first LSD_MAX_HASHES.
 * Values without invariants. Source: BEP 14. */
#ifndef PROTO_LSD_H
#define PROTO_LSD_H

#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
    LSD_PORT = 6771,
    LSD_MAX_LEN = 1400, /* so that it is not cut up on its way */
    LSD_HASH_LEN = 20,
    LSD_MAX_HASHES = 20,
    LSD_COOKIE_MAX = 32 /* with the NUL; a longer one counts as none */
};

struct lsd {
    uint16_t port; /* on which the sender listens; never 0 when read */
    size_t n_hashes;
    uint8_t hashes[LSD_MAX_HASHES][LSD_HASH_LEN];
    char cookie[LSD_COOKIE_MAX]; /* printable ASCII; "": none */
};

/* Read a datagram. A hash that is not 40 hexadecimal digits is left out.
 * ERR_TOO_BIG: longer than LSD_MAX_LEN; ERR_SYNTAX: not such a request;
 * ERR_INVALID: no port, or one that nobody can have, or no hash. */
enum err lsd_parse(const uint8_t *bytes, size_t len,
                   struct lsd *out) ERR_MUST_CHECK;

/* Write a datagram for the group that `host` names ("239.192.152.143:6771") to
 * dst, of LSD_MAX_LEN bytes, and return its length. lsd: n_hashes 1 to
 * LSD_MAX_HASHES, cookie printable ASCII. */
size_t lsd_write(uint8_t *dst, const char *host, const struct lsd *lsd);

#endif
