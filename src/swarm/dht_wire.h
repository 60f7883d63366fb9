/* dht_wire.h -- sends the node's messages: fills in what all have, counts them,
 * keeps them small, and replies within the limits. Part of dht. */
#ifndef SWARM_DHT_WIRE_H
#define SWARM_DHT_WIRE_H

#include "swarm/dht_internal.h"

/* May a node be there? Not at an address that none has, of a family that we do not use,
 * or that the host refuses. */
bool dht_wire_may_talk(const struct dht *d, const struct addr *a);

/* Send a query: id, tid, ro and want of *query, tid and kind of *call are set
 * here, the rest is the caller's. Return false when it could not be sent: nobody may be
 * talked to there, or too many calls. */
bool dht_wire_ask(struct dht *d, struct krpc_msg *query,
                  struct dht_rpc_call *call, int64_t now_ms);

/* Send a reply, of which the caller has set what is the method's own; max_len:
 * bytes it may have. Nodes, then values, are left out when it is longer.
 * Nothing is sent over the limits. */
void dht_wire_reply(struct dht *d, const struct addr *to,
                    const struct krpc_msg *query, struct krpc_msg *reply,
                    size_t max_len, int64_t now_ms);
/* Send an error in answer to a query, of which the tid counts. */
void dht_wire_refuse(struct dht *d, const struct addr *to,
                     const struct krpc_msg *query, int code, const char *text,
                     int64_t now_ms);

/* The kind of a method. */
enum dht_kind dht_wire_kind(enum krpc_method method);

#endif
