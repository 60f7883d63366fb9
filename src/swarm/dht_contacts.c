#include "config.h"

#include "swarm/dht_contacts.h"

#include "util/bitset.h"

void dht_contacts_init(struct dht_contacts *c, const struct rng *rng,
                       int64_t now_ms)
{
    *c = (struct dht_contacts){.latest = bitset_new(DHT_CONTACTS_BITS),
                               .before = bitset_new(DHT_CONTACTS_BITS),
                               .born_ms = now_ms,
                               .turned_ms = now_ms};
    keyed_hash_init(&c->hash, rng);
}

void dht_contacts_fini(struct dht_contacts *c)
{
    bitset_free(c->latest);
    bitset_free(c->before);
}

/* Forget what is old. */
static void turn(struct dht_contacts *c, int64_t now_ms)
{
    struct bitset *oldest = c->before;
    if (now_ms - c->turned_ms < DHT_CONTACTS_MS)
        return;
    if (now_ms - c->turned_ms >= 2 * DHT_CONTACTS_MS)
        bitset_clear_all(c->latest);
    c->before = c->latest;
    c->latest = oldest;
    bitset_clear_all(oldest);
    c->turned_ms = now_ms;
}

static unsigned place_of(const struct dht_contacts *c, const struct addr *a)
{
    return keyed_hash_of(&c->hash, a->ip, sizeof a->ip) % DHT_CONTACTS_BITS;
}

void dht_contacts_note(struct dht_contacts *c, const struct addr *to,
                       int64_t now_ms)
{
    turn(c, now_ms);
    bitset_set(c->latest, place_of(c, to));
}

bool dht_contacts_is_stranger(struct dht_contacts *c, const struct addr *from,
                              int64_t now_ms)
{
    unsigned place = place_of(c, from);
    turn(c, now_ms);
    return now_ms - c->born_ms >= DHT_CONTACTS_QUIET_MS &&
           !bitset_get(c->latest, place) && !bitset_get(c->before, place);
}
