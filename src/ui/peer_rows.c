#include "config.h"

#include "ui/peer_rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ui/peer_filter.h"
#include "util/xalloc.h"

/* A row: the greatest weights first. */
struct peer_rows_key {
    uint64_t weights[2];
    uint32_t row; /* of detail.peers; from n_peers on, of detail.gone */
    uint32_t id;
    bool is_inverted;
};

void peer_rows_init(struct peer_rows *o)
{
    *o = (struct peer_rows){.by = PEER_ROWS_DOWN};
}

void peer_rows_fini(struct peer_rows *o)
{
    free(o->keys);
}

/* n bytes as a number that is the greater, the earlier they are in the alphabet. */
static uint64_t alphabetical(const void *bytes, size_t n)
{
    const uint8_t *at = bytes;
    uint64_t v = 0;
    for (size_t i = 0; i < 8; i++) {
        uint8_t c = i < n ? at[i] : 0;
        v = v << 8 | (c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c);
    }
    return ~v;
}

static uint64_t address_half(const uint8_t *at)
{
    uint64_t v = 0;
    for (size_t i = 0; i < 8; i++)
        v = v << 8 | at[i];
    return ~v;
}

/* Those who do most for us first. */
static uint64_t by_flags(const struct detail_peer *p)
{
    return (p->am_interested && !p->is_choking ? 64U : 0) +
           (p->is_interested && !p->am_choking ? 32U : 0) +
           (p->am_interested ? 16U : 0) + (p->is_interested ? 8U : 0) +
           (p->is_optimistic ? 4U : 0) + (p->is_snubbed ? 0 : 2U) +
           (p->is_encrypted ? 1U : 0);
}

static uint64_t by_now(const struct detail_peer *p)
{
    if (p->gets_block)
        return UINT64_MAX - p->now_piece_idx;
    return p->is_snubbed ? 3 : p->am_interested && p->is_choking ? 2 : 1;
}

static void by_client(const struct detail_peer *p, uint64_t weights[2])
{
    size_t len = strlen(p->client);
    weights[0] = alphabetical(p->client, len);
    weights[1] = len > 8 ? alphabetical(p->client + 8, len - 8) : UINT64_MAX;
}

static void weigh(const struct detail_peer *p, enum peer_rows_by by,
                  uint64_t weights[2])
{
    weights[1] = 0;
    switch (by) {
    case PEER_ROWS_ID:
        weights[0] = UINT64_MAX - p->slot;
        break;
    case PEER_ROWS_ADDRESS:
        weights[0] = address_half(p->addr.ip);
        weights[1] = address_half(p->addr.ip + 8);
        break;
    case PEER_ROWS_CLIENT:
        by_client(p, weights);
        break;
    case PEER_ROWS_SOURCE:
        weights[0] = UINT64_MAX - (uint8_t)detail_peer_source_letter(
                                      (enum detail_source)p->source);
        weights[1] = p->is_incoming;
        break;
    case PEER_ROWS_FLAGS:
        weights[0] = by_flags(p);
        break;
    case PEER_ROWS_DONE:
        weights[0] = p->n_pieces;
        break;
    case PEER_ROWS_DOWN:
        weights[0] = p->rate_down_Bps;
        break;
    case PEER_ROWS_UP:
        weights[0] = p->rate_up_Bps;
        break;
    case PEER_ROWS_REQ:
        weights[0] = p->n_outstanding;
        break;
    case PEER_ROWS_RTT:
        weights[0] = p->rtt_us < 0 ? 0 : (uint64_t)p->rtt_us + 1;
        break;
    case PEER_ROWS_NOW:
        weights[0] = by_now(p);
        break;
    case PEER_ROWS_TOTAL:
        weights[0] = p->bytes_down;
        weights[1] = p->bytes_up;
        break;
    case PEER_ROWS_GIVES:
        weights[0] = p->n_gives;
        break;
    case PEER_ROWS_UNIQUE:
        weights[0] = p->n_unique;
        break;
    case PEER_ROWS_COUNTRY:
        weights[0] = p->country[0] >= 'A' ? alphabetical(p->country, 2) : 0;
        break;
    case PEER_ROWS_N:
        break;
    }
}

static int compare(const void *pa, const void *pb)
{
    const struct peer_rows_key *a = pa, *b = pb;
    for (size_t i = 0; i < 2; i++)
        if (a->weights[i] != b->weights[i])
            return (a->weights[i] > b->weights[i]) != a->is_inverted ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

void peer_rows_update(struct peer_rows *o, const struct detail *d,
                      const char *filter, int64_t now_ms)
{
    o->n = o->n_here = 0;
    if (d == NULL)
        return;
    if (o->cap < d->n_peers + d->n_gone) {
        o->cap = d->n_peers + d->n_gone;
        o->keys = xreallocarray(o->keys, o->cap, sizeof *o->keys);
    }
    struct peer_filter f;
    peer_filter_parse(&f, filter);
    for (size_t i = 0; i < d->n_peers; i++) {
        if (!peer_filter_takes(&f, &d->peers[i], d->n_pieces))
            continue;
        struct peer_rows_key *key = &o->keys[o->n_here++];
        *key = (struct peer_rows_key){.row = (uint32_t)i,
                                      .id = d->peers[i].id,
                                      .is_inverted = o->is_inverted};
        weigh(&d->peers[i], o->by, key->weights);
    }
    if (o->n_here > 0)
        qsort(o->keys, o->n_here, sizeof *o->keys, compare);
    o->n = o->n_here;
    for (size_t i = 0; i < d->n_gone; i++)
        if (now_ms - d->gone[i].at_ms < PEER_ROWS_GONE_MS &&
            peer_filter_takes_gone(&f, &d->gone[i]))
            o->keys[o->n++] =
                (struct peer_rows_key){.row = (uint32_t)(d->n_peers + i),
                                       .id = d->gone[i].id};
}

const struct detail_peer *peer_rows_peer(const struct peer_rows *o,
                                         const struct detail *d, size_t row)
{
    assert(row < o->n);
    return row < o->n_here ? &d->peers[o->keys[row].row] : NULL;
}

const struct detail_gone *peer_rows_gone(const struct peer_rows *o,
                                         const struct detail *d, size_t row)
{
    assert(row < o->n);
    return row < o->n_here ? NULL : &d->gone[o->keys[row].row - d->n_peers];
}

uint32_t peer_rows_id(const struct peer_rows *o, size_t row)
{
    assert(row < o->n);
    return o->keys[row].id;
}

size_t peer_rows_row_of(const struct peer_rows *o, uint32_t id)
{
    size_t i = 0;
    while (i < o->n && o->keys[i].id != id)
        i++;
    return i;
}

void peer_rows_sort(struct peer_rows *o, enum peer_rows_by by)
{
    o->is_inverted = o->by == by && !o->is_inverted;
    o->by = by;
}

bool peer_rows_act(struct peer_rows *o, enum keys_action action, unsigned shown)
{
    unsigned step;
    if (action == KEYS_SORT_RIGHT)
        step = 1;
    else if (action == KEYS_SORT_LEFT)
        step = PEER_ROWS_N - 1;
    else if (action == KEYS_SORT_INVERT) {
        o->is_inverted = !o->is_inverted;
        return true;
    } else
        return false;
    for (int i = 0; i < PEER_ROWS_N; i++) {
        o->by = (enum peer_rows_by)((o->by + step) % PEER_ROWS_N);
        if ((shown >> o->by & 1) != 0)
            break;
    }
    return true;
}
