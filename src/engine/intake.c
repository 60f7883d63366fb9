#include "config.h"

#include "engine/intake.h"

#include <string.h>

#include "engine/watch.h"
#include "engine/webseeds.h"
#include "engine/webserver.h"
#include "swarm/endgame.h"
#include "util/xalloc.h"

enum {
    INTAKE_PICK_AT_ONCE = 128,
    INTAKE_LOOK_MS = 50,
    INTAKE_LOOK_MAX_MS = 1000,
    /* What may come twice: this part of what is wanted, or so many blocks. */
    INTAKE_TWICE_PART = 400,
    INTAKE_TWICE_BLOCKS = 16
};

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

/* Asking. */

static bool is_asked(const void *ctx, struct block_ref b)
{
    return peer_is_asked(ctx, b);
}

/* For a picker in order: how far ahead of the reader, with all room filled. */
static struct streaming_plan plan_of(struct member *m, size_t room)
{
    struct torrent *t = m->torrent;
    int64_t now_ms = now_of(t);
    struct peer_status s;
    peer_status(m->peer, now_ms, &s);
    struct streaming_rates rates = {
        .all_Bps = rate_Bps(&t->down, now_ms),
        .own_Bps = s.rate_down_Bps,
        .n_peers = pieces_n_peers(t->pieces),
        .own_bytes = (s.n_outstanding + (uint64_t)room) * GEOMETRY_BLOCK_LEN,
        .all_bytes = pieces_n_asked_blocks(t->pieces) * GEOMETRY_BLOCK_LEN};
    return streaming_plan(&rates);
}

static void tell_orders(void *ctx, struct endgame *e)
{
    struct torrent *t = ctx;
    int64_t now_ms = now_of(t);
    struct webserver *s;
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (m->peer != NULL)
            peer_tell_orders(m->peer, e, now_ms);
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        webserver_tell_orders(s, e);
}

bool intake_is_limited(const struct torrent *t)
{
    return t->down_limit.limit_Bps != BUCKET_UNLIMITED ||
           t->env->limits->down.limit_Bps != BUCKET_UNLIMITED;
}

bool intake_is_frugal(const struct torrent *t)
{
    uint64_t least = (uint64_t)INTAKE_TWICE_BLOCKS * GEOMETRY_BLOCK_LEN;
    uint64_t most = pieces_bytes_wanted(t->pieces) / INTAKE_TWICE_PART;
    return t->bytes_twice >= (most > least ? most : least);
}

/* Somebody has room for blocks that others are asked for: whether it is better to ask it,
 * too, shows as time goes by. */
static void look_later(struct torrent *t)
{
    if (!picker_in_endgame(t->picker) || loop_timer_armed(&t->look_timer))
        return;
    if (t->look_ms < INTAKE_LOOK_MS)
        t->look_ms = INTAKE_LOOK_MS;
    loop_timer_arm(t->env->loop, &t->look_timer, now_of(t) + t->look_ms);
}

/* More and more seldom while no block comes. */
static void on_look(void *ctx)
{
    struct torrent *t = ctx;
    t->look_ms += t->look_ms / 4;
    if (t->look_ms > INTAKE_LOOK_MAX_MS)
        t->look_ms = INTAKE_LOOK_MAX_MS;
    torrent_fill_soon(t);
}

size_t intake_pick(void *ctx, struct peer *p, struct block_ref *out, size_t cap)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    if (t->state != TORRENT_RUNNING || !m->has_told || m->n_interesting == 0)
        return 0;
    int64_t now_ms = now_of(t);
    struct outlook outlook = peer_outlook(p, now_ms);
    struct picker_query q = {.peer = m->id,
                             .has = peer_has(p),
                             .is_choked = peer_is_choking(p),
                             .may_open = pool_may_open(t->env->pool),
                             .is_slow = peer_is_snubbed(p),
                             .is_idle = peer_n_outstanding(p) == 0,
                             .outlook = &outlook,
                             .is_frugal = intake_is_frugal(t),
                             .is_careful = intake_is_limited(t),
                             .is_asked = is_asked,
                             .ctx = p,
                             .now_ms = now_ms};
    q.allowed_fast = peer_allowed_fast(p, &q.n_allowed_fast);
    q.suggested = peer_suggested(p, &q.n_suggested);
    if (picker_is_sequential(t->picker))
        q.stream = plan_of(m, cap);
    size_t n = 0;
    while (n < cap) {
        struct picker_choice choices[INTAKE_PICK_AT_ONCE];
        size_t want =
            cap - n < INTAKE_PICK_AT_ONCE ? cap - n : INTAKE_PICK_AT_ONCE;
        size_t got = picker_next(t->picker, &q, choices, want);
        for (size_t i = 0; i < got; i++) {
            watch_on_request(m, choices[i].block, (uint8_t)choices[i].reason);
            out[n++] = choices[i].block;
        }
        if (got < want) {
            look_later(t);
            break;
        }
        outlook.bytes += got * GEOMETRY_BLOCK_LEN;
        q.is_idle = false;
    }
    return n;
}

void intake_on_release(void *ctx, struct peer *p, struct block_ref b,
                       enum peer_release why)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    (void)p;
    if (m->is_filling && geometry_same_block(m->filling, b))
        m->is_late = true;
    watch_on_release(m, b, why);
    if (pieces_blocks(t->pieces, b.piece_idx) != NULL)
        pieces_unask(t->pieces, b, m->id);
    torrent_fill_soon(t);
}

/* Receiving. */

static bool is_needed(const struct torrent *t, struct block_ref b, bool late)
{
    const struct pieces_block *blocks = pieces_blocks(t->pieces, b.piece_idx);
    switch (pieces_state(t->pieces, b.piece_idx)) {
    case PIECE_MISSING:
        return !late || pool_may_open(t->env->pool);
    case PIECE_PARTIAL:
        return blocks[b.block_idx].state != BLOCK_RECEIVED;
    case PIECE_COMPLETE:
    case PIECE_HAVE:
    case PIECE_UNWANTED:
        return false;
    }
    return false;
}

/* Who is receiving this block into its piece's memory now? */
static struct member *filler_of(struct torrent *t, struct block_ref b)
{
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (m->is_filling && !m->fills_side &&
            geometry_same_block(m->filling, b))
            return m;
    return NULL;
}

static void count_twice(struct torrent *t, struct block_ref b)
{
    t->bytes_wasted += geometry_block_len(t->geo, b);
    t->bytes_twice += geometry_block_len(t->geo, b);
}

/* A whole block came in vain. */
static void waste(struct torrent *t, struct member *m, struct block_ref b)
{
    count_twice(t, b);
    if (!m->is_late && pieces_blocks(t->pieces, b.piece_idx) != NULL)
        pieces_unask(t->pieces, b, m->id);
}

uint8_t *intake_block_memory(void *ctx, struct peer *p, struct block_ref b,
                             bool late)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    (void)p;
    m->is_late = late;
    m->is_filling = false;
    if (!is_needed(t, b, late)) {
        /* It comes all the same. */
        rate_add(&t->down, geometry_block_len(t->geo, b), now_of(t));
        count_twice(t, b);
        return NULL;
    }
    m->fills_side = filler_of(t, b) != NULL;
    m->is_filling = true;
    m->filling = b;
    if (!m->fills_side)
        return assembly_block(t->assembly, b);
    /* Another peer is sending the same block: whoever is first wins, so neither may
     * write where the other does. */
    if (m->side == NULL)
        m->side = xmalloc(GEOMETRY_BLOCK_LEN);
    return m->side;
}

void intake_on_block_dropped(void *ctx, struct peer *p, struct block_ref b)
{
    struct member *m = ctx;
    (void)p;
    (void)b;
    m->is_filling = false;
    torrent_fill_soon(m->torrent);
}

/* The block is in: nobody needs to send it. Who sent it may have been asked again,
 * when its first request was given up while it was being answered. */
static void withdraw(struct torrent *t, struct block_ref b)
{
    int64_t now_ms = now_of(t);
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (m->peer != NULL && !peerlink_is_closing(m->link))
            peer_cancel(m->peer, b, now_ms);
    webseeds_withdraw(t, b);
}

/* m was second to begin and first to end: its copy becomes the block. Who was
 * writing there is told to throw the rest away. */
static void take_from_side(struct torrent *t, struct member *m,
                           struct block_ref b)
{
    struct member *other = filler_of(t, b);
    if (other != NULL)
        peer_cancel(other->peer, b, now_of(t));
    memcpy(assembly_block(t->assembly, b), m->side,
           geometry_block_len(t->geo, b));
}

static void submit_run(struct torrent *t, struct assembly_run *run)
{
    struct disk_job *job = disk_job_new(DISK_WRITE, t->store, t->id);
    job->piece_idx = run->piece_idx;
    job->begin = run->begin;
    job->len = run->len;
    job->off = geometry_piece_off(t->geo, run->piece_idx) + run->begin;
    job->bytes = run->bytes;
    job->check = assembly_is_whole(t->assembly);
    job->want_block_hashes = blame_wants_hashes(t->blame, run->piece_idx);
    memcpy(job->hash, metainfo_piece_hash(t->meta, run->piece_idx),
           sizeof job->hash);
    t->n_writes++;
    torrent_submit(t, job);
}

static void receive(struct torrent *t, peer_id_t from, struct block_ref b)
{
    struct assembly_run run;
    pieces_receive(t->pieces, b, from, now_of(t));
    t->look_ms = 0;
    if (assembly_filled(t->assembly, b, &run))
        submit_run(t, &run);
}

void intake_on_block(void *ctx, struct peer *p, struct block_ref b)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    (void)p;
    m->is_filling = false;
    watch_on_block(m, b);
    rate_add(&t->down, geometry_block_len(t->geo, b), now_of(t));
    if (!is_needed(t, b, false)) {
        waste(t, m, b);
        return;
    }
    if (m->fills_side)
        take_from_side(t, m, b);
    const struct pieces_block *blocks = pieces_blocks(t->pieces, b.piece_idx);
    bool has_others = m->is_late || m->fills_side ||
                      (blocks != NULL && blocks[b.block_idx].n_asked > 1);
    receive(t, m->id, b);
    if (has_others)
        withdraw(t, b);
}

bool intake_take(struct torrent *t, peer_id_t from, struct block_ref b,
                 const uint8_t *bytes, bool was_asked)
{
    uint32_t len = geometry_block_len(t->geo, b);
    const struct pieces_block *blocks = pieces_blocks(t->pieces, b.piece_idx);
    rate_add(&t->down, len, now_of(t));
    if (!is_needed(t, b, false)) {
        count_twice(t, b);
        if (was_asked && blocks != NULL)
            pieces_unask(t->pieces, b, from);
        return false;
    }
    /* Who was writing there is told to throw the rest away. */
    struct member *other = filler_of(t, b);
    bool has_others = other != NULL || !was_asked ||
                      (blocks != NULL && blocks[b.block_idx].n_asked > 1);
    if (other != NULL)
        peer_cancel(other->peer, b, now_of(t));
    memcpy(assembly_block(t->assembly, b), bytes, len);
    receive(t, from, b);
    if (has_others)
        withdraw(t, b);
    return true;
}

void intake_restore(struct torrent *t, struct block_ref b, const uint8_t *bytes)
{
    if (!is_needed(t, b, false))
        return;
    memcpy(assembly_block(t->assembly, b), bytes,
           geometry_block_len(t->geo, b));
    receive(t, PEER_ID_NONE, b);
}

void intake_init(struct torrent *t)
{
    struct picker_teller teller = {.tell = tell_orders, .ctx = t};
    t->assembly = assembly_new(t->geo, t->env->pool);
    picker_set_teller(t->picker, &teller);
    loop_timer_init(&t->look_timer, on_look, t);
}

void intake_fini(struct torrent *t)
{
    loop_timer_cancel(t->env->loop, &t->look_timer);
    assembly_free(t->assembly);
}
