/* addr.h -- an IP address and port as a value: comparable by memcmp, hashable.
 * IPv4 is kept in its v4-mapped form, so that ::ffff:a.b.c.d and a.b.c.d are
 * one address wherever addresses are compared, banned or counted. */
#ifndef UTIL_ADDR_H
#define UTIL_ADDR_H

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr {
    uint8_t ip[16]; /* network order; IPv4 as ::ffff:a.b.c.d */
    uint16_t port;  /* host order */
};

enum {
    ADDR_V4_LEN = 4,
    ADDR_V6_LEN = 16,
    ADDR_V4_AT = ADDR_V6_LEN - ADDR_V4_LEN, /* of ip: where IPv4's bytes are */
    ADDR_COMPACT_V4_LEN = ADDR_V4_LEN + 2,
    ADDR_COMPACT_V6_LEN = ADDR_V6_LEN + 2,
    ADDR_TEXT_MAX = 56 /* "[8 groups]:65535" and NUL, with room */
};

/* Make an address of 4 or 16 bytes in network order, port in host order. */
struct addr addr_v4(const uint8_t ip[ADDR_V4_LEN], uint16_t port);
struct addr addr_v6(const uint8_t ip[ADDR_V6_LEN], uint16_t port);
/* Is it IPv4, also when it came in as ::ffff:a.b.c.d? */
bool addr_is_v4(const struct addr *a);
/* Are IP and port the same; or the IP alone? */
bool addr_eq(const struct addr *a, const struct addr *b);
bool addr_same_ip(const struct addr *a, const struct addr *b);
/* Have they the first n_bits of ip in common? 0..128; of IPv4 the first 96 are its
 * prefix. */
bool addr_same_prefix(const struct addr *a, const struct addr *b,
                      unsigned n_bits);
/* Order by IP, then port: <0, 0, >0. */
int addr_cmp(const struct addr *a, const struct addr *b);

/* Read "1.2.3.4:80", "[::1]:80"; with a default port also "1.2.3.4" and "::1"
 * (default_port 0: a port is required). ERR_SYNTAX otherwise. No names. */
enum err addr_parse(const char *text, uint16_t default_port,
                    struct addr *out) ERR_MUST_CHECK;

/* Read "1.2.3.4", "::1" or "[::1]": an address alone, the port is 0 then.
 * ERR_SYNTAX otherwise. */
enum err addr_parse_ip(const char *text, struct addr *out) ERR_MUST_CHECK;

/* The bytes of an IP alone: 4, or 16; port 0. False, nothing written: another length. */
bool addr_from_ip(const uint8_t *ip, size_t len, struct addr *out);
/* The compact form (BEP 5, 7, 11, 23): the bytes of the address, 4 or 16, and the port,
 * in network order. Read one of len bytes; false: that is no such length. */
bool addr_from_compact(const uint8_t *p, size_t len, struct addr *out);
/* Write it to dst (ADDR_COMPACT_V6_LEN bytes); return its length. */
size_t addr_put_compact(const struct addr *a, uint8_t *dst);

/* "1.2.3.4:80" or "[::1]:80" into dst (ADDR_TEXT_MAX bytes); returns dst. */
const char *addr_text(const struct addr *a, char *dst);
/* The same without the port. */
const char *addr_ip_text(const struct addr *a, char *dst);

/* 127/8 or ::1. */
bool addr_is_loopback(const struct addr *a);
/* Private, link-local, unique-local or shared (RFC 1918, 3927, 4193, 6598). */
bool addr_is_private(const struct addr *a);
/* One that a peer may have: not unspecified (all of 0/8), multicast, broadcast
 * (all of 240/4) or IPv6 link-local, port not 0. */
bool addr_is_dialable(const struct addr *a);

/* BEP 40 canonical peer priority of two addresses, in either order: CRC32-C of
 * the masked, sorted pair, of the ports where the IPs are the same. An IPv4 and
 * an IPv6 address are both taken as IPv6. Higher is connected first. */
uint32_t addr_priority(const struct addr *a, const struct addr *b);

#endif
