/* inspect_dht.h -- what the views see of the session's node of the DHT. Copies only. Loop
 * thread only. */
#ifndef ENGINE_INSPECT_DHT_H
#define ENGINE_INSPECT_DHT_H

#include "model/detail_dht.h"
#include "model/frame.h"

#include <stdint.h>

struct dhtnode;

/* Its part of every frame; n NULL: it is off. */
void inspect_dht_frame(const struct dhtnode *n, struct frame *f);
/* All about it, which costs a walk over its table; owned by the caller. NULL: it is
 * off. */
struct detail_dht *inspect_dht(struct dhtnode *n, int64_t now_ms);

#endif
