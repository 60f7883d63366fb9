/* proxyurl.h -- a proxy as the user names it: socks5://[USER:PASSWORD@]HOST[:PORT] or
 * http://... A value; keeps no state. Any thread.
 * Passwords are in the value, in what is made for libcurl, and nowhere else: what may be
 * shown is proxyurl_safe().
 * Source: RFC 3986, 3.2. */
#ifndef NET_PROXYURL_H
#define NET_PROXYURL_H

#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PROXYURL_HOST_LEN = 254,
    PROXYURL_LOGIN_LEN = 256, /* 255 bytes: what SOCKS5 takes */
    PROXYURL_SAFE_LEN = 280,
    PROXYURL_SOCKS_PORT = 1080,
    PROXYURL_HTTP_PORT = 8080
};

struct proxyurl {
    bool is_http; /* else SOCKS5 */
    char host[PROXYURL_HOST_LEN]; /* a name or an address, without brackets; clean */
    uint16_t port;
    char user[PROXYURL_LOGIN_LEN], password[PROXYURL_LOGIN_LEN]; /* decoded; "" */
};

/* Read it. ERR_SYNTAX: it is none; ERR_UNSUPPORTED: another kind of proxy. The cause
 * (may be NULL) has not a word of it. */
enum err proxyurl_parse(const char *text, struct proxyurl *out,
                        struct cause *cause) ERR_MUST_CHECK;
/* "socks5://host:1080", for people: no user, no password. */
void proxyurl_safe(const struct proxyurl *u, char dst[PROXYURL_SAFE_LEN]);
/* What libcurl takes, for the proxy at this address, names being looked up there. In new
 * memory. */
char *proxyurl_for_curl(const struct proxyurl *u, const struct addr *at);

#endif
