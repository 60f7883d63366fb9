#include "config.h"

#include "engine/dhtnode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk/queue.h"
#include "engine/arrivals.h"
#include "engine/dhtfile.h"
#include "engine/ipfilter.h"
#include "engine/quest.h"
#include "model/reach.h"
#include "net/loop.h"
#include "net/resolve.h"
#include "net/udp.h"
#include "swarm/dht.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

/* A name that is being resolved. */
struct lookup {
    struct dhtnode *owner; /* borrowed: holds it */
    struct lookup *next;
    struct resolve_query *query; /* until it is answered */
    char *host;                  /* owned */
};

/* As dhtnode_place, of our own. */
struct place {
    char *host; /* owned */
    uint16_t port;
};

struct dhtnode {
    struct env *env; /* borrowed */
    struct dht *dht; /* owned, as the rest here */
    struct quest_board *board;
    struct dhtfile *file; /* NULL: nothing is kept */
    bool is_saving;
    struct place *routers;
    size_t n_routers;
    int64_t again_ms;       /* how long until routers are asked the next time */
    struct lookup *lookups; /* list */
    size_t n_lookups;
    struct arrivals strangers; /* who asked, though we had sent them nothing */
    struct loop_timer step_timer, router_timer, save_timer;
};

static int64_t now_of(const struct dhtnode *n)
{
    return loop_now_ms(n->env->loop);
}

/* After every call that takes the time: the deadline may be another. */
static void arm(struct dhtnode *n)
{
    int64_t at_ms = dht_deadline_ms(n->dht);
    if (at_ms == INT64_MAX)
        loop_timer_cancel(n->env->loop, &n->step_timer);
    else
        loop_timer_arm(n->env->loop, &n->step_timer, at_ms);
}

static void on_step_timer(void *ctx)
{
    struct dhtnode *n = ctx;
    dht_step(n->dht, now_of(n));
    arm(n);
}

/* ---- Saving ---- */

static void save(struct dhtnode *n)
{
    struct disk_job *job =
        n->file != NULL ? dhtfile_save(n->file, n->dht) : NULL;
    if (job == NULL)
        return;
    n->is_saving = true;
    diskq_submit(n->env->disk, job);
}

static void on_save_timer(void *ctx)
{
    struct dhtnode *n = ctx;
    if (!n->is_saving && dht_n_good(n->dht) > 0)
        save(n);
    loop_timer_arm(n->env->loop, &n->save_timer, now_of(n) + DHTNODE_SAVE_MS);
}

void dhtnode_on_job(struct dhtnode *n, struct disk_job *job)
{
    n->is_saving = false;
    if (job->err != OK)
        log_write(LOG_DHT, LOG_WARN, "its nodes are not kept: %s",
                  job->cause.text);
    disk_job_free(job);
}

/* ---- What the node asks of the world ---- */

static void on_send(void *ctx, const struct addr *to, const uint8_t *bytes,
                    size_t len)
{
    struct dhtnode *n = ctx;
    enum err err = udp_send(n->env->udp, to, bytes, len);
    if (err != OK)
        log_write(LOG_DHT, LOG_TRACE, "a datagram is lost: %s", err_text(err));
}

static bool on_refuses(void *ctx, const struct addr *a)
{
    const struct dhtnode *n = ctx;
    return ipfilter_has(n->env->filter, a);
}

static void on_peers(void *ctx, const uint8_t *info_hash,
                     const struct addr *peers, size_t n_peers)
{
    struct dhtnode *n = ctx;
    quest_board_on_peers(n->board, info_hash, peers, n_peers);
}

static void on_search_done(void *ctx, const uint8_t *info_hash,
                           const struct dht_search_result *result)
{
    struct dhtnode *n = ctx;
    quest_board_on_done(n->board, info_hash, result);
}

static void on_external(void *ctx, const struct addr *ip)
{
    struct dhtnode *n = ctx;
    char text[ADDR_TEXT_MAX];
    log_write(LOG_DHT, LOG_INFO, "nodes see us at %s", addr_ip_text(ip, text));
    selfaddr_hear(&n->env->self, SELFADDR_DHT, ip);
    if (!n->is_saving)
        save(n);
}

static void on_stranger(void *ctx, const struct addr *from)
{
    struct dhtnode *n = ctx;
    arrivals_note(&n->strangers, from, now_of(n));
}

/* ---- What the board asks of the node ---- */

static enum err on_search(void *ctx, const uint8_t info_hash[20],
                          const struct dht_announce *announce)
{
    struct dhtnode *n = ctx;
    enum err err = dht_search(n->dht, info_hash, announce, now_of(n));
    arm(n);
    return err;
}

static void on_cancel(void *ctx, const uint8_t info_hash[20])
{
    struct dhtnode *n = ctx;
    dht_cancel(n->dht, info_hash);
    arm(n);
}

/* ---- The first nodes ---- */

static void lookup_free(struct lookup *l)
{
    struct dhtnode *n = l->owner;
    for (struct lookup **at = &n->lookups; *at != NULL; at = &(*at)->next)
        if (*at == l) {
            *at = l->next;
            break;
        }
    n->n_lookups--;
    if (l->query != NULL)
        resolve_cancel(n->env->resolve, l->query);
    free(l->host);
    free(l);
}

static void on_resolved(void *ctx, const struct resolve_answer *answer)
{
    struct lookup *l = ctx;
    struct dhtnode *n = l->owner;
    l->query = NULL;
    for (size_t i = 0; i < answer->n_addrs; i++)
        dht_add_bootstrap(n->dht, &answer->addrs[i], now_of(n));
    if (answer->err != OK)
        log_write(LOG_DHT, LOG_INFO, "%s: %s", l->host, answer->words);
    else
        log_write(LOG_DHT, LOG_DEBUG, "asking %s for nodes", l->host);
    lookup_free(l);
    arm(n);
}

static void look_up(struct dhtnode *n, const char *host, uint16_t port)
{
    if (n->n_lookups == DHTNODE_MAX_LOOKUPS)
        return;
    struct lookup *l = xzalloc(sizeof *l);
    l->owner = n;
    l->host = xstrdup(host);
    l->next = n->lookups;
    n->lookups = l;
    n->n_lookups++;
    l->query = resolve_start(n->env->resolve, host, port, on_resolved, l);
}

static bool has_few(const struct dhtnode *n)
{
    return dht_n_good(n->dht) < DHTNODE_FEW;
}

static void on_router_timer(void *ctx)
{
    struct dhtnode *n = ctx;
    for (size_t i = 0; has_few(n) && i < n->n_routers; i++)
        look_up(n, n->routers[i].host, n->routers[i].port);
    loop_timer_arm(n->env->loop, &n->router_timer, now_of(n) + n->again_ms);
    n->again_ms = 2 * n->again_ms < DHTNODE_AGAIN_MAX_MS ? 2 * n->again_ms
                                                         : DHTNODE_AGAIN_MAX_MS;
}

void dhtnode_add_place(struct dhtnode *n, const char *host, uint16_t port)
{
    if (has_few(n))
        look_up(n, host, port);
}

void dhtnode_add_node(struct dhtnode *n, const struct addr *a)
{
    dht_add_node(n->dht, a, now_of(n));
    arm(n);
}

void dhtnode_reconsider(struct dhtnode *n)
{
    if (n == NULL)
        return;
    dht_weed(n->dht, now_of(n));
    arm(n);
}

void dhtnode_wake(struct dhtnode *n)
{
    if (n == NULL)
        return;
    dht_wake(n->dht, now_of(n));
    n->again_ms = DHTNODE_AGAIN_MS;
    if (n->n_routers > 0)
        loop_timer_arm(n->env->loop, &n->router_timer,
                       now_of(n) + DHTNODE_PATIENCE_MS);
    arm(n);
}

/* ---- Beginning and end ---- */

/* What is asked again while few nodes answer: routers, and what the user named. */
static void take_places(struct dhtnode *n, const struct dhtconf *config)
{
    size_t n_routers = config->is_local ? 0 : config->n_routers;
    n->routers = xcalloc(n_routers + config->n_nodes + 1, sizeof *n->routers);
    for (size_t i = 0; i < n_routers + config->n_nodes; i++) {
        const struct dhtconf_place *from =
            i < n_routers ? &config->routers[i] : &config->nodes[i - n_routers];
        n->routers[n->n_routers++] =
            (struct place){.host = xstrdup(from->host), .port = from->port};
    }
}

static struct dht *make_dht(struct dhtnode *n)
{
    const struct env *env = n->env;
    struct dht_config config = {
        .rng = env->rng,
        .has_v4 = udp_has_v4(env->udp),
        .has_v6 = udp_has_v6(env->udp),
        .port = env->listen_port,
        .has_implied_port = udp_port(env->udp) == env->listen_port,
    };
    struct dht_host host = {.send = on_send,
                            .refuses = on_refuses,
                            .on_peers = on_peers,
                            .on_search_done = on_search_done,
                            .on_external = on_external,
                            .on_stranger = on_stranger,
                            .ctx = n};
    return dht_new(&config, &host, now_of(n));
}

struct dhtnode *dhtnode_new(struct env *env, struct statedir *s,
                            const struct dhtconf *config)
{
    struct dhtnode *n = xzalloc(sizeof *n);
    n->env = env;
    arrivals_init(&n->strangers);
    loop_timer_init(&n->step_timer, on_step_timer, n);
    loop_timer_init(&n->router_timer, on_router_timer, n);
    loop_timer_init(&n->save_timer, on_save_timer, n);
    struct quest_board_host host = {.search = on_search,
                                    .cancel = on_cancel,
                                    .ctx = n};
    n->board = quest_board_new(env->loop, &env->rng, &host);
    n->dht = make_dht(n);
    n->file = s != NULL ? dhtfile_open(s) : NULL;
    bool was_here = n->file != NULL && dhtfile_load(n->file, n->dht, now_of(n));
    take_places(n, config);
    n->again_ms = DHTNODE_AGAIN_MS;
    for (size_t i = 0; was_here && i < config->n_nodes; i++)
        look_up(n, config->nodes[i].host, config->nodes[i].port);
    if (n->n_routers > 0)
        loop_timer_arm(env->loop, &n->router_timer,
                       now_of(n) + (was_here ? DHTNODE_PATIENCE_MS : 0));
    loop_timer_arm(env->loop, &n->save_timer, now_of(n) + DHTNODE_SAVE_MS);
    arm(n);
    log_write(LOG_DHT, LOG_INFO, "a node on port %u%s",
              (unsigned)udp_port(env->udp),
              was_here ? ", with the nodes that it knew" : "");
    return n;
}

void dhtnode_free(struct dhtnode *n)
{
    if (n == NULL)
        return;
    if (dht_n_good(n->dht) > 0)
        save(n);
    while (n->lookups != NULL)
        lookup_free(n->lookups);
    loop_timer_cancel(n->env->loop, &n->step_timer);
    loop_timer_cancel(n->env->loop, &n->router_timer);
    loop_timer_cancel(n->env->loop, &n->save_timer);
    quest_board_free(n->board);
    dht_free(n->dht);
    for (size_t i = 0; i < n->n_routers; i++)
        free(n->routers[i].host);
    free(n->routers);
    dhtfile_free(n->file);
    free(n);
}

bool dhtnode_take_datagram(struct dhtnode *n, const struct addr *from,
                           struct span bytes)
{
    bool is_taken = dht_rx(n->dht, from, bytes.p, bytes.len, now_of(n));
    if (is_taken)
        arm(n);
    return is_taken;
}

struct quest_board *dhtnode_board(struct dhtnode *n)
{
    return n->board;
}

uint16_t dhtnode_port(const struct dhtnode *n)
{
    return udp_port(n->env->udp);
}

uint32_t dhtnode_n_good(const struct dhtnode *n)
{
    return dht_n_good(n->dht);
}

void dhtnode_fill(const struct dhtnode *n, struct reach *out)
{
    struct addr a;
    char text[ADDR_TEXT_MAX];
    out->n_strangers = n != NULL ? n->strangers.far.n : 0;
    out->stranger_ms = n != NULL ? n->strangers.far.at_ms : -1;
    for (int f = 0; f < REACH_N_FAMILIES; f++) {
        bool is_known =
            n != NULL && dht_stats_external(n->dht, (enum dht_family)f, &a);
        snprintf(out->seen_at[f], sizeof out->seen_at[f], "%s",
                 is_known ? addr_ip_text(&a, text) : "");
    }
}

struct dht *dhtnode_dht(struct dhtnode *n)
{
    return n->dht;
}
