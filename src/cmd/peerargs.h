/* peerargs.h -- the peers that the user named, HOST:PORT each: an address, an IPv6
 * address in brackets, or a name, which is looked up. Blocks until all are known. */
#ifndef CMD_PEERARGS_H
#define CMD_PEERARGS_H

#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Split "HOST:PORT" or "[HOST]:PORT" into the host (cap bytes with the NUL) and the
 * port, 1..65535; false when it is neither. */
bool peerargs_split(const char *text, char *host, size_t cap,
                    uint16_t *port_out);

/* The addresses of n arguments, one after the other, in new memory; a name may have
 * several. is_cancelled (may be NULL) is asked while waiting: true ends it with
 * ERR_CANCELLED. ERR_USAGE: an argument is no peer, or its name has no address; the
 * cause begins with it, quoted. */
enum err peerargs_resolve(const char *const *items, size_t n,
                          bool (*is_cancelled)(void), struct addr **out,
                          size_t *n_out, struct cause *cause) ERR_MUST_CHECK;

#endif
