#include "config.h"

#include "swarm/dht_id.h"

#include <string.h>

#include "swarm/dht_addr.h"
#include "util/crc32c.h"

/* BEP 42: the bits of an address that count; IPv4, and the first half of IPv6. */
static const uint8_t mask_v4[] = {0x03, 0x0f, 0x3f, 0xff};
static const uint8_t mask_v6[] = {0x01, 0x03, 0x07, 0x0f,
                                  0x1f, 0x3f, 0x7f, 0xff};

enum { V4_AT = 12, R_BITS = 0x07, R_SHIFT = 5, THIRD_BYTE_BITS = 0xf8 };

int dht_id_compare(const uint8_t *target, const uint8_t *a, const uint8_t *b)
{
    for (size_t i = 0; i < DHT_ID_LEN; i++) {
        int far_a = a[i] ^ target[i];
        int far_b = b[i] ^ target[i];
        if (far_a != far_b)
            return far_a - far_b;
    }
    return 0;
}

unsigned dht_id_prefix(const uint8_t *a, const uint8_t *b)
{
    for (unsigned i = 0; i < DHT_ID_LEN; i++) {
        unsigned differing = a[i] ^ b[i];
        if (differing == 0)
            continue;
        unsigned n = 8 * i;
        while ((differing & 0x80) == 0) {
            differing <<= 1;
            n++;
        }
        return n;
    }
    return DHT_ID_BITS;
}

/* The 21 bits that start an id at this address whose last byte is r. */
static uint32_t hash_of(const struct addr *ip, uint8_t r)
{
    uint8_t bytes[sizeof mask_v6];
    bool is_v4 = addr_is_v4(ip);
    size_t len = is_v4 ? sizeof mask_v4 : sizeof mask_v6;
    const uint8_t *mask = is_v4 ? mask_v4 : mask_v6;
    const uint8_t *from = is_v4 ? ip->ip + V4_AT : ip->ip;
    for (size_t i = 0; i < len; i++)
        bytes[i] = from[i] & mask[i];
    bytes[0] |= (uint8_t)((r & R_BITS) << R_SHIFT);
    return crc32c(bytes, len);
}

void dht_id_make(const struct rng *rng, const struct addr *ip, uint8_t *out)
{
    rng_bytes(rng, out, DHT_ID_LEN);
    if (ip == NULL || dht_addr_is_local(ip))
        return;
    uint32_t hash = hash_of(ip, out[DHT_ID_LEN - 1]);
    out[0] = (uint8_t)(hash >> 24);
    out[1] = (uint8_t)(hash >> 16);
    out[2] = (uint8_t)((hash >> 8 & THIRD_BYTE_BITS) |
                       (out[2] & (uint8_t)~THIRD_BYTE_BITS));
}

bool dht_id_fits(const uint8_t *id, const struct addr *ip)
{
    if (dht_addr_is_local(ip))
        return true;
    uint32_t hash = hash_of(ip, id[DHT_ID_LEN - 1]);
    return id[0] == (uint8_t)(hash >> 24) && id[1] == (uint8_t)(hash >> 16) &&
           ((id[2] ^ (hash >> 8)) & THIRD_BYTE_BITS) == 0;
}

void dht_id_make_near(const struct rng *rng, const uint8_t *id, unsigned n_bits,
                      uint8_t *out)
{
    unsigned byte = n_bits / 8;
    uint8_t bit = (uint8_t)(0x80 >> n_bits % 8);
    uint8_t after = (uint8_t)(bit - 1);
    rng_bytes(rng, out, DHT_ID_LEN);
    memcpy(out, id, byte);
    out[byte] = (uint8_t)((id[byte] & ~(bit | after)) | (~id[byte] & bit) |
                          (out[byte] & after));
}
