#include "config.h"

#include "util/bitset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/xalloc.h"

/* Bit i is bit 63 - i % 64 of word i / 64, so that a word is eight bytes of the
 * wire form, in big-endian order. Bits behind the last are always zero. */
struct bitset {
    size_t n_bits;
    size_t n_words;
    size_t n_set;
    uint64_t words[];
};

enum { WORD_BITS = 64 };

static uint64_t bit_mask(size_t i)
{
    return UINT64_C(1) << (WORD_BITS - 1 - i % WORD_BITS);
}

/* The bits of word w that lie within the set. */
static uint64_t valid_mask(const struct bitset *b, size_t w)
{
    size_t n = b->n_bits - w * WORD_BITS;
    return n >= WORD_BITS ? UINT64_MAX : ~(UINT64_MAX >> n);
}

static size_t n_bytes(const struct bitset *b)
{
    return b->n_words * sizeof b->words[0];
}

static size_t popcount(uint64_t word)
{
    return (size_t)__builtin_popcountll(word);
}

struct bitset *bitset_new(size_t n_bits)
{
    size_t n_words = n_bits / WORD_BITS + (n_bits % WORD_BITS != 0);
    struct bitset *b = xzalloc(sizeof *b + n_words * sizeof b->words[0]);
    b->n_bits = n_bits;
    b->n_words = n_words;
    return b;
}

struct bitset *bitset_copy(const struct bitset *b)
{
    return xmemdup(b, sizeof *b + n_bytes(b));
}

void bitset_free(struct bitset *b)
{
    free(b);
}

size_t bitset_size(const struct bitset *b)
{
    return b->n_bits;
}

size_t bitset_count(const struct bitset *b)
{
    return b->n_set;
}

bool bitset_full(const struct bitset *b)
{
    return b->n_set == b->n_bits;
}

bool bitset_get(const struct bitset *b, size_t i)
{
    assert(i < b->n_bits);
    return (b->words[i / WORD_BITS] & bit_mask(i)) != 0;
}

bool bitset_set(struct bitset *b, size_t i)
{
    if (bitset_get(b, i))
        return false;
    b->words[i / WORD_BITS] |= bit_mask(i);
    b->n_set++;
    return true;
}

bool bitset_clear(struct bitset *b, size_t i)
{
    if (!bitset_get(b, i))
        return false;
    b->words[i / WORD_BITS] &= ~bit_mask(i);
    b->n_set--;
    return true;
}

void bitset_set_all(struct bitset *b)
{
    for (size_t w = 0; w < b->n_words; w++)
        b->words[w] = valid_mask(b, w);
    b->n_set = b->n_bits;
}

void bitset_clear_all(struct bitset *b)
{
    memset(b->words, 0, n_bytes(b));
    b->n_set = 0;
}

void bitset_assign(struct bitset *dst, const struct bitset *src)
{
    assert(dst->n_bits == src->n_bits);
    memcpy(dst->words, src->words, n_bytes(src));
    dst->n_set = src->n_set;
}

/* The words of `a`, inverted where `flip` is all ones, and masked by `b` where
 * there is one: the first bit set in that, at or after `from`. */
static int64_t next(const struct bitset *a, const struct bitset *b,
                    uint64_t flip, size_t from)
{
    if (from >= a->n_bits)
        return BITSET_NONE;
    uint64_t skip = UINT64_MAX >> (from % WORD_BITS);
    for (size_t w = from / WORD_BITS; w < a->n_words; w++) {
        uint64_t word = (a->words[w] ^ flip) & skip & valid_mask(a, w);
        if (b != NULL)
            word &= b->words[w];
        if (word != 0)
            return (int64_t)(w * WORD_BITS) + __builtin_clzll(word);
        skip = UINT64_MAX;
    }
    return BITSET_NONE;
}

int64_t bitset_next_set(const struct bitset *b, size_t from)
{
    return next(b, NULL, 0, from);
}

int64_t bitset_next_clear(const struct bitset *b, size_t from)
{
    return next(b, NULL, UINT64_MAX, from);
}

int64_t bitset_next_and(const struct bitset *a, const struct bitset *b,
                        size_t from)
{
    assert(a->n_bits == b->n_bits);
    return next(a, b, 0, from);
}

size_t bitset_count_and(const struct bitset *a, const struct bitset *b)
{
    assert(a->n_bits == b->n_bits);
    size_t n = 0;
    for (size_t w = 0; w < a->n_words; w++)
        n += popcount(a->words[w] & b->words[w]);
    return n;
}

size_t bitset_wire_len(const struct bitset *b)
{
    return b->n_bits / 8 + (b->n_bits % 8 != 0);
}

enum err bitset_from_wire(struct bitset *b, const uint8_t *bytes, size_t len)
{
    if (len != bitset_wire_len(b))
        return ERR_PROTO_LENGTH;
    if (b->n_bits % 8 != 0 && (bytes[len - 1] & (0xff >> b->n_bits % 8)) != 0)
        return ERR_PROTO_RANGE;
    b->n_set = 0;
    for (size_t w = 0; w < b->n_words; w++) {
        uint8_t chunk[8] = {0};
        size_t left = len - w * sizeof chunk;
        memcpy(chunk, bytes + w * sizeof chunk,
               left < sizeof chunk ? left : sizeof chunk);
        b->words[w] = bytes_be64(chunk);
        b->n_set += popcount(b->words[w]);
    }
    return OK;
}

void bitset_to_wire(const struct bitset *b, uint8_t *bytes)
{
    size_t len = bitset_wire_len(b);
    for (size_t w = 0; w < b->n_words; w++) {
        uint8_t chunk[8];
        bytes_put_be64(chunk, b->words[w]);
        size_t left = len - w * sizeof chunk;
        memcpy(bytes + w * sizeof chunk, chunk,
               left < sizeof chunk ? left : sizeof chunk);
    }
}
