#include "config.h"

#include "util/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "util/bytes.h"
#include "util/crc32c.h"
#include "util/text.h"

enum { COMPACT_PORT_LEN = ADDR_COMPACT_V4_LEN - ADDR_V4_LEN };

static const uint8_t v4_prefix[ADDR_V4_AT] = {[10] = 0xff, [11] = 0xff};

_Static_assert(sizeof(struct addr) == ADDR_V6_LEN + 2,
               "no padding: memcmp works");

struct addr addr_v4(const uint8_t ip[ADDR_V4_LEN], uint16_t port)
{
    struct addr a = {.port = port};
    memcpy(a.ip, v4_prefix, sizeof v4_prefix);
    memcpy(a.ip + ADDR_V4_AT, ip, ADDR_V4_LEN);
    return a;
}

struct addr addr_v6(const uint8_t ip[ADDR_V6_LEN], uint16_t port)
{
    struct addr a = {.port = port};
    memcpy(a.ip, ip, ADDR_V6_LEN);
    return a;
}

bool addr_is_v4(const struct addr *a)
{
    return memcmp(a->ip, v4_prefix, sizeof v4_prefix) == 0;
}

bool addr_eq(const struct addr *a, const struct addr *b)
{
    return addr_cmp(a, b) == 0;
}

bool addr_same_ip(const struct addr *a, const struct addr *b)
{
    return memcmp(a->ip, b->ip, ADDR_V6_LEN) == 0;
}

int addr_cmp(const struct addr *a, const struct addr *b)
{
    int order = memcmp(a->ip, b->ip, ADDR_V6_LEN);
    if (order != 0)
        return order;
    return (a->port > b->port) - (a->port < b->port);
}

static bool parse_ip(const char *text, size_t len, bool v6,
                     uint8_t ip[ADDR_V6_LEN])
{
    char host[INET6_ADDRSTRLEN];
    if (len >= sizeof host)
        return false;
    memcpy(host, text, len);
    host[len] = '\0';
    if (v6)
        return inet_pton(AF_INET6, host, ip) == 1;
    memcpy(ip, v4_prefix, sizeof v4_prefix);
    return inet_pton(AF_INET, host, ip + ADDR_V4_AT) == 1;
}

enum err addr_parse(const char *text, uint16_t default_port, struct addr *out)
{
    struct addr a = {.port = default_port};
    const char *host = text;
    const char *rest;
    bool v6 = false;
    if (*text == '[') {
        v6 = true;
        host = text + 1;
        rest = strchr(host, ']');
        if (rest == NULL)
            return ERR_SYNTAX;
    } else {
        rest = strchr(text, ':');
        v6 = rest != NULL && strchr(rest + 1, ':') != NULL;
        if (rest == NULL || v6)
            rest = text + strlen(text);
    }
    if (!parse_ip(host, (size_t)(rest - host), v6, a.ip))
        return ERR_SYNTAX;
    rest += *rest == ']';
    if (*rest == '\0' && default_port == 0)
        return ERR_SYNTAX;
    if (*rest != '\0' &&
        (*rest != ':' || !text_parse_port(rest + 1, strlen(rest + 1), &a.port)))
        return ERR_SYNTAX;
    *out = a;
    return OK;
}

enum err addr_parse_ip(const char *text, struct addr *out)
{
    struct addr a = {.port = 0};
    size_t len = strlen(text);
    bool is_v6 = strchr(text, ':') != NULL;
    if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
        is_v6 = true;
        text++;
        len -= 2;
    }
    if (!parse_ip(text, len, is_v6, a.ip))
        return ERR_SYNTAX;
    *out = a;
    return OK;
}

bool addr_from_ip(const uint8_t *ip, size_t len, struct addr *out)
{
    if (len == ADDR_V4_LEN)
        *out = addr_v4(ip, 0);
    else if (len == ADDR_V6_LEN)
        *out = addr_v6(ip, 0);
    else
        return false;
    return true;
}

bool addr_from_compact(const uint8_t *p, size_t len, struct addr *out)
{
    if (len < COMPACT_PORT_LEN || !addr_from_ip(p, len - COMPACT_PORT_LEN, out))
        return false;
    out->port = bytes_be16(p + len - COMPACT_PORT_LEN);
    return true;
}

size_t addr_put_compact(const struct addr *a, uint8_t *dst)
{
    size_t skip = addr_is_v4(a) ? ADDR_V4_AT : 0;
    size_t len = ADDR_V6_LEN - skip;
    memcpy(dst, a->ip + skip, len);
    bytes_put_be16(dst + len, a->port);
    return len + COMPACT_PORT_LEN;
}

const char *addr_ip_text(const struct addr *a, char *dst)
{
    dst[0] = '\0';
    if (addr_is_v4(a))
        (void)inet_ntop(AF_INET, a->ip + ADDR_V4_AT, dst, ADDR_TEXT_MAX);
    else
        (void)inet_ntop(AF_INET6, a->ip, dst, ADDR_TEXT_MAX);
    return dst;
}

const char *addr_text(const struct addr *a, char *dst)
{
    char ip[ADDR_TEXT_MAX];
    addr_ip_text(a, ip);
    (void)snprintf(dst, ADDR_TEXT_MAX,
                   addr_is_v4(a) ? "%.46s:%u" : "[%.46s]:%u", ip,
                   (unsigned)a->port);
    return dst;
}

/* A block of addresses: the first n_bits of the 16-byte form. */
struct net {
    struct addr first;
    unsigned n_bits;
};

bool addr_same_prefix(const struct addr *a, const struct addr *b,
                      unsigned n_bits)
{
    size_t n = n_bits / 8;
    unsigned spare = n_bits % 8;
    if (memcmp(a->ip, b->ip, n) != 0)
        return false;
    return spare == 0 || (a->ip[n] ^ b->ip[n]) >> (8 - spare) == 0;
}

static bool in_nets(const struct addr *a, const struct net *nets, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (addr_same_prefix(a, &nets[i].first, nets[i].n_bits))
            return true;
    }
    return false;
}

enum { V4_BITS = 8 * ADDR_V4_AT };

static const struct net loopback_nets[] = {
    {.first.ip = {[10] = 0xff, [11] = 0xff, [12] = 127}, .n_bits = V4_BITS + 8},
    {.first.ip = {[15] = 1}, .n_bits = 128},
};

/* RFC 1918, three of them; RFC 3927, link-local; RFC 6598, shared; RFC 4291,
 * link-local; RFC 4193, unique-local. */
static const struct net private_nets[] = {
    {.first.ip = {[10] = 0xff, [11] = 0xff, [12] = 10}, .n_bits = V4_BITS + 8},
    {.first.ip = {[10] = 0xff, [11] = 0xff, [12] = 172, [13] = 16},
     .n_bits = V4_BITS + 12},
    {.first.ip = {[10] = 0xff, [11] = 0xff, [12] = 192, [13] = 168},
     .n_bits = V4_BITS + 16},
    {.first.ip = {[10] = 0xff, [11] = 0xff, [12] = 169, [13] = 254},
     .n_bits = V4_BITS + 16},
    {.first.ip = {[10] = 0xff, [11] = 0xff, [12] = 100, [13] = 64},
     .n_bits = V4_BITS + 10},
    {.first.ip = {0xfe, 0x80}, .n_bits = 10},
    {.first.ip = {0xfc}, .n_bits = 7},
};

/* 0/8; 224/4 and 240/4; unspecified; multicast; link-local. */
static const struct net undialable_nets[] = {
    {.first.ip = {[10] = 0xff, [11] = 0xff}, .n_bits = V4_BITS + 8},
    {.first.ip = {[10] = 0xff, [11] = 0xff, [12] = 224}, .n_bits = V4_BITS + 3},
    {.first.ip = {0}, .n_bits = 128},
    {.first.ip = {0xff}, .n_bits = 8},
    {.first.ip = {0xfe, 0x80}, .n_bits = 10},
};

bool addr_is_loopback(const struct addr *a)
{
    return in_nets(a, loopback_nets,
                   sizeof loopback_nets / sizeof loopback_nets[0]);
}

bool addr_is_private(const struct addr *a)
{
    return in_nets(a, private_nets,
                   sizeof private_nets / sizeof private_nets[0]);
}

bool addr_is_dialable(const struct addr *a)
{
    return a->port != 0 &&
           !in_nets(a, undialable_nets,
                    sizeof undialable_nets / sizeof undialable_nets[0]);
}

/* BEP 40: the network part (16 bits of IPv4, 48 of IPv6) counts whole, and one
 * byte more than the two have in common; of the rest each second bit. */
static void mask_ip(uint8_t *ip, size_t len, size_t n_common)
{
    size_t n_whole = len == ADDR_V4_LEN ? 2 : 6;
    if (n_common >= n_whole)
        n_whole = n_common + 1;
    for (size_t i = n_whole; i < len; i++)
        ip[i] &= 0x55;
}

uint32_t addr_priority(const struct addr *a, const struct addr *b)
{
    uint8_t pair[2 * ADDR_V6_LEN];
    if (addr_same_ip(a, b)) {
        bytes_put_be16(pair, a->port < b->port ? a->port : b->port);
        bytes_put_be16(pair + 2, a->port < b->port ? b->port : a->port);
        return crc32c(pair, 4);
    }
    bool v4 = addr_is_v4(a) && addr_is_v4(b);
    size_t len = v4 ? ADDR_V4_LEN : ADDR_V6_LEN;
    const uint8_t *ip_a = a->ip + ADDR_V6_LEN - len;
    const uint8_t *ip_b = b->ip + ADDR_V6_LEN - len;
    size_t n_common = 0;
    while (ip_a[n_common] == ip_b[n_common])
        n_common++;

    uint8_t low[ADDR_V6_LEN];
    uint8_t high[ADDR_V6_LEN];
    memcpy(low, ip_a, len);
    memcpy(high, ip_b, len);
    mask_ip(low, len, n_common);
    mask_ip(high, len, n_common);
    bool in_order = memcmp(low, high, len) <= 0;
    memcpy(pair, in_order ? low : high, len);
    memcpy(pair + len, in_order ? high : low, len);
    return crc32c(pair, 2 * len);
}
