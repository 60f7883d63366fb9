#include "config.h"

#include "util/ipset.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/xalloc.h"

enum { CAP_MIN = 64 };

struct range4 {
    uint32_t first, last;
};

struct range6 {
    uint8_t first[ADDR_V6_LEN], last[ADDR_V6_LEN];
};

struct ipset {
    struct range4 *v4; /* owned, as the next */
    struct range6 *v6;
    size_t n4, cap4, n6, cap6;
    bool is_sealed;
};

struct ipset *ipset_new(void)
{
    return xzalloc(sizeof(struct ipset));
}

void ipset_free(struct ipset *s)
{
    if (s == NULL)
        return;
    free(s->v4);
    free(s->v6);
    free(s);
}

static uint32_t number_of(const struct addr *a)
{
    return bytes_be32(a->ip + ADDR_V4_AT);
}

static size_t more(size_t cap)
{
    return cap > 0 ? 2 * cap : CAP_MIN;
}

enum err ipset_add(struct ipset *s, const struct addr *first,
                   const struct addr *last)
{
    assert(!s->is_sealed);
    bool is_v4 = addr_is_v4(first);
    if (is_v4 != addr_is_v4(last) ||
        memcmp(first->ip, last->ip, sizeof first->ip) > 0)
        return ERR_INVALID;
    if (s->n4 + s->n6 >= IPSET_MAX_RANGES)
        return ERR_TOO_BIG;
    if (is_v4) {
        if (s->n4 == s->cap4) {
            s->cap4 = more(s->cap4);
            s->v4 = xreallocarray(s->v4, s->cap4, sizeof *s->v4);
        }
        s->v4[s->n4++] = (struct range4){number_of(first), number_of(last)};
        return OK;
    }
    if (s->n6 == s->cap6) {
        s->cap6 = more(s->cap6);
        s->v6 = xreallocarray(s->v6, s->cap6, sizeof *s->v6);
    }
    struct range6 *r = &s->v6[s->n6++];
    memcpy(r->first, first->ip, sizeof r->first);
    memcpy(r->last, last->ip, sizeof r->last);
    return OK;
}

/* ---- Sealing ---- */

static int order4(const void *a, const void *b)
{
    const struct range4 *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

static int order6(const void *a, const void *b)
{
    const struct range6 *x = a, *y = b;
    return memcmp(x->first, y->first, sizeof x->first);
}

/* Published lists are in order, mostly: then nothing is to be done. */
static void sort(void *ranges, size_t n, size_t size,
                 int (*order)(const void *, const void *))
{
    const char *at = ranges;
    size_t i = 1;
    while (i < n && order(at + (i - 1) * size, at + i * size) <= 0)
        i++;
    if (i < n)
        qsort(ranges, n, size, order);
}

static void merge4(struct ipset *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n4; i++) {
        struct range4 r = s->v4[i];
        struct range4 *before = n > 0 ? &s->v4[n - 1] : NULL;
        bool meets = before != NULL && (before->last == UINT32_MAX ||
                                        r.first <= before->last + 1);
        if (!meets)
            s->v4[n++] = r;
        else if (r.last > before->last)
            before->last = r.last;
    }
    s->n4 = n;
}

/* Is `next` the address after `last`? */
static bool comes_after(const uint8_t *last, const uint8_t *next)
{
    uint8_t sum[ADDR_V6_LEN];
    memcpy(sum, last, sizeof sum);
    for (size_t i = sizeof sum; i-- > 0 && ++sum[i] == 0;)
        ;
    return memcmp(sum, next, sizeof sum) == 0;
}

static void merge6(struct ipset *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n6; i++) {
        struct range6 r = s->v6[i];
        struct range6 *before = n > 0 ? &s->v6[n - 1] : NULL;
        bool meets = before != NULL &&
                     (memcmp(r.first, before->last, sizeof r.first) <= 0 ||
                      comes_after(before->last, r.first));
        if (!meets)
            s->v6[n++] = r;
        else if (memcmp(r.last, before->last, sizeof r.last) > 0)
            memcpy(before->last, r.last, sizeof r.last);
    }
    s->n6 = n;
}

void ipset_seal(struct ipset *s)
{
    sort(s->v4, s->n4, sizeof *s->v4, order4);
    sort(s->v6, s->n6, sizeof *s->v6, order6);
    merge4(s);
    merge6(s);
    s->cap4 = s->n4;
    s->cap6 = s->n6;
    if (s->n4 > 0)
        s->v4 = xreallocarray(s->v4, s->n4, sizeof *s->v4);
    if (s->n6 > 0)
        s->v6 = xreallocarray(s->v6, s->n6, sizeof *s->v6);
    s->is_sealed = true;
}

/* ---- Questions ---- */

/* The last range that begins at or before the address may have it. */
static bool has4(const struct ipset *s, uint32_t ip)
{
    size_t low = 0, high = s->n4;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (s->v4[mid].first <= ip)
            low = mid + 1;
        else
            high = mid;
    }
    return low > 0 && ip <= s->v4[low - 1].last;
}

static bool has6(const struct ipset *s, const uint8_t *ip)
{
    size_t low = 0, high = s->n6;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (memcmp(s->v6[mid].first, ip, ADDR_V6_LEN) <= 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low > 0 && memcmp(ip, s->v6[low - 1].last, ADDR_V6_LEN) <= 0;
}

bool ipset_has(const struct ipset *s, const struct addr *a)
{
    assert(s->is_sealed);
    return addr_is_v4(a) ? has4(s, number_of(a)) : has6(s, a->ip);
}

size_t ipset_n_ranges(const struct ipset *s)
{
    return s->n4 + s->n6;
}

size_t ipset_n_bytes(const struct ipset *s)
{
    return sizeof *s + s->cap4 * sizeof *s->v4 + s->cap6 * sizeof *s->v6;
}
