/* tunnel.h -- asks a proxy for a stream to an address, by SOCKS5 or by HTTP's CONNECT:
 * bytes to send come out, bytes that came go in, and after the last of them the stream
 * is the other side's. Sans-IO: no descriptor, no clock.
 *   SOCKS5   METHOD -> (LOGIN ->) REPLY -> (LENGTH ->) ADDRESS -> OPEN
 *   HTTP     HEAD -> OPEN
 * tunnel_wanted() says how many bytes may be read at most, so that nothing is taken of
 * what follows. An answer longer than TUNNEL_MAX_HEAD is given up.
 * Holds user and password while it asks: tunnel_fini() wipes them.
 * Source: RFC 1928, RFC 1929; RFC 9110, 9.3.6 CONNECT, and RFC 7617 Basic. */
#ifndef PROTO_TUNNEL_H
#define PROTO_TUNNEL_H

#include "util/addr.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TUNNEL_MAX_LOGIN = 255, /* bytes of user, and of password: RFC 1929 */
    TUNNEL_MAX_HEAD = 8192,
    TUNNEL_OUT_LEN = 1024,
    TUNNEL_WORDS_LEN = 80
};

enum tunnel_kind { TUNNEL_SOCKS5, TUNNEL_HTTP };

enum tunnel_state {
    TUNNEL_METHOD, /* SOCKS5: which way to log in */
    TUNNEL_LOGIN,
    TUNNEL_REPLY,   /* its first four bytes */
    TUNNEL_LENGTH,  /* of a name in it */
    TUNNEL_ADDRESS, /* what is left of it */
    TUNNEL_HEAD,    /* HTTP */
    TUNNEL_OPEN,
    TUNNEL_FAILED
};

struct tunnel {
    enum tunnel_kind kind;
    enum tunnel_state state;
    struct addr to;
    char user[TUNNEL_MAX_LOGIN + 1], password[TUNNEL_MAX_LOGIN + 1];
    uint8_t out[TUNNEL_OUT_LEN];
    size_t out_len, out_sent;
    size_t wanted;  /* bytes of the part that is read */
    size_t n_taken; /* of the part; HTTP: of all */
    uint8_t part[4];
    char line[16];  /* HTTP: the beginning of the status line */
    size_t n_ended; /* HTTP: of CR LF CR LF, so many are there */
    enum err err;   /* FAILED */
    int errnum;     /* with ERR_SYS: what the proxy's code stands for */
    bool is_proxy_at_fault;
    char words[TUNNEL_WORDS_LEN];
};

/* Begin. user, password: "" for none; longer ones than TUNNEL_MAX_LOGIN are cut. */
void tunnel_init(struct tunnel *t, enum tunnel_kind kind, const struct addr *to,
                 const char *user, const char *password);
/* Wipe it. */
void tunnel_fini(struct tunnel *t);

/* What is to be sent now, borrowed; len 0: nothing. */
struct span tunnel_output(const struct tunnel *t);
/* So many bytes of it were. */
void tunnel_sent(struct tunnel *t, size_t n);
/* How many bytes it takes next, at most; 0 when OPEN or FAILED. */
size_t tunnel_wanted(const struct tunnel *t);
/* Take n bytes, 1..tunnel_wanted(). What it says: OK, go on, look at its state;
 * ERR_REFUSED: the proxy says no; ERR_SYS: it cannot reach the address, `errnum`;
 * ERR_TIMEOUT: likewise; ERR_SYNTAX: it is no such proxy; ERR_TOO_BIG. */
enum err tunnel_input(struct tunnel *t, const uint8_t *bytes,
                      size_t n) ERR_MUST_CHECK;
/* Is it the proxy's own fault, not the address's: will all others fail alike? */
bool tunnel_is_proxy_at_fault(const struct tunnel *t);
/* FAILED: why, for people; clean. */
const char *tunnel_words(const struct tunnel *t);

#endif
