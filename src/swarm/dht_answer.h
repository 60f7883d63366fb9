/* dht_answer.h -- answers the queries of other nodes. Part of dht.
 * Who has not answered us yet may be somebody else whose address was forged:
 * his replies are at most DHT_ANSWER_STRANGER bytes but for items of BEP 44. */
#ifndef SWARM_DHT_ANSWER_H
#define SWARM_DHT_ANSWER_H

#include "swarm/dht_internal.h"

enum { DHT_ANSWER_STRANGER = 512 };

/* Answer a query (id set), within the limits. is_known: its sender is a node of
 * our table. */
void dht_answer(struct dht *d, const struct addr *from,
                const struct krpc_msg *query, bool is_known, int64_t now_ms);

#endif
