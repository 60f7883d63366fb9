#include "config.h"

#include "net/pcp.h"

#include <assert.h>
#include <string.h>

#include "util/bytes.h"

/* RFC 6887 sections 7.1, 7.2 and 11.1. */
enum {
    OPCODE_MAP = 1,
    RESPONSE = 0x80, /* beside the opcode */
    HEADER_LEN = 24,
    MAP_LEN = 36,
    UNSUPP_VERSION = 1
};

/* RFC 6886 section 3.5: what NAT-PMP alone answers to another version. */
enum { NATPMP_VERSION = 0, NATPMP_ERROR_LEN = 8 };

_Static_assert(HEADER_LEN + MAP_LEN == PCP_REQUEST_LEN, "a MAP request");

size_t pcp_put_map(uint8_t out[PCP_REQUEST_LEN], const struct addr *client,
                   const struct pcp_map *map)
{
    static const uint8_t zeros[3];
    struct bytes_writer w = bytes_writer(out, PCP_REQUEST_LEN);
    assert(map->port != 0);
    bytes_write_u8(&w, PCP_VERSION);
    bytes_write_u8(&w, OPCODE_MAP);
    bytes_write_be16(&w, 0);
    bytes_write_be32(&w, map->life_s);
    bytes_write(&w, client->ip, ADDR_V6_LEN);
    bytes_write(&w, map->nonce, PCP_NONCE_LEN);
    bytes_write_u8(&w, (uint8_t)map->protocol);
    bytes_write(&w, zeros, sizeof zeros);
    bytes_write_be16(&w, map->port);
    bytes_write_be16(&w, map->suggested.port);
    bytes_write(&w, map->suggested.ip, ADDR_V6_LEN);
    assert(!w.bad);
    return bytes_written(&w);
}

/* Version, opcode, and for PCP the result. */
static enum err parse_head(const uint8_t *bytes, size_t n, uint8_t *result_out)
{
    if (n < 2)
        return ERR_TRUNCATED;
    if (n > PCP_MAX_LEN)
        return ERR_TOO_BIG;
    if ((bytes[1] & RESPONSE) == 0)
        return ERR_INVALID;
    if (bytes[0] == NATPMP_VERSION)
        return n < NATPMP_ERROR_LEN ? ERR_TRUNCATED : ERR_UNSUPPORTED;
    if (n < HEADER_LEN)
        return ERR_TRUNCATED;
    if (n % 4 != 0 || bytes[1] != (RESPONSE | OPCODE_MAP))
        return ERR_INVALID;
    if (bytes[3] == UNSUPP_VERSION)
        return ERR_UNSUPPORTED;
    if (bytes[0] != PCP_VERSION)
        return ERR_INVALID;
    *result_out = bytes[3];
    return n < PCP_REQUEST_LEN ? ERR_TRUNCATED : OK;
}

enum err pcp_parse_map(const uint8_t *bytes, size_t n,
                       const struct pcp_map *asked, struct pcp_reply *out)
{
    struct pcp_reply reply = {.result = PCP_SUCCESS};
    enum err err = parse_head(bytes, n, &reply.result);
    if (err != OK)
        return err;
    reply.life_s = bytes_be32(bytes + 4);
    struct bytes_reader r = bytes_reader(bytes + HEADER_LEN, MAP_LEN);
    const uint8_t *nonce = bytes_read(&r, PCP_NONCE_LEN);
    uint8_t protocol = bytes_read_u8(&r);
    (void)bytes_read(&r, 3);
    uint16_t port = bytes_read_be16(&r);
    uint16_t outside = bytes_read_be16(&r);
    if (memcmp(nonce, asked->nonce, PCP_NONCE_LEN) != 0 ||
        protocol != asked->protocol || port != asked->port)
        return ERR_INVALID;
    reply.external = addr_v6(bytes_read(&r, ADDR_V6_LEN), outside);
    *out = reply;
    return OK;
}

/* RFC 6887 section 7.4. */
const char *pcp_result_words(uint8_t result)
{
    static const char *const words[] = {
        "the gateway agrees",
        "the gateway speaks another version",
        "the gateway is set to refuse",
        "the gateway does not understand what is asked",
        "the gateway does not map ports",
        "the gateway lacks an option that was asked for",
        "the gateway does not understand an option",
        "the gateway has no address itself",
        "the gateway has no room for more",
        "the gateway maps neither TCP nor UDP",
        "this machine has as many mappings as the gateway allows",
        "the gateway cannot give the port that is asked for",
        "there is another gateway on the way, which changes our address",
        "the gateway allows fewer hosts beyond it",
    };
    if (result < sizeof words / sizeof *words)
        return words[result];
    return "the gateway refuses, by a code that is not known";
}
