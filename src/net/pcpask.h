/* pcpask.h -- maps a port by PCP at a gateway, and takes it back: sends what net/pcp builds
 * from a socket of its own, and waits for the answer. Only datagrams of the gateway's own
 * address and port count.
 * Blocks for up to 7 times first_ms (250, 500, 1000 ms) a gateway that is silent; any
 * thread. Which mapping is ours is said by the wish's nonce. For struct portmap_mapper,
 * see there. Source: RFC 6887 sections 8.1, 11. */
#ifndef NET_PCPASK_H
#define NET_PCPASK_H

#include "net/portmap.h"
#include "util/addr.h"
#include "util/err.h"

enum { PCPASK_FIRST_MS = 250, PCPASK_TRIES = 3 };

/* Who is asked; a value. */
struct pcpask {
    struct addr gateway; /* with its port: PCP_PORT */
    int first_ms;        /* > 0: the first wait for an answer; each later one is twice as
                            long */
};

/* Map wish->port, TCP and UDP, to the same one outside, or neither. ERR_NOT_FOUND: it does
 * not answer; ERR_UNSUPPORTED: it does, and speaks no PCP of this version; ERR_REFUSED: it
 * said no, or gave another port; ERR_INVALID: it is not reached from the address that is
 * meant; ERR_SYS. */
enum err pcpask_map(const struct pcpask *ask, const struct portmap_wish *wish,
                    struct portmap_mapping *out,
                    struct cause *cause) ERR_MUST_CHECK;
/* Take it back; the answer is waited for once a protocol. */
void pcpask_unmap(const struct pcpask *ask, const struct portmap_wish *wish);

#endif
