/* dht_save.h -- the bytes of a DHT node's saved state: written, and read as the
 * hostile input that a file is (CVE-2009-3575 was such a file).
 * Layout: 8 bytes that name the version, a bencoded dictionary (id4, id6: 20
 * bytes; nodes, nodes6: as in find_node's answers), and the SHA-256 of all
 * before it. Values; any thread. */
#ifndef SWARM_DHT_SAVE_H
#define SWARM_DHT_SAVE_H

#include "proto/krpc.h"
#include "swarm/dht_stats.h"
#include "util/buf.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
    DHT_SAVE_MAX_NODES = 300, /* a family */
    DHT_SAVE_MAX_LEN = 64 * 1024
};

struct dht_save {
    const uint8_t *ids[DHT_N_FAMILIES]; /* borrowed, KRPC_ID_LEN bytes; NULL */
    struct span nodes[DHT_N_FAMILIES];  /* borrowed: krpc_next_node(), at most
                                           DHT_SAVE_MAX_NODES */
};

/* Append the state to out. ERR_TOO_BIG: out's maximum was met. */
enum err dht_save_write(const struct dht_save *s,
                        struct buf *out) ERR_MUST_CHECK;
/* Read one; *out borrows bytes. Errors: see dht_load(). */
enum err dht_save_read(const uint8_t *bytes, size_t len,
                       struct dht_save *out) ERR_MUST_CHECK;

#endif
