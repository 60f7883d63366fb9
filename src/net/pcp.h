/* pcp.h -- the packets of the Port Control Protocol that map a port: builds a MAP request,
 * reads its response. Decides nothing, owns no descriptor; who asks, and how often, is
 * net/pcpask's.
 * A mapping is known by the client's address, protocol, internal port and nonce: renewing
 * it and taking it back need the nonce that made it, and a response is ours when it
 * repeats them. Values on the stack; any thread.
 * Source: RFC 6887 sections 7 (common), 11 (MAP), 15 (lifetime 0: deletion). */
#ifndef NET_PCP_H
#define NET_PCP_H

#include "util/addr.h"
#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PCP_PORT = 5351,     /* RFC 6887 section 19.1; NAT-PMP's, too */
    PCP_VERSION = 2,
    PCP_NONCE_LEN = 12,
    PCP_REQUEST_LEN = 60, /* header and MAP, without options */
    PCP_MAX_LEN = 1100    /* RFC 6887 section 7 */
};

/* Of IP. */
enum pcp_protocol { PCP_TCP = 6, PCP_UDP = 17 };

enum { PCP_SUCCESS = 0 }; /* the result; others: pcp_result_words() */

/* What is asked for. */
struct pcp_map {
    uint8_t nonce[PCP_NONCE_LEN];
    enum pcp_protocol protocol;
    uint16_t port;          /* internal, not 0 */
    struct addr suggested;  /* outside, with its port; all zero: any */
    uint32_t life_s;        /* 0: take it back */
};

struct pcp_reply {
    uint8_t result;       /* PCP_SUCCESS, or why not */
    uint32_t life_s;      /* of the mapping; of a refusal: how long it holds */
    struct addr external; /* assigned, with its port; after a refusal as suggested */
};

/* Write a MAP request to out; return its length. client: our address as the server sees
 * it, or it refuses; its port is not looked at. */
size_t pcp_put_map(uint8_t out[PCP_REQUEST_LEN], const struct addr *client,
                   const struct pcp_map *map);

/* Read the response to `asked`. ERR_TRUNCATED, ERR_TOO_BIG: no response by its length;
 * ERR_UNSUPPORTED: the server does not speak version 2, which is also how one that knows
 * NAT-PMP alone answers; ERR_INVALID: anything else that is no response to this. */
enum err pcp_parse_map(const uint8_t *bytes, size_t n,
                       const struct pcp_map *asked,
                       struct pcp_reply *out) ERR_MUST_CHECK;

/* The result for people, such as "the gateway is set to refuse". Static, never NULL. */
const char *pcp_result_words(uint8_t result);

#endif
