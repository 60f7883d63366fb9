/* dht_id.h -- node ids and the XOR metric. Pure functions; an id is 20 bytes,
 * as an info-hash is. Source: BEP 5; BEP 42 (ids that fit an address). */
#ifndef SWARM_DHT_ID_H
#define SWARM_DHT_ID_H

#include "util/addr.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DHT_ID_LEN = 20, DHT_ID_BITS = 160 };

/* Which of a and b is closer to target: <0 a, >0 b, 0 they are the same. */
int dht_id_compare(const uint8_t *target, const uint8_t *a, const uint8_t *b);
/* How many leading bits they share: 0..DHT_ID_BITS. */
unsigned dht_id_prefix(const uint8_t *a, const uint8_t *b);

/* Draw an id that fits the address (BEP 42), or any when ip is NULL or local.
 */
void dht_id_make(const struct rng *rng, const struct addr *ip, uint8_t *out);
/* Does id fit the address? Of a local address each id does. */
bool dht_id_fits(const uint8_t *id, const struct addr *ip);
/* Draw an id that shares exactly n_bits (< DHT_ID_BITS) with id: one of the
 * bucket at that depth. */
void dht_id_make_near(const struct rng *rng, const uint8_t *id, unsigned n_bits,
                      uint8_t *out);

#endif
