#include "config.h"

#include "swarm/metadata_fetch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "util/hash.h"
#include "util/log.h"
#include "util/xalloc.h"
#include "proto/metadata.h"
#include "swarm/metadata_draft.h"

/* A request whose answer may still come: after its time it is late, and does not count,
 * but what it brings is taken. */
enum { REQUESTS = 2 * METADATA_FETCH_AT_ONCE, UNSENT_MS = 1000 };

struct request {
    uint32_t piece_idx;
    int64_t since_ms;
    bool is_late;
};

/* A peer that can be asked. */
struct source {
    peer_id_t id;
    struct metadata_draft *draft;      /* borrowed; NULL: it has no metadata */
    struct request requests[REQUESTS]; /* the oldest first */
    uint32_t n_requests;
    int64_t ready_ms;               /* not asked before */
    uint32_t n_rejects, n_timeouts; /* in a row */
    bool one_at_once;
    uint32_t n_from; /* pieces of it that were taken */
    UT_hash_handle hh;
};

struct metadata_fetch {
    uint8_t info_hash[SHA1_LEN];
    struct metadata_fetch_host host;
    const struct rng *rng;         /* borrowed */
    struct source *sources;        /* owned, by id */
    struct metadata_draft *drafts; /* owned list */
    bool is_apart;                 /* each peer has a draft of its own */
    uint32_t n_failed;
    size_t n_bytes;  /* in drafts */
    uint8_t *result; /* owned, once it is there */
    size_t result_len;
    uint32_t n_givers; /* of the result */
    peer_id_t giver;   /* PEER_ID_NONE: not one */
};

struct metadata_fetch *
metadata_fetch_new(const uint8_t *info_hash,
                   const struct metadata_fetch_host *host,
                   const struct rng *rng)
{
    struct metadata_fetch *f = xzalloc(sizeof *f);
    memcpy(f->info_hash, info_hash, sizeof f->info_hash);
    f->host = *host;
    f->rng = rng;
    return f;
}

static struct source *find(const struct metadata_fetch *f, peer_id_t id)
{
    struct source *s;
    HASH_FIND(hh, f->sources, &id, sizeof id, s);
    return s;
}

static int64_t some_wait_ms(const struct metadata_fetch *f)
{
    return METADATA_FETCH_WAIT_MIN_MS +
           (int64_t)rng_below(f->rng, METADATA_FETCH_WAIT_MAX_MS -
                                          METADATA_FETCH_WAIT_MIN_MS + 1);
}

/* ---- Requests ---- */

static uint32_t n_live(const struct source *s)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n_requests; i++)
        n += !s->requests[i].is_late;
    return n;
}

static bool is_asking(const struct source *s, uint32_t piece_idx)
{
    for (uint32_t i = 0; i < s->n_requests; i++)
        if (s->requests[i].piece_idx == piece_idx && !s->requests[i].is_late)
            return true;
    return false;
}

static void not_asked(struct source *s, const struct request *r)
{
    if (!r->is_late)
        s->draft->pieces[r->piece_idx].n_asked--;
}

static void request_remove(struct source *s, uint32_t i)
{
    not_asked(s, &s->requests[i]);
    s->n_requests--;
    memmove(&s->requests[i], &s->requests[i + 1],
            (s->n_requests - i) * sizeof s->requests[0]);
}

/* Take the request for a piece off; false: there is none. */
static bool answered(struct source *s, uint32_t piece_idx)
{
    for (uint32_t i = 0; i < s->n_requests; i++)
        if (s->requests[i].piece_idx == piece_idx) {
            request_remove(s, i);
            return true;
        }
    return false;
}

static void forget_requests(struct source *s)
{
    while (s->n_requests > 0)
        request_remove(s, s->n_requests - 1);
}

static void add_request(struct source *s, uint32_t piece_idx, int64_t now_ms)
{
    if (s->n_requests == REQUESTS)
        request_remove(s, 0); /* late: live ones are fewer */
    s->requests[s->n_requests++] =
        (struct request){.piece_idx = piece_idx, .since_ms = now_ms};
    s->draft->pieces[piece_idx].n_asked++;
    s->draft->pieces[piece_idx].asked_ms = now_ms;
}

/* ---- Drafts ---- */

static void draft_drop(struct metadata_fetch *f, struct metadata_draft *d)
{
    assert(d->n_peers == 0);
    for (struct metadata_draft **at = &f->drafts; *at != NULL;
         at = &(*at)->next)
        if (*at == d) {
            *at = d->next;
            break;
        }
    f->n_bytes -= d->n_bytes;
    metadata_draft_free(d);
}

/* Of those that nobody fills, the latest few are kept: peers of their size may come. */
static void drop_orphans(struct metadata_fetch *f)
{
    uint32_t n = 0;
    struct metadata_draft *next;
    for (struct metadata_draft *d = f->drafts; d != NULL; d = next) {
        next = d->next;
        if (d->n_peers > 0)
            continue;
        if (d->n_have == 0 || d->owner != PEER_ID_NONE ||
            ++n > METADATA_FETCH_MAX_ORPHANS)
            draft_drop(f, d);
    }
}

static void leave_draft(struct source *s)
{
    if (s->draft == NULL)
        return;
    forget_requests(s);
    s->draft->n_peers--;
    s->draft = NULL;
}

static void join_draft(struct metadata_fetch *f, struct source *s,
                       uint32_t size_bytes)
{
    peer_id_t owner = f->is_apart ? s->id : PEER_ID_NONE;
    struct metadata_draft *d = f->drafts;
    while (d != NULL && (d->size_bytes != size_bytes || d->owner != owner))
        d = d->next;
    if (d == NULL) {
        d = metadata_draft_new(size_bytes, owner);
        d->next = f->drafts;
        f->drafts = d;
    }
    d->n_peers++;
    s->draft = d;
}

/* All drafts anew, each peer with one of its own. */
static void go_apart(struct metadata_fetch *f)
{
    f->is_apart = true;
    for (struct source *s = f->sources; s != NULL; s = s->hh.next) {
        if (s->draft == NULL || s->draft->owner != PEER_ID_NONE)
            continue;
        uint32_t size_bytes = s->draft->size_bytes;
        leave_draft(s);
        join_draft(f, s, size_bytes);
    }
    drop_orphans(f);
}

/* ---- What came ---- */

static void throw_away(struct metadata_fetch *f, struct metadata_draft *d)
{
    f->n_bytes -= d->n_bytes;
    metadata_draft_clear(d);
}

static void on_wrong(struct metadata_fetch *f, struct metadata_draft *d,
                     int64_t now_ms)
{
    peer_id_t liar = metadata_draft_only_sender(d);
    f->n_failed++;
    log_write(LOG_PEER, LOG_DEBUG, "metadata of %u bytes have a wrong hash",
              (unsigned)d->size_bytes);
    throw_away(f, d);
    if (liar == PEER_ID_NONE) {
        go_apart(f);
        return;
    }
    struct source *s = find(f, liar);
    if (s != NULL)
        s->ready_ms = now_ms + some_wait_ms(f);
    f->host.on_liar(f->host.ctx, liar);
}

static void on_whole(struct metadata_fetch *f, struct metadata_draft *d,
                     int64_t now_ms)
{
    uint8_t hash[SHA1_LEN];
    uint8_t *all = metadata_draft_join(d);
    hash_sha1(all, d->size_bytes, hash);
    if (memcmp(hash, f->info_hash, sizeof hash) == 0) {
        f->result = all;
        f->result_len = d->size_bytes;
        f->n_givers = metadata_draft_n_senders(d);
        f->giver = metadata_draft_only_sender(d);
        return;
    }
    free(all);
    on_wrong(f, d, now_ms);
}

/* Is a rather to be thrown away than b? */
static bool is_worse(const struct metadata_draft *a,
                     const struct metadata_draft *b)
{
    if (a->size_bytes != b->size_bytes)
        return a->size_bytes > b->size_bytes;
    return a->n_have < b->n_have;
}

static void keep_within_bounds(struct metadata_fetch *f, int64_t now_ms)
{
    while (f->n_bytes > METADATA_FETCH_MAX_BYTES) {
        struct metadata_draft *worst = NULL;
        for (struct metadata_draft *d = f->drafts; d != NULL; d = d->next)
            if (d->n_have > 0 && (worst == NULL || is_worse(d, worst)))
                worst = d;
        throw_away(f, worst);
        for (struct source *s = f->sources; s != NULL; s = s->hh.next)
            if (s->draft == worst)
                s->ready_ms = now_ms + some_wait_ms(f);
    }
}

/* ---- Asking ---- */

/* May piece be asked for, of one more when others are asked already? No number of
 * silent ones can then keep it from who would answer. */
static bool may_ask(const struct metadata_draft_piece *piece, int64_t now_ms)
{
    return piece->bytes == NULL &&
           (piece->n_asked == 0 ||
            now_ms - piece->asked_ms >= METADATA_FETCH_DOUBLE_MS);
}

/* The piece to ask s for: of those that the fewest are asked for the first; -1: none. */
static int64_t choose(const struct source *s, int64_t now_ms)
{
    const struct metadata_draft *d = s->draft;
    int64_t best = -1;
    for (uint32_t i = 0; i < d->n_pieces; i++) {
        const struct metadata_draft_piece *piece = &d->pieces[i];
        if (!may_ask(piece, now_ms) || is_asking(s, i))
            continue;
        if (best < 0 || piece->n_asked < d->pieces[best].n_asked)
            best = i;
        if (piece->n_asked == 0)
            break;
    }
    return best;
}

static void fill_one(struct metadata_fetch *f, struct source *s, int64_t now_ms)
{
    while (s->draft != NULL && now_ms >= s->ready_ms &&
           n_live(s) < (s->one_at_once ? 1 : METADATA_FETCH_AT_ONCE)) {
        int64_t piece_idx = choose(s, now_ms);
        if (piece_idx < 0)
            return;
        if (f->host.ask(f->host.ctx, s->id, (uint32_t)piece_idx))
            add_request(s, (uint32_t)piece_idx, now_ms);
        else
            s->ready_ms = now_ms + UNSENT_MS;
    }
}

static void fill(struct metadata_fetch *f, int64_t now_ms)
{
    /* Who let us wait comes after the others. */
    for (int is_late = 0; is_late <= 1; is_late++)
        for (struct source *s = f->sources; s != NULL && f->result == NULL;
             s = s->hh.next)
            if ((s->n_timeouts > 0) == is_late)
                fill_one(f, s, now_ms);
}

/* ---- What peers tell ---- */

/* NULL: there are too many. */
static struct source *find_or_add(struct metadata_fetch *f, peer_id_t id)
{
    struct source *s = find(f, id);
    if (s != NULL || HASH_COUNT(f->sources) >= METADATA_FETCH_MAX_PEERS)
        return s;
    s = xzalloc(sizeof *s);
    s->id = id;
    s->ready_ms = INT64_MIN;
    HASH_ADD(hh, f->sources, id, sizeof s->id, s);
    return s;
}

void metadata_fetch_on_size(struct metadata_fetch *f, peer_id_t id,
                            uint32_t size_bytes, int64_t now_ms)
{
    struct source *s = find_or_add(f, id);
    assert(size_bytes <= EXTENDED_MAX_METADATA);
    if (s == NULL)
        return;
    if (size_bytes != (s->draft != NULL ? s->draft->size_bytes : 0)) {
        leave_draft(s);
        if (size_bytes > 0)
            join_draft(f, s, size_bytes);
        drop_orphans(f);
    }
    fill(f, now_ms);
}

void metadata_fetch_one_at_once(struct metadata_fetch *f, peer_id_t id)
{
    struct source *s = find_or_add(f, id);
    if (s != NULL)
        s->one_at_once = true;
}

void metadata_fetch_on_left(struct metadata_fetch *f, peer_id_t id,
                            int64_t now_ms)
{
    struct source *s = find(f, id);
    if (s == NULL)
        return;
    leave_draft(s);
    HASH_DELETE(hh, f->sources, s);
    free(s);
    drop_orphans(f);
    fill(f, now_ms);
}

void metadata_fetch_on_data(struct metadata_fetch *f, peer_id_t id,
                            uint32_t piece_idx, const uint8_t *bytes,
                            size_t len, int64_t now_ms)
{
    struct source *s = find(f, id);
    if (s == NULL || f->result != NULL || !answered(s, piece_idx))
        return;
    struct metadata_draft *d = s->draft;
    s->n_timeouts = s->n_rejects = 0;
    if (len != metadata_piece_len(d->size_bytes, piece_idx)) {
        s->ready_ms = now_ms + some_wait_ms(f);
    } else if (d->pieces[piece_idx].bytes == NULL) {
        metadata_draft_put(d, piece_idx, bytes, len, id);
        s->n_from++;
        f->n_bytes += len;
        if (metadata_draft_is_whole(d))
            on_whole(f, d, now_ms);
        keep_within_bounds(f, now_ms);
    }
    fill(f, now_ms);
}

bool metadata_fetch_take(struct metadata_fetch *f, const uint8_t *bytes,
                         size_t len)
{
    uint8_t hash[SHA1_LEN];
    hash_sha1(bytes, len, hash);
    if (memcmp(hash, f->info_hash, sizeof hash) != 0)
        return false;
    if (f->result == NULL) {
        f->result = xmemdup(bytes, len);
        f->result_len = len;
    }
    return true;
}

void metadata_fetch_on_reject(struct metadata_fetch *f, peer_id_t id,
                              uint32_t piece_idx, int64_t now_ms)
{
    struct source *s = find(f, id);
    if (s == NULL || !answered(s, piece_idx))
        return;
    int64_t wait_ms = METADATA_FETCH_REJECT_MS;
    for (uint32_t i = 0; i < s->n_rejects; i++)
        if (wait_ms < METADATA_FETCH_REJECT_MAX_MS)
            wait_ms *= 2;
    if (wait_ms > METADATA_FETCH_REJECT_MAX_MS)
        wait_ms = METADATA_FETCH_REJECT_MAX_MS;
    s->n_rejects++;
    s->ready_ms = now_ms + wait_ms;
    fill(f, now_ms);
}

/* ---- Time ---- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t metadata_fetch_deadline_ms(const struct metadata_fetch *f,
                                   int64_t now_ms)
{
    int64_t at_ms = INT64_MAX;
    if (f->result != NULL)
        return at_ms;
    for (const struct source *s = f->sources; s != NULL; s = s->hh.next) {
        if (s->draft != NULL && s->ready_ms > now_ms)
            at_ms = earlier(at_ms, s->ready_ms);
        for (uint32_t i = 0; i < s->n_requests; i++) {
            const struct request *r = &s->requests[i];
            int64_t double_ms = r->since_ms + METADATA_FETCH_DOUBLE_MS;
            if (r->is_late)
                continue;
            at_ms = earlier(at_ms, double_ms > now_ms
                                       ? double_ms
                                       : r->since_ms + METADATA_FETCH_RETRY_MS);
        }
    }
    return at_ms;
}

static void time_out(struct metadata_fetch *f, struct source *s, int64_t now_ms)
{
    for (uint32_t i = 0; i < s->n_requests; i++) {
        struct request *r = &s->requests[i];
        if (r->is_late || now_ms - r->since_ms < METADATA_FETCH_RETRY_MS)
            continue;
        not_asked(s, r);
        r->is_late = true;
        if (++s->n_timeouts < METADATA_FETCH_MAX_TIMEOUTS)
            continue;
        s->n_timeouts = 0;
        s->ready_ms = now_ms + some_wait_ms(f);
    }
}

void metadata_fetch_tick(struct metadata_fetch *f, int64_t now_ms)
{
    for (struct source *s = f->sources; s != NULL; s = s->hh.next)
        time_out(f, s, now_ms);
    fill(f, now_ms);
}

/* ---- The end, and questions ---- */

const uint8_t *metadata_fetch_result(const struct metadata_fetch *f,
                                     size_t *len_out)
{
    *len_out = f->result_len;
    return f->result;
}

uint32_t metadata_fetch_givers(const struct metadata_fetch *f,
                               peer_id_t *only_out)
{
    *only_out = f->giver;
    return f->n_givers;
}

/* Is a rather what the user is told of than b? */
static bool is_better(const struct metadata_draft *a,
                      const struct metadata_draft *b)
{
    if (b == NULL || a->n_peers != b->n_peers)
        return b == NULL || a->n_peers > b->n_peers;
    return a->n_have > b->n_have;
}

static bool is_first_of_size(const struct metadata_fetch *f,
                             const struct metadata_draft *d)
{
    const struct metadata_draft *first = f->drafts;
    while (first->size_bytes != d->size_bytes || first->n_peers == 0)
        first = first->next;
    return first == d;
}

void metadata_fetch_status(const struct metadata_fetch *f, int64_t now_ms,
                           struct metadata_fetch_status *out)
{
    const struct metadata_draft *best = NULL;
    *out = (struct metadata_fetch_status){.n_failed = f->n_failed};
    for (const struct source *s = f->sources; s != NULL; s = s->hh.next) {
        out->n_tell += s->draft != NULL;
        out->n_waiting += s->draft != NULL && s->ready_ms > now_ms;
    }
    for (const struct metadata_draft *d = f->drafts; d != NULL; d = d->next) {
        if (d->n_peers > 0 && is_better(d, best))
            best = d;
        out->n_sizes += d->n_peers > 0 && is_first_of_size(f, d);
    }
    if (best == NULL)
        return;
    out->size_bytes = best->size_bytes;
    out->n_pieces = best->n_pieces;
    out->n_have = best->n_have;
    for (const struct source *s = f->sources; s != NULL; s = s->hh.next)
        out->n_same +=
            s->draft != NULL && s->draft->size_bytes == best->size_bytes;
}

uint32_t metadata_fetch_n_from(const struct metadata_fetch *f, peer_id_t id)
{
    const struct source *s = find(f, id);
    return s != NULL ? s->n_from : 0;
}

void metadata_fetch_free(struct metadata_fetch *f)
{
    if (f == NULL)
        return;
    struct source *s, *next;
    HASH_ITER(hh, f->sources, s, next)
    {
        leave_draft(s);
        HASH_DELETE(hh, f->sources, s);
        free(s);
    }
    while (f->drafts != NULL)
        draft_drop(f, f->drafts);
    free(f->result);
    free(f);
}

void metadata_fetch_check(const struct metadata_fetch *f)
{
    size_t n_bytes = 0;
    for (const struct metadata_draft *d = f->drafts; d != NULL; d = d->next) {
        uint32_t n_peers = 0, n_asked = 0, n_asked_by = 0;
        for (uint32_t i = 0; i < d->n_pieces; i++)
            n_asked += d->pieces[i].n_asked;
        for (const struct source *s = f->sources; s != NULL; s = s->hh.next) {
            n_peers += s->draft == d;
            n_asked_by += s->draft == d ? n_live(s) : 0;
            assert(n_live(s) <= METADATA_FETCH_AT_ONCE);
            assert(s->draft != NULL || s->n_requests == 0);
        }
        assert(n_peers == d->n_peers && n_asked == n_asked_by);
        assert(d->owner == PEER_ID_NONE || d->n_peers <= 1);
        n_bytes += d->n_bytes;
    }
    assert(n_bytes == f->n_bytes && n_bytes <= METADATA_FETCH_MAX_BYTES);
}
