/* sockaddr.h -- struct addr to and from what the system's socket calls take.
 * An IPv4 address, kept v4-mapped in struct addr, becomes AF_INET, and both
 * AF_INET and v4-mapped AF_INET6 become IPv4 again, so that no caller sees two
 * forms of one address. Decides nothing, keeps no state. Any thread. */
#ifndef NET_SOCKADDR_H
#define NET_SOCKADDR_H

#include "util/addr.h"
#include "util/err.h"

#include <sys/socket.h>

/* AF_INET or AF_INET6: which kind of socket reaches `a`. */
int sockaddr_family(const struct addr *a);

/* Write the system's form of `a` to *out and return its length. */
socklen_t sockaddr_from_addr(const struct addr *a,
                             struct sockaddr_storage *out);

/* Read an address that a call of the system gave, `len` bytes long. ERR_INVALID
 * when it is no IP address, or shorter than its family needs. */
enum err sockaddr_to_addr(const struct sockaddr_storage *sa, socklen_t len,
                          struct addr *out) ERR_MUST_CHECK;

/* The address that a socket is bound to. ERR_SYS, ERR_INVALID. */
enum err sockaddr_of_socket(int fd, struct addr *out) ERR_MUST_CHECK;

#endif
