/* udp.h -- datagrams of one port, IPv4 and IPv6: trackers, DHT, later uTP.
 * Understands none of them. At most UDP_RECV_MAX datagrams a turn and family;
 * one of length 0 is given on like others. What does not fit the socket's buffer
 * is dropped, as the network would. An ICMP error ends nothing: it is told to
 * on_unreachable, where the system says whom it is about. Loop thread only. */
#ifndef NET_UDP_H
#define NET_UDP_H

#include "net/dualsock.h"
#include "util/addr.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct udp;
struct loop;

enum { UDP_RECV_MAX = 64, UDP_MAX_LEN = 65536 };

struct udp_handler {
    /* bytes: borrowed until it returns. Freeing the socket inside is fine. */
    void (*on_datagram)(void *ctx, const struct addr *from, struct span bytes);
    /* An earlier datagram to `to` could not be delivered (ECONNREFUSED,
     * EHOSTUNREACH, ...). May be NULL: not wanted. */
    void (*on_unreachable)(void *ctx, const struct addr *to, int errnum);
    void *ctx; /* borrowed */
};

/* Bind as config says (dualsock.h; errors too). handler is copied. */
enum err udp_new(struct loop *loop, const struct dualsock_config *config,
                 const struct udp_handler *handler, struct udp **out,
                 struct cause *cause) ERR_MUST_CHECK;
void udp_free(struct udp *u); /* NULL: nothing */

uint16_t udp_port(const struct udp *u);
bool udp_has_v4(const struct udp *u);
bool udp_has_v6(const struct udp *u);

/* Send one datagram now. ERR_AGAIN: the socket's buffer is full, it is dropped;
 * ERR_UNSUPPORTED: no socket of that family; ERR_TOO_BIG; ERR_SYS with errno:
 * no route and the like. */
enum err udp_send(struct udp *u, const struct addr *to, const void *p,
                  size_t len) ERR_MUST_CHECK;

#endif
