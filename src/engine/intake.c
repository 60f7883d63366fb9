#include "config.h"

#include "engine/intake.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/checkup.h"
#include "engine/members.h"
#include "engine/provenance.h"
#include "engine/watch.h"
#include "engine/webseeds.h"
#include "util/log.h"
#include "util/xalloc.h"

enum {
    INTAKE_PICK_AT_ONCE = 128,
    INTAKE_RETRY_MS = 10000,     /* a write that found no space */
    INTAKE_TELL_FULL_MS = 600000 /* of good times, before it is told again */
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

size_t intake_pick(void *ctx, struct peer *p, struct block_ref *out, size_t cap)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    if (t->state != TORRENT_RUNNING || !m->has_told || m->n_interesting == 0)
        return 0;
    int64_t now_ms = now_of(t);
    struct picker_query q = {.peer = m->id,
                             .has = peer_has(p),
                             .is_choked = peer_is_choking(p),
                             .may_open = pool_may_open(t->env->pool),
                             .is_slow = peer_is_snubbed(p),
                             .may_endgame = peer_n_outstanding(p) == 0,
                             .is_asked = is_asked,
                             .ctx = p,
                             .now_ms = now_ms};
    q.allowed_fast = peer_allowed_fast(p, &q.n_allowed_fast);
    q.suggested = peer_suggested(p, &q.n_suggested);
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
        if (got < want)
            break;
        q.may_endgame = false;
    }
    return n;
}

static bool same_block(struct block_ref a, struct block_ref b)
{
    return a.piece_idx == b.piece_idx && a.block_idx == b.block_idx;
}

void intake_on_release(void *ctx, struct peer *p, struct block_ref b,
                       enum peer_release why)
{
    struct member *m = ctx;
    struct torrent *t = m->torrent;
    (void)p;
    if (m->is_filling && same_block(m->filling, b))
        m->is_late = true;
    watch_on_release(m, b, why);
    if (pieces_blocks(t->pieces, b.piece_idx) != NULL)
        pieces_unask(t->pieces, b, m->id);
    if (why != PEER_RELEASE_CANCELLED)
        members_fill_soon(t);
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
        if (m->is_filling && !m->fills_side && same_block(m->filling, b))
            return m;
    return NULL;
}

/* A whole block came in vain. */
static void waste(struct torrent *t, struct member *m, struct block_ref b)
{
    t->bytes_wasted += geometry_block_len(t->geo, b);
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
        t->bytes_wasted += geometry_block_len(t->geo, b);
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
    members_fill_soon(m->torrent);
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
        t->bytes_wasted += len;
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

/* Pieces. */

static struct addr *senders_of(const struct torrent *t, uint32_t piece_idx)
{
    const struct pieces_block *blocks = pieces_blocks(t->pieces, piece_idx);
    uint32_t n = geometry_n_blocks(t->geo, piece_idx);
    struct addr *senders = xcalloc(n, sizeof *senders);
    for (uint32_t i = 0; i < n; i++)
        senders[i] = members_sender(t, blocks[i].peer);
    return senders;
}

static void reset_runs(struct torrent *t, uint32_t piece_idx)
{
    if (t->runs_left == NULL)
        return;
    uint32_t len = geometry_piece_len(t->geo, piece_idx);
    t->runs_left[piece_idx] =
        (uint16_t)((len + ASSEMBLY_MAX_RUN - 1) / ASSEMBLY_MAX_RUN);
}

static void piece_is_good(struct torrent *t, struct disk_job *job)
{
    uint32_t piece_idx = job->piece_idx;
    struct addr *senders = senders_of(t, piece_idx);
    watch_on_piece(t, piece_idx);
    pieces_written(t->pieces, piece_idx);
    blame_on_good(t->blame, piece_idx, geometry_n_blocks(t->geo, piece_idx),
                  senders, job->block_hashes);
    free(senders);
    members_on_have(t, piece_idx);
    checkup_save_soon(t);
    torrent_on_progress(t);
}

static void tell_bad(struct torrent *t, uint32_t piece_idx)
{
    struct provenance p;
    char words[PROVENANCE_WORDS_LEN];
    provenance_count(&p, pieces_blocks(t->pieces, piece_idx),
                     geometry_n_blocks(t->geo, piece_idx));
    members_words(t, &p, words, sizeof words);
    char *line =
        xasprintf("piece %u did not match its hash: %s", piece_idx, words);
    torrent_post_about(t,
                       (struct event){.kind = EVENT_HASH_FAILED,
                                      .err = (int)ERR_HASH,
                                      .piece_idx = piece_idx,
                                      .peer = provenance_main(&p)},
                       line);
    free(line);
}

static void piece_is_bad(struct torrent *t, struct disk_job *job)
{
    uint32_t piece_idx = job->piece_idx;
    uint32_t n = geometry_n_blocks(t->geo, piece_idx);
    struct addr *senders = senders_of(t, piece_idx);
    t->n_hash_fails++;
    t->bytes_wasted += geometry_piece_len(t->geo, piece_idx);
    tell_bad(t, piece_idx);
    watch_on_bad(t, piece_idx);
    webseeds_on_bad(t, piece_idx);
    pieces_failed(t->pieces, piece_idx);
    assembly_drop(t->assembly, piece_idx);
    reset_runs(t, piece_idx);
    blame_on_failed(t->blame, piece_idx, n, senders, job->block_hashes);
    free(senders);
    if (blame_is_suspect(t->blame, piece_idx))
        picker_set_parole(t->picker, piece_idx);
    members_fill_soon(t);
}

/* All runs of a large piece are on disk: is it right? */
static void hash_from_disk(struct torrent *t, uint32_t piece_idx)
{
    struct disk_job *job = disk_job_new(DISK_HASH, t->store, t->id);
    job->piece_idx = piece_idx;
    job->len = geometry_piece_len(t->geo, piece_idx);
    job->off = geometry_piece_off(t->geo, piece_idx);
    job->want_block_hashes = blame_wants_hashes(t->blame, piece_idx);
    memcpy(job->hash, metainfo_piece_hash(t->meta, piece_idx),
           sizeof job->hash);
    t->n_writes++;
    torrent_submit(t, job);
}

/* Once, while space comes and goes by little. */
static void tell_full(struct torrent *t, const char *words)
{
    bool is_known = t->told_full_ms > 0 &&
                    now_of(t) - t->told_full_ms < INTAKE_TELL_FULL_MS;
    t->told_full_ms = now_of(t);
    if (!is_known)
        torrent_post(t, EVENT_DISK, ERR_NO_SPACE, words);
}

static void stall(struct torrent *t, struct disk_job *job)
{
    job->next = t->stalled;
    t->stalled = job;
    if (t->state == TORRENT_RUNNING) {
        t->cause = job->cause;
        t->err = ERR_NO_SPACE;
        torrent_set_state(t, TORRENT_NO_SPACE);
        tell_full(t, job->cause.text);
    }
    loop_timer_arm(t->env->loop, &t->retry_timer, now_of(t) + INTAKE_RETRY_MS);
}

static void on_retry(void *ctx)
{
    struct torrent *t = ctx;
    struct disk_job *job = t->stalled;
    t->stalled = NULL;
    while (job != NULL) {
        struct disk_job *next = job->next;
        job->next = NULL;
        job->err = OK;
        t->n_writes++;
        torrent_submit(t, job);
        job = next;
    }
}

void intake_on_written(struct torrent *t, struct disk_job *job)
{
    t->n_writes--;
    if (job->err == ERR_NO_SPACE && torrent_is_running(t)) {
        stall(t, job);
        return;
    }
    bool was_full = pool_is_full(t->env->pool) || !pool_may_open(t->env->pool);
    pool_give(t->env->pool, job->bytes, job->len);
    job->bytes = NULL;
    if (t->overall != NULL && job->err == OK)
        rate_add(&t->overall->disk_write, job->len, now_of(t));
    if (was_full)
        members_fill_soon(t);
    if (job->err == OK && t->state == TORRENT_NO_SPACE && t->stalled == NULL) {
        torrent_set_state(t, TORRENT_RUNNING);
        members_fill_soon(t);
    }
    if (job->err == OK && t->runs_left == NULL)
        piece_is_good(t, job);
    else if (job->err == OK && --t->runs_left[job->piece_idx] == 0)
        hash_from_disk(t, job->piece_idx);
    else if (job->err == ERR_HASH)
        piece_is_bad(t, job);
    else if (job->err != OK)
        torrent_fail(t, job->err, job->cause.text);
    disk_job_free(job);
}

void intake_on_hashed(struct torrent *t, struct disk_job *job)
{
    t->n_writes--;
    if (job->err == ERR_HASH && !job->want_block_hashes) {
        /* It costs a second read, so only now: which block was it? */
        job->want_block_hashes = true;
        job->err = OK;
        t->n_writes++;
        torrent_submit(t, job);
        return;
    }
    if (job->err == OK)
        piece_is_good(t, job);
    else if (job->err == ERR_HASH || job->err == ERR_TRUNCATED)
        piece_is_bad(t, job);
    else
        torrent_fail(t, job->err, job->cause.text);
    disk_job_free(job);
}

static void on_convict(void *ctx, const struct addr *who, uint32_t piece_idx,
                       enum blame_proof proof)
{
    static const char *const words[] = {
        [BLAME_SOLE_SENDER] = "sent a whole piece that was wrong",
        [BLAME_BAD_BLOCK] = "sent a block that was wrong",
        [BLAME_TWO_FACED] = "sent two contents of one block",
        [BLAME_DISTRUST] = "too many pieces that it took part in were wrong",
    };
    struct torrent *t = ctx;
    static const struct addr nobody;
    if (addr_same_ip(who, &nobody))
        return; /* blocks found on disk have no sender */
    char *line = xasprintf("%s (piece %u)", words[proof], piece_idx);
    struct webserver *s = webseeds_by_addr(t, who);
    if (s != NULL)
        webserver_drop(s, line);
    else
        members_ban(t, who, line);
    free(line);
}

void intake_drop_stalled(struct torrent *t)
{
    while (t->stalled != NULL) {
        struct disk_job *job = t->stalled;
        t->stalled = job->next;
        pool_give(t->env->pool, job->bytes, job->len);
        job->bytes = NULL;
        disk_job_free(job);
    }
    loop_timer_cancel(t->env->loop, &t->retry_timer);
}

void intake_forget(struct torrent *t)
{
    for (int64_t i = pieces_next_partial(t->pieces, 0); i >= 0;
         i = pieces_next_partial(t->pieces, (uint32_t)i + 1)) {
        uint32_t piece_idx = (uint32_t)i;
        /* COMPLETE: it was not written for want of space. */
        if (pieces_state(t->pieces, piece_idx) == PIECE_COMPLETE)
            pieces_failed(t->pieces, piece_idx);
        else
            pieces_drop_received(t->pieces, piece_idx);
        reset_runs(t, piece_idx);
    }
    /* Also of pieces of which no block was ever whole. */
    struct assembly_run run;
    while (assembly_next(t->assembly, 0, 0, &run))
        assembly_drop(t->assembly, run.piece_idx);
}

void intake_init(struct torrent *t)
{
    struct blame_host host = {.ctx = t, .on_convict = on_convict};
    t->blame = blame_new(&host, &t->env->rng);
    t->assembly = assembly_new(t->geo, t->env->pool);
    loop_timer_init(&t->retry_timer, on_retry, t);
    if (assembly_is_whole(t->assembly))
        return;
    t->runs_left = xcalloc(t->geo->n_pieces, sizeof *t->runs_left);
    for (uint32_t i = 0; i < t->geo->n_pieces; i++)
        reset_runs(t, i);
}

void intake_fini(struct torrent *t)
{
    intake_drop_stalled(t);
    assembly_free(t->assembly);
    blame_free(t->blame);
    free(t->runs_left);
}
