#include "config.h"

#include "engine/quest.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    JITTER_PCT = 10,      /* so that those begun together do not stay so */
    BUSY_WAIT_MS = 30000, /* the node has too much to do */
    OTHERS_TURN = 4       /* of so many, one is of those that need no peers */
};

/* Who comes first of those whose time has come. */
enum lane { WANTING, CONTENT, N_LANES };

static const int64_t short_waits_ms[] = {15000, 30000, 60000, 120000, 300000};
enum { N_SHORT_WAITS = sizeof short_waits_ms / sizeof short_waits_ms[0] };

struct quest {
    struct heap_node node; /* first: cast back. In a lane while it waits */
    enum lane lane;
    struct quest_board *board; /* borrowed: holds it */
    uint8_t info_hash[20];
    struct quest_host host;
    UT_hash_handle hh;
    bool is_started, is_running;
    int64_t due_ms;   /* while it waits */
    int64_t begun_ms; /* while it runs */
    int64_t ended_ms; /* the last; -1: none */
    uint32_t n_new;   /* of the running one */
    uint32_t n_short; /* searches in a row after which peers were short */
    size_t n_past;
    struct quest_past past[QUEST_MAX_PAST];
};

struct quest_board {
    struct loop *loop;     /* borrowed */
    const struct rng *rng; /* borrowed */
    struct quest_board_host host;
    struct quest *all;          /* borrowed, by hash: their owners' */
    struct heap lanes[N_LANES]; /* those that wait, by their time */
    size_t n_running;
    uint32_t n_begun;
    int64_t free_ms; /* when none of the burst is used up any more */
    struct loop_timer timer;
};

static int64_t now_of(const struct quest_board *b)
{
    return loop_now_ms(b->loop);
}

static const struct quest *first_of(const struct quest_board *b, enum lane lane)
{
    return (const struct quest *)(const void *)heap_min(&b->lanes[lane]);
}

/* When the next may be begun, for the sake of pace. */
static int64_t pace_ms(const struct quest_board *b)
{
    return b->free_ms - (int64_t)(QUEST_BURST - 1) * QUEST_GAP_MS;
}

static void arm(struct quest_board *b)
{
    int64_t at_ms = INT64_MAX;
    for (int i = 0; i < N_LANES; i++) {
        const struct quest *q = first_of(b, (enum lane)i);
        if (q != NULL && q->due_ms < at_ms)
            at_ms = q->due_ms;
    }
    if (at_ms == INT64_MAX || b->n_running >= QUEST_MAX_RUNNING) {
        loop_timer_cancel(b->loop, &b->timer);
        return;
    }
    loop_timer_arm(b->loop, &b->timer, at_ms > pace_ms(b) ? at_ms : pace_ms(b));
}

static void leave_lane(struct quest *q)
{
    heap_remove(&q->board->lanes[q->lane], &q->node);
}

static void wait_until(struct quest *q, int64_t due_ms, enum lane lane)
{
    leave_lane(q);
    q->due_ms = due_ms;
    q->lane = lane;
    heap_push(&q->board->lanes[lane], &q->node, due_ms);
}

static struct quest_needs needs_of(const struct quest *q)
{
    struct quest_needs needs = {.is_seed = false};
    q->host.needs(q->host.ctx, &needs);
    return needs;
}

static int64_t jittered(const struct quest_board *b, int64_t wait_ms)
{
    uint32_t span = (uint32_t)(wait_ms * JITTER_PCT / 100) + 1;
    return wait_ms - rng_below(b->rng, span);
}

/* ---- Searching ---- */

static void end(struct quest *q)
{
    assert(q->board->n_running > 0);
    q->board->n_running--;
    q->is_running = false;
}

static void begin(struct quest *q)
{
    struct quest_board *b = q->board;
    int64_t now_ms = now_of(b);
    struct quest_needs needs = needs_of(q);
    struct dht_announce announce = {.is_wanted = true,
                                    .is_seed = needs.is_seed};
    leave_lane(q);
    b->n_begun++;
    b->n_running++;
    b->free_ms = (b->free_ms > now_ms ? b->free_ms : now_ms) + QUEST_GAP_MS;
    q->is_running = true;
    q->begun_ms = now_ms;
    q->n_new = 0;
    /* What our own node keeps is told inside. */
    if (b->host.search(b->host.ctx, q->info_hash, &announce) != OK) {
        end(q);
        wait_until(q, now_ms + BUSY_WAIT_MS, q->lane);
    }
}

/* Who is next, of those whose time has come. */
static struct quest *next_of(const struct quest_board *b, int64_t now_ms)
{
    enum lane first =
        b->n_begun % OTHERS_TURN == OTHERS_TURN - 1 ? CONTENT : WANTING;
    for (int i = 0; i < N_LANES; i++) {
        enum lane lane = i == 0 ? first : (enum lane)(N_LANES - 1 - (int)first);
        struct heap_node *node = heap_min(&b->lanes[lane]);
        if (node != NULL && node->key <= now_ms)
            return (struct quest *)(void *)node;
    }
    return NULL;
}

static void on_timer(void *ctx)
{
    struct quest_board *b = ctx;
    int64_t now_ms = now_of(b);
    struct quest *q;
    while (pace_ms(b) <= now_ms && b->n_running < QUEST_MAX_RUNNING &&
           (q = next_of(b, now_ms)) != NULL)
        begin(q);
    arm(b);
}

static void remember(struct quest *q, const struct quest_past *past)
{
    if (q->n_past < QUEST_MAX_PAST)
        q->n_past++;
    memmove(&q->past[1], &q->past[0], (q->n_past - 1) * sizeof q->past[0]);
    q->past[0] = *past;
}

/* How long until the next one of a quest that is short of peers. */
static int64_t short_wait(struct quest *q, int64_t again_ms)
{
    int64_t wait_ms = short_waits_ms[q->n_short];
    if (q->n_short < N_SHORT_WAITS - 1)
        q->n_short++;
    int64_t most_ms = short_waits_ms[N_SHORT_WAITS - 1];
    if (again_ms > most_ms)
        again_ms = most_ms;
    return again_ms > wait_ms ? again_ms : wait_ms;
}

static void log_past(const struct quest *q, const struct quest_past *past)
{
    char hex[2 * sizeof q->info_hash + 1];
    if (!log_on(LOG_DHT, LOG_INFO))
        return;
    text_hex(hex, q->info_hash, sizeof q->info_hash);
    log_write(LOG_DHT, LOG_INFO,
              "%s: %u peers, %u new; %u of %u nodes answered, %u were told",
              hex, past->n_peers, past->n_new, past->n_answered, past->n_asked,
              past->n_announced);
}

static struct quest *find(const struct quest_board *b,
                          const uint8_t info_hash[20])
{
    struct quest *q;
    HASH_FIND(hh, b->all, info_hash, sizeof q->info_hash, q);
    return q != NULL && q->is_running ? q : NULL;
}

void quest_board_on_peers(struct quest_board *b, const uint8_t info_hash[20],
                          const struct addr *peers, size_t n)
{
    struct quest *q = find(b, info_hash);
    if (q != NULL)
        q->n_new += (uint32_t)q->host.on_peers(q->host.ctx, peers, n);
}

void quest_board_on_done(struct quest_board *b, const uint8_t info_hash[20],
                         const struct dht_search_result *result)
{
    struct quest *q = find(b, info_hash);
    if (q == NULL)
        return;
    int64_t now_ms = now_of(b);
    struct quest_past past = {.begun_ms = q->begun_ms,
                              .took_ms = now_ms - q->begun_ms,
                              .n_peers = result->n_peers,
                              .n_new = q->n_new,
                              .n_asked = result->n_asked,
                              .n_answered = result->n_answered,
                              .n_announced = result->n_announced};
    end(q);
    q->ended_ms = now_ms;
    remember(q, &past);
    log_past(q, &past);
    bool is_short = needs_of(q).is_short;
    int64_t wait_ms = QUEST_EVERY_MS;
    if (is_short)
        wait_ms = short_wait(q, result->again_ms);
    else
        q->n_short = 0;
    wait_until(q, now_ms + jittered(b, wait_ms), is_short ? WANTING : CONTENT);
    if (q->host.on_past != NULL)
        q->host.on_past(q->host.ctx, &past);
    arm(b);
}

/* ---- Quests ---- */

struct quest *quest_new(struct quest_board *b, const uint8_t info_hash[20],
                        const struct quest_host *host)
{
    struct quest *q;
    HASH_FIND(hh, b->all, info_hash, sizeof q->info_hash, q);
    if (q != NULL)
        return NULL;
    q = xzalloc(sizeof *q);
    q->board = b;
    q->host = *host;
    q->ended_ms = -1;
    memcpy(q->info_hash, info_hash, sizeof q->info_hash);
    HASH_ADD(hh, b->all, info_hash, sizeof q->info_hash, q);
    return q;
}

void quest_free(struct quest *q)
{
    if (q == NULL)
        return;
    quest_stop(q);
    HASH_DEL(q->board->all, q);
    free(q);
}

void quest_start(struct quest *q)
{
    if (q->is_started)
        return;
    q->is_started = true;
    q->n_short = 0;
    struct quest_needs needs = needs_of(q);
    int64_t wait_ms = needs.is_seed ? QUEST_SEED_WAIT_MS : 0;
    wait_until(q, now_of(q->board) + wait_ms,
               needs.is_short ? WANTING : CONTENT);
    arm(q->board);
}

void quest_stop(struct quest *q)
{
    struct quest_board *b = q->board;
    q->is_started = false;
    leave_lane(q);
    if (q->is_running) {
        end(q);
        b->host.cancel(b->host.ctx, q->info_hash);
    }
    arm(b);
}

void quest_want_peers(struct quest *q)
{
    if (!q->is_started || q->is_running || q->ended_ms < 0)
        return;
    int64_t due_ms = q->ended_ms + short_waits_ms[q->n_short];
    if (due_ms >= q->due_ms)
        return;
    wait_until(q, due_ms, WANTING);
    arm(q->board);
}

void quest_ask_now(struct quest *q)
{
    if (!q->is_started || q->is_running)
        return;
    wait_until(q, now_of(q->board), WANTING);
    arm(q->board);
}

void quest_status(const struct quest *q, struct quest_status *out)
{
    *out = (struct quest_status){.is_started = q->is_started,
                                 .is_running = q->is_running,
                                 .begun_ms = q->begun_ms,
                                 .next_ms = -1,
                                 .n_past = q->n_past};
    if (q->is_started && !q->is_running)
        out->next_ms = q->due_ms;
    memcpy(out->past, q->past, sizeof out->past);
}

/* ---- The board ---- */

struct quest_board *quest_board_new(struct loop *loop, const struct rng *rng,
                                    const struct quest_board_host *host)
{
    struct quest_board *b = xzalloc(sizeof *b);
    b->loop = loop;
    b->rng = rng;
    b->host = *host;
    for (int i = 0; i < N_LANES; i++)
        heap_init(&b->lanes[i]);
    loop_timer_init(&b->timer, on_timer, b);
    return b;
}

void quest_board_free(struct quest_board *b)
{
    if (b == NULL)
        return;
    assert(b->all == NULL);
    loop_timer_cancel(b->loop, &b->timer);
    for (int i = 0; i < N_LANES; i++)
        heap_fini(&b->lanes[i]);
    free(b);
}

size_t quest_board_n(const struct quest_board *b)
{
    return b->lanes[WANTING].n + b->lanes[CONTENT].n + b->n_running;
}

void quest_board_check(const struct quest_board *b)
{
    size_t n_running = 0, n_waiting = 0;
    for (const struct quest *q = b->all; q != NULL; q = q->hh.next) {
        n_running += q->is_running;
        n_waiting += heap_contains(&q->node);
        assert(q->is_started == (q->is_running || heap_contains(&q->node)));
        assert(!(q->is_running && heap_contains(&q->node)));
    }
    assert(n_running == b->n_running && n_running <= QUEST_MAX_RUNNING);
    assert(n_waiting + n_running == quest_board_n(b));
}
