#include "config.h"

#include "swarm/neighbours.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "swarm/keyed_hash.h"
#include "util/heap.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { COOKIE_BYTES = 8 };

/* One torrent. */
struct entry {
    struct heap_node due; /* first: found by it */
    uint8_t info_hash[LSD_HASH_LEN];
    int64_t called_ms;                       /* -1: not yet */
    int64_t heard_ms;                        /* likewise */
    size_t n_heard;                          /* different ones, ever */
    struct addr near[NEIGHBOURS_REMEMBERED]; /* ring */
    UT_hash_handle hh;
};

struct neighbours {
    const struct rng *rng; /* borrowed: outlives it */
    struct keyed_hash hash;
    struct entry *all; /* owned: hash table, and each */
    struct heap due;
    char cookie[LSD_COOKIE_MAX];
    int64_t free_ms; /* a datagram may be sent from then on */
    int64_t second_ms;
    uint32_t n_in_second;
};

struct neighbours *neighbours_new(const struct rng *rng)
{
    struct neighbours *n = xzalloc(sizeof *n);
    uint8_t bytes[COOKIE_BYTES];
    n->rng = rng;
    n->free_ms = INT64_MIN;
    keyed_hash_init(&n->hash, rng);
    heap_init(&n->due);
    rng_bytes(rng, bytes, sizeof bytes);
    text_hex(n->cookie, bytes, sizeof bytes);
    return n;
}

static unsigned hash_of(const struct neighbours *n, const uint8_t *info_hash)
{
    return keyed_hash_of(&n->hash, info_hash, LSD_HASH_LEN);
}

static struct entry *find(const struct neighbours *n, const uint8_t *info_hash)
{
    struct entry *e;
    HASH_FIND_BYHASHVALUE(hh, n->all, info_hash, LSD_HASH_LEN,
                          hash_of(n, info_hash), e);
    return e;
}

static void forget(struct neighbours *n, struct entry *e)
{
    heap_remove(&n->due, &e->due);
    HASH_DEL(n->all, e);
    free(e);
}

void neighbours_free(struct neighbours *n)
{
    if (n == NULL)
        return;
    while (n->all != NULL)
        forget(n, n->all);
    heap_fini(&n->due);
    free(n);
}

static void set_due(struct neighbours *n, struct entry *e, int64_t at_ms)
{
    heap_remove(&n->due, &e->due);
    heap_push(&n->due, &e->due, at_ms);
}

void neighbours_join(struct neighbours *n, const uint8_t *info_hash,
                     int64_t now_ms)
{
    if (find(n, info_hash) != NULL)
        return;
    struct entry *e = xzalloc(sizeof *e);
    memcpy(e->info_hash, info_hash, LSD_HASH_LEN);
    e->called_ms = e->heard_ms = -1;
    HASH_ADD_BYHASHVALUE(hh, n->all, info_hash, LSD_HASH_LEN,
                         hash_of(n, info_hash), e);
    set_due(n, e, now_ms + NEIGHBOURS_FIRST_MS);
}

void neighbours_leave(struct neighbours *n, const uint8_t *info_hash)
{
    struct entry *e = find(n, info_hash);
    if (e != NULL)
        forget(n, e);
}

void neighbours_wake(struct neighbours *n, int64_t now_ms)
{
    for (struct entry *e = n->all; e != NULL; e = e->hh.next)
        set_due(n, e, now_ms + NEIGHBOURS_FIRST_MS);
}

bool neighbours_status(const struct neighbours *n, const uint8_t *info_hash,
                       struct neighbours_status *out)
{
    const struct entry *e = find(n, info_hash);
    if (e == NULL)
        return false;
    *out = (struct neighbours_status){
        .called_ms = e->called_ms,
        .next_ms = e->due.key,
        .heard_ms = e->heard_ms,
        .n_near = e->n_heard < NEIGHBOURS_REMEMBERED ? e->n_heard
                                                     : NEIGHBOURS_REMEMBERED,
    };
    return true;
}

/* ---- Calling ---- */

int64_t neighbours_deadline_ms(const struct neighbours *n)
{
    const struct heap_node *first = heap_min(&n->due);
    if (first == NULL)
        return INT64_MAX;
    return first->key > n->free_ms ? first->key : n->free_ms;
}

static int64_t next_call_ms(const struct neighbours *n, int64_t now_ms)
{
    uint32_t tenth = NEIGHBOURS_EVERY_MS / 10;
    return now_ms + NEIGHBOURS_EVERY_MS - tenth +
           rng_below(n->rng, 2 * tenth + 1);
}

bool neighbours_next(struct neighbours *n, int64_t now_ms, struct lsd *out)
{
    if (neighbours_deadline_ms(n) > now_ms)
        return false;
    struct lsd lsd = {.n_hashes = 0};
    struct heap_node *first;
    memcpy(lsd.cookie, n->cookie, sizeof lsd.cookie);
    while (lsd.n_hashes < LSD_MAX_HASHES &&
           (first = heap_min(&n->due)) != NULL &&
           first->key <= now_ms + NEIGHBOURS_EARLY_MS) {
        struct entry *e = (struct entry *)(void *)first;
        memcpy(lsd.hashes[lsd.n_hashes++], e->info_hash, LSD_HASH_LEN);
        e->called_ms = now_ms;
        set_due(n, e, next_call_ms(n, now_ms));
    }
    n->free_ms = now_ms + NEIGHBOURS_GAP_MS;
    *out = lsd;
    return true;
}

/* ---- Listening ---- */

static bool is_remembered(const struct entry *e, const struct addr *a)
{
    for (size_t i = 0; i < e->n_heard && i < NEIGHBOURS_REMEMBERED; i++)
        if (addr_eq(&e->near[i], a))
            return true;
    return false;
}

static void answer(struct neighbours *n, struct entry *e, int64_t now_ms)
{
    int64_t at_ms = now_ms + rng_below(n->rng, NEIGHBOURS_ANSWER_BY_MS);
    if (e->called_ms >= 0 && at_ms < e->called_ms + NEIGHBOURS_ANSWER_MS)
        at_ms = e->called_ms + NEIGHBOURS_ANSWER_MS;
    if (at_ms < e->due.key)
        set_due(n, e, at_ms);
}

/* Is it within what is listened to in a second? */
static bool count(struct neighbours *n, int64_t now_ms)
{
    if (now_ms - n->second_ms >= 1000) {
        n->second_ms = now_ms;
        n->n_in_second = 0;
    }
    return n->n_in_second++ < NEIGHBOURS_MAX_HEARD;
}

enum err neighbours_hear(struct neighbours *n, const struct addr *from,
                         const uint8_t *bytes, size_t len, int64_t now_ms,
                         struct lsd *out)
{
    struct lsd all;
    if (!count(n, now_ms))
        return ERR_PROTO_FLOOD;
    enum err err = lsd_parse(bytes, len, &all);
    if (err != OK)
        return err;
    if (strcmp(all.cookie, n->cookie) == 0)
        return ERR_CANCELLED;
    struct addr peer = *from;
    struct lsd ours = {.port = all.port};
    peer.port = all.port;
    for (size_t i = 0; i < all.n_hashes; i++) {
        struct entry *e = find(n, all.hashes[i]);
        if (e == NULL)
            continue;
        memcpy(ours.hashes[ours.n_hashes++], e->info_hash, LSD_HASH_LEN);
        e->heard_ms = now_ms;
        if (is_remembered(e, &peer))
            continue;
        e->near[e->n_heard++ % NEIGHBOURS_REMEMBERED] = peer;
        answer(n, e, now_ms);
    }
    if (ours.n_hashes == 0)
        return ERR_NOT_FOUND;
    *out = ours;
    return OK;
}

void neighbours_check(const struct neighbours *n)
{
    size_t n_entries = 0;
    for (const struct entry *e = n->all; e != NULL; e = e->hh.next) {
        n_entries++;
        assert(heap_contains(&e->due));
        assert((e->heard_ms < 0) == (e->n_heard == 0));
    }
    assert(n_entries == n->due.n);
}
