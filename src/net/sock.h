/* sock.h -- makes sockets as this program wants them all: non-blocking and closed
 * on exec, without a moment in between where the system can. Decides nothing else,
 * keeps no state. Any thread. Failures leave errno set. */
#ifndef NET_SOCK_H
#define NET_SOCK_H

#include "util/addr.h"

#include <stdbool.h>
#include <stdint.h>

/* A new socket of `family` and `type`, or -1. */
int sock_open(int family, int type);

/* A new datagram socket that talks to `to` alone, from `local` (its port is not looked at;
 * NULL: any); *own: the address that it has then. Sends nothing: so the way to `to` is
 * found, or -1: there is none. */
int sock_open_to(const struct addr *to, const struct addr *local,
                 struct addr *own);

/* Take one waiting connection off a listening socket: its descriptor, or -1.
 * *remote: its other end, all zero when that is no IP address. */
int sock_accept(int fd, struct addr *remote);

/* Make a descriptor from elsewhere the same. */
bool sock_prepare(int fd);

/* Take the error that waits at a socket (SO_ERROR): an errno value, or 0. */
int sock_take_error(int fd);

/* The round trip of a connected TCP socket as the system has smoothed it, in µs;
 * -1: unknown yet, or never told by this system. */
int64_t sock_rtt_us(int fd);

/* Set an option of int type. */
bool sock_set(int fd, int level, int option, int value);

#endif
