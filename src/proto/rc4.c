#include "config.h"

#include "proto/rc4.h"

#include <string.h>

void rc4_init(struct rc4 *r, const uint8_t *key, size_t len)
{
    for (uint32_t i = 0; i < 256; i++)
        r->s[i] = i;
    for (uint32_t i = 0, j = 0; i < 256; i++) {
        uint32_t a = r->s[i];
        j = (j + a + key[i % len]) & 255;
        r->s[i] = r->s[j];
        r->s[j] = a;
    }
    r->i = r->j = 0;
}

/* Where a stream stands: `i` is the place of the next byte, `a` what lies there. */
struct step {
    uint32_t i, j, a;
};

static inline uint8_t next_byte(uint32_t *s, struct step *at)
{
    uint32_t i = (at->i + 1) & 255;
    uint32_t j = (at->j + at->a) & 255;
    uint32_t next = s[i]; /* right unless the swap changes it: below */
    uint32_t b = s[j];
    uint8_t key = (uint8_t)(at->a + b);
    s[j] = at->a;
    s[at->i] = b;
    *at = (struct step){i, j, i == j ? at->a : next};
    return (uint8_t)s[key];
}

/* The lowest byte of the word is the stream's first. */
static inline void xor_word(uint8_t *p, uint64_t stream)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t text;
    memcpy(&text, p, sizeof text);
    text ^= stream;
    memcpy(p, &text, sizeof text);
#else
    for (int k = 0; k < 8; k++)
        p[k] ^= (uint8_t)(stream >> (8 * k));
#endif
}

void rc4_crypt(struct rc4 *r, uint8_t *p, size_t n)
{
    uint32_t i = (r->i + 1) & 255;
    struct step at = {i, r->j, r->s[i]};
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t stream = 0;
#pragma GCC unroll 8
        for (int k = 0; k < 8; k++)
            stream |= (uint64_t)next_byte(r->s, &at) << (8 * k);
        xor_word(p, stream);
    }
    for (; n > 0; p++, n--)
        *p ^= next_byte(r->s, &at);
    r->i = (at.i - 1) & 255;
    r->j = at.j;
}

void rc4_skip(struct rc4 *r, size_t n)
{
    uint8_t waste[256];
    while (n > 0) {
        size_t part = n < sizeof waste ? n : sizeof waste;
        memset(waste, 0, part);
        rc4_crypt(r, waste, part);
        n -= part;
    }
}
