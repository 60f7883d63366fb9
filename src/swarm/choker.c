#include "config.h"

#include "swarm/choker.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum {
    MIN_SLOTS_BY_RATE = 2,
    MAX_OPTIMISTIC = CHOKER_MAX_SLOTS / CHOKER_SLOTS_PER_OPTIMISTIC,
    N_KEYS = 4
};

struct choker {
    const struct rng *rng; /* borrowed: outlives the choker */
    int64_t round_ms;      /* when the next round is due */
    int64_t rotate_ms;     /* when optimistic slots are next taken back */
    peer_id_t optimistic[MAX_OPTIMISTIC];
    uint32_t n_optimistic;
};

/* A peer's place in the ranking: greater keys first. */
struct rank {
    uint64_t keys[N_KEYS];
    struct choker_peer *peer; /* borrowed: for one call */
};

/* One call of choker_run(). */
struct run {
    struct choker *c;
    const struct choker_config *config;
    struct choker_peer *peers;
    size_t n;
    struct rank *ranks; /* owned: of all peers, best first */
    int64_t now_ms;
    uint32_t n_regular_max;
    uint32_t n_optimistic_max;
};

struct choker *choker_new(const struct rng *rng)
{
    struct choker *c = xzalloc(sizeof *c);
    c->rng = rng;
    c->round_ms = INT64_MIN;
    c->rotate_ms = INT64_MIN;
    return c;
}

void choker_free(struct choker *c)
{
    free(c);
}

int64_t choker_deadline_ms(const struct choker *c)
{
    return c->round_ms;
}

static bool is_eligible(const struct choker_peer *peer)
{
    return peer->is_interested && !peer->is_seed && !peer->is_shunned;
}

/* May it not be turned over yet? */
static bool is_locked(const struct run *r, const struct choker_peer *peer)
{
    return peer->flipped_ms != CHOKER_NEVER &&
           r->now_ms - peer->flipped_ms < CHOKER_MIN_FLIP_MS;
}

static bool may_unchoke(const struct run *r, const struct choker_peer *peer)
{
    return peer->is_unchoked || !is_locked(r, peer);
}

/* Tit for tat has nothing for a peer that lets us wait. */
static bool may_win(const struct run *r, const struct choker_peer *peer)
{
    return is_eligible(peer) && (r->config->is_seeding || !peer->is_snubbed);
}

static bool has_had_its_turn(const struct run *r,
                             const struct choker_peer *peer)
{
    uint64_t quota = (uint64_t)r->config->piece_len * CHOKER_QUOTA_PIECES;
    return peer->is_unchoked && peer->bytes_since_unchoke >= quota &&
           peer->flipped_ms != CHOKER_NEVER &&
           r->now_ms - peer->flipped_ms >= CHOKER_QUOTA_MS;
}

static struct rank rank_of(const struct run *r, struct choker_peer *peer)
{
    uint64_t lot = rng_u32(r->c->rng);
    if (!r->config->is_seeding)
        return (struct rank){{peer->rate_down_Bps, peer->is_unchoked, lot, 0},
                             peer};
    int64_t since = peer->flipped_ms == CHOKER_NEVER ? peer->connected_ms
                                                     : peer->flipped_ms;
    int64_t waiting_ms = peer->is_unchoked ? 0 : r->now_ms - since;
    return (struct rank){{!has_had_its_turn(r, peer), peer->rate_up_Bps,
                          waiting_ms < 0 ? 0 : (uint64_t)waiting_ms, lot},
                         peer};
}

static int compare_ranks(const void *a, const void *b)
{
    const struct rank *x = a;
    const struct rank *y = b;
    for (size_t i = 0; i < N_KEYS; i++) {
        if (x->keys[i] != y->keys[i])
            return x->keys[i] > y->keys[i] ? -1 : 1;
    }
    return 0;
}

static void set_places(const struct run *r)
{
    uint32_t place = 0;
    for (size_t i = 0; i < r->n; i++) {
        struct choker_peer *peer = r->ranks[i].peer;
        peer->rank = may_win(r, peer) ? ++place : 0;
    }
}

/* ---- Optimistic slots ---- */

static bool holds_optimistic(const struct choker *c, peer_id_t peer)
{
    for (uint32_t i = 0; i < c->n_optimistic; i++) {
        if (c->optimistic[i] == peer)
            return true;
    }
    return false;
}

static void release_optimistic(struct choker *c, peer_id_t peer)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->n_optimistic; i++) {
        if (c->optimistic[i] != peer)
            c->optimistic[n++] = c->optimistic[i];
    }
    c->n_optimistic = n;
}

/* Forget holders that are gone or want nothing any more. */
static void prune_optimistic(struct run *r)
{
    peer_id_t kept[MAX_OPTIMISTIC];
    uint32_t n = 0;
    for (size_t i = 0; i < r->n && n < r->n_optimistic_max; i++) {
        const struct choker_peer *peer = &r->peers[i];
        if (is_eligible(peer) && peer->is_unchoked &&
            holds_optimistic(r->c, peer->peer))
            kept[n++] = peer->peer;
    }
    memcpy(r->c->optimistic, kept, n * sizeof kept[0]);
    r->c->n_optimistic = n;
}

/* How many lots a peer has in the drawing of an optimistic slot. */
static uint32_t weight_of(const struct run *r, const struct choker_peer *peer)
{
    if (!is_eligible(peer) || peer->unchoke || !may_unchoke(r, peer))
        return 0;
    bool is_new = r->now_ms - peer->connected_ms < CHOKER_NEW_MS;
    return is_new ? CHOKER_NEW_WEIGHT : 1;
}

static void fill_optimistic(struct run *r)
{
    while (r->c->n_optimistic < r->n_optimistic_max) {
        uint32_t sum = 0;
        for (size_t i = 0; i < r->n; i++)
            sum += weight_of(r, &r->peers[i]);
        if (sum == 0)
            return;
        uint32_t lot = rng_below(r->c->rng, sum);
        size_t i = 0;
        while (lot >= weight_of(r, &r->peers[i]))
            lot -= weight_of(r, &r->peers[i++]);
        r->peers[i].unchoke = true;
        r->c->optimistic[r->c->n_optimistic++] = r->peers[i].peer;
    }
}

/* ---- Regular slots ---- */

static bool is_regular(const struct run *r, const struct choker_peer *peer)
{
    return peer->unchoke && is_eligible(peer) &&
           !holds_optimistic(r->c, peer->peer);
}

/* Give what regular slots are left by rank. */
static void fill_regular(struct run *r)
{
    uint32_t n_used = 0;
    for (size_t i = 0; i < r->n; i++)
        n_used += is_regular(r, &r->peers[i]);
    for (size_t i = 0; i < r->n && n_used < r->n_regular_max; i++) {
        struct choker_peer *peer = r->ranks[i].peer;
        if (peer->unchoke || !may_win(r, peer) || !may_unchoke(r, peer))
            continue;
        peer->unchoke = true;
        release_optimistic(r->c, peer->peer);
        n_used++;
    }
}

/* What a peer must exceed to win a regular slot: 0 while one is free. */
static uint64_t winning_rate_Bps(const struct run *r)
{
    uint64_t least_Bps = UINT64_MAX;
    uint32_t n_used = 0;
    for (size_t i = 0; i < r->n; i++) {
        const struct choker_peer *peer = &r->peers[i];
        if (!is_regular(r, peer))
            continue;
        n_used++;
        if (peer->rate_down_Bps < least_Bps)
            least_Bps = peer->rate_down_Bps;
    }
    return n_used < r->n_regular_max ? 0 : least_Bps;
}

/* Whoever sends faster than the last winner would win a slot as soon as it
 * asked: let it find us open. */
static void unchoke_faster(struct run *r)
{
    uint64_t winning_Bps = winning_rate_Bps(r);
    for (size_t i = 0; i < r->n; i++) {
        struct choker_peer *peer = &r->peers[i];
        if (!peer->is_interested && !peer->is_seed && !peer->is_shunned &&
            !peer->is_snubbed && peer->rate_down_Bps > winning_Bps &&
            may_unchoke(r, peer))
            peer->unchoke = true;
    }
}

static void do_round(struct run *r)
{
    if (r->now_ms >= r->c->rotate_ms) {
        r->c->n_optimistic = 0;
        r->c->rotate_ms = r->now_ms + CHOKER_OPTIMISTIC_MS;
    }
    for (size_t i = 0; i < r->n; i++) {
        struct choker_peer *peer = &r->peers[i];
        peer->unchoke =
            peer->is_unchoked && !peer->is_shunned && is_locked(r, peer);
    }
    fill_regular(r);
    for (size_t i = 0; i < r->n; i++) {
        if (holds_optimistic(r->c, r->peers[i].peer))
            r->peers[i].unchoke = true;
    }
    fill_optimistic(r);
    if (!r->config->is_seeding && r->n_regular_max > 0)
        unchoke_faster(r);
    r->c->round_ms = r->now_ms + CHOKER_ROUND_MS;
}

static void fill_free_slots(struct run *r)
{
    for (size_t i = 0; i < r->n; i++)
        r->peers[i].unchoke = r->peers[i].is_unchoked && !r->peers[i].is_seed &&
                              !r->peers[i].is_shunned;
    fill_regular(r);
    fill_optimistic(r);
}

void choker_run(struct choker *c, const struct choker_config *config,
                struct choker_peer *peers, size_t n, int64_t now_ms)
{
    assert(config->n_slots <= CHOKER_MAX_SLOTS);
    uint32_t n_optimistic = config->n_slots / CHOKER_SLOTS_PER_OPTIMISTIC;
    if (n_optimistic == 0 && config->n_slots >= 2)
        n_optimistic = 1;
    struct run r = {.c = c,
                    .config = config,
                    .peers = peers,
                    .n = n,
                    .ranks = xcalloc(n, sizeof *r.ranks),
                    .now_ms = now_ms,
                    .n_regular_max = config->n_slots - n_optimistic,
                    .n_optimistic_max = n_optimistic};
    for (size_t i = 0; i < n; i++)
        r.ranks[i] = rank_of(&r, &peers[i]);
    qsort(r.ranks, n, sizeof *r.ranks, compare_ranks);
    set_places(&r);
    prune_optimistic(&r);
    if (now_ms >= c->round_ms)
        do_round(&r);
    else
        fill_free_slots(&r);
    for (size_t i = 0; i < n; i++)
        peers[i].is_optimistic = holds_optimistic(c, peers[i].peer);
    free(r.ranks);
}

static int compare_rates(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;
    return (*x < *y) - (*x > *y);
}

uint32_t choker_slots_by_rate(const struct choker_peer *peers, size_t n)
{
    uint64_t *rates_Bps = xcalloc(n, sizeof *rates_Bps);
    for (size_t i = 0; i < n; i++)
        rates_Bps[i] = peers[i].rate_up_Bps;
    qsort(rates_Bps, n, sizeof *rates_Bps, compare_rates);
    uint32_t n_slots = MIN_SLOTS_BY_RATE;
    uint64_t threshold_Bps = CHOKER_RATE_FIRST_Bps;
    for (size_t i = 0; i < n && rates_Bps[i] >= threshold_Bps; i++) {
        if (i + 2 > n_slots && n_slots < CHOKER_MAX_SLOTS)
            n_slots++;
        threshold_Bps += CHOKER_RATE_STEP_Bps;
    }
    free(rates_Bps);
    return n_slots;
}
