#include "config.h"

#include "swarm/dht_items.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "swarm/keyed_hash.h"
#include "util/hash.h"
#include "util/xalloc.h"

_Static_assert(KRPC_KEY_LEN == crypto_sign_PUBLICKEYBYTES &&
                   KRPC_SIG_LEN == crypto_sign_BYTES &&
                   DHT_ITEMS_SECRET_LEN == crypto_sign_SECRETKEYBYTES,
               "BEP 44 signs with Ed25519");

struct stored {
    uint8_t target[DHT_ID_LEN];
    bool is_mutable;
    uint8_t key[KRPC_KEY_LEN];
    uint8_t sig[KRPC_SIG_LEN];
    int64_t seq;
    int64_t until_ms;
    size_t len;
    UT_hash_handle hh;
    uint8_t value[];
};

struct dht_items {
    struct keyed_hash hash;
    struct stored *all; /* owned; in order of the last put */
    size_t n_bytes;     /* of their values */
};

enum { SIGNED_MAX = DHT_ITEMS_VALUE + DHT_ITEMS_SALT + 64 };

/* What is signed: "4:salt" and the salt, unless it is empty, "3:seq" and the
 * number, "1:v" and the value, bencoded. */
static size_t put_signed(const struct dht_items_item *item, uint8_t *out)
{
    struct bytes_writer w = bytes_writer(out, SIGNED_MAX);
    char text[40];
    int n;
    if (item->salt.len > 0) {
        n = snprintf(text, sizeof text, "4:salt%zu:", item->salt.len);
        bytes_write(&w, text, (size_t)n);
        bytes_write(&w, item->salt.p, item->salt.len);
    }
    n = snprintf(text, sizeof text, "3:seqi%" PRId64 "e1:v", item->seq);
    bytes_write(&w, text, (size_t)n);
    bytes_write(&w, item->value.p, item->value.len);
    return bytes_written(&w);
}

void dht_items_target(const struct dht_items_item *item, uint8_t *out)
{
    uint8_t named[KRPC_KEY_LEN + DHT_ITEMS_SALT];
    if (item->key == NULL) {
        hash_sha1(item->value.p, item->value.len, out);
        return;
    }
    memcpy(named, item->key, KRPC_KEY_LEN);
    if (item->salt.len > 0)
        memcpy(named + KRPC_KEY_LEN, item->salt.p, item->salt.len);
    hash_sha1(named, KRPC_KEY_LEN + item->salt.len, out);
}

void dht_items_sign(const struct dht_items_item *item, const uint8_t *secret,
                    uint8_t *sig_out, uint8_t *key_out)
{
    uint8_t bytes[SIGNED_MAX];
    size_t len = put_signed(item, bytes);
    (void)crypto_sign_detached(sig_out, NULL, bytes, len, secret);
    (void)crypto_sign_ed25519_sk_to_pk(key_out, secret);
}

static int fault_of(const struct dht_items_item *item)
{
    uint8_t bytes[SIGNED_MAX];
    if (item->value.len == 0)
        return KRPC_PROTOCOL;
    if (item->value.len > DHT_ITEMS_VALUE)
        return KRPC_VALUE_TOO_BIG;
    if (item->salt.len > DHT_ITEMS_SALT)
        return KRPC_SALT_TOO_BIG;
    if (item->key == NULL)
        return 0;
    if (item->sig == NULL || item->seq < 0)
        return KRPC_PROTOCOL;
    size_t len = put_signed(item, bytes);
    if (crypto_sign_verify_detached(item->sig, bytes, len, item->key) != 0)
        return KRPC_BAD_SIGNATURE;
    return 0;
}

bool dht_items_is_genuine(const struct dht_items_item *item,
                          const uint8_t *target)
{
    uint8_t own[DHT_ID_LEN];
    if (item->value.len > DHT_ITEMS_VALUE || item->salt.len > DHT_ITEMS_SALT)
        return false;
    dht_items_target(item, own);
    return memcmp(own, target, DHT_ID_LEN) == 0 && fault_of(item) == 0;
}

struct dht_items *dht_items_new(const struct rng *rng)
{
    struct dht_items *s = xzalloc(sizeof *s);
    keyed_hash_init(&s->hash, rng);
    return s;
}

static void forget(struct dht_items *s, struct stored *i)
{
    HASH_DEL(s->all, i);
    s->n_bytes -= i->len;
    free(i);
}

void dht_items_free(struct dht_items *s)
{
    if (s == NULL)
        return;
    while (s->all != NULL)
        forget(s, s->all);
    free(s);
}

static struct stored *find(struct dht_items *s, const uint8_t *target,
                           int64_t now_ms)
{
    struct stored *i;
    unsigned hash = keyed_hash_of(&s->hash, target, DHT_ID_LEN);
    HASH_FIND_BYHASHVALUE(hh, s->all, target, DHT_ID_LEN, hash, i);
    if (i == NULL || now_ms < i->until_ms)
        return i;
    forget(s, i);
    return NULL;
}

/* May item take the place of what is stored? */
static int refusal(const struct stored *old, const struct dht_items_item *item,
                   const int64_t *cas)
{
    if (old == NULL || item->key == NULL)
        return 0;
    if (cas != NULL && *cas != old->seq)
        return KRPC_CAS_MISMATCH;
    bool is_same = item->seq == old->seq && item->value.len == old->len &&
                   memcmp(item->value.p, old->value, old->len) == 0;
    return item->seq > old->seq || is_same ? 0 : KRPC_SEQ_TOO_LOW;
}

int dht_items_put(struct dht_items *s, const struct dht_items_item *item,
                  const int64_t *cas, int64_t now_ms)
{
    uint8_t target[DHT_ID_LEN];
    int code = fault_of(item);
    if (code != 0)
        return code;
    dht_items_target(item, target);
    struct stored *old = find(s, target, now_ms);
    code = refusal(old, item, cas);
    if (code != 0)
        return code;
    if (old != NULL)
        forget(s, old);
    while (HASH_COUNT(s->all) >= DHT_ITEMS_MAX ||
           s->n_bytes + item->value.len > DHT_ITEMS_BYTES)
        forget(s, s->all);
    struct stored *i = xzalloc(sizeof *i + item->value.len);
    memcpy(i->target, target, DHT_ID_LEN);
    memcpy(i->value, item->value.p, item->value.len);
    i->len = item->value.len;
    s->n_bytes += i->len;
    i->until_ms = now_ms + DHT_ITEMS_KEEP_MS;
    i->is_mutable = item->key != NULL;
    if (i->is_mutable) {
        memcpy(i->key, item->key, KRPC_KEY_LEN);
        memcpy(i->sig, item->sig, KRPC_SIG_LEN);
        i->seq = item->seq;
    }
    unsigned hash = keyed_hash_of(&s->hash, target, DHT_ID_LEN);
    HASH_ADD_BYHASHVALUE(hh, s->all, target, DHT_ID_LEN, hash, i);
    return 0;
}

bool dht_items_get(struct dht_items *s, const uint8_t *target, int64_t now_ms,
                   struct dht_items_item *out)
{
    struct stored *i = find(s, target, now_ms);
    if (i == NULL)
        return false;
    *out = (struct dht_items_item){.value = {i->value, i->len}};
    if (!i->is_mutable)
        return true;
    out->key = i->key;
    out->sig = i->sig;
    out->seq = i->seq;
    return true;
}

void dht_items_sweep(struct dht_items *s, int64_t now_ms)
{
    while (s->all != NULL && now_ms >= s->all->until_ms)
        forget(s, s->all);
}

uint32_t dht_items_n(const struct dht_items *s)
{
    return HASH_COUNT(s->all);
}
