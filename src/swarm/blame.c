#include "config.h"

#include "swarm/blame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/hash.h"
#include "util/xalloc.h"

#include "swarm/culprits.h"
#include "swarm/keyed_hash.h"

/* One failed attempt at a piece. */
struct record {
    uint32_t piece_idx;
    uint32_t n_blocks;
    uint32_t n_culprits;
    struct addr *culprits; /* owned: each once */
    uint32_t *sender_of;   /* owned: of each block, its place in culprits */
    uint8_t *hashes;       /* owned: SHA1_LEN bytes a block */
};

/* What is thought of a culprit. */
struct score {
    struct addr culprit;
    int settled;        /* trust without what is pending */
    uint32_t n_pending; /* records that it is in */
    bool is_convicted;
    UT_hash_handle hh; /* in the order of their last use */
};

struct verdict {
    struct addr culprit;
    enum blame_proof proof;
};

struct blame {
    struct blame_host host;
    struct keyed_hash hash;
    struct record *records; /* owned: BLAME_MAX_RECORDS, oldest first; NULL
                               before the first */
    size_t n_records;
    size_t n_blocks;          /* in all records */
    struct score *scores;     /* owned: hash table */
    struct verdict *verdicts; /* owned: of the event being dealt with */
    size_t n_verdicts;
    size_t verdicts_cap;
};

struct blame *blame_new(const struct blame_host *host, const struct rng *rng)
{
    struct blame *b = xzalloc(sizeof *b);
    b->host = *host;
    keyed_hash_init(&b->hash, rng);
    return b;
}

static void record_fini(struct record *r)
{
    free(r->culprits);
    free(r->sender_of);
    free(r->hashes);
}

void blame_free(struct blame *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < b->n_records; i++)
        record_fini(&b->records[i]);
    struct score *s, *next;
    HASH_ITER(hh, b->scores, s, next)
    {
        HASH_DEL(b->scores, s);
        free(s);
    }
    free(b->records);
    free(b->verdicts);
    free(b);
}

/* ---- Scores ---- */

static unsigned hash_of(const struct blame *b, const struct addr *culprit)
{
    return keyed_hash_of(&b->hash, culprit, sizeof *culprit);
}

static struct score *score_find(const struct blame *b,
                                const struct addr *culprit)
{
    struct score *s;
    HASH_FIND_BYHASHVALUE(hh, b->scores, culprit, sizeof *culprit,
                          hash_of(b, culprit), s);
    return s;
}

/* The score of a culprit, now the latest used; the longest unused is
 * forgotten. */
static struct score *score_use(struct blame *b, const struct addr *culprit)
{
    struct score *s = score_find(b, culprit);
    if (s != NULL) {
        HASH_DEL(b->scores, s);
    } else {
        if (HASH_COUNT(b->scores) == BLAME_MAX_PEERS) {
            struct score *oldest = b->scores;
            HASH_DEL(b->scores, oldest);
            free(oldest);
        }
        s = xzalloc(sizeof *s);
        s->culprit = *culprit;
    }
    HASH_ADD_BYHASHVALUE(hh, b->scores, culprit, sizeof s->culprit,
                         hash_of(b, culprit), s);
    return s;
}

/* ---- Verdicts ---- */

static void convict(struct blame *b, const struct addr *culprit,
                    enum blame_proof proof)
{
    for (size_t i = 0; i < b->n_verdicts; i++) {
        if (addr_eq(&b->verdicts[i].culprit, culprit))
            return;
    }
    if (b->n_verdicts == b->verdicts_cap) {
        b->verdicts_cap = b->verdicts_cap == 0 ? 8 : b->verdicts_cap * 2;
        b->verdicts =
            xreallocarray(b->verdicts, b->verdicts_cap, sizeof *b->verdicts);
    }
    b->verdicts[b->n_verdicts++] = (struct verdict){*culprit, proof};
    score_use(b, culprit)->is_convicted = true;
}

static void pronounce(struct blame *b, uint32_t piece_idx)
{
    for (size_t i = 0; i < b->n_verdicts; i++)
        b->host.on_convict(b->host.ctx, &b->verdicts[i].culprit, piece_idx,
                           b->verdicts[i].proof);
    b->n_verdicts = 0;
}

static void add_trust(struct blame *b, const struct addr *culprit, int change)
{
    struct score *s = score_use(b, culprit);
    s->settled += change;
    if (s->settled > BLAME_TRUST_MAX)
        s->settled = BLAME_TRUST_MAX;
    if (s->settled < BLAME_TRUST_BAN)
        s->settled = BLAME_TRUST_BAN;
    if (s->settled == BLAME_TRUST_BAN && !s->is_convicted)
        convict(b, culprit, BLAME_DISTRUST);
}

/* ---- Records ---- */

/* One of a record's culprits is not under suspicion by it any more. */
static void end_suspicion(struct blame *b, const struct addr *culprit)
{
    struct score *s = score_find(b, culprit);
    if (s != NULL && s->n_pending > 0)
        s->n_pending--;
}

static void record_remove(struct blame *b, size_t i)
{
    for (uint32_t k = 0; k < b->records[i].n_culprits; k++)
        end_suspicion(b, &b->records[i].culprits[k]);
    b->n_blocks -= b->records[i].n_blocks;
    record_fini(&b->records[i]);
    b->n_records--;
    memmove(&b->records[i], &b->records[i + 1],
            (b->n_records - i) * sizeof b->records[0]);
}

/* Nothing can be proved by it any more: its weight stays. */
static void record_give_up(struct blame *b, size_t i)
{
    const struct record *r = &b->records[i];
    for (uint32_t k = 0; k < r->n_culprits; k++)
        add_trust(b, &r->culprits[k], BLAME_TRUST_BAD);
    record_remove(b, i);
}

static uint32_t culprit_place(struct record *r, const struct addr *culprit,
                              uint32_t guess)
{
    if (guess < r->n_culprits && addr_eq(&r->culprits[guess], culprit))
        return guess;
    for (uint32_t i = 0; i < r->n_culprits; i++) {
        if (addr_eq(&r->culprits[i], culprit))
            return i;
    }
    r->culprits[r->n_culprits] = *culprit;
    return r->n_culprits++;
}

static struct record record_make(uint32_t piece_idx, uint32_t n_blocks,
                                 const struct addr *senders,
                                 const uint8_t *hashes)
{
    struct record r = {.piece_idx = piece_idx, .n_blocks = n_blocks};
    r.culprits = xcalloc(n_blocks, sizeof *r.culprits);
    r.sender_of = xcalloc(n_blocks, sizeof *r.sender_of);
    uint32_t last = 0;
    for (uint32_t i = 0; i < n_blocks; i++) {
        struct addr culprit = culprits_of(&senders[i]);
        last = culprit_place(&r, &culprit, last);
        r.sender_of[i] = last;
    }
    r.culprits = xreallocarray(r.culprits, r.n_culprits, sizeof *r.culprits);
    if (hashes != NULL)
        r.hashes = xmemdup(hashes, (size_t)n_blocks * SHA1_LEN);
    return r;
}

static bool is_same_block(const uint8_t *hashes, const uint8_t *others,
                          uint32_t block_idx)
{
    size_t off = (size_t)block_idx * SHA1_LEN;
    return memcmp(hashes + off, others + off, SHA1_LEN) == 0;
}

/* Who sent one thing in the old attempt and another in the new? */
static void convict_two_faced(struct blame *b, const struct record *old,
                              const struct record *new)
{
    for (uint32_t i = 0; i < old->n_blocks; i++) {
        const struct addr *was = &old->culprits[old->sender_of[i]];
        const struct addr *is = &new->culprits[new->sender_of[i]];
        if (addr_eq(was, is) && !is_same_block(old->hashes, new->hashes, i))
            convict(b, is, BLAME_TWO_FACED);
    }
}

static void record_keep(struct blame *b, const struct record *r)
{
    while (b->n_records == BLAME_MAX_RECORDS ||
           (b->n_records > 0 && b->n_blocks + r->n_blocks > BLAME_MAX_BLOCKS))
        record_give_up(b, 0);
    for (uint32_t i = 0; i < r->n_culprits; i++)
        score_use(b, &r->culprits[i])->n_pending++;
    b->n_blocks += r->n_blocks;
    if (b->records == NULL)
        b->records = xcalloc(BLAME_MAX_RECORDS, sizeof *b->records);
    b->records[b->n_records++] = *r;
}

/* ---- Events ---- */

void blame_on_failed(struct blame *b, uint32_t piece_idx, uint32_t n_blocks,
                     const struct addr *senders, const uint8_t *block_hashes)
{
    assert(n_blocks >= 1);
    struct record r = record_make(piece_idx, n_blocks, senders, block_hashes);
    if (r.n_culprits == 1) {
        convict(b, &r.culprits[0], BLAME_SOLE_SENDER);
        record_fini(&r);
    } else if (block_hashes == NULL || n_blocks > BLAME_MAX_BLOCKS) {
        for (uint32_t i = 0; i < r.n_culprits; i++)
            add_trust(b, &r.culprits[i], BLAME_TRUST_BAD);
        record_fini(&r);
    } else {
        for (size_t i = 0; i < b->n_records; i++) {
            if (b->records[i].piece_idx == piece_idx)
                convict_two_faced(b, &b->records[i], &r);
        }
        record_keep(b, &r);
    }
    pronounce(b, piece_idx);
}

/* Convict those whose blocks in a record are not the right ones. */
static void record_resolve(struct blame *b, size_t i, const uint8_t *hashes)
{
    const struct record *r = &b->records[i];
    for (uint32_t k = 0; k < r->n_blocks; k++) {
        if (!is_same_block(r->hashes, hashes, k))
            convict(b, &r->culprits[r->sender_of[k]], BLAME_BAD_BLOCK);
    }
    record_remove(b, i);
}

void blame_on_good(struct blame *b, uint32_t piece_idx, uint32_t n_blocks,
                   const struct addr *senders, const uint8_t *block_hashes)
{
    struct record good = record_make(piece_idx, n_blocks, senders, NULL);
    for (size_t i = b->n_records; i-- > 0;) {
        if (b->records[i].piece_idx != piece_idx)
            continue;
        assert(b->records[i].n_blocks == n_blocks);
        if (block_hashes != NULL)
            record_resolve(b, i, block_hashes);
        else
            record_give_up(b, i);
    }
    for (uint32_t i = 0; i < good.n_culprits; i++)
        add_trust(b, &good.culprits[i], BLAME_TRUST_GOOD);
    record_fini(&good);
    pronounce(b, piece_idx);
}

bool blame_is_suspect(const struct blame *b, uint32_t piece_idx)
{
    for (size_t i = 0; i < b->n_records; i++) {
        if (b->records[i].piece_idx == piece_idx)
            return true;
    }
    return false;
}

bool blame_wants_hashes(const struct blame *b, uint32_t piece_idx)
{
    return blame_is_suspect(b, piece_idx);
}

int blame_trust(const struct blame *b, const struct addr *peer)
{
    struct addr culprit = culprits_of(peer);
    const struct score *s = score_find(b, &culprit);
    return s == NULL ? 0 : s->settled + (int)s->n_pending * BLAME_TRUST_BAD;
}

size_t blame_n_records(const struct blame *b)
{
    return b->n_records;
}

static uint32_t count_suspicions(const struct blame *b,
                                 const struct addr *culprit)
{
    uint32_t n = 0;
    for (size_t i = 0; i < b->n_records; i++) {
        for (uint32_t k = 0; k < b->records[i].n_culprits; k++)
            n += addr_eq(&b->records[i].culprits[k], culprit);
    }
    return n;
}

void blame_check(const struct blame *b)
{
    size_t n_blocks = 0;
    assert(b->n_records <= BLAME_MAX_RECORDS);
    for (size_t i = 0; i < b->n_records; i++) {
        const struct record *r = &b->records[i];
        assert(r->n_culprits >= 2 && r->n_culprits <= r->n_blocks);
        assert(r->hashes != NULL);
        n_blocks += r->n_blocks;
    }
    assert(n_blocks == b->n_blocks);
    assert(b->n_records <= 1 || n_blocks <= BLAME_MAX_BLOCKS);
    assert(HASH_COUNT(b->scores) <= BLAME_MAX_PEERS);
    assert(b->n_verdicts == 0);
    const struct score *s, *next;
    HASH_ITER(hh, b->scores, s, next)
    {
        assert(s->settled >= BLAME_TRUST_BAN);
        assert(s->settled <= BLAME_TRUST_MAX);
        /* Fewer when the score was forgotten in between. */
        assert(s->n_pending <= count_suspicions(b, &s->culprit));
    }
}
