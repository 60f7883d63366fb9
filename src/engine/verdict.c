#include "config.h"

#include "engine/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "engine/checkup.h"
#include "engine/members.h"
#include "engine/provenance.h"
#include "engine/traffic.h"
#include "engine/watch.h"
#include "engine/webseeds.h"
#include "engine/whosent.h"
#include "util/xalloc.h"

enum {
    VERDICT_RETRY_MS = 10000,     /* a write that found no space */
    VERDICT_TELL_FULL_MS = 600000 /* of good times, before it is told again */
};

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

static struct addr *senders_of(const struct torrent *t, uint32_t piece_idx)
{
    const struct pieces_block *blocks = pieces_blocks(t->pieces, piece_idx);
    uint32_t n = geometry_n_blocks(t->geo, piece_idx);
    struct addr *senders = xcalloc(n, sizeof *senders);
    for (uint32_t i = 0; i < n; i++)
        senders[i] = whosent_addr(t, blocks[i].peer);
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
    traffic_on_progress(t);
}

static void tell_bad(struct torrent *t, uint32_t piece_idx)
{
    struct provenance p;
    char words[PROVENANCE_WORDS_LEN];
    provenance_count(&p, pieces_blocks(t->pieces, piece_idx),
                     geometry_n_blocks(t->geo, piece_idx));
    whosent_words(t, &p, words, sizeof words);
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
    torrent_fill_soon(t);
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
                    now_of(t) - t->told_full_ms < VERDICT_TELL_FULL_MS;
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
    loop_timer_arm(t->env->loop, &t->retry_timer, now_of(t) + VERDICT_RETRY_MS);
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

void verdict_on_written(struct torrent *t, struct disk_job *job)
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
        torrent_fill_soon(t);
    if (job->err == OK && t->state == TORRENT_NO_SPACE && t->stalled == NULL) {
        torrent_set_state(t, TORRENT_RUNNING);
        torrent_fill_soon(t);
    }
    if (job->err == OK && t->runs_left == NULL)
        piece_is_good(t, job);
    else if (job->err == OK && --t->runs_left[job->piece_idx] == 0)
        hash_from_disk(t, job->piece_idx);
    else if (job->err == ERR_HASH)
        piece_is_bad(t, job);
    else if (job->err != OK)
        traffic_fail(t, job->err, job->cause.text);
    disk_job_free(job);
}

void verdict_on_hashed(struct torrent *t, struct disk_job *job)
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
        traffic_fail(t, job->err, job->cause.text);
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

void verdict_drop_stalled(struct torrent *t)
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

void verdict_forget(struct torrent *t)
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

void verdict_init(struct torrent *t)
{
    struct blame_host host = {.ctx = t, .on_convict = on_convict};
    t->blame = blame_new(&host, &t->env->rng);
    loop_timer_init(&t->retry_timer, on_retry, t);
    if (assembly_is_whole(t->assembly))
        return;
    t->runs_left = xcalloc(t->geo->n_pieces, sizeof *t->runs_left);
    for (uint32_t i = 0; i < t->geo->n_pieces; i++)
        reset_runs(t, i);
}

void verdict_fini(struct torrent *t)
{
    verdict_drop_stalled(t);
    blame_free(t->blame);
    free(t->runs_left);
}
