/* krpc.h -- the messages of the DHT: reads one datagram, writes one. What they
 * mean, whom to answer and when is swarm/dht's.
 * One struct for both ways: what is written is what is read from it. All that
 * is optional is a length of 0, NULL or false; a key that holds another type
 * than it should is as if it were not there. A method that we do not know keeps
 * its target, whichever key it is under: such a query is answered as find_node
 * is (what BEP 51 calls forward compatibility).
 * Bounds: depth 16, 1024 tokens, transaction id 32 bytes, token 64. Values and
 * nodes are walked, never counted beforehand.
 * Source: BEP 5 (messages), 32 (nodes6, want), 33 (seed, noseed, scrape), 42
 * (ip), 43 (ro), 44 (items), 51 (samples). Borrowed values, any thread. */
#ifndef PROTO_KRPC_H
#define PROTO_KRPC_H

#include "util/addr.h"
#include "util/buf.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KRPC_ID_LEN = 20,
    KRPC_NODE4_LEN = KRPC_ID_LEN + ADDR_COMPACT_V4_LEN, /* 26 */
    KRPC_NODE6_LEN = KRPC_ID_LEN + ADDR_COMPACT_V6_LEN, /* 38 */
    KRPC_MAX_TID = 32,   /* longer ones are not answered */
    KRPC_MAX_TOKEN = 64, /* ours have 8, others' up to 20 */
    KRPC_KEY_LEN = 32,
    KRPC_SIG_LEN = 64,
    KRPC_BLOOM_LEN = 256, /* BEP 33 */
    KRPC_MAX_DATAGRAM = 8192
};

enum krpc_type { KRPC_QUERY, KRPC_REPLY, KRPC_ERROR };

enum krpc_method {
    KRPC_PING,
    KRPC_FIND_NODE,
    KRPC_GET_PEERS,
    KRPC_ANNOUNCE_PEER,
    KRPC_GET,
    KRPC_PUT,
    KRPC_SAMPLE_INFOHASHES,
    KRPC_UNKNOWN,
    KRPC_N_METHODS
};

/* Codes of BEP 5 and 44. */
enum krpc_code {
    KRPC_GENERIC = 201,
    KRPC_SERVER = 202,
    KRPC_PROTOCOL = 203,
    KRPC_METHOD_UNKNOWN = 204,
    KRPC_VALUE_TOO_BIG = 205,
    KRPC_BAD_SIGNATURE = 206,
    KRPC_SALT_TOO_BIG = 207,
    KRPC_CAS_MISMATCH = 301,
    KRPC_SEQ_TOO_LOW = 302
};

/* All pointers and spans are borrowed: of the datagram read, or of the
 * writer's. */
struct krpc_msg {
    enum krpc_type type;
    enum krpc_method method; /* of a query */
    struct span tid;         /* 1..KRPC_MAX_TID bytes */
    bool is_read_only;       /* BEP 43, of a query */
    bool has_ip;
    struct addr ip; /* BEP 42: the asker as the answerer sees it */

    const uint8_t *id;      /* KRPC_ID_LEN bytes; NULL in errors only */
    const uint8_t *target;  /* KRPC_ID_LEN bytes, info_hash or target; NULL */
    bool wants_v4, wants_v6; /* BEP 32 */
    struct span token;       /* <= KRPC_MAX_TOKEN */
    struct span nodes;       /* n * KRPC_NODE4_LEN bytes */
    struct span nodes6;      /* n * KRPC_NODE6_LEN bytes */
    struct span values;      /* a bencoded list: krpc_next_value() */

    uint16_t port; /* announce_peer; 0: none, or out of range */
    bool has_implied_port;
    bool is_seed, no_seed, wants_scrape; /* BEP 33 */
    struct span bloom_seeds, bloom_peers; /* KRPC_BLOOM_LEN bytes or none */

    struct span value;   /* BEP 44 v, bencoded as it came; any length */
    const uint8_t *key;  /* KRPC_KEY_LEN bytes; NULL */
    const uint8_t *sig;  /* KRPC_SIG_LEN bytes; NULL */
    struct span salt;    /* any length */
    bool has_seq, has_cas;
    int64_t seq, cas;

    bool has_samples; /* BEP 51 */
    struct span samples; /* n * KRPC_ID_LEN bytes */
    int64_t interval_s, n_stored;

    int64_t code; /* of an error */
    struct span text;
};

/* Is this the beginning of a KRPC message, and not another protocol's of the
 * same port? */
bool krpc_is_message(const uint8_t *bytes, size_t len);

/* Read one datagram. ERR_SYNTAX: not bencode; ERR_TRUNCATED: cut off;
 * ERR_TOO_BIG: over a bound above; ERR_INVALID: lacks what its type must have:
 * t, y, and a q, a and id, or r and id, or e. *out is untouched then, but for
 * its tid in ERR_INVALID of a query whose tid is well (else empty): that may be
 * answered with an error. */
enum err krpc_parse(const uint8_t *bytes, size_t len,
                    struct krpc_msg *out) ERR_MUST_CHECK;

/* Append one message to out. ERR_TOO_BIG: out's maximum was met. */
enum err krpc_write(const struct krpc_msg *msg, struct buf *out) ERR_MUST_CHECK;

/* Take the next peer out of values, which begins as krpc_msg.values; what is no
 * compact address (6 or 18 bytes) is stepped over. Return false at the end. */
bool krpc_next_value(struct span *values, struct addr *out);
/* Append the list of n addresses to out, for krpc_msg.values. */
enum err krpc_put_values(const struct addr *peers, size_t n,
                         struct buf *out) ERR_MUST_CHECK;

/* Take the next node out of nodes or nodes6 (is_v6); id_out: borrowed,
 * KRPC_ID_LEN bytes. Return false at the end. */
bool krpc_next_node(struct span *nodes, bool is_v6, const uint8_t **id_out,
                    struct addr *addr_out);
/* Write a node as KRPC_NODE4_LEN or, when its address is IPv6, KRPC_NODE6_LEN
 * bytes to out; return how many. */
size_t krpc_put_node(uint8_t *out, const uint8_t *id, const struct addr *a);

/* "get_peers"; of KRPC_UNKNOWN "unknown". Static. */
const char *krpc_method_name(enum krpc_method method);

#endif
