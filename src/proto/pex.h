/* pex.h -- the messages of peer exchange, BEP 11: reads theirs, writes ours.
 * Whom to tell what, and how often, is swarm/gossip's.
 * Bounds: a message is at most PEX_MAX_LEN bytes; of what it names the first
 * PEX_MAX_PEERS added and as many dropped are kept, IPv4 and IPv6 together, and
 * where both are many, half of each. Addresses that nobody can have (port 0,
 * multicast, ...) are left out and not counted among those.
 * Values without invariants. Source: BEP 11. */
#ifndef PROTO_PEX_H
#define PROTO_PEX_H

#include "util/addr.h"
#include "util/buf.h"
#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PEX_MAX_LEN = 4096,
    PEX_MAX_PEERS = 50, /* added, and as many dropped */
    PEX_MAX_DEPTH = 4
};

/* What is told of an added peer. */
enum {
    PEX_PREFERS_ENCRYPTION = 0x01,
    PEX_SEED = 0x02, /* or upload-only */
    PEX_UTP = 0x04,
    PEX_HOLEPUNCH = 0x08,
    PEX_OUTGOING = 0x10 /* the teller dialled it: it can be reached */
};

struct pex_peer {
    struct addr addr;
    uint8_t flags; /* PEX_*, other bits as they came */
};

struct pex {
    size_t n_added;
    size_t n_dropped;
    struct pex_peer added[PEX_MAX_PEERS];
    struct addr dropped[PEX_MAX_PEERS];
};

/* Read a message's dictionary; bytes after it are ignored. Flags that are
 * missing are 0; flags in another number than peers are no flags.
 * ERR_TOO_BIG: longer than PEX_MAX_LEN, or too deep; ERR_SYNTAX, ERR_TRUNCATED:
 * not a bencoded dictionary; ERR_INVALID: none of the four lists is there, or
 * one is cut in the middle of an address. */
enum err pex_parse(const uint8_t *bytes, size_t len,
                   struct pex *out) ERR_MUST_CHECK;

/* Append a message's dictionary. ERR_INVALID: nothing is added or dropped;
 * ERR_TOO_BIG: b's maximum; b then holds what it held. */
enum err pex_append(struct buf *b, const struct pex *pex) ERR_MUST_CHECK;

#endif
