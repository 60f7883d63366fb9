#include "config.h"

#include "util/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "util/bytes.h"
#include "util/crc32c.h"

enum { IP_LEN = 16, V4_LEN = 4, V4_AT = IP_LEN - V4_LEN };

static const uint8_t v4_prefix[V4_AT] = {[10] = 0xff, [11] = 0xff};

_Static_assert(sizeof(struct addr) == IP_LEN + 2, "no padding: memcmp works");

struct addr addr_v4(const uint8_t ip[4], uint16_t port)
{
    struct addr a = {.port = port};
    memcpy(a.ip, v4_prefix, sizeof v4_prefix);
    memcpy(a.ip + V4_AT, ip, V4_LEN);
    return a;
}

struct addr addr_v6(const uint8_t ip[16], uint16_t port)
{
    struct addr a = {.port = port};
    memcpy(a.ip, ip, IP_LEN);
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
    return memcmp(a->ip, b->ip, IP_LEN) == 0;
}

int addr_cmp(const struct addr *a, const struct addr *b)
{
    int order = memcmp(a->ip, b->ip, IP_LEN);
    if (order != 0)
        return order;
    return (a->port > b->port) - (a->port < b->port);
}

static bool parse_port(const char *digits, uint16_t *out)
{
    unsigned port = 0;
    size_t n = 0;
    for (; digits[n] >= '0' && digits[n] <= '9' && n < 5; n++)
        port = 10 * port + (unsigned)(digits[n] - '0');
    if (n == 0 || digits[n] != '\0' || port > UINT16_MAX)
        return false;
    *out = (uint16_t)port;
    return true;
}

static bool parse_ip(const char *text, size_t len, bool v6, uint8_t ip[IP_LEN])
{
    char host[INET6_ADDRSTRLEN];
    if (len >= sizeof host)
        return false;
    memcpy(host, text, len);
    host[len] = '\0';
    if (v6)
        return inet_pton(AF_INET6, host, ip) == 1;
    memcpy(ip, v4_prefix, sizeof v4_prefix);
    return inet_pton(AF_INET, host, ip + V4_AT) == 1;
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
    if (*rest != '\0' && (*rest != ':' || !parse_port(rest + 1, &a.port)))
        return ERR_SYNTAX;
    *out = a;
    return OK;
}

const char *addr_ip_text(const struct addr *a, char *dst)
{
    dst[0] = '\0';
    if (addr_is_v4(a))
        (void)inet_ntop(AF_INET, a->ip + V4_AT, dst, ADDR_TEXT_MAX);
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
    uint8_t ip[IP_LEN];
    uint8_t n_bits;
};

static bool in_net(const struct addr *a, const struct net *net)
{
    size_t n = net->n_bits / 8;
    if (memcmp(a->ip, net->ip, n) != 0)
        return false;
    unsigned spare = net->n_bits % 8;
    return spare == 0 || (a->ip[n] ^ net->ip[n]) >> (8 - spare) == 0;
}

static bool in_nets(const struct addr *a, const struct net *nets, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (in_net(a, &nets[i]))
            return true;
    }
    return false;
}

enum { V4_BITS = 8 * V4_AT };

static const struct net loopback_nets[] = {
    {{[10] = 0xff, [11] = 0xff, [12] = 127}, V4_BITS + 8},
    {{[15] = 1}, 128},
};

static const struct net private_nets[] = {
    {{[10] = 0xff, [11] = 0xff, [12] = 10}, V4_BITS + 8},
    {{[10] = 0xff, [11] = 0xff, [12] = 172, [13] = 16}, V4_BITS + 12},
    {{[10] = 0xff, [11] = 0xff, [12] = 192, [13] = 168}, V4_BITS + 16},
    {{[10] = 0xff, [11] = 0xff, [12] = 169, [13] = 254}, V4_BITS + 16},
    {{[10] = 0xff, [11] = 0xff, [12] = 100, [13] = 64}, V4_BITS + 10},
    {{[0] = 0xfe, [1] = 0x80}, 10},
    {{[0] = 0xfc}, 7},
};

static const struct net undialable_nets[] = {
    {{[10] = 0xff, [11] = 0xff}, V4_BITS + 8},             /* 0/8 */
    {{[10] = 0xff, [11] = 0xff, [12] = 224}, V4_BITS + 3}, /* 224/4, 240/4 */
    {{0}, 128},                                            /* :: */
    {{[0] = 0xff}, 8},                                     /* multicast */
    {{[0] = 0xfe, [1] = 0x80}, 10},                        /* link-local */
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
    size_t n_whole = len == V4_LEN ? 2 : 6;
    if (n_common >= n_whole)
        n_whole = n_common + 1;
    for (size_t i = n_whole; i < len; i++)
        ip[i] &= 0x55;
}

uint32_t addr_priority(const struct addr *a, const struct addr *b)
{
    uint8_t pair[2 * IP_LEN];
    if (addr_same_ip(a, b)) {
        bytes_put_be16(pair, a->port < b->port ? a->port : b->port);
        bytes_put_be16(pair + 2, a->port < b->port ? b->port : a->port);
        return crc32c(pair, 4);
    }
    bool v4 = addr_is_v4(a) && addr_is_v4(b);
    size_t len = v4 ? V4_LEN : IP_LEN;
    const uint8_t *ip_a = a->ip + IP_LEN - len;
    const uint8_t *ip_b = b->ip + IP_LEN - len;
    size_t n_common = 0;
    while (ip_a[n_common] == ip_b[n_common])
        n_common++;

    uint8_t low[IP_LEN];
    uint8_t high[IP_LEN];
    memcpy(low, ip_a, len);
    memcpy(high, ip_b, len);
    mask_ip(low, len, n_common);
    mask_ip(high, len, n_common);
    bool in_order = memcmp(low, high, len) <= 0;
    memcpy(pair, in_order ? low : high, len);
    memcpy(pair + len, in_order ? high : low, len);
    return crc32c(pair, 2 * len);
}
