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

enum { ADDR_TEXT_MAX = 56 }; /* "[8 groups]:65535" and NUL, with room */

/* Make an address of 4 or 16 bytes in network order, port in host order. */
struct addr addr_v4(const uint8_t ip[4], uint16_t port);
struct addr addr_v6(const uint8_t ip[16], uint16_t port);
/* Is it IPv4, also when it came in as ::ffff:a.b.c.d? */
bool addr_is_v4(const struct addr *a);
/* Are IP and port the same; or the IP alone? */
bool addr_eq(const struct addr *a, const struct addr *b);
bool addr_same_ip(const struct addr *a, const struct addr *b);
/* Order by IP, then port: <0, 0, >0. */
int addr_cmp(const struct addr *a, const struct addr *b);

/* Read "1.2.3.4:80", "[::1]:80"; with a default port also "1.2.3.4" and "::1"
 * (default_port 0: a port is required). ERR_SYNTAX otherwise. No names. */
enum err addr_parse(const char *text, uint16_t default_port,
                    struct addr *out) ERR_MUST_CHECK;

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
