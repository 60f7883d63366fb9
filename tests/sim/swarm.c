#include "config.h"

#include "tests/sim/swarm.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/rng.h"
#include "util/text.h"
#include "util/xalloc.h"
#include "net/loop.h"
#include "disk/queue.h"
#include "engine/doorway.h"
#include "engine/env.h"
#include "engine/overall.h"
#include "engine/peerlink.h"
#include "engine/seeker.h"
#include "proto/mse.h"
#include "engine/torrent.h"
#include "meta/rejoin.h"
#include "tests/fake/link.h"
#include "tests/fake/world.h"
#include "tests/sim/inside.h"

enum {
    SWARM_START_MS = 1000,
    SWARM_PORT = 6881,
    SWARM_FIRST_DIAL_PORT = 50000,
    SWARM_MAX_CONNS = 200,
    SWARM_BATCH = 8, /* whatever this machine likes: runs repeat */
    SWARM_CHECK_ALL_MS = 1000,
    SWARM_CHECK_ONE_MS = 10,
    SWARM_STOP_MS = 60000,
    SWARM_MAX_BANS = 64
};

struct node {
    struct swarm *swarm; /* borrowed: holds it */
    uint32_t number;     /* never used again */
    struct node_config config;
    struct addr addr;
    uint64_t rng_state;
    struct env env;
    struct limits limits;
    struct doorway *doorway; /* owned */
    struct store *store;     /* owned reference */
    struct simstore *files;  /* borrowed: the store's */
    struct torrent *torrent; /* owned; NULL: stopped */
    struct seeker *seeker;   /* owned; of a magnet, in place of torrent */
    struct inside inside;
    struct overall overall;
    bool is_leaving;
    bool is_paused;
    uint32_t n_dials; /* each from a port of its own */
    /* The disk. */
    int64_t job_ms;
    struct loop_timer disk_timer;
    /* What was seen of it. */
    int64_t finished_ms;
    uint32_t n_events[EVENT_N_KINDS];
    struct event latest[EVENT_N_KINDS];
    char *bans[SWARM_MAX_BANS]; /* owned: their lines */
    size_t pool_max_used;
};

struct swarm {
    const struct content *content; /* borrowed */
    struct loop *loop;             /* owned, as the rest */
    struct world *world;
    struct link_net *net;
    uint8_t *scratch; /* one at a time reads */
    struct node *nodes[SWARM_MAX_NODES];
    size_t n_nodes;
    uint32_t n_born;
    uint64_t rng_state;
    struct rng rng;
    uint64_t log_hash;
    bool check_each;
    size_t check_next;
    int64_t check_all_ms;
    int64_t check_one_ms;
    struct addr watched; /* whose dials are counted */
    size_t n_dials;
    int64_t dials_ms[SWARM_MAX_DIALS];
};

/* What a node reaches the world by: env's functions. */

static enum err node_dial(void *ctx, const struct addr *remote,
                          const struct conn_handler *handler, struct conn **out)
{
    struct node *n = ctx;
    struct swarm *s = n->swarm;
    struct addr local = n->addr;
    if (addr_same_ip(remote, &s->watched) && s->n_dials < SWARM_MAX_DIALS)
        s->dials_ms[s->n_dials++] = loop_now_ms(s->loop);
    local.port = (uint16_t)(SWARM_FIRST_DIAL_PORT + n->n_dials++ % 10000);
    return link_net_dial(n->swarm->net, remote, &local, handler, out);
}

static bool node_disk_is_busy(void *ctx)
{
    struct node *n = ctx;
    return diskq_depth(n->env.disk, NULL) > 0;
}

static void log_bytes(struct swarm *s, const void *p, size_t len)
{
    /* FNV-1a. */
    const uint8_t *bytes = p;
    for (size_t i = 0; i < len; i++)
        s->log_hash = (s->log_hash ^ bytes[i]) * UINT64_C(1099511628211);
}

static void node_post(void *ctx, const struct event *e)
{
    struct node *n = ctx;
    log_bytes(n->swarm, &e->at_ms, sizeof e->at_ms);
    log_bytes(n->swarm, &n->number, sizeof n->number);
    log_bytes(n->swarm, &e->kind, sizeof e->kind);
    log_bytes(n->swarm, e->text, strlen(e->text));
    if (e->kind == EVENT_FINISHED && n->finished_ms < 0)
        n->finished_ms = e->at_ms;
    if (e->kind == EVENT_BANNED && n->n_events[e->kind] < SWARM_MAX_BANS)
        n->bans[n->n_events[e->kind]] = xstrdup(e->text);
    n->n_events[e->kind]++;
    n->latest[e->kind] = *e;
}

static void on_greeting(void *ctx, struct conn *conn,
                        const struct handshake *theirs)
{
    struct node *n = ctx;
    if (n->seeker != NULL) {
        seeker_accept(n->seeker, conn, theirs);
        return;
    }
    if (n->torrent != NULL &&
        memcmp(torrent_info_hash(n->torrent), theirs->info_hash, 20) == 0) {
        torrent_accept(n->torrent, conn, theirs);
        return;
    }
    conn_close(conn);
    limits_on_closed(&n->limits, false);
}

static bool find_mse(void *ctx, const uint8_t hash[SHA1_LEN],
                     uint8_t info_hash_out[SHA1_LEN])
{
    struct node *n = ctx;
    uint8_t own[SHA1_LEN];
    if (n->torrent == NULL)
        return false;
    mse_torrent_hash(torrent_info_hash(n->torrent), own);
    if (memcmp(own, hash, sizeof own) != 0)
        return false;
    memcpy(info_hash_out, torrent_info_hash(n->torrent), SHA1_LEN);
    return true;
}

static void on_accept(void *ctx, struct conn *conn, const struct addr *remote)
{
    struct node *n = ctx;
    (void)remote;
    doorway_enter_conn(n->doorway, conn);
}

/* The disk. */

static bool drain(struct node *n)
{
    bool any = false;
    struct disk_job *job;
    while ((job = diskq_take_done(n->env.disk)) != NULL) {
        any = true;
        if (n->torrent != NULL)
            torrent_on_job(n->torrent, job);
        else
            disk_job_free(job);
    }
    if (n->env.paused != NULL &&
        !(pool_is_full(n->env.pool) && node_disk_is_busy(n)))
        peerlink_resume_paused(&n->env);
    return any;
}

static void on_disk_timer(void *ctx)
{
    struct node *n = ctx;
    (void)diskq_run_one(n->env.disk);
}

static bool pump_disk(struct node *n)
{
    struct loop *loop = n->env.loop;
    if (pool_used(n->env.pool) > n->pool_max_used)
        n->pool_max_used = pool_used(n->env.pool);
    if (n->job_ms == 0)
        while (diskq_run_one(n->env.disk))
            ;
    else if (!loop_timer_armed(&n->disk_timer) && node_disk_is_busy(n))
        loop_timer_arm(loop, &n->disk_timer, loop_now_ms(loop) + n->job_ms);
    return drain(n);
}

/* Nodes. */

static struct metainfo *meta_of(const struct node *n)
{
    return content_meta(n->swarm->content);
}

static void start(struct node *n, struct metainfo *meta)
{
    assert(n->torrent == NULL);
    const struct node_config *c = &n->config;
    struct torrent_config config = {
        .id = n->number,
        .meta = meta,
        .store = store_ref(n->store),
        .dir = "files",
        .resume_path = c->resume_path != NULL ? xstrdup(c->resume_path) : NULL,
        .priorities = c->priorities,
        .is_sequential = c->is_sequential,
        .limit_down_Bps = c->torrent_down_Bps,
        .limit_up_Bps = c->torrent_up_Bps,
        .max_peers = c->max_peers,
        .is_paused = n->is_paused,
        .overall = c->is_watched ? &n->overall : NULL,
    };
    n->inside = (struct inside){0};
    n->finished_ms = -1;
    if (n->seeker != NULL)
        seeker_leave(n->seeker, &config);
    n->torrent = torrent_new(&n->env, &config);
    if (n->seeker != NULL)
        seeker_hand_over(n->seeker, n->torrent);
    seeker_free(n->seeker);
    n->seeker = NULL;
    /* Without a slow disk this checks its files, in no time. */
    while (pump_disk(n))
        ;
}

void node_start(struct node *n)
{
    start(n, meta_of(n));
}

static void on_found(void *ctx, const uint8_t *bytes, size_t len)
{
    struct node *n = ctx;
    struct metainfo *meta;
    enum err err =
        rejoin_torrent(seeker_magnet(n->seeker), bytes, len, &meta, NULL);
    assert(err == OK);
    start(n, meta);
}

static void on_seeker_quiet(void *ctx)
{
    (void)ctx;
}

static void seek(struct node *n)
{
    char hex[41];
    text_hex(hex, n->swarm->content->meta->info_hash, 20);
    struct seeker_config config = {.id = n->number,
                                   .max_peers = n->config.max_peers,
                                   .host = {.on_found = on_found,
                                            .on_quiet = on_seeker_quiet,
                                            .ctx = n}};
    enum err err = magnet_parse(hex, &config.magnet, NULL);
    assert(err == OK);
    n->finished_ms = -1;
    n->seeker = seeker_new(&n->env, &config);
    seeker_start(n->seeker);
}

static void free_torrent(struct node *n)
{
    torrent_free(n->torrent);
    n->torrent = NULL;
}

static bool is_stopped(void *ctx)
{
    struct node *n = ctx;
    return torrent_is_stopped(n->torrent);
}

void node_stop(struct node *n)
{
    torrent_stop(n->torrent);
    bool stopped = swarm_run_while(n->swarm, SWARM_STOP_MS, is_stopped, n);
    assert(stopped);
    free_torrent(n);
}

void node_set_paused(struct node *n, bool is_paused)
{
    n->is_paused = is_paused;
}

void node_kill(struct node *n)
{
    do
        (void)drain(n);
    while (diskq_run_one(n->env.disk));
    free_torrent(n);
}

static void node_free(struct node *n)
{
    struct swarm *s = n->swarm;
    link_net_listen(s->net, &n->addr, NULL, NULL);
    loop_timer_cancel(s->loop, &n->disk_timer);
    seeker_free(n->seeker);
    if (n->torrent != NULL)
        node_kill(n);
    doorway_free(n->doorway);
    assert(n->limits.n_conns == 0 && n->limits.n_half_open == 0);
    diskq_free(n->env.disk);
    pool_free(n->env.pool);
    store_unref(n->store);
    for (size_t i = 0; i < SWARM_MAX_BANS; i++)
        free(n->bans[i]);
    free(n);
}

void node_set_filter(struct node *n, struct ipfilter *filter)
{
    n->env.filter = filter;
}

void node_set_slots(struct node *n, uint32_t n_slots)
{
    n->limits.has_slots = true;
    n->limits.n_slots = n_slots;
}

static void env_init(struct node *n)
{
    struct swarm *s = n->swarm;
    const struct node_config *c = &n->config;
    limits_init(&n->limits, SWARM_MAX_CONNS, c->limit_down_Bps, c->limit_up_Bps,
                loop_now_ms(s->loop));
    n->env = (struct env){
        .loop = s->loop,
        .pool =
            pool_new(c->pool_bytes > 0 ? c->pool_bytes : POOL_DEFAULT_BYTES),
        .limits = &n->limits,
        .rng = rng_seeded(&n->rng_state),
        .listen_port = SWARM_PORT,
        .uses_pex = c->uses_pex,
        .encryption = c->encryption,
        .dial = node_dial,
        .disk_is_busy = node_disk_is_busy,
        .post = node_post,
        .ctx = n,
        .scratch = s->scratch,
    };
    enum err err = diskq_new(0, NULL, NULL, &n->env.disk);
    assert(err == OK);
    diskq_set_batch(n->env.disk, SWARM_BATCH);
}

static struct node *add(struct swarm *s, const struct node_config *config)
{
    assert(s->n_nodes < SWARM_MAX_NODES);
    struct node *n = xzalloc(sizeof *n);
    n->swarm = s;
    n->number = ++s->n_born;
    n->config = *config;
    /* Each in a network of its own: BEP 6 gives a network's peers the same
     * allowed-fast pieces. */
    const uint8_t ip[4] = {10, (uint8_t)(n->number >> 8), (uint8_t)n->number,
                           1};
    n->addr = addr_v4(ip, SWARM_PORT);
    n->rng_state = rng_u64(&s->rng);
    overall_init(&n->overall, NULL);
    loop_timer_init(&n->disk_timer, on_disk_timer, n);
    env_init(n);
    n->store = simstore_new(s->content, &n->files);
    uint32_t n_all = s->content->meta->geo.n_pieces;
    simstore_fill(n->files, config->first_piece,
                  config->is_seed ? n_all : config->n_pieces);
    struct doorway_host host = {.on_greeting = on_greeting,
                                .find_mse = find_mse,
                                .ctx = n};
    n->doorway = doorway_new(&n->env, &host);
    struct link_host line = {.up_Bps = config->line_up_Bps,
                             .down_Bps = config->line_down_Bps,
                             .latency_ms = config->latency_ms,
                             .queue_bytes = config->line_queue_bytes};
    link_net_host(s->net, &n->addr, &line);
    link_net_listen(s->net, &n->addr, on_accept, n);
    s->nodes[s->n_nodes++] = n;
    return n;
}

struct node *swarm_add(struct swarm *s, const struct node_config *config)
{
    struct node *n = add(s, config);
    node_start(n);
    return n;
}

struct node *swarm_add_magnet(struct swarm *s, const struct node_config *config)
{
    struct node *n = add(s, config);
    seek(n);
    return n;
}

void swarm_add_many(struct swarm *s, const struct node_config *config, size_t n)
{
    for (size_t i = 0; i < n; i++)
        (void)swarm_add(s, config);
}

void swarm_remove(struct node *n)
{
    n->is_leaving = true;
    link_net_listen(n->swarm->net, &n->addr, NULL, NULL);
    torrent_stop(n->torrent);
}

static void forget_those_gone(struct swarm *s)
{
    for (size_t i = 0; i < s->n_nodes;) {
        struct node *n = s->nodes[i];
        if (n->is_leaving && torrent_is_stopped(n->torrent)) {
            node_free(n);
            s->nodes[i] = s->nodes[--s->n_nodes];
        } else
            i++;
    }
}

/* Swarms. */

static bool pump(void *ctx)
{
    struct swarm *s = ctx;
    bool any = false;
    for (size_t i = 0; i < s->n_nodes; i++)
        if (pump_disk(s->nodes[i]))
            any = true;
    forget_those_gone(s);
    return any;
}

uint64_t swarm_seed(void)
{
    const char *text = getenv("SIM_SEED");
    return text != NULL ? strtoull(text, NULL, 10) : 1;
}

struct swarm *swarm_new(const struct content *content)
{
    struct swarm *s = xzalloc(sizeof *s);
    s->content = content;
    s->rng_state = swarm_seed();
    s->rng = rng_seeded(&s->rng_state);
    enum err err = loop_new(SWARM_START_MS, false, &s->loop);
    assert(err == OK);
    s->world = world_new(s->loop);
    s->net = link_net_new(s->loop);
    s->scratch = xmalloc(ENV_SCRATCH_LEN);
    s->log_hash = UINT64_C(14695981039346656037);
    s->check_each = getenv("SIM_CHECK") != NULL;
    world_add_pump(s->world, pump, s);
    return s;
}

void swarm_free(struct swarm *s)
{
    while (s->n_nodes > 0)
        node_free(s->nodes[--s->n_nodes]);
    link_net_free(s->net);
    world_free(s->world);
    loop_free(s->loop);
    free(s->scratch);
    free(s);
}

int64_t swarm_now_ms(const struct swarm *s)
{
    return loop_now_ms(s->loop);
}

uint32_t swarm_below(struct swarm *s, uint32_t bound)
{
    return rng_below(&s->rng, bound);
}

void swarm_report(const char *fmt, ...)
{
    va_list args;
    if (getenv("SIM_REPORT") == NULL)
        return;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
    fflush(stdout);
}

uint64_t swarm_log_hash(const struct swarm *s)
{
    return s->log_hash;
}

size_t swarm_n_nodes(const struct swarm *s)
{
    return s->n_nodes;
}

struct node *swarm_node(const struct swarm *s, size_t i)
{
    return s->nodes[i];
}

void swarm_introduce(struct node *a, const struct node *b)
{
    if (a->seeker != NULL)
        seeker_add_peers(a->seeker, &b->addr, 1, PEERS_TRACKER);
    else
        torrent_add_peers(a->torrent, &b->addr, 1, PEERS_USER);
}

void swarm_introduce_to_some(struct node *n, size_t most)
{
    struct swarm *s = n->swarm;
    struct node *others[SWARM_MAX_NODES];
    size_t n_others = 0;
    for (size_t i = 0; i < s->n_nodes; i++)
        if (s->nodes[i] != n)
            others[n_others++] = s->nodes[i];
    for (size_t i = 0; i < most && i < n_others; i++) {
        size_t k = i + swarm_below(s, (uint32_t)(n_others - i));
        struct node *chosen = others[k];
        others[k] = others[i];
        swarm_introduce(n, chosen);
    }
}

void swarm_introduce_all(struct swarm *s, size_t most)
{
    for (size_t i = 0; i < s->n_nodes; i++)
        swarm_introduce_to_some(s->nodes[i], most);
}

void swarm_watch_dials(struct swarm *s, const struct addr *ip)
{
    s->watched = *ip;
    s->n_dials = 0;
}

size_t swarm_n_dials(const struct swarm *s)
{
    return s->n_dials;
}

size_t swarm_most_dials_in_minute(const struct swarm *s)
{
    size_t most = 0;
    for (size_t i = 0; i < s->n_dials; i++) {
        size_t k = i;
        while (k < s->n_dials && s->dials_ms[k] - s->dials_ms[i] < 60000)
            k++;
        most = k - i > most ? k - i : most;
    }
    return most;
}

/* Time. */

static void check_node(struct node *n)
{
    if (n->torrent != NULL)
        inside_check(&n->inside, n->torrent, &n->env);
}

static void check(struct swarm *s)
{
    if (s->n_nodes == 0)
        return;
    int64_t now_ms = loop_now_ms(s->loop);
    if (s->check_each || now_ms >= s->check_all_ms) {
        for (size_t i = 0; i < s->n_nodes; i++)
            check_node(s->nodes[i]);
        s->check_all_ms = now_ms + SWARM_CHECK_ALL_MS;
    } else if (now_ms >= s->check_one_ms) {
        check_node(s->nodes[s->check_next++ % s->n_nodes]);
        s->check_one_ms = now_ms + SWARM_CHECK_ONE_MS;
    }
}

struct run {
    struct swarm *swarm;
    bool (*done)(void *ctx);
    void *ctx;
};

static bool step_done(void *ctx)
{
    struct run *run = ctx;
    check(run->swarm);
    return run->done(run->ctx);
}

bool swarm_run_while(struct swarm *s, int64_t ms, bool (*done)(void *ctx),
                     void *ctx)
{
    struct run run = {s, done, ctx};
    return world_run_while(s->world, loop_now_ms(s->loop) + ms, step_done,
                           &run);
}

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

void swarm_run_ms(struct swarm *s, int64_t ms)
{
    (void)swarm_run_while(s, ms, never, NULL);
}

static bool are_all_finished(void *ctx)
{
    const struct swarm *s = ctx;
    for (size_t i = 0; i < s->n_nodes; i++)
        if (s->nodes[i]->finished_ms < 0)
            return false;
    return true;
}

bool swarm_run_finished(struct swarm *s, int64_t ms)
{
    return swarm_run_while(s, ms, are_all_finished, s);
}

static bool is_finished(void *ctx)
{
    return node_is_finished(ctx);
}

bool node_run_finished(struct node *n, int64_t ms)
{
    return swarm_run_while(n->swarm, ms, is_finished, n);
}

/* Of one node. */

void node_set_line(struct node *n, uint64_t up_Bps, uint64_t down_Bps)
{
    struct link_host line = {.up_Bps = up_Bps,
                             .down_Bps = down_Bps,
                             .latency_ms = n->config.latency_ms,
                             .queue_bytes = n->config.line_queue_bytes};
    link_net_host(n->swarm->net, &n->addr, &line);
}

void node_set_disk_ms(struct node *n, int64_t job_ms)
{
    n->job_ms = job_ms;
    if (job_ms > 0)
        diskq_set_batch(n->env.disk, 1);
}

struct seeker *node_seeker(struct node *n)
{
    return n->seeker;
}

struct simstore *node_store(struct node *n)
{
    return n->files;
}

struct torrent *node_torrent(struct node *n)
{
    return n->torrent;
}

void node_second(struct node *n)
{
    torrent_second(n->torrent);
}

struct frame_torrent node_frame(struct node *n)
{
    struct frame_torrent f;
    torrent_frame(n->torrent, &f);
    return f;
}

bool node_is_finished(const struct node *n)
{
    return n->finished_ms >= 0;
}

int64_t node_finished_ms(const struct node *n)
{
    return n->finished_ms;
}

const struct event *node_event(const struct node *n, enum event_kind kind)
{
    return n->n_events[kind] > 0 ? &n->latest[kind] : NULL;
}

uint32_t node_n_events(const struct node *n, enum event_kind kind)
{
    return n->n_events[kind];
}

uint32_t node_n_dials(const struct node *n)
{
    return n->n_dials;
}

size_t node_pool_used(const struct node *n)
{
    return pool_used(n->env.pool);
}

size_t node_pool_max_used(const struct node *n)
{
    return n->pool_max_used;
}

bool node_is_banned_by(const struct node *n, const struct node *by)
{
    char ip[ADDR_TEXT_MAX];
    char *line = xasprintf("banned %s:", addr_ip_text(&n->addr, ip));
    bool found = false;
    for (size_t i = 0; i < SWARM_MAX_BANS && by->bans[i] != NULL; i++)
        if (strncmp(by->bans[i], line, strlen(line)) == 0)
            found = true;
    free(line);
    return found;
}

bool node_has_all(const struct node *n)
{
    const struct geometry *geo = &n->swarm->content->meta->geo;
    return simstore_right_bytes(n->files) == geo->size_bytes &&
           simstore_n_wrong(n->files) == 0;
}
