#include "config.h"

#include "engine/session.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "disk/queue.h"
#include "engine/admit.h"
#include "engine/border.h"
#include "engine/dhtnode.h"
#include "engine/doorway.h"
#include "engine/env.h"
#include "engine/inspect_dht.h"
#include "engine/localpeers.h"
#include "engine/orders.h"
#include "engine/overall.h"
#include "engine/peerlink.h"
#include "engine/rounds.h"
#include "engine/statedir.h"
#include "engine/steward.h"
#include "engine/tidy.h"
#include "engine/torrent.h"
#include "engine/trackers.h"
#include "net/http.h"
#include "net/listen.h"
#include "net/loop.h"
#include "net/proxyurl.h"
#include "net/resolve.h"
#include "net/udp.h"
#include "proto/lsd.h"
#include "swarm/udp_tracker.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

struct session {
    struct env env;
    struct bridge *bridge;     /* borrowed: the front end's */
    struct statedir *statedir; /* owned, as the rest */
    struct limits limits;
    uint32_t most_conns; /* that limits may be set to */
    bool is_bound;
    struct addr bind; /* when is_bound; port 0 */
    struct listen *listen;
    struct doorway *doorway;
    struct steward steward;
    struct loop_timer frame_timer;
    struct loop_timer second_timer;
    struct tidy tidy;
    struct border border;
    int64_t published_ms;
    char *dir; /* owned, or NULL */
    bool is_watched;
    struct overall overall;
    struct focus focus;
    int64_t whole_s; /* that has had its frame with parts_each_s */
    struct loop_timer stop_timer;
    bool is_quitting;
    bool is_over;
    bool has_thread;
    pthread_t thread;
};

/* What the engine's parts reach the world by: env's functions. */

static enum err env_dial(void *ctx, const struct addr *remote,
                         const struct conn_handler *handler, struct conn **out)
{
    struct session *s = ctx;
    return border_dial(&s->border, remote, handler, out);
}

static bool env_disk_is_busy(void *ctx)
{
    struct session *s = ctx;
    return diskq_depth(s->env.disk, NULL) > 0;
}

static void env_post(void *ctx, const struct event *e)
{
    struct session *s = ctx;
    bridge_post(s->bridge, e);
}

static void env_give(void *ctx, uint8_t *bytes, size_t len)
{
    struct session *s = ctx;
    bridge_give_torrent(s->bridge, bytes, len);
}

static void env_changed(void *ctx, uint32_t torrent)
{
    struct session *s = ctx;
    (void)torrent;
    steward_look_soon(&s->steward);
}

static void post(struct session *s, enum event_kind kind, enum err err,
                 const char *text)
{
    struct event e = {.kind = kind,
                      .err = (int)err,
                      .at_ms = loop_now_ms(s->env.loop)};
    struct cause line;
    cause_set(&line, "%s", text);
    memcpy(e.text, line.text, sizeof e.text);
    bridge_post(s->bridge, &e);
}

/* Quitting. */

static void look_if_over(struct session *s)
{
    if (s->is_quitting && steward_is_stopped(&s->steward) &&
        border_is_over(&s->border))
        s->is_over = true;
}

static void on_stop_timeout(void *ctx)
{
    struct session *s = ctx;
    steward_stop_now(&s->steward);
    /* What the disk still holds on to is waited for: a save that was begun is worth
     * a little more time. */
    loop_timer_arm(s->env.loop, &s->stop_timer,
                   loop_now_ms(s->env.loop) + SESSION_FRAME_MS);
}

static void quit(struct session *s)
{
    if (s->is_quitting)
        return;
    s->is_quitting = true;
    listen_free(s->listen);
    s->listen = NULL;
    border_stop(&s->border);
    loop_timer_arm(s->env.loop, &s->stop_timer,
                   loop_now_ms(s->env.loop) + SESSION_STOP_MS);
    steward_stop(&s->steward);
}

/* The bridge. */

/* Show it soon: at once, unless frames would then come too fast. */
static void set_focus(struct session *s, const struct focus *focus)
{
    if (!s->is_watched)
        return;
    struct torrent *before = steward_torrent(&s->steward, s->focus.torrent);
    struct torrent *now = steward_torrent(&s->steward, focus->torrent);
    if (before != NULL && before != now)
        torrent_focus(before, NULL);
    if (now != NULL)
        torrent_focus(now, focus);
    s->focus = *focus;
    s->whole_s = -1;
    int64_t now_ms = loop_now_ms(s->env.loop);
    int64_t at_ms = s->published_ms + SESSION_REFOCUS_MS;
    loop_timer_arm(s->env.loop, &s->frame_timer,
                   at_ms > now_ms ? at_ms : now_ms);
}

static void set_limits(struct session *s, const struct command_limits *to)
{
    int64_t now_ms = loop_now_ms(s->env.loop);
    if (to->has_down)
        bucket_set_limit(&s->limits.down, to->down_Bps, now_ms);
    if (to->has_up)
        bucket_set_limit(&s->limits.up, to->up_Bps, now_ms);
    if (to->has_peers)
        s->limits.max_conns = to->max_peers > 0 && to->max_peers < s->most_conns
                                  ? to->max_peers
                                  : s->most_conns;
    if (to->has_slots) {
        s->limits.has_slots = true;
        s->limits.n_slots = to->n_slots;
    }
    if (to->has_encryption)
        s->env.encryption = to->encryption;
    steward_limit(&s->steward, to);
    char words[LIMITS_WORDS_LEN];
    limits_words(s->limits.down.limit_Bps, s->limits.up.limit_Bps, words);
    if (to->has_down || to->has_up)
        post(s, EVENT_LIMITS, OK, words);
}

static void carry_out(struct session *s, struct command *c)
{
    if (c->kind == COMMAND_ADD) {
        admit_add(&s->steward, c->add);
        tidy_soon(&s->tidy);
    } else if (c->kind == COMMAND_UNDO)
        admit_undo(&s->steward);
    else if (c->kind == COMMAND_QUIT)
        quit(s);
    else if (c->kind == COMMAND_FOCUS)
        set_focus(s, &c->focus);
    else if (c->kind == COMMAND_LIMITS && c->torrent == 0)
        set_limits(s, &c->limits);
    else if (c->kind == COMMAND_FILTER || c->kind == COMMAND_GEOIP)
        border_obey(&s->border, c);
    else if (!orders_obey(&s->steward, c))
        post(s, EVENT_COMMAND, ERR_INVALID, "that is asked of one torrent");
    command_free(c);
}

static void fill_overall(struct session *s, struct frame *f)
{
    int64_t now_ms = f->now_ms;
    f->now_wall = clock_wall();
    f->listen_port = s->env.listen_port;
    f->disk_jobs = diskq_depth(s->env.disk, NULL);
    f->pool_used_bytes = pool_used(s->env.pool);
    f->pool_max_bytes = pool_max(s->env.pool);
    f->limit_down_Bps = s->limits.down.limit_Bps;
    f->limit_up_Bps = s->limits.up.limit_Bps;
    f->max_peers = s->limits.max_conns;
    f->n_half_open = s->limits.n_half_open;
    f->disk_write_Bps = rate_Bps(&s->overall.disk_write, now_ms);
    f->disk_read_Bps = rate_Bps(&s->overall.disk_read, now_ms);
    f->last_incoming_ms = s->overall.last_incoming_ms;
    f->disk_wait_ms = overall_take_disk_wait_ms(&s->overall);
    f->loop_ms = loop_take_longest_ms(s->env.loop);
    border_fill(&s->border, &f->reach);
    arrivals_fill(&s->overall.arrivals, &f->reach);
    dhtnode_fill(s->env.dht, &f->reach);
    inspect_dht_frame(s->env.dht, f);
    f->free_bytes = UINT64_MAX;
    if (s->is_watched && s->dir != NULL)
        f->free_bytes = freespace_of(&s->overall.space, s->dir, now_ms);
    if ((s->focus.parts & FOCUS_ALL_HISTORY) != 0)
        f->history = overall_history(&s->overall, now_ms / 1000);
    if ((s->focus.parts & FOCUS_DHT) != 0)
        f->dht = inspect_dht(s->env.dht, now_ms);
}

/* What the frame of this moment answers. */
static struct focus focus_at(struct session *s, int64_t now_ms)
{
    struct focus focus = s->focus;
    if (now_ms / 1000 != s->whole_s)
        focus.parts |= focus.parts_each_s;
    s->whole_s = now_ms / 1000;
    return focus;
}

static void publish(struct session *s)
{
    struct frame *f = steward_frame(&s->steward);
    f->now_ms = loop_now_ms(s->env.loop);
    fill_overall(s, f);
    struct focus focus = focus_at(s, f->now_ms);
    f->detail = steward_detail(&s->steward, &focus);
    s->published_ms = f->now_ms;
    bridge_publish(s->bridge, f);
}

static void on_frame_timer(void *ctx)
{
    struct session *s = ctx;
    if (bridge_wants_frame(s->bridge))
        publish(s);
    int64_t every_ms = SESSION_FRAME_MS;
    if (s->focus.interval_ms > 0)
        every_ms = s->focus.interval_ms;
    if (every_ms < FOCUS_INTERVAL_MIN_MS)
        every_ms = FOCUS_INTERVAL_MIN_MS;
    if (every_ms > FOCUS_INTERVAL_MAX_MS)
        every_ms = FOCUS_INTERVAL_MAX_MS;
    loop_timer_arm(s->env.loop, &s->frame_timer,
                   loop_now_ms(s->env.loop) + every_ms);
}

static void on_second(void *ctx)
{
    struct session *s = ctx;
    rounds_second(&s->steward);
    border_second(&s->border);
    overall_second(&s->overall, loop_now_ms(s->env.loop) / 1000);
    loop_timer_arm(s->env.loop, &s->second_timer,
                   loop_now_ms(s->env.loop) + 1000);
}

/* Woken: a command waits, or a disk job is done. */
static void on_wake(void *ctx)
{
    struct session *s = ctx;
    struct command *c;
    while ((c = bridge_take_command(s->bridge)) != NULL)
        carry_out(s, c);
    struct disk_job *job;
    while ((job = diskq_take_done(s->env.disk)) != NULL) {
        overall_on_job(&s->overall, job);
        if (job->op == DISK_SPACE)
            freespace_on_job(&s->overall.space, job);
        else if (job->op == DISK_IPLOAD)
            border_on_job(&s->border, job);
        else if (job->op == DISK_SAVE && job->torrent == 0)
            dhtnode_on_job(s->env.dht, job);
        else
            rounds_on_job(&s->steward, job);
    }
    if (s->env.paused != NULL &&
        !(pool_is_full(s->env.pool) && env_disk_is_busy(s)))
        peerlink_resume_paused(&s->env);
}

static void wake(void *ctx)
{
    struct session *s = ctx;
    loop_wake(s->env.loop);
}

/* The network. */

static void on_accept(void *ctx, int fd, const struct addr *remote)
{
    struct session *s = ctx;
    doorway_enter(s->doorway, fd, remote);
}

static void on_greeting(void *ctx, struct conn *conn,
                        const struct handshake *theirs)
{
    struct session *s = ctx;
    if (steward_accept(&s->steward, conn, theirs))
        return;
    conn_close(conn);
    limits_on_closed(&s->limits, false);
}

static bool find_mse(void *ctx, const uint8_t hash[SHA1_LEN],
                     uint8_t info_hash_out[SHA1_LEN])
{
    struct session *s = ctx;
    const struct roster_entry *e = roster_find_mse(&s->steward.roster, hash);
    if (e == NULL)
        return false;
    memcpy(info_hash_out, e->info_hash, sizeof e->info_hash);
    return true;
}

static void on_datagram(void *ctx, const struct addr *from, struct span bytes)
{
    struct session *s = ctx;
    if (s->env.dht == NULL || !dhtnode_take_datagram(s->env.dht, from, bytes))
        trackers_take_datagram(&s->env, from, bytes);
}

static enum err open_sockets(struct session *s,
                             const struct session_config *config,
                             struct cause *cause)
{
    struct dualsock_config sockets = {.v4 = true, .v6 = true};
    bool is_local = s->is_bound && addr_is_loopback(&s->bind);
    if (s->env.is_proxied && !is_local)
        return OK; /* who came in would have gone round the proxy */
    if (s->is_bound) {
        sockets.v4 = addr_is_v4(&s->bind);
        sockets.v6 = !sockets.v4;
        sockets.local_v4 = sockets.v4 ? &s->bind : NULL;
        sockets.local_v6 = sockets.v6 ? &s->bind : NULL;
    }
    sockets.port = config->has_port ? config->port
                                    : statedir_port(s->statedir, &s->env.rng);
    enum err err =
        listen_new(s->env.loop, &sockets, on_accept, s, &s->listen, cause);
    if (err == ERR_BUSY && !config->has_port) {
        /* Another instance has the port that is kept: any will do for this one. */
        sockets.port = 0;
        err =
            listen_new(s->env.loop, &sockets, on_accept, s, &s->listen, cause);
    }
    if (err != OK)
        return err;
    s->env.listen_port = listen_port(s->listen);
    if (s->env.is_proxied)
        return OK;
    struct udp_handler handler = {.on_datagram = on_datagram, .ctx = s};
    sockets.port = s->env.listen_port;
    err = udp_new(s->env.loop, &sockets, &handler, &s->env.udp, cause);
    if (err != ERR_BUSY)
        return err;
    sockets.port = 0;
    return udp_new(s->env.loop, &sockets, &handler, &s->env.udp, cause);
}

static void open_dht(struct session *s, const struct session_config *config)
{
    struct dhtconf dht = config->dht;
    dht.is_local = s->is_bound && addr_is_loopback(&s->bind);
    if (dht.is_on && !s->env.is_proxied)
        s->env.dht = dhtnode_new(&s->env, s->statedir, &dht);
}

/* Local discovery. */

static void on_neighbour(void *ctx, const uint8_t *info_hash,
                         const struct addr *a)
{
    struct session *s = ctx;
    steward_add_peers(&s->steward, info_hash, a, 1, PEERS_LSD);
}

static void open_localpeers(struct session *s,
                            const struct session_config *config)
{
    struct localpeers_config lsd = {.port = config->lsd_port > 0
                                                ? config->lsd_port
                                                : LSD_PORT,
                                    .bind = s->is_bound ? &s->bind : NULL,
                                    .on_peer = on_neighbour,
                                    .ctx = s};
    if (config->uses_lsd && s->env.listen_port > 0 && !s->env.is_proxied)
        s->env.localpeers = localpeers_new(&s->env, &lsd);
}

/* Beginning and end. */

static void session_free(struct session *s)
{
    struct env *env = &s->env;
    steward_fini(&s->steward);
    localpeers_free(env->localpeers);
    doorway_free(s->doorway);
    dhtnode_free(env->dht);
    listen_free(s->listen);
    udp_free(env->udp);
    http_free(env->http);
    resolve_free(env->resolve);
    udp_tracker_cache_free(env->udp_cache);
    diskq_free(env->disk);
    if (env->loop != NULL) {
        tidy_fini(&s->tidy);
        border_fini(&s->border);
        loop_timer_cancel(env->loop, &s->frame_timer);
        loop_timer_cancel(env->loop, &s->second_timer);
        loop_timer_cancel(env->loop, &s->stop_timer);
        loop_free(env->loop);
    }
    pool_free(env->pool);
    free(env->scratch);
    statedir_free(s->statedir);
    overall_fini(&s->overall);
    free(s->dir);
    free(s);
}

static enum err session_open(struct session *s,
                             const struct session_config *config,
                             struct cause *cause)
{
    struct env *env = &s->env;
    int64_t now_ms = clock_now_ms();
    enum err err = statedir_open(&s->statedir, cause);
    if (err == OK)
        err = loop_new(now_ms, true, &env->loop);
    if (err == OK)
        err = diskq_new(SESSION_DISK_WORKERS, wake, s, &env->disk);
    char bind_text[ADDR_TEXT_MAX];
    struct http_config http = {.user_agent = PACKAGE "/" PACKAGE_VERSION,
                               .refuser = {.refuses = ipfilter_refusal,
                                           .ctx = &s->border.filter}};
    if (config->bind != NULL) {
        s->is_bound = true;
        s->bind = *config->bind;
        s->bind.port = 0;
        http.local = addr_ip_text(&s->bind, bind_text);
    }
    char *http_proxy = NULL;
    if (config->proxy != NULL)
        http.proxy = http_proxy =
            proxyurl_for_curl(config->proxy, &config->proxy_at);
    if (err == OK)
        err = http_new(env->loop, &http, &env->http);
    free(http_proxy);
    if (err != OK)
        return err;
    limits_init(&s->limits, config->max_peers, config->limit_down_Bps,
                config->limit_up_Bps, now_ms);
    env->limits = &s->limits;
    s->most_conns = s->limits.max_conns;
    env->resolve = resolve_new(env->loop, NULL, NULL);
    env->udp_cache = udp_tracker_cache_new();
    env->pool = pool_new(config->pool_bytes > 0 ? config->pool_bytes
                                                : POOL_DEFAULT_BYTES);
    env->scratch = xmalloc(ENV_SCRATCH_LEN);
    err = border_open(&s->border, env, &s->steward, config,
                      s->is_bound ? &s->bind : NULL, cause);
    struct doorway_host host = {.on_greeting = on_greeting,
                                .find_mse = find_mse,
                                .ctx = s};
    s->doorway = doorway_new(env, &host);
    if (err == OK)
        err = open_sockets(s, config, cause);
    if (err == OK) {
        border_reach_out(&s->border, config);
        open_dht(s, config);
        open_localpeers(s, config);
    }
    return err;
}

static void set_up_steward(struct session *s,
                           const struct session_config *config)
{
    steward_init(&s->steward, &s->env, NULL,
                 config->is_watched ? &s->overall : NULL, rounds_look);
    s->steward.keeps = config->keeps;
    s->steward.bounds =
        (struct lineup_bounds){.max_down = config->max_active_down,
                               .max_seeds = config->max_active_seeds};
    s->steward.seed_ratio_m = config->seed_ratio_m;
    s->steward.seed_minutes = config->seed_minutes;
}

enum err session_new(const struct session_config *config, struct bridge *bridge,
                     struct session **out, struct cause *cause)
{
    struct session *s = xzalloc(sizeof *s);
    s->bridge = bridge;
    s->env.rng = rng_system();
    s->env.dial = env_dial;
    s->env.disk_is_busy = env_disk_is_busy;
    s->env.post = env_post;
    s->env.give = env_give;
    s->env.changed = env_changed;
    s->env.ctx = s;
    s->env.encryption = config->encryption;
    loop_timer_init(&s->frame_timer, on_frame_timer, s);
    loop_timer_init(&s->second_timer, on_second, s);
    loop_timer_init(&s->stop_timer, on_stop_timeout, s);
    s->env.uses_pex = config->uses_pex;
    s->is_watched = config->is_watched;
    overall_init(&s->overall, NULL);
    if (config->dir != NULL)
        s->dir = xstrdup(config->dir);
    set_up_steward(s, config);
    enum err err = session_open(s, config, cause);
    if (err != OK) {
        session_free(s);
        return err;
    }
    s->steward.statedir = s->statedir;
    s->overall.space.disk = s->env.disk;
    loop_on_wake(s->env.loop, on_wake, s);
    tidy_init(&s->tidy, s->env.loop);
    *out = s;
    return OK;
}

static void *run(void *ctx)
{
    struct session *s = ctx;
    bridge_set_wake(s->bridge, wake, s);
    loop_wake(s->env.loop); /* commands may wait since before */
    on_frame_timer(s);
    if (s->steward.keeps)
        admit_load(&s->steward);
    on_second(s);
    enum err err = OK;
    while (!s->is_over && err == OK) {
        err = loop_run_once(s->env.loop, -1);
        look_if_over(s);
    }
    bridge_set_wake(s->bridge, NULL, NULL);
    publish(s);
    post(s, EVENT_STOPPED, err, err == OK ? "stopped" : "the poll loop failed");
    return NULL;
}

enum err session_start(struct session *s, struct cause *cause)
{
    /* Signals are the front end's. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&s->thread, NULL, run, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0) {
        cause_set_errno(cause, rc, "starting the engine");
        return ERR_SYS;
    }
    s->has_thread = true;
    return OK;
}

void session_join(struct session *s)
{
    if (s == NULL)
        return;
    if (s->has_thread)
        pthread_join(s->thread, NULL);
    session_free(s);
}
