#include "config.h"

#include "engine/checkup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "disk/atomic.h"
#include "engine/intake.h"
#include "engine/members.h"
#include "engine/traffic.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    /* What came since the last save is hashed again after a kill. A save syncs the data:
     * where that takes long, it is seldomer, and has this share of the disk's time. */
    CHECKUP_SAVE_MS = 5000,
    CHECKUP_SAVE_MAX_MS = 15000,
    CHECKUP_SAVE_SHARE = 20,
    CHECKUP_LONG_RUN_MS = 300000,
    CHECKUP_RUN_MAX = 1 << 20, /* bytes of a begun piece read at once */
    CHECKUP_MAX_RESUME = 64 << 20
};

_Static_assert((int)PIECE_NORMAL == (int)RESUME_PRIORITY_NORMAL &&
                   (int)PIECE_HIGH == (int)RESUME_PRIORITY_MAX,
               "what the record says is what pieces mean");

/* What a DISK_STAT is for. */
enum { STAT_START, STAT_SAVE };

static void load_resume(struct torrent *t)
{
    if (t->resume_path == NULL)
        return;
    char *paths[2] = {xstrdup(t->resume_path),
                      xasprintf("%s.bak", t->resume_path)};
    for (size_t i = 0; i < 2 && t->resume == NULL; i++) {
        uint8_t *bytes;
        size_t len;
        struct cause cause = {""};
        enum err err =
            atomic_read(paths[i], CHECKUP_MAX_RESUME, &bytes, &len, &cause);
        if (err == ERR_NOT_FOUND)
            continue;
        if (err == OK) {
            err = resume_decode(bytes, len, t->meta, &t->resume, &cause);
            free(bytes);
        }
        if (err != OK)
            log_write(LOG_STATE, LOG_WARN, "resume state not used: %s",
                      cause.text);
    }
    free(paths[0]);
    free(paths[1]);
    if (t->resume != NULL && strcmp(t->resume->dir, t->dir) != 0) {
        /* The same torrent in another folder: what is there is looked at. */
        resume_free(t->resume);
        t->resume = NULL;
    }
}

/* Thousands of torrents may be looked at in a row: none holds its folder open for that,
 * it is opened again when there is something to read or write. */
static void close_soon(struct torrent *t)
{
    torrent_submit(t, disk_job_new(DISK_CLOSE, t->store, t->id));
}

void checkup_start(struct torrent *t)
{
    verify_free(t->verify);
    t->verify = NULL;
    resume_free(t->resume);
    t->resume = NULL;
    load_resume(t);
    if (t->resume != NULL)
        members_add_peers(t, t->resume->peers, t->resume->n_peers,
                          PEERS_RESUME);
    struct disk_job *job = disk_job_new(DISK_STAT, t->store, t->id);
    job->n_files = t->meta->n_files;
    job->tag = STAT_START;
    torrent_submit(t, job);
    close_soon(t);
}

/* Taking over what is remembered. */

static void take_resume(struct torrent *t, const struct store_stat *now,
                        struct bitset *doubt)
{
    struct resume *r = t->resume;
    size_t n_before = bitset_count(r->have);
    uint32_t n_doubts = resume_trust(r, t->meta, now, doubt);
    /* Space that is reserved at the start changes the files. */
    t->is_recorded = !t->check_all && !t->preallocate && n_doubts == 0 &&
                     bitset_count(r->have) == n_before;
    for (int64_t i = bitset_next_set(r->have, 0); i >= 0;
         i = bitset_next_set(r->have, (size_t)i + 1))
        pieces_found(t->pieces, (uint32_t)i);
    if (t->has_totals)
        return;
    t->bytes_down_before = r->bytes_down;
    t->bytes_up_before = r->bytes_up;
    t->bytes_wasted = t->bytes_wasted_before = r->bytes_wasted;
    t->seconds_seed_before = r->seconds_seed;
    t->seconds_down_before = r->seconds_down;
    if (r->added_wall > 0)
        t->added_wall = r->added_wall;
    t->completed_wall = r->completed_wall;
}

/* Nothing is remembered: every piece of a file that has bytes may be there. */
static void doubt_what_exists(const struct torrent *t,
                              const struct store_stat *now,
                              struct bitset *doubt)
{
    for (size_t i = 0; i < t->meta->n_files; i++) {
        const struct metainfo_file *f = &t->meta->files[i];
        if (f->size_bytes == 0 || !now[i].exists || now[i].size_bytes == 0)
            continue;
        uint32_t first, last;
        metainfo_file_pieces(t->meta, i, &first, &last);
        for (uint32_t p = first; p <= last; p++)
            bitset_set(doubt, p);
    }
}

/* Hashing what is in doubt. */

/* What must be there at once: files without bytes, and space if it is reserved. */
void checkup_prepare(struct torrent *t)
{
    struct disk_job *job = disk_job_new(DISK_PREPARE, t->store, t->id);
    job->preallocate = t->preallocate;
    job->wanted = bitset_new(t->meta->n_files);
    for (size_t i = 0; i < t->meta->n_files; i++)
        if (t->file_priorities[i] != PIECE_SKIP)
            bitset_set(job->wanted, i);
    torrent_submit(t, job);
    close_soon(t);
}

static void on_piece(void *ctx, uint32_t piece_idx, enum verify_result result)
{
    struct torrent *t = ctx;
    if (result == VERIFY_GOOD)
        pieces_found(t->pieces, piece_idx);
}

static void on_verified(struct torrent *t)
{
    struct cause cause = {""};
    enum err err = verify_error(t->verify, &cause);
    if (t->state != TORRENT_CHECKING || err == ERR_CANCELLED)
        return;
    if (err != OK) {
        traffic_fail(t, err, cause.text);
        return;
    }
    char *line = xasprintf("%u of %u pieces checked are right",
                           verify_progress(t->verify)->n_good,
                           verify_progress(t->verify)->n_pieces);
    torrent_post(t, EVENT_CHECKED, OK, line);
    free(line);
    checkup_prepare(t);
}

static void verify_doubtful(struct torrent *t, const struct bitset *doubt)
{
    if (bitset_count(doubt) == 0) {
        checkup_prepare(t);
        return;
    }
    struct verify_host host = {.on_piece = on_piece, .ctx = t};
    t->verify = verify_new(t->meta, t->store, t->env->disk, t->id,
                           CHECKUP_TAG_VERIFY, doubt);
    verify_start(t->verify, &host);
}

void checkup_on_verify_job(struct torrent *t, struct disk_job *job)
{
    verify_on_done(t->verify, job);
    if (verify_is_done(t->verify))
        on_verified(t);
}

bool checkup_is_busy(const struct torrent *t)
{
    return t->verify != NULL && !verify_is_done(t->verify);
}

static void save_with(struct torrent *t, const struct store_stat *stats);
static void begin_save(struct torrent *t);

/* What was had before a restart: to be found again. */
static void lose_all(struct torrent *t)
{
    for (int64_t i = bitset_next_set(pieces_have(t->pieces), 0); i >= 0;
         i = bitset_next_set(pieces_have(t->pieces), (size_t)i + 1))
        pieces_lost(t->pieces, (uint32_t)i);
}

/* Did it have something, and are all of its files gone? Then a disk is away, or somebody
 * took them: to download all again is nothing to begin by itself. */
static bool is_robbed(const struct torrent *t, const struct store_stat *stats)
{
    if (!t->guards_data || t->check_all || t->resume == NULL ||
        bitset_count(t->resume->have) == 0)
        return false;
    for (size_t i = 0; i < t->meta->n_files; i++)
        if (stats[i].exists && t->meta->files[i].size_bytes > 0)
            return false;
    return true;
}

static void fail_robbed(struct torrent *t)
{
    char *clean = text_clean_dup(t->dir, strlen(t->dir));
    char *line =
        xasprintf("%s: none of its files are there any more; bring them "
                  "back and resume, or verify to begin anew",
                  clean);
    traffic_fail(t, ERR_NOT_FOUND, line);
    free(line);
    free(clean);
}

static void check_files(struct torrent *t, const struct store_stat *stats)
{
    if (is_robbed(t, stats)) {
        fail_robbed(t);
        return;
    }
    struct bitset *doubt = bitset_new(t->geo->n_pieces);
    lose_all(t);
    t->is_recorded = false;
    t->save_is_stale = true;
    if (t->resume != NULL && t->check_all)
        bitset_clear_all(t->resume->have);
    if (t->resume != NULL)
        take_resume(t, stats, doubt);
    if (t->resume == NULL || t->check_all)
        doubt_what_exists(t, stats, doubt);
    t->has_totals = true;
    /* One that waits for its turn is looked at as far as is needed to know whose turn
     * it is: what it has. */
    bool is_over =
        !t->check_all &&
        (t->is_paused || (t->is_waiting && bitset_count(doubt) == 0));
    t->check_all = false;
    if (is_over)
        torrent_rest(t);
    else
        verify_doubtful(t, doubt);
    bitset_free(doubt);
}

void checkup_on_stat(struct torrent *t, struct disk_job *job)
{
    if (job->tag == STAT_SAVE) {
        /* While what is had is looked at, a record would say less than there is,
         * and vouch for it. */
        if (job->err == OK && t->state != TORRENT_CHECKING)
            save_with(t, job->stats);
        else
            t->is_saving = false;
    } else if (job->err != OK)
        traffic_fail(t, job->err, job->cause.text);
    else if (t->state == TORRENT_CHECKING)
        check_files(t, job->stats);
    disk_job_free(job);
}

/* Nothing is in doubt any more, and nothing holds it: run. */
static void be_over(struct torrent *t)
{
    resume_free(t->resume);
    t->resume = NULL;
    traffic_run(t);
    if (!t->is_recorded)
        checkup_save_soon(t);
}

/* Pieces that were begun. */

static void restore_run(struct torrent *t, uint32_t piece_idx, uint32_t first,
                        uint32_t n)
{
    struct block_ref last = {piece_idx, first + n - 1};
    struct disk_job *job = disk_job_new(DISK_READ, t->store, t->id);
    job->piece_idx = piece_idx;
    job->begin = first * GEOMETRY_BLOCK_LEN;
    job->len = geometry_block_begin(last) + geometry_block_len(t->geo, last) -
               job->begin;
    job->off = geometry_piece_off(t->geo, piece_idx) + job->begin;
    job->data = refbuf_new(job->len);
    t->n_restoring++;
    torrent_submit(t, job);
}

static void restore_partial(struct torrent *t,
                            const struct resume_partial *part)
{
    enum piece_state state = pieces_state(t->pieces, part->piece_idx);
    if (state != PIECE_MISSING)
        return;
    size_t n = bitset_size(part->blocks);
    for (size_t i = 0; i < n;) {
        int64_t first = bitset_next_set(part->blocks, i);
        if (first < 0)
            break;
        int64_t end = bitset_next_clear(part->blocks, (size_t)first);
        size_t stop = end < 0 ? n : (size_t)end;
        size_t most = (size_t)first + CHECKUP_RUN_MAX / GEOMETRY_BLOCK_LEN;
        if (stop > most)
            stop = most;
        restore_run(t, part->piece_idx, (uint32_t)first,
                    (uint32_t)(stop - (size_t)first));
        i = stop;
    }
}

void checkup_on_prepared(struct torrent *t, struct disk_job *job)
{
    if (job->err != OK)
        traffic_fail(t, job->err, job->cause.text);
    else if (t->state == TORRENT_CHECKING && torrent_is_held(t)) {
        torrent_rest(t);
        if (t->resume_path != NULL && !t->is_saving)
            begin_save(t);
    } else if (t->state == TORRENT_CHECKING) {
        uint64_t budget = pool_max(t->env->pool) / 2;
        for (size_t i = 0; t->resume != NULL && i < t->resume->n_partials;
             i++) {
            if (budget < t->geo->piece_len)
                break;
            budget -= t->geo->piece_len;
            restore_partial(t, &t->resume->partials[i]);
        }
        if (t->n_restoring == 0)
            be_over(t);
    }
    disk_job_free(job);
}

void checkup_on_restored(struct torrent *t, struct disk_job *job)
{
    t->n_restoring--;
    for (uint32_t at = 0;
         job->err == OK && at < job->len && t->state == TORRENT_CHECKING;
         at += GEOMETRY_BLOCK_LEN) {
        struct block_ref b = {job->piece_idx,
                              (job->begin + at) / GEOMETRY_BLOCK_LEN};
        intake_restore(t, b, job->data->bytes + at);
    }
    if (t->n_restoring == 0 && t->state == TORRENT_CHECKING)
        be_over(t);
    disk_job_free(job);
}

/* Saving: sync what was written, look at the files, write the record. In this order
 * it is never more truthful than the data. */

static void stat_to_save(struct torrent *t)
{
    struct disk_job *stat = disk_job_new(DISK_STAT, t->store, t->id);
    stat->n_files = t->meta->n_files;
    stat->tag = STAT_SAVE;
    torrent_submit(t, stat);
}

static void begin_save(struct torrent *t)
{
    t->is_saving = true;
    t->save_began_ms = loop_now_ms(t->env->loop);
    t->is_dirty = false;
    t->is_recorded = false;
    t->save_is_lazy = false;
    torrent_submit(t, disk_job_new(DISK_SYNC, t->store, t->id));
}

/* Nothing was written since the last one: what is saved is how long and how much. Many
 * torrents end like that at once, and none is worth a wait for the disk. */
static void begin_lazy_save(struct torrent *t)
{
    t->is_saving = true;
    t->save_is_lazy = true;
    stat_to_save(t);
}

static void on_save_timer(void *ctx)
{
    struct torrent *t = ctx;
    if (!t->is_saving && torrent_is_running(t))
        begin_save(t);
}

void checkup_save_soon(struct torrent *t)
{
    t->is_dirty = true;
    if (t->resume_path == NULL || loop_timer_armed(&t->save_timer))
        return;
    int64_t wait_ms = t->save_took_ms * CHECKUP_SAVE_SHARE;
    wait_ms = wait_ms < CHECKUP_SAVE_MS       ? CHECKUP_SAVE_MS
              : wait_ms > CHECKUP_SAVE_MAX_MS ? CHECKUP_SAVE_MAX_MS
                                              : wait_ms;
    loop_timer_arm(t->env->loop, &t->save_timer,
                   loop_now_ms(t->env->loop) + wait_ms);
}

void checkup_on_synced(struct torrent *t, struct disk_job *job)
{
    if (job->err != OK) {
        t->is_saving = false;
        if (torrent_is_running(t))
            traffic_fail(t, job->err, job->cause.text);
    } else
        stat_to_save(t);
    disk_job_free(job);
}

static void record_partials(struct torrent *t, struct resume *r)
{
    r->partials = xcalloc(pieces_n_partial(t->pieces) + 1, sizeof *r->partials);
    for (int64_t i = pieces_next_partial(t->pieces, 0); i >= 0;
         i = pieces_next_partial(t->pieces, (uint32_t)i + 1)) {
        uint32_t piece_idx = (uint32_t)i;
        uint32_t n = geometry_n_blocks(t->geo, piece_idx);
        const struct pieces_block *blocks = pieces_blocks(t->pieces, piece_idx);
        if (pieces_n_blocks_received(t->pieces, piece_idx) == 0 ||
            r->n_partials >= pieces_n_partial(t->pieces))
            continue;
        struct bitset *bits = bitset_new(n);
        for (uint32_t k = 0; k < n; k++)
            if (blocks[k].state == BLOCK_RECEIVED)
                bitset_set(bits, k);
        r->partials[r->n_partials++] =
            (struct resume_partial){.piece_idx = piece_idx, .blocks = bits};
    }
}

static void record_peers(struct torrent *t, struct resume *r)
{
    r->peers = xcalloc(RESUME_MAX_PEERS, sizeof *r->peers);
    r->n_peers = peers_list(t->known, r->peers, RESUME_MAX_PEERS);
}

static struct resume *record(struct torrent *t, const struct store_stat *stats)
{
    struct resume *r = resume_new(t->meta);
    bitset_assign(r->have, pieces_have(t->pieces));
    memcpy(r->files, stats, r->n_files * sizeof *stats);
    memcpy(r->file_priorities, t->file_priorities, r->n_files);
    free(r->dir);
    r->dir = xstrdup(t->dir);
    r->bytes_down = t->bytes_down_before + t->down.total;
    r->bytes_up = t->bytes_up_before + t->up.total;
    r->bytes_wasted = t->bytes_wasted;
    torrent_seconds(t, &r->seconds_down, &r->seconds_seed);
    r->added_wall = t->added_wall;
    r->completed_wall = t->completed_wall;
    r->is_sequential = picker_is_sequential(t->picker);
    record_peers(t, r);
    if (t->save_is_last)
        record_partials(t, r);
    return r;
}

/* Give a record to the disk; false: it is too large. */
static bool save_record(struct torrent *t, const struct resume *r)
{
    struct buf bytes;
    buf_init(&bytes, CHECKUP_MAX_RESUME);
    bool is_good = resume_encode(r, &bytes) == OK;
    if (is_good) {
        size_t len;
        struct disk_job *job = disk_job_new(DISK_SAVE, NULL, t->id);
        job->path = xstrdup(t->resume_path);
        job->bytes = buf_take(&bytes, &len);
        job->len = (uint32_t)len;
        job->is_lazy = t->save_is_lazy;
        torrent_submit(t, job);
        t->is_saving = true;
        t->save_is_stale = false;
    }
    buf_fini(&bytes);
    return is_good;
}

static void save_with(struct torrent *t, const struct store_stat *stats)
{
    struct resume *r = record(t, stats);
    t->is_saving = save_record(t, r);
    resume_free(r);
}

bool checkup_rehome(struct torrent *t, const char *dir)
{
    resume_free(t->resume);
    t->resume = NULL;
    load_resume(t);
    free(t->dir);
    t->dir = xstrdup(dir);
    if (t->resume == NULL)
        return false;
    free(t->resume->dir);
    t->resume->dir = xstrdup(dir);
    t->save_is_lazy = false;
    return save_record(t, t->resume);
}

void checkup_on_saved(struct torrent *t, struct disk_job *job)
{
    t->is_saving = false;
    if (!t->save_is_lazy)
        t->save_took_ms = loop_now_ms(t->env->loop) - t->save_began_ms;
    if (job->err != OK) {
        log_write(LOG_STATE, LOG_ERROR, "%s", job->cause.text);
        torrent_post(t, EVENT_DISK, job->err, job->cause.text);
    } else
        t->is_recorded = !t->save_is_stale;
    if (t->is_dirty && torrent_is_running(t))
        checkup_save_soon(t);
    if (t->n_members == 0 && torrent_is_running(t))
        close_soon(t);
    disk_job_free(job);
}

/* The blocks of begun pieces go to their place in the files, unverified: no piece is
 * had for it, and the record says which blocks are there. */
static void write_partial(struct torrent *t, const struct assembly_run *run)
{
    const struct pieces_block *blocks =
        pieces_blocks(t->pieces, run->piece_idx);
    if (blocks == NULL)
        return;
    uint32_t first = run->begin / GEOMETRY_BLOCK_LEN;
    uint32_t n = (run->len + GEOMETRY_BLOCK_LEN - 1) / GEOMETRY_BLOCK_LEN;
    for (uint32_t i = 0; i < n; i++) {
        struct block_ref b = {run->piece_idx, first + i};
        if (blocks[b.block_idx].state != BLOCK_RECEIVED)
            continue;
        uint32_t begin = geometry_block_begin(b);
        struct disk_job *job = disk_job_new(DISK_WRITE, t->store, t->id);
        job->piece_idx = b.piece_idx;
        job->begin = begin;
        job->len = geometry_block_len(t->geo, b);
        job->off = geometry_piece_off(t->geo, b.piece_idx) + begin;
        job->bytes = xmemdup(run->bytes + (begin - run->begin), job->len);
        torrent_submit(t, job);
    }
}

/* A short time alone is not worth writing a file for each of thousands. */
static bool has_counts_to_save(const struct torrent *t)
{
    return t->down.total > 0 || t->up.total > 0 ||
           loop_now_ms(t->env->loop) - t->running_since_ms >
               CHECKUP_LONG_RUN_MS;
}

void checkup_save_last(struct torrent *t)
{
    loop_timer_cancel(t->env->loop, &t->save_timer);
    if (t->resume_path == NULL || t->save_is_last)
        return;
    t->save_is_last = true;
    if (t->is_recorded && !t->is_dirty && pieces_n_partial(t->pieces) == 0) {
        if (has_counts_to_save(t))
            begin_lazy_save(t);
        return;
    }
    struct assembly_run run = {0};
    uint32_t piece_idx = 0, begin = 0;
    while (assembly_next(t->assembly, piece_idx, begin, &run)) {
        write_partial(t, &run);
        piece_idx = run.piece_idx;
        begin = run.begin + 1;
    }
    begin_save(t);
}

void checkup_fini(struct torrent *t)
{
    loop_timer_cancel(t->env->loop, &t->save_timer);
    resume_free(t->resume);
    verify_free(t->verify);
}

void checkup_init(struct torrent *t)
{
    loop_timer_init(&t->save_timer, on_save_timer, t);
    if (t->added_wall == 0)
        t->added_wall = clock_wall();
}
