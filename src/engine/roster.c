#include "config.h"

#include "engine/roster.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "disk/haul.h"
#include "disk/lockset.h"
#include "engine/seeker.h"
#include "engine/torrent.h"
#include "proto/mse.h"
#include "util/xalloc.h"

/* Between two neighbours, so that one can be put between them without a change of
 * others: twenty times in the same gap. */
enum { ORDER_GAP = 1 << 20 };

void roster_init(struct roster *r)
{
    *r = (struct roster){.next_id = 0};
}

struct roster_entry *
roster_entry_new(const uint8_t info_hash[METAINFO_HASH_LEN], struct kept *kept)
{
    struct roster_entry *e = xzalloc(sizeof *e);
    memcpy(e->info_hash, info_hash, sizeof e->info_hash);
    mse_torrent_hash(info_hash, e->mse_hash);
    e->kept = kept;
    return e;
}

void roster_entry_free(struct roster_entry *e)
{
    if (e == NULL)
        return;
    seeker_free(e->seeker);
    torrent_free(e->torrent);
    lockset_release(e->lock);
    metainfo_free(e->meta);
    kept_free(e->kept);
    haul_unref(e->old_place);
    haul_unref(e->haul);
    frame_torrent_unref(e->row);
    free(e);
}

void roster_fini(struct roster *r)
{
    HASH_CLEAR(by_id, r->by_id);
    HASH_CLEAR(by_hash, r->by_hash);
    HASH_CLEAR(by_mse, r->by_mse);
    for (size_t i = 0; i < r->n; i++)
        roster_entry_free(r->order[i]);
    free(r->order);
}

int64_t roster_last_order(const struct roster *r)
{
    return r->n == 0 ? 0 : r->order[r->n - 1]->kept->order + ORDER_GAP;
}

/* The first place whose order is above this one. */
static size_t place_of_order(const struct roster *r, int64_t order)
{
    size_t low = 0, high = r->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->order[middle]->kept->order > order)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static size_t place_of(const struct roster *r, const struct roster_entry *e)
{
    size_t i = 0;
    while (r->order[i] != e)
        i++;
    return i;
}

static void put(struct roster *r, struct roster_entry *e, size_t place)
{
    memmove(r->order + place + 1, r->order + place,
            (r->n - place) * sizeof *r->order);
    r->order[place] = e;
    r->n++;
}

static void take(struct roster *r, size_t place)
{
    r->n--;
    memmove(r->order + place, r->order + place + 1,
            (r->n - place) * sizeof *r->order);
}

void roster_insert(struct roster *r, struct roster_entry *e)
{
    if (r->n == r->cap) {
        r->cap = r->cap > 0 ? 2 * r->cap : 16;
        r->order = xreallocarray(r->order, r->cap, sizeof *r->order);
    }
    e->id = ++r->next_id;
    put(r, e, place_of_order(r, e->kept->order));
    HASH_ADD(by_id, r->by_id, id, sizeof e->id, e);
    HASH_ADD(by_hash, r->by_hash, info_hash, sizeof e->info_hash, e);
    HASH_ADD(by_mse, r->by_mse, mse_hash, sizeof e->mse_hash, e);
}

void roster_drop(struct roster *r, struct roster_entry *e)
{
    take(r, place_of(r, e));
    HASH_DELETE(by_id, r->by_id, e);
    HASH_DELETE(by_hash, r->by_hash, e);
    HASH_DELETE(by_mse, r->by_mse, e);
    roster_entry_free(e);
}

struct roster_entry *roster_find_id(const struct roster *r, uint32_t id)
{
    struct roster_entry *e;
    HASH_FIND(by_id, r->by_id, &id, sizeof id, e);
    return e;
}

struct roster_entry *
roster_find_hash(const struct roster *r,
                 const uint8_t info_hash[METAINFO_HASH_LEN])
{
    struct roster_entry *e;
    HASH_FIND(by_hash, r->by_hash, info_hash, METAINFO_HASH_LEN, e);
    return e;
}

struct roster_entry *roster_find_mse(const struct roster *r,
                                     const uint8_t hash[SHA1_LEN])
{
    struct roster_entry *e;
    HASH_FIND(by_mse, r->by_mse, hash, SHA1_LEN, e);
    return e;
}

/* An order between the neighbours of a place; false: there is no room. */
static bool order_at(const struct roster *r, size_t place, int64_t *out)
{
    if (r->n == 1)
        *out = 0;
    else if (place == 0)
        *out = r->order[1]->kept->order - ORDER_GAP;
    else if (place == r->n - 1)
        *out = r->order[place - 1]->kept->order + ORDER_GAP;
    else {
        int64_t before = r->order[place - 1]->kept->order;
        int64_t gap = r->order[place + 1]->kept->order - before;
        *out = before + gap / 2;
        return gap >= 2;
    }
    return true;
}

static void renumber(struct roster *r)
{
    for (size_t i = 0; i < r->n; i++) {
        r->order[i]->kept->order = (int64_t)i * ORDER_GAP;
        r->order[i]->save_is_due = true;
    }
}

bool roster_move(struct roster *r, struct roster_entry *e, int32_t delta)
{
    size_t from = place_of(r, e);
    int64_t to = (int64_t)from + delta;
    if (to < 0)
        to = 0;
    if (to >= (int64_t)r->n)
        to = (int64_t)r->n - 1;
    if ((size_t)to == from)
        return false;
    take(r, from);
    put(r, e, (size_t)to);
    if (order_at(r, (size_t)to, &e->kept->order))
        e->save_is_due = true;
    else
        renumber(r);
    return true;
}

void roster_check(const struct roster *r)
{
    assert(HASH_CNT(by_id, r->by_id) == r->n);
    assert(HASH_CNT(by_hash, r->by_hash) == r->n);
    assert(HASH_CNT(by_mse, r->by_mse) == r->n);
    for (size_t i = 0; i < r->n; i++) {
        const struct roster_entry *e = r->order[i];
        assert(roster_find_id(r, e->id) == e);
        assert(roster_find_hash(r, e->info_hash) == e);
        assert(roster_find_mse(r, e->mse_hash) == e);
        assert(i == 0 || r->order[i - 1]->kept->order <= e->kept->order);
    }
}
