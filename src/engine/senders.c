#include "config.h"

#include "engine/senders.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { SENDERS_FIRST = 16 };

void senders_fini(struct senders *s)
{
    free(s->ring);
    *s = (struct senders){.ring = NULL};
}

/* Places keep their meaning when the ring grows: until it is whole, an id is its own
 * place. */
static void grow(struct senders *s)
{
    uint32_t n = s->n == 0 ? SENDERS_FIRST : s->n * 2;
    s->ring = xreallocarray(s->ring, n, sizeof *s->ring);
    memset(s->ring + s->n, 0, (n - s->n) * sizeof *s->ring);
    s->n = n;
}

void senders_remember(struct senders *s, peer_id_t id, const struct addr *a)
{
    while (id >= s->n && s->n < SENDERS_MAX)
        grow(s);
    s->ring[id % s->n] = *a;
}

struct addr senders_addr(const struct senders *s, peer_id_t id,
                         peer_id_t latest)
{
    if (id == PEER_ID_NONE || latest - id >= SENDERS_MAX ||
        (id >= s->n && s->n < SENDERS_MAX))
        return (struct addr){.port = 0};
    return s->ring[id % s->n];
}
